"""Silica that leaves the melt on cooling: classical nucleation on the wall, and regrowth at its own rate.

Everything is a pure function of composition and temperature. `network` is the extra stability of what forms,
relative to cristobalite, in J per mol SiO2 (data sheet, section 3): 0 for a deposit like the network of the
mechanism, 2900 for the stabilised one of the data sheet. Above the consolute point silica glass and melt are
one phase, so what nucleates there is a deposit of that stability, not glass.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...core.errors import InputError
from ...core.parameters import Parameter, Values
from ...matter import boron_oxide, borosilicate
from ...matter.constants import AVOGADRO, BOLTZMANN, GAS_CONSTANT, MASS_B2O3
from .solid import CM3_PER_MMOL_IN_M3_PER_MOL, INTERFACE_ENERGY, SMALLEST_CAP

NUCLEUS_ANGLE = Parameter(
    id="assembly.nucleus_angle",
    value=70.0,
    unit="deg",
    low=52.5,
    high=90.0,
    source="heterogeneous factor f(theta) of 0.1 to 0.5 on the sphere, data sheet section 6",
    tag="C",
    valid="nuclei on the etched wall, some of it carbon",
    note="assumed: no measurement. Angle of the nucleus on the wall under melt; 70 deg is f = 0.25.",
)
JUMP_LENGTH = Parameter(
    id="assembly.jump_length",
    value=0.28,
    unit="nm",
    low=0.2,
    high=0.4,
    source="Eyring's length of a jump, D = kT/(eta lambda), data sheet section 4",
    tag="D",
    note="The diffusion coefficient is good to a factor of five, the rate of nucleation with it.",
)

NM_PER_M = 1e9
NM2_PER_M2 = 1e18
CM3_PER_M3 = 1e6
# what `solid.add_caps` adds over half a sphere, by radius in voxels (interface width 6)
SMEARED = ((1.5, 1.18), (2.0, 1.08), (3.0, 1.02))
STEP_KELVIN, STEP_SECONDS = 1.0, 60.0  # longest substeps of the regrowth; half of it changes 1e-6
ROOT = 1e-14  # absolute tolerance of the composition in an implicit step

Array = NDArray[np.float64]


class Nuclei(NamedTuple):
    """Islands put on the surface, and what they stand for.

    Attributes
    ----------
    points
        Centres, shape (island, 3), in the unit of the points given.
    radius
        Radius of the islands, voxels.
    expected
        Number of nuclei physics expects on this surface.
    drawn
        Number drawn for this run (Poisson).
    volume
        Volume of the islands together, at most, voxels^3.
    """

    points: Array
    radius: float
    expected: float
    drawn: int
    volume: float

    @property
    def islands(self) -> int:
        """Number of islands."""
        return len(self.points)

    @property
    def coarsening(self) -> float:
        """Nuclei one island stands for; nothing to stand for counts as 1."""
        return self.drawn / self.islands if self.islands else 1.0

    @property
    def statement(self) -> str:
        """The same in words."""
        if not self.drawn:
            return f"no nuclei ({self.expected:.3g} expected)"
        if not self.islands:
            return f"{self.drawn:.3g} nuclei expected, but the silica that returns does not fill one island"
        return (
            f"{self.islands} islands of {self.radius:.3g} voxels stand for {self.drawn:.3g} nuclei "
            f"({self.coarsening:.3g} each; {self.expected:.3g} expected)"
        )


class RateLaw(NamedTuple):
    """Rate of the wall, k_d(T) = k_d(900 degC) exp[-E/R (1/T - 1/1173 K)].

    Attributes
    ----------
    recession
        k_d at 900 degC in silica-free melt, m/s.
    energy
        Activation energy E, J/mol.
    oxide_share
        Share of the wall that is oxide.
    """

    recession: float
    energy: float
    oxide_share: float = 1.0

    def at(self, temperature: ArrayLike, values: Values) -> Array:
        """Return k_d in m/s at a temperature in K."""
        inverse = 1 / np.asarray(temperature, dtype=float) - 1 / values[boron_oxide.PLATEAU]
        return np.asarray(self.recession * np.exp(-self.energy / values[GAS_CONSTANT] * inverse))


class Returned(NamedTuple):
    """Silica given back along a cooling curve.

    Attributes
    ----------
    time, temperature
        s and K, shape (n,).
    fraction
        Mole fraction of SiO2 left in the melt.
    share
        Share of the silica dissolved at the beginning that has returned.
    equilibrium
        The share an infinitely fast rate would have returned.
    homogeneous
        Whether the melt is still one phase; where it is not, unmixing takes over and the law has no meaning.
    """

    time: Array
    temperature: Array
    fraction: Array
    share: Array
    equilibrium: Array
    homogeneous: NDArray[np.bool_]


def supersaturation(x: ArrayLike, temperature: ArrayLike, network: float, values: Values) -> Array:
    """Return the activity of silica in the melt over that of its saturated solution.

    Parameters
    ----------
    x
        Mole fraction of SiO2 in the melt.
    temperature
        Temperature in K.
    network
        Stability of what forms relative to cristobalite, J/mol.
    values
        Parameter values.

    Limits: regular solution, 573-1773 K; where the melt unmixes, x has to be that of one of the two phases.
    Source: data sheet sections 3 and 6.
    """
    active = borosilicate.silica_activity(x, temperature, values)
    return np.asarray(active / borosilicate.saturation_activity(temperature, network, values))


def _molar_volume(values: Values) -> float:
    """Return the molar volume of silica in m3/mol."""
    return values[borosilicate.MOLAR_VOLUME_SILICA] * CM3_PER_MMOL_IN_M3_PER_MOL


def driving_force(x: ArrayLike, temperature: ArrayLike, network: float, values: Values) -> Array:
    """Return the free energy set free by a volume of silica, RT ln S/V_m, in J/m3; 0 where S is below 1.

    Parameters are those of `supersaturation`.
    """
    T = np.asarray(temperature, dtype=float)
    s = np.maximum(supersaturation(x, T, network, values), 1)
    return np.asarray(values[GAS_CONSTANT] * T * np.log(s) / _molar_volume(values))


def critical_radius(x: ArrayLike, temperature: ArrayLike, network: float, values: Values) -> Array:
    """Return the radius of the critical nucleus, 2 gamma/dG_v, in nm; infinite where S is at most 1.

    Parameters are those of `supersaturation`.

    Limits: below about 0.3 nm (one SiO4 unit) it is no radius any more. Source: data sheet section 6.
    """
    with np.errstate(divide="ignore"):
        return np.asarray(
            2 * values[INTERFACE_ENERGY] / driving_force(x, temperature, network, values) * NM_PER_M
        )


def heterogeneous_factor(values: Values) -> float:
    """Return f(theta) = (2 + cos)(1 - cos)^2/4, the share of a sphere that a cap on a flat wall is.

    Limits: 0.1 to 0.5 for the range of the contact angle. Source: Volmer; data sheet section 6.
    """
    cosine = math.cos(math.radians(values[NUCLEUS_ANGLE]))
    return (2 + cosine) * (1 - cosine) ** 2 / 4


def barrier(
    x: ArrayLike, temperature: ArrayLike, network: float, values: Values, *, on_wall: bool = True
) -> Array:
    """Return the barrier of nucleation 16 pi gamma^3/(3 dG_v^2), in kT; infinite where S is at most 1.

    Parameters
    ----------
    x, temperature, network, values
        As in `supersaturation`.
    on_wall
        Multiplied by f(theta) for a cap on the wall; False for a sphere in the melt.

    Limits: the cube of the interface energy, known to a factor of three, makes this uncertain by 30.
    """
    T = np.asarray(temperature, dtype=float)
    force = driving_force(x, T, network, values)
    factor = heterogeneous_factor(values) if on_wall else 1.0
    with np.errstate(divide="ignore"):
        work = 4 * 4 * math.pi * values[INTERFACE_ENERGY] ** 3 / (3 * force**2)
    return np.asarray(factor * work / (values[BOLTZMANN] * T))


def diffusion(x: ArrayLike, temperature: ArrayLike, values: Values) -> Array:
    """Return the diffusion coefficient of the melt, kT/(eta lambda), in m2/s.

    Parameters
    ----------
    x, temperature, values
        As in `supersaturation`.

    Limits: a factor of five, and a decade more for 5 to 30 mol% B2O3. Source: Eyring; data sheet section 4.
    """
    T = np.asarray(temperature, dtype=float)
    viscosity = 10.0 ** borosilicate.log_viscosity(x, T, values)
    return np.asarray(values[BOLTZMANN] * T / (viscosity * values[JUMP_LENGTH] / NM_PER_M))


def site_density(values: Values) -> float:
    """Return the SiO2 units per area of wall, (N_A/V_m)^(2/3), in 1/nm2: 7.9."""
    return float((values[AVOGADRO] / _molar_volume(values)) ** (2 / 3)) / NM2_PER_M2


def zeldovich(x: ArrayLike, temperature: ArrayLike, network: float, values: Values) -> Array:
    """Return the Zeldovich factor sqrt(W/(3 pi kT))/n of a cap of n units; 0 where S is at most 1.

    Parameters are those of `supersaturation`.

    Limits: the curvature of the barrier at its top, so for n well above 1. Source: Zeldovich 1943.
    """
    height = barrier(x, temperature, network, values)
    radius = critical_radius(x, temperature, network, values) / NM_PER_M
    per_unit = _molar_volume(values) / values[AVOGADRO]
    units = heterogeneous_factor(values) * 4 / 3 * math.pi * radius**3 / per_unit
    with np.errstate(invalid="ignore"):
        factor = np.sqrt(height / (3 * math.pi)) / units
    return np.where(np.isfinite(units), factor, 0.0)


def attachment_rate(
    x: ArrayLike,
    temperature: ArrayLike,
    network: float,
    values: Values,
    *,
    recession: ArrayLike | None = None,
) -> Array:
    """Return the units that join a critical cap per second, A x D/lambda^4; 0 where S is at most 1.

    Parameters
    ----------
    x, temperature, network, values
        As in `supersaturation`. A = 2 pi r*^2 (1 - cos theta) is the area of the cap.
    recession
        k_d at this temperature, m/s: attachment is then no faster than the wall itself takes up silica,
        A N_s k_d/d with d the thickness of a unit. None for attachment as fast as a jump in the melt.

    Limits: without `recession` the break-up of Si-O bonds, the slow step of the dissolution of the wall, is
    left out, and the rate is an upper bound by many orders. Source: Turnbull and Fisher 1949.
    """
    radius = critical_radius(x, temperature, network, values) / NM_PER_M
    cosine = math.cos(math.radians(values[NUCLEUS_ANGLE]))
    jump = values[JUMP_LENGTH] / NM_PER_M
    area = 2 * math.pi * radius**2 * (1 - cosine)
    rate = area * np.asarray(x, dtype=float) * diffusion(x, temperature, values) / jump**4
    if recession is not None:
        units_per_m3 = values[AVOGADRO] / _molar_volume(values)
        rate = np.minimum(rate, area * units_per_m3 * np.asarray(recession, dtype=float))
    return np.where(np.isfinite(radius), rate, 0.0)


def nucleation_rate(
    x: ArrayLike,
    temperature: ArrayLike,
    network: float,
    values: Values,
    *,
    recession: ArrayLike | None = None,
) -> Array:
    """Return the steady rate of nucleation on the wall, N_s Z beta exp(-W/kT), per nm2 and s.

    Parameters are those of `attachment_rate`.

    Limits
    ------
    Steady state, flat wall, nuclei with the energy of a flat interface. With gamma 0.03 to 0.05 J/m2 it
    changes by many decades within 50 K of saturation and is hardly limited below: what it tells is the
    temperature at which nuclei appear, not how many. Critical nuclei of less than about five units are
    outside the theory. Source: data sheet section 6.
    """
    reach = np.exp(-barrier(x, temperature, network, values))
    joins = attachment_rate(x, temperature, network, values, recession=recession)
    return np.asarray(site_density(values) * zeldovich(x, temperature, network, values) * joins * reach)


def expected_count(
    time: ArrayLike,
    temperature: ArrayLike,
    x: ArrayLike,
    area: float,
    *,
    network: float,
    values: Values,
    recession: ArrayLike | None = None,
) -> float:
    """Return the number of nuclei on a surface after cooling, each site giving at most one.

    Parameters
    ----------
    time
        s, rising, shape (n,).
    temperature, x
        K, and the mole fraction of SiO2 in the melt, each shape (n,) or one number.
    area
        Wetted area in nm2.
    network, values, recession
        As in `attachment_rate`; the last one number or of shape (n,).

    Returns
    -------
    float
        N_s A [1 - exp(-integral of J dt/N_s)].

    Raises
    ------
    InputError
        If the time does not rise or the area is negative.

    Limits
    ------
    Nuclei neither dissolve again nor use up what their neighbours need: an upper bound. Depletion enters
    through `x`. Trapezoids between the times given: take steps of a few kelvin.
    """
    t = np.asarray(time, dtype=float)
    if t.ndim != 1 or np.any(np.diff(t) <= 0) or not area >= 0:
        raise InputError(f"time of shape {t.shape}, area {area:g} nm2: give rising times and an area >= 0.")
    rate = nucleation_rate(x, temperature, network, values, recession=recession)
    rate = np.broadcast_to(rate, t.shape)
    per_site = float(np.trapezoid(rate, t)) / site_density(values)
    return -site_density(values) * area * math.expm1(-per_site)


def cap_volume(radius: float) -> float:
    """Return the volume a nucleus of this radius adds on the grid, voxels^3.

    Parameters
    ----------
    radius
        Radius in voxels, at least 1.5.

    Raises
    ------
    InputError
        For smaller ones, which the grid does not hold.

    Limits: half a sphere on a flat wall, with what the grid smears (18 % at 1.5 voxels, 2 % from 3).
    """
    if not radius >= SMALLEST_CAP:
        raise InputError(f"nuclei of radius {radius:.3g} voxels: at least {SMALLEST_CAP}.")
    radii, factors = zip(*SMEARED, strict=True)
    return 2 / 3 * math.pi * radius**3 * float(np.interp(radius, radii, factors))


def draw_nuclei(
    rng: np.random.Generator,
    expected: float,
    points: Array,
    *,
    weights: ArrayLike | None = None,
    radius: float = SMALLEST_CAP,
    silica: float,
    share: float,
) -> Nuclei:
    """Draw the islands that stand for the nuclei on a surface.

    Parameters
    ----------
    rng
        Random generator; the same seed gives the same points.
    expected
        Number of nuclei physics expects, as from `expected_count`.
    points
        Points of the wetted surface, shape (n, 3).
    weights
        Area each point stands for, shape (n,); None for equal ones.
    radius
        Radius of an island, voxels, at least 1.5.
    silica
        Volume of the silica that returns, voxels^3.
    share
        Largest share of it that islands may take, 0 to 1.

    Returns
    -------
    Nuclei

    Raises
    ------
    InputError
        If a number is out of range, or nuclei are expected but there is no surface for them.

    Limits
    ------
    A Poisson number of independent points: islands may overlap, and then hold less than their volume. Where
    the number is capped each island stands for many nuclei, and neither its size nor its distance to the
    next is that of a nucleus.
    """
    points = np.asarray(points, dtype=np.float64).reshape(-1, 3)
    area = np.ones(len(points)) if weights is None else np.asarray(weights, dtype=np.float64)
    if not (expected >= 0 and silica >= 0 and 0 <= share <= 1):
        raise InputError(
            f"{expected:g} nuclei in {silica:g} voxels of silica, share {share:g}: give numbers of 0 or "
            "more, a share of at most 1."
        )
    if area.shape != (len(points),) or not np.all(area >= 0):
        raise InputError(f"weights of shape {area.shape} for {len(points)} points: give one area per point.")
    if expected > 0 and not area.sum() > 0:
        raise InputError(f"{expected:g} nuclei expected, but the surface given has no area.")
    each = cap_volume(radius)
    drawn = int(rng.poisson(expected))
    islands = min(drawn, int(share * silica / each))
    chosen = rng.choice(len(points), size=islands, p=area / area.sum()) if islands else np.zeros(0, int)
    return Nuclei(points[chosen], float(radius), float(expected), drawn, islands * each)


def lever_share(x: float, temperature: float, values: Values) -> float:
    """Return the share of the dissolved silica that the silica-rich phase holds after unmixing.

    Parameters
    ----------
    x
        Mole fraction of SiO2 of the melt.
    temperature
        Temperature in K at which the two phases become glass.
    values
        Parameter values.

    Returns
    -------
    float
        About two thirds for x 0.25 at 300 degC; 0 where the melt is one phase on the boron-rich side, 1
        on the other.

    Source: lever rule on the metastable binodal, data sheet section 6.
    """
    ends = borosilicate.binodal(temperature, values)
    if ends is None or x <= ends[0]:
        return 0.0
    low, high = ends
    return min((x - low) / (high - low), 1.0) * max(high, x) / x


def _implicit(begin: float, gain: float, temperature: float, limit: float, values: Values) -> float:
    """Return u with u = begin - gain max(a_S(u)/limit - 1, 0): an implicit step, never beyond equilibrium."""
    from scipy.optimize import brentq

    def miss(u: float) -> float:
        active = float(borosilicate.silica_activity(u / (1 + u), temperature, values))
        return u - begin + gain * max(active / limit - 1, 0.0)

    if gain <= 0 or miss(begin) <= 0:
        return begin
    return float(brentq(miss, 0.0, begin, xtol=ROOT))


class _Wall(NamedTuple):
    """What a step of the regrowth needs: gain per second at 900 degC, the rate law, network, values."""

    factor: float
    rate: RateLaw
    network: float
    values: Values

    def step(self, begin: float, T: float, seconds: float) -> float:
        """Return u after an implicit step that ends at temperature `T`."""
        if float(borosilicate.glass_transition(1 / (1 + begin), self.values)) > T:
            return begin
        limit = float(borosilicate.saturation_activity(T, self.network, self.values))
        gain = self.factor * float(self.rate.at(T, self.values)) * seconds
        return _implicit(begin, gain, T, limit, self.values)

    def advance(self, begin: float, warm: float, cold: float, seconds: float) -> float:
        """Return u after a linear piece of the curve: implicit steps, extrapolated to second order."""
        pieces = math.ceil(max(abs(warm - cold) / STEP_KELVIN, seconds / STEP_SECONDS, 1))
        u, h = begin, seconds / pieces
        for n in range(pieces):
            middle, end = (warm + (cold - warm) * (n + part) / pieces for part in (0.5, 1.0))
            halves = self.step(self.step(u, middle, h / 2), end, h / 2)
            u = min(2 * halves - self.step(u, end, h), u)
        return u


def returned_silica(
    time: ArrayLike,
    temperature: ArrayLike,
    *,
    fraction: float,
    area_per_volume: float,
    rate: RateLaw,
    network: float,
    values: Values,
) -> Returned:
    """Integrate what a wall takes back from the melt on cooling, with the rate law of its dissolution.

    Per mol of boron oxide, with u mol SiO2 in it and x = u/(1 + u):

        du/dt = -(A/V) (v_B + u_0 v_S)/v_S k_d(T) f [S(x, T) - 1],    S = a_S/a_S,sat

    Parameters
    ----------
    time, temperature
        s (rising) and K, shape (n,); temperature is linear between them.
    fraction
        Mole fraction of SiO2 at the beginning.
    area_per_volume
        Wetted area over melt volume at the beginning, m2/cm3.
    rate
        Rate of the wall.
    network
        Stability of what forms relative to cristobalite, J/mol.
    values
        Parameter values.

    Returns
    -------
    Returned
        Never beyond equilibrium; nothing dissolves again.

    Raises
    ------
    InputError
        If times do not rise, shapes differ or numbers are out of range.

    Limits
    ------
    Growth linear in S - 1 with the constant of dissolution: measured for neither. Down to the glass
    transition of the melt; where `homogeneous` ends, the melt unmixes instead. Source: mechanism, section 4.
    """
    t, T = np.asarray(time, dtype=float), np.asarray(temperature, dtype=float)
    if t.ndim != 1 or t.shape != T.shape or len(t) < 2 or np.any(np.diff(t) <= 0):
        raise InputError(f"times of shape {t.shape}, temperatures {T.shape}: give two or more rising times.")
    if not (0 < fraction < 1 and area_per_volume >= 0):
        raise InputError(
            f"x = {fraction:g}, {area_per_volume:g} m2/cm3: give a fraction between 0 and 1 and an area >= 0."
        )
    u = np.full(len(t), fraction / (1 - fraction))
    v_silica = values[borosilicate.MOLAR_VOLUME_SILICA]
    v_oxide = values[MASS_B2O3] / float(boron_oxide.melt_density(T[0], values)) / 1000  # cm3/mmol
    per_metre = area_per_volume * CM3_PER_M3
    wall = _Wall(per_metre * (v_oxide + u[0] * v_silica) / v_silica * rate.oxide_share, rate, network, values)
    lowest = u.copy()
    for n in range(1, len(t)):
        full = borosilicate.saturation(float(T[n]), network, values)
        lowest[n] = min(lowest[n - 1], full / (1 - full))
        u[n] = max(wall.advance(u[n - 1], float(T[n - 1]), float(T[n]), float(t[n] - t[n - 1])), lowest[n])
    x = u / (1 + u)
    one = [warm >= borosilicate.unmixing_temperature(held, values) for warm, held in zip(T, x, strict=True)]
    return Returned(t, T, x, 1 - u / u[0], 1 - lowest / u[0], np.array(one))
