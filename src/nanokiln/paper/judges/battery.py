"""Lithium half cell (Fig. 5)."""

from __future__ import annotations

import math

import numpy as np

from ...core.evidence import Evidence
from ...matter.carbon import DENSITY, relative_conductivity
from ...recipe import load_recipe
from ...study.ledger import Claim
from ..judging import Judgement, increasing, judge
from ..run import Run

_RATES = {"C133": 0.1, "C134": 0.2, "C135": 0.5, "C136": 1.0, "C137": 2.0}


@judge("C128")
def conductivity(run: Run, claim: Claim) -> Judgement:
    """Sample 4 holds least carbon; 2 and 3 conduct better than 1 and 4."""
    share = run.series("carbon_mass_share")
    neck = run.series("neck_ratio")
    mass = run.series("product_mass")
    density = load_recipe("SiOC").precursor.skeletal_density_g_cm3
    volume = share * mass * density / run.values[DENSITY]  # carbon per volume of the original solid
    sigma = np.vectorize(lambda phi, x: relative_conductivity(phi, x, run.values))(
        np.minimum(volume, 1), neck
    )
    middle = sigma[1:3].min(axis=0) > np.maximum(sigma[0], sigma[3])
    how = (
        f"Carbon {', '.join(f'{100 * x:.1f}' for x in share[:, 0])} wt%; relative conductivity "
        f"(percolation times x/a) {', '.join(f'{x:.3f}' for x in sigma[:, 0])}, {{2,3}} above {{1,4}} in "
        f"{np.mean(middle):.0%} of all sets."
    )
    return Judgement(share[3], how, increasing(-share))


@judge(*_RATES)
def rate_capacity(run: Run, claim: Claim) -> Judgement:
    """Capacities of sample 2: two calibrated, three predicted."""
    if run.family is None:
        return Judgement(math.nan, "The half cell was not run.", False, "mAh/g")
    from ...halfcell import finding_name, findings

    found = {f.name: f for f in findings(run.family)}[finding_name(_RATES[claim.id])]
    off = found.value / claim.number - 1
    fitted = found.evidence == Evidence.CALIBRATED
    fits = "Fits the capacity scale and the rate constant"
    how = f"{fits if fitted else 'Predicted from the two fitted capacities'}; {off:+.1%} off. "
    return Judgement(
        found.value, how + " ".join(found.notes), abs(off) <= 0.05, "mAh/g", low=found.low, high=found.high,
        evidence=found.evidence,
    )  # fmt: skip
