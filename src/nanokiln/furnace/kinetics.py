"""Right-hand side of the furnace: everything that has a rate, for all nodes of local feed at once.

State vector: shares of the fed boron as acid, metaboric acid, oxide and vapour; wetted share; square of
the exchange depth (nm2); then for each node (mmol per g of precursor) dissolved silica, edge boron of the
wall and of freed carbon, carbon-oxygen groups of both, in-plane boron, and CO given off.
"""

from __future__ import annotations

from math import exp, log, sqrt
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

DENSITY_FIRST, DENSITY_STEP = 773.15, 200.0  # K, knots of the density table (500 to 1100 degC)
LADDER_FIRST, LADDER_STEP = 973.15, 100.0  # K, knots of the ladder table (700 to 1100 degC)
SOLID = 30.0  # log10 of Pa s above which nothing flows
LOG_ETA_TG = 12.0  # log10 of Pa s, definition of the glass transition
SPAN = 8.0  # ladder steps beyond its table that are still extrapolated
SAFE = 60.0  # largest exponent passed to exp
TRACE = 1e-9  # mmol/g; less melt than this counts as none
DIFFERENCE = 1e-6  # relative step of finite differences, and the least amount they refer to
TAPER = 0.01  # share of the soluble silica over which the end of the network is smoothed

ACID, META, OXIDE, VAPOUR, WETTED, EXCHANGED = range(6)
GLOBALS = 6  # entries of the state shared by all nodes
SILICA, EDGE_WALL, EDGE_FREED, OXY_WALL, OXY_FREED, PLANE, CO = range(7)
PER_NODE = 7  # entries of the state of each node


class Constants(NamedTuple):
    """Numbers the kernel needs, in SI unless said; built by `furnace.setup` from the records."""

    gas: float
    step1_prefactor: float
    step1_energy: float
    step2_prefactor: float
    step2_energy: float
    vapour_pressure: float  # Pa at the reference temperature
    vapour_temperature: float
    sublimation: float
    steam_contact: float
    atmosphere: float
    hbo2_rate: float  # share of the fed boron per second at 900 degC
    hbo2_energy: float
    reference: float  # K
    tg: float
    viscosity_limit: float
    fragility: float
    wick_length2: float  # 2 L^2 / (r gamma cos), s/(Pa s)
    exchange_prefactor: float  # nm2/s
    exchange_energy: float
    interaction: float
    fusion_h: float
    fusion_s: float
    fusion_cp: float
    network: float
    has_network: bool
    leach: float  # (1 - phi_C) k_d(900 degC) / V_m: mmol per s and m2
    leach_energy: float
    exhausted: float  # mmol/g
    doping_rate: float
    doping_energy: float
    oxidation_rate: float
    oxidation_energy: float
    step_table: tuple[float, float, float, float, float]
    edge_odds: float
    edge_site: float
    plane_odds: float
    plane_site: float
    cap_odds: float
    edge_split: float
    bound_capacity: float
    wall_carbon: float
    freed_carbon: float  # mmol/g freed when all soluble silica is gone
    bare_carbon: float
    soluble: float
    pore_area: float
    outer_area: float
    pore_volume: float
    pore_width: float
    wall_area: float
    glass_boron: float
    b2o3_volume: float  # cm3 per mmol times density
    density: tuple[float, float, float, float]
    silica_volume: float  # cm3/mmol
    peak: float  # K, highest temperature of the programme: the wall fills its sites by then
    mean_feed: float  # mmol/g
    film_volume: float  # cm3/g of a film one SiO4 unit thick on the outer surface
    lost_plane: float  # CO per in-plane boron


@njit(cache=True)
def interpolate(x: float, first: float, step: float, table: tuple[float, ...]) -> float:
    """Linear interpolation on equal knots, constant outside."""
    s = (x - first) / step
    if s <= 0.0:
        return table[0]
    last = len(table) - 1
    if s >= last:
        return table[last]
    k = int(s)
    return table[k] + (s - k) * (table[k + 1] - table[k])


