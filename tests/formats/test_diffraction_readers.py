"""Powder pattern files: real ones, round trips, odd encodings, damage, bombs, and who takes which file."""

import bz2
import io
import struct
import zipfile

import numpy as np
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nanokiln import formats
from nanokiln.core.errors import DataError, InputError
from nanokiln.core.measurement import SYNTHETIC_MARK, Measurement
from nanokiln.formats import _diffraction, brml, bruker_raw, rasx, uxd, xrd_xy, xrdml

X = np.round(10 + 0.02 * np.arange(300), 4)
Y = np.round(200 + 50 * np.sin(np.arange(300)) + 900 * np.exp(-(((X - 13) / 0.1) ** 2)))
SETTINGS = {
    "k_alpha1_A": 1.540593, "k_alpha2_A": 1.544427, "k_alpha2_ratio": 0.5, "anode": "Cu", "step_time_s": 1.0,
    "radius_mm": 200.0,
}  # fmt: skip
#: file, reader, points, first and last angle, K-alpha 1
REAL = [
    ("BT86.raw", bruker_raw, 2374, (3.0, 40.0), 1.5406),
    ("BT86_.UXD", uxd, 2374, (3.0, 40.0), 1.5406),
    ("TiO2.raw", bruker_raw, 1647, (10.0, 70.04), 1.5406),
    ("TiOF.brml", brml, 2469, (10.0, 60.01), 1.5406),
    ("TwoTheta_scan_powder.rasx", rasx, 2726, (10.0, 119.0), 1.540593),
    ("XRD-918-16_10.xrdml", xrdml, 5027, (4.0066, 69.9994), 1.540598),
    ("LaB6_d500_si_psd.xye.bz2", xrd_xy, 17381, (4.572, 150.578), None),
    ("xrd-autoanalyzer_TiO2.xy", xrd_xy, 9001, (10.0, 100.0), None),
    ("xrd-autoanalyzer_Mn2O3+LiF.xy", xrd_xy, 9001, (10.0, 100.0), None),
]
READERS = (brml, bruker_raw, rasx, uxd, xrd_xy, xrdml)


def scan(origin="measured", sigma=False, **changed):
    variables = {"counts": ("step", Y, {"units": "counts"})}
    if sigma:
        variables["sigma"] = ("step", np.sqrt(Y), {"units": "counts"})
    data = xr.Dataset(variables, coords={"two_theta": ("step", X, {"units": "deg"})})
    return Measurement("xrd", data, origin, "powder 1", {**SETTINGS, **changed})


def raw1(counts=Y, first=10.0, step=0.02):
    head = bytearray(712)
    head[:7], head[608:610] = b"RAW1.01", b"Cu"
    struct.pack_into("<I", head, 12, 1)
    struct.pack_into("<ddd", head, 616, 1.5418, 1.540593, 1.544427)
    struct.pack_into("<d", head, 648, 0.5)
    own = bytearray(304)
    struct.pack_into("<II", own, 0, 304, len(counts))
    struct.pack_into("<dd", own, 8, first / 2, first)
    struct.pack_into("<d", own, 176, step)
    struct.pack_into("<II", own, 252, 4, 0)
    return bytes(head + own) + np.asarray(counts, "<f4").tobytes()


def raw4(counts=Y, scan_name=b"Locked Coupled", extra=4):
    head = bytearray(b"RAW4.00\0" + bytes(53))
    source = bytearray(136)
    struct.pack_into("<II", source, 0, 30, 136)
    struct.pack_into("<5d", source, 72, 1.5418, 1.540593, 1.544427, 1.392, 0.5)
    own = bytearray(160)
    own[32 : 32 + len(scan_name)] = scan_name
    struct.pack_into("<dd", own, 72, 10.0, 0.02)
    struct.pack_into("<I", own, 88, len(counts))
    struct.pack_into("<II", own, 136, 4 + extra, 0)
    body = b"".join(struct.pack("<f", c) + bytes(extra) for c in counts)
    return bytes(head + source + own) + body


