"""What each voxel is made of: from phase, depth below the surface of the spheres, and history.

The furnace gives the composition with depth (zones: film, lining, scaffold, body) and their masses; the grid
gives the places. What lies outside the receded spheres was left by the melt and has the composition of the
film; inside, depth decides. Masses are those of the furnace, spread over the volume each zone has on the
grid, so every element closes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...core.errors import InputError
from .fields import profile
from .shapes import spheres

if TYPE_CHECKING:
    import xarray as xr

Field = NDArray[np.float32]
LEAST = 1.0  # voxels^3 of a zone below which its mass goes to the surface instead


def depth_below_spheres(voxels: xr.Dataset, deepest: float = 0.0) -> Field:
    """Return the depth below the surface of the receded spheres at the last stage, voxels; negative outside.

    Parameters
    ----------
    voxels
        Dataset of the voxel engine.
    deepest
        Depth that must still be told from deeper ones, voxels.

    Limits: clamped to half an interface more than that, and to six voxels at least.
    """
    last = voxels.isel(stage=-1)
    width = float(voxels.attrs["eta"]) + 2 * deepest  # the clamp of a distance grows with the interface
    nx, ny, nz = last["phi"].shape
    field = spheres((nx, ny, nz), last["position_vox"].values, last["radius_vox"].values, width)
    return field.astype(np.float32)


def _below(depth: Field, level: float, eta: float) -> Field:
    """Return the share of each voxel that lies deeper than a level (voxels), blurred like the solid."""
    return profile(depth - np.float32(level), eta)


def zone_shares(voxels: xr.Dataset, zones: xr.Dataset, *, shell_nm: float = 0.0) -> xr.Dataset:
    """Return how much of each voxel belongs to each zone, and the density of each zone.

    Parameters
    ----------
    voxels
        Dataset of the voxel engine; its last stage is looked at.
    zones
        Composition with depth (`Sample.zones`).
    shell_nm
        Thickness of the wall of hollow spheres: what lies deeper is their cavity; 0 for full spheres.

    Returns
    -------
    xarray.Dataset
        ``share`` (zone, x, y, z), float32; ``density_mg_per_voxel`` (zone): mass in a full voxel of the zone,
        hydrogen left out, such that the box holds what its spheres weigh.

    Raises
    ------
    InputError
        If the dataset has no spheres.

    Limits
    ------
    Depth is counted from the receded spheres, so a zone thinner than a voxel is spread over one. Boron of
    the lining under a neck counts with the lining. Matter regrown on the spheres through the melt during the
    hold counts as film.
    """
    import xarray as xr

    last = voxels.isel(stage=-1)
    if last.sizes.get("sphere", 0) == 0:
        raise InputError("the voxel dataset has no spheres: it does not come from the voxel engine.")
    eta = float(voxels.attrs["eta"])
    solid = profile(last["phi"].values.astype(np.float32), eta)
    voxel = float(last["voxel_nm"])
    lining, scaffold = (float(zones["thickness_nm"].sel(zone=z)) / voxel for z in ("lining", "scaffold"))
    depth = depth_below_spheres(voxels, max(lining + scaffold, shell_nm / voxel))
    inside, lined, core = (
        np.minimum(solid, _below(depth, level, eta)) for level in (0.0, lining, lining + scaffold)
    )
    shares = {"film": solid - inside, "lining": inside - lined, "scaffold": lined - core, "body": core}
    if shell_nm:
        shares["body"] = core - np.minimum(core, _below(depth, shell_nm / voxel, eta))
    surface = 4 * solid * (1 - solid)
    for name in ("film", "lining", "scaffold"):
        if float(shares[name].sum(dtype=np.float64)) < LEAST and float(zones["mass_mg_g"].sel(zone=name)) > 0:
            shares[name] = (surface * np.float32(1e-3)).astype(np.float32)
    names = [str(z) for z in zones["zone"].values]
    stacked = np.stack([shares[name].astype(np.float32) for name in names])
    volume = stacked.sum(axis=(1, 2, 3), dtype=np.float64)
    mass = zones["mass_mg_g"].values * float(last.sizes["sphere"])
    density = np.divide(mass, volume, out=np.zeros_like(mass), where=volume > 0)
    return xr.Dataset(
        {
            "share": (("zone", "x", "y", "z"), stacked),
            "mass_per_voxel": ("zone", density, {"units": "mg/g spheres per voxel"}),
        },
        coords={"zone": names},
        attrs={"voxel_nm": voxel, "spheres": int(last.sizes["sphere"])},
    )


def element_field(shares: xr.Dataset, zones: xr.Dataset, element: str, spheres_per_gram: float) -> Field:
    """Return the density of an element in each voxel, g/cm3.

    Parameters
    ----------
    shares
        From `zone_shares`.
    zones
        `Sample.zones`.
    element
        ``B``, ``C``, ``O``, ``Si``, or a boron species (``BO3``, ``BCO2``, ``BC2O``, ``BC3``, ``B-OH``): then
        the density of the boron in it.
    spheres_per_gram
        Spheres in a gram of precursor (`Sample.state`).

    Raises
    ------
    InputError
        For an unknown element or species.

    Limits: averages over the nanopores, which are smaller than a voxel.
    """
    if element in zones["element"].values:
        fraction = zones["mass_fraction"].sel(element=element).values
    elif element in zones["species"].values:
        fraction = zones["boron_mass_fraction"].sel(species=element).values
    else:
        known = [*zones["element"].values, *zones["species"].values]
        raise InputError(f"'{element}' is unknown. Allowed: {', '.join(map(str, known))}.")
    cubic_cm = (float(shares.attrs["voxel_nm"]) * _CM_PER_NM) ** 3
    per_voxel = shares["mass_per_voxel"].values * fraction / spheres_per_gram * _G_PER_MG / cubic_cm
    return np.einsum("z,zijk->ijk", per_voxel.astype(np.float32), shares["share"].values)


def nanopores(shares: xr.Dataset, pores: xr.Dataset, product_mass: float, spheres_per_gram: float) -> Field:
    """Return the share of each voxel that is pores smaller than a voxel.

    Parameters
    ----------
    shares
        From `zone_shares`.
    pores
        `Sample.pores`.
    product_mass
        Mass of the product, g per g of precursor.
    spheres_per_gram
        Spheres in a gram of precursor.

    Limits: mesopores, leached voids and opened pores alike are spread evenly over the body of the spheres, so
    that their volume closes; leaching makes more of them near the outside.
    """
    classes = pores["pore"].values != "interparticle"
    volume = float(np.nansum(pores["volume_cm3_g"].values[classes])) * product_mass
    per_sphere = volume / spheres_per_gram
    body = shares["share"].sel(zone="body").values
    cubic_cm = (float(shares.attrs["voxel_nm"]) * _CM_PER_NM) ** 3
    total = float(body.sum(dtype=np.float64)) * cubic_cm
    spheres_here = float(shares.attrs.get("spheres", 1))
    return body * np.float32(per_sphere * spheres_here / total if total > 0 else 0.0)


_CM_PER_NM = 1e-7
_G_PER_MG = 1e-3
