"""Real isotherms against the values their instruments or publications state."""

import numpy as np
import pytest

from nanokiln.core.errors import InputError
from nanokiln.core.evidence import Evidence
from nanokiln.formats import aif, isotherm_csv, micromeritics, pygaps_json
from nanokiln.techniques import get

technique = get("n2_sorption")
READERS = {".aif": aif, ".xls": micromeritics, ".csv": isotherm_csv, ".json": pygaps_json}


@pytest.fixture(scope="module")
def load(shared_data):
    folder = shared_data("n2_sorption")

    def read(name):
        path = folder / name
        return READERS[path.suffix].read(path)

    return read


def finding(measurements, name="bet_area", **choices):
    return next(f for f in technique.analyse(measurements, choices) if f.name == name)


def reported_range(measurements):
    reported = measurements[0].settings["reported"]
    return reported["bet_range_low"], reported["bet_range_high"]


def test_sample_a_as_the_instrument_does_it(load):
    a = load("micromeritics_Sample_A_silica-alumina.xls")
    limits = reported_range(a)
    assert limits == pytest.approx((0.0523, 0.3004), abs=1e-4)
    found = finding(a, range=limits)
    assert found.value == pytest.approx(194.7493, rel=1e-5)
    assert finding(a, "bet_c", range=limits).value == pytest.approx(107.292458, rel=1e-5)
    assert finding(a, "bet_monolayer", range=limits).value * 22.414 == pytest.approx(44.7434, rel=1e-4)


def test_sample_a_automatic(load):
    found = finding(load("micromeritics_Sample_A_silica-alumina.xls"))
    assert found.value == pytest.approx(194.749, rel=0.01)
    assert found.low < 194.749 < found.high
    assert found.evidence is Evidence.MEASURED
    assert "6 admissible ranges" in " ".join(found.notes)


def test_sample_a_xls_and_aif_agree(load):
    xls, text = (
        load(n)[0] for n in ("micromeritics_Sample_A_silica-alumina.xls", "micromeritics_Sample_A.aif")
    )
    assert xls.data["pressure"].size == text.data["pressure"].size == 84
    for name in ("pressure", "loading", "saturation", "branch"):
        np.testing.assert_allclose(xls.data[name], text.data[name], rtol=2e-7)
    # the workbook prints one saturation pressure with five digits only (734.28): agreement to 1e-7
    assert finding([xls]).value == pytest.approx(finding([text]).value, rel=1e-6)


@pytest.mark.parametrize(
    ("name", "area", "tolerance"),
    [
        ("std_Cabot_BP280_carbon_black.csv", 40.0835, 0.01),
        ("pygaps_MCM-41_N2_77K.json", 350.0, 0.10),
        ("pygaps_SiO2_N2_77K.json", 200.0, 0.10),
        ("betsi_HKUST-1.csv", 1500.0, 0.002),
        ("betsi_UiO-66.csv", 1250.0, 0.002),
        ("micromeritics_Sample_C.xls", 594.9649, 0.01),
    ],
)
def test_published_area(load, name, area, tolerance):
    found = finding(load(name))
    assert found.value == pytest.approx(area, rel=tolerance)
    assert found.low < area < found.high


def test_cabot_in_its_own_range(load):
    found = finding(load("std_Cabot_BP280_carbon_black.csv"), range=(0.05, 0.30))
    assert found.value == pytest.approx(40.0835, rel=0.005)


def test_sample_g_is_not_resolved(load):
    g = load("micromeritics_Sample_G.xls")
    found = finding(g)
    assert not found.resolved
    assert found.notes[0].startswith("not resolved: C = 4.2")
    assert not finding(g, "bet_monolayer").resolved
    assert finding(g, "bet_c").value == pytest.approx(4.2, abs=0.1)


def test_sample_g_by_force_repeats_the_instrument_and_warns(load):
    g = load("micromeritics_Sample_G.xls")
    found = finding(g, range=reported_range(g))
    assert found.value == pytest.approx(68.3322, rel=1e-5)
    text = " ".join(found.notes)
    assert "do not quote" in text
    assert "criterion not met: the monolayer lies inside the window" in text
    volume = finding(g, "pore_volume")
    assert volume.value == pytest.approx(0.084255, rel=0.01)


def test_pore_volume_of_sample_c(load):
    # printed: 0.241722 cm3/g at p/p0 0.80503; ours is taken at the top, 0.98
    found = finding(load("micromeritics_Sample_C.xls"), "pore_volume")
    assert 0.2417 < found.value < 0.2417 * 1.03


def test_two_step_isotherm_says_which_criterion_fails(load):
    found = finding(load("NK_DUT-6_LP_N2_114PKT.aif"))
    assert not found.resolved
    assert "R2 at least 0.998" in found.notes[0]


def test_high_c_warns(load):
    assert any("micropore filling" in note for note in finding(load("betsi_UiO-66.csv")).notes)


def test_negative_c_is_not_resolved(load):
    found = finding(load("betsi_UiO-66.csv"), range=(0.3, 0.6))
    assert not found.resolved
    assert "C is negative" in found.notes[0]


def test_cross_section_scales_the_area(load):
    a = load("micromeritics_Sample_A.aif")
    ratio = finding(a, cross_section_nm2=0.135).value / finding(a).value
    assert ratio == pytest.approx(0.135 / 0.162, rel=1e-9)


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"rang": (0.05, 0.3)}, "Did you mean 'range'"),
        ({"range": (0.3, 0.05)}, "low < high"),
        ({"range": 0.3}, "two relative pressures"),
        ({"selection": "rouqerol"}, "Did you mean 'rouquerol'"),
        ({"cross_section_nm2": 0}, "above 0"),
    ],
)
def test_choices_are_checked(choices, words):
    with pytest.raises(InputError, match=words):
        technique.analyse([], choices)


def test_standard_selection_is_005_030(load):
    a = load("micromeritics_Sample_A.aif")
    assert finding(a, selection="standard").value == finding(a, range=(0.05, 0.30)).value


def test_empty_range_is_not_resolved(load):
    found = finding(load("micromeritics_Sample_A.aif"), range=(0.01, 0.02))
    assert "0 points" in found.notes[0]
    assert np.isnan(found.value)
