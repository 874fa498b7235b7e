"""The architecture of a product: from a size distribution and the melt to spheres, contacts and necks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.parameters import Values
from .bridging import Bridging
from .clusters import largest_cluster
from .disorder import local_packing
from .loose import loose_packing
from .motion import Watch
from .necks import mean_field_neck
from .network import Network, network, separations, touching_gap_nm
from .packing import Packing
from .rearrangement import GOAL, rearrange, saturation

if TYPE_CHECKING:
    import xarray as xr

LOOSE_SHARE, DENSE_SHARE = 0.15, 0.95  # of the work, for the progress bar


def coordination(packing: Packing, gap_nm: float) -> float:
    """Return the mean number of neighbours within `gap_nm` of a sphere's surface."""
    return 2 * len(separations(packing, gap_nm)[0]) / packing.count


def _variables(packing: Packing, net: Network, bridging: Bridging) -> dict[str, Any]:
    """Return the data variables, each with its unit."""

    def contact(values: Any, units: str, long_name: str) -> tuple[Any, ...]:
        return "contact", values, {"units": units, "long_name": long_name}

    def sphere(values: Any, units: str, long_name: str) -> tuple[Any, ...]:
        return "sphere", values, {"units": units, "long_name": long_name}

    position = ("sphere", "xyz"), packing.position_nm, {"units": "nm", "long_name": "centre"}
    image = ("contact", "xyz"), net.image.astype(np.int8), {"units": "1", "long_name": "periodic image of j"}
    touches = np.bincount(net.i[net.touching], minlength=packing.count)
    touches += np.bincount(net.j[net.touching], minlength=packing.count)
    residue = bridging.residue_fraction * net.melt_nm3
    return {
        "position_nm": position,
        "radius_nm": sphere(packing.radius_nm, "nm", "radius without film"),
        "touching_neighbours": sphere(touches, "1", "spheres touched"),
        "local_packing": sphere(local_packing(packing), "1", "solid within three mean radii"),
        "contact_i": contact(net.i, "1", "first sphere"),
        "contact_j": contact(net.j, "1", "second sphere"),
        "contact_image": image,
        "gap_nm": contact(net.gap_nm, "nm", "gap (negative: elastic overlap)"),
        "neck_ratio": contact(net.neck_ratio, "1", "neck radius over sphere radius"),
        "neck_radius_nm": contact(net.neck_ratio * net.radius_nm, "nm", "radius of the insoluble neck"),
        "neck_volume_nm3": contact(residue, "nm3", "insoluble residue in the neck"),
        "melt_volume_nm3": contact(net.melt_nm3, "nm3", "melt of the bridge while hot"),
        "touching": contact(net.touching, "1", "surfaces meet"),
        "bridged": contact(net.bridged, "1", "melt stood between the two while hot"),
        "bonded": contact(net.bonded, "1", "joined after the wash"),
    }


def _summary(packing: Packing, net: Network, bridging: Bridging, values: Values) -> dict[str, Any]:
    """Return the numbers of the product that come from its network."""
    touching = int(np.count_nonzero(net.touching))
    joined = int(np.count_nonzero(net.touching & net.bonded))
    necks = net.neck_ratio[net.touching & net.bonded]
    volume = bridging.mean_volume_nm3(values)
    cluster = largest_cluster(packing, net)
    total = bridging.melt_volume_nm3_per_sphere * packing.count
    return {
        "box_nm": packing.box_nm,
        "packing_fraction": packing.packing_fraction,
        "coordination": 2 * touching / packing.count,
        "bonded_fraction": joined / touching if touching else 0.0,
        "bonded_per_sphere": 2 * int(np.count_nonzero(net.bonded)) / packing.count,
        "largest_cluster_fraction": cluster.fraction,
        "largest_cluster_extent_nm": cluster.extent_nm,
        "largest_cluster_spans_box": int(cluster.spans),
        "mean_neck_ratio": float(np.mean(necks)) if len(necks) else 0.0,
        "sd_neck_ratio": float(np.std(necks)) if len(necks) else 0.0,
        "melt_per_touching_contact": float(np.mean(net.melt_nm3[net.touching])) / volume
        if volume and touching
        else 0.0,
        "mean_field_neck_ratio": mean_field_neck(bridging, float(np.mean(packing.radius_nm)), values),
        "melt_saturation": saturation(packing, bridging),
        "melt_outside_bridges_fraction": net.stray_nm3 / total if total else 0.0,
    }