def packed(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def brml_bytes():
    rows = "".join(f"<Datum>1,1,{x:.4f},{x / 2:.4f},{y:.0f}</Datum>" for x, y in zip(X, Y, strict=True))
    waves = '<WaveLengthAlpha1 Value="1.540593"/><WaveLengthAlpha2 Value="1.544427"/>'
    routes = f'<DataRoutes><DataRoute RouteFlag="Measured">{rows}</DataRoute></DataRoutes>'
    text = f"<RawData>{routes}{waves}</RawData>"
    return packed({"Experiment0/RawData0.xml": text})


def rasx_bytes(axis="TwoTheta"):
    rows = "\r\n".join(f"{x:.4f}\t{y:.0f}\t1" for x, y in zip(X, Y, strict=True))
    about = f"<R><AxisName>{axis}</AxisName><WavelengthKalpha1>1.540593</WavelengthKalpha1></R>"
    return packed({"Data0/Profile0.txt": "\ufeff" + rows, "Data0/MesurementConditions0.xml": about})


def uxd_text():
    head = (
        "; made by hand\n_FILEVERSION=2\n_WL1=1.540593\n_STEPSIZE=0.020000\n_START=10.000000\n_2THETACOUNTS\n"
    )
    return head + "\n".join(f"{x:.2f}\t{y:.0f}" for x, y in zip(X, Y, strict=True)) + "\n"


def examples(tmp_path):
    """One small file of each format, by reader."""
    return {
        bruker_raw: raw1(), brml: brml_bytes(), rasx: rasx_bytes(), uxd: uxd_text().encode(),
        xrdml: xrdml.write(tmp_path / "w.xrdml", scan()).read_bytes(),
        xrd_xy: xrd_xy.write(tmp_path / "w.xy", scan()).read_bytes(),
    }  # fmt: skip


@pytest.mark.parametrize(("name", "reader", "points", "ends", "wavelength"), REAL)
def test_real_files(shared_data, name, reader, points, ends, wavelength):
    path = shared_data("xrd") / name
    assert formats.guess(path).module is reader
    (found,) = formats.read(path, "xrd")
    x = found.data["two_theta"].values
    assert x.size == points
    assert x[[0, -1]] == pytest.approx(ends, abs=0.005)
    assert found.settings["k_alpha1_A"] == wavelength
    assert found.origin == "measured"


def test_raw_and_uxd_of_one_scan_agree_to_the_last_printed_digit(shared_data):
    folder = shared_data("xrd")
    raw, text = (formats.read(folder / n)[0] for n in ("BT86.raw", "BT86_.UXD"))
    assert np.array_equal(raw.data["counts"].values, text.data["counts"].values)
    rows = (folder / "BT86_.UXD").read_text().split("_2THETACOUNTS")[1].split("\n")
    printed = [line.split()[0] for line in rows if line.strip()]
    angles = raw.data["two_theta"].values
    for said, angle, own in zip(printed, angles, text.data["two_theta"].values, strict=True):
        unit = 10.0 ** -len(said.split(".")[1])
        assert abs(angle - float(said)) <= 0.51 * unit + 5e-4  # the header's step is rounded, too
        assert own == pytest.approx(angle, abs=5e-4)
    for key in ("k_alpha1_A", "k_alpha2_A", "k_alpha2_ratio", "anode", "step_time_s", "radius_mm"):
        assert raw.settings[key] == text.settings[key]


def test_a_structure_is_no_pattern(shared_data):
    with pytest.raises(DataError, match="no format"):
        formats.read(shared_data("xrd") / "cod_9004112.cif")


def test_standard_deviations_and_other_third_columns(shared_data):
    folder = shared_data("xrd")
    assert "sigma" in formats.read(folder / "LaB6_d500_si_psd.xye.bz2", "xrd")[0].data
    assert "sigma" not in formats.read(folder / "xrd-autoanalyzer_Mn2O3+LiF.xy", "xrd")[0].data


@pytest.mark.parametrize("writer", [xrdml, xrd_xy])
@pytest.mark.parametrize("origin", ["measured", "synthetic"])
def test_round_trip(tmp_path, writer, origin):
    path = writer.write(tmp_path / "a", scan(origin))
    (found,) = writer.read(path)
    assert np.array_equal(found.data["counts"].values, Y)
    assert found.data["two_theta"].values == pytest.approx(X, abs=1e-9)
    assert found.origin == origin
    assert (SYNTHETIC_MARK in path.read_text()) == (origin == "synthetic")
    assert found.label == "powder 1"
    assert {k: found.settings[k] for k in SETTINGS} == SETTINGS
    assert writer.write(tmp_path / "b", scan(origin)).read_bytes() == path.read_bytes()


def test_sigma_round_trip(tmp_path):
    found = xrd_xy.read(xrd_xy.write(tmp_path / "a.xye", scan(sigma=True)))[0]
    assert found.data["sigma"].values == pytest.approx(np.sqrt(Y), rel=1e-9)


def test_writers_refuse_what_is_no_pattern(tmp_path):
    nothing = Measurement("xrd", xr.Dataset(), "measured")
    uneven = scan()
    uneven = Measurement(
        "xrd", uneven.data.assign_coords(two_theta=("step", X**1.01)), "measured", "a", SETTINGS
    )
    for writer, item in ((xrdml, nothing), (xrd_xy, nothing), (xrdml, uneven)):
        with pytest.raises(InputError):
            writer.write(tmp_path / "a", item)
    assert not list(tmp_path.iterdir())


def test_each_small_file_is_read_by_its_own_reader_alone(tmp_path):
    for reader, raw in examples(tmp_path).items():
        path = tmp_path / "file.dat"
        path.write_bytes(raw)
        sure = {m: m.sniff(raw[:65536], path) for m in formats.modules()}
        assert max(sure, key=sure.get) is reader
        assert [m for m, s in sure.items() if s > 0.3] == [reader]
        (found,) = formats.read(path)
        assert found.data["two_theta"].values == pytest.approx(X, abs=1e-6)
        assert np.array_equal(found.data["counts"].values, Y)


def test_no_reader_of_patterns_takes_the_files_of_other_techniques(shared_data):
    root = shared_data("xrd").parent
    for path in sorted(p for p in root.rglob("*") if p.is_file() and p.parent.name != "xrd"):
        head = path.read_bytes()[:65536]
        taken = {m.NAME: m.sniff(head, path) for m in READERS}
        assert max(taken.values()) <= 0.2, (path, taken)


@pytest.mark.parametrize("extra", [0, 4])
def test_raw4_with_records_of_any_length(tmp_path, extra):
    path = tmp_path / "a.raw"
    path.write_bytes(raw4(extra=extra))
    (found,) = bruker_raw.read(path)
    assert np.array_equal(found.data["counts"].values, Y)
    assert found.settings["k_alpha2_ratio"] == 0.5


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (raw1()[:900], "truncated"),
        (raw1()[:-4], "truncated"),
        (raw1(step=0.0), "damaged"),
        (raw4()[:-4], "truncated"),
        (raw4(scan_name=b"Rocking Curve"), "Rocking"),
        (raw4()[:61], "without a measured range"),
        (b"RAW2" + bytes(500), "version"),
    ],
)
def test_damaged_raw(tmp_path, raw, words):
    path = tmp_path / "a.raw"
    path.write_bytes(raw)
    with pytest.raises(DataError, match=words) as error:
        bruker_raw.read(path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "2theta;intensity\n"
        + "\n".join(f"{x:.2f};{y:.0f}".replace(".", ",") for x, y in zip(X, Y, strict=True)),
        "\n".join(f"{x:.2f} {y:.1f}".replace(".", ",") for x, y in zip(X, Y, strict=True)),
        "\n".join(f"{x:.2f}\t{y:.0f}" for x, y in zip(X, Y, strict=True)),
        "Angle 2-Theta,Counts\n" + "\n".join(f"{x:.2f}, {y:.0f}" for x, y in zip(X, Y, strict=True)),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_delimiters_and_encodings(tmp_path, text, encoding):
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode(encoding))
    (found,) = formats.read(path, "xrd")
    assert found.data["two_theta"].values == pytest.approx(X)
    assert np.array_equal(found.data["counts"].values, Y)


