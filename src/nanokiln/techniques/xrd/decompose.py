"""A pattern taken apart: noise, peaks, background and halos."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .broad import BACKGROUNDS, Broad, Halo, fit_broad, halos
from .detect import Candidate, Scan, candidates
from .peaks import Peak, fit_peaks, model
from .radiation import Radiation

Array = NDArray[np.float64]

_CORE = 2.0  # full widths on each side of a peak left out of the fit of what is broad
_PASSES = 2  # of broad part and peaks in turn: tails of the peaks are taken off the second time
_LEAST_AREA = 3.0  # area of a peak over its standard deviation
_WIDER_THAN_USUAL = 4.0  # width over that of the stronger peaks up to which a maximum is a peak
_WIDTH_KNOWN = 0.6  # largest relative standard deviation of a width; a bump without one is no peak


@dataclass(frozen=True)
class Parts:
    """A pattern taken apart.

    Parameters
    ----------
    scan
        Angles, intensities, variances.
    rays
        X-rays of the fit.
    peaks
        From low angle to high.
    fitted
        Fits of the broad part with different backgrounds.
    chosen
        The background that fits best.
    free
        Which points lie between the peaks.
    """

    scan: Scan
    rays: Radiation
    peaks: tuple[Peak, ...]
    fitted: dict[str, Broad]
    chosen: str
    free: NDArray[np.bool_]

    @property
    def broad(self) -> Broad:
        """The fit of the broad part that is used."""
        return self.fitted[self.chosen]

    def without_peaks(self) -> Array:
        """Return the intensities less the peaks."""
        return self.scan.y - model(self.scan.x, self.peaks, self.rays)

    def halos(self, seed: int) -> list[Halo]:
        """Return the halos, largest first; see `broad.halos`."""
        x, v = self.scan.x[self.free], self.scan.variance[self.free]
        return halos(x, self.without_peaks()[self.free], v, self.fitted, self.chosen, seed)


def decompose(scan: Scan, rays: Radiation, significance: float, widest: float, auto: bool) -> Parts:
    """Take a pattern apart.

    Parameters
    ----------
    scan
        The pattern.
    rays
        X-rays.
    significance, widest
        What a peak must stand out by, and how wide (degrees) it may be.
    auto
        Whether a single line may replace the doublet where it fits the strongest peaks better.

    Raises
    ------
    DataError
        If too little of the pattern is free of peaks.
    """
    parts = _decompose(scan, rays, significance, widest)
    if auto and rays.ratio > 0 and parts.peaks and _single_is_better(parts):
        parts = _decompose(scan, rays.single(), significance, widest)
    return parts


def _decompose(scan: Scan, rays: Radiation, significance: float, widest: float) -> Parts:
    found = _alike(candidates(scan, rays, significance, widest))
    free = _between(scan, found, rays)
    peaks: list[Peak] = []
    name = next(iter(BACKGROUNDS))
    broad: Broad | None = None
    for _ in range(_PASSES):
        rest = scan.y - model(scan.x, peaks, rays)
        broad = fit_broad(scan.x[free], rest[free], scan.variance[free], BACKGROUNDS[name], broad)
        peaks = _real(fit_peaks(scan, found, broad(scan.x), rays), widest)
        if not found:
            break
    rest = scan.y - model(scan.x, peaks, rays)
    x, y, v = scan.x[free], rest[free], scan.variance[free]
    fitted = {
        key: fit_broad(x, y, v, terms, None if key == name else broad) for key, terms in BACKGROUNDS.items()
    }
    quality = {key: float((((y - f(x)) ** 2) / v).sum()) for key, f in fitted.items()}
    return Parts(scan, rays, tuple(peaks), fitted, min(quality, key=lambda k: quality[k]), free)


def _alike(found: list[Candidate]) -> list[Candidate]:
    """Leave out maxima far wider than the stronger half of the peaks: parts of halos."""
    if not found:
        return found
    strong = sorted(found, key=lambda c: -c.response)[: (len(found) + 1) // 2]
    usual = float(np.median([c.width for c in strong]))
    return [c for c in found if c.width <= _WIDER_THAN_USUAL * usual]


def _real(peaks: list[Peak], widest: float) -> list[Peak]:
    return [
        p for p in peaks
        if p.area > _LEAST_AREA * p.area_sd > 0 and p.width <= widest and p.width_sd < _WIDTH_KNOWN * p.width
    ]  # fmt: skip


def _between(scan: Scan, found: list[Candidate], rays: Radiation) -> NDArray[np.bool_]:
    free = np.ones(scan.x.size, dtype=bool)
    for one in found:
        second = float(rays.second(one.position)) if rays.ratio else one.position
        free &= (scan.x < one.position - _CORE * one.width) | (scan.x > second + _CORE * one.width)
    return free


_STRONGEST = 3  # peaks that decide whether the beam holds one line or two
_CLEARLY = 0.7  # misfit of the single line over that of the doublet below which it is believed


def _single_is_better(parts: Parts) -> bool:
    """Compare fits of the strongest peaks, each by itself, with one line and with two."""
    scan, rays = parts.scan, parts.rays
    strongest = sorted(parts.peaks, key=lambda p: -p.area / max(p.area_sd, 1e-300))[:_STRONGEST]
    apart = [p for p in strongest if p.correlation < 0.3]
    if not apart:
        return False
    misfit = []
    for trial in (rays, replace(rays, ratio=0.0)):
        total = 0.0
        for peak in apart:
            near = [Candidate(peak.position, peak.width, 1.0)]
            for one in fit_peaks(scan, near, parts.broad(scan.x), trial):
                total += one.chi_square
        misfit.append(total)
    return 0 < misfit[1] < _CLEARLY * misfit[0]
