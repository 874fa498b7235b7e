"""Which circuit: a small family, weighed by an information criterion that knows the instrument's accuracy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .circuit import ARTICLE, Circuit
from .fit import Fit, Spectrum, fit

FAMILY = ("R-RC", "R-RQ", "R-Q(RW)", "R-RQ-RQ", ARTICLE)
ACCURACY = 0.003  # relative; the better region of published accuracy contours of potentiostats
AS_GOOD = 2.0  # difference of the criterion up to which two circuits describe a spectrum equally well


@dataclass(frozen=True)
class Rated:
    """A fit with its Bayesian information criterion."""

    fit: Fit
    bic: float


def criterion(fitted: Fit, accuracy: float) -> float:
    """Return the Bayesian information criterion for residuals of known size.

    Parameters
    ----------
    fitted
        The fit.
    accuracy
        Relative accuracy of the instrument. What a simpler circuit leaves below it, or below the noise of the
        Kramers-Kronig test, is no evidence for another element.
    """
    variance = max(fitted.spectrum.test.noise, accuracy / np.sqrt(2)) ** 2
    return float(fitted.cost / variance + fitted.vector.size * np.log(fitted.spectrum.observations))


def rate(spectrum: Spectrum, circuits: Sequence[str], seed: int, accuracy: float) -> list[Rated]:
    """Fit circuits and return them, the best first.

    Parameters
    ----------
    spectrum
        The spectrum.
    circuits
        Circuits in words, see `circuit`.
    seed
        Seed of the starting points.
    accuracy
        See `criterion`.
    """
    rated = []
    for text in circuits:
        circuit = Circuit.parse(text)
        if len(circuit.names) < spectrum.observations:
            fitted = fit(circuit, spectrum, seed)
            rated.append(Rated(fitted, criterion(fitted, accuracy)))
    return sorted(rated, key=lambda r: r.bic)


def family_for(spectrum: Spectrum) -> tuple[str, ...]:
    """Return the family, with an inductor where the spectrum has an inductive part at its high end."""
    top = spectrum.impedance[np.argmax(spectrum.omega)]
    return tuple(f"L-{name}" for name in FAMILY) if top.imag > 0 else FAMILY
