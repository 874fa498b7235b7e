"""Infrared files: every program's form is read, damage refused in one line, no file taken by two readers."""

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
from nanokiln.formats import jcamp_infrared, opus

SPEC = importlib.util.spec_from_file_location("fuzzing", Path(__file__).with_name("fuzzing.py"))
fuzzing = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(fuzzing)

X = np.linspace(400.0, 4000.0, 451)
Y = np.round(0.1 + 0.9 * np.exp(-(((X - 1090) / 50) ** 2)) + 0.2 * np.exp(-(((X - 3400) / 150) ** 2)), 5)
FIXTURE = [HealthCheck.function_scoped_fixture]


def measurement(y=Y, name="absorbance", **extra):
    data = xr.Dataset(
        {name: ("point", y, {"units": "1"})}, coords={"wavenumber": ("point", X, {"units": "1/cm"})}
    )
    record = {"resolution_per_cm": 4.0, "instrument": "i", "ordinate": name}
    return Measurement("ftir", data, "synthetic", "powder", record | extra)


def rows(y=Y, separator=",", comma=False):
    text = "".join(f"{a:.3f}{separator}{b:.6f}\n" for a, b in zip(X[::-1], y[::-1], strict=True))
    return text.replace(".", ",") if comma else text


def asp(y=Y):
    head = f"{y.size}\n{X[-1]:.6f}\n{X[0]:.6f}\n16\n1\n4.000000\n"
    return (head + "".join(f"{v:.6f}\n" for v in y[::-1])).encode()


def spc(y=Y):
    """A Galactic SPC file of the new form: even axis, single precision, transmittance in per cent."""
    head = bytearray(512)
    struct.pack_into("<BBBb", head, 0, 0x00, 0x4B, 4, -128)
    struct.pack_into("<i", head, 4, y.size)
    struct.pack_into("<dd", head, 8, X[0], X[-1])
    struct.pack_into("<i", head, 24, 1)
    head[28:31] = bytes([1, 128, 0])  # wavenumber, transmittance, no time
    head[88:94] = b"powder"
    sub = bytearray(32)
    sub[1] = 128
    return bytes(head) + bytes(sub) + (100 * 10.0**-y).astype("<f4").tobytes()


