"""Raman files: every program's form is read, damage refused in one line, no file taken by two readers."""

import importlib.util
import random
import struct
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nanokiln import formats
from nanokiln.core.errors import DataError
from nanokiln.core.measurement import SYNTHETIC_MARK, Measurement
from nanokiln.formats import jcamp_raman, raman_columns, raman_labspec, wdf

SPEC = importlib.util.spec_from_file_location("fuzzing", Path(__file__).with_name("fuzzing.py"))
fuzzing = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(fuzzing)

X = np.round(np.linspace(100.0, 2000.0, 400), 4)
Y = np.round(500 + 900 * np.exp(-(((X - 1590) / 40) ** 2)) + 700 * np.exp(-(((X - 1345) / 80) ** 2)), 2)
FIXTURE = [HealthCheck.function_scoped_fixture]


def rows(separator="\t", comma=False, x=X, y=Y, down=False):
    pairs = list(zip(x, y, strict=True))[:: -1 if down else 1]
    text = "".join(f"{a:.4f}{separator}{b:.2f}\n" for a, b in pairs)
    return text.replace(".", ",") if comma else text


def measurement(x=X, y=Y, **extra):
    data = xr.Dataset(
        {"intensity": ("shift", y, {"units": "counts"})},
        coords={"raman_shift": ("shift", x, {"units": "1/cm"})},
    )
    record = {
        "laser_nm": 532.0,
        "resolution_per_cm": 4.0,
        "exposure_s": 10.0,
        "instrument": "i",
        "silicon": False,
    }
    return Measurement("raman", data, "synthetic", "powder", record | extra)


def wdf_bytes(x=X, spectra=1, unit=1, laser_nm=532.0):
    """A WiRE file with the blocks nanokiln reads."""
    head = bytearray(512)
    struct.pack_into("<4sIQ", head, 0, b"WDF1", 1, 512)
    struct.pack_into("<I", head, 60, x.size)
    struct.pack_into("<Q", head, 72, spectra)
    struct.pack_into("<f", head, 156, 1e7 / laser_nm)
    head[240:246] = b"powder"
    data = np.tile(Y[: x.size], spectra).astype("<f4").tobytes()
    axis = struct.pack("<II", 1, unit) + x.astype("<f4").tobytes()
    return b"".join([
        bytes(head), struct.pack("<4sIQ", b"DATA", 1, 16 + len(data)), data,
        struct.pack("<4sIQ", b"XLST", 1, 16 + len(axis)), axis,
    ])  # fmt: skip


LABSPEC = (
    "#Acq. time (s)=\t10\n#Accumulations=\t3\n#Range (cm-1)=\t100...2000\n#Laser=\t532.17\n#Grating=\t600\n"
    "#Objective=\tx50\n#Detector=\tSynapse\n#Title=\tdots, 20 \xb0C\n"
)
GRATING = 1e7 / 532 - 1e7 / np.linspace(535.0, 595.0, 400)  # shifts of pixels even in wavelength


def bwtek():
    lines = [
        "File Version;BWRam4.11_11",
        "model;BTC162E",
        "intigration times(ms);3000",
        "laser_wavelength;532,02",
    ]
    lines.append("Pixel;Wavelength;Wavenumber;Raman Shift;Dark;Raw data #1;Dark Subtracted #1;")
    lines.append("0;   ;   ;   ;1038,3;1044,0;5,7;")
    lines += [
        f"{i + 1};540;18000;{a};1000;{b + 1000};{b};".replace(".", ",")
        for i, (a, b) in enumerate(zip(X, Y, strict=True))
    ]
    return "\n".join(lines).encode() + b"\n"


def makers(tmp_path):
    path = jcamp_raman.write(tmp_path / "made.jdx", measurement())
    return {
        "jcamp_raman": path.read_bytes(),
        "wdf": wdf_bytes(),
        "raman_renishaw": ("#Wave\t\t#Intensity\n" + rows(down=True)).encode(),
        "raman_labspec": (LABSPEC + rows()).encode("latin-1"),
        "raman_bwtek": bwtek(),
        "raman_columns": ("Raman shift (cm-1),Intensity (counts)\n" + rows(",")).encode(),
    }


NAMES = ("jcamp_raman", "wdf", "raman_renishaw", "raman_labspec", "raman_bwtek", "raman_columns")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return makers(tmp_path_factory.mktemp("made"))


