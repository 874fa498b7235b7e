"""MSA and HyperSpy files: round trip, variants of real programs, and damage."""

import numpy as np
import pytest
import xarray as xr

from nanokiln.core.errors import DataError, InputError
from nanokiln.core.measurement import SYNTHETIC_MARK, Measurement
from nanokiln.formats import _rsciio, eds_rsciio, hspy, msa

HEAD = """#FORMAT      : EMSA/MAS Spectral Data File
#VERSION     : 1.0
#TITLE       : a: b
#NPOINTS     : {n}
#NCOLUMNS    : 1
#XUNITS      : {unit}
#DATATYPE    : {kind}
#XPERCHAN    : {step}
#OFFSET      : {first}
#SIGNALTYPE  : {signal}
#BEAMKV   -kV: 200.0
#LIVETIME  -s: 12.5
#SPECTRUM    : Spectral Data Starts Here
"""
NORMAL = {"n": 20.0, "unit": "eV", "kind": "Y", "step": 10, "first": -100, "signal": "EDS"}
COUNTS = np.arange(20) ** 2


def file(tmp_path, body, **change):
    path = tmp_path / "a.msa"
    path.write_text(HEAD.format(**{**NORMAL, **change}) + body + "\n#ENDOFDATA   : \n")
    return path


def item(origin="measured", shape=()):
    dims = {0: (), 1: ("position",), 2: ("y", "x")}[len(shape)]
    counts = np.random.default_rng(0).integers(0, 9, (*shape, 64))
    places = {f"{d}_nm": (d, np.arange(n) * 2.5, {"units": "nm"}) for d, n in zip(dims, shape, strict=True)}
    data = xr.Dataset(
        {"counts": ((*dims, "channel"), counts, {"units": "counts"})},
        coords={"energy": ("channel", np.arange(64) * 5.0 - 20, {"units": "eV"}), **places},
    )
    settings = {
        "beam_energy_keV": 200.0, "elements": ["B", "Si"], "window": "none", "instrument": "TEM",
        "resolution_eV": 130.0,
    }  # fmt: skip
    return Measurement("eds", data, origin, "piece", settings)


@pytest.mark.parametrize("origin", ["measured", "synthetic"])
def test_round_trip(tmp_path, origin):
    one = item(origin)
    path = msa.write(tmp_path / "a.msa", one)
    back = msa.read(path)[0]
    assert back.data["counts"].values.tolist() == one.data["counts"].values.tolist()
    assert back.data["energy"].values.tolist() == one.data["energy"].values.tolist()
    assert back.origin == origin
    assert (SYNTHETIC_MARK in path.read_text()) == (origin == "synthetic")
    assert back.settings["elements"] == ["B", "Si"]
    assert back.settings["window"] == "none"
    assert back.settings["resolution_eV"] == 130.0
    first = path.read_bytes()
    assert msa.write(tmp_path / "b.msa", one).read_bytes() == first


def test_a_map_is_summed(tmp_path):
    one = item(shape=(3, 4))
    back = msa.read(msa.write(tmp_path / "a.msa", one))[0]
    assert back.data["counts"].values.tolist() == one.data["counts"].sum(["y", "x"]).values.tolist()


@pytest.mark.parametrize("shape", [(), (5,), (3, 4)])
def test_hyperspy_round_trip(tmp_path, shape):
    one = item("synthetic", shape)
    path = hspy.write(tmp_path / "a.hspy", one)
    assert hspy.sniff(path.read_bytes()[:65536], path) == 1.0
    back = hspy.read(path)[0]
    assert (back.data["counts"].values == one.data["counts"].values).all()
    assert back.data["counts"].dims == one.data["counts"].dims
    assert back.data["energy"].values == pytest.approx(one.data["energy"].values)
    assert back.origin == "synthetic"
    assert back.settings["elements"] == ["B", "Si"]
    assert back.label == "piece"