def opus_bytes(y=Y, claimed=None):
    """An OPUS file with the parameters and the absorbance that its directory lists."""

    def parameter(name, value):
        if isinstance(value, str):
            raw = value.encode() + b"\x00" * (2 - len(value) % 2)
            kind = 2
        elif isinstance(value, int):
            raw, kind = struct.pack("<i", value), 0
        else:
            raw, kind = struct.pack("<d", value), 1
        return name.encode() + b"\x00" + struct.pack("<HH", kind, len(raw) // 2) + raw

    status = b"".join(
        parameter(n, v)
        for n, v in (
            ("DPF", 1), ("NPT", claimed or y.size), ("FXV", X[-1]), ("LXV", X[0]), ("CSF", 1.0),
            ("MXY", float(y.max())), ("MNY", float(y.min())), ("DXU", "WN"), ("DAT", "01/01/2026"),
            ("TIM", "10:00:00"),
        )
    ) + b"END\x00\x00\x00\x00\x00"  # fmt: skip
    sample = parameter("SNM", "powder") + b"END\x00\x00\x00\x00\x00"
    values = y[::-1].astype("<f4").tobytes()
    blocks = [((0, 0, 0, 13, 0, 0), None), ((3, 3, 1, 4, 0, 0), status), ((3, 3, 0, 4, 0, 0), values)]
    blocks.append(((0, 0, 10, 0, 0, 0), sample))
    start = 24 + 12 * len(blocks)
    directory, body, at = b"", b"", start
    for kind, raw in blocks:
        code = sum(part << shift for part, shift in zip(kind, (0, 2, 4, 10, 17, 19), strict=True))
        size = 12 * len(blocks) if raw is None else len(raw)
        place = 24 if raw is None else at
        directory += struct.pack("<iii", code, size // 4, place)
        if raw is not None:
            raw += b"\x00" * (-len(raw) % 4)
            body += raw
            at += len(raw)
    head = b"\x0a\x0a\xfe\xfe" + struct.pack("<diii", 920622.0, 24, 40, len(blocks))
    return head + directory + body


def makers(folder):
    path = jcamp_infrared.write(folder / "made.jdx", measurement())
    return {
        "jcamp_infrared": path.read_bytes(),
        "spc_infrared": spc(),
        "perkin_elmer_asp": asp(),
        "opus": opus_bytes(),
        "infrared_columns": ("Wavenumber (cm-1),Absorbance\n" + rows()).encode(),
    }


NAMES = ("jcamp_infrared", "spc_infrared", "perkin_elmer_asp", "opus", "infrared_columns")


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
    assert one.technique == "ftir"
    np.testing.assert_allclose(one.data["wavenumber"].values, X, atol=2e-3)
    quantity = {"spc_infrared": "transmittance", "perkin_elmer_asp": "signal"}.get(name, "absorbance")
    expected = 10.0**-Y if quantity == "transmittance" else Y
    np.testing.assert_allclose(one.data[quantity].values, expected, rtol=1e-5, atol=1e-6)


def test_real_files_are_taken_by_their_reader_alone(shared_data):
    root = shared_data("ftir").parent
    for path in sorted((root / "ftir").iterdir()):
        if path.suffix != ".md":
            head = path.read_bytes()[:65536]
            sure = sorted((m.sniff(head, path), m.TECHNIQUE) for m in formats.modules())
            assert sure[-1][1] == "ftir"
            assert sure[-2][0] < sure[-1][0], path.name
            assert formats.read(path), path.name
    mine = [m for m in formats.modules() if m.TECHNIQUE == "ftir"]
    for path in sorted(p for t in root.iterdir() if t.name != "ftir" for p in t.iterdir()):
        head = path.read_bytes()[:65536]
        for module in mine:
            assert module.sniff(head, path) == 0, (path.name, module.NAME)


@pytest.mark.parametrize(
    ("text", "encoding", "quantity"),
    [
        ("wavenumber [1/cm];%T\n" + rows(100 * 10.0**-Y, ";", comma=True), "utf-8", "transmittance"),
        ("cm-1\tTransmittance\n" + rows(10.0**-Y, "\t"), "utf-16", "transmittance"),
        ("波数 cm-1,Absorbance\n" + rows(), "gbk", "absorbance"),
        ("FT-IR spectrum, cm-1\n" + rows(separator=" "), "utf-8", "signal"),
        (rows(), "utf-8", "signal"),
    ],
)
def test_tables_of_many_programs(tmp_path, text, encoding, quantity):
    path = tmp_path / "table.txt"
    path.write_bytes(text.encode(encoding))
    (one,) = formats.read(path)
    assert one.technique == "ftir"
    expected = 10.0**-Y if quantity == "transmittance" else Y
    np.testing.assert_allclose(one.data[quantity].values, expected, atol=2e-6)


def test_a_wavelength_becomes_a_wavenumber(tmp_path):
    path = tmp_path / "far.csv"
    x = 1e4 / X
    path.write_text(
        "Wavelength (um),Absorbance\n" + "".join(f"{a:.6f},{b:.6f}\n" for a, b in zip(x, Y, strict=True))
    )
    (one,) = formats.read(path)
    np.testing.assert_allclose(one.data["wavenumber"].values, X, rtol=1e-5)


def test_the_mark_of_a_synthetic_spectrum_is_kept(made, tmp_path):
    path = tmp_path / "s.jdx"
    path.write_bytes(made["jcamp_infrared"])
    assert SYNTHETIC_MARK in path.read_text()
    assert formats.read(path)[0].origin == "synthetic"


def test_an_independent_reader_agrees(made, tmp_path):
    jcamp = pytest.importorskip("jcamp")
    path = tmp_path / "s.jdx"
    path.write_bytes(made["jcamp_infrared"])
    theirs = jcamp.readfile(str(path))
    np.testing.assert_allclose(np.sort(theirs["x"]), X, atol=1e-6)
    np.testing.assert_allclose(np.sort(theirs["y"]), np.sort(Y), atol=1e-6)


def test_an_opus_file_that_claims_too_much_is_refused(tmp_path):
    path = tmp_path / "bad.0"
    path.write_bytes(opus_bytes(claimed=10**8))
    with pytest.raises(DataError):
        formats.read(path, "ftir")


def test_an_opus_file_without_a_spectrum_says_what_it_holds(tmp_path, made):
    path = tmp_path / "bad.0"
    path.write_bytes(made["opus"][:40])
    with pytest.raises(DataError):
        opus.read(path)


@pytest.mark.parametrize("count", [3, 10**6])
def test_an_asp_file_must_hold_what_it_says(tmp_path, count):
    path = tmp_path / "f.asp"
    path.write_bytes(asp().replace(str(Y.size).encode(), str(count).encode(), 1))
    with pytest.raises(DataError):
        formats.read(path, "ftir")


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60, deadline=None, suppress_health_check=FIXTURE)
@given(seed=st.integers(0, 2**32))
def test_damage_never_raises_anything_else(made, tmp_path, name, seed):
    fuzzing.attempt(tmp_path / "f", fuzzing.damaged(made[name], random.Random(seed)))


@pytest.mark.parametrize("name", NAMES)
def test_empty_and_cut_everywhere(made, tmp_path, name):
    path = tmp_path / "f"
    raw = made[name]
    for end in range(1, len(raw), max(len(raw) // 40, 1)):
        fuzzing.attempt(path, raw[:end])
