"""From counts to composition: Cliff-Lorimer with stated factors, absorption, and intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.errors import InputError
from ...core.parameters import Values
from . import parameters as p
from .absorption import correction
from .atomic import LIGHT, atomic_weight
from .detector import WINDOWS
from .factors import doubt, sensitivity
from .fit import alpha_share
from .ionisation import K_SHELL

Array = NDArray[np.float64]

DRAWS = 2000  # of counts and factors for an interval
INTERVAL = (0.05, 0.95)
REAL = 3.0  # standard deviations that make a line real
_ROUNDS = 6  # of composition and absorption; four change it by less than 1e-3
_CM_PER_NM = 1e-7


@dataclass(frozen=True)
class Factors:
    """Mass per count of the main line, relative to the reference, and how sure it is (log, one sigma)."""

    elements: tuple[str, ...]
    k: Array
    doubt: Array
    given: tuple[bool, ...]
    reference: str


@dataclass(frozen=True)
class Composition:
    """Atomic and mass fractions with 90 % intervals, shape (element, 3) each: value, low, high."""

    elements: tuple[str, ...]
    atomic: Array
    mass: Array
    counting: Array
    escape: Array


def factors(
    elements: Sequence[str], shells: Sequence[str], choices: Mapping[str, Any], values: Values
) -> Factors:
    """Return the factors of those elements that have one: given by the user, else computed for K lines.

    Parameters
    ----------
    elements, shells
        Elements and families.
    choices
        ``k_factors`` (element to mass ratio over count ratio of the main lines), ``k_uncertainty`` (relative,
        for all), ``beam_energy_keV``, ``window``.
    values
        Parameter values.

    Limits: the beam is taken to keep its energy; below 60 keV that does not hold and the result says so.
    """
    given: Mapping[str, float] = choices["k_factors"]
    known, k, sure = [], [], []
    beam = float(choices["beam_energy_keV"] or values[p.BEAM_ENERGY])
    for element, shell in zip(elements, shells, strict=True):
        if element in given:
            if not float(given[element]) > 0:
                raise InputError(f"k factor of {element} is {given[element]}: must be positive.")
            known.append(element)
            k.append(float(given[element]))
            sure.append(float(choices["k_uncertainty"] or 0.0))
        elif not given and shell == "K" and element in K_SHELL:
            made, between = _seen(element, beam, choices, values)
            if made > 0:
                known.append(element)
                k.append(1 / (made * alpha_share(element, shell)))
                chosen = choices["k_uncertainty"]
                own = values[doubt(element)] if chosen is None else float(chosen)
                sure.append(math.hypot(own, between))
    reference = "Si" if "Si" in known else (known[-1] if known else "")
    scale = np.array(k) / (k[known.index(reference)] if known and not given else 1.0)
    return Factors(tuple(known), scale, np.array(sure), tuple(e in given for e in known), reference)


def _seen(element: str, beam: float, choices: Mapping[str, Any], values: Values) -> tuple[float, float]:
    """Return the sensitivity and how unsure it is (log) because the window is not known."""
    if choices["window_known"]:
        return sensitivity(element, beam, choices["window"], values), 0.0
    both = [sensitivity(element, beam, window, values) for window in WINDOWS]
    # the open area of the grid is the same for all elements and drops out
    both[WINDOWS.index("polymer")] /= values[p.OPEN_AREA]
    if min(both) <= 0:
        return 0.0, 0.0
    return math.sqrt(both[0] * both[1]), abs(math.log(both[0] / both[1])) / 2


def compose(
    counts: Array, covariance: Array, with_: Factors, choices: Mapping[str, Any], seed: int
) -> Composition:
    """Return the composition that gives counts of main lines.

    Parameters
    ----------
    counts, covariance
        Of the main lines of the elements of `with_`.
    with_
        Factors.
    choices
        ``mass_thickness`` (g/cm2) with ``elevation_deg`` and ``shape`` for absorption; None leaves it out.
    seed
        Of the draws.

    Limits
    ------
    Elements not looked for count as absent, hydrogen among them. The interval holds counting noise and the
    factors, not the error of the absorption correction.
    """
    generator = np.random.default_rng(seed)
    weights = np.array([atomic_weight(e) for e in with_.elements])
    escape = _escape(counts, with_, choices)
    mass = np.maximum(counts, 0.0) * with_.k / escape
    drawn = generator.multivariate_normal(counts, covariance, size=DRAWS, method="eigh")
    only_counts = np.maximum(drawn, 0.0) * with_.k / escape
    wobble = np.exp(with_.doubt * generator.standard_normal((DRAWS, counts.size)))
    drawn_mass = only_counts * wobble
    return Composition(
        with_.elements, _shares(mass / weights, drawn_mass / weights), _shares(mass, drawn_mass),
        _shares(mass / weights, only_counts / weights), escape,
    )  # fmt: skip


def _shares(value: Array, draws: Array) -> Array:
    total = value.sum()
    if not total > 0:
        return np.full((value.size, 3), np.nan)
    sums = np.maximum(draws.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    low, high = np.quantile(draws / sums, INTERVAL, axis=0)
    return np.stack([value / total, low, high], axis=1)


def _escape(counts: Array, with_: Factors, choices: Mapping[str, Any]) -> Array:
    """Return the share of each line that leaves the sample, for the composition found with it."""
    escape = np.ones(counts.size)
    thickness = choices.get("mass_thickness")
    if not thickness:
        return escape
    angle = math.radians(float(choices["elevation_deg"]))
    for _ in range(_ROUNDS):
        mass = np.maximum(counts, 0.0) * with_.k / escape
        if not mass.sum() > 0:
            return escape
        shares = dict(zip(with_.elements, mass / mass.sum(), strict=True))
        escape = np.array([correction(shares, e, thickness, angle, choices["shape"]) for e in with_.elements])
    return escape


def mass_thickness(
    counts: Array, with_: Factors, choices: Mapping[str, Any], electrons: float, values: Values
) -> float:
    """Return the mass per area that counts of main lines stand for when the dose is known, g/cm2.

    Parameters
    ----------
    counts
        Of the elements of `with_`; those with a computed factor are used.
    with_, choices, values
        As for `compose`.
    electrons
        Electrons sent in.
    """
    beam = float(choices["beam_energy_keV"])
    share = float(choices["solid_angle_sr"]) / (4 * math.pi)
    total = 0.0
    escape = np.ones(counts.size)
    for _ in range(_ROUNDS):
        total = 0.0
        for i, element in enumerate(with_.elements):
            per = sensitivity(element, beam, choices["window"], values) * alpha_share(element, "K")
            total += max(float(counts[i]), 0.0) / (electrons * share * per * escape[i])
        escape = _escape(counts, with_, {**choices, "mass_thickness": total})
    return total


def thickness_from(choices: Mapping[str, Any]) -> float | None:
    """Return the mass per area of a stated thickness and density, g/cm2; None where they are not stated."""
    if not choices["thickness_nm"]:
        return None
    if not choices["density_g_cm3"]:
        raise InputError("absorption needs density_g_cm3 with thickness_nm, such as density_g_cm3=1.7.")
    return float(choices["thickness_nm"]) * _CM_PER_NM * float(choices["density_g_cm3"])


def light_notes(elements: Sequence[str]) -> list[str]:
    """Return what must be said about boron, carbon, nitrogen, oxygen and fluorine by EDS."""
    light = [e for e in elements if e in LIGHT]
    if not light:
        return []
    words = f"light elements ({', '.join(light)}) by EDS are semi-quantitative: "
    words += "yields and window are known to 25 %"
    if "B" in light:
        words += ", for B to 40 %, and B K lies on the shoulder of C K"
    if "C" in light:
        words += "; C includes contamination and support film"
    return [words]
