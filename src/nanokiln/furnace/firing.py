"""Fire a recipe: solve the furnace, record the time line and its stages, cool, seal and wash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..core.parameters import Values
from ..core.units import ZERO_CELSIUS
from ..matter import borosilicate
from ..recipe import Recipe
from . import kinetics as k
from .balance import check_trajectory
from .integrate import Trajectory, integrate
from .parameters import EXHAUSTION, SILICA_KEPT
from .product import Product, finish, pool_is_arrested, split_state
from .setup import Setup, set_up

if TYPE_CHECKING:
    import xarray as xr

REGIMES = ("no melt", "lined only", "pores filling", "bridged", "sealed", "network exhausted")
_HALF, _BEGUN, _DONE = 0.5, 0.05, 0.95  # shares that mark the middle, the begin and the end of a stage
_SOME = 1e-6  # mmol/g, cm3/g or share: less than this is round-off and counts as none
_CAPACITY = 0.99  # share of the reachable silica above which the network counts as exhausted


@dataclass(frozen=True)
class Firing:
    """What the furnace did to one recipe.

    Parameters
    ----------
    setup
        Recipe, values, geometry, local feed.
    trajectory
        Solution of the furnace equations.
    product
        Reservoirs and shape after cooling and washing.
    timeline
        Dataset over ``time`` (s): averages over the local feed.
    stages
        Name to (begin, end) in s, in order of begin; only stages that happened.
    """

    setup: Setup
    trajectory: Trajectory
    product: Product
    timeline: xr.Dataset
    stages: dict[str, tuple[float, float]]


def fire(recipe: Recipe, values: Values | None = None, wall_area: float | None = None) -> Firing:
    """Fire a recipe.

    Parameters
    ----------
    recipe
        What goes in, and the temperature programme. An empty programme leaves the dried powder as it is.
    values
        Parameter values; the defaults when not given.
    wall_area
        Accessible wall in m2/g for precursors without a measured one.

    Raises
    ------
    SolverError, PhysicsError
        If the equations cannot be solved, or an element is not conserved.

    Limits: a reduced model, calibrated on B-SiOC; the data sheet says what each closure can tell.
    """
    setup = set_up(recipe, values or Values(), wall_area)
    trajectory = integrate(setup)
    product = finish(setup, *split_state(trajectory.state[-1]))
    check_trajectory(setup, trajectory, product)
    timeline = _timeline(setup, trajectory)
    return Firing(setup, trajectory, product, timeline, _stages(setup, timeline))


def _timeline(setup: Setup, run: Trajectory) -> xr.Dataset:
    """Average the solution over the local feed and name it."""
    import xarray as xr

    c, w = setup.constants, setup.weights
    n = run.time.size
    silica = run.local(k.SILICA)
    melt = k.melt_history(run.state, run.temperature, setup.fed, c)
    lined, free, out, fill = melt
    has_melt = free > k.TRACE
    x = np.divide(silica @ w, silica @ w + free @ w, out=np.zeros(n), where=free @ w > k.TRACE)
    soluble = c.soluble or np.inf
    fed = float(setup.feed > 0)  # shares of boron mean nothing where none was fed
    columns = {
        "temperature": (run.temperature - ZERO_CELSIUS, "degC"),
        "boric_acid": (run.shared(k.ACID) * fed, "1"),
        "metaboric_acid": (run.shared(k.META) * fed, "1"),
        "boron_oxide": (run.shared(k.OXIDE) * fed, "1"),
        "vapour": (run.shared(k.VAPOUR) * fed, "1"),
        "wetted": (run.shared(k.WETTED) * fed, "1"),
        "lining": (lined @ w, "mmol/g"),
        "free_melt": (free @ w, "mmol/g"),
        "pores_filled": ((fill * has_melt) @ w, "1"),
        "bridging_melt": (out @ w, "cm^3/g"),
        "silica_in_melt": (x, "1"),
        "silica_dissolved": (silica @ w, "mmol/g"),
        "leached": (silica @ w / soluble, "1"),
        "log_viscosity": (borosilicate.log_viscosity(x, run.temperature, setup.values), "log10(Pa s)"),
        "edge_boron": ((run.local(k.EDGE_WALL) + run.local(k.EDGE_FREED)) @ w, "mmol/g"),
        "plane_boron": (run.local(k.PLANE) @ w, "mmol/g"),
        "carbon_oxygen": ((run.local(k.OXY_WALL) + run.local(k.OXY_FREED)) @ w, "mmol/g"),
        "carbon_monoxide": (run.local(k.CO) @ w, "mmol/g"),
    }
    data = xr.Dataset(
        {name: ("time", values, {"units": unit}) for name, (values, unit) in columns.items()},
        coords={"time": ("time", run.time, {"units": "s"})},
    )
    regime = _regimes(setup, run, melt, data["leached"].values)
    data["regime"] = ("time", regime, {"units": "1", "names": ", ".join(REGIMES)})
    return data


def _regimes(
    setup: Setup, run: Trajectory, melt: NDArray[np.float64], leached: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Index into `REGIMES` at each time, for the node of the mean feed; `melt` as `kinetics.melt_history`."""
    c, middle = setup.constants, setup.fed.size // 2
    lined, free, out, fill = melt[:, :, middle]
    silica = np.maximum(run.local(k.SILICA)[:, middle], 0.0)
    knots = k.DENSITY_FIRST + k.DENSITY_STEP * np.arange(len(c.density))
    volume = free * c.b2o3_volume / np.interp(run.temperature, knots, c.density) + c.silica_volume * silica
    outside = np.divide(out, volume, out=np.zeros_like(out), where=volume > k.TRACE)
    film = 1000 * c.silica_volume * setup.values[SILICA_KEPT] * silica * outside / c.outer_area
    if pool_is_arrested(float(silica[-1]), float(free[-1]), setup):
        film = 1000 * out / c.outer_area
    regime = np.zeros(run.time.size, dtype=np.int64)
    regime[lined > _SOME] = 1
    regime[(free > _SOME) & (fill > _SOME)] = 2
    regime[out > _SOME] = 3
    regime[(regime == 3) & (film > setup.geometry.pore_width_nm)] = 4
    exhausted = leached > _CAPACITY * setup.values[EXHAUSTION]
    regime[(c.soluble > 0) & exhausted] = len(REGIMES) - 1
    return regime


