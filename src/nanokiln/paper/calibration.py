"""Calibration of the furnace on the ledger's calibration targets, and the parameter sets it accepts.

The result ships with the package as ``ensemble.csv``, so that a reader gets intervals in minutes. To make
it again (half an hour on one core): ``python -m nanokiln.paper.calibration ensemble.csv``.
"""

from __future__ import annotations

import csv
import io
import sys
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from ..core.errors import NanokilnError
from ..core.files import write_text
from ..core.parameters import Values, find
from ..recipe import load_recipe
from ..study.ledger import Claim, guard_fit, parse_claims
from ..study.sampling import stretch_sampler
from ..techniques.xps.parameters import DETECTION_LIMIT
from .observables import observe

Array = NDArray[np.float64]

#: Fitted numbers and, after them, unfitted ones drawn within their ranges; some on a logarithmic scale.
FITTED = ("M1", "M2", "M3", "M4", "M5", "M6", "M7", "M8")
DRAWN = ("chi", "kappa", "a_L", "sigma", "dG_net", "y_v", "k_c", "furnace.film_share", "furnace.free_surface")
_LOGARITHMIC = {"M8"}

#: Physically possible ranges of the fitted numbers, before any claim is looked at.
PHYSICAL = {
    "M1": (0.02, 0.6), "M2": (1.2, 3.5), "M3": (6.0, 20.0), "M4": (0.0, 800.0),
    "M5": (0.01, 0.2), "M6": (0.02, 0.2), "M7": (0.05, 0.95), "M8": (1e-13, 1e-10),
}  # fmt: skip

#: Rows of the ledger used in the fit: target, and standard deviation taken from the row's tolerance.
TARGETS = {
    "C029": (220.0, 2.5),
    "C052": (55.77, 1.8),
    "C053": (207.43, 6.0),
    "C082": (12.6, 0.9),
    "C083": (12.1, 0.9),
    "C094": (0.62, 0.12),
}
#: Rows used as conditions that every accepted set fulfils.
CONDITIONS = ("C054", "C081", "C085")
_WITHIN = 3  # standard deviations of a target that an accepted set may be off
DETECTION = DETECTION_LIMIT.value  # % of B 1s, the ledger's one limit for a boron species
SAMPLES = ("B-SiOC-1", "B-SiOC-2", "B-SiOC-3", "B-SiOC-4")
_CANDIDATES, _TINY = 240, 1e-300  # points tried as starts; keeps a logarithm defined
_WALKERS, _STEPS, _BURN, _KEEP, _SEED = 40, 100, 50, 96, 20200616  # settings of the shipped run


def claims() -> tuple[Claim, ...]:
    """Return the shipped ledger of the article."""
    text = resources.files("nanokiln.paper").joinpath("claims.csv").read_text(encoding="utf-8")
    return parse_claims(text, "claims.csv")


def bounds() -> tuple[list[str], Array, Array]:
    """Return parameter ids with the lower and upper ends of their ranges (log10 where drawn so)."""
    records = [find(name) for name in (*FITTED, *DRAWN)]
    ends = [PHYSICAL.get(r.symbol, (r.low, r.high)) for r in records]
    low, high = np.array(ends).T
    logarithmic = np.array([n in _LOGARITHMIC for n in (*FITTED, *DRAWN)])
    low[logarithmic], high[logarithmic] = np.log10(low[logarithmic]), np.log10(high[logarithmic])
    return [r.id for r in records], low, high


def to_values(point: Array) -> Values:
    """Return the parameter values at a point of the sampled space."""
    ids, _, _ = bounds()
    plain = [10**x if n in _LOGARITHMIC else x for n, x in zip((*FITTED, *DRAWN), point, strict=True)]
    return Values(dict(zip(ids, map(float, plain), strict=True)))


