"""Necks between touching spheres: width across the line of centres, corrected for the blur of the wedge.

Where two spheres touch, blur closes the wedge beside the contact, so that a bare contact looks like a neck.
How wide a neck of true width looks is calculated with a drawn pair of the same blur and inverted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ...core.evidence import Finding
from ..sizing.statistics import Estimate, mean, quantile_normal
from . import particles, rays
from .found import NOTHING, Found

Array = npt.NDArray[np.float64]
Image = npt.NDArray[np.float32]

_TOUCH = 1.05  # distance over the sum of radii up to which two spheres may touch
_UPRIGHT = 0.88  # of the sum of radii; nearer pairs are tilted or only lie behind each other
_LEAST_SEEN = 0.4  # of the outline, for both spheres
_EDGE_ERROR = 0.5  # pixels; error of one side of a neck, standard deviation
_BONDED = 0.1  # neck over sphere diameter from which a contact is called bonded
_BARE = 0.3  # a contact whose neck cannot be wider is called bare
_FEWEST = 3  # contacts
# The dark wedge beside a bare contact of secondary electrons reads as a neck: a fifth of those drawn for
# benchmarks/coverage_sem.py read above 0.3, in dense piles half above 0.24.
_SURE = 0.32  # neck that no such wedge makes
_CLEAR = 0.5  # share of the judged contacts that must show such a neck for the others to be told at all
# Chosen on the training pictures of benchmarks/coverage_sem.py: below this share of bonded contacts, pairs
# that only seem to touch and are misread set the mean; what other layers and tilt add to the errors.
_MOSTLY = 0.65  # of the contacts that can be told
_RATIO_DOUBT, _FRACTION_DOUBT = 0.06, 0.12  # standard deviations
_MODEL_RADIUS = 24.0  # pixels of the drawn pair
_MODEL = np.linspace(0.0, 0.95, 20)  # neck ratios drawn
_SIDES = (1.0, -1.0)


@dataclass(frozen=True)
class Contact:
    """A contact seen in projection.

    Parameters
    ----------
    first, second
        Indices of the spheres.
    plane
        Row and column of the middle of the contact.
    across
        Unit vector (row, column) across the line of centres.
    half
        Half width of the outline there, pixels; NaN where neither side is seen.
    ratio, low, high
        Neck width over mean sphere diameter after correction, and its 90 % interval.
    upright
        Whether the line of centres lies about in the plane of the picture.
    """

    first: int
    second: int
    plane: tuple[float, float]
    across: tuple[float, float]
    half: float
    ratio: float
    low: float
    high: float
    upright: bool

    @property
    def state(self) -> str:
        """``bonded``, ``bare`` or ``open`` (not to be told)."""
        if not math.isfinite(self.ratio) or not self.upright:
            return "open"
        if self.low > _BONDED:
            return "bonded"
        return "bare" if self.high < _BARE else "open"


def contacts(found: Found) -> list[Contact]:
    """Return the contacts between spheres of a picture.

    Limits
    ------
    Two spheres whose outlines meet in projection need not touch; only pairs whose distance is near the sum
    of their radii are judged. A neck hidden by a third sphere is not seen.
    """
    from scipy.ndimage import gaussian_filter
    from scipy.spatial import cKDTree

    spheres = found.spheres
    if len(spheres.circles) < 2:
        return []
    smooth = gaussian_filter(found.image, particles.SMOOTH, mode="nearest")
    least = 3 * particles.slope_noise(found.image)
    blur = math.hypot(spheres.edge_px, particles.SMOOTH)
    tree = cKDTree(spheres.circles[:, :2])
    reach = _TOUCH * 2 * float(spheres.circles[:, 2].max())
    result = []
    for i, j in sorted(tree.query_pairs(reach)):
        a, b = spheres.circles[i], spheres.circles[j]
        apart = float(np.hypot(*(b - a)[:2]))
        both = a[2] + b[2]
        if apart > _TOUCH * both or min(spheres.seen[i], spheres.seen[j]) < _LEAST_SEEN:
            continue
        if apart < abs(a[2] - b[2]) + 1:
            continue
        result.append(_contact(smooth, spheres, (int(i), int(j)), least, blur))
    return result


def findings(found: Found, seen: list[Contact]) -> list[Finding]:
    """Return ``contact_count``, ``neck_ratio_mean`` and ``bonded_fraction``.

    Parameters
    ----------
    found
        The picture.
    seen
        Its contacts.

    Returns
    -------
    list of Finding
        The neck ratio is the mean over bonded contacts; the bonded fraction is that of contacts that can be
        told, its interval goes from all others being bare to all being bonded.
    """
    judged = [c for c in seen if c.upright and math.isfinite(c.ratio)]
    tilted = sum(not c.upright for c in seen)
    hidden = len(seen) - tilted - len(judged)
    floor = _floor(found)
    said = (
        f"{len(seen)} contacts in projection: {len(judged)} judged, {tilted} nearer than {_UPRIGHT:g} of the "
        f"sum of radii (tilted or only overlapping), {hidden} with both sides hidden",
        f"a bare contact looks like a neck ratio of {floor:.2g} at this blur; corrected by a drawn pair",
        "projection: contacts tilted by up to 28 degrees are in; a neck seen past another body looks wider",
    )
    count = float(len(seen))
    result = [found.finding("contact_count", Estimate(count, count, count), "1", said[0])]
    bonded = [c for c in judged if c.state == "bonded"]
    if len(bonded) < _FEWEST:
        why = f"not resolved: {len(bonded)} necks can be told from bare contacts (needs {_FEWEST})"
        result.append(found.finding("neck_ratio_mean", NOTHING, "1", why, *said))
    elif not _clear(judged):
        why = (
            f"not resolved: fewer than {100 * _CLEAR:.0f} % of the contacts show a neck above {_SURE:g}; the "
            "wedge beside a bare one reads as a narrower neck"
        )
        result.append(found.finding("neck_ratio_mean", NOTHING, "1", why, *said))
    elif len(bonded) < _MOSTLY * sum(c.state != "open" for c in judged):
        why = (
            f"not resolved: fewer than {100 * _MOSTLY:.0f} % of the contacts that can be told are bonded; "
            "misread ones would set the mean"
        )
        result.append(found.finding("neck_ratio_mean", NOTHING, "1", why, *said))
    else:
        result.append(_ratio(found, bonded, said))
    result.append(_fraction(found, judged, said))
    return result


def _ratio(found: Found, bonded: list[Contact], said: tuple[str, ...]) -> Finding:
    value = mean(np.array([c.ratio for c in bonded]))
    # the doubt about the edge is common to all necks
    edges = 0.5 * float(np.mean([c.high - c.low for c in bonded])) / math.sqrt(2)
    doubt = math.hypot(edges, quantile_normal() * _RATIO_DOUBT)
    low, high = (
        value.value - math.hypot(value.value - value.low, doubt),
        value.value + math.hypot(value.high - value.value, doubt),
    )
    return found.finding(
        "neck_ratio_mean",
        Estimate(value.value, max(low, 0.0), high),
        "1",
        f"{len(bonded)} bonded contacts",
        *said,
    )


def _sure(judged: list[Contact]) -> int:
    """Return how many contacts show a neck that no wedge beside a bare one makes."""
    return sum(c.low > _SURE for c in judged)


def _clear(judged: list[Contact]) -> bool:
    return _sure(judged) >= _CLEAR * len(judged)


def _fraction(found: Found, judged: list[Contact], said: tuple[str, ...]) -> Finding:
    told = [c for c in judged if c.state != "open"]
    unsure = len(judged) - len(told)
    if len(judged) < _FEWEST:
        why = f"not resolved: {len(judged)} contacts can be judged (needs {_FEWEST})"
        return found.finding("bonded_fraction", NOTHING, "1", why, *said)
    if not _clear(judged):
        sure = _sure(judged)
        least = max(_wilson(sure, len(judged))[0] - quantile_normal() * _FRACTION_DOUBT, 0.0)
        why = (
            f"not resolved: at least {least:.2g}; {sure} of {len(judged)} contacts show a neck above "
            f"{_SURE:g}, bare ones and narrow necks look alike"
        )
        return found.finding("bonded_fraction", Estimate(math.nan, least, 1.0), "1", why, *said)
    yes = sum(c.state == "bonded" for c in told)
    low, _ = _wilson(yes, len(judged))
    _, high = _wilson(yes + unsure, len(judged))
    share, more = yes / max(len(told), 1), quantile_normal() * _FRACTION_DOUBT
    low = max(share - math.hypot(share - low, more), 0.0)
    high = min(share + math.hypot(high - share, more), 1.0)
    note = f"bonded: neck at least {_BONDED:g} of the sphere diameter; {unsure} cannot be told"
    if len(told) <= unsure:
        why = f"not resolved: between {low:.2g} and {high:.2g}; half of the contacts or more cannot be told"
        return found.finding("bonded_fraction", Estimate(math.nan, low, high), "1", why, note, *said)
    return found.finding("bonded_fraction", Estimate(yes / len(told), low, high), "1", note, *said)


def _wilson(yes: int, of: int) -> tuple[float, float]:
    """Return the ends of Wilson's 90 % interval of a fraction."""
    z = 1.6449
    share = yes / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def _contact(
    smooth: Image, spheres: particles.Spheres, pair: tuple[int, int], least: float, blur: float
) -> Contact:
    a, b = (spheres.circles[k] for k in pair)
    apart = float(np.hypot(*(b - a)[:2]))
    along = (b - a)[:2] / apart
    across = np.array([-along[1], along[0]])
    to_plane = (apart**2 + a[2] ** 2 - b[2] ** 2) / (2 * apart)
    middle = a[:2] + to_plane * along
    radius = 0.5 * (a[2] + b[2])
    upright = apart > _UPRIGHT * (a[2] + b[2])
    sides = [_side(smooth, spheres, pair, middle, s * across, radius, least) for s in _SIDES]
    known = [s for s in sides if math.isfinite(s)]
    half = float(np.mean(known)) if known else math.nan
    error = 1.645 * _EDGE_ERROR / math.sqrt(max(len(known), 1))
    near = min(apart / (a[2] + b[2]), 1.0)
    ratio, low, high = (
        _true_ratio(min(max(h, 0.0), radius) / radius, blur / radius, near)
        for h in (half, half - error, half + error)
    )
    high = max(high, math.sqrt(1 - near**2))  # as wide as the circles overlap, it may be a neck or not
    return Contact(
        pair[0],
        pair[1],
        (float(middle[0]), float(middle[1])),
        (float(across[0]), float(across[1])),
        half,
        ratio,
        low,
        high,
        bool(upright),
    )


