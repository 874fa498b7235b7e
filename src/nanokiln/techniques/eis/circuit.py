"""Equivalent circuits: a series resistance and arcs, each a capacitor or CPE beside a faradaic branch.

A circuit is written as its parts joined by hyphens: ``R-RQ-Q(RW)`` is a resistance, an arc of a resistance
beside a constant-phase element, and a constant-phase element beside a resistance with a Warburg impedance.
``C`` in place of ``Q`` is an ideal capacitor, ``Wo`` and ``Ws`` are the finite Warburg impedances with open
and short end, a leading ``L`` is an inductor.

Conventions: Z_CPE = 1 / (Q (j w)^n); Z_W = A_W (1 - j) / sqrt(w); Z_Wo = R coth(s) / s and
Z_Ws = R tanh(s) / s with s = sqrt(j w tau).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.errors import InputError

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]

ARTICLE = "R-RQ-Q(RW)"
_ARC = re.compile(r"^(?:R([CQ])|([CQ])\(R(W|Wo|Ws)\))$")
_WARBURG = {"W": ("A",), "Wo": ("Rw", "tauw"), "Ws": ("Rw", "tauw")}
_HALF_TURN = 0.5j * np.pi  # logarithm of j
_LARGEST_ARGUMENT = 300.0  # of coth; beyond it the exponential overflows and coth is 1 to all digits


@dataclass(frozen=True)
class Arc:
    """One arc: a capacitor (``C``) or CPE (``Q``) beside a resistance, alone or with a Warburg impedance."""

    capacity: str
    warburg: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of its parameters: R (ohm), tau (s), n of a CPE, and those of the Warburg impedance."""
        return ("R", "tau", *(("n",) if self.capacity == "Q" else ()), *_WARBURG.get(self.warburg, ()))