def modelled(values: Values) -> dict[str, float]:
    """Return the modelled values of the target rows, and the margins of the condition rows (met above 0)."""
    one, two, three, four = (observe(load_recipe(name), values) for name in SAMPLES)
    return {
        "C029": four["diameter_before_nm"],
        "C052": one["area"],
        "C053": two["area"],
        "C082": two["xps_BC3"],
        "C083": three["xps_BC3"],
        "C094": two["leached_on_arrival"],
        "C054": min(two["area"] - three["area"], three["area"] - four["area"]),
        "C081": min(two[f"xps_{s}"] for s in ("BO3", "BCO2", "BC2O", "BC3")) - DETECTION,
        "C085": four["xps_BO3"] - max(two["xps_BO3"], three["xps_BO3"]),
    }


def log_posterior(point: Array) -> float:
    """Return the log density of a point: uniform within the ranges, normal errors, hard conditions."""
    _, low, high = bounds()
    if np.any(point < low) or np.any(point > high):
        return -np.inf
    try:
        rows = modelled(to_values(point))
    except NanokilnError:
        return -np.inf
    if any(rows[c] <= 0 for c in CONDITIONS):
        return -np.inf
    return float(-0.5 * sum(((rows[c] - target) / sd) ** 2 for c, (target, sd) in TARGETS.items()))


def sample(steps: int = _STEPS, seed: int = _SEED) -> Array:
    """Return accepted parameter sets, shape (at most 96, parameters).

    Raises
    ------
    DataError
        If a row of the fit is not a calibration target.
    """
    guard_fit([*TARGETS, *CONDITIONS], claims())
    rng = np.random.default_rng(seed)
    _, low, high = bounds()
    # walkers begin at the best of many points in the half of each range around the defaults: it only
    # shortens the way, and what the walkers have not forgotten of it is dropped
    defaults = np.array([find(name).value for name in (*FITTED, *DRAWN)])
    logarithmic = np.array([n in _LOGARITHMIC for n in (*FITTED, *DRAWN)])
    middle = np.where(logarithmic, np.log10(np.maximum(defaults, _TINY)), defaults)
    points = np.clip(middle + 0.5 * (high - low) * (rng.random((_CANDIDATES, low.size)) - 0.5), low, high)
    best = np.argsort([-log_posterior(point) for point in points])[:_WALKERS]
    chain, _ = stretch_sampler(
        log_posterior,
        points[best],
        steps,
        seed,
        progress=lambda s: print(f"\r{s:.0%}", end="", file=sys.stderr),
    )
    late = chain[min(_BURN, steps - 1) :].reshape(-1, low.size)
    drawn = late[rng.permutation(len(late))[: 2 * _KEEP]]
    return np.array([point for point in drawn if agrees(modelled(to_values(point)))][:_KEEP])


def agrees(rows: dict[str, float]) -> bool:
    """Whether a parameter set fulfils every condition and meets every target within three deviations."""
    met = all(abs(rows[c] - target) <= _WITHIN * sd for c, (target, sd) in TARGETS.items())
    return met and all(rows[c] > 0 for c in CONDITIONS)


def write_ensemble(path: str, draws: Array) -> None:
    """Write parameter sets as csv, one column per parameter id."""
    ids, _, _ = bounds()
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(ids)
    writer.writerows([[f"{to_values(row)[i]:.6g}" for i in ids] for row in draws])
    write_text(path, text.getvalue())


def ensemble(count: int | None = None) -> list[Values]:
    """Return the shipped parameter sets (the first `count` of them)."""
    text = resources.files("nanokiln.paper").joinpath("ensemble.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    return [Values({k: float(v) for k, v in row.items()}) for row in rows[:count]]


def prior(count: int, seed: int) -> list[Values]:
    """Return parameter sets drawn from the whole ranges, before any claim is looked at."""
    rng = np.random.default_rng(seed)
    _, low, high = bounds()
    return [to_values(low + (high - low) * rng.random(low.size)) for _ in range(count)]


if __name__ == "__main__":
    write_ensemble(sys.argv[1], sample())
