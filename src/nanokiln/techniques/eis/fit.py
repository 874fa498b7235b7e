"""Fit of one circuit to a spectrum from no initial guess, with the cost of exchanged arcs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import kramers_kronig
from .circuit import Circuit
from .kramers_kronig import KramersKronig
from .solver import Minima, minimise

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]

STARTS = 24  # of one wave
WAVES = 4  # of starts at most, as long as the residual stays above the noise
FIRST_STEPS = 12  # of every start, after which the worst are dropped
KEPT = 6  # starts followed to the end
LAST_STEPS = 80  # of those; more than any needs from there
NOISE_LEVEL = 1.25  # cost over that of the Kramers-Kronig fit up to which a fit counts as down to the noise
SAME = 1e-3  # relative difference of costs up to which two waves have found the same minimum
CORRELATED = 0.3  # of neighbouring residuals, above which they count as fewer observations
MOST_CORRELATED = 0.95  # a fit with more has no information left worth a number
EXPONENT = (0.4, 1.0)  # of a CPE: below lies no interface anyone has published, above no passive element
BEYOND = 1e3  # factor by which resistances may exceed or fall below the span of the spectrum
TIMES_BEYOND = 30.0  # factor by which time constants may lie outside the measured frequencies


@dataclass(frozen=True)
class Spectrum:
    """A spectrum ready for fitting.

    Parameters
    ----------
    omega
        Angular frequencies (1/s).
    impedance
        Ohm.
    test
        Kramers-Kronig test of it: its fit gives weights without noise, its residual the noise.
    """

    omega: Array
    impedance: Complex
    test: KramersKronig

    @classmethod
    def of(cls, frequency: Array, impedance: Complex) -> Spectrum:
        """Test a spectrum and return it ready for fitting."""
        return cls(2 * np.pi * frequency, impedance, kramers_kronig.test(frequency, impedance))

    @property
    def observations(self) -> int:
        """Number of real and imaginary parts."""
        return 2 * self.omega.size

    def model(self, circuit: Circuit, vectors: Array) -> tuple[Array, Array]:
        """Return weighted residuals (k, 2 n) and their derivatives (k, 2 n, p)."""
        value, slope = circuit.evaluate(vectors, self.omega)
        weight = 1 / np.abs(self.test.fit)
        residual = (value - self.impedance) * weight
        slope = slope * weight[:, None]
        return (
            np.concatenate([residual.real, residual.imag], axis=1),
            np.concatenate([slope.real, slope.imag], axis=1),
        )


@dataclass(frozen=True)
class Fit:
    """A fitted circuit.

    Parameters
    ----------
    circuit, vector
        The circuit and its parameters as the fit handles them.
    cost
        Sum of squared relative residuals, real and imaginary.
    spectrum
        What was fitted.
    low, high
        Bounds of the parameters.
    starts
        Number of starts that were followed.
    other
        The best fit with the arcs in the other order of time constants; None where there is none.
    """

    circuit: Circuit
    vector: Array
    cost: float
    spectrum: Spectrum
    low: Array
    high: Array
    starts: int
    other: Fit | None = None

    @property
    def values(self) -> dict[str, float]:
        """Parameters by name; ``Q1``, ``Q2`` ... are CPE coefficients (or capacities) of the arcs."""
        values = self.circuit.unpack(self.vector)
        for i in range(1, len(self.circuit.arcs) + 1):
            values[f"Q{i}"] = values[f"tau{i}"] ** values.get(f"n{i}", 1.0) / values[f"R{i}"]
        return values

    @property
    def free(self) -> int:
        """Degrees of freedom: observations less parameters."""
        return max(self.spectrum.observations - self.vector.size, 1)

    @property
    def variance(self) -> float:
        """Variance of one relative residual, larger where neighbouring residuals go together.

        Residuals with a correlation r of neighbours carry the information of (1 - r) / (1 + r) as many.
        """
        r = min(kramers_kronig.neighbours(self.residual), MOST_CORRELATED)
        return self.cost / self.free * ((1 + r) / (1 - r) if r > CORRELATED else 1.0)

    @property
    def residual(self) -> Complex:
        """(fit - measured) / |Kramers-Kronig fit|, complex."""
        return np.asarray((self.impedance - self.spectrum.impedance) / np.abs(self.spectrum.test.fit))

    @property
    def size(self) -> float:
        """Relative residual: root mean square of |fit - measured| / |measured|, parameters counted."""
        return float(np.sqrt(2 * self.cost / self.free))

    @property
    def impedance(self) -> Complex:
        """Fitted impedance (ohm)."""
        return np.asarray(self.circuit.evaluate(self.vector[None], self.spectrum.omega)[0][0])


def bounds(circuit: Circuit, spectrum: Spectrum) -> tuple[Array, Array]:
    """Return lower and upper bounds of the parameters, wide enough never to matter for a sensible fit."""
    size = float(np.abs(spectrum.impedance).max())
    low, high = np.empty((2, len(circuit.names)))
    for index, name in enumerate(circuit.names):
        if name[0] == "n":
            low[index], high[index] = EXPONENT
        elif name.startswith("tau"):
            low[index] = np.log(1 / (spectrum.omega.max() * TIMES_BEYOND))
            high[index] = np.log(TIMES_BEYOND / spectrum.omega.min())
        else:
            scale = size
            if name.startswith("A"):
                scale = size * float(np.sqrt(spectrum.omega.min()))
            if name == "L":
                scale = size / float(spectrum.omega.max())
            low[index], high[index] = np.log(scale / BEYOND**2), np.log(scale * BEYOND)
    return low, high


def draw(circuit: Circuit, spectrum: Spectrum, count: int, rng: np.random.Generator) -> Array:
    """Return starting points drawn over all the spectrum can be made of, shape (count, p)."""
    real = spectrum.impedance.real
    first = float(max(real[np.argmax(spectrum.omega)], np.abs(spectrum.impedance).min() / BEYOND))
    span = float(max(np.ptp(real), np.ptp(spectrum.impedance.imag)))
    times = (np.log(1 / spectrum.omega.max()), np.log(1 / spectrum.omega.min()))
    arcs = np.sort(rng.uniform(*times, size=(count, len(circuit.arcs))), axis=1)
    starts = np.empty((count, len(circuit.names)))
    for index, name in enumerate(circuit.names):
        if name == "R0":
            column = np.log(first * rng.uniform(0.3, 1.0, count))
        elif name[0] == "n":
            column = rng.uniform(0.6, 1.0, count)
        elif name.startswith("tauw"):
            column = rng.uniform(*times, size=count)
        elif name.startswith("tau"):
            column = arcs[:, int(name[-1]) - 1]
        elif name.startswith("A"):
            column = np.log(span * np.sqrt(spectrum.omega.min())) + rng.uniform(np.log(0.01), 0.0, count)
        elif name == "L":
            column = np.log(first / spectrum.omega.max()) + rng.uniform(np.log(0.01), 0.0, count)
        else:
            column = np.log(span) + rng.uniform(np.log(0.03), 0.0, count)
        starts[:, index] = column
    return starts


def fit(circuit: Circuit, spectrum: Spectrum, seed: int, guesses: Sequence[dict[str, float]] = ()) -> Fit:
    """Fit a circuit.

    Parameters
    ----------
    circuit
        The circuit.
    spectrum
        The spectrum.
    seed
        Seed of the starting points.
    guesses
        Further starting points, parameters by name; none is needed.

    Returns
    -------
    Fit
        The best of all minima found. Where two arcs differ (one has a Warburg impedance) it is the best with
        the first arc as the faster one, even if `Fit.other`, with the arcs exchanged, fits a little better.

    Limits
    ------
    No finite number of starts proves that a minimum is the lowest. Starts go on until the residual is down to
    the noise, at most for four waves.
    """
    rng = np.random.default_rng(seed)
    low, high = bounds(circuit, spectrum)

    def model(vectors: Array) -> tuple[Array, Array]:
        return spectrum.model(circuit, vectors)

    given = [circuit.pack(guess) for guess in guesses]
    goal = NOISE_LEVEL * spectrum.test.noise**2 * max(spectrum.observations - low.size, 1)
    minima, tried = Minima(np.empty((0, low.size)), np.empty(0)), 0
    for _ in range(WAVES):
        starts = np.array([*given, *draw(circuit, spectrum, STARTS, rng)])
        given, tried = [], tried + len(starts)
        coarse = minimise(model, starts, low, high, FIRST_STEPS)
        chosen = np.argsort(coarse.costs, kind="stable")[:KEPT]
        fine = minimise(model, coarse.vectors[chosen], low, high, LAST_STEPS)
        minima = Minima(
            np.concatenate([minima.vectors, fine.vectors]), np.concatenate([minima.costs, fine.costs])
        )
        again = fine.costs.min() < (1 + SAME) * minima.costs.min() and tried > len(starts)
        if again or minima.costs.min() < goal:
            break
    if len(circuit.arcs) == 2 and circuit.arcs[0] != circuit.arcs[1]:
        best = minima.vectors[[int(np.argmin(minima.costs))]]
        more = minimise(model, exchanged(circuit, best), low, high, LAST_STEPS)
        minima = Minima(
            np.concatenate([minima.vectors, more.vectors]), np.concatenate([minima.costs, more.costs])
        )
    return _best(circuit, minima, spectrum, low, high, tried)


def _best(circuit: Circuit, minima: Minima, spectrum: Spectrum, low: Array, high: Array, tried: int) -> Fit:
    """Return the lowest minimum with the first arc faster, and with it the lowest of the other order."""
    vectors, costs = minima.vectors, minima.costs

    def lowest(which: NDArray[np.bool_], other: Fit | None = None) -> Fit | None:
        if not which.any():
            return None
        index = int(np.argmin(np.where(which, costs, np.inf)))
        return Fit(circuit, vectors[index], float(costs[index]), spectrum, low, high, tried, other)

    everything = np.ones(costs.size, dtype=bool)
    if len(circuit.arcs) != 2:
        found = lowest(everything)
    elif circuit.arcs[0] == circuit.arcs[1]:
        vectors = np.array([in_order(circuit, vector) for vector in vectors])
        found = lowest(everything)
    else:
        turned = _slow_first(circuit, vectors)
        found = lowest(~turned, lowest(turned)) or lowest(turned)
    assert found is not None
    return found


def _slow_first(circuit: Circuit, vectors: Array) -> NDArray[np.bool_]:
    """Whether the first arc has the larger time constant, per parameter vector."""
    return np.asarray(vectors[..., circuit.where["tau1"]] > vectors[..., circuit.where["tau2"]])


def in_order(circuit: Circuit, vector: Array) -> Array:
    """Return the vector with arcs of one kind sorted by time constant (a mere matter of naming)."""
    if circuit.arcs[0] != circuit.arcs[1] or not _slow_first(circuit, vector):
        return vector
    size = len(circuit.arcs[0].names)
    return np.concatenate(
        [vector[:1], vector[1 + size : 1 + 2 * size], vector[1 : 1 + size], vector[1 + 2 * size :]]
    )


def exchanged(circuit: Circuit, vectors: Array) -> Array:
    """Return the vectors with resistance, time constant and exponent of the two arcs exchanged."""
    other = vectors.copy()
    for name in ("R", "tau", "n"):
        first, second = circuit.where.get(f"{name}1"), circuit.where.get(f"{name}2")
        if first is not None and second is not None:
            other[..., [first, second]] = vectors[..., [second, first]]
    return other
