"""X-ray lines of the elements and their attenuation, from xraylib (BSD licence)."""

from __future__ import annotations

from functools import lru_cache
from types import ModuleType
from typing import NamedTuple

from ...core.errors import DataError, InputError

#: Lines that a family is made of, by shell of the vacancy (IUPAC names of xraylib).
_K = ("KL2", "KL3", "KM2", "KM3", "KM4", "KM5", "KN2", "KN3")
_L = {
    "L3": ("L3M1", "L3M4", "L3M5", "L3N1", "L3N4", "L3N5"),
    "L2": ("L2M1", "L2M4", "L2N4"),
}
_VACANCIES = {"L3": 2.0, "L2": 1.0}  # by occupation; L1 and Coster-Kronig transfer are left out
_SHARE_KEPT = 1e-3  # weaker lines of a family are left out
_EV_PER_KEV = 1000.0
#: Elements up to here are named light: their lines lie below 1 keV.
LIGHT = ("B", "C", "N", "O", "F")


class Line(NamedTuple):
    """One line of a family: energy in eV and its share of the photons of the family."""

    energy: float
    share: float


def _library() -> ModuleType:
    try:
        import xraylib
    except ImportError as error:
        raise DataError("EDS needs the package xraylib. Install it: pip install xraylib.") from error
    module: ModuleType = xraylib
    return module


@lru_cache(maxsize=256)
def atomic_number(element: str) -> int:
    """Return the atomic number of an element symbol.

    Raises
    ------
    InputError
        If there is no such element.
    """
    try:
        return int(_library().SymbolToAtomicNumber(element))
    except ValueError:
        raise InputError(f"'{element}' is no element symbol. Give symbols such as Si, O, C, B.") from None


@lru_cache(maxsize=256)
def symbol(number: int) -> str:
    """Return the symbol of an atomic number."""
    return str(_library().AtomicNumberToSymbol(number))


@lru_cache(maxsize=256)
def atomic_weight(element: str) -> float:
    """Return the atomic weight in g/mol."""
    return float(_library().AtomicWeight(atomic_number(element)))


@lru_cache(maxsize=256)
def edge(element: str, shell: str = "K") -> float:
    """Return the energy of an absorption edge, eV; 0 where the element has none."""
    return _number("EdgeEnergy", element, f"{shell}_SHELL") * _EV_PER_KEV


@lru_cache(maxsize=256)
def fluorescence_yield(element: str, shell: str = "K") -> float:
    """Return the share of vacancies of a shell that emit a photon."""
    return _number("FluorYield", element, f"{shell}_SHELL")


def _number(function: str, element: str, constant: str) -> float:
    """Return a number of the library; 0 where it has none for this element."""
    library = _library()
    try:
        return float(getattr(library, function)(atomic_number(element), getattr(library, constant)))
    except ValueError:
        return 0.0


@lru_cache(maxsize=256)
def family(element: str, shell: str = "K") -> tuple[Line, ...]:
    """Return the lines of a family, strongest first.

    Parameters
    ----------
    element
        Symbol.
    shell
        ``K`` or ``L``.

    Returns
    -------
    tuple of Line
        Their shares sum to 1.

    Raises
    ------
    InputError
        If the element has no such lines, or the family is another.

    Limits: of L only lines from L3 and L2, populated by occupation.
    """
    if shell == "K":
        parts = [(name, 1.0) for name in _K]
    elif shell == "L":
        parts = [
            (name, _VACANCIES[sub] * fluorescence_yield(element, sub))
            for sub, names in _L.items()
            for name in names
        ]
    else:
        raise InputError(f"line family '{shell}' is not computed. Allowed: K, L.")
    found = []
    for name, weight in parts:
        energy = _number("LineEnergy", element, f"{name}_LINE") * _EV_PER_KEV
        rate = _number("RadRate", element, f"{name}_LINE") * weight
        if energy > 0 and rate > 0:
            found.append((energy, rate))
    total = sum(rate for _, rate in found)
    if not total > 0:
        raise InputError(f"{element} has no {shell} lines that can be seen.")
    kept = [(energy, rate / total) for energy, rate in found if rate > _SHARE_KEPT * total]
    total = sum(share for _, share in kept)
    return tuple(sorted((Line(e, s / total) for e, s in kept), key=lambda line: -line.share))


def main_energy(element: str, shell: str = "K") -> float:
    """Return the energy of the main line, eV: mean of the strongest and what lies within 2 % of it."""
    lines = family(element, shell)
    near = [line for line in lines if abs(line.energy / lines[0].energy - 1) < _NEAR]
    return sum(line.energy * line.share for line in near) / sum(line.share for line in near)


_NEAR = 0.02  # K-alpha 1 and 2 lie closer for all elements


@lru_cache(maxsize=4096)
def attenuation(element: str, energy: float) -> float:
    """Return the mass attenuation coefficient, cm2/g.

    Parameters
    ----------
    element
        Symbol.
    energy
        Photon energy, eV, from 100 eV on.

    Limits: of free atoms; near an edge and below 300 eV right within a factor of 1.5.
    """
    return float(_library().CS_Photo(atomic_number(element), energy / _EV_PER_KEV))