def _weigh(watch: Watch | None, start: float, end: float) -> Watch | None:
    """Return a watch for a part of the work."""
    if watch is None:
        return None
    return lambda share: watch(start + (end - start) * share)


def describe(loose: Packing, dense: Packing, bridging: Bridging, *, values: Values) -> xr.Dataset:
    """Return the dataset of a product from its packing before and after the melt.

    Parameters
    ----------
    loose, dense
        Packing before and after rearrangement (and recession of the radii).
    bridging
        Melt, lining and residue.
    values
        Parameter values.

    Returns
    -------
    xarray.Dataset
        See `architecture`.
    """
    import xarray as xr

    net = network(dense, bridging, values)
    attributes = _summary(dense, net, bridging, values)
    attributes |= {
        "packing_fraction_before": loose.packing_fraction,
        "coordination_before": coordination(loose, touching_gap_nm(bridging, values)),
        "gate": "open" if bridging.gate_open else "closed",
        "film_nm": bridging.film_nm,
        "bump_coverage": bridging.bump_coverage,
        "residual_force": dense.residual,
        "relaxation_steps": dense.steps,
        "force_equilibrium": int(dense.residual <= GOAL.residual),
    }
    return xr.Dataset(_variables(dense, net, bridging), coords={"xyz": ["x", "y", "z"]}, attrs=attributes)


def architecture(
    count: int,
    diameter_nm: float,
    diameter_sd_nm: float,
    bridging: Bridging,
    seed: int,
    *,
    values: Values,
    progress: Watch | None = None,
) -> xr.Dataset:
    """Return spheres, contacts and necks of a product.

    Parameters
    ----------
    count
        Number of spheres, 8 or more.
    diameter_nm, diameter_sd_nm
        Mean and standard deviation of the log-normal diameters before the furnace.
    bridging
        Melt, lining and residue the furnace leaves.
    seed
        Same seed, same bytes.
    values
        Parameter values.
    progress
        Called with the share of the work done, 0 to 1.

    Returns
    -------
    xarray.Dataset
        Dimensions sphere, xyz, contact. A contact is a pair that touches or was bridged by melt. Attributes:
        `coordination` counts touching contacts; `bonded_fraction` is the bonded share of these,
        `bonded_per_sphere` counts bonds of all contacts; `mean_neck_ratio` is over bonded touching contacts;
        `mean_field_neck_ratio` is the mechanism's number at six contacts, which the mean undercuts because
        bridges across gaps take melt too (`melt_per_touching_contact`, over that at six contacts, says how
        much is left); `largest_cluster_extent_nm` is a lower bound where `largest_cluster_spans_box` is 1;
        `force_equilibrium` says whether forces balanced within the step budget; `..._before` are the loose
        powder.

    Raises
    ------
    InputError
        For unusable counts, sizes or recession.

    Limits
    ------
    One feed for all spheres; no cracks; periodic, so an assembly has no outside.
    Without melt the bonded share hangs on gaps of tenths of a nanometre, that is on how the loose start was
    made: not resolved.
    """
    loose = loose_packing(count, diameter_nm, diameter_sd_nm, seed, values=values)
    if progress is not None:
        progress(LOOSE_SHARE)
    dense = rearrange(loose, bridging, values=values, progress=_weigh(progress, LOOSE_SHARE, DENSE_SHARE))
    product = describe(loose, dense, bridging, values=values)
    if progress is not None:
        progress(1.0)
    return product
