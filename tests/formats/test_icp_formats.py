"""ICP files: our batch csv, Agilent traces, tables of concentrations; refusals and damage."""

import csv
import io

import numpy as np
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nanokiln import formats
from nanokiln.core.errors import DataError
from nanokiln.formats import icp_agilent, icp_csv, icp_table

READERS = (icp_csv, icp_agilent, icp_table)
ROWS = [
    (1, "blank", "blank", "", 1, element, line, "", replicate, 50, 5)
    for replicate in (1, 2)
    for element, line in (("B", "249.772"), ("Si", "251.611"))
]  # fmt: skip


def batch(separator=","):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    writer.writerow(icp_csv.COLUMNS)
    writer.writerows(ROWS)
    return "# sample: powder\n# feed B/Si (g/g): 0.25\n" + out.getvalue()


def traces():
    rows = [f"{0.3 * i:.3f},{100 + i},{5000 - i}" for i in range(1, 40)]
    head = ["C:\\ICPMH\\a.D", "Intensity Vs Time,CPS", "Acquired      : Oct 30 2015", "Time [Sec],B11,Si28"]
    return "\n".join([*head, *rows]) + "\n"


def winlab():
    rows = ["S1,B 249.772,1.5", "S1,Si 251.611,5.0", "S2,B 249.772,1.0", "S2,Si 251.611,5.0"]
    return "Sample ID,Analyte Name,Reported Conc (Calib)\n" + "\n".join(rows) + "\n"


def varian():
    rows = ["S1\tSamp\tB 249.772\t\t1.5", "S1\tSamp\tSi 251.611\t\t5.0"]
    return "Date: today\n\nSolution Label\tType\tElement\tFlags\tSoln Conc\n" + "\n".join(rows) + "\n"


MADE = {"icp_csv": batch(), "icp_agilent": traces(), "icp_table": winlab()}


def put(tmp_path, content):
    path = tmp_path / "file.dat"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("name", MADE)
def test_each_is_guessed_and_no_other_sniffer_takes_it(name, tmp_path):
    path = put(tmp_path, MADE[name])
    assert formats.guess(path).module.__name__.endswith(name)
    sure = {m.__name__.rsplit(".", 1)[-1]: m.sniff(path.read_bytes(), path) for m in formats.modules()}
    assert sure.pop(name) > 0.9
    assert max(sure.values()) < 0.5


def test_our_sniffers_leave_other_files_alone(shared_data):
    for path in sorted(p for p in shared_data("icp").parent.rglob("*") if p.is_file()):
        if path.parent.name != "icp" and path.stat().st_size < 2**22:
            head = path.read_bytes()[:65536]
            assert max(m.sniff(head, path) for m in READERS) == 0, path.name


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_batch_columns(separator, tmp_path):
    (found,) = icp_csv.read(put(tmp_path, batch(separator)))
    assert found.data["counts"].values.tolist() == [50.0] * 4
    assert np.isnan(found.data["time_h"].values).all()
    assert found.settings["feed_b_si"] == 0.25
    assert found.origin == "measured"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ((",50,", ",fifty,"), "is no number"),
        (("blank,blank", "blank,void"), "type 'void'"),
        (("dwell_s", "dwell"), "lacks"),
        ((",5\n", ",0\n"), "dwell_s"),
    ],
)
def test_batch_refusals(change, words, tmp_path):
    with pytest.raises(DataError, match=words):
        icp_csv.read(put(tmp_path, batch().replace(*change)))


def test_traces(tmp_path):
    (found,) = icp_agilent.read(put(tmp_path, traces()))
    assert found.data["line"].values.tolist() == ["B11", "Si28"]
    assert found.data["counts"].values[0].tolist() == [101.0, 4999.0]


@pytest.mark.parametrize("text", [winlab(), varian()])
def test_tables(text, tmp_path):
    (found,) = icp_table.read(put(tmp_path, text))
    assert found.data["element"].values[:2].tolist() == ["B", "Si"]
    assert found.data["concentration"].values[:2].tolist() == [1.5, 5.0]


def test_the_same_table_as_a_workbook(tmp_path):
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(winlab())):
        book.active.append(row)
    path = tmp_path / "table.bin"
    book.save(path)
    assert formats.guess(path).module is icp_table
    assert formats.read(path)[0].data["concentration"].values.tolist() == [1.5, 5.0, 1.0, 5.0]
    cut = put(tmp_path, path.read_bytes()[:2000])
    with pytest.raises(DataError):
        icp_table.read(cut)


@pytest.mark.parametrize("reader", READERS, ids=lambda m: m.NAME)
@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"hello", b"PK\x03\x04zzzz", b"# sample: x\n"])
def test_wrong_files_are_refused_in_one_line(reader, content, tmp_path):
    with pytest.raises(DataError) as caught:
        reader.read(put(tmp_path, content))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("reader", READERS, ids=lambda m: m.NAME)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_damage_gives_a_measurement_or_one_clear_error(reader, data, tmp_path):
    raw = bytearray(MADE[reader.__name__.rsplit(".", 1)[-1]].encode())
    for _ in range(data.draw(st.integers(0, 8))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    raw = raw[: data.draw(st.integers(0, len(raw)))]
    path = put(tmp_path, bytes(raw))
    reader.sniff(bytes(raw), path)
    try:
        formats.read(path, "icp")
    except DataError:
        return


def test_real_file(shared_data):
    path = shared_data("icp") / "B10-F_A.csv"
    found = formats.guess(path)
    assert found.module is icp_agilent
    (traced,) = formats.read(path)
    assert traced.data["line"].values[0] == "B11"
    assert traced.data["counts"].values[0, 0] == 100.0
    assert traced.data["time"].values[-1] == pytest.approx(238.658)
