"""Files of cyclers, potentiostats and impedance analysers: encodings, damage, sniffing, round trips."""

import io
import struct
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nanokiln import formats
from nanokiln.core.errors import DataError, InputError
from nanokiln.core.measurement import SYNTHETIC_MARK
from nanokiln.formats import (
    arbin_res,
    bdf_csv,
    cv_csv,
    cycler_csv,
    cycler_xlsx,
    eclab_cv,
    eclab_cycling,
    eclab_eis,
    eis_csv,
    gamry_eis,
    neware,
    zplot,
)
from nanokiln.techniques.cv.synthetic import voltammogram
from nanokiln.techniques.cycling.synthetic import anode_test
from nanokiln.techniques.eis.synthetic import spectrum

ALL = (zplot, gamry_eis, eclab_eis, eis_csv, bdf_csv, cycler_csv, cycler_xlsx, neware, arbin_res,
       eclab_cycling, eclab_cv, cv_csv)  # fmt: skip
CELL = {"R0": 5.0, "R1": 40.0, "Q1": 2e-5, "n1": 0.85}


def mpr(points=4, ids=(1, 4, 6, 11, 24), magic=b"BIO-LOGIC MODULAR FILE\x1a", technique=0x04):
    """A binary EC-Lab file made here: mode, time, Ewe, <I>, cycle number."""
    rows = [struct.pack("<Bdfdd", 2, 1.0 * i, 0.5 + 0.1 * i, 0.1 * (-1) ** i, 1.0) for i in range(points)]
    head = struct.pack(f"<IB{len(ids)}H", points, len(ids), *ids)
    data = head + bytes(0x195 - len(head)) + b"".join(rows)
    raw = magic + b" " * 25 + bytes(4)
    for name, content in ((b"VMP Set   ", bytes([technique]) + bytes(20)), (b"VMP data  ", data)):
        raw += b"MODULE" + name + b"x".ljust(25) + struct.pack("<II", len(content), 2) + b"01.01.26" + content
    return raw


def xlsx(rows):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


CYCLER = (
    "Test_Time(s),Cycle_Index,Step_Index,Current(A),Voltage(V),Charge_Capacity(Ah),Discharge_Capacity(Ah)\n"
    + (
        "".join(
            f"{i},{1 + i // 8},{1 + i // 4},{-1e-3 if i // 4 % 2 == 0 else 1e-3},{3 - 0.1 * i},0,0\n"
            for i in range(32)
        )
    )
)
EIS = "frequency (Hz),z_real (ohm),z_imag (ohm)\n" + "".join(
    f"{10**k},{50 - k},{-k - 1}\n" for k in range(5, -2, -1)
)
CV = "E (V),I (mA)\n" + "".join(f"{abs(20 - i) * 0.05},{0.1 * (20 - i)}\n" for i in range(41))
MPT = (
    "EC-Lab ASCII FILE\nNb header lines : 5\n\nCyclic Voltammetry\nEwe/V\t<I>/mA\tcycle number\t\n"
    + "".join(f"{abs(20 - i) * 0.05}\t{0.1 * i}\t1\n" for i in range(41))
)


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    """One file of each kind made here: path by name, and the module that must recognise it."""
    folder = tmp_path_factory.mktemp("cell")
    s = spectrum("R-RQ", CELL, 1)
    t = anode_test([1000, 990, 980], [0.1] * 3, 1.0, 1)
    v = voltammogram([(0.5, 1e-4, 0.1)], [(0.3, 1e-4, 0.1)], 1e-4, 1)
    zplot.write(s, folder / "z.z")
    eclab_eis.write(s, folder / "eis.mpt")
    bdf_csv.write(t, folder / "t.bdf.csv")
    eclab_cycling.write(t, folder / "t.mpt")
    eclab_cv.write(v, folder / "v.mpt")
    texts = {"eis.csv": EIS, "cycler.csv": CYCLER, "cv.csv": CV, "bare.txt": EIS.split("\n", 1)[1]}
    texts["gamry.DTA"] = gamry()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "t.mpr").write_bytes(mpr())
    (folder / "t.xlsx").write_bytes(xlsx([line.split(",") for line in CYCLER.splitlines()]))
    (folder / "x.res").write_bytes(b"\x00\x01\x00\x00Standard Jet DB\x00" + bytes(4096))
    (folder / "x.nda").write_bytes(b"NEWARE" + bytes(300))
    owners = {"z.z": zplot, "eis.mpt": eclab_eis, "t.bdf.csv": bdf_csv, "t.mpt": eclab_cycling}
    owners |= {"v.mpt": eclab_cv, "eis.csv": eis_csv, "cycler.csv": cycler_csv, "cv.csv": cv_csv}
    owners |= {"bare.txt": eis_csv, "gamry.DTA": gamry_eis, "t.mpr": eclab_cycling, "t.xlsx": cycler_xlsx}
    owners |= {"x.res": arbin_res, "x.nda": neware}
    return {name: (folder / name, owner) for name, owner in owners.items()}