def _window(time: NDArray[np.float64], share: NDArray[np.float64]) -> tuple[float, float] | None:
    """Return when a quantity passes 5 % and 95 % of its largest value, None if it stays zero."""
    top = share.max(initial=0.0)
    if top <= k.TRACE:
        return None
    begun = time[np.argmax(share > _BEGUN * top)]
    return float(begun), float(time[np.argmax(share > _DONE * top)])


def _stages(setup: Setup, data: xr.Dataset) -> dict[str, tuple[float, float]]:
    """Begin and end of each stage in s."""
    time = data["time"].values
    celsius = data["temperature"].values
    found: dict[str, tuple[float, float] | None] = {
        "dehydration": _window(time, 1 - data["boric_acid"].values - data["vapour"].values),
        "melting": _window(time, data["wetted"].values * (data["boron_oxide"].values > _HALF)),
        "lining": _window(time, data["lining"].values),
        "bridging": _window(time, data["bridging_melt"].values),
        "leaching": _window(time, data["silica_dissolved"].values),
        "doping": _window(time, data["edge_boron"].values + data["plane_boron"].values),
    }
    cooling = np.arange(time.size) > int(np.argmax(celsius))
    x = float(data["silica_in_melt"].values[-1])
    if x > 0:
        glass = float(borosilicate.glass_transition(1 - x, setup.values)) - ZERO_CELSIUS
        unmix = borosilicate.unmixing_temperature(x, setup.values) - ZERO_CELSIUS
        below = np.flatnonzero(cooling & (celsius < unmix))
        rigid = np.flatnonzero(cooling & (celsius < glass))
        if below.size and rigid.size and unmix > glass:
            found["unmixing"] = (float(time[below[0]]), float(time[rigid[0]]))
        if rigid.size:
            found["vitrification"] = (float(time[rigid[0]]), float(time[rigid[0]]))
    if setup.feed <= 0:
        return {}
    happened = {name: window for name, window in found.items() if window is not None}
    return dict(sorted(happened.items(), key=lambda item: item[1]))
