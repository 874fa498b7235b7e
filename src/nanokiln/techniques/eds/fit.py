"""Families of lines and a background, fitted to a spectrum with the width law of the detector.

Heights enter linearly and are solved for with the variance of the model (the equations of Poisson maximum
likelihood); offset, gain and resolution are found around that.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.errors import DataError
from ...core.parameters import Values
from . import parameters as p
from .atomic import LIGHT, family, main_energy
from .detector import Width, efficiency, line_shape, width_law

Array = NDArray[np.float64]

LOWEST_EV = 130.0  # below are detector noise and L lines of the light elements
_BEYOND_EV = 500.0  # of background above the highest line
_TERMS, _EV_PER_TERM, _MOST_TERMS = 3, 2500.0, 8  # of the background, more for a longer range
_SWEEPS = 4  # of the weights; three change areas by less than a tenth of their error
_OFFSET_SD, _GAIN_SD, _NOISE_SD = 15.0, 0.004, 8.0  # eV, 1, eV: how far calibrations are usually off
_CALIBRATE_FROM = 1000.0  # counts in lines below which the file's calibration is kept
_FEWEST = 20  # channels in the range of the fit
_NEAR = 0.02  # lines closer than this to the strongest count with it (K-alpha 1 and 2)
_HIGHEST_K = 20000.0  # eV: silicon detectors see little above


@dataclass(frozen=True)
class Calibration:
    """Offset (eV) and gain error (1) of the energy axis, and the width law that describes the lines."""

    offset: float
    gain: float
    width: Width

    def edges(self, edges: Array) -> Array:
        """Return true energies of channel edges given by the file."""
        return edges * (1 + self.gain) + self.offset


@dataclass(frozen=True)
class SpectrumFit:
    """A fitted spectrum.

    Parameters
    ----------
    elements, shells
        What was fitted, with the family of each.
    energy, counts, model, background
        Over the channels of the range.
    amounts, covariance
        Counts of each family and their covariance (counting noise only).
    calibration
        Of the energy axis and width.
    calibrated
        Whether it was found from the spectrum.
    reduced_chi_square
        Of counts against model.
    rows
        Shapes of families and background terms, for fitting single places.
    inside
        Channels of the range in the whole spectrum.
    """

    elements: tuple[str, ...]
    shells: tuple[str, ...]
    energy: Array
    counts: Array
    model: Array
    background: Array
    amounts: Array
    covariance: Array
    calibration: Calibration
    calibrated: bool
    reduced_chi_square: float
    rows: Array
    inside: NDArray[np.bool_]


def shell_of(element: str, highest: float, lines: Mapping[str, str]) -> str:
    """Return the family used for an element: the choice, else K where the spectrum reaches it, else L."""
    if element in lines:
        return str(lines[element])
    return "K" if main_energy(element) < min(highest, _HIGHEST_K) else "L"


def alpha_share(element: str, shell: str) -> float:
    """Return the share of a family in its main line (K-alpha, L-alpha)."""
    lines = family(element, shell)
    return sum(line.share for line in lines if abs(line.energy / lines[0].energy - 1) < _NEAR)


def fit_spectrum(
    energy: Array, counts: Array, elements: Sequence[str], choices: Mapping[str, Any], values: Values
) -> SpectrumFit:
    """Fit families of lines over a background.

    Parameters
    ----------
    energy, counts
        Centres of the channels (eV) and counts.
    elements
        Symbols.
    choices
        ``range_eV``, ``lines`` (element to family), ``resolution_eV``, ``window``, ``calibrate``,
        ``beam_energy_keV``.
    values
        Parameter values.

    Raises
    ------
    DataError
        If the range holds too few channels, or none of the lines.

    Limits
    ------
    Gaussian lines: shelf and tail of incomplete charge collection go into the background; sum and escape
    peaks are not described. Fixed ratios within a family.
    """
    low, high = _range(energy, elements, choices)
    inside = (energy >= low) & (energy <= high)
    if inside.sum() < _FEWEST:
        raise DataError(
            f"the spectrum has {int(inside.sum())} channels between {low:.0f} and {high:.0f} eV; a fit needs "
            f"{_FEWEST}. Give another range_eV or other elements."
        )
    shells = tuple(shell_of(e, high, choices["lines"]) for e in elements)
    named = [(e, s) for e, s in zip(elements, shells, strict=True) if low < main_energy(e, s) < high]
    if not named:
        raise DataError(
            f"none of the lines of {', '.join(elements)} lies between {low:.0f} and {high:.0f} eV."
        )
    step = float(np.median(np.diff(energy)))
    edges = np.append(energy[inside] - step / 2, energy[inside][-1] + step / 2)
    problem = _Problem(edges, counts[inside].astype(float), named, choices, values)
    calibration, calibrated = problem.calibrate()
    rows = problem.rows(calibration)
    amounts, covariance, model = solve(rows, problem.counts)
    free = max(1, inside.sum() - rows.shape[0])
    chi = float(((problem.counts - model) ** 2 / np.maximum(model, 1.0)).sum() / free)
    lines = len(named)
    return SpectrumFit(
        tuple(e for e, _ in named), tuple(s for _, s in named), energy[inside], problem.counts, model,
        amounts[lines:] @ rows[lines:], amounts[:lines], covariance[:lines, :lines], calibration, calibrated,
        chi, rows, inside,
    )  # fmt: skip


def _range(energy: Array, elements: Sequence[str], choices: Mapping[str, Any]) -> tuple[float, float]:
    if choices.get("range_eV"):
        low, high = (float(v) for v in choices["range_eV"])
        return low, high
    beam = float(choices.get("beam_energy_keV") or math.inf) * 1e3
    top = min(float(energy[-1]), beam)
    reached = [main_energy(e, shell_of(e, top, choices["lines"])) for e in elements]
    reached = [e for e in reached if e < top] or [top]
    start = LOWEST_EV if any(e in LIGHT for e in elements) else min(reached) / 2
    return max(start, float(energy[0])), min(top, max(reached) * (1 + 0.1) + _BEYOND_EV)


def solve(rows: Array, counts: Array) -> tuple[Array, Array, Array]:
    """Return heights, covariance and model of counts as a sum of rows, weighted by the model's variance.

    Parameters
    ----------
    rows
        Shapes, (term, channel).
    counts
        Counts, (channel).
    """
    model = np.maximum(np.convolve(counts, np.ones(5) / 5, mode="same"), 1.0)
    for _ in range(_SWEEPS):
        weight = 1 / np.maximum(model, _least(model))
        normal = (rows * weight) @ rows.T
        inverse = np.linalg.pinv(normal, hermitian=True)
        heights = inverse @ (rows @ (weight * counts))
        model = heights @ rows
    return heights, np.asarray(inverse, dtype=float), model


def _least(model: Array) -> float:
    """Return the smallest variance a channel may have: empty ones must not rule the fit."""
    return max(0.05, 1e-3 * float(np.max(model)) ** 0.5)


@dataclass
class _Problem:
    """One spectrum with what is looked for."""

    edges: Array
    counts: Array
    named: Sequence[tuple[str, str]]
    choices: Mapping[str, Any]
    values: Values

    def __post_init__(self) -> None:
        self.centres = (self.edges[:-1] + self.edges[1:]) / 2
        self.seen = efficiency(self.centres, self.choices["window"], self.values)
        self.lines = [family(e, s) for e, s in self.named]

    def rows(self, calibration: Calibration) -> Array:
        """Return the shapes of families (sum 1 over all energies) and of the background."""
        edges = calibration.edges(self.edges)
        shapes = []
        for lines in self.lines:
            energies = np.array([line.energy for line in lines])
            parts = efficiency(energies, self.choices["window"], self.values)
            parts = parts * np.array([line.share for line in lines])
            parts = parts / parts.sum()
            shapes.append(
                sum(
                    q * line_shape(edges, float(e), calibration.width)
                    for q, e in zip(parts, energies, strict=True)
                )
            )
        return np.concatenate([np.array(shapes), self._background()])

    def _background(self) -> Array:
        span = float(self.centres[-1] - self.centres[0])
        terms = min(_MOST_TERMS, _TERMS + int(span / _EV_PER_TERM))
        x = 2 * (np.log(self.centres / self.centres[0]) / np.log(self.centres[-1] / self.centres[0])) - 1
        law = self.seen / self.centres
        law = law / law.max()
        return np.array([law * np.polynomial.Chebyshev.basis(n)(x) for n in range(terms)])

    def calibrate(self) -> tuple[Calibration, bool]:
        """Return the calibration of the file, or the one that fits best near it."""
        start = width_law(float(self.choices["resolution_eV"] or self.values[p.RESOLUTION]), self.values)
        given = Calibration(0.0, 0.0, start)
        heights, _, _ = solve(self.rows(given), self.counts)
        if not self.choices["calibrate"] or heights[: len(self.named)].sum() < _CALIBRATE_FROM:
            return given, False
        from scipy.optimize import least_squares

        def made(x: Array) -> Calibration:
            width = Width(float(start.noise + x[2] * _NOISE_SD), start.slope)
            return Calibration(float(x[0] * _OFFSET_SD), float(x[1] * _GAIN_SD), width)

        weight = 1 / np.sqrt(np.maximum(np.convolve(self.counts, np.ones(5) / 5, mode="same"), 1.0))

        def residual(x: Array) -> Array:
            _, _, model = solve(self.rows(made(x)), self.counts)
            return np.concatenate([(self.counts - model) * weight, x])

        least = -start.noise / _NOISE_SD
        found = least_squares(residual, np.zeros(3), bounds=([-3, -3, least], [3, 3, 5]), diff_step=1e-3)
        return made(found.x), True


def fit_places(fit: SpectrumFit, counts: Array) -> tuple[Array, Array]:
    """Fit single places with the shapes found for their sum.

    Parameters
    ----------
    fit
        Fit of the sum.
    counts
        Counts of the places over all channels, shape (place, channel).

    Returns
    -------
    ndarray, ndarray
        Amounts (place, element) and their covariance (place, element, element).
    """
    lines = len(fit.elements)
    amounts, errors = [], []
    for spectrum in counts[:, fit.inside].astype(float):
        heights, covariance, _ = solve(fit.rows, spectrum)
        amounts.append(heights[:lines])
        errors.append(covariance[:lines, :lines])
    return np.array(amounts), np.array(errors)


def net_maps(fit: SpectrumFit, counts: NDArray[Any]) -> Array:
    """Return maps of the net counts of every family, shape (element, y, x).

    Parameters
    ----------
    fit
        Fit of the sum of the map.
    counts
        Cube (y, x, channel).

    Limits: one set of weights for all pixels, that of the sum: unbiased, not the least noise in each.
    """
    weight = 1 / np.maximum(fit.model, _least(fit.model))
    inverse = np.linalg.pinv((fit.rows * weight) @ fit.rows.T, hermitian=True)
    estimator = (inverse @ (fit.rows * weight))[: len(fit.elements)]
    flat = counts[..., fit.inside].astype(np.float32) @ estimator.T.astype(np.float32)
    return np.moveaxis(flat, -1, 0).astype(float)
