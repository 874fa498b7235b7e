"""The powder before the furnace: random, loose, touching but not overlapping, as freeze-drying leaves it.

Spheres are thrown at random into a box of the asked packing fraction, pushed apart until none overlap, pulled
together over a short range by a sticky, rough contact until they hang in clusters, and then released, so that
they touch without load. The box keeps its size throughout: the packing fraction is the one asked for.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..core.errors import InputError
from ..core.parameters import Parameter, Values
from .laws import CONTACT_DAMPING, TANGENTIAL_SHARE, Law, contact_spring
from .motion import Relaxation
from .packing import Packing

LOOSE_FRACTION = Parameter(
    id="assembly.loose_fraction",
    value=0.40,
    unit="1",
    low=0.35,
    high=0.45,
    source="loose powder before rearrangement, data sheet section 5",
    tag="M",
)

MIN_COUNT = 8  # fewer spheres than this see their own periodic images
MAX_FRACTION = 0.5  # above this a random start would have to be compressed, which is not freeze-drying
MIN_FRACTION = 0.05
NORMAL_CUT = 0.1  # smallest diameter of the normal distribution over its mean
MAX_SPREAD = 0.5  # standard deviation over mean

# Numerical settings of the three stages. The end state keeps of them a coordination number of about three.
SOFT, HARD = 1e3, 1e4  # Hertz factors: overlap 0.01 and 0.002 mean radii under the sticking force
STICKY_VOLUME = 0.003  # mean radii cubed; the spheres stick over 0.14 radii
ROUGH = 0.5  # sliding threshold while sticking
PART_STEPS, STICK_STEPS, RELEASE_STEPS = 300, 800, 100
RELEASE_DRAG = 10.0
OVERLAP = 1e-4  # overlap left, mean radii
MAX_RELEASES = 50
PER_BLOCK = 8  # spheres per block of the numbering


def _law(stiffness: float, pull: float, friction: float) -> Law:
    """Return the law of a stage; no physical constant enters."""
    spring = contact_spring(stiffness)
    reach = STICKY_VOLUME ** (1 / 3)
    damping = 2 * CONTACT_DAMPING * math.sqrt(spring)
    return Law(stiffness, pull, 0.0, 1.0, reach, friction, TANGENTIAL_SHARE * spring, damping)


def diameters(
    count: int, mean_nm: float, sd_nm: float, rng: np.random.Generator, distribution: str = "lognormal"
) -> NDArray[np.float64]:
    """Draw sphere diameters in nm with this mean and standard deviation.

    Parameters
    ----------
    count, mean_nm, sd_nm
        Number of spheres; mean and standard deviation of their diameter.
    rng
        Source of randomness.
    distribution
        ``"lognormal"`` or ``"normal"`` (cut at a tenth of and at twice the mean).

    Raises
    ------
    InputError
        For another distribution.
    """
    if distribution == "lognormal":
        sigma = math.sqrt(math.log1p((sd_nm / mean_nm) ** 2))
        return mean_nm * np.exp(sigma * rng.standard_normal(count) - sigma**2 / 2)
    if distribution == "normal":
        return np.clip(mean_nm + sd_nm * rng.standard_normal(count), NORMAL_CUT * mean_nm, 2 * mean_nm)
    raise InputError(f"size distribution '{distribution}' is unknown. Allowed: lognormal, normal.")


def _check(count: int, diameter_nm: float, diameter_sd_nm: float, fraction: float) -> None:
    if count < MIN_COUNT:
        raise InputError(f"count = {count}: a packing needs at least {MIN_COUNT} spheres.")
    if not (math.isfinite(diameter_nm) and diameter_nm > 0):
        raise InputError(f"diameter_nm = {diameter_nm!r}: must be above 0.")
    if not 0 <= diameter_sd_nm <= MAX_SPREAD * diameter_nm:
        raise InputError(
            f"diameter_sd_nm = {diameter_sd_nm!r}: allowed is 0 to half the mean, {diameter_nm / 2:g} nm."
        )
    if not MIN_FRACTION <= fraction <= MAX_FRACTION:
        raise InputError(
            f"packing_fraction = {fraction!r}: a loose start has {MIN_FRACTION:g} to {MAX_FRACTION:g}; "
            "denser packings come from rearrangement."
        )


def _scatter(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return random points in a unit cube, numbered block by block.

    Spheres are alike before they get a place, so any numbering is as random; this one keeps neighbours close
    in memory, which matters from about ten thousand spheres.
    """
    points = rng.random((count, 3))
    blocks = max(1, int((count / PER_BLOCK) ** (1 / 3)))
    cell = (points * blocks).astype(np.int64)
    return points[np.lexsort((cell[:, 2], cell[:, 1], cell[:, 0]))]


def _overlap(relaxation: Relaxation) -> float:
    """Return the deepest overlap, mean radii."""
    gaps = relaxation.gaps()
    return max(0.0, -float(np.min(gaps))) if len(gaps) else 0.0


def _release(packing: Packing) -> Packing:
    """Let overlaps push themselves out, without any pull."""
    relaxation = Relaxation(packing, np.zeros(packing.count), _law(HARD, 0.0, 0.0), free_box=False)
    relaxation.control = relaxation.control._replace(drag=RELEASE_DRAG)
    for _ in range(MAX_RELEASES):
        relaxation.run(RELEASE_STEPS)
        if _overlap(relaxation) < OVERLAP:
            break
    return relaxation.packing(0.0)


def loose_packing(
    count: int,
    diameter_nm: float,
    diameter_sd_nm: float,
    seed: int,
    *,
    packing_fraction: float | None = None,
    distribution: str = "lognormal",
    values: Values,
) -> Packing:
    """Return a random loose packing in a periodic cube.

    Parameters
    ----------
    count
        Number of spheres, 8 or more.
    diameter_nm, diameter_sd_nm
        Mean and standard deviation of the diameter.
    seed
        Same seed, same packing, whatever the number of threads.
    packing_fraction
        Volume of spheres over volume of the box; None takes the parameter `LOOSE_FRACTION`.
    distribution
        ``"lognormal"`` or ``"normal"``.
    values
        Parameter values.

    Returns
    -------
    Packing
        Spheres that overlap by less than a ten-thousandth of the mean radius.

    Raises
    ------
    InputError
        For fewer than 8 spheres, a diameter not above 0, or a fraction above 0.5.

    Limits
    ------
    A picture of a dried powder, not a simulation of freeze-drying: coordination about three, no gravity.
    Spheres of like number lie close together: to pick some at random, do not take the first ones.
    """
    fraction = values[LOOSE_FRACTION] if packing_fraction is None else packing_fraction
    _check(count, diameter_nm, diameter_sd_nm, fraction)
    rng = np.random.default_rng(seed)
    radius = diameters(count, diameter_nm, diameter_sd_nm, rng, distribution) / 2
    box = float((4 / 3 * math.pi * np.sum(radius**3) / fraction) ** (1 / 3))
    packing = Packing(_scatter(count, rng) * box, radius, box)
    part = Relaxation(packing, np.zeros(count), _law(SOFT, 0.0, 0.0), free_box=False)
    part.run(PART_STEPS)
    stick = Relaxation(
        part.packing(0.0), np.full(count, STICKY_VOLUME / 2), _law(HARD, 1.0, ROUGH), free_box=False
    )
    stick.run(STICK_STEPS)
    return _release(stick.packing(0.0))
