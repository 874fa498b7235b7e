"""Diameters as text: what is written is read back, foreign tables are understood, bad ones refused."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from nanokiln.core.errors import DataError, InputError
from nanokiln.core.measurement import SYNTHETIC_MARK, Measurement
from nanokiln.formats import diameters_csv


def measurement(d, origin="measured", label="powder", **facts):
    data = xr.Dataset({"diameter_nm": ("particle", np.asarray(d, dtype=float), {"units": "nm"})})
    return Measurement("sizing", data, origin, label, facts)


def save(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "Results.csv"
    path.write_bytes(text.encode(encoding))
    return path


def sizes(path):
    (found,) = diameters_csv.read(path)
    return found.data["diameter_nm"].values


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(1e-3, 1e7), min_size=1, max_size=30), st.sampled_from(["measured", "synthetic"]))
def test_round_trip_is_exact(tmp_path_factory, d, origin):
    path = tmp_path_factory.mktemp("round") / "x.csv"
    diameters_csv.write(measurement(d, origin, "before", pixel_size_nm=2.0, scale_error=0.01), path)
    (back,) = diameters_csv.read(path)
    np.testing.assert_array_equal(back.data["diameter_nm"].values, d)
    assert back.data["diameter_nm"].attrs["units"] == "nm"
    assert (back.origin, back.label, back.technique) == (origin, "before", "sizing")
    assert back.settings["pixel_size_nm"] == 2.0
    assert back.settings["scale_error"] == 0.01


def test_a_synthetic_file_says_so_in_its_first_line(tmp_path):
    path = tmp_path / "x.csv"
    diameters_csv.write(measurement([200], "synthetic"), path)
    assert path.read_text().splitlines()[0] == f"# {SYNTHETIC_MARK}"
    diameters_csv.write(measurement([200]), path)
    assert "SYNTHETIC" not in path.read_text()


def test_labels_that_look_like_numbers_or_lines_stay_text(tmp_path):
    path = tmp_path / "x.csv"
    diameters_csv.write(measurement([200], label="900"), path)
    assert diameters_csv.read(path)[0].label == "900"
    diameters_csv.write(measurement([200], label="two\nlines"), path)
    assert diameters_csv.read(path)[0].label == "two lines"


def test_writing_something_else_is_refused(tmp_path):
    with pytest.raises(InputError, match="diameter_nm"):
        diameters_csv.write(Measurement("xps", xr.Dataset(), "measured"), tmp_path / "x.csv")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("diameter_nm\n200\n210\n", [200, 210]),
        ("Diameter (nm)\n200\n210\n", [200, 210]),
        ("Diameter [µm]\n0.2\n0.21\n", [200, 210]),
        ("name;Durchmesser diam_um\na;0,2\nb;0,21\n", [200, 210]),
        ("id\tdiameter (nm)\n1\t200\n2\t210\n", [200, 210]),
        ("# unit: nm\nEquivalent diameter\n200\n210\n", [200, 210]),
        ("# pixel_size_nm: 2.5\nDiameter (px)\n80\n84\n", [200, 210]),
        (" ,Area (nm^2),Mean\n1,31415.92653589793,7\n2,34636.05900582747,8\n", [200, 210]),
        (" ,Area_nm2\n1,31415.92653589793\n2,34636.05900582747\n", [200, 210]),
        (" ,Area (µm²)\n1,0.03141592653589793\n2,0.03463605900582747\n", [200, 210]),
        ("# pixel_size_nm: 2\n ,Area (pixel^2)\n1,7853.981633974483\n2,8659.014751456867\n", [200, 210]),
        (" ,Feret (nm),FeretX,FeretY,FeretAngle,MinFeret\n1,200,1,2,3,190\n2,210,1,2,3,200\n", [200, 210]),
        (" ,MinFeret (nm),Feret (nm)\n1,1,200\n2,1,210\n", [200, 210]),
        (" ,Feret (nm),Area (nm^2)\n1,9,31415.92653589793\n2,9,34636.05900582747\n", [200, 210]),
        ("diameter_nm\r\n200\r\n210\r\n\r\n", [200, 210]),
    ],
)
def test_tables_that_are_understood(tmp_path, text, expected):
    np.testing.assert_allclose(sizes(save(tmp_path, text)), expected, rtol=1e-12)


def test_imagej_results_with_summary_rows(tmp_path):
    text = (
        " ,Label,Area (nm^2),Feret (nm)\n1,a.tif,31415.92653589793,205\n2,a.tif,31415.92653589793,206\n"
        "3,Mean,31415.9,205.5\n4,SD,0,0.7\n5,Min,31415.9,205\n6,Max,31415.9,206\n"
    )
    (found,) = diameters_csv.read(save(tmp_path, text))
    np.testing.assert_allclose(found.data["diameter_nm"].values, [200, 200])
    assert found.settings["size_from"] == "area"
    assert "4 row(s)" in found.settings["notes"][0]
    assert found.label == "Results"


def test_windows_text(tmp_path):
    np.testing.assert_allclose(sizes(save(tmp_path, "Diameter (µm)\n0.2\n", "cp1252")), [200])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (" ,Area,Mean\n1,31415,7\n", "the unit of column 'Area' is not stated"),
        (" ,Feret\n1,200\n", "'Feret (nm)'"),
        ("Diameter (px)\n80\n", "pixel_size_nm"),
        ("# pixel_size_nm: none\nDiameter (px)\n80\n", "pixel_size_nm"),
        ("Diameter (kg)\n80\n", "'kg' in column 'Diameter (kg)' is not a unit of length"),
        ("Diameter (foo)\n80\n", "not a unit of length"),
        ("Diameter ((nm)\n80\n", "not a unit of length"),
        ("diameter_nm\n", "no particle"),
        ("diameter_nm\n200\nabc\n", "line 3: 'abc'"),
        ("diameter_nm\n200\n-1\n", "line 3: diameter_nm = -1"),
        ("diameter_nm\n0\n", "must be positive"),
        ("diameter_nm\nnan\n", "must be positive and finite"),
        ("diameter_nm\ninf\n", "must be positive and finite"),
        ("x,y\n1,2\n", "no column of sizes"),
        ("1\n2\n", "no column of sizes"),
        ("# a comment\n", "no column of sizes"),
        ("Pressure,Area (nm^2)\n1,2\n", "no column of sizes"),
    ],
)
def test_tables_that_are_refused(tmp_path, text, words):
    path = save(tmp_path, text)
    with pytest.raises(DataError) as caught:
        diameters_csv.read(path)
    assert words in str(caught.value)
    assert "Results.csv" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_empty_and_a_missing_file(tmp_path):
    with pytest.raises(DataError, match="empty"):
        diameters_csv.read(save(tmp_path, ""))
    with pytest.raises(DataError, match="does not exist"):
        diameters_csv.read(tmp_path / "no.csv")


@pytest.mark.parametrize(
    ("head", "low", "high"),
    [
        (b"# SYNTHETIC\nparticle,diameter_nm\n1,200\n", 0.8, 1),
        (b" ,Area,Mean\n1,2,3\n", 0.5, 0.7),
        (b" ,Feret\n1,2\n", 0.6, 0.8),
        (b"pressure (p/p0),loading (mmol/g),Area\n", 0, 0),
        (b"Binding Energy (eV),Counts,Area\n", 0, 0),
        (b"a,b\n1,2\n", 0, 0),
        (b"Name,Position,Area\nB 1s,192.5,300\n", 0, 0),
        (b"electrode:\n  diameter: 5 mm\n", 0, 0),
        (b"We measured the diameter, and it was large.\nThen we stopped, for good.\n", 0, 0),
        (b"Diameter (nm);n\n200,5;1\n", 0.8, 1),
        (b"\x00\x01Diameter (nm)\n", 0, 0),
        (b"", 0, 0),
        (b"\xff\xfe\xfd", 0, 0),
    ],
)
def test_sniffing(head, low, high):
    assert low <= diameters_csv.sniff(head, Path("x.csv")) <= high


def test_real_files_of_other_techniques_are_not_taken_for_sizes(shared_data):
    root = shared_data("xps").parent
    files = [p for p in root.rglob("*") if p.is_file()]
    taken = [p.name for p in files if diameters_csv.sniff(read_head(p), p) > 0]
    assert files
    assert not taken


def read_head(path):
    with path.open("rb") as file:
        return file.read(65536)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_sniffing_never_fails(head):
    assert 0 <= diameters_csv.sniff(head, Path("x")) <= 1


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=120))
def test_any_text_gives_diameters_or_a_data_error(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_text("diameter_nm\n" + text, encoding="utf-8", errors="replace")
    try:
        found = sizes(path)
    except DataError:
        return
    assert (found > 0).all()