def test_a_header_in_another_script(tmp_path):
    path = tmp_path / "a.txt"
    rows = "\n".join(f"{x:.2f} {y:.0f}" for x, y in zip(X, Y, strict=True))
    path.write_bytes("样品：二氧化硅\nK-Alpha1 wavelength: 1.54060\n".encode("gbk") + rows.encode())
    (found,) = formats.read(path, "xrd")
    assert found.settings["k_alpha1_A"] == 1.5406


def test_packed_columns(tmp_path):
    path = tmp_path / "a.xy.bz2"
    path.write_bytes(bz2.compress(xrd_xy.write(tmp_path / "a", scan()).read_bytes()))
    assert formats.guess(path).module is xrd_xy
    assert np.array_equal(formats.read(path)[0].data["counts"].values, Y)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DataError, match=r"truncated|damaged"):
        xrd_xy.read(path)


def test_bombs_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(_diffraction, "MOST_MEMBER", 1_000_000)
    monkeypatch.setattr(xrd_xy, "MOST_MEMBER", 1_000_000)
    zeros = "0" * 3_000_000
    files = {
        "a.brml": (brml, packed({"Experiment0/RawData0.xml": zeros})),
        "a.rasx": (rasx, packed({"Data0/Profile0.txt": zeros})),
        "a.bz2": (xrd_xy, bz2.compress(zeros.encode())),
    }
    for name, (reader, raw) in files.items():
        path = tmp_path / name
        path.write_bytes(raw)
        with pytest.raises(DataError, match="more than"):
            reader.read(path)


