"""What must hold whatever the calibration: limits, orders, stages, temperature series."""

import numpy as np
import pytest

from nanokiln.furnace import REGIMES, fire
from nanokiln.furnace.shape import coated_diameter, shape
from nanokiln.recipe import load_recipe, shipped

SAMPLES = [f"B-SiOC-{i}" for i in (1, 2, 3, 4)]
ORDER = ("dehydration", "lining", "bridging", "leaching", "doping", "unmixing", "vitrification")
GAS = 8.314462618


def test_more_boric_acid_never_leaches_less(recipe_with, mean):
    ratios = [0.05, 0.1, 0.12, 0.15, 0.3, 0.7, 1.0, 1.5, 2.0]
    leached = [mean(fire(recipe_with(r, hold=60.0)))["leached"] for r in ratios]
    assert (np.diff(leached) >= -1e-7).all(), leached
    assert leached[-1] > leached[4] > leached[0]


def test_without_boric_acid_the_product_is_the_precursor(fired, mean):
    firing = fired("SiOC")
    m, form = mean(firing), shape(firing.setup, firing.product)
    np.testing.assert_allclose(form.total_area, 81.58, rtol=1e-12)
    np.testing.assert_array_equal(form.neck_ratio, 0.0)
    np.testing.assert_array_equal(form.diameter_nm, 200.0)
    assert coated_diameter(firing.setup) == 200.0
    reservoirs = (
        "lining",
        "edge_wall",
        "edge_freed",
        "plane",
        "residue",
        "trapped",
        "glass",
        "washed",
        "vapour",
    )
    assert all(m[name] == 0.0 for name in (*reservoirs, "dissolved", "co", "volume_out"))
    assert firing.stages == {}
    assert not firing.timeline["regime"].any()


@pytest.mark.parametrize("name", SAMPLES)
def test_the_ramp_takes_5_per_cent_of_the_boron_as_vapour(fired, mean, name):
    m = mean(fired(name))
    assert m["vapour"] / m["fed"] == pytest.approx(0.05, abs=0.001)


def test_vapour_leaves_between_90_and_180_degrees(fired):
    line = fired("B-SiOC-2").timeline
    share = line["vapour"].values / line["vapour"].values[-1]
    begun, done = np.interp([0.05, 0.9], share, line["temperature"].values)
    assert 90 < begun < done < 180


def test_moisture_evaporates_boron_at_the_plateau(recipe_with, mean):
    """Section 2 of the sheet: 0.08 % in 4 h at 10 ppm, ten times that at 1000 ppm (0.5 g; here 0.2 g)."""
    dry, damp = (mean(fire(recipe_with(0.3, water=ppm))) for ppm in (1e-3, 1000.0))
    lost = (damp["vapour"] - dry["vapour"]) / damp["fed"]
    assert 0.008 < lost < 0.03


@pytest.mark.parametrize(("name", "seconds"), [("0h", 614), ("1h", 4214), ("4h", 15014)])
def test_stopped_recipes_have_the_equivalent_times_of_the_mechanism(name, seconds):
    knot_t, knot_T = load_recipe(f"B-SiOC-2-900C-{name}").programme.knots()
    end = knot_t[np.flatnonzero(knot_T >= knot_T.max() - 1e-9)[-1]]  # before the quench
    t = np.linspace(0, end, 200001)
    rate = np.exp(-205000 / GAS * (1 / np.interp(t, knot_t, knot_T) - 1 / 1173.15))
    assert np.trapezoid(rate, t) == pytest.approx(seconds, abs=1.5)


def test_leaching_along_the_stopped_series_is_as_stated(fired, mean, reference):
    """Finding: 0.60 of the final leaching after 0 h; the mechanism's 0.65 holds at 900 degC throughout.

    On the ramp the melt saturates with less silica, which an equivalent time at 900 degC leaves out.
    """
    found = [
        mean(fired(f"B-SiOC-2-900C-{t}", M8=5e-12, **reference.PACKAGE))["leached"]
        for t in ("0h", "1h", "4h")
    ]
    np.testing.assert_allclose(np.array(found) / found[-1], [0.602, 0.986, 1.00], atol=0.003)


@pytest.mark.parametrize("name", SAMPLES)
def test_stages_come_in_the_order_of_the_mechanism(fired, name):
    stages = fired(name).stages
    assert list(stages) == sorted(stages, key=lambda s: stages[s])
    begins = [stages[s][0] for s in ORDER]
    assert begins == sorted(begins)
    assert stages["dehydration"][1] < stages["melting"][0] < stages["bridging"][1]
    assert all(begin <= end for begin, end in stages.values())


@pytest.mark.parametrize("name", shipped())
def test_nothing_unmixes_or_sets_before_the_programme_cools(fired, name):
    firing = fired(name)
    hottest = firing.trajectory.time[np.argmax(firing.trajectory.temperature)]
    for stage in {"unmixing", "vitrification"} & set(firing.stages):
        assert firing.stages[stage][0] > hottest


def test_unmixing_begins_below_the_consolute_point(fired):
    firing = fired("B-SiOC-2")
    line = firing.timeline
    at = float(np.interp(firing.stages["unmixing"][0], line["time"], line["temperature"]))
    assert at < 520
    assert at == pytest.approx(520, abs=15)  # saturated melt (x_S 0.53) is near the top of the dome


def test_nothing_happens_to_the_network_at_500_degrees(fired, mean):
    firing = fired("B-SiOC-2-500C")
    m = mean(firing)
    assert m["leached"] < 0.01
    spread = float(firing.timeline["lining"][-1])
    assert spread > 1.0  # the wall is lined, but soluble: exchange reached 0.003 nm
    assert 0.005 < m["lining"] / spread < 0.015
    assert shape(firing.setup, firing.product).neck_ratio.max() < 0.05
    assert m["washed"] > 0.9 * (m["fed"] - m["vapour"])


def test_hotter_plateaus_leave_more_residue(fired, mean):
    film = [mean(fired(f"B-SiOC-2-{c}C"))["residue_nm"] for c in (700, 800, 900, 1000, 1100)]
    assert (np.diff(film) > 0).all(), film


@pytest.mark.parametrize(("name", "regime"), [("SiOC", 0), ("B-SiOC-1", 1), ("B-SiOC-2", 3), ("B-SiOC-4", 4)])
def test_final_regime(fired, name, regime):
    assert REGIMES[int(fired(name).timeline["regime"][-1])] == REGIMES[regime]


def test_an_unfired_powder_keeps_its_boric_acid(fired, mean):
    firing = fired("B-SiOC-2-before")
    m = mean(firing)
    assert firing.trajectory.time.size == 1
    assert m["lining"] == m["vapour"] == m["dissolved"] == 0.0
    assert m["washed"] == pytest.approx(m["fed"])
    assert firing.stages == {}


def test_coat_thickness_of_sample_4(fired):
    """D0 220 nm is what the coat share was calibrated on (C029)."""
    found = [coated_diameter(fired(name, M1=0.240).setup) for name in SAMPLES]
    np.testing.assert_allclose(found, [202, 206, 210, 220], atol=1.0)