@pytest.mark.parametrize("name", NAMES)
def test_every_format_is_recognised_and_by_no_other_reader(made, tmp_path, name):
    path = tmp_path / "no_ending"
    path.write_bytes(made[name])
    sure = {m.__name__.rsplit(".", 1)[1]: m.sniff(made[name][:65536], path) for m in formats.modules()}
    own = sure.pop(name)
    assert own >= 0.9
    assert max(sure.values()) < own
    (one,) = formats.read(path)
    assert one.technique == "raman"
    np.testing.assert_allclose(one.data["raman_shift"].values, X, atol=1e-4)
    np.testing.assert_allclose(one.data["intensity"].values, Y, rtol=1e-6)


def test_real_files_are_taken_by_their_reader_alone(shared_data):
    root = shared_data("raman").parent
    for path in sorted((root / "raman").iterdir()):
        if path.suffix != ".md":
            head = path.read_bytes()[:65536]
            sure = sorted((m.sniff(head, path), m.TECHNIQUE) for m in formats.modules())
            assert sure[-1][1] == "raman"
            assert sure[-2][0] < sure[-1][0], path.name
            assert formats.read(path), path.name
    mine = [m for m in formats.modules() if m.TECHNIQUE == "raman"]
    for path in sorted(p for t in root.iterdir() if t.name != "raman" for p in t.iterdir()):
        head = path.read_bytes()[:65536]
        for module in mine:
            assert module.sniff(head, path) == 0, (path.name, module.NAME)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Raman shift;Intensity\n" + rows(";", comma=True), "utf-8"),
        ("Raman shift\tIntensity\n" + rows("\t"), "utf-16"),
        ("# 样品 Raman\n" + rows(" "), "gbk"),
        (rows(" ", comma=True, x=GRATING), "utf-8-sig"),
        (rows(",", x=X - 150), "utf-8"),
    ],
)
def test_odd_texts_are_read(tmp_path, text, encoding):
    path = tmp_path / "f.txt"
    path.write_bytes(text.encode(encoding))
    (one,) = formats.read(path)
    assert one.technique == "raman"
    np.testing.assert_allclose(one.data["intensity"].values, Y)


@pytest.mark.parametrize(
    "text",
    [
        "wavenumber (cm-1),absorbance\n" + rows(","),
        "wavenumber (cm-1),transmittance (%)\n" + rows(","),
        "2theta,counts\n" + rows(",", x=X / 20),
        "Energy (eV),counts\n" + rows(","),
        "time,voltage\n" + rows(","),
        "just words\n",
        rows(",", x=np.sin(X)),
    ],
)
def test_other_columns_are_left_alone(tmp_path, text):
    assert raman_columns.sniff(text.encode(), tmp_path / "f.txt") == 0


def test_a_bare_table_of_counts_is_raman_but_not_surely(tmp_path):
    path = tmp_path / "f.txt"
    path.write_text(rows())
    assert 0 < formats.guess(path).sure < 0.3
    path.write_text(rows(x=X - 150))  # the laser line is in it
    assert formats.guess(path).sure == 0.5
    path.write_text(rows(x=GRATING))  # steps shrink as a grating's do
    assert formats.guess(path).sure == 0.3


def test_a_map_becomes_spectra(tmp_path):
    path = tmp_path / "map.txt"
    body = "".join(f"{p}\t0\t{a:.4f}\t{b + p:.2f}\n" for p in (0, 1, 2) for a, b in zip(X, Y, strict=True))
    path.write_text("#X\t\t#Y\t\t#Wave\t\t#Intensity\n" + body)
    found = formats.read(path)
    assert [m.label for m in found] == ["map #1", "map #2", "map #3"]
    np.testing.assert_allclose(found[2].data["intensity"].values, Y + 2)
    assert len(formats.read(_file(tmp_path, wdf_bytes(spectra=3)))) == 3


def _file(tmp_path, raw):
    path = tmp_path / "raw"
    path.write_bytes(raw)
    return path


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (wdf_bytes(unit=5), "not Raman shift"),
        (wdf_bytes(spectra=300), "is a map of 300"),
        (wdf_bytes()[:700], "truncated"),
        (wdf_bytes()[:300], "no complete"),
        (("#Wave\t#Intensity\n" + rows() + "1.0\n").encode(), "2 numbers in every row"),
        ((LABSPEC + rows()[:-8]).encode("latin-1"), "two finite numbers"),
        (
            (LABSPEC.replace("(cm-1)", "(nm)").replace("#Laser=\t532.17\n", "") + rows()).encode("latin-1"),
            "no laser",
        ),
        ((LABSPEC + "\t\t1\t2\t3\n0\t0\t1\t2\t3\n").encode("latin-1"), "columns"),
        (
            bwtek().replace(b"Dark Subtracted #1", b"x").replace(b"Raw data #1", b"y"),
            "neither of the columns",
        ),
        (bwtek()[:-30], "finite"),
        (("Raman shift,I\n" + rows(",") + "2000.5\n").encode(), "two finite numbers"),
    ],
)
def test_unusable_files_are_refused_with_the_reason(tmp_path, raw, says):
    with pytest.raises(DataError, match=says) as caught:
        formats.read(_file(tmp_path, raw))
    assert "\n" not in str(caught.value)


