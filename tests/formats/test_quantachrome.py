"""Quantachrome raw data: the same numbers as the published AIF of the run, encodings, damage."""

import numpy as np
import pytest

from nanokiln.core.errors import DataError
from nanokiln.formats import aif, guess, quantachrome

HEAD = """                        Quantachrome® ASiQwin™- Automated Gas Sorption Data
                                            version 3.0

Analysis                                          Report
Operator:      Anna         Date:09/17/2009 19:56Operator:ab                  Date:2020/05/06
Sample ID:     made up             Filename:     a.raw
Outgas Time:   24.0 hrs            Outgas Temp:   120.0 °C            Sample Weight: 0.05 g
Analysis gas:  Nitrogen            Molec. Wt:     28.0134 g
Analysis Time: 2070.6 min          Instrument:    Autosorb Station 1  Bath temp.:    77.3 K

      Press            P0         Volume @ STP        Time             Tol             Equ

      Torr            Torr             cc              min

"""
ROWS = "".join(
    f"{x * 760:15.6f}  760.00  {v:12.6f}  0.0  5  2\n"
    for x, v in ((0.01, 1.0), (0.1, 2.0), (0.5, 3.0), (0.98, 9.0), (0.5, 4.0))
)


@pytest.fixture
def made(tmp_path):
    def write(text=HEAD + ROWS, encoding="cp1252"):
        path = tmp_path / "raw.txt"
        path.write_bytes(text.encode(encoding))
        return path

    return write


def printed(values, digits):
    return [f"{v:.{digits}g}" for v in values]


def test_same_numbers_as_the_aif_of_the_same_run(shared_data):
    folder = shared_data("n2_sorption")
    (own,) = quantachrome.read(folder / "quantachrome_DUT-6_raw.txt")
    (other,) = aif.read(folder / "NK_DUT-6_LP_N2_114PKT.aif")
    assert own.data.sizes["point"] == other.data.sizes["point"] == 106
    np.testing.assert_array_equal(own.data["branch"], other.data["branch"])
    # the text prints six digits; the AIF was made with 133.3224 Pa per torr and 22414 cm3 per mole
    torr = [own.data["absolute"].values * 760 / 101.325, other.data["absolute"].values / 0.1333224]
    volume = [own.data["loading"].values * 22.41396954, other.data["loading"].values * 22.414]
    for ours, theirs in (torr, volume):
        assert printed(ours, 6) == printed(theirs, 6)


def test_conditions(made):
    (found,) = quantachrome.read(made())
    s = found.settings
    assert (s["operator"], s["material"], s["adsorbate"]) == ("Anna", "made up", "N2")
    assert (s["mass_g"], s["temperature_K"], s["degas_temperature_C"]) == (0.05, 77.3, 120.0)
    assert found.data["loading"].values[0] == pytest.approx(1.0 / 0.05 / 22.41397, rel=1e-6)
    assert list(found.data["branch"].values) == [0, 0, 0, 0, 1]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-16", "gbk"])
def test_encodings(made, encoding):
    text = (
        (HEAD + ROWS)
        .replace("®", "")
        .replace("™", "")
        .replace("made up", "样品" if encoding == "gbk" else "x")
    )
    path = made(text, encoding)
    assert guess(path).module is quantachrome
    assert quantachrome.read(path)[0].data.sizes["point"] == 5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD, "no units or no rows"),
        (HEAD[:300], "no table"),
        ((HEAD + ROWS).replace("0.05 g", "g"), "no sample weight"),
        ((HEAD + ROWS).replace("760.00", "0.00"), "above zero"),
        (HEAD + ROWS[: ROWS.index("760.00") - 1], "cut off|no rows"),
    ],
)
def test_damage_is_told(made, text, words):
    with pytest.raises(DataError, match=words) as error:
        quantachrome.read(made(text))
    assert "\n" not in str(error.value)
