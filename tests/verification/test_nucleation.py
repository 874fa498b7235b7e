"""Nucleation and regrowth on cooling: the table of the data sheet, limits by hand, counts and caps."""

import math
from decimal import Decimal

import numpy as np
import pytest

from nanokiln.assembly.voxels import nucleation as law
from nanokiln.assembly.voxels import shapes
from nanokiln.assembly.voxels.solid import Solid, add_caps
from nanokiln.core.errors import InputError
from nanokiln.core.parameters import Values
from nanokiln.matter import borosilicate

ZERO = 273.15
NETWORK = 2900.0  # J/mol, the stabilised network of the data sheet
PLATEAU = 900 + ZERO
ENERGY, RECESSION = 205e3, 5e-12  # of dissolution: J/mol, m/s at 900 degC
DEGC = 850, 800, 750, 700, 650, 600, 500
# as printed: S, then r* in nm and W/kT at two interface energies (J/m2); half a unit of the last digit
OVER = "1.08 1.18 1.30 1.44 1.62 1.84 2.5"
RADII = {0.03: "2.2 1.1 0.7 0.55 0.44 0.37 0.3", 0.05: "3.6 1.8 1.2 0.9 0.7 0.6 0.5"}
BARRIERS = {0.03: "39 10 5 3 2 1.4 0.9", 0.05: "18e1 47 22 13 9 7 4"}


def agrees(found, printed):
    """Return whether every number rounds to the one printed."""
    numbers = [Decimal(text) for text in printed.split()]
    return all(
        abs(value - float(number)) <= 0.5 * 10.0 ** int(number.as_tuple().exponent) + 1e-12
        for value, number in zip(found, numbers, strict=True)
    )


def with_energy(gamma):
    return Values({"assembly.interface_energy": gamma})


def cooling(start=900.0, end=300.0, rate=5.0, step=2.0):
    """Return time (s) and temperature (K) of a ramp in K/min."""
    T = np.arange(start, end - step / 2, -step) + ZERO
    return (T[0] - T) / rate * 60, T


def saturated(values, network=NETWORK):
    return borosilicate.saturation(PLATEAU, network, values)


@pytest.mark.parametrize("gamma", [0.03, 0.05])
def test_the_table_of_the_data_sheet(gamma):
    """To the precision printed; the melt is saturated at 900 degC."""
    values = with_energy(gamma)
    x, T = saturated(values), np.array(DEGC) + ZERO
    assert agrees(law.supersaturation(x, T, NETWORK, values), OVER)
    assert agrees(law.critical_radius(x, T, NETWORK, values), RADII[gamma])
    assert agrees(law.barrier(x, T, NETWORK, values, on_wall=False), BARRIERS[gamma])
    assert not agrees(law.barrier(x, T, NETWORK, with_energy(0.04), on_wall=False), BARRIERS[gamma])


def test_radius_and_barrier_by_hand():
    values = with_energy(0.04)
    T = 1000.0
    force = 8.314462618 * T * math.log(2) / 27.3e-6
    x = 0.3
    against_cristobalite = float(law.supersaturation(x, T, 0, values))
    network = 8.314462618 * T * math.log(2 / against_cristobalite)  # the stability at which S is 2
    assert law.supersaturation(x, T, network, values) == pytest.approx(2)
    assert law.critical_radius(x, T, network, values) == pytest.approx(2 * 0.04 / force * 1e9)
    work = 16 * math.pi * 0.04**3 / (3 * force**2) / (1.380649e-23 * T)
    assert law.barrier(x, T, network, values, on_wall=False) == pytest.approx(work)
    f = law.heterogeneous_factor(values)
    assert law.barrier(x, T, network, values) == pytest.approx(f * work)


def test_nothing_nucleates_from_a_saturated_melt():
    values = Values()
    x = saturated(values)
    assert law.supersaturation(x, PLATEAU, NETWORK, values) == pytest.approx(1, abs=1e-9)
    for lean in (0.5 * x, 0.9 * x):
        assert law.nucleation_rate(lean, PLATEAU, NETWORK, values) == 0
        assert law.critical_radius(lean, PLATEAU, NETWORK, values) == math.inf
        assert law.barrier(lean, PLATEAU, NETWORK, values) == math.inf
    t = np.linspace(0, 1e4, 20)
    assert law.expected_count(t, PLATEAU, 0.9 * x, 1e6, network=NETWORK, values=values) == 0


