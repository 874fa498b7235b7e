"""Cycling of a sample: the command ``cycle``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..core.errors import unknown_name
from ..core.evidence import Evidence
from ..core.parameters import Values
from .calibration import Calibration, article_targets, calibrate
from .rate import rate_capability
from .shapes import declared

if TYPE_CHECKING:
    import xarray as xr

PROTOCOLS = ("rate",)
CALIBRATED_SAMPLE = "B-SiOC-2"


def cycle(sample: Any, protocol: str = "rate", seed: int = 0) -> xr.Dataset:
    """Put a sample into the half cell.

    Parameters
    ----------
    sample
        Sample, or None for the calibrated reference. Only its name, stage and `values` are used: nothing
        in this model yet links the architecture of a sample to its capacity.
    protocol
        ``"rate"``: the currents of the article's rate test, upwards, two cycles each.
    seed
        Kept in the attributes; the protocol draws no random numbers.

    Returns
    -------
    xarray.Dataset
        As `rate_capability`, with ``evidence(current)`` and, in the attributes, the two calibrated numbers
        and a ``note`` on what the capacity is worth for this sample.

    Raises
    ------
    InputError
        For an unknown protocol.
    SolverError
        If the cell of the sample's `values` cannot be calibrated or cycled.
    """
    if protocol not in PROTOCOLS:
        raise unknown_name("cycling protocol", protocol, PROTOCOLS)
    values = getattr(sample, "values", None) if sample is not None else None
    values = values if isinstance(values, Values) else Values()
    found = calibrate(article_targets(values), shape=declared(values), values=values)
    data = rate_capability(found.cell, found.currents, found.cycles)
    own = sample is None or is_calibrated(sample)
    name = CALIBRATED_SAMPLE if sample is None else str(getattr(sample, "name", "unnamed"))
    data["evidence"] = ("current", [str(_evidence(c, found, own)) for c in found.currents])
    return data.assign_attrs(
        sample=name,
        seed=int(seed),
        shape=found.shape.name,
        capacity_scale_mAh_g=found.capacity_mAh_g,
        rate_constant_s=found.scale,
        calibrated_on=", ".join(f"{q:g} mAh/g at {c:g} A/g" for c, q in found.targets.items()),
        capacity_predicted="between the calibrated currents" if own else "no",
        note=_note(name, own),
    )


def is_calibrated(sample: Any) -> bool:
    """Whether the sample is the product the two numbers were calibrated on, going by name and stage."""
    recipe = getattr(sample, "recipe", None)
    names = {_plain(getattr(sample, "name", "")), _plain(getattr(recipe, "name", ""))}
    return _plain(CALIBRATED_SAMPLE) in names and getattr(sample, "stage", "product") == "product"


def _plain(name: Any) -> str:
    return str(name).lower().replace(" ", "").replace("_", "-")


def _evidence(current: float, found: Calibration, own: bool) -> Evidence:
    if not own:
        return Evidence.ASSUMED
    return Evidence.CALIBRATED if current in found.targets else Evidence.PREDICTED


def _note(name: str, own: bool) -> str:
    if own:
        return (
            f"Capacity scale and rate constant are calibrated on {CALIBRATED_SAMPLE}; only the shape "
            "between the two calibrated currents is predicted."
        )
    return (
        f"The capacity of '{name}' is NOT predicted: capacity scale and rate constant are those of "
        f"{CALIBRATED_SAMPLE}, and nothing in this model links them to another sample. Do not compare "
        "samples by these numbers."
    )
