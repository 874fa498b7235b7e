"""Temperature series and the two knobs (Fig. S16, conclusion)."""

from __future__ import annotations

from ...study.ledger import Claim, Outcome
from ..bodies import on_grid, rising
from ..judging import VISIBLE_FILM, Judgement, increasing, judge
from ..pictures import clearly_rising, on_picture
from ..run import TEMPERATURES, Run

ON_GRID = ("B-SiOC-2-800C", "B-SiOC-2", "B-SiOC-2-1000C")  # the sample of 900 degC is sample 2
SEPARATE = 0.5  # a knob is separate if it moves the other quantity less than half as much, relatively


@judge("C113")
def roughness_with_temperature(run: Run, claim: Claim) -> Judgement:
    """Roughness rises from 800 to 1000 degC."""
    film = run.series("residue_nm", TEMPERATURES)
    how = (
        f"Residue {', '.join(f'{x:.2f}' for x in film[:, 0])} nm at 800, 900, 1000 degC: the melt holds "
        "more silica."
    )
    holds = increasing(film) & (film[2] - film[0] > VISIBLE_FILM)
    answer = Judgement(film[2] - film[0], how, holds, "nm")
    answer = on_grid(run, answer, "rq", ON_GRID, rising(), label="roughness Rq")
    return on_picture(run, answer, "roughness_rq", ON_GRID, clearly_rising)


@judge("C114")
def packing_with_temperature(run: Run, claim: Claim) -> Judgement:
    """Too hot may weaken the necks (hedged in the article)."""
    neck = run.series("neck_ratio", TEMPERATURES)
    how = (
        f"x/a {', '.join(f'{x:.2f}' for x in neck[:, 0])} at 800, 900, 1000 degC: the model says the "
        "opposite. Report only."
    )
    answer = Judgement(neck[2] - neck[0], how, outcome=Outcome.REPORT_ONLY)
    falling, words = ON_GRID[::-1], "necks at 1000, 900, 800 degC"
    answer = on_grid(run, answer, "neck_radius", falling, rising(), label=words)
    return on_picture(run, answer, "neck_ratio_mean", falling, clearly_rising, label=words)


@judge("C116", "C120")
def separable_knobs(run: Run, claim: Claim) -> Judgement:
    """Feed sets necks, temperature sets roughness."""
    neck_t, film_t = (run.series(q, TEMPERATURES) for q in ("neck_ratio", "residue_nm"))
    neck_r, film_r = (run.series(q, ("B-SiOC-2", "B-SiOC-3")) for q in ("neck_ratio", "residue_nm"))
    by_t = (neck_t[2] / neck_t[0] - 1) / (film_t[2] / film_t[0] - 1)
    by_r = (film_r[1] / film_r[0] - 1) / (neck_r[1] / neck_r[0] - 1)
    holds = (by_t < SEPARATE) & (by_r < SEPARATE)
    how = (
        f"800 to 1000 degC: x/a {neck_t[2, 0] - neck_t[0, 0]:+.2f}, residue "
        f"{film_t[2, 0] - film_t[0, 0]:+.1f} nm; feed 0.3 to 0.5: {neck_r[1, 0] - neck_r[0, 0]:+.2f}, "
        f"{film_r[1, 0] - film_r[0, 0]:+.1f} nm: both knobs move both."
    )
    return Judgement(by_r, how, holds)
