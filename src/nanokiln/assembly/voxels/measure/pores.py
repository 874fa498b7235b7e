"""Sizes of the void between spheres: local thickness (the largest ball that fits and covers a place)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ....core.errors import InputError
from ..fields import ETA, reach
from .distance import covered, void_distance

if TYPE_CHECKING:
    import xarray as xr

LEVELS = 16  # sizes at which the cumulative volume is taken; 64 move the quartiles by less than half a voxel
SMALLEST = 1.0  # voxel, radius of the smallest ball that counts: smaller ones are corners of the grid
RESOLVED = 4.0  # voxels across: narrower pores are seen, but their size is not
BELOW_CLAMP = 0.25  # voxel under the clamp of the stored distance up to which it is trusted


def pore_sizes(
    phi: NDArray[np.floating], *, voxel_nm: float = 1.0, eta: float = ETA, levels: int = LEVELS
) -> xr.Dataset:
    """Return the volume-weighted distribution of pore diameters.

    Parameters
    ----------
    phi
        Signed distance, shape (nx, ny, nz), voxels, periodic.
    voxel_nm
        Edge of a voxel, nm.
    eta
        Interface width of the field in voxels: tells where `phi` is clamped.
    levels
        Number of diameters, at least two.

    Returns
    -------
    Dataset
        Dimension ``size``: `diameter_nm`, rising; `above`, share of the void in pores at least that wide;
        attributes `largest_nm`, `unresolved_share` (narrower than four voxels) and `voxel_nm`.

    Raises
    ------
    InputError
        For fewer than two levels.

    Limits
    ------
    Local thickness, not an access size: narrow throats do not hide wide pores. Balls have their centres on
    cells: diameters read small by up to a voxel, and up to 4 % of pores a few voxels wide, their outermost
    cells, is missed. What no ball of one voxel's radius reaches (creases) is below the first size.
    Source: Hildebrand & Rueegsegger, J. Microsc. 185 (1997) 67.
    """
    import xarray as xr

    if levels < 2:
        raise InputError(f"levels = {levels}: give two or more.")
    field = np.asarray(phi, dtype=np.float32)
    void = field < 0
    total = int(np.count_nonzero(void))
    radius = void_distance(field, reach(eta) - BELOW_CLAMP)
    largest = float(radius.max())
    open_box = largest > max(field.shape)  # no solid at all
    if not total or largest <= SMALLEST or open_box:
        diameters, above = np.empty(0), np.empty(0)
        largest = math.nan if open_box else largest
    else:
        diameters = 2 * np.linspace(SMALLEST, largest, levels)
        above = _cumulative(radius, void, diameters / 2) / total
    narrow = 1 - float(np.interp(RESOLVED, diameters, above)) if len(diameters) else float(total > 0)
    return xr.Dataset(
        {"above": ("size", above)},
        coords={"diameter_nm": ("size", diameters * voxel_nm, {"units": "nm"})},
        attrs={
            "largest_nm": 2 * largest * voxel_nm,
            "unresolved_share": narrow,
            "voxel_nm": voxel_nm,
            "void_fraction": total / field.size,
        },
    )


def _cumulative(
    radius: NDArray[np.float32], void: NDArray[np.bool_], radii: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the void cells in balls of at least each radius; the last radius, the largest, counts none."""
    count = np.zeros(len(radii))
    seen = np.zeros_like(void)
    below = float(radii[-1]) * (1 + 4 * float(np.finfo(np.float32).eps))
    for n in range(len(radii) - 2, -1, -1):  # from wide to narrow: every ball is painted once
        seen |= covered(radius, float(radii[n]), below)
        count[n], below = np.count_nonzero(seen & void), float(radii[n])
    return count


def quantile(sizes: xr.Dataset, share: float) -> float:
    """Return the diameter below which a share of the pore volume lies, nm.

    Parameters
    ----------
    sizes
        As returned by `pore_sizes`.
    share
        Between 0 and 1.

    Returns
    -------
    float
        NaN where that share lies below the smallest size, or there is no void.
    """
    above = sizes["above"].values
    if not len(above) or 1 - share > above[0]:
        return math.nan
    return float(np.interp(-(1 - share), -above, sizes["diameter_nm"].values))
