"""What can be told apart, how many lines are asked for, other lines than B 1s, published quantifications."""

import runpy
from pathlib import Path

import numpy as np
import pytest

from nanokiln.core.errors import InputError
from nanokiln.core.parameters import Values
from nanokiln.formats import read
from nanokiln.techniques import get
from nanokiln.techniques.xps import parameters as p
from nanokiln.techniques.xps.lines import oxygen_states, silicon_states

XPS = get("xps")
fake_sample = runpy.run_path(str(Path(__file__).with_name("test_xps_simulate.py")))["fake_sample"]
STUDY = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "study_xps.py"))


def by_name(measurements, **choices):
    return {f.name: f for f in XPS.analyse(measurements, choices)}


def region(name, shares=(0.66, 0.11, 0.11, 0.12, 0.0), seed=1, **settings):
    return XPS.simulate(fake_sample(shares), seed, {"regions": [name]} | settings)


def test_report_names_what_is_told_apart():
    found = by_name(region("B 1s"))
    resolvable, lines = found["resolvable"], found["lines_supported"]
    known = [n for n in ("BO3", "BCO2", "BC2O", "BC3") if found[f"share_{n}"].resolved]
    assert resolvable.value == len(known)
    assert ", ".join(known) in resolvable.notes[0]
    assert any("BO3 and BCO2 trade against each other" in n for n in resolvable.notes)
    assert "rise of the information criterion" in lines.notes[0]
    matrix = found["share_BC3"].choices["correlation"]
    assert (
        matrix["BO3"]["BCO2"]
        == matrix["BCO2"]["BO3"]
        == pytest.approx(found["correlation_BO3_BCO2"].value, abs=1e-3)
    )
    assert all(matrix[n][n] == 1.0 for n in matrix)


def test_lines_that_are_there_are_asked_for_and_others_are_not():
    # fixed positions and 100 000 counts: the criterion must find the number put in
    usual = {"positions": "fixed", "chains": 0}
    made = {4: (0.4, 0.25, 0.2, 0.15, 0), 3: (0.6, 0, 0.25, 0.15, 0), 2: (0.8, 0, 0, 0.2, 0)}
    for number, shares in made.items():
        found = by_name(region("B 1s", shares, counts=100_000, charge_shift_eV=0.0), **usual)
        assert found["lines_supported"].value == number


def test_both_backgrounds_widen_and_are_named():
    made = region("B 1s")
    both, one = by_name(made), by_name(made, fit_background="shirley")
    assert "Shirley and Tougaard" in both["share_BC3"].choices["background"].replace(
        "Tougaard and Shirley", "Shirley and Tougaard"
    )
    assert one["share_BC3"].choices["background"] == "active Shirley with slope"
    wide, narrow = (f["share_BC3"].high - f["share_BC3"].low for f in (both, one))
    assert wide > 0.9 * narrow


def test_silicon_is_fitted_as_doublets():
    found = by_name(region("Si 2p"), region="Si 2p")
    assert {"share_SiO4", "share_SiO3C", "share_SiO2C2"} <= set(found)
    top = max(("SiO4", "SiO3C", "SiO2C2"), key=lambda n: found[f"share_{n}"].high)
    component = next(c for c in found["resolvable"].choices["components"] if c["name"] == top)
    assert component["splitting"] == 0.6
    assert component["partner"] == pytest.approx(1 / 3, abs=0.01)


def test_oxygen_has_its_states():
    found = by_name(region("O 1s"), region="O 1s")
    assert {"share_C=O", "share_Si-O-Si", "share_Si-O-B"} <= set(found)
    # 0.3 eV apart at a width of 1.6 eV: the two bridges are not told apart
    assert not (found["share_Si-O-Si"].resolved and found["share_Si-O-B"].high < 100)


def test_oxygen_and_silicon_states_add_up():
    atoms = {"O": 0.45, "C": 0.3, "Si": 0.2, "B": 0.05}
    states = oxygen_states(atoms, {"BO3": 0.04}, {"C-O": 0.1, "O-C=O": 0.03})
    assert sum(states.values()) == pytest.approx(atoms["O"])
    assert states["Si-O-B"] == pytest.approx(0.06)
    assert states["C=O"] == pytest.approx(0.009)
    for ratio, four in ((2.0, 1.0), (3.0, 1.0), (1.0, 1 / 16), (0.0, 0.0)):
        shares = silicon_states(ratio)
        assert sum(shares.values()) == pytest.approx(1.0)
        assert shares["SiO4"] == pytest.approx(four)
    # oxygen cannot be split among more than there is
    assert (
        oxygen_states({"O": 0.01, "C": 0.9, "Si": 0, "B": 0}, {}, {"C-O": 0.1, "O-C=O": 0.03})["Si-O-Si"] == 0
    )


