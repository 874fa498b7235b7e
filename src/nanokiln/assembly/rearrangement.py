"""Rearrangement: melt bridges pull loose spheres into a dense packing, quasi-statically.

Two loads act. The bridge of each pair pulls it together. Bridges alone stop early, as an adhesive gel: every
cluster balances itself. What makes the body shrink as a whole is the suction of the melt: its menisci sit in
the pore throats at a pressure of 2 gamma cos(theta)/r below the gas, and the share of it that the skeleton
feels is the saturation (Bishop's effective stress). The saturation rises while the pores close.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..core.errors import InputError
from ..core.parameters import Values
from .bridging import Bridging
from .laws import (
    BRIDGES_PER_SPHERE,
    FRICTION,
    MAX_BRIDGE,
    SUCTION_SHARE,
    THROAT,
    bridge_force_nN,
    make_law,
)
from .motion import BLOCK, Goal, Relaxation, Watch
from .packing import Packing

GOAL = Goal()


def melt_per_sphere(packing: Packing, bridging: Bridging) -> NDArray[np.float64]:
    """Return the bridging melt each sphere owns, nm3: the mean, shared in proportion to sphere surface."""
    surface = packing.radius_nm**2
    return bridging.melt_volume_nm3_per_sphere * surface / np.mean(surface)


def saturation(packing: Packing, bridging: Bridging) -> float:
    """Return bridging melt over the void between the spheres (above 1: flooded)."""
    solid = float(np.sum(4 / 3 * math.pi * packing.radius_nm**3))
    void = packing.box_nm**3 - solid
    return bridging.melt_volume_nm3_per_sphere * packing.count / void


def suction(packing: Packing, bridging: Bridging, values: Values) -> float:
    """Return the suction that loads the skeleton, in bridge forces per squared mean radius.

    Limits: menisci in throats of one size; saturation capped at 1. Source: Bishop's effective stress.
    """
    filled = min(1.0, saturation(packing, bridging))
    return values[SUCTION_SHARE] * filled / (math.pi * values[THROAT])


def _share(packing: Packing, bridging: Bridging, values: Values) -> NDArray[np.float64]:
    """Return what each sphere brings to one bridge, cubed mean radii, bounded by the pendular regime."""
    unit = float(np.mean(packing.radius_nm))
    share = melt_per_sphere(packing, bridging) / values[BRIDGES_PER_SPHERE] / unit**3
    return np.minimum(share, 0.5 * MAX_BRIDGE**3)


def shrink(packing: Packing, depth_nm: float) -> Packing:
    """Return the packing after radial recession.

    Raises
    ------
    InputError
        If a sphere would vanish.
    """
    smallest = float(np.min(packing.radius_nm))
    if depth_nm >= smallest:
        raise InputError(
            f"bridging.shrink_nm = {depth_nm:g}: must be below the smallest radius, {smallest:g} nm."
        )
    return packing.shrunk(depth_nm)


def rearrange(
    packing: Packing,
    bridging: Bridging,
    *,
    values: Values,
    progress: Watch | None = None,
    visit: Callable[[Packing], None] | None = None,
) -> Packing:
    """Return the packing the melt makes of a loose one.

    Parameters
    ----------
    packing
        Where the spheres lie before the melt.
    bridging
        Melt and wetting; without melt (gate closed) the centres and the box stay as they are.
    values
        Parameter values.
    progress
        Called with the share of the step budget used, at the end with 1.
    visit
        Called with the packing on its way, now and then.

    Returns
    -------
    Packing
        At force balance (`residual` below 0.01 of a mean contact force) or after the step budget.

    Limits
    ------
    Quasi-static: time has no meaning, capillarity outruns the furnace (data sheet section 5).
    Bridges form and break at the same gap. The melt does not flow from bridge to bridge while spheres move.
    """
    packing = shrink(packing, bridging.shrink_nm)
    if not bridging.gate_open:
        return packing
    share = _share(packing, bridging, values)
    reach = float(2 * np.max(share)) ** (1 / 3)
    radius = float(np.mean(packing.radius_nm))
    force = bridge_force_nN(radius, bridging.surface_tension_N_m, bridging.contact_angle_deg)
    law = make_law(radius, force, reach, values[FRICTION], values)
    relaxation = Relaxation(packing, share, law, free_box=True)
    residual = math.inf
    while relaxation.steps < GOAL.steps:
        relaxation.squeeze(suction(relaxation.packing(residual), bridging, values))
        relaxation.run(BLOCK)
        residual = relaxation.residual()
        if progress is not None:
            progress(min(1.0, relaxation.steps / GOAL.steps))
        if visit is not None:
            visit(relaxation.packing(residual))
        if residual < GOAL.residual and abs(relaxation.unbalanced()) < GOAL.pressure:
            break
    if progress is not None:
        progress(1.0)
    return relaxation.packing(residual)
