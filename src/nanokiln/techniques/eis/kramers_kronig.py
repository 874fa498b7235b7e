"""Linear Kramers-Kronig test: whether a causal, linear, stable system can have made a spectrum.

A series of RC elements with time constants evenly spread in the logarithm, a resistance, an inductor and a
capacitor obeys the Kramers-Kronig relations whatever its values, and is linear in them, so it is fitted
in one step (Boukamp, J. Electrochem. Soc. 142 (1995) 1885; Schoenleber, Klotz & Ivers-Tiffee,
Electrochim. Acta 131 (2014) 20). The number of elements is where generalised cross-validation is least, not
where the values first change sign: that rule stops far too early on spectra of one clean arc.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.errors import DataError

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]

FEWEST_ELEMENTS = 2  # RC elements tried at least
STRIDE = 3  # of the number of elements tried; the criterion is flat at its minimum
PER_DECADE = 7  # RC elements per decade tried at most: closer ones cannot be told apart
MARGIN = 10.0  # time constants reach this factor beyond the frequencies: arcs may be cut at an end
SPARE = 4  # observations per parameter kept free at least, so that noise cannot be fitted
FEWEST_POINTS = 5  # frequencies below which nothing can be tested
VALID = 0.01  # relative residual up to which a spectrum passes
NOISIEST = 0.10  # relative residual above which a spectrum is mostly noise, whatever its structure
STRUCTURED = 0.5  # correlation of neighbouring residuals above which they are not noise


@dataclass(frozen=True)
class KramersKronig:
    """Result of the test.

    Parameters
    ----------
    fit
        Impedance of the best causal series of elements (ohm).
    residual
        (measured - fit) / |fit|, complex.
    elements
        Number of RC elements.
    free
        Degrees of freedom left: real and imaginary parts less parameters.
    """

    fit: Complex
    residual: Complex
    elements: int
    free: int

    @property
    def noise(self) -> float:
        """Relative standard deviation of one component (real or imaginary), parameters counted."""
        return float(np.sqrt((np.abs(self.residual) ** 2).sum() / self.free))

    @property
    def size(self) -> float:
        """Relative residual: root mean square of |measured - fit| / |fit|, parameters counted."""
        return self.noise * float(np.sqrt(2))

    @property
    def structure(self) -> float:
        """Correlation of the residuals of neighbouring frequencies; about 0 for noise."""
        return neighbours(self.residual)

    @property
    def valid(self) -> bool:
        """Whether the spectrum passes: residuals below 1 %, or up to 10 % if they are noise."""
        return self.size < VALID or (self.size < NOISIEST and self.structure < STRUCTURED)


def neighbours(residual: Complex) -> float:
    """Return the correlation of the residuals of neighbouring frequencies."""
    parts = np.stack([residual.real, residual.imag])
    total = float((parts**2).mean())
    return float((parts[:, 1:] * parts[:, :-1]).mean() / total) if total > 0 else 0.0


def test(frequency: Array, impedance: Complex) -> KramersKronig:
    """Test a spectrum.

    Parameters
    ----------
    frequency
        Hz, shape (n,), any order.
    impedance
        Ohm, shape (n,).

    Raises
    ------
    DataError
        If there are fewer than five frequencies.

    Limits
    ------
    A violation slower than the sweep and of one shape with an arc goes unseen; so does one below the noise.
    """
    if frequency.size < FEWEST_POINTS:
        raise DataError(
            f"a spectrum of {frequency.size} frequencies cannot be tested or fitted; at least "
            f"{FEWEST_POINTS} "
            "are needed. Export the whole spectrum."
        )
    omega = 2 * np.pi * frequency
    weight = 1 / np.abs(impedance)
    decades = float(np.log10(omega.max() / omega.min())) + 2 * np.log10(MARGIN)
    most = min(int(PER_DECADE * decades), 2 * frequency.size - SPARE - 3)
    best: tuple[float, KramersKronig] | None = None
    for elements in range(min(FEWEST_ELEMENTS, most), most + 1, STRIDE):
        fit, parameters = _fit(omega, impedance, weight, elements)
        residual = (impedance - fit) / np.abs(fit)
        observed = 2 * frequency.size
        free = observed - parameters
        score = float((np.abs(residual) ** 2).sum()) / free**2
        if best is None or score < best[0]:
            best = score, KramersKronig(fit, residual, elements, free)
    assert best is not None
    return best[1]


def _fit(omega: Array, impedance: Complex, weight: Array, elements: int) -> tuple[Complex, int]:
    """Fit a series of RC elements; return its impedance and the number of independent parameters."""
    tau = np.geomspace(1 / (omega.max() * MARGIN), MARGIN / omega.min(), elements)
    size = np.abs(impedance).mean()
    columns = [
        np.full(omega.size, 1 + 0j),
        *(1 / (1 + 1j * omega * t) for t in tau),
        1j * omega / omega.max(),
        omega.min() / (1j * omega),
    ]
    matrix = np.stack(columns, axis=1) * size
    weighted = matrix * weight[:, None]
    target = impedance * weight
    solution, _, rank, _ = np.linalg.lstsq(
        np.concatenate([weighted.real, weighted.imag]),
        np.concatenate([target.real, target.imag]),
        rcond=1e-10,
    )
    return matrix @ solution, int(rank)
