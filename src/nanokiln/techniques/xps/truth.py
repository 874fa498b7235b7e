"""What is really there, weighted by depth: the truth a virtual spectrum is made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...core.parameters import Values
from .parameters import ATOMIC_MASS, EFFECTIVE_DEPTH

if TYPE_CHECKING:
    from ...sample import Sample

Array = NDArray[np.float64]


def depth_weights(thickness_nm: Array, values: Values) -> Array:
    """Return the share of the signal that each zone gives, outermost first.

    Parameters
    ----------
    thickness_nm
        Thickness of the zones from the outside inwards, nm; the last may be infinite.
    values
        Parameter values.

    Returns
    -------
    ndarray
        exp(-z_top/lambda) - exp(-z_bottom/lambda); sums to 1 when the last zone is infinite.

    Notes
    -----
    Limits: one effective depth for all lines and both elements of geometry (sphere), as in the mechanism.
    """
    bottom = np.cumsum(thickness_nm) / values[EFFECTIVE_DEPTH]
    top = np.concatenate([[0.0], bottom[:-1]])
    result: Array = np.exp(-top) - np.exp(-bottom)
    return result


def zone_weights(sample: Sample) -> Array:
    """Return the share of the signal of each zone of a sample.

    A zone that covers only part of the surface (`coverage` below one: a patchy coat) leaves the rest to the
    innermost zone, as if that lay bare there.
    """
    weights = depth_weights(np.asarray(sample.zones["thickness_nm"].values, dtype=float), sample.values)
    covered = float(sample.zones["coverage"].values[0]) if "coverage" in sample.zones else 1.0
    weights = weights * covered
    weights[-1] += 1.0 - covered
    return weights


def seen_mass_fractions(sample: Sample) -> tuple[dict[str, float], dict[str, float]]:
    """Return depth-weighted mass fractions of the elements, and of boron by species."""
    zones = sample.zones
    weights = zone_weights(sample)
    mass = weights @ zones["mass_fraction"].transpose("zone", "element").values
    boron = weights @ zones["boron_mass_fraction"].transpose("zone", "species").values
    elements = {str(e): float(m) for e, m in zip(zones["element"].values, mass, strict=True)}
    species = {str(s): float(b) for s, b in zip(zones["species"].values, boron, strict=True)}
    return elements, species


def truth(sample: Sample) -> dict[str, Any]:
    """Return what an ideal spectrometer would report, without noise or fit.

    Parameters
    ----------
    sample
        Sample with `zones`.

    Returns
    -------
    dict
        ``wt_percent_<El>``, ``at_percent_<El>`` and ``share_<species>`` (all in %), hydrogen neglected.
        Shares are zero where there is no boron.
    """
    elements, species = seen_mass_fractions(sample)
    total = sum(elements.values())
    moles = {e: m / sample.values[ATOMIC_MASS[e]] for e, m in elements.items()}
    boron = sum(species.values())
    result: dict[str, Any] = {f"wt_percent_{e}": 100.0 * m / total for e, m in elements.items()}
    result |= {f"at_percent_{e}": 100.0 * n / sum(moles.values()) for e, n in moles.items()}
    result |= {f"share_{s}": 100.0 * b / boron if boron > 0 else 0.0 for s, b in species.items()}
    result["share_BO3_plus_BCO2"] = result.get("share_BO3", 0.0) + result.get("share_BCO2", 0.0)
    return result
