"""Findings on size: count, mean, spread, form; bias of borders, of overlap and of the place of the edge."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from ...core.evidence import Finding
from ..sizing import statistics as st
from .found import NOTHING, Found
from .parameters import ESCAPE_CARBON, ESCAPE_OXIDE

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

ENOUGH = 200  # particles; below this the spread is poorly known
_ENOUGH_FOR_FORM = 30  # below this normal and log-normal cannot be told apart
_UNDECIDED = 2.0  # difference in AIC below which two models describe the data alike
SEEN_ENOUGH = 0.5  # of the outline, for a diameter to count
_SEEN_WELL = 0.75  # of the outline; the others are compared with these
_RIM = 0.3  # escape depths that the steepest edge of a sphere lies within its outline, both sides together
_EDGE_DOUBT = 0.3  # of the edge spread: where in a blurred edge the body ends, half width of a rectangle


def counted(found: Found) -> Mask:
    """Return which spheres enter the statistics of size: not cut by the border, half their outline seen."""
    spheres = found.spheres
    return np.asarray(spheres.whole & (spheres.seen >= SEEN_ENOUGH))


def diameters(found: Found) -> Array:
    """Return the diameters that are counted, in the unit of `found`."""
    return np.asarray(found.spheres.diameter[counted(found)] * found.length)


def findings(found: Found) -> list[Finding]:
    """Return count, mean, median, spread, form and ellipticity of the spheres of a picture.

    Parameters
    ----------
    found
        The picture.

    Returns
    -------
    list of Finding
        ``particle_count``, ``diameter_mean``, ``diameter_median``, ``diameter_sd``,
        ``diameter_geometric_sd``, ``lognormal_support``, ``aspect_mean``.

    Limits
    ------
    Spheres that are hidden for the larger part are not counted; whether they are of another size is not
    known.
    """
    spheres = found.spheres
    d = diameters(found)
    total = float(len(spheres.seen))
    notes = _count_notes(found, d.size)
    result = [found.finding("particle_count", st.Estimate(total, total, total), "1", *notes)]
    if spheres.bumps:
        why = (
            f"not resolved: spheres so rough that {spheres.bumps} bumps are as round as small spheres; of "
            "the spheres themselves only the smoothest show an outline, which is no fair choice"
        )
        return result + [found.finding(n, NOTHING, u, why) for n, u in _names(found.unit).items()]
    if not d.size:
        why = "not resolved: none found" if not total else "not resolved: no sphere is seen well enough"
        return result + [found.finding(n, NOTHING, u, why) for n, u in _names(found.unit).items()]
    border, overlap = _border(found, d), _overlap(found)
    doubt = _EDGE_DOUBT * 2 * spheres.edge_px * found.length / math.sqrt(3)
    said = [
        f"place of the edge: +-{doubt:.3g} {found.unit} (edge spread {spheres.edge_px * found.length:.3g})",
        f"border: large spheres are cut more often; corrected mean {border:+.3g} {found.unit}",
        overlap[1],
        *_scale_notes(found),
        *([f"N = {d.size} is below {ENOUGH}: the spread is poorly known"] if d.size < ENOUGH else []),
    ]
    mean, rim = st.mean(d), _rim(found)
    if rim:
        said.append(
            f"thin rims give few electrons: the body may be up to {rim:.2g} nm wider than its edges (escape "
            "depth not known); in the upper end"
        )
    shifted = st.Estimate(mean.value + border, mean.low + border, mean.high + border)
    rng = np.random.default_rng(found.chosen["seed"])
    wide = _widen(shifted, found, doubt, overlap[0])
    wide = st.Estimate(wide.value, wide.low, wide.high + rim)
    result.append(found.finding("diameter_mean", wide, found.unit, *said, interval="Student t"))
    result.append(
        found.finding("diameter_median", _widen(st.median(d), found, doubt, 0.0), found.unit, *said[2:])
    )
    result += _spread(found, d, rng)
    return result


def _names(unit: str) -> dict[str, str]:
    return {
        "diameter_mean": unit,
        "diameter_median": unit,
        "diameter_sd": unit,
        "diameter_geometric_sd": "1",
        "lognormal_support": "1",
        "aspect_mean": "1",
    }


def _count_notes(found: Found, counted_: int) -> list[str]:
    spheres = found.spheres
    cut = int((~spheres.whole).sum())
    poor = int((spheres.whole & (spheres.seen < SEEN_ENOUGH)).sum())
    notes = [f"{counted_} sized; {cut} cut by the border and {poor} seen for less than half counted only"]
    hidden = float(spheres.hidden.mean()) if len(spheres.hidden) else 0.0
    if hidden > 0.1:
        notes.append(
            f"{100 * hidden:.0f} % of the outlines lie behind or against other spheres: spheres hidden for "
            "the larger part are not found, the count is a lower bound"
        )
    saturated = float(found.measurement.settings.get("saturated") or 0.0)
    if 0.02 < saturated < 0.98:
        notes.append(f"{100 * saturated:.0f} % of the pixels are black or white to the end of the scale")
    return notes


def _scale_notes(found: Found) -> list[str]:
    if found.pixel_nm and found.scale_error is None:
        return ["uncertainty of the magnification not stated and not included"]
    return []


def _border(found: Found, d: Array) -> float:
    """Return what the mean gains by weighting with the chance to lie inside (Miles and Lantuejoul)."""
    rows, columns = (n * found.length for n in found.image.shape)
    inside = np.maximum(rows - d, found.length) * np.maximum(columns - d, found.length)
    weight = 1 / inside
    return float(np.average(d, weights=weight) - d.mean())


def _overlap(found: Found) -> tuple[float, str]:
    """Return the standard deviation that doubt about overlapped spheres adds to the mean, and a note."""
    spheres = found.spheres
    use = counted(found)
    well = use & (spheres.seen >= _SEEN_WELL)
    if well.sum() < 3 or well.sum() == use.sum():
        return (
            0.0,
            "overlap: all sized spheres are seen alike" if well.sum() else "overlap: no sphere is seen whole",
        )
    d = spheres.diameter * found.length
    gap = float(d[use].mean() - d[well].mean())
    return abs(gap) / 2, (
        f"overlap: the mean of all is {gap:+.3g} {found.unit} off that of the {int(well.sum())} seen for "
        "three quarters; half of it is in the interval"
    )


def _widen(value: st.Estimate, found: Found, *doubts: float) -> st.Estimate:
    """Widen an interval by doubts (standard deviations) and the uncertainty of the scale, in quadrature."""
    if not math.isfinite(value.low):
        return value
    z = st.quantile_normal()
    parts = [z * doubt for doubt in doubts] + [z * (found.scale_error or 0.0) * value.value]
    half = math.hypot(*parts)
    return st.Estimate(
        value.value,
        value.value - math.hypot(value.value - value.low, half),
        value.value + math.hypot(value.high - value.value, half),
    )


def _rim(found: Found) -> float:
    """Return by how much, nm, a diameter may exceed that of the edges in a picture of secondary electrons.

    Notes
    -----
    From the profile across the rim of a drawn sphere, at escape depths of silica-rich glass to carbon.
    """
    if found.measurement.technique != "sem" or not found.pixel_nm:
        return 0.0
    return _RIM * math.sqrt(ESCAPE_OXIDE.value * ESCAPE_CARBON.value)


def _spread(found: Found, d: Array, rng: np.random.Generator) -> list[Finding]:
    if d.size < 2:
        why = "not resolved: one particle has no spread"
        names = list(_names(found.unit).items())[2:5]
        return [found.finding(n, NOTHING, u, why) for n, u in names] + [_aspect(found)]
    resamples = found.chosen["resamples"]
    how = {"interval": "bootstrap", "resamples": resamples, "seed": found.chosen["seed"]}
    sd = _widen(st.bootstrap(d, st.sd, resamples, rng), found)
    logs = st.bootstrap(d, st.sd_of_logarithms, resamples, rng)
    geometric = st.Estimate(*(math.exp(min(x, 50.0)) for x in (logs.value, logs.low, logs.high)))
    return [
        found.finding("diameter_sd", sd, found.unit, "contains the error of sizing single particles", **how),
        found.finding(
            "diameter_geometric_sd",
            geometric,
            "1",
            f"log-normal median {math.exp(np.log(d).mean()):.4g}",
            **how,
        ),
        _form(found, d, rng, how),
        _aspect(found),
    ]


def _form(found: Found, d: Array, rng: np.random.Generator, how: dict[str, object]) -> Finding:
    what = "AIC(normal) - AIC(log-normal); positive: log-normal describes the diameters better"
    support = st.bootstrap(d, st.delta_aic, found.chosen["resamples"], rng, positive=False)
    if d.size < _ENOUGH_FOR_FORM or not math.isfinite(support.value):
        why = f"not resolved: needs {_ENOUGH_FOR_FORM} particles of different sizes"
        return found.finding("lognormal_support", NOTHING, "1", why, what, **how)
    undecided = abs(support.value) < _UNDECIDED or support.low < 0 < support.high
    verdict = "undecided between normal and log-normal"
    if not undecided:
        verdict = "log-normal preferred" if support.value > 0 else "normal preferred"
    return found.finding("lognormal_support", support, "1", verdict, what, **how)


def _aspect(found: Found) -> Finding:
    """Mean ratio of the axes of the ellipses; noise alone makes it larger than one."""
    axes = found.spheres.axes[counted(found)]
    ratio = axes[:, 0] / axes[:, 1]
    ratio = ratio[np.isfinite(ratio)]
    if ratio.size < 2:
        why = "not resolved: fewer than two spheres are seen for 60 % of their outline"
        return found.finding("aspect_mean", NOTHING, "1", why)
    return found.finding(
        "aspect_mean", st.mean(ratio), "1", "contains the noise of the outline; 1 is a circle"
    )