@pytest.mark.parametrize(("angle", "factor"), [(90, 0.5), (180, 1.0), (0, 0.0), (60, 5 / 32)])
def test_heterogeneous_factor(angle, factor):
    assert law.heterogeneous_factor(Values({"assembly.nucleus_angle": angle})) == pytest.approx(factor)


def test_the_range_of_the_angle_is_that_of_the_factor():
    ends = [
        law.heterogeneous_factor(Values({"assembly.nucleus_angle": angle}))
        for angle in (law.NUCLEUS_ANGLE.low, law.NUCLEUS_ANGLE.high)
    ]
    assert ends == pytest.approx([0.1, 0.5], abs=0.002)


def test_diffusion_matches_the_homogenisation_times_of_the_data_sheet():
    """L^2/D over 10 nm at x 0.25: 1 s, 2e-3 s, 8e-5 s at 500, 700, 900 degC, to a factor of two."""
    D = law.diffusion(0.25, np.array([500, 700, 900]) + ZERO, Values())
    np.testing.assert_allclose(np.log10(1e-16 / D), np.log10([1, 2e-3, 8e-5]), atol=0.3)


def test_rate_is_the_product_of_its_factors_at_half_a_sphere():
    values = Values({"assembly.nucleus_angle": 90})
    x, T = 0.25, 800 + ZERO
    r = float(law.critical_radius(x, T, NETWORK, values)) * 1e-9
    units = 2 / 3 * math.pi * r**3 * 6.02214076e23 / 27.3e-6
    W = float(law.barrier(x, T, NETWORK, values))
    Z = math.sqrt(W / (3 * math.pi)) / units
    join = 2 * math.pi * r**2 * x * float(law.diffusion(x, T, values)) / (0.28e-9) ** 4
    by_hand = (6.02214076e23 / 27.3e-6) ** (2 / 3) * 1e-18 * Z * join * math.exp(-W)
    assert law.nucleation_rate(x, T, NETWORK, values) == pytest.approx(by_hand)
    slow = law.attachment_rate(x, T, NETWORK, values, recession=1e-12)
    assert slow == pytest.approx(2 * math.pi * r**2 * 6.02214076e23 / 27.3e-6 * 1e-12)
    assert law.attachment_rate(x, T, NETWORK, values, recession=1e9) == pytest.approx(join)


def test_zeldovich_is_the_curvature_of_the_barrier():
    """Z^2 = -(d2G/dn2)/(2 pi kT) at the top of dG(n) = -n g + s n^(2/3)."""
    values = Values({"assembly.nucleus_angle": 90})
    x, T, kT = 0.25, 820 + ZERO, 1.380649e-23 * (820 + ZERO)
    r = float(law.critical_radius(x, T, NETWORK, values)) * 1e-9
    top = 2 / 3 * math.pi * r**3 * 6.02214076e23 / 27.3e-6
    g = 8.314462618 * T * math.log(law.supersaturation(x, T, NETWORK, values)) / 6.02214076e23
    bend = -g / top / 3  # g = 2/3 s n^(-1/3), so d2G/dn2 = -2/9 s n^(-4/3) = -g/(3 n)
    Z = law.zeldovich(x, T, NETWORK, values)
    assert pytest.approx(-bend / (2 * math.pi * kT), rel=1e-6) == Z**2


def test_expected_counts_grow_with_area_and_end_at_the_sites():
    values = with_energy(0.05)
    t, T = cooling(end=700)
    early = T > 845 + ZERO
    count = law.expected_count(t[early], T[early], 0.25, 1e4, network=NETWORK, values=values)
    twice = law.expected_count(t[early], T[early], 0.25, 2e4, network=NETWORK, values=values)
    assert 0 < count < 1e4 * law.site_density(values)
    assert twice == pytest.approx(2 * count)
    end = law.expected_count(t, T, 0.25, 1e4, network=NETWORK, values=values)
    assert end == pytest.approx(1e4 * 7.9, rel=0.01)
    slow = law.RateLaw(RECESSION, ENERGY).at(T, values)
    held = law.expected_count(t, T, 0.25, 1e4, network=NETWORK, values=values, recession=slow)
    assert held < end
    with pytest.raises(InputError, match="rising"):
        law.expected_count(t[::-1], T, 0.25, 1.0, network=NETWORK, values=values)