@pytest.mark.parametrize(
    ("body", "change"),
    [
        ("\n".join(f"{c}" for c in COUNTS), {}),
        ("\n".join(f"{c}.0," for c in COUNTS), {}),
        (", ".join(f"{c}" for c in COUNTS), {}),
        ("\n".join(f"{10 * i - 100}, {c}" for i, c in enumerate(COUNTS)), {"kind": "XY"}),
        ("\n".join(f"{c}" for c in COUNTS), {"unit": "keV", "step": 0.01, "first": -0.1}),
        ("\n".join(f"{c},0" for c in COUNTS), {}),
        ("\n".join(f"{c}" for c in COUNTS), {"signal": ""}),
    ],
)
def test_variants(tmp_path, body, change):
    path = file(tmp_path, body, **change)
    assert msa.sniff(path.read_bytes(), path) == 1.0
    found = msa.read(path)[0]
    assert found.data["counts"].values.tolist() == COUNTS.tolist()
    assert found.data["energy"].values == pytest.approx(np.arange(20) * 10.0 - 100)
    assert found.settings["beam_energy_keV"] == 200.0
    assert found.settings["live_time_s"] == 12.5
    assert found.label == "a: b"


@pytest.mark.parametrize(
    ("body", "change", "says"),
    [
        ("\n".join(f"{c}" for c in COUNTS[:7]), {}, "truncated"),
        ("\n".join(f"{c}" for c in COUNTS), {"signal": "ELS"}, "ELS"),
        ("\n".join(f"{c}" for c in COUNTS), {"step": "none"}, "XPERCHAN"),
        ("\n".join(f"{c}" for c in COUNTS), {"step": 0}, "do not rise"),
        ("\n".join(f"{c}" for c in COUNTS), {"unit": "nm"}, "eV, keV"),
        ("\n".join(f"{-c}" for c in COUNTS), {}, "negative"),
        ("\n".join(["x"] * 20), {}, "no number"),
        ("1\n2", {"n": 2}, "channels"),
    ],
)
def test_damage_is_said(tmp_path, body, change, says):
    with pytest.raises(DataError, match=says):
        msa.read(file(tmp_path, body, **change))


def test_what_is_no_spectrum_is_not_written(tmp_path):
    nothing = Measurement("eds", xr.Dataset(), "measured")
    for module in (msa, hspy):
        with pytest.raises(InputError):
            module.write(tmp_path / "a", nothing)


def test_other_hdf5_is_refused(tmp_path):
    path = tmp_path / "a.hspy"
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + b"\0" * 100)
    with pytest.raises(DataError):
        hspy.read(path)
    assert hspy.sniff(b"text", path) == 0.0


def test_the_extra_is_named_where_it_is_missing(tmp_path, monkeypatch):
    import importlib

    def missing(name):
        raise ImportError("no", name="rsciio")

    monkeypatch.setattr(importlib, "import_module", missing)
    path = tmp_path / "a.bcf"
    path.write_bytes(b"AAMVHFSS" + b"\0" * 50)
    assert eds_rsciio.sniff(path.read_bytes(), path) == 0.9
    with pytest.raises(DataError, match="microscopy") as error:
        eds_rsciio.read(path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "breaks down on it"),
        ("import pickle, sys; pickle.dump('ParseError: no', open(sys.argv[3], 'wb'))", "ParseError: no"),
        ("import time; time.sleep(60)", "takes longer"),
    ],
)
def test_a_bruker_map_that_breaks_its_reader_is_a_complaint(monkeypatch, tmp_path, happens, said):
    pytest.importorskip("rsciio.bruker")
    monkeypatch.setattr(_rsciio, "_APART", happens)
    monkeypatch.setattr(_rsciio, "_PATIENCE", 3.0)
    path = tmp_path / "a.bcf"
    path.write_bytes(b"AAMVHFSS" + b"\0" * 50)
    with pytest.raises(DataError, match=said) as error:
        eds_rsciio.read(path)
    assert "\n" not in str(error.value)