def test_entities_are_refused(tmp_path):
    path = tmp_path / "a.xrdml"
    path.write_text('<!DOCTYPE a [<!ENTITY b "c">]><xrdMeasurements>&b;</xrdMeasurements>')
    with pytest.raises(DataError, match="entities"):
        xrdml.read(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1 2\n2 3\n", "rows"),
        (
            "\n".join(f"{20 - i} 5" for i in range(5)) + "\n" + "\n".join("30 4" for _ in range(20)),
            "steadily",
        ),
        ("\n".join(f"{i} nan" for i in range(1, 30)), "finite"),
        ("\n".join(f"{i} 0" for i in range(1, 30)), "no positive"),
        ("\n".join(f"{i} 5" for i in range(1, 30)) + "\n31", "breaks off"),
    ],
)
def test_columns_that_are_no_pattern(tmp_path, text, words):
    path = tmp_path / "a.xy"
    path.write_text(text)
    with pytest.raises(DataError, match=words):
        xrd_xy.read(path)


def test_scans_over_other_axes_are_refused(tmp_path):
    path = tmp_path / "a.rasx"
    path.write_bytes(rasx_bytes("Omega"))
    with pytest.raises(DataError, match="Omega"):
        rasx.read(path)
    path.write_text(uxd_text().replace("_START", "_DRIVE='PHI'\n_START"))
    with pytest.raises(DataError, match="PHI"):
        uxd.read(path)


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    return examples(tmp_path_factory.mktemp("originals"))


@pytest.mark.parametrize("reader", READERS, ids=lambda r: r.NAME)
@settings(
    max_examples=60, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(data=st.data())
def test_damage_never_gives_another_error(reader, originals, tmp_path, data):
    raw = bytearray(originals[reader])
    kind = data.draw(st.sampled_from(["cut", "change", "insert", "random"]))
    if kind == "cut":
        raw = raw[: data.draw(st.integers(0, len(raw)))]
    elif kind == "change":
        for _ in range(data.draw(st.integers(1, 12))):
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    elif kind == "insert":
        at = data.draw(st.integers(0, len(raw)))
        raw[at:at] = data.draw(st.binary(max_size=40))
    else:
        raw = bytearray(data.draw(st.binary(max_size=400)))
    path = tmp_path / "a.dat"
    path.write_bytes(bytes(raw))
    reader.sniff(bytes(raw[:65536]), path)
    try:
        found = formats.read(path, "xrd")
    except DataError as error:
        found, words = [], str(error)
    else:
        words = ""
    assert "\n" not in words
    if found:
        for item in found:
            assert np.isfinite(item.data["counts"].values).all()
            assert (np.diff(item.data["two_theta"].values) > 0).all()
