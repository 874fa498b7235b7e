"""B/Si in solution over dissolution time (Fig. 1h)."""

from __future__ import annotations

from itertools import pairwise

from ...core.evidence import Finding
from ...study.ledger import Claim
from ..judging import Judgement, judge
from ..run import Array, Run

SAMPLE = "B-SiOC-3"


def dissolved_share(run: Run, ratio: float) -> Array:
    """Share of silicon in solution at which all of sample 3's boron gives the B/Si mass ratio read."""
    return run.get(SAMPLE, "boron_to_silicon") / ratio


def _series(run: Run) -> list[Finding]:
    """Return the ratios that the virtual instrument read, by time."""
    found = [f for f in run.findings.get((SAMPLE, "icp"), ()) if f.name == "b_si_mass_ratio"]
    return sorted((f for f in found if f.resolved), key=lambda f: float(f.choices.get("time_h", 0.0)))


@judge("C048", "C049")
def icp_reading(run: Run, claim: Claim) -> Judgement:
    """Read values above the feed bound as incomplete dissolution of silicon."""
    share = dissolved_share(run, claim.number)
    how = (
        f"With the boron the model retains, {claim.number:g} g/g means {share[0]:.0%} of the silicon "
        "dissolved (C10 absorbs this)."
    )
    read = _series(run)
    if read:
        end = read[0] if claim.id == "C048" else read[-1]
        how += (
            f" Virtual batch, dissolution calibrated on it: {end.value:.2f} [{end.low:.2f}-{end.high:.2f}]"
            " g/g."
        )
    return Judgement(share, how, (share > 0) & (share < 1), "of Si dissolved")


@judge("C050")
def icp_falls(run: Run, claim: Claim) -> Judgement:
    """B/Si falls with dissolution time, because boron sits at the surface."""
    final = run.get(SAMPLE, "boron_to_silicon")
    bulk = run.get(SAMPLE, "lining") + run.get(SAMPLE, "residue")
    holds = (bulk > 0) & (final < 0.51) & (final <= 0.27)
    how = (
        f"Lining and residue dissolve first, so the ratio starts high and ends at {final[0]:.2f} g/g on "
        "full dissolution (feed bound 0.265)."
    )
    read = _series(run)
    if len(read) > 1:
        # the nominal run is what its instrument shows
        falls = all(b.value < a.value for a, b in pairwise(read))
        holds[0] = holds[0] and falls and read[-1].high < read[0].low
        how += f" Virtual batch: {' to '.join(f'{f.value:.2f}' for f in (read[0], read[-1]))} g/g" + (
            ", falling throughout." if falls else ", not falling throughout."
        )
    return Judgement(final, how, holds, "g/g")