def test_labspec_in_nanometres(tmp_path):
    nm = 1e7 / (1e7 / 532.17 - X)
    text = LABSPEC.replace("(cm-1)", "(nm)") + "".join(f"{a:.6f}\t{b}\n" for a, b in zip(nm, Y, strict=True))
    (one,) = raman_labspec.read(_file(tmp_path, text.encode("latin-1")))
    np.testing.assert_allclose(one.data["raman_shift"].values, X, atol=1e-3)
    assert one.settings["exposure_s"] == 10


@pytest.mark.parametrize("x", [X, GRATING], ids=["even", "uneven"])
def test_what_is_written_is_read_back(tmp_path, x):
    path = jcamp_raman.write(tmp_path / "s.jdx", measurement(x=np.round(x, 4), silicon=True))
    assert SYNTHETIC_MARK in path.read_text()
    (one,) = formats.read(path)
    assert one.origin == "synthetic"
    assert one.settings["silicon"]
    assert one.settings["laser_nm"] == 532.0
    np.testing.assert_allclose(one.data["raman_shift"].values, x, atol=1e-4)
    np.testing.assert_allclose(one.data["intensity"].values, Y, atol=5e-3)


@pytest.mark.parametrize("x", [X, GRATING], ids=["even", "uneven"])
def test_an_independent_reader_reads_the_same(tmp_path, x):
    jcamp = pytest.importorskip("jcamp", reason="the independent reader jcamp is not installed")
    path = jcamp_raman.write(tmp_path / "s.jdx", measurement(x=np.round(x, 4)))
    with path.open() as handle:
        found = jcamp.jcamp_read(handle) if hasattr(jcamp, "jcamp_read") else jcamp.read(handle)
    np.testing.assert_allclose(found["x"], x, atol=1e-3)
    np.testing.assert_allclose(found["y"], Y, atol=1e-2)


def test_numbers_that_are_none_are_refused_without_a_warning(tmp_path):
    raw = bytearray(wdf_bytes())
    at = raw.index(b"DATA") + 16
    raw[at : at + 4] = b"\x01\x00\xa0\x7f"  # a signalling NaN
    with pytest.raises(DataError, match="finite"):
        formats.read(_file(tmp_path, bytes(raw)))


def test_wire_file_keeps_the_light(tmp_path):
    (one,) = wdf.read(_file(tmp_path, wdf_bytes()))
    assert one.settings["laser_nm"] == pytest.approx(532.0)
    assert one.label == "powder"


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60, deadline=None, suppress_health_check=FIXTURE)
@given(seed=st.integers(0, 2**32))
def test_damage_never_raises_anything_else(made, tmp_path, name, seed):
    fuzzing.attempt(tmp_path / "f", fuzzing.damaged(made[name], random.Random(seed)))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=30, deadline=None, suppress_health_check=FIXTURE)
@given(raw=st.binary(min_size=1, max_size=300))
def test_garbage_behind_a_good_head(made, tmp_path, name, raw):
    fuzzing.attempt(tmp_path / "f", made[name][: len(made[name]) // 3] + raw)


@pytest.mark.parametrize("name", NAMES)
def test_empty_and_cut_everywhere(made, tmp_path, name):
    path = tmp_path / "f"
    path.write_bytes(b"")
    with pytest.raises(DataError, match="empty"):
        formats.read(path)
    for end in range(1, len(made[name]), len(made[name]) // 40):
        fuzzing.attempt(path, made[name][:end])


def test_a_huge_text_is_read_in_linear_time(tmp_path):
    import time

    path, spent = tmp_path / "f", []
    for size in (20_000, 80_000):
        x = np.linspace(-100, 3500, size)
        path.write_text("Raman shift,I\n" + "".join(f"{a:.5f},{a * a:.1f}\n" for a in x))
        begin = time.process_time()
        formats.read(path)
        spent.append(time.process_time() - begin)
    assert spent[1] < 10 * spent[0]
