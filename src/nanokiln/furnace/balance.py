"""Element balance: what went in equals what is in the product, the wash water and the gas."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..core.errors import PhysicsError
from ..matter.constants import MASS_O
from . import kinetics as k
from .integrate import Trajectory
from .product import Product, split_state
from .setup import Setup

TOLERANCE = 1e-9  # relative to what was fed
_PER_OXIDE = 3 / 2  # oxygen per boron in B2O3
_PER_ACID = 3  # oxygen, and hydrogen, per boron in H3BO3
_PER_SILICA = 2  # oxygen per silicon in SiO2
_PER_META = 2  # oxygen per boron in HBO2


def element_balance(setup: Setup, trajectory: Trajectory, product: Product) -> dict[str, float]:
    """Return (out - in)/in for B, Si, C, O and H of a whole firing.

    Every reservoir is counted with its own formula: boric acid brings three oxygen per boron, half of them
    leave with water, each C-B bond sends half an oxygen away as CO, silica carries two. The CO is the one
    that was integrated along the run, so the doping of the product is checked against it.
    """
    g, fed = setup.geometry, setup.feed
    last, hot = split_state(trajectory.state[-1])
    m = product.mean(setup)
    kept = sum(m[n] for n in ("lining", "edge_wall", "edge_freed", "plane", "residue", "trapped", "glass"))
    boron = kept + m["washed"] + m["vapour"]
    silica = sum(m[n] for n in ("silica_outside", "silica_inside", "silica_sealed", "silica_washed"))
    # doping that was cut back to what the melt held gave off no CO: take the same share off the integral
    cut = (
        _mean(np.maximum(hot[k.PLANE], 0), setup) - m["plane"],
        _mean(np.maximum(hot[k.EDGE_FREED], 0), setup) - m["edge_freed"],
    )
    per_edge = 1 - 0.5 * setup.constants.edge_split
    co = _mean(hot[k.CO], setup) - setup.constants.lost_plane * cut[0] - per_edge * cut[1]
    acid, meta = fed * last[k.ACID], fed * last[k.META]
    water = 0.5 * (_PER_ACID * fed - _PER_ACID * (acid + m["vapour"]) - meta)
    edges = m["edge_wall"] + m["edge_freed"]
    oxide = boron - m["vapour"] - edges - m["plane"] - acid - meta
    brought = _PER_ACID * fed
    network = 1000 * setup.recipe.precursor.oxygen_mass_fraction / setup.values[MASS_O]
    oxygen = (
        network + _PER_SILICA * (silica - m["dissolved"]) + _PER_OXIDE * oxide
        + (_PER_OXIDE - per_edge) * edges
        + co + _PER_ACID * (m["vapour"] + acid) + _PER_META * meta + water
    )  # fmt: skip
    return {
        "B": _relative(boron, fed),
        "Si": _relative(g.silicon - m["dissolved"] + silica, g.silicon),
        "C": _relative(g.carbon - co + m["co"], g.carbon),
        "O": _relative(oxygen, network + brought),
        "H": _relative(_PER_ACID * (acid + m["vapour"]) + meta + 2 * water, brought),
    }


def _mean(x: NDArray[np.float64], setup: Setup) -> float:
    return float(x @ setup.weights)


def _relative(out: float, into: float) -> float:
    return (out - into) / into if into > 0 else out


def check_trajectory(setup: Setup, trajectory: Trajectory, product: Product) -> None:
    """Check conservation at every output time and of the finished product.

    Raises
    ------
    PhysicsError
        If any element is off by more than 1e-9 of what was fed.
    """
    drift = np.abs(trajectory.state[:, [k.ACID, k.META, k.OXIDE, k.VAPOUR]].sum(axis=1) - 1).max()
    balance = element_balance(setup, trajectory, product)
    worst = max(balance, key=lambda e: abs(balance[e]))
    if not (drift <= TOLERANCE and abs(balance[worst]) <= TOLERANCE):
        raise PhysicsError(
            f"{setup.recipe.name}: mass is not conserved (boron along the run {drift:.1e}, "
            f"{worst} in the product {balance[worst]:.1e}, allowed {TOLERANCE:.0e}). "
            "This is a bug; please report it."
        )
