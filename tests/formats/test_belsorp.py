"""BELSORP .DAT: the same numbers as the AIF of the same run, round trip, damage told in one line."""

import numpy as np
import pytest
import xarray as xr

from nanokiln.core.errors import DataError, InputError
from nanokiln.core.measurement import SYNTHETIC_MARK, Measurement
from nanokiln.formats import _isotherm, aif, belsorp, guess


def isotherm(origin="synthetic", absolute=True):
    relative = np.array([0.01, 0.1, 0.3, 0.6, 0.9, 0.98, 0.7, 0.3])
    columns = {"pressure": relative, "loading": np.array([1, 2, 2.5, 3, 5, 6, 4.9, 2.6])}
    if absolute:
        columns |= {"absolute": relative * 101.3, "saturation": np.full(8, 101.3)}
    columns["pressure"] = columns["absolute"] / columns["saturation"] if absolute else relative
    record = {"adsorbate": "N2", "temperature_K": 77.3, "mass_g": 0.1, "material": 'a "b"', "notes": []}
    branch = np.array([0] * 6 + [1] * 2)
    return Measurement("n2_sorption", _isotherm.dataset(columns, branch), origin, 'a "b"', record)


def test_same_numbers_as_the_aif_of_the_same_run(shared_data):
    folder = shared_data("n2_sorption")
    (own,) = belsorp.read(folder / "DUT-67-N2_77K.DAT")
    (other,) = aif.read(folder / "DUT-67-N2_77K.aif")
    xr.testing.assert_identical(own.data, other.data)
    assert own.settings["mass_g"] == other.settings["mass_g"] == 0.0387
    assert own.settings["temperature_K"] == 77.0
    assert own.label == "DUT67Zr"


@pytest.mark.parametrize("origin", ["synthetic", "measured"])
def test_round_trip(tmp_path, origin):
    before = isotherm(origin)
    path = tmp_path / "run.txt"  # the ending does not matter
    belsorp.write(before, path)
    assert guess(path).module is belsorp
    (after,) = belsorp.read(path)
    for name in before.data:
        np.testing.assert_allclose(after.data[name], before.data[name], rtol=1e-15)
    assert after.origin == origin
    assert (SYNTHETIC_MARK in path.read_text()) == (origin == "synthetic")
    assert after.settings["mass_g"] == 0.1


def test_independent_reader_takes_what_we_write(tmp_path):
    from pygaps.parsing import isotherm_from_commercial

    path = tmp_path / "run.dat"
    belsorp.write(isotherm("measured"), path)
    try:
        theirs = isotherm_from_commercial(path, "bel", "dat")
    except Exception as error:
        pytest.fail(f"pyGAPS cannot read it: {error}")
    np.testing.assert_allclose(theirs.data()["pressure"], isotherm().data["pressure"], rtol=1e-12)


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_encodings_and_decimal_commas(tmp_path, encoding):
    path = tmp_path / "run.DAT"
    belsorp.write(isotherm(), path)
    text = path.read_bytes().decode()
    path.write_bytes(text.replace("0.", "0,").replace("a b", "Probe Nr. 3 °C").encode(encoding))
    (found,) = belsorp.read(path)
    np.testing.assert_allclose(found.data["loading"], isotherm().data["loading"], rtol=1e-15)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t[: t.index("0\t0\t0\t0\t0")], "breaks off"),
        (lambda t: t.replace("Adsorption data", "Other"), "breaks off|no table|usable"),
        (lambda t: t.replace("101.3\t0", "abc\t0", 1), "numbers expected"),
        (lambda t: t.split("Adsorption data")[0], "no table"),
        (lambda t: t.replace("101.3\t0", "0\t0"), "above zero"),
    ],
)
def test_damage_is_told(tmp_path, change, words):
    path = tmp_path / "run.DAT"
    belsorp.write(isotherm("measured"), path)
    path.write_text(change(path.read_bytes().decode()).replace("Desorption data", "x"))
    with pytest.raises(DataError, match=words) as error:
        belsorp.read(path)
    assert "\n" not in str(error.value)


def test_only_absolute_isotherms_are_written(tmp_path):
    with pytest.raises(InputError, match="absolute pressure"):
        belsorp.write(isotherm(absolute=False), tmp_path / "x.DAT")
    assert not (tmp_path / "x.DAT").exists()
