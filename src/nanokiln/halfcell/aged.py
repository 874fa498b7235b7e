"""A powder after cycling, to be put under the virtual microscopes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import InputError
from ..core.provenance import Provenance, plain
from .fatigue import neck_lives, worn_architecture

if TYPE_CHECKING:
    from ..sample import Sample

ACTION = "age"  # of the provenance of such a sample


def aged(sample: Sample, cycles: float) -> Sample:
    """Return the powder after so many cycles: necks that broke by fatigue are open.

    Parameters
    ----------
    sample
        Fired powder.
    cycles
        Full cycles.

    Raises
    ------
    InputError
        If the powder was cycled before, or the number is negative.

    Notes
    -----
    Flaws are drawn with the sample's seed, as in `specimen.specimen`. Limits: only necks change. Interphase,
    lithium left in the spheres and cracks within them are not in it. The voxel body, in which a neck cannot
    break, is left out where any neck of the powder did.
    """
    if sample.provenance.action == ACTION:
        raise InputError(f"'{sample.name}' was cycled before. Take the powder as it was fired.")
    if not cycles >= 0:
        raise InputError(f"{cycles!r} cycles: give 0 or more.")
    lives = neck_lives(sample.architecture, sample.values, np.random.default_rng(sample.seed))
    worn = worn_architecture(sample.architecture, lives, cycles)
    inputs = {"cycles": float(cycles), "sample": plain(vars(sample.provenance))}
    record = Provenance(ACTION, inputs, sample.seed, sample.provenance.overrides)
    whole = broken(sample, worn_bonded=worn["bonded"].values) == 0
    return replace(sample, architecture=worn, provenance=record, voxels=sample.voxels if whole else None)


def broken(sample: Sample, worn_bonded: np.ndarray) -> int:
    """Return how many necks are open that were bonded."""
    return int(np.sum(sample.architecture["bonded"].values.astype(bool) & ~worn_bonded.astype(bool)))