@dataclass(frozen=True)
class Circuit:
    """A circuit and its parameters; all but the CPE exponents are handled as logarithms.

    Parameters
    ----------
    arcs
        The arcs in series.
    inductor
        Whether an inductor is in series.
    """

    arcs: tuple[Arc, ...]
    inductor: bool = False

    @classmethod
    def parse(cls, text: str) -> Circuit:
        """Return the circuit written as `text`.

        Raises
        ------
        InputError
            If it is not of the form described in the module.
        """
        parts = str(text).replace(" ", "").split("-")
        inductor = parts[:1] == ["L"]
        parts = parts[1:] if inductor else parts
        matches = [_ARC.match(part) for part in parts[1:]]
        if parts[:1] != ["R"] or not matches or not all(matches):
            raise InputError(
                f"circuit '{text}' is not understood. Write a resistance and arcs, such as {ARTICLE}, "
                "R-RQ-RQ, "
                "R-RC or L-R-RQ-Q(RWo)."
            )
        arcs = tuple(Arc(m[1] or m[2], m[3] or "") for m in matches if m)
        return cls(arcs, inductor)

    def __str__(self) -> str:
        parts = [f"{a.capacity}(R{a.warburg})" if a.warburg else f"R{a.capacity}" for a in self.arcs]
        return "-".join([*(["L"] if self.inductor else []), "R", *parts])

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Parameter names in order: ``R0``, ``R1``, ``tau1``, ``n1`` ... and ``L`` at the end."""
        own = [f"{name}{i}" for i, arc in enumerate(self.arcs, start=1) for name in arc.names]
        return ("R0", *own, *(("L",) if self.inductor else ()))

    @cached_property
    def exponents(self) -> NDArray[np.bool_]:
        """Which parameters are CPE exponents, hence not logarithms."""
        return np.array([name[0] == "n" for name in self.names])

    @cached_property
    def where(self) -> dict[str, int]:
        """Position of each parameter."""
        return {name: index for index, name in enumerate(self.names)}

    def pack(self, values: dict[str, float]) -> Array:
        """Return the vector the fit works with from values by name."""
        plain = np.array([values[name] for name in self.names], dtype=float)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.exponents, plain, np.log(plain))

    def unpack(self, vector: Array) -> dict[str, float]:
        """Return values by name from the vector the fit works with."""
        values = np.where(self.exponents, vector, np.exp(np.where(self.exponents, 0.0, vector)))
        return dict(zip(self.names, (float(v) for v in values), strict=True))

    def impedance(self, values: dict[str, float], frequency: Array) -> Complex:
        """Return the impedance (ohm) at `frequency` (Hz) for parameters by name."""
        omega = 2 * np.pi * np.asarray(frequency, dtype=float)
        return self.evaluate(self.pack(values)[None], omega)[0][0]

    def evaluate(self, vectors: Array, omega: Array) -> tuple[Complex, Complex]:
        """Return impedance and its derivatives for many parameter vectors at once.

        Parameters
        ----------
        vectors
            Parameters as the fit handles them, shape (k, p).
        omega
            Angular frequencies (1/s), shape (n,).

        Returns
        -------
        impedance, derivative
            Shapes (k, n) and (k, n, p); derivatives by the logarithm, or by the exponent itself.
        """
        count, size = vectors.shape
        total = np.zeros((count, omega.size), dtype=complex)
        slope = np.zeros((count, omega.size, size), dtype=complex)
        series = np.exp(vectors[:, :1])
        total += series
        slope[:, :, 0] = series
        start = 1
        for arc in self.arcs:
            stop = start + len(arc.names)
            part, derivative = _arc(arc, vectors[:, start:stop], omega)
            total += part
            slope[:, :, start:stop] = derivative
            start = stop
        if self.inductor:
            part = np.asarray(1j * omega * np.exp(vectors[:, -1:]), dtype=np.complex128)
            total += part
            slope[:, :, -1] = part
        return total, slope


def _arc(arc: Arc, vectors: Array, omega: Array) -> tuple[Complex, Complex]:
    """Impedance of an arc, shape (k, n), and its derivatives, shape (k, n, p)."""
    resistance, logarithm = np.exp(vectors[:, 0:1]), np.log(omega) + vectors[:, 1:2] + _HALF_TURN
    exponent = vectors[:, 2:3] if arc.capacity == "Q" else np.ones((len(vectors), 1))
    admittance = np.exp(exponent * logarithm) / resistance
    slopes: list[Any] = []
    branch: Any = resistance
    if arc.warburg:
        first = 3 if arc.capacity == "Q" else 2
        warburg, slopes = _warburg(arc.warburg, vectors[:, first:], omega)
        branch = resistance + warburg
    share = 1 / (1 + admittance * branch)
    by_branch, by_admittance = share**2, -((branch * share) ** 2)
    columns = [by_branch * resistance - by_admittance * admittance, by_admittance * exponent * admittance]
    if arc.capacity == "Q":
        columns.append(by_admittance * admittance * logarithm)
    columns += [by_branch * slope for slope in slopes]
    return branch * share, np.stack(columns, axis=-1)


def _warburg(kind: str, vectors: Array, omega: Array) -> tuple[Any, list[Any]]:
    """Warburg impedance, shape (k, n), and its derivatives by the logarithms of its parameters."""
    scale = np.exp(vectors[:, 0:1])
    if kind == "W":
        value = scale * (1 - 1j) / np.sqrt(omega)
        return value, [value]
    s = np.sqrt(1j * omega * np.exp(vectors[:, 1:2]))
    hyperbolic = np.tanh(np.where(s.real < _LARGEST_ARGUMENT, s, _LARGEST_ARGUMENT))
    if kind == "Wo":
        hyperbolic = 1 / hyperbolic
    # tanh' = 1 - tanh^2 and coth' = 1 - coth^2; s goes with the root of tau
    value = scale * hyperbolic / s
    return value, [value, 0.5 * scale * (1 - hyperbolic**2) - 0.5 * value]