def test_unknown_transmission_is_in_the_interval():
    made = XPS.simulate(fake_sample(), 1, {"regions": ["C 1s", "O 1s"]})
    bare = [
        m.__class__(m.technique, m.data.drop_vars("transmission"), m.origin, m.label, m.settings)
        for m in made
    ]
    known, unknown = (by_name(m, chains=0)["at_percent_O"] for m in (made, bare))
    assert unknown.low < known.value < unknown.high
    assert unknown.high - unknown.low > 1.2 * (known.high - known.low)
    assert any("no transmission" in n for n in unknown.notes)
    # a transmission of 1 is one end of what is possible: the value must not fall off its interval
    for one in by_name(bare, chains=0).values():
        if one.name.startswith("at_percent_"):
            assert one.low <= one.value <= one.high


def test_what_a_background_takes_off_is_in_the_interval():
    made = XPS.simulate(fake_sample(), 1, {"counts": 1e5})
    wide = by_name(made, chains=0)["at_percent_B"]
    sharp = by_name(made, chains=0, parameters={"xps.background_uncertainty": 0.02})["at_percent_B"]
    assert wide.high - wide.low > 1.05 * (sharp.high - sharp.low)
    assert any("area by its background +-3.5 %" in n for n in wide.notes)


def test_avantage_quantification(shared_data):
    made = read(shared_data("xps") / "avantage_graphite_C1s.xlsx")
    found = by_name(made, components="graphite", align_eV=0.5)
    for element, printed in (("C", 97.58), ("O", 2.28), ("Na", 0.14)):
        assert found[f"at_percent_{element}"].low < printed < found[f"at_percent_{element}"].high
    assert found["position_sp2"].value == pytest.approx(284.53, abs=0.02)
    assert found["fwhm_sp2"].value == pytest.approx(0.61, abs=0.05)
    assert found["position_shake-up"].value == pytest.approx(291.14, abs=0.15)
    # printed 82.2 % of the line with the vendor's own shape: ours reads 72, as the page tells
    assert 68 < found["share_sp2"].value < 82.2


def test_fe_2p_against_casaxps(shared_data):
    made = read(shared_data("xps") / "FeO_analyzed.vms")
    lines = [
        {"name": n, "position": e, "window": 1.0}
        for n, e in (("3/2", 709.0), ("satellite 3/2", 715.7), ("1/2", 722.2), ("satellite 1/2", 730.2))
    ]
    found = by_name(
        made, components=lines, region="Fe 2p", width="free", width_range=(2, 9), asymmetry="free"
    )
    for name, printed in (("3/2", 41.89), ("satellite 3/2", 19.65), ("satellite 1/2", 10.40)):
        assert found[f"share_{name}"].low < printed < found[f"share_{name}"].high
    # the fourth, 28.06 %, stays above ours by 2 to 3: CasaXPS's LF shape is not modelled
    assert found["share_1/2"].high == pytest.approx(28.06, abs=4)


@pytest.mark.parametrize(
    "choices", [{"fit_background": "linear"}, {"asymmetry": 1.0}, {"asymmetry": "some"}, {"asymmetry": -0.1}]
)
def test_unusable_choices_are_told(choices):
    with pytest.raises(InputError) as error:
        by_name(region("B 1s"), **choices)
    assert "\n" not in str(error.value)


@pytest.mark.slow
def test_intervals_hold_the_truth():
    """30 drawn surfaces; the study reports 200 others (docs page)."""
    for name, (resolved, inside, rest, held) in STUDY["study"](30, 100, chains=24).items():
        assert resolved + rest == 30, name
        assert inside + held >= 30 * 0.9 - 4, (name, inside, held)


def test_positions_of_the_oxygen_lines_come_from_records():
    assert set(p.OXYGEN) < set(p.OXYGEN_LINES)
    values = Values({p.OXYGEN_SILICON.id: 532.6})
    assert values[p.OXYGEN["Si-O-Si"]] == 532.6
    assert np.ptp([r.value for r in p.SILICON.values()]) > 1.5
