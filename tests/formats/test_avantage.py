"""Avantage workbooks: the real file with its quantification, workbooks made here, damage."""

import io

import numpy as np
import pytest

from nanokiln.core.errors import DataError
from nanokiln.formats import avantage, guess


def workbook(energy=None, heads=("Binding Energy (E)", None, None, None, "C1s sp2 C"), unit="Counts / s"):
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "C1s Scan"
    sheet.append(["Axis", "Energy"])
    sheet.append(list(heads))
    sheet.append(["eV", None, unit, None, "Counts / s"])
    for e in np.arange(298.0, 280.0, -0.1) if energy is None else energy:
        sheet.append([e, None, 100 + 900 * np.exp(-((e - 284.5) ** 2)), None, 0.0])
    table = book.create_sheet("Quantifications")
    table.append([" ", "Name ", "Peak BE", "FWHM eV", "Area (P) CPS.eV", "Atomic %"])
    table.append([None, "C1s sp2 C", 284.5, 0.9, 1234.5, 90.0])
    titles = book.create_sheet("Titles")
    titles.append(["22:56:55"])
    titles.append(["my powder"])
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


@pytest.fixture
def put(tmp_path):
    def write(raw):
        path = tmp_path / "a.bin"
        path.write_bytes(raw)
        return path

    return write


def test_real_file(shared_data):
    path = shared_data("xps") / "avantage_graphite_C1s.xlsx"
    assert guess(path).module is avantage
    found = {m.label: m for m in avantage.read(path)}
    assert list(found) == ["survey", "O 1s", "Na 1s", "C 1s", "CKLL Scan"]
    carbon = found["C 1s"]
    assert carbon.data["binding_energy"].values[[0, -1]] == pytest.approx([298.08, 279.08])
    assert carbon.data["counts"].values[0] == 5951.92
    assert carbon.settings["sample"] == "17-Grphit"
    printed = {c["name"]: c for c in carbon.settings["fit_in_file"]["components"]}
    assert len(printed) == 5
    assert printed["C1s sp2 C"] == {
        "name": "C1s sp2 C", "position_eV": 284.53, "fwhm_eV": 0.61, "area": 133358.13, "at_percent": 80.23
    }  # fmt: skip
    assert "fit_in_file" not in found["survey"].settings


def test_made_workbook(put):
    path = put(workbook())
    assert guess(path).module is avantage
    (found,) = avantage.read(path)
    assert (found.label, found.settings["sample"]) == ("C 1s", "my powder")
    assert found.data["counts"].attrs["units"] == "counts/s"
    assert found.settings["fit_in_file"]["columns"] == ["C1s sp2 C"]
    assert found.settings["fit_in_file"]["components"][0]["area"] == 1234.5


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (workbook()[:2000], "cannot be read as a workbook"),
        (workbook(heads=("Something",)), "no sheet with 'Binding Energy'"),
        (workbook(heads=("Kinetic Energy (E)",)), "kinetic energy axis"),
        (workbook(unit="eV"), "no column of counts"),
        (workbook(energy=[284.0, 285.0]), "at least 10"),
        (workbook(energy=[284.0, 285.0] * 10), "no energy axis"),
    ],
)
def test_damage_is_told(put, raw, words):
    with pytest.raises(DataError, match=words) as error:
        avantage.read(put(raw))
    assert "\n" not in str(error.value)