def _side(
    smooth: Image,
    spheres: particles.Spheres,
    pair: tuple[int, int],
    middle: Array,
    outwards: Array,
    radius: float,
    least: float,
) -> float:
    """Return how far the bodies reach from the middle of the contact on one side; NaN where hidden."""
    from scipy.ndimage import map_coordinates

    s = np.arange(0, 1.1 * radius, rays.STEP)
    points = middle[:, None] + outwards[:, None] * s
    if (points < 0).any() or (np.array(smooth.shape) - 1 < points.T).any():
        return math.nan
    profile = map_coordinates(smooth, points, order=1)
    fall = -spheres.polarity * np.gradient(profile, rays.STEP)
    best = int(fall.argmax())
    if fall[best] < least:
        return math.nan
    if best == 0:
        return 0.0
    place = s[best]
    if 0 < best < len(s) - 1:
        bend = fall[best - 1] - 2 * fall[best] + fall[best + 1]
        place += rays.STEP * 0.5 * (fall[best - 1] - fall[best + 1]) / bend if bend < 0 else 0.0
    # a third sphere near the edge that was found hides it
    others = np.delete(spheres.circles, list(pair), axis=0)
    edge = middle + outwards * (place + 2.0)
    if len(others) and (np.hypot(*(others[:, :2] - edge).T) < others[:, 2] + 1.0).any():
        return math.nan
    return float(place)


