"""Findings from micrographs, measured or synthetic: sizes, necks, roughness, packing order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...core.errors import DataError
from ...core.evidence import Finding
from ...core.measurement import Measurement
from . import bonds, contour, order, sizes
from .found import choices_of, look


def analyse(measurements: Sequence[Measurement], choices: Mapping[str, Any] | None = None) -> list[Finding]:
    """Analyse micrographs of spheres, each by itself.

    Parameters
    ----------
    measurements
        Pictures with ``image(row, column)``.
    choices
        ``scale``: nm per pixel (a number, or such as "12.74nm/px"), where the file states none or a wrong
        one; ``scale_error``: its relative standard uncertainty; ``contrast``: ``bright`` or ``dark`` spheres
        (default: told from the picture); ``smallest``, ``largest``: diameters looked for, in nm (in pixels
        where no scale is known); ``resamples`` and ``seed`` of the bootstrap.

    Returns
    -------
    list of Finding
        Per picture ``particle_count``, ``diameter_mean``, ``diameter_median``, ``diameter_sd``,
        ``diameter_geometric_sd``, ``lognormal_support``, ``aspect_mean``; ``contact_count``,
        ``neck_ratio_mean``, ``bonded_fraction``; ``roughness_rq``, ``roughness_peak_to_valley``,
        ``roughness_length``; ``neighbour_distance``, ``pair_peak``, ``pair_peak_distance``,
        ``bond_order_6``. ``choices["label"]`` tells the pictures apart. Without a scale, lengths are in
        pixels and the first note of each finding asks for it.

    Raises
    ------
    DataError
        If there is nothing to analyse, or a measurement is no picture.
    InputError
        For an unknown or unusable choice.

    Limits
    ------
    Bodies that are about spheres. All is seen in projection.
    """
    chosen = choices_of(choices or {})
    if not measurements:
        raise DataError("no micrograph was given. Give at least one picture.")
    return [finding for m in measurements for finding in _one(m, chosen)]


def _one(measurement: Measurement, chosen: Mapping[str, Any]) -> list[Finding]:
    found = look(measurement, chosen)
    touching = bonds.contacts(found)
    return [
        *sizes.findings(found),
        *bonds.findings(found, touching),
        *contour.findings(found),
        *order.findings(found),
    ]
