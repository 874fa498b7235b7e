"""SPECS text: regions, scans, kinetic axes, external channels, damage."""

import numpy as np
import pytest

from nanokiln.core.errors import DataError
from nanokiln.formats import guess, specs_xy

HEAD = """# Created by:        SpecsLab Prodigy, Version 4.100.1-r111001
#
# XY-Serializer Export Settings:
#   Energy Axis:              {axis}
#   Count Rate:               {rate}
#   External Channel Data:    yes
#
# Group:                        1 as-loaded
#
"""
REGION = """# Region:                       {name}
# Spectrum ID:                  {number}
# Scan Mode:                    FixedAnalyzerTransmission
# Values/Curve:                 {points}
# Dwell Time:                   0.1
# Excitation Energy:            1486.61
# Pass Energy:                  20
# Eff. Workfunction:            4.1082
# Source:                       XR 50

# Cycle: 0
#
# Number of Scans: 2
"""
SCAN = """
# Cycle: 0, Curve: 0, Scan: {scan}
#
# Acquisition Date:             08/24/23 14:19:47 UTC
# ColumnLabels:                 energy {unit}
#
{rows}

"""
ENERGY = np.arange(200.0, 184.0, -0.5)


def text(axis="Binding Energy", rate="Counts per Second", unit="counts/s", scans=(10.0, 30.0), energy=ENERGY):
    parts = [HEAD.format(axis=axis, rate=rate)]
    for number, name in enumerate(("B1s", "Survey"), start=1):
        parts.append(REGION.format(name=name, number=number, points=len(energy)))
        for scan, level in enumerate(scans):
            rows = "\n".join(f"{e:g}  {level + number:g}" for e in energy)
            parts.append(SCAN.format(scan=scan, unit=unit, rows=rows))
        parts.append(
            "# External Channel Data Cycle: 0, 0 Energy (external)\n# ColumnLabels: energy x\n1 2\n3 4\n"
        )
    return "".join(parts)


@pytest.fixture
def put(tmp_path):
    def write(content, encoding="utf-8"):
        path = tmp_path / "a.txt"
        path.write_bytes(content.encode(encoding))
        return path

    return write


def test_scans_are_averaged_rates_and_summed_counts(put):
    path = put(text())
    assert guess(path).module is specs_xy
    boron, survey = specs_xy.read(path)
    assert (boron.label, survey.label) == ("B 1s", "survey")
    np.testing.assert_array_equal(boron.data["binding_energy"], ENERGY)
    assert boron.data["counts"].values[0] == 21.0
    assert boron.data["counts"].attrs["units"] == "counts/s"
    s = boron.settings
    assert (s["pass_energy_eV"], s["dwell_s"], s["sweeps"], s["sample"]) == (20.0, 0.1, 2, "1 as-loaded")
    (counts, _) = specs_xy.read(put(text(rate="Counts", unit="counts")))
    assert counts.data["counts"].values[0] == 42.0
    assert counts.data["counts"].attrs["units"] == "counts"


def test_kinetic_axis_is_turned(put):
    boron, _ = specs_xy.read(put(text(axis="Kinetic Energy", energy=1486.61 - ENERGY)))
    np.testing.assert_allclose(boron.data["binding_energy"], ENERGY, atol=1e-6)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings_and_decimal_commas(put, encoding):
    path = put(text().replace("199.5", "199,5"), encoding)
    assert guess(path).module is specs_xy
    assert specs_xy.read(path)[0].data["binding_energy"].values[1] == 199.5


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (HEAD.format(axis="Binding Energy", rate="Counts"), "no region with columns"),
        (text()[: text().index("190  ")], "cut off"),
        (text(axis="Kinetic Energy").replace("Excitation", "Other"), "no excitation energy"),
        (text().replace("200  31", "201  31"), "different energies"),
        (text(energy=ENERGY[:5]), "at least 10"),
    ],
)
def test_damage_is_told(put, content, words):
    with pytest.raises(DataError, match=words) as error:
        specs_xy.read(put(content))
    assert "\n" not in str(error.value)
