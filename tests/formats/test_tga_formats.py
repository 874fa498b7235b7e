"""Thermobalance files: five formats, odd encodings, refusals, sniffers that leave other files alone."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nanokiln import formats
from nanokiln.core.errors import DataError
from nanokiln.core.measurement import SYNTHETIC_MARK, Measurement
from nanokiln.formats import _thermogram, tga_csv, tga_mettler, tga_netzsch, tga_perkinelmer, tga_ta

READERS = (tga_netzsch, tga_perkinelmer, tga_mettler, tga_ta, tga_csv)
POINTS = 40


def course(n=POINTS):
    t = np.linspace(0, 3000, n)
    return t, 30 + t / 6, 8 - 3 / (1 + np.exp(-(t - 1800) / 150))


def netzsch(decimal=".", separator=";", unit="%", word="SEMICOLON"):
    head = [
        "#EXPORTTYPE:DATA ALL", "#FORMAT:NETZSCH5", f"#SEPARATOR:{word}", "#MTYPE:TG", "#SAMPLE:powder",
        "#SAMPLE MASS /mg:8.0", "#CORR. FILE:blank.bs3", "",
        separator.join(["##Temp./°C", "Time/min", f"Mass/{unit}", "Gas Flow/(ml/min)"]),
    ]  # fmt: skip
    rows = [
        separator.join(f"{x:.5f}".replace(".", decimal) for x in (T, t / 60, m, 50))
        for t, T, m in zip(*course(), strict=True)
    ]
    return "\r\n".join([*head, *rows]) + "\r\n"


def perkinelmer():
    head = [
        "Filename:\tC:\\Pyris\\data\\a.tg8d ", "Sample ID:\tpowder ", "Serial Number:\t1 ", 
        "Sample Weight:\t8.000 mg ",
        "Display Weight:\t8.000 ", "Total Points in Run:\t40 ", "Method Steps: ",
        "Switch the Gas to Oxygen at 45.0 ml/min",
        "1) TGA Temperature Scan ",
        "\tTime     \tUnsubtracted\tBaseline     \tProgram     \tSample     ",
        "\t          \tWeight     \tWeight     \tTemperature\tTemperature",
    ]  # fmt: skip
    rows = [
        f"\t{t / 60:.6f}\t{m:.6f}\t0.000000\t{T:.6f}\t{T - 1:.6f}" for t, T, m in zip(*course(), strict=True)
    ]
    return "\n".join([*head, *rows, " ", "\tTEMPERATURE CALIBRATION INPUTS: ", "Alumel\t154.2"]) + "\n"


def mettler():
    head = [
        "SampleID:", "  powder, 8.0 mg", "Method:", "  ramp", "Results:", "Curve:",
        "   Index      t     Ts     Tr   Value", "            [s]   [°C]   [°C]    [mg]",
    ]  # fmt: skip
    rows = [
        f"  {i}  {t:.4f}  {T:.4f}  {T + 1:.3f}  {m:.5f}"
        for i, (t, T, m) in enumerate(zip(*course(), strict=True))
    ]
    return "\n".join([*head, *rows]) + "\n"


def ta():
    head = [
        "Version\t2.0", "Instrument\tTGA Q500", "Sample\tpowder", "Size\t8.0\tmg", "Nsig\t3", 
        "Sig1\tTime (min)",
        "Sig2\tTemperature (°C)", "Sig3\tWeight (mg)", "StartOfData", "-3.0\t1.0\t0.0",
    ]  # fmt: skip
    rows = [f"{t / 60:.6f}\t{T:.4f}\t{m:.5f}" for t, T, m in zip(*course(), strict=True)]
    return "\n".join([*head, *rows, "-1.0\t500\t0.0"]) + "\n"


def table():
    rows = [f"{t:.3f},{T + 273.15:.4f},{m:.5f}" for t, T, m in zip(*course(), strict=True)]
    return "\n".join(["time,Temp,mass", "[s],[K],[mg]", *rows]) + "\n"


MADE = {
    "tga_netzsch": netzsch(unit="mg"), "tga_perkinelmer": perkinelmer(), "tga_mettler": mettler(),
    "tga_ta": ta(), "tga_csv": table(),
}  # fmt: skip


def module_of(name):
    return next(m for m in READERS if m.__name__.endswith(name))


def put(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "run.dat"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


@pytest.mark.parametrize("name", MADE)
def test_each_format_is_guessed_and_read_alike(name, tmp_path):
    path = put(tmp_path, MADE[name])
    assert formats.guess(path).module is module_of(name)
    (run,) = formats.read(path)
    t, T, m = course()
    assert run.data["time"].values == pytest.approx(t, abs=1e-3)
    assert run.data["temperature"].values == pytest.approx(T - (name == "tga_perkinelmer"), abs=1e-3)
    assert run.data["mass"].values == pytest.approx(m, abs=1e-4)
    assert run.origin == "measured"


@pytest.mark.parametrize("name", MADE)
def test_no_other_sniffer_takes_it(name, tmp_path):
    path = put(tmp_path, MADE[name])
    head = path.read_bytes()
    sure = {m.__name__.rsplit(".", 1)[-1]: m.sniff(head, path) for m in formats.modules()}
    own = sure.pop(name)
    assert own > 0.9
    assert max(sure.values()) < 0.5


def test_our_sniffers_leave_other_files_alone(shared_data):
    folder = shared_data("tga").parent
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.stat().st_size < 2**22):
        if path.parent.name == "tga" or path.suffix == ".md":
            continue
        head = path.read_bytes()[:65536]
        assert max(m.sniff(head, path) for m in READERS) == 0, path.name


@pytest.mark.parametrize(("encoding", "mark"), [("utf-16", ""), ("cp1252", ""), ("utf-8-sig", "")])
@pytest.mark.parametrize("name", MADE)
def test_encodings(name, encoding, mark, tmp_path):
    path = put(tmp_path, MADE[name], encoding)
    assert formats.guess(path).module is module_of(name)
    assert formats.read(path)[0].data.sizes["point"] == POINTS


def test_chinese_encoding_of_the_degree_sign(tmp_path):
    path = put(tmp_path, netzsch(unit="mg").replace("°C", "℃"), "gbk")
    (run,) = formats.read(path)
    assert run.data["temperature"].values[0] == pytest.approx(30)


def test_decimal_comma(tmp_path):
    (run,) = formats.read(put(tmp_path, netzsch(decimal=",", unit="mg")))
    assert run.data["mass"].values == pytest.approx(course()[2], abs=1e-4)


@pytest.mark.parametrize("name", MADE)
def test_a_file_that_broke_off_is_read_to_its_last_row(name, tmp_path):
    text = MADE[name]
    whole = text.rstrip().splitlines()
    if name == "tga_perkinelmer":
        whole = whole[:-3]
    if name == "tga_ta":
        whole = whole[:-1]
    cut = "\n".join(whole)[:-14].rstrip("0123456789.")
    (run,) = module_of(name).read(put(tmp_path, cut))
    assert POINTS - 2 <= run.data.sizes["point"] <= POINTS
    assert run.settings["notes"] or run.data.sizes["point"] == POINTS - 1


@pytest.mark.parametrize("name", MADE)
def test_a_damaged_row_is_refused(name, tmp_path):
    lines = MADE[name].splitlines()
    lines[25] = lines[25].replace(".", ".x", 2)
    with pytest.raises(DataError, match="row"):
        module_of(name).read(put(tmp_path, "\n".join(lines)))


@pytest.mark.parametrize("reader", READERS, ids=lambda m: m.NAME)
@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"hello", b"##\n", b"StartOfData\n", b"Curve:\n"])
def test_wrong_files_are_refused_in_one_line(reader, content, tmp_path):
    with pytest.raises(DataError) as caught:
        reader.read(put(tmp_path, content))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("[K]", "[bar]"), "temperature unit"),
        (("[mg]", "[parsec]"), "mass unit"),
        (("[s]", "[fortnight]"), "time unit"),
        (("[s],[K],[mg]\n", ""), "no unit"),
        (("time,Temp,mass", "a,b,c"), "no columns"),
    ],
)
def test_units_are_never_guessed(change, words, tmp_path):
    path = put(tmp_path, table().replace(*change))
    with pytest.raises(DataError, match=words):
        tga_csv.read(path)


def test_time_that_runs_back_is_refused(tmp_path):
    lines = table().splitlines()
    lines[10], lines[11] = lines[11], lines[10]
    with pytest.raises(DataError, match="backwards"):
        tga_csv.read(put(tmp_path, "\n".join(lines)))


def synthetic():
    t, T, m = course()
    run = _thermogram.measurement(
        t, T, m, unit="mg", path="x", text=SYNTHETIC_MARK,
        settings={"sample": "powder", "initial_mass_mg": 8.0, "gas": "air", "blank_subtracted": True},
    )  # fmt: skip
    assert isinstance(run, Measurement)
    return run


def test_both_written_formats_carry_the_same_digits(tmp_path):
    run = synthetic()
    a = tga_netzsch.read(tga_netzsch.write(tmp_path / "a.txt", run))[0]
    b = tga_csv.read(tga_csv.write(tmp_path / "b.csv", run))[0]
    for name in ("time", "temperature", "mass"):
        assert np.array_equal(a.data[name].values, b.data[name].values)
    for key in ("sample", "initial_mass_mg", "gas", "blank_subtracted"):
        assert a.settings[key] == b.settings[key] == run.settings[key]
    assert a.origin == b.origin == "synthetic"


def test_a_huge_file_is_read_in_time(tmp_path):
    rows = "\n".join(f"{i},{300 + i / 1000},{5 - i / 1e6}" for i in range(200000))
    (run,) = formats.read(put(tmp_path, "time (s),T (K),m (mg)\n" + rows))
    assert run.data.sizes["point"] == 200000


@pytest.mark.parametrize("reader", READERS, ids=lambda m: m.NAME)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_damage_gives_a_measurement_or_one_clear_error(reader, data, tmp_path):
    name = reader.__name__.rsplit(".", 1)[-1]
    raw = bytearray(MADE[name].encode())
    for _ in range(data.draw(st.integers(0, 8))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at] = data.draw(st.integers(0, 255))
    raw = raw[: data.draw(st.integers(0, len(raw)))]
    path = put(tmp_path, bytes(raw))
    reader.sniff(bytes(raw)[:65536], path)
    try:
        found = formats.read(path, "tga") if raw else []
    except DataError:
        return
    assert all(np.isfinite(m.data["mass"].values).all() for m in found)


REAL = {
    "burnoff_example.txt": ("PerkinElmer Pyris text", 4737),
    "plastic_cracking_example.txt": ("PerkinElmer Pyris text", 12098),
    "netzsch_example_file.txt": ("NETZSCH text", 270),
    "TAInstruments_example_file.txt": ("TA Instruments text", 15577),
    "FSRI_TGA_N2_10K_1.csv": ("TGA CSV", 999),
    "FSRI_TGA_N2_10K_2.csv": ("TGA CSV", None),
    "FSRI_TGA_N2_10K_3.csv": ("TGA CSV", None),
    "GIDAZE+_TGA_O2-21_10K_1.csv": ("TGA CSV", 124),
    "E_cnt_5.csv": ("TGA CSV", 2000),
    "E_cnt_10.csv": ("TGA CSV", 2000),
    "E_cnt_20.csv": ("TGA CSV", 2000),
}


@pytest.mark.parametrize("name", REAL)
def test_real_files(name, shared_data):
    path = shared_data("tga") / name
    found = formats.guess(path)
    (run,) = formats.read(path)
    kind, points = REAL[name]
    guessed = str(found.module.NAME)
    assert guessed == kind
    assert found.sure > 0.9
    assert points in (None, run.data.sizes["point"])