def test_numbers_are_poisson():
    """Variance over mean of many seeds: 1 within three standard errors; the mean likewise."""
    points, seeds, mean = np.random.default_rng(0).random((50, 3)), 1500, 12.5
    drawn = np.array(
        [
            law.draw_nuclei(np.random.default_rng(seed), mean, points, silica=1e6, share=1).islands
            for seed in range(seeds)
        ]
    )
    assert drawn.mean() == pytest.approx(mean, abs=3 * math.sqrt(mean / seeds))
    assert drawn.var(ddof=1) / drawn.mean() == pytest.approx(1, abs=3 * math.sqrt(2 / seeds))


def test_points_follow_the_area():
    points = np.arange(40 * 3, dtype=float).reshape(40, 3)
    area = np.repeat([0.0, 1.0, 3.0, 4.0], 10)
    found = law.draw_nuclei(np.random.default_rng(7), 8000.0, points, weights=area, silica=1e6, share=1)
    at = (found.points[:, 0] / 3).astype(int)
    counts = np.bincount(at // 10, minlength=4)
    assert counts[0] == 0
    share = np.array([1, 3, 4]) / 8 * found.islands
    assert ((counts[1:] - share) ** 2 / share).sum() < 13.8  # chi-squared, two degrees, 0.1 %


def test_the_cap_on_volume_is_respected_and_stated():
    points = np.random.default_rng(1).random((500, 3)) * 60
    found = law.draw_nuclei(np.random.default_rng(2), 1e7, points, radius=2, silica=4000, share=0.3)
    assert found.islands == int(0.3 * 4000 / law.cap_volume(2))
    assert found.volume <= 0.3 * 4000 < found.volume + law.cap_volume(2)
    assert found.coarsening == pytest.approx(found.drawn / found.islands)
    assert found.drawn == pytest.approx(1e7, rel=0.01)
    assert f"{found.islands} islands" in found.statement
    none = law.draw_nuclei(np.random.default_rng(2), 5.0, points, silica=10, share=0.1)
    assert none.islands == 0
    assert none.coarsening == 1
    assert "does not fill one island" in none.statement
    assert "no nuclei" in law.draw_nuclei(np.random.default_rng(2), 0, points, silica=9, share=1).statement


def test_the_same_seed_gives_the_same_points():
    points = np.random.default_rng(1).random((500, 3))
    one, two, other = (
        law.draw_nuclei(np.random.default_rng(seed), 30, points, silica=1e5, share=1) for seed in (3, 3, 4)
    )
    assert one.points.tobytes() == two.points.tobytes()
    assert one.points.tobytes() != other.points.tobytes()


@pytest.mark.parametrize("radius", [1.5, 2.0, 3.0])
def test_caps_add_what_was_reckoned(radius):
    solid = Solid(shapes.slab((28, 28, 28), np.array([0, 0, 1]), np.array([14, 14, 14]), 12))
    added = add_caps(solid, np.array([[14.0, 14.0, 20.0]]), radius)
    assert added == pytest.approx(law.cap_volume(radius), rel=0.03)


@pytest.mark.parametrize(
    "change",
    [{"expected": -1}, {"share": 1.1}, {"radius": 1.0}, {"weights": np.ones(3)}, {"weights": np.zeros(5)}],
)
def test_bad_draws_are_refused(change):
    given = {"expected": 5.0, "points": np.ones((5, 3)), "silica": 100.0, "share": 0.5, **change}
    with pytest.raises(InputError):
        law.draw_nuclei(np.random.default_rng(0), **given)


def test_the_lever_rule():
    values = Values()
    assert law.lever_share(0.25, 300 + ZERO, values) == pytest.approx(0.67, abs=0.02)
    assert law.lever_share(0.53, 300 + ZERO, values) == pytest.approx(0.91, abs=0.01)
    assert law.lever_share(0.05, 300 + ZERO, values) == 0
    assert law.lever_share(0.25, 600 + ZERO, values) == 0
    assert law.lever_share(0.95, 300 + ZERO, values) == 1


def regrown(recession, *, area=15 / 0.066, network=0.0, rate=5.0, share=1.0, step=2.0):
    t, T = cooling(rate=rate, step=step)
    return law.returned_silica(
        t,
        T,
        fraction=saturated(Values(), network),
        area_per_volume=area,
        rate=law.RateLaw(recession, ENERGY, share),
        network=network,
        values=Values(),
    )


def test_a_slow_wall_returns_little_of_the_first_product():
    """Melt outside the spheres of the reference run (r = 0.3): far below the 67 % of the lever rule."""
    found = regrown(RECESSION)
    assert found.share[0] == 0
    assert (np.diff(found.share) >= -1e-12).all()
    assert (found.share <= found.equilibrium + 1e-12).all()
    assert 0.03 < found.share[-1] < 0.2
    assert found.equilibrium[-1] > 0.9
    less = regrown(RECESSION, share=0.62)
    assert 0.5 < less.share[-1] / found.share[-1] < 0.7


def test_a_fast_wall_follows_equilibrium():
    found = regrown(1.0, network=NETWORK)
    warm = found.temperature > 600 + ZERO
    np.testing.assert_allclose(found.share[warm], found.equilibrium[warm], atol=2e-3)
    # the row of the data sheet, 850 to 600 degC
    at = [int(np.argmin(np.abs(found.temperature - ZERO - T))) for T in DEGC[:6]]
    np.testing.assert_allclose(found.equilibrium[at], (0.19, 0.34, 0.47, 0.57, 0.66, 0.73), atol=0.015)


def test_the_first_step_by_hand():
    """Without depletion the share is (A/V)(v_B + u v_S)/(u v_S) times the integral of k_d (S - 1)."""
    values = Values()
    found = regrown(RECESSION, area=1e-3, step=1.0)
    x = saturated(values, 0.0)
    u, T = x / (1 - x), found.temperature
    k = RECESSION * np.exp(-ENERGY / 8.314462618 * (1 / T - 1 / 1173.15))
    over = np.maximum(law.supersaturation(x, T, 0.0, values) - 1, 0)
    ratio = (69.617 / 1.54 / 1000 + u * 0.0273) / (u * 0.0273)
    by_hand = 1e-3 * 1e6 * ratio * np.trapezoid(k * over, found.time)
    assert found.share[-1] == pytest.approx(by_hand, rel=1e-3)


def test_regrowth_matches_a_library_integrator():
    """The equation of the docstring, written apart from the code, to second order in its substeps."""
    from scipy.integrate import solve_ivp

    found = regrown(RECESSION)
    x = saturated(Values(), 0.0)
    begin = x / (1 - x)
    size = 15 / 0.066 * 1e6 * (69.617 / 1.54 / 1000 + begin * 0.0273) / 0.0273

    def slope(t, u):
        T, share = PLATEAU - t * 5 / 60, u[0] / (1 + u[0])
        active = share * math.exp(13187.0 * (1 - share) ** 2 / (8.314462618 * T))
        limit = math.exp(-(4922.0 + 12.7385736 * T - 2 * T * math.log(T)) / (8.314462618 * T))
        k = RECESSION * math.exp(-ENERGY / 8.314462618 * (1 / T - 1 / 1173.15))
        return [-size * k * (active / limit - 1)]

    warm = found.temperature >= 600 + ZERO
    exact = solve_ivp(slope, (0, 3601), [begin], "Radau", found.time[warm], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.share[warm], 1 - exact.y[0] / begin, rtol=0, atol=3e-6)


def test_slower_cooling_returns_more_and_glass_returns_nothing():
    assert regrown(RECESSION, rate=1.0).share[-1] > 1.5 * regrown(RECESSION).share[-1]
    t, T = cooling(start=250, end=150)
    cold = law.returned_silica(
        t,
        T,
        fraction=0.3,
        area_per_volume=1e3,
        rate=law.RateLaw(1.0, 0.0),
        network=0.0,
        values=Values(),
    )
    assert (cold.share == 0).all()
    assert not cold.homogeneous.any()


def test_two_steps_or_one_make_no_difference():
    coarse, fine = regrown(RECESSION, step=10.0), regrown(RECESSION, step=1.0)
    assert coarse.share[-1] == pytest.approx(fine.share[-1], rel=1e-4)


def test_bad_cooling_is_refused():
    t, T = cooling()
    given = {"fraction": 0.5, "area_per_volume": 1.0, "rate": law.RateLaw(1e-12, ENERGY)}
    with pytest.raises(InputError, match="rising"):
        law.returned_silica(t[::-1], T, **given, network=0.0, values=Values())
    with pytest.raises(InputError, match="between 0 and 1"):
        law.returned_silica(t, T, **{**given, "fraction": 1.0}, network=0.0, values=Values())
