"""Spectra as text columns: the dialects seen in laboratories, and refusals."""

import numpy as np
import pytest
import xarray as xr

from nanokiln.core.errors import DataError, InputError
from nanokiln.core.measurement import SYNTHETIC_MARK, Measurement
from nanokiln.formats import guess, xps_csv

ENERGY = np.round(np.arange(200.0, 180.0, -0.5), 6)
COUNTS = np.round(100 + 50 * np.exp(-((ENERGY - 192) ** 2)))


def table(separator=",", decimal=".", pairs=None):
    rows = pairs or zip(ENERGY, COUNTS, strict=True)
    return "\n".join(f"{e}{separator}{c}".replace(".", decimal) for e, c in rows) + "\n"


@pytest.mark.parametrize(
    ("header", "separator", "decimal"),
    [
        ("BE/eV,InSomething_B1s\n", ",", "."),
        ("binding energy (eV),counts\n", ",", "."),
        ("Binding Energy\tCounts\n", "\t", "."),
        ("Binding Energy;Counts\n", ";", ","),
        ("# B 1s\nBinding Energy (E)  CPS\n", "  ", "."),
        ("", " ", "."),
    ],
)
def test_dialects(tmp_path, header, separator, decimal):
    path = tmp_path / "region_B1s.txt"
    path.write_text(header + table(separator, decimal))
    assert guess(path, "xps").module is xps_csv
    (found,) = xps_csv.read(path)
    assert np.array_equal(found.data.binding_energy.values, ENERGY)
    assert np.array_equal(found.data.counts.values, COUNTS)
    assert found.label == "B 1s"
    assert found.data.counts.attrs["units"] == ("counts/s" if "CPS" in header else "counts")


def test_real_phi_file(shared_data):
    path = shared_data("xps") / "PET_C1s.csv"
    assert guess(path, "xps").module is xps_csv
    (found,) = xps_csv.read(path)
    assert (found.label, found.data.sizes["energy"]) == ("C 1s", 401)
    assert float(found.data.binding_energy[0]) == pytest.approx(299.300817, abs=1e-6)
    assert float(found.data.counts[0]) == 324.2826


def test_real_casaxps_export(shared_data):
    (found,) = xps_csv.read(shared_data("xps") / "20240305_MPPipTFSIIol3_Si_2p.csv")
    assert (found.label, found.settings["photon_energy_eV"], found.settings["dwell_s"]) == (
        "Si 2p",
        1486.6,
        5.0,
    )
    assert found.data.counts.attrs["units"] == "counts/s"
    assert float(found.data.counts[0]) == 1025.0


def test_result_table_is_no_spectrum(shared_data):
    path = shared_data("xps") / "FeO_analyzed_results.csv"
    assert xps_csv.sniff(path.read_bytes(), path) == 0.0
    with pytest.raises(DataError):
        xps_csv.read(path)


@pytest.mark.parametrize("folder", ["n2_sorption", "battery_cycling", "eis", "tga"])
def test_other_techniques_are_not_claimed(shared_data, folder):
    for path in sorted(shared_data(folder).glob("*.csv")) + sorted(shared_data(folder).glob("*.txt")):
        assert xps_csv.sniff(path.read_bytes()[:65536], path) < 0.3, path.name


def test_kinetic_axis(tmp_path):
    path = tmp_path / "a.csv"
    pairs = list(zip(np.round(1486.6 - ENERGY, 6), COUNTS, strict=True))
    path.write_text("Photon energy,1486.6\nKinetic energy (eV),counts\n" + table(pairs=pairs))
    assert np.allclose(xps_csv.read(path)[0].data.binding_energy.values, ENERGY)
    path.write_text("Kinetic energy (eV),counts\n" + table(pairs=pairs))
    with pytest.raises(DataError, match="no photon energy"):
        xps_csv.read(path)


@pytest.mark.parametrize("origin", ["synthetic", "measured"])
def test_round_trip(tmp_path, origin):
    data = xr.Dataset(
        {"counts": ("energy", COUNTS, {"units": "counts"})},
        coords={"binding_energy": ("energy", ENERGY, {"units": "eV"})},
    )
    path = xps_csv.write(tmp_path / "a.csv", Measurement("xps", data, origin, "B 1s", {"sample": "s2"}))
    (found,) = xps_csv.read(path)
    xr.testing.assert_identical(found.data, data)
    assert (found.origin, found.label, found.settings["sample"]) == (origin, "B 1s", "s2")
    assert (SYNTHETIC_MARK in path.read_text()) is (origin == "synthetic")
    with pytest.raises(InputError):
        xps_csv.write(tmp_path / "b.csv", Measurement("xps", xr.Dataset(), origin, "x"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("BE,counts\n200,1\n199,2\n", "at least 10"),
        ("BE,counts\n" + table()[:150] + "\nbroken,row\n" + table(), "not two finite numbers"),
        ("BE,counts\n" + table().replace("195.0,100.0", "195.0,nan"), "not two finite numbers"),
        ("BE,counts\n" + table() + table(), "rise or fall steadily"),
        (
            "p/p0,volume\n" + "".join(f"{i / 20},{i}\n" for i in range(20)),
            "rise or fall steadily over some eV",
        ),
        ("nothing here\n" * 30, "at least 10"),
    ],
)
def test_damage_is_named_in_one_line(tmp_path, text, words):
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=words) as error:
        xps_csv.read(path)
    assert "\n" not in str(error.value)


def test_image_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    assert xps_csv.sniff(path.read_bytes(), path) == 0.0
    with pytest.raises(DataError, match="binary"):
        xps_csv.read(path)
