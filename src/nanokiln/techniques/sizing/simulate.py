"""The virtual sizing: draw spheres, measure each with the errors of a micrograph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ...core.errors import InputError, unknown_name
from ...core.measurement import Measurement
from .parameters import EDGE_ERROR, PIXEL_SIZE, SCALE_ERROR

if TYPE_CHECKING:
    from ...sample import Sample

DEFAULT_COUNT = 300  # spheres; ISO-style advice is some hundreds
_LARGEST_COUNT = 100_000
_SMALLEST_COUNT = 2
_SMALLEST_PIXEL, _LARGEST_PIXEL = 0.01, 1000.0  # nm
_SETTINGS = ("count", "pixel_size_nm")
_EDGES = 2  # a diameter runs from one edge to the opposite one


def simulate(sample: Sample, seed: int, settings: Mapping[str, Any] | None = None) -> list[Measurement]:
    """Measure the diameters of randomly chosen spheres.

    Parameters
    ----------
    sample
        Sample with ``sizes``: true diameters ``before_nm`` and ``after_nm``, dim particle, in nm.
    seed
        Seed of the draw.
    settings
        ``count`` (spheres per powder, default 300) and ``pixel_size_nm``.

    Returns
    -------
    list of Measurement
        Labels ``before`` and ``after``; only ``before`` for a powder that was not fired.

    Raises
    ------
    InputError
        For an unknown or unusable setting, or when the sample has no spheres left to size.

    Limits
    ------
    Both powders are measured in one session and share its magnification error; which spheres are seen
    does not depend on their size, and touching spheres are told apart. A necked sphere is sized as the
    circle through its free outline.
    """
    options = _options(settings or {}, sample.values[PIXEL_SIZE])
    rng = np.random.default_rng(seed)
    scale = 1 + sample.values[SCALE_ERROR] * rng.standard_normal()
    blur = np.sqrt(_EDGES) * sample.values[EDGE_ERROR] * options["pixel_size_nm"]
    labels = ("before",) if sample.stage == "before" else ("before", "after")
    facts = {
        "sample": sample.name,
        "pixel_size_nm": options["pixel_size_nm"],
        "scale_error": sample.values[SCALE_ERROR],
    }
    measured = []
    for label in labels:
        true = np.asarray(sample.sizes[f"{label}_nm"].values, dtype=float)
        true = true[np.isfinite(true) & (true > 0)]
        if true.size:
            seen = _see(true, options["count"], scale, blur, rng)
            measured.append(_measurement(seen, label, facts))
    if not measured:
        raise InputError(f"sample '{sample.name}' has no separate spheres to size.")
    return measured


def _see(
    true: npt.NDArray[np.float64], count: int, scale: float, blur: float, rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Return `count` measured diameters, each sphere at most once while there are enough."""
    chosen = rng.choice(true, size=count, replace=count > true.size)
    seen = scale * chosen + blur * rng.standard_normal(count)
    # a sphere smaller than its own blur is not found in the image; what is left is at least one blur wide
    return np.maximum(seen, blur) if blur > 0 else seen


def _measurement(seen: npt.NDArray[np.float64], label: str, facts: dict[str, Any]) -> Measurement:
    import xarray as xr

    data = xr.Dataset({"diameter_nm": ("particle", seen, {"units": "nm"})})
    return Measurement(technique="sizing", data=data, origin="synthetic", label=label, settings=facts)


def _options(settings: Mapping[str, Any], pixel: float) -> dict[str, Any]:
    for key in settings:
        if key not in _SETTINGS:
            raise unknown_name("setting of sizing", str(key), _SETTINGS)
    count = settings.get("count", DEFAULT_COUNT)
    if (
        isinstance(count, bool)
        or not isinstance(count, int)
        or not _SMALLEST_COUNT <= count <= _LARGEST_COUNT
    ):
        raise InputError(
            f"count = {count!r}: expected a whole number from {_SMALLEST_COUNT} to {_LARGEST_COUNT}."
        )
    size = settings.get("pixel_size_nm", pixel)
    usable = isinstance(size, (int, float)) and not isinstance(size, bool)
    if not usable or not _SMALLEST_PIXEL <= size <= _LARGEST_PIXEL:
        raise InputError(
            f"pixel_size_nm = {size!r}: expected a number from {_SMALLEST_PIXEL} to {_LARGEST_PIXEL}."
        )
    return {"count": count, "pixel_size_nm": float(size)}
