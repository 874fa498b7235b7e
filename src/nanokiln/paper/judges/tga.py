"""Weight loss in air (Fig. 2i): two temperatures fitted, two read by the virtual thermobalance."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from ...matter import carbon
from ...study.ledger import Claim, Outcome
from ..judging import VISIBLE_SHIFT, Judgement, increasing, judge
from ..run import SERIES, Array, Run


def oxidation_temperatures(run: Run) -> Array:
    """Temperature of fastest weight loss in air of the four samples, degC, linear in boron per carbon."""
    loading = run.series("boron_per_carbon")
    base, span = run.values[carbon.OXIDATION_BASE], run.values[carbon.OXIDATION_SPAN]
    return np.asarray(base + span * (loading - loading[0]) / (loading[3] - loading[0]))


def _read(run: Run, sample: str) -> str:
    """Return in words what the analysis of the virtual thermogram found."""
    found = run.finding(sample, "tga", "dtg_max")
    if found is None:
        return ""
    if not found.resolved:
        return f" DTG of the virtual thermogram of {sample}: not resolved."
    return (
        f" DTG maximum of the virtual thermogram: {found.value:.0f} [{found.low:.0f}-{found.high:.0f}] degC."
    )


@judge("C068", "C069")
def fitted_oxidation(run: Run, claim: Claim) -> Judgement:
    """Judge the fitted ends of the range of weight-loss temperatures."""
    at = 0 if claim.id == "C068" else 3
    t = oxidation_temperatures(run)[at]
    how = (
        "Two temperatures fix M9 and M10 one to one, read as the DTG maximum at 10 K/min (the article gives "
        "neither); tests nothing." + _read(run, SERIES[at])
    )
    return Judgement(t, how, abs(t - claim.number) <= 5, "degC")


@judge("C070")
def oxidation_order(run: Run, claim: Claim) -> Judgement:
    """Weight-loss temperature rises with boric acid, in the model and in its thermograms."""
    t = oxidation_temperatures(run)
    holds = increasing(t, by=VISIBLE_SHIFT)
    found = [run.finding(s, "tga", "dtg_max") for s in SERIES]
    words = ""
    read = [f for f in found if f is not None]
    if len(read) == len(SERIES):
        # the nominal run is what its instrument shows
        rises = all(b.value - a.value > VISIBLE_SHIFT for a, b in pairwise(read))
        apart = all(b.low > a.high for a, b in pairwise(read))
        holds[0] = holds[0] and rises
        values = ", ".join(f"{f.value:.0f}" for f in read)
        words = f" Virtual thermograms of samples 1-4: {values} degC" + (
            ", intervals apart." if apart else ", intervals overlap."
        )
    how = (
        f"Samples 2 and 3 at {t[1, 0]:.0f} and {t[2, 0]:.0f} degC between the two fitted ends; follows "
        "boron per carbon." + words
    )
    return Judgement(t[1], how, holds, "degC")


@judge("C154")
def bond_argument(run: Run, claim: Claim) -> Judgement:
    """Stability ascribed to the C-B bond."""
    shift = oxidation_temperatures(run)
    return Judgement(
        shift[3] - shift[0],
        "The model blocks sites; bond strength is not in it. Report only.",
        outcome=Outcome.REPORT_ONLY,
        unit="K",
    )