@njit(cache=True)
def ladder_step(T: float, c: Constants) -> float:
    """Gibbs energy per B-O bond given up, J/mol; linear between 700 and 1100 degC and beyond."""
    s = min(max((T - LADDER_FIRST) / LADDER_STEP, -4.0), SPAN)
    k = min(max(int(s), 0), 3)
    return c.step_table[k] + (s - k) * (c.step_table[k + 1] - c.step_table[k])


@njit(cache=True)
def site_share(T: float, rungs: int, site: float, odds: float, c: Constants) -> float:
    """Occupied share of a site at T, from its odds at 900 degC."""
    now = -(rungs * ladder_step(T, c) - site) / (c.gas * T)
    then = -(rungs * ladder_step(c.reference, c) - site) / (c.gas * c.reference)
    z = odds * exp(min(max(now - then, -SAFE), SAFE))
    return z / (1.0 + z)


@njit(cache=True)
def arrhenius(rate: float, energy: float, T: float, c: Constants) -> float:
    """Rate at T of a process with `rate` at 900 degC."""
    return rate * exp(-energy / c.gas * (1.0 / T - 1.0 / c.reference))


@njit(cache=True)
def melt_split(
    free: float, silica: float, lining: float, T: float, c: Constants
) -> tuple[float, float, float, float]:
    """Where the melt is: (wetted area, share of it in pores, volume outside, filled share of the pores)."""
    left = max(0.0, 1.0 - 2.0 * lining / c.pore_width) if c.pore_width > 0.0 else 0.0
    pores = c.pore_volume * left * left
    oxide = free * c.b2o3_volume / interpolate(T, DENSITY_FIRST, DENSITY_STEP, c.density)
    fill = 1.0 if pores <= 0.0 else min(1.0, oxide / pores)
    # melt outside wets by coverage until it is a film one SiO4 unit thick
    outside_wet = c.outer_area * min(1.0, max(0.0, oxide - pores) / c.film_volume)
    wet = c.pore_area * fill + outside_wet
    inside = c.pore_area * fill / wet if wet > 0.0 else 1.0
    dissolved = silica * c.silica_volume
    total = oxide + dissolved
    volume_in = min(pores * fill + inside * dissolved, total)
    return wet, inside, total - volume_in, fill


@njit(cache=True)
def caps(T: float, c: Constants) -> tuple[float, float]:
    """Edge and in-plane boron per carbon at T, scaled to the cap on all boron in carbon."""
    edge = site_share(T, 1, c.edge_site, c.edge_odds, c)
    plane = site_share(T, 3, c.plane_site, c.plane_odds, c) if c.plane_odds > 0.0 else 0.0
    both = edge + plane
    scale = min(1.0, c.cap_odds / both) if both > 0.0 else 0.0
    return edge * scale, plane * scale


@njit(cache=True)
def bound_boron(fed: float, T: float, c: Constants) -> tuple[float, float]:
    """Boron bound on the wall: (lining and edges together, of it edges) for `fed` boron, mmol/g."""
    sites = site_share(T, 1, c.edge_site, c.edge_odds, c) * c.wall_carbon
    everything = sites + c.bound_capacity
    edges = min(sites, fed * sites / everything) if everything > 0.0 else 0.0
    return min(fed, edges + min(max(fed - edges, 0.0), c.bound_capacity)), edges