def _floor(found: Found) -> float:
    """Return the neck ratio that a bare contact seems to have."""
    radius = float(np.median(found.spheres.circles[:, 2])) if len(found.spheres.circles) else 1.0
    blur = math.hypot(found.spheres.edge_px, particles.SMOOTH)
    return float(_apparent(_rounded(blur / radius), 1.0)[0])


def _rounded(blur: float) -> float:
    """Return the blur over the radius in steps, so that few pairs have to be drawn."""
    return min(max(round(blur, 2), 0.01), 0.5)


def _true_ratio(seen: float, blur: float, near: float) -> float:
    """Return the neck ratio that looks like `seen` under a blur (both over the radius).

    `near` is the distance of the centres over the sum of the radii.
    """
    if not math.isfinite(seen):
        return math.nan
    table = np.array(_apparent(_rounded(blur), round(near, 2)))
    return float(np.interp(seen, np.maximum.accumulate(table), _MODEL, left=0.0, right=float(_MODEL[-1])))


@lru_cache(maxsize=256)
def _apparent(blur: float, near: float) -> tuple[float, ...]:
    """Return how wide necks look: half width over radius for each ratio of `_MODEL` under a blur."""
    from scipy.ndimage import gaussian_filter

    radius = _MODEL_RADIUS
    y, x = np.mgrid[-40:41, -40:41].astype(float)
    seen = []
    for ratio in _MODEL:
        centre = near * radius
        inside = radius - np.hypot(np.abs(x) - centre, y)
        neck = ratio * radius
        if neck**2 + centre**2 > radius**2:  # wider than the circles overlap
            # the fillet circle touches both: (neck + fillet)^2 + centre^2 = (radius + fillet)^2
            fillet = (neck**2 + centre**2 - radius**2) / (2 * (radius - neck))
            reach = centre * fillet / (radius + fillet)
            between = (np.abs(x) < reach) & (np.abs(y) < neck + fillet)
            filled = np.hypot(x, np.abs(y) - neck - fillet) - fillet
            inside = np.where(between, np.maximum(inside, filled), inside)
        drawn = gaussian_filter(np.clip(inside + 0.5, 0, 1), blur * radius)
        profile = drawn[40:, 40]
        fall = -np.gradient(profile)
        best = int(fall.argmax())
        shift = 0.0
        if 0 < best < len(fall) - 1:
            bend = fall[best - 1] - 2 * fall[best] + fall[best + 1]
            shift = 0.5 * (fall[best - 1] - fall[best + 1]) / bend if bend < 0 else 0.0
        seen.append((best + shift) / radius)
    return tuple(seen)
