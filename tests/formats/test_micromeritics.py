"""Micromeritics workbooks: real reports and damaged ones."""

import numpy as np
import pytest

from nanokiln.core.errors import DataError
from nanokiln.formats import micromeritics

A = "micromeritics_Sample_A_silica-alumina.xls"


@pytest.fixture(scope="module")
def folder(shared_data):
    return shared_data("n2_sorption")


@pytest.mark.parametrize(
    ("name", "points", "desorption", "mass", "temperature"),
    [
        (A, 84, 36, 0.1013, 77.3),
        ("micromeritics_Sample_C.xls", 66, 19, 1.0, 77.3),
        ("micromeritics_Sample_G.xls", 108, 45, 0.0455, 77.307),
    ],
)
def test_tables_and_conditions(folder, name, points, desorption, mass, temperature):
    path = folder / name
    assert micromeritics.sniff(path.read_bytes()[:65536], path) > 0.9
    (m,) = micromeritics.read(path)
    assert m.data.sizes["point"] == points
    assert int(m.data["branch"].sum()) == desorption
    assert (m.settings["mass_g"], m.settings["temperature_K"], m.settings["adsorbate"]) == (
        mass,
        temperature,
        "N2",
    )
    assert m.origin == "measured"


def test_first_and_last_point_of_sample_a(folder):
    data = micromeritics.read(folder / A)[0].data
    # as printed in the workbook: p/p0, mmHg, cm3 STP/g, mmHg
    assert float(data["pressure"][0]) == 0.006685548883050357
    assert float(data["loading"][0]) * 22.41397 == pytest.approx(28.759507494882065, rel=1e-6)
    assert float(data["absolute"][0]) == pytest.approx(4.907968997955322 * 101.325 / 760)
    assert float(data["saturation"][0]) == pytest.approx(734.1160888671875 * 101.325 / 760)
    # one saturation pressure is printed with five digits (734.28)
    np.testing.assert_allclose(data["absolute"] / data["saturation"], data["pressure"], rtol=2e-7)


def test_values_of_the_instrument_are_kept_aside(folder):
    reported = micromeritics.read(folder / A)[0].settings["reported"]
    assert reported["bet_area"] == 194.7493
    assert reported["bet_area_error"] == 0.5313
    assert reported["bet_c"] == 107.292458
    assert reported["bet_monolayer_cm3_stp"] == 44.7434
    g = micromeritics.read(folder / "micromeritics_Sample_G.xls")[0].settings["reported"]
    assert g["micropore_volume"] == -0.028365


def test_agrees_with_pygaps(folder):
    import pygaps.parsing as parsing

    theirs = parsing.isotherm_from_commercial(str(folder / A), "mic", "xl")
    ours = micromeritics.read(folder / A)[0].data
    np.testing.assert_allclose(ours["loading"] * 22.41397, theirs.loading(), rtol=1e-6)
    np.testing.assert_array_equal(ours["branch"], theirs.data()["branch"])


def test_other_bytes_are_refused(tmp_path):
    path = tmp_path / "x.xls"
    for raw in (
        b"\x89PNG\r\n\x1a\n" + bytes(600),
        b"Micromeritics",
        bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000),
    ):
        path.write_bytes(raw)
        assert micromeritics.sniff(raw, path) <= 0.1
        with pytest.raises(DataError) as caught:
            micromeritics.read(path)
        assert "\n" not in str(caught.value)


def test_workbook_without_isotherm(tmp_path):
    import xlwt

    book = xlwt.Workbook()
    book.add_sheet("a").write(0, 0, "BET Report")
    path = tmp_path / "x.xls"
    book.save(str(path))
    with pytest.raises(DataError, match="Isotherm Tabular Report"):
        micromeritics.read(path)


HEAD = ("Relative Pressure (P/Po)", "Quantity Adsorbed (cm³/g STP)")


def workbook(path, rows, head=HEAD):
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("a")
    sheet.write(0, 0, "Isotherm Tabular Report")
    for column, text in enumerate(head):
        sheet.write(2, column, text)
    for r, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(3 + r, column, value)
    book.save(str(path))


@pytest.mark.parametrize(
    ("rows", "head", "words"),
    [
        ([], HEAD, "empty"),
        ([(0.1, 1.0), (0.2,), (0.3, 3.0)], HEAD, "row 5 is incomplete"),
        ([(-0.1, 1.0), (0.2, 2.0), (0.3, 3.0)], HEAD, "negative pressure"),
        ([(0.1, 1.0), (0.2, 2.0), (0.3, 3.0)], ("Elapsed time", "Quantity Adsorbed (mmol/g)"), "no columns"),
        ([(0.1, 1.0), (0.2, 2.0), (0.3, 3.0)], (HEAD[0], "Quantity Adsorbed"), "unit of loading"),
    ],
)
def test_unusable_tables(tmp_path, rows, head, words):
    path = tmp_path / "x.xls"
    workbook(path, rows, head)
    with pytest.raises(DataError, match=words):
        micromeritics.read(path)


def test_small_table_in_mmol(tmp_path):
    path = tmp_path / "x.xls"
    workbook(path, [(0.1, 1.0), (0.2, 2.0), (0.9, 3.0), (0.5, 2.5)], (HEAD[0], "Quantity Adsorbed (mmol/g)"))
    data = micromeritics.read(path)[0].data
    np.testing.assert_array_equal(data["loading"], [1.0, 2.0, 3.0, 2.5])
    np.testing.assert_array_equal(data["branch"], [0, 0, 0, 1])


def test_damaged_workbooks_never_give_other_numbers(folder, tmp_path):
    raw = (folder / "micromeritics_Sample_C.xls").read_bytes()
    whole = micromeritics.read(folder / "micromeritics_Sample_C.xls")[0].data
    path = tmp_path / "cut.xls"
    refused = 0
    for end in range(0, len(raw), 4096):
        path.write_bytes(raw[:end] or b"\x00")
        try:
            data = micromeritics.read(path)[0].data
        except DataError:
            refused += 1
        else:
            np.testing.assert_array_equal(data["loading"], whole["loading"])
    assert refused > 5