@njit(cache=True)
def rates(
    t: float, y: NDArray[np.float64], T: float, fed: NDArray[np.float64], cooling: bool, c: Constants
) -> NDArray[np.float64]:
    """Time derivative of the state vector at temperature `T` (K); `fed` is mmol boron per node."""
    d = np.zeros_like(y)
    k1 = c.step1_prefactor * exp(-c.step1_energy / (c.gas * T))
    k2 = c.step2_prefactor * exp(-c.step2_energy / (c.gas * T))
    pressure = c.vapour_pressure * exp(
        min(-c.sublimation / c.gas * (1.0 / T - 1.0 / c.vapour_temperature), SAFE)
    )
    vapour = min(pressure / c.atmosphere, 0.5)
    steam = k1 * y[ACID] + 0.5 * k2 * y[META]
    carried = c.steam_contact * vapour / (1.0 - vapour) * steam * max(y[ACID], 0.0)
    liquid = max(y[OXIDE], 0.0) * max(y[WETTED], 0.0)
    # bound boron does not evaporate: only what is left as melt does
    melted = c.mean_feed * liquid
    held = bound_boron(c.mean_feed * max(1.0 - y[VAPOUR], 0.0), c.peak, c)[0]
    burnt = arrhenius(c.hbo2_rate, c.hbo2_energy, T, c) * (
        max(melted - held, 0.0) / c.mean_feed if c.mean_feed > 0.0 else 0.0
    )
    d[ACID] = -k1 * y[ACID] - carried
    d[META] = k1 * y[ACID] - k2 * y[META]
    d[OXIDE] = k2 * y[META] - burnt
    d[VAPOUR] = carried + burnt
    ratio = c.tg / T
    span = LOG_ETA_TG - c.viscosity_limit
    log_eta = c.viscosity_limit + span * ratio * exp(min((c.fragility / span - 1.0) * (ratio - 1.0), SAFE))
    d[WETTED] = (1.0 - y[WETTED]) * 10.0 ** (-min(log_eta, SOLID)) / c.wick_length2
    d[EXCHANGED] = c.exchange_prefactor * exp(-c.exchange_energy / (c.gas * T)) * max(y[WETTED], 0.0)
    fusion = c.fusion_h + c.fusion_s * T - c.fusion_cp * T * log(T)
    limit = exp(-(fusion + c.network) / (c.gas * T)) if c.has_network else 1.0
    leach = arrhenius(c.leach, c.leach_energy, T, c)
    dope = arrhenius(c.doping_rate, c.doping_energy, T, c)
    oxidise = arrhenius(c.oxidation_rate, c.oxidation_energy, T, c)
    # site occupation is that of the highest temperature: exchange is frozen long before it would follow
    edge, plane = caps(c.peak, c)
    for k in range(fed.size):
        i = GLOBALS + PER_NODE * k
        have = fed[k] * liquid
        bound, wall_edges = bound_boron(fed[k] * max(1.0 - y[VAPOUR], 0.0), c.peak, c)
        on_wall = min(have, bound)
        wall_edges *= on_wall / bound if bound > 0.0 else 0.0
        free = 0.5 * (have - on_wall)
        silica = max(y[i + SILICA], 0.0)
        lining = 1000.0 * on_wall / (c.glass_boron * c.wall_area)
        wet = melt_split(free, silica, lining, T, c)[0]
        if free > TRACE and c.soluble > 0.0:
            x = silica / (silica + free)
            activity = x * exp(c.interaction * (1.0 - x) * (1.0 - x) / (c.gas * T))
            drive = 1.0 - activity / limit
            if cooling and drive < 0.0:
                drive = 0.0  # nothing re-forms the network: the melt stays supersaturated until it unmixes
            room = min(1.0, max(0.0, c.exhausted - silica) / (TAPER * c.soluble))
            d[i + SILICA] = wet * leach * drive * room
        leached = silica / c.soluble if c.soluble > 0.0 else 0.0
        carbon = leached * c.freed_carbon + (c.bare_carbon if free > TRACE else 0.0)
        d[i + OXY_WALL] = (
            oxidise * max(wall_edges - y[i + OXY_WALL] - y[i + EDGE_WALL], 0.0) - dope * y[i + OXY_WALL]
        )
        d[i + EDGE_WALL] = dope * y[i + OXY_WALL]
        room_edge = max(edge * carbon - y[i + OXY_FREED] - y[i + EDGE_FREED], 0.0)
        d[i + OXY_FREED] = oxidise * room_edge - dope * y[i + OXY_FREED]
        d[i + EDGE_FREED] = dope * y[i + OXY_FREED]
        d[i + PLANE] = dope * max(plane * carbon - y[i + PLANE], 0.0)
        per_edge = 1.0 - 0.5 * c.edge_split  # BCO2 gives up one B-O bond, BC2O two; half a CO each
        d[i + CO] = per_edge * (d[i + EDGE_WALL] + d[i + EDGE_FREED]) + c.lost_plane * d[i + PLANE]
    return d


