"""Isotherms as delimited text and pyGAPS JSON."""

import json

import numpy as np
import pytest

from nanokiln.core.errors import DataError
from nanokiln.core.measurement import SYNTHETIC_MARK
from nanokiln.formats import isotherm_csv, pygaps_json


def text(tmp_path, content, name="x.csv"):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "points", "first", "label"),
    [
        ("betsi_HKUST-1.csv", 107, (1.42989e-06, 5.279145867 / 22.41397), "betsi_HKUST-1"),
        ("betsi_UiO-66.csv", 203, (1.59304e-07, 4.7720537934 / 22.41397), "betsi_UiO-66"),
        ("std_Cabot_BP280_carbon_black.csv", 104, (1.03e-06, 0.0091875), "Cabot BP280 carbon black"),
    ],
)
def test_real_tables(shared_data, name, points, first, label):
    path = shared_data("n2_sorption") / name
    assert isotherm_csv.sniff(path.read_bytes(), path) == 0.8
    (m,) = isotherm_csv.read(path)
    assert m.data.sizes["point"] == points
    assert (float(m.data["pressure"][0]), float(m.data["loading"][0])) == pytest.approx(first, rel=1e-6)
    assert m.label == label


@pytest.mark.parametrize("name", ["pygaps_MCM-41_N2_77K.json", "pygaps_SiO2_N2_77K.json"])
def test_pygaps_json_as_pygaps_reads_it(shared_data, name):
    from pygaps.parsing.json import isotherm_from_json

    path = shared_data("n2_sorption") / name
    assert pygaps_json.sniff(path.read_bytes(), path) > 0.9
    (m,) = pygaps_json.read(path)
    theirs = isotherm_from_json(str(path))
    np.testing.assert_allclose(m.data["pressure"], theirs.pressure(pressure_mode="relative"), rtol=1e-6)
    np.testing.assert_array_equal(m.data["loading"], theirs.loading())
    np.testing.assert_array_equal(m.data["branch"], theirs.data()["branch"])
    assert m.settings["temperature_K"] == 77.355


@pytest.mark.parametrize(
    "content",
    [
        "pressure (p/p0),loading (mmol/g)\n0.1,1\n0.5,2\n0.9,5\n0.5,3\n",
        "# a comment\nP/Po; Quantity adsorbed [mmol/g]\n0,1;1\n0,5;2\n0,9;5\n0,5;3\n",
        "p (kPa)\tpressure (kPa)\tp0 (kPa)\tamount (mol/kg)\tbranch\n0\t10\t100\t1\tads\n0\t50\t100\t2\tads\n"
        "0\t90\t100\t5\tads\n0\t50\t100\t3\tdes\n",
        "pressure (relative),branch,uptake (cm3(STP)/g)\n0.1,0,22.413970\n0.5,0,44.827940\n0.9,0,112.06985\n"
        "0.5,1,67.241910\n",
    ],
)
def test_headers_delimiters_and_branches(tmp_path, content):
    path = text(tmp_path, content)
    assert isotherm_csv.sniff(content.encode(), path) > 0
    data = isotherm_csv.read(path)[0].data
    np.testing.assert_allclose(data["pressure"], [0.1, 0.5, 0.9, 0.5])
    np.testing.assert_allclose(data["loading"], [1, 2, 5, 3], rtol=1e-6)
    np.testing.assert_array_equal(data["branch"], [0, 0, 0, 1])


def test_synthetic_tables_say_so(tmp_path):
    path = text(tmp_path, f"# {SYNTHETIC_MARK}\npressure (p/p0),loading (mmol/g)\n0.1,1\n0.2,2\n0.3,3\n")
    assert isotherm_csv.read(path)[0].origin == "synthetic"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a,b\n1,2\n", "no header"),
        ("pressure (p/p0),loading\n0.1,1\n", "unit of loading"),
        ("pressure,loading (mmol/g)\n0.1,1\n", "unit of pressure"),
        ("pressure (p/p0),loading (mmol/g)\n", "empty"),
        ("pressure (p/p0),loading (mmol/g)\n0.1,1\n0.2\n0.3,2\n", "is not a number"),
        ("pressure (p/p0),loading (mmol/g)\n0.1,1\nnan,2\n0.3,2\n", "not a finite number"),
        ("pressure (p/p0),loading (mmol/g)\n0.1,1\n-0.2,2\n0.3,2\n", "negative pressure"),
        ("pressure (kPa),loading (mmol/g)\n0.1,1\n0.2,2\n0.3,2\n", "no saturation pressure"),
        ("pressure (p/p0),loading (mmol/g),branch\n0.1,1,up\n0.2,2,up\n0.3,2,up\n", "branch 'up'"),
        ("pressure (p/p0),loading (mmol/g)\n10,1\n20,2\n30,2\n", "p/p0 reaches 30"),
    ],
)
def test_unusable_tables(tmp_path, content, words):
    with pytest.raises(DataError, match=words) as caught:
        isotherm_csv.read(text(tmp_path, content))
    assert "\n" not in str(caught.value)


def test_bytes_of_an_image(tmp_path):
    path = tmp_path / "x.csv"
    raw = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4
    path.write_bytes(raw)
    assert isotherm_csv.sniff(raw, path) == 0
    assert pygaps_json.sniff(raw, path) == 0
    for module in (isotherm_csv, pygaps_json):
        with pytest.raises(DataError):
            module.read(path)


RECORD = {
    "adsorbate": "nitrogen",
    "material_unit": "g",
    "loading_unit": "mmol",
    "pressure_mode": "relative",
    "temperature": 77.355,
    "isotherm_data": [{"pressure": p, "loading": n} for p, n in ((0.1, 1), (0.5, 2), (0.9, 5))],
}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"isotherm_data": []}, "empty"),
        ({"isotherm_data": None}, "no list"),
        ({"isotherm_data": [{"pressure": 0.1}]}, "lacks a number"),
        ({"loading_unit": "stone"}, "unit of loading"),
        ({"pressure_mode": "absolute"}, "unit of pressure"),
        ({"pressure_mode": "absolute", "pressure_unit": "bar", "adsorbate": "argon"}, "nitrogen"),
        ({"pressure_mode": "absolute", "pressure_unit": "bar", "temperature": 298}, "no saturation pressure"),
    ],
)
def test_unusable_json(tmp_path, changes, words):
    with pytest.raises(DataError, match=words):
        pygaps_json.read(text(tmp_path, json.dumps(RECORD | changes), "x.json"))


def test_truncated_json(tmp_path):
    whole = json.dumps(RECORD)
    assert pygaps_json.read(text(tmp_path, whole, "x.json"))[0].data.sizes["point"] == 3
    with pytest.raises(DataError, match="not valid JSON"):
        pygaps_json.read(text(tmp_path, whole[:-20], "x.json"))
