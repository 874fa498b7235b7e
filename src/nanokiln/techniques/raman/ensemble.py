"""All usual ways to take D and G apart in one spectrum, and which of them describe it well enough."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from ...core.parameters import Values
from . import parameters as par
from .bands import Array, Band, Model
from .baseline import FREE, METHODS, automatic
from .fit import Fit, fit

WINDOW = (900.0, 1850.0)  # 1/cm: D and G with their feet, between silica's bands and the overtones
MARGIN = 250.0  # 1/cm beyond the window that automatic base lines see
NEAR = 30.0  # 1/cm that a band must lie within the data to be fitted
EV_NM = 1239.84198  # photon energy in eV times wavelength in nm, exact in SI
DEGREES = (1, 2, 3)  # of the polynomial fitted with the bands: fluorescence bends within the window
PEAKS = (2, 3, 4)  # numbers of bands that are usual
WITH_BANDS = "with the bands"  # name of a base line that is fitted with them
NEARLY_LORENTZ = 0.9  # share a pseudo-Voigt fit starts with, from the Lorentzian one
MOST = 5000  # points that are fitted; neighbours of a finer spectrum are averaged
FEWEST = 60  # points of a window: fourteen parameters and their errors


@dataclass(frozen=True)
class Try:
    """One way to take a spectrum apart.

    Parameters
    ----------
    fit
        Result.
    baseline
        Name of a base line taken off before, or ``with the bands``.
    base
        What was taken off, on the points of the fit.
    criterion
        Information criterion (AICc) less that of the best way.
    """

    fit: Fit
    baseline: str
    base: Array
    criterion: float

    @property
    def peaks(self) -> int:
        """Number of bands."""
        return len(self.fit.model.bands)

    @property
    def words(self) -> str:
        """The way in words."""
        return f"{self.fit.model.words}; base line {self.baseline}"


@dataclass(frozen=True)
class Ensemble:
    """All ways, the best first."""

    tries: tuple[Try, ...]
    limit: float

    @property
    def best(self) -> Try:
        """The one with the lowest information criterion."""
        return self.tries[0]

    @property
    def admissible(self) -> tuple[Try, ...]:
        """Those that describe the spectrum as well as the best."""
        return tuple(t for t in self.tries if t.criterion <= self.limit)


def bands_for(laser_nm: float | None, values: Values) -> dict[str, Band]:
    """Return places and bounds of the four bands; D and D4 move with the light."""
    moved = 0.0
    spare = 15.0 if laser_nm is None else 0.0  # 1/cm: the light is not known
    if laser_nm is not None:
        moved = values[par.D_DISPERSION] * EV_NM * (1 / laser_nm - 1 / values[par.LAW_LIGHT])
    d, d4 = values[par.D_POSITION] + moved, values[par.D4_POSITION] + moved
    g, d3 = values[par.G_POSITION], values[par.D3_POSITION]
    return {
        "D": Band("D", d, d - 40 - spare, d + 40 + spare, values[par.D_WIDTH], 15.0, 400.0),
        "G": Band("G", g, g - 35, g + 35, values[par.G_WIDTH], 8.0, 160.0),
        "D3": Band("D3", d3, 1460.0, 1550.0, values[par.D3_WIDTH], 50.0, 250.0, True),
        "D4": Band("D4", d4, d4 - 70 - spare, d4 + 70 + spare, values[par.D4_WIDTH], 50.0, 300.0, True),
    }


def ensemble(
    x: Array,
    y: Array,
    values: Values,
    *,
    window: tuple[float, float] = WINDOW,
    laser_nm: float | None = None,
    peaks: int | None = None,
    baseline: str | None = None,
) -> Ensemble | None:
    """Fit all usual models over all usual base lines.

    Parameters
    ----------
    x, y
        Shift in 1/cm and intensity, rising.
    values
        Parameter values.
    window
        Shifts between which is fitted.
    laser_nm
        Wavelength of the light, None if not known.
    peaks
        Only this number of bands.
    baseline
        Only this base line: ``with the bands`` or one of `baseline.METHODS`.

    Returns
    -------
    Ensemble or None
        None where no fit converges, or the window has too few points.
    """
    x, y = _averaged(x, y, window[0] - MARGIN, window[1] + MARGIN)
    inside = (x >= window[0]) & (x <= window[1])
    if inside.sum() < FEWEST:
        return None
    u, v = x[inside], y[inside]
    found = []
    models = _models(u, bands_for(laser_nm, values), peaks)
    if baseline in (None, WITH_BANDS):
        found += [(r, WITH_BANDS, np.zeros_like(u), 0) for r in _with_bands(u, v, models)]
    if baseline != WITH_BANDS:
        lean = [m for m in models if m.degree == 1 and not m.mixed]
        found += _over_base_lines(x, y, inside, lean, [baseline] if baseline else list(METHODS))
    return _ranked(found, values[par.ADMISSIBLE])


def _averaged(x: Array, y: Array, first: float, last: float) -> tuple[Array, Array]:
    """Return the points between two shifts, neighbours averaged where there are more than can be fitted."""
    there = (x >= first) & (x <= last)
    x, y = x[there], y[there]
    together = -(-x.size // MOST)
    if together <= 1:
        return x, y
    whole = x.size // together * together
    u, v = (z[:whole].reshape(-1, together).mean(axis=1) for z in (x, y))
    return u, v


def _with_bands(x: Array, y: Array, models: list[Model]) -> list[Fit]:
    """Fit base line and bands together; the mixed shape also starts from the Lorentzian result."""
    found: list[Fit] = []
    before: Fit | None = None
    for model in models:
        starts: list[Array | None] = [None]
        if model.mixed and before is not None:
            starts.append(np.append(before.p, NEARLY_LORENTZ))
        results = [r for s in starts if (r := fit(x, y, model, s)) is not None]
        before = min(results, key=lambda r: r.misfit, default=None)
        found += [before] if before is not None else []
    return found


def _models(x: Array, known: dict[str, Band], peaks: int | None) -> list[Model]:
    there = [b for b in known.values() if x[0] + NEAR < b.start < x[-1] - NEAR]
    sets = {tuple(there[:n]) for n in ([peaks] if peaks else PEAKS)}
    sets = {bands for bands in sets if {"D", "G"} <= {b.name for b in bands}}
    ordered = sorted(sets, key=len)
    return [Model(bands, degree, mixed) for bands, degree, mixed in product(ordered, DEGREES, (False, True))]


def _over_base_lines(
    x: Array, y: Array, inside: NDArray[np.bool_], models: list[Model], names: list[str]
) -> list[tuple[Fit, str, Array, int]]:
    """Fit the models, without a slope, to the spectrum less each base line."""
    found = []
    for name in names:
        base = automatic(x, y, name)[inside]
        for model in models:
            flat = Model(model.bands, 0, model.mixed)
            result = fit(x[inside], y[inside] - base, flat)
            if result is not None:
                found.append((result, name, base, FREE))
    return found


def penalty(size: int, points: float) -> float:
    """Return what the information criterion of Akaike, corrected for few points, adds for free parameters."""
    return 2 * size * points / max(points - size - 1, 1.0)


def _ranked(found: list[tuple[Fit, str, Array, int]], limit: float) -> Ensemble | None:
    if not found:
        return None
    best = min((f for f, *_ in found), key=lambda f: f.misfit / f.kept.sum())
    n = best.independent  # the same number for all: that of the residuals with least misfit in them
    scores = [
        n * np.log(f.misfit / f.kept.sum()) + penalty(f.model.size + more, n) for f, _, _, more in found
    ]
    least = min(scores)
    tries = [
        Try(f, name, base, float(s - least)) for (f, name, base, _), s in zip(found, scores, strict=True)
    ]
    return Ensemble(tuple(sorted(tries, key=lambda t: t.criterion)), limit)
