"""Element balance: what went in equals what is in the product, the wash water and the gas."""

from __future__ import annotations

import numpy as np

from ..core.errors import PhysicsError
from ..matter.constants import MASS_H3BO3, MASS_O
from . import kinetics as k
from .integrate import Trajectory
from .product import Product
from .setup import Setup

TOLERANCE = 1e-9  # relative to what was fed


def element_balance(setup: Setup, trajectory: Trajectory, product: Product) -> dict[str, float]:
    """Return (out - in)/in for B, Si, C, O and H of a whole firing.

    Oxygen is counted bond by bond: boric acid brings three, half of them leave with water as it dehydrates,
    each C-B bond sends half an oxygen away as CO, silica carries two.
    """
    w, g = setup.weights, setup.geometry
    last = trajectory.state[-1]

    def mean(x: np.ndarray) -> float:
        return float(x @ w)

    fed = mean(setup.fed)
    phases = float(last[[k.ACID, k.META, k.OXIDE, k.VAPOUR]].sum())
    kept = (
        product.lining + product.edge_wall + product.edge_freed + product.plane
        + product.residue + product.trapped + product.glass
    )  # fmt: skip
    boron = mean(kept + product.washed + product.vapour)
    silica_out = product.silica_outside + product.silica_inside + product.silica_sealed + product.silica_washed
    silicon = mean(g.silicon - product.dissolved + silica_out)
    # CO follows from the ladder's bonds; the integrator carries it as a state of its own
    co_by_bonds = mean(product.co)
    co_integrated = mean(trajectory.local(k.CO)[-1])
    scale = max(g.carbon, 1e-9)
    edges = mean(product.edge_wall + product.edge_freed)
    oxygen_by_boron = {"oxide": 1.5, "edge": 1.5 - (1 - 0.5 * setup.constants.edge_split), "acid": 3.0}
    water = fed * (1.5 * (last[k.OXIDE] + last[k.VAPOUR] * 0) + 1.0 * last[k.META])
    in_oxygen = 3 * fed + 1000 * setup.recipe.precursor.oxygen_mass_fraction / setup.values[MASS_O]
    network = in_oxygen - 3 * fed - 2 * mean(product.dissolved)
    bo = boron - mean(product.vapour) - edges - mean(product.plane)
    unmelted = fed * (last[k.ACID] * 1.5 + last[k.META] * 0.5)
    out_oxygen = (
        network + 2 * mean(silica_out) + oxygen_by_boron["oxide"] * bo + unmelted
        + oxygen_by_boron["edge"] * edges + co_by_bonds + 3 * mean(product.vapour) + water
    )  # fmt: skip
    hydrogen = fed * (3 * last[k.ACID] + last[k.META] + 3 * last[k.VAPOUR]) + 2 * water
    return {
        "B": _relative(boron, fed) + (phases - 1),
        "Si": _relative(silicon, g.silicon),
        "C": (co_integrated - co_by_bonds) / scale if product_unscaled(product, trajectory) else 0.0,
        "O": _relative(out_oxygen, in_oxygen),
        "H": _relative(hydrogen, 3 * fed),
    }


def product_unscaled(product: Product, trajectory: Trajectory) -> bool:
    """Whether the doped amounts are those of the solution (not cut back to what the melt held)."""
    return bool(np.allclose(product.plane, np.maximum(trajectory.local(k.PLANE)[-1], 0.0), rtol=0, atol=TOLERANCE))


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
    if drift > TOLERANCE or abs(balance[worst]) > TOLERANCE:
        raise PhysicsError(
            f"{setup.recipe.name}: mass is not conserved (boron along the run {drift:.1e}, "
            f"{worst} in the product {balance[worst]:.1e}, allowed {TOLERANCE:.0e}). This is a bug; please report it."
        )


__all__ = ["MASS_H3BO3", "TOLERANCE", "check_trajectory", "element_balance"]
