"""From a judge's answer to a verdict, the same way for every claim."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..assembly.necks import MIN_NECK
from ..core.evidence import Evidence
from ..furnace.parameters import SPACING_SIO4
from ..study.ledger import Claim, Outcome, Strength, Verdict
from .run import Run

#: Share of accepted sets from which a statement counts as following from the model, and below which it does
#: not hold at all; in between it depends on unfitted choices.
ROBUST, NEVER = 0.93, 0.07
#: Share of sets drawn before any claim was seen from which a statement holds whatever the numbers are.
TRIVIAL = 0.97
#: Least amounts that could be seen. An order among smaller ones is none.
VISIBLE_FILM = SPACING_SIO4.value  # nm, one SiO4 unit
VISIBLE_NECK = MIN_NECK.value  # x/a an insoluble neck needs to survive drying
VISIBLE_BONDS = 0.005  # foreign bonds per carbon
VISIBLE_GROUPS = 1e-3  # carbon-oxygen groups per carbon
VISIBLE_BORON = 0.1  # wt%, detection limit of XPS
VISIBLE_SILICA = 0.1  # mmol/g, one per cent of the soluble silica
VISIBLE_SHIFT = 1.0  # K, a temperature of weight loss
_TAILS = (5, 95)  # percentiles of the stated interval


@dataclass(frozen=True)
class Judgement:
    """A judge's answer.

    Parameters
    ----------
    value
        Deciding number: nominal, accepted and prior sets as `Run.get` orders them, or one number.
    how
        What was compared with what, in words.
    holds
        Whether the statement holds, in the same order; None where `outcome` is given.
    unit
        Unit of `value`.
    outcome
        Set where the verdict does not follow from `holds`.
    low, high
        Interval of the nominal value where it is not that over accepted sets.
    evidence
        Evidence class; predicted unless said.
    """

    value: ArrayLike
    how: str
    holds: ArrayLike | None = None
    unit: str = "1"
    outcome: Outcome | None = None
    low: float = math.nan
    high: float = math.nan
    evidence: Evidence | None = None


def decided(answer: Judgement, held: bool | None, how: str) -> Judgement:
    """Return an answer with other words, and the nominal run decided; by None it stays as it was.

    The parameter sets keep their own answers, and a row without any (not resolved) stays so.
    """
    if held is None or answer.holds is None:
        return replace(answer, how=how)
    holds = np.array(answer.holds, dtype=bool, ndmin=1)
    holds[0] = held
    return replace(answer, how=how, holds=holds if np.ndim(answer.holds) else held)


Judge = Callable[[Run, Claim], Judgement]
JUDGES: dict[str, Judge] = {}


def judge(*ids: str) -> Callable[[Judge], Judge]:
    """Register a function as the judge of these claims."""

    def register(function: Judge) -> Judge:
        for claim_id in ids:
            if claim_id in JUDGES:
                raise ValueError(f"claim {claim_id} has two judges")
            JUDGES[claim_id] = function
        return function

    return register


def increasing(rows: NDArray[np.float64], by: float = 0.0) -> NDArray[np.bool_]:
    """Whether rows (first axis) increase for each set, each step by more than `by`.

    `by` is the least difference that could be seen: an order among amounts too small to see is none. A
    negative value allows ties of that size.
    """
    return np.asarray(np.all(np.diff(rows, axis=0) > by, axis=0))


def verdict(run: Run, claim: Claim) -> Verdict:
    """Judge one claim."""
    if claim.id not in JUDGES:
        return _without_judge(claim)
    with np.errstate(divide="ignore", invalid="ignore"):  # a broken study may hold nothing at all
        answer = JUDGES[claim.id](run, claim)
    value, accepted, _ = run.split(np.asarray(answer.value, dtype=float))
    low, high = answer.low, answer.high
    if math.isnan(low) and accepted.size and np.ptp(accepted) > 0:
        low, high = (float(x) for x in np.percentile(accepted, _TAILS))
    outcome, strength, share = _outcome(run, claim, answer)
    how = answer.how + (
        f" Holds in {share:.0%} of {accepted.size} accepted parameter sets." if share >= 0 else ""
    )
    return Verdict(
        claim, outcome, float(value), low, high, answer.unit, _evidence(claim, answer), how, strength,
        share if share >= 0 else math.nan,
    )  # fmt: skip


def _without_judge(claim: Claim) -> Verdict:
    return Verdict(
        claim, Outcome.NOT_YET, math.nan, math.nan, math.nan, claim.unit, Evidence.ASSUMED,
        "Not computed: no virtual instrument or model for it exists.",
    )  # fmt: skip


def _evidence(claim: Claim, answer: Judgement) -> Evidence:
    if answer.evidence:
        return answer.evidence
    if claim.kind == "calibration target":
        return Evidence.CALIBRATED
    return Evidence.QUOTED if claim.kind == "input" else Evidence.PREDICTED


def _outcome(run: Run, claim: Claim, answer: Judgement) -> tuple[Outcome, Strength, float]:
    """Return outcome, strength and the share of accepted sets (-1 where it was not drawn)."""
    share = -1.0
    nominal = True
    trivial = False
    if answer.holds is not None:
        held, accepted, prior = run.split(np.asarray(answer.holds, dtype=bool))
        nominal = bool(held)
        drawn = np.ndim(answer.holds) > 0 and accepted.size > 0  # else the furnace's draws do not enter
        share = float(np.mean(accepted)) if drawn else -1.0
        trivial = prior.size > 0 and float(np.mean(prior)) >= TRIVIAL
    if answer.outcome is not None:
        return answer.outcome, Strength.NONE, share
    if claim.kind == "calibration target":
        return (Outcome.CALIBRATED if nominal else Outcome.MISSED), Strength.NONE, share
    if claim.kind == "input":
        return (Outcome.INPUT if nominal else Outcome.MISSED), Strength.NONE, share
    if not nominal or 0 <= share <= NEVER:
        return Outcome.MISSED, Strength.NONE, share
    if 0 <= share < ROBUST:
        return Outcome.MET, Strength.CHOICE, share
    weak = trivial or "weak" in claim.test or share < 0
    return Outcome.MET, Strength.WEAK if weak else Strength.ROBUST, share
