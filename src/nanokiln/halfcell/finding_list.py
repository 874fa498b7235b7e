"""Findings of the half cell: one capacity per current, with its evidence."""

from __future__ import annotations

import math

from ..core.evidence import Evidence, Finding
from .family import Family


def finding_name(current_A_g: float) -> str:
    """Return the standard name: ``capacity_0.1A_g``, ``capacity_1A_g``."""
    return f"capacity_{current_A_g:g}A_g"


def findings(family: Family) -> list[Finding]:
    """Return the reversible capacity at each current as findings.

    Parameters
    ----------
    family
        Result of `predict_family`.

    Returns
    -------
    list of Finding
        ``calibrated`` at the two targets (no interval), ``predicted`` elsewhere (interval: envelope of the
        members, which is not a confidence interval).
    """
    return [_finding(family, index) for index in range(len(family.currents))]


def _finding(family: Family, index: int) -> Finding:
    current = family.currents[index]
    evidence = family.evidence(current)
    calibrated = evidence is Evidence.CALIBRATED
    counted = sum(m.counts for m in family.members)
    note = (
        "calibrated on this value: it is no test of the model and has no interval"
        if calibrated
        else f"low and high are the envelope of {counted} calibrated members, not a confidence interval"
    )
    return Finding(
        name=finding_name(current),
        value=float(family.central[index]),
        low=math.nan if calibrated else float(family.low[index]),
        high=math.nan if calibrated else float(family.high[index]),
        unit="mAh/g",
        evidence=evidence,
        technique="halfcell",
        notes=(note, _assumed(family)),
        choices=_choices(family),
    )


def _choices(family: Family) -> dict[str, object]:
    found = family.calibration
    return {
        "shape": found.shape.name,
        "cycles_per_current": found.cycles,
        "capacity_scale_mAh_g": found.capacity_mAh_g,
        f"rate_constant_{found.scale_unit}": found.scale,
        "targets_mAh_g": {f"{current:g} A/g": capacity for current, capacity in family.targets.items()},
        "left_out": {m.name: m.reason for m in family.members if not m.counts},
    }


def _assumed(family: Family) -> str:
    where = " and ".join(f"{current:g}" for current in sorted(family.targets))
    return f"two numbers calibrated at {where} A/g; open-circuit curve, loading and window are assumed"