def gamry(rows=((1, 0.1, 1e3, 50.0, -1.0), (2, 0.2, 1e2, 60.0, -9.0), (3, 0.3, 1e1, 80.0, -2.0))):
    lines = ["EXPLAIN", "TAG\tEISPOT", "AREA\tQUANT\t1,0\tArea", "ZCURVE\tTABLE"]
    lines += ["\tPt\tTime\tFreq\tZreal\tZimag", "\t#\ts\tHz\tohm\tohm"]
    return "\n".join([*lines, *("\t" + "\t".join(map(str, row)) for row in rows)]) + "\n"


def test_every_file_is_recognised_by_its_own_reader_and_no_other_is_as_sure(samples):
    for name, (path, owner) in samples.items():
        head = path.read_bytes()[:65536]
        sure = {m.__name__: m.sniff(head, path) for m in formats.modules()}
        best = sure.pop(owner.__name__)
        assert best > 0.5, name
        assert max(sure.values()) < best, (name, {k: v for k, v in sure.items() if v >= best})
        assert formats.guess(path).module is owner


def test_readers_leave_files_of_other_techniques_alone(shared_data):
    for technique in ("n2_sorption", "xps", "raman", "ftir", "tga", "xrd", "icp"):
        folder = shared_data("eis").parent / technique
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if not path.is_file() or path.suffix == ".md":
                continue
            head = path.read_bytes()[:65536]
            for module in ALL:
                assert module.sniff(head, path) == 0, (module.__name__, path.name)