@njit(cache=True)
def rates_at(
    t: float,
    y: NDArray[np.float64],
    knot_t: NDArray[np.float64],
    knot_T: NDArray[np.float64],
    fed: NDArray[np.float64],
    cooling: bool,
    c: Constants,
) -> NDArray[np.float64]:
    """`rates` at time `t` along a programme of straight pieces; `cooling` tells whether this one falls."""
    return rates(t, y, np.interp(t, knot_t, knot_T), fed, cooling, c)


@njit(cache=True)
def jacobian_at(
    t: float,
    y: NDArray[np.float64],
    knot_t: NDArray[np.float64],
    knot_T: NDArray[np.float64],
    fed: NDArray[np.float64],
    cooling: bool,
    c: Constants,
) -> NDArray[np.float64]:
    """Jacobian of `rates_at` by forward differences.

    Nodes do not see each other, so one evaluation gives the same column of every node: 13 evaluations
    instead of one for each entry of the state.
    """
    T = np.interp(t, knot_t, knot_T)
    base = rates(t, y, T, fed, cooling, c)
    jac = np.zeros((y.size, y.size))
    for g in range(GLOBALS):
        step = DIFFERENCE * max(abs(y[g]), DIFFERENCE)
        moved = y.copy()
        moved[g] += step
        jac[:, g] = (rates(t, moved, T, fed, cooling, c) - base) / step
    for m in range(PER_NODE):
        moved = y.copy()
        steps = np.zeros(fed.size)
        for n in range(fed.size):
            j = GLOBALS + PER_NODE * n + m
            steps[n] = DIFFERENCE * max(abs(y[j]), DIFFERENCE)
            moved[j] += steps[n]
        change = rates(t, moved, T, fed, cooling, c) - base
        for n in range(fed.size):
            i = GLOBALS + PER_NODE * n
            jac[i : i + PER_NODE, i + m] = change[i : i + PER_NODE] / steps[n]
    return jac


@njit(cache=True)
def melt_history(
    state: NDArray[np.float64], temperature: NDArray[np.float64], fed: NDArray[np.float64], c: Constants
) -> NDArray[np.float64]:
    """Bound boron, free melt, melt outside and filled share of the pores along a run, shape (4, n, nodes)."""
    n = temperature.size
    found = np.empty((4, n, fed.size))
    for i in range(n):
        y = state[i]
        liquid = y[OXIDE] * y[WETTED]
        for j in range(fed.size):
            have = fed[j] * liquid
            on_wall = min(have, bound_boron(fed[j] * max(1.0 - y[VAPOUR], 0.0), c.peak, c)[0])
            free = 0.5 * (have - on_wall)
            lining = 1000.0 * on_wall / (c.glass_boron * c.wall_area)
            silica = max(y[GLOBALS + PER_NODE * j + SILICA], 0.0)
            _, _, outside, fill = melt_split(free, silica, lining, temperature[i], c)
            found[0, i, j], found[1, i, j], found[2, i, j], found[3, i, j] = on_wall, free, outside, fill
    return found


@njit(cache=True)
def exchange_depth(squared: float) -> float:
    """Exchange depth in nm from its square."""
    return sqrt(max(squared, 0.0))