@pytest.mark.parametrize("name", ["z.z", "eis.mpt", "t.bdf.csv", "t.mpt", "v.mpt"])
def test_what_is_written_is_read_back_and_marked(samples, name):
    path, owner = samples[name]
    (back,) = owner.read(path)
    assert back.origin == "synthetic"
    assert SYNTHETIC_MARK in path.read_text()
    made = {"z": spectrum("R-RQ", CELL, 1), "e": spectrum("R-RQ", CELL, 1),
            "t": anode_test([1000, 990, 980], [0.1] * 3, 1.0, 1),
            "v": voltammogram([(0.5, 1e-4, 0.1)], [(0.3, 1e-4, 0.1)], 1e-4, 1)}[name[0]]  # fmt: skip
    for variable in ("frequency", "z_real", "z_imag", "time", "voltage", "potential"):
        if variable in made.data:
            np.testing.assert_array_equal(back.data[variable], made.data[variable])
    if "charge" in made.data:
        np.testing.assert_allclose(back.data["charge"], made.data["charge"], rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(back.data["discharge"], made.data["discharge"], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(
        back.data["current"], made.data["current"], rtol=1e-14
    ) if "current" in made.data else None


@pytest.mark.parametrize("module", [zplot, eclab_eis, bdf_csv, eclab_cycling, eclab_cv])
def test_writers_refuse_other_measurements(tmp_path, module):
    wrong = spectrum("R-RQ", CELL, 1) if module.TECHNIQUE != "eis" else anode_test([1000], [0.1], 1.0, 1)
    with pytest.raises(InputError, match="hold"):
        module.write(wrong, tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize(
    ("module", "text"),
    [(eis_csv, EIS), (cycler_csv, CYCLER), (cv_csv, CV), (eclab_cv, MPT), (gamry_eis, gamry())],
)
def test_encodings_give_the_same_numbers(tmp_path, module, text, encoding):
    plain, other = tmp_path / "a", tmp_path / "b"
    plain.write_text(text, encoding="utf-8")
    other.write_text(text, encoding=encoding)
    if encoding != "utf-16" or module not in (gamry_eis,):
        assert module.sniff(other.read_bytes(), other) > 0.5
    assert module.read(other)[0].data.equals(module.read(plain)[0].data)


@pytest.mark.parametrize(("module", "text"), [(eis_csv, EIS), (cycler_csv, CYCLER), (cv_csv, CV)])
def test_decimal_commas_give_the_same_numbers(tmp_path, module, text):
    plain, comma = tmp_path / "a", tmp_path / "b"
    plain.write_text(text)
    comma.write_text(text.replace(",", ";").replace(".", ","))
    assert module.read(comma)[0].data.equals(module.read(plain)[0].data)


def test_a_chinese_export_in_gbk(tmp_path):
    path = tmp_path / "landt.csv"
    lines = ["循环序号,工步号,状态,测试时间/Sec,电流/mA,电压/V,容量/mAh"]
    for i in range(8):
        state = "恒流放电" if i < 4 else "恒流充电"
        lines.append(f"1,{1 + i // 4},{state},{10 * i},0.5,{2 - 0.1 * i},{0.1 * (i % 4)}")
    path.write_bytes("\n".join(lines).encode("gbk"))
    assert formats.guess(path).module is cycler_csv
    data = cycler_csv.read(path)[0].data
    np.testing.assert_allclose(data["current"], [-5e-4] * 4 + [5e-4] * 4)
    np.testing.assert_allclose(data["discharge"].values[-1], 0.3e-3)
    np.testing.assert_allclose(data["charge"].values[-1], 0.3e-3)


def test_a_maccor_export_with_states_and_clocks(tmp_path):
    path = tmp_path / "maccor.txt"
    lines = ["Today's Date\t01/01/2026", "Rec#\tCyc#\tStep\tTestTime\tStepTime\tAmp-hr\tAmps\tVolts\tState"]
    clock = "0d 00:0{}:00.00"
    for i, state in enumerate("DDDDCCCC"):
        cells = (i, 1, 1 + i // 4, clock.format(i), clock.format(i % 4), 0.01 * (i % 4), 0.1, 3 + i, state)
        lines.append("\t".join(map(str, cells)))
    path.write_text("\n".join(lines))
    data = cycler_csv.read(path)[0].data
    np.testing.assert_allclose(data["time"], 60.0 * np.arange(8))
    np.testing.assert_allclose(data["current"], [-0.1] * 4 + [0.1] * 4)
    assert float(data["discharge"][-1]) == pytest.approx(0.03)


def test_without_counters_the_current_is_integrated(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("Time (h),Voltage (V),Current (mA)\n0,1,-2\n0.5,1,-2\n1,1,-2\n1.5,2,4\n2,2,4\n")
    (m,) = cycler_csv.read(path)
    assert m.settings["capacity_source"] == "current integrated over time"
    assert float(m.data["discharge"][-1]) == pytest.approx(2.5e-3)  # the last half hour falls from 2 mA to 0


def test_bdf_with_names_for_machines(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("test_time_second,voltage_volt,current_ampere\n0,1,-2\n1800,1,-2\n3600,1,-2\n")
    assert formats.guess(path).module is bdf_csv
    assert float(bdf_csv.read(path)[0].data["discharge"][-1]) == pytest.approx(2.0)


def test_polar_and_negative_imaginary_columns(tmp_path):
    z = np.array([50 - 5j, 60 - 20j, 90 - 10j])
    f = [1000.0, 10.0, 0.1]
    a, b = tmp_path / "a.csv", tmp_path / "b.csv"
    head = "Index;Frequency (Hz);Z' (Ω);-Z'' (Ω);Z (Ω);-Phase (°)\n"
    a.write_text(
        head + "".join(f"{i};{x};{v.real};{-v.imag};0;0\n" for i, (x, v) in enumerate(zip(f, z, strict=True)))
    )
    b.write_text("freq/kHz,|Z|/Ohm,Phase(Z)/deg\n" + "".join(
        f"{x / 1000},{abs(v)},{np.angle(v, deg=True)}\n" for x, v in zip(f, z, strict=True)))  # fmt: skip
    for path in (a, b):
        data = eis_csv.read(path)[0].data
        np.testing.assert_allclose(data["frequency"], f)
        np.testing.assert_allclose(data["z_real"] + 1j * data["z_imag"], z, rtol=1e-12)


def test_binary_eclab_made_here(samples):
    (m,) = eclab_cycling.read(samples["t.mpr"][0])
    np.testing.assert_allclose(m.data["voltage"], [0.5, 0.6, 0.7, 0.8], rtol=1e-7)
    np.testing.assert_allclose(m.data["current"], [1e-4, -1e-4, 1e-4, -1e-4])


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (mpr()[:-20], "truncated"),
        (mpr(ids=(1, 4, 6, 999, 24)), "column number 999 is not known"),
        (mpr(ids=(1, 4, 6, 11)), "not as long as their columns"),
        (mpr()[:60], "no data module"),
    ],
)
def test_damaged_binary_eclab(tmp_path, raw, words):
    path = tmp_path / "x.mpr"
    path.write_bytes(raw)
    with pytest.raises(DataError, match=words) as caught:
        eclab_cycling.read(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("cut", [20, *range(496, 524)])  # in the records; in the numbers of the columns
def test_binary_eclab_cut_anywhere_is_an_error_in_words(tmp_path, cut):
    path = tmp_path / "x.mpr"
    path.write_bytes(mpr()[:-cut])
    eclab_cycling.sniff(path.read_bytes(), path)
    with pytest.raises(DataError):
        eclab_cycling.read(path)


@pytest.mark.parametrize(
    ("module", "text", "words"),
    [
        (zplot, "ZPLOT2 ASCII\n", "End Comments"),
        (zplot, "ZPLOT2 ASCII\nEnd Comments\n1 0 0 0 5\n", "incomplete"),
        (zplot, "ZPLOT2 ASCII\nEnd Comments\n1 0 0 0 5 1\n", "1 frequencies"),
        (gamry_eis, gamry().split("ZCURVE")[0], "no table ZCURVE"),
        (gamry_eis, gamry().replace("Zimag", "Zx"), "lacks the column Zimag"),
        (gamry_eis, gamry(((1, 1, 1, "x", 1),)), "incomplete"),
        (eis_csv, EIS.replace("100000,45,-6", "-1,45,-6"), "above 0 Hz"),
        (eis_csv, EIS.replace("45,-6", "nan,-6"), "not a finite number"),
        (eis_csv, EIS.replace("45,-6", "0,0"), "impedance is zero"),
        (eis_csv, "a,b\n1,2\n", "no header with frequency"),
        (eclab_eis, MPT, "no column freq/Hz"),
        (eclab_cv, "EC-Lab ASCII FILE\nNb header lines : 900\n\nx\n", "where its table begins"),
        (eclab_cv, MPT + "1\t", "1 of 3|of 3 values"),
        (eclab_cv, MPT.replace("<I>/mA", "x"), "lacks current"),
        (eclab_cycling, MPT, "no time"),
        (cycler_csv, CYCLER.replace("Voltage(V)", "x"), "no header with time"),
        (cycler_csv, CYCLER.replace("\n5,", "\n1,"), "time runs backwards at row 6"),
        (cycler_csv, CYCLER.replace("2.5,", "x,"), "row 6 of voltage"),
        (bdf_csv, "Test Time / s,Voltage / V\n1,2\n", "lacks one of the BDF columns"),
        (cv_csv, CV.replace("0.1", "x"), "not a finite number"),
        (cv_csv, CV[:60], "rows; a voltammogram needs 20"),
        (cv_csv, "E (V),I (mA)\n" + "0.1,1\n" * 30, "does not change"),
    ],
)
def test_unusable_text(tmp_path, module, text, words):
    path = tmp_path / "x"
    path.write_text(text)
    with pytest.raises(DataError, match=words) as caught:
        module.read(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("module", ALL)
def test_missing_empty_and_binary_files(tmp_path, module):
    empty, noise = tmp_path / "empty", tmp_path / "noise"
    empty.touch()
    noise.write_bytes(bytes(range(256)) * 20)
    for path in (tmp_path / "none", empty, noise, tmp_path):
        with pytest.raises(DataError):
            module.read(path)
    assert module.sniff(noise.read_bytes(), noise) == 0


@pytest.mark.parametrize(
    ("module", "package", "name", "raw"),
    [
        (neware, "NewareNDA", "x.nda", b"NEWARE" + bytes(50)),
        (arbin_res, "access_parser", "x.res", b"\x00\x01\x00\x00Standard Jet DB"),
    ],
)
def test_a_missing_package_is_named(tmp_path, monkeypatch, module, package, name, raw):
    monkeypatch.setitem(__import__("sys").modules, package, None)
    path = tmp_path / name
    path.write_bytes(raw)
    with pytest.raises(DataError, match=r"nanokiln\[cycler\]"):
        module.read(path)


def test_a_workbook_that_unpacks_to_too_much(tmp_path, monkeypatch):
    path = tmp_path / "x.xlsx"
    path.write_bytes(xlsx([line.split(",") for line in CYCLER.splitlines()]))
    monkeypatch.setattr(cycler_xlsx, "_LARGEST", 1000)
    with pytest.raises(DataError, match="unpacks to more"):
        cycler_xlsx.read(path)


def test_a_workbook_without_a_test(tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(xlsx([["a", "b"], [1, 2]]))
    assert cycler_xlsx.sniff(path.read_bytes(), path) == 0
    with pytest.raises(DataError, match="no sheet"):
        cycler_xlsx.read(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x")
    with pytest.raises(DataError, match="damaged workbook"):
        cycler_xlsx.read(path)


def test_a_large_table_is_read_in_seconds(tmp_path):
    path = tmp_path / "x.csv"
    rows = "".join(f"{i},3.{i % 97},{-1 if i % 1000 < 500 else 1}\n" for i in range(200_000))
    path.write_text("Time (s),Voltage (V),Current (mA)\n" + rows)
    assert cycler_csv.read(path)[0].data.sizes["point"] == 200_000


MUTANTS = sorted({"z.z", "eis.mpt", "t.bdf.csv", "t.mpt", "v.mpt", "eis.csv", "cycler.csv", "cv.csv",
                  "gamry.DTA", "t.mpr", "t.xlsx", "x.res", "x.nda"})  # fmt: skip


def mutate(raw, cut, places, values, insert):
    """Cut, overwrite and insert bytes."""
    raw = bytearray(raw[: max(1, int(cut * len(raw)))])
    for place, value in zip(places, values, strict=True):
        raw[int(place * (len(raw) - 1))] = value
    at = int(places[0] * len(raw)) if places else 0
    return bytes(raw[:at] + insert + raw[at:])


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@pytest.mark.parametrize("name", MUTANTS)
@given(
    cut=st.floats(0.0, 1.0) | st.just(1.0),
    edits=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=6),
    insert=st.binary(max_size=12)
    | st.sampled_from([b"\n", b"\t", b"-", b"e999", b",,", b"nan", b"\xff\xfe"]),
)
def test_damaged_files_give_a_measurement_or_an_error_in_words(samples, tmp_path, name, cut, edits, insert):
    source, owner = samples[name]
    path = tmp_path / f"m{source.suffix}"
    path.write_bytes(mutate(source.read_bytes(), cut, [e[0] for e in edits], [e[1] for e in edits], insert))
    owner.sniff(path.read_bytes(), path)
    error: DataError | None = None
    try:
        for m in formats.read(path, owner.TECHNIQUE) if name[0] != "x" else owner.read(path):
            assert m.technique == owner.TECHNIQUE
            assert all(np.isfinite(m.data[v]).all() for v in m.data)
    except DataError as caught:
        error = caught
    assert "\n" not in str(error)
