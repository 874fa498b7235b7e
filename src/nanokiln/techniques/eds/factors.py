"""From mass to counts: what one electron and one gram per square centimetre give in a detector."""

from __future__ import annotations

import numpy as np

from ...core.parameters import Parameter, Values
from ...matter.constants import AVOGADRO
from . import parameters as p
from .atomic import LIGHT, atomic_weight, family, fluorescence_yield
from .detector import efficiency
from .ionisation import cross_section

_EV_PER_KEV = 1e3


def generated(element: str, beam_kev: float, values: Values) -> float:
    """Return K photons made per electron and per g/cm2 of an element, cm2/g.

    Limits: thin samples: every electron has its full energy; no fluorescence by other X-rays.
    """
    section = cross_section(element, beam_kev * _EV_PER_KEV, values)
    return values[AVOGADRO] / atomic_weight(element) * section * fluorescence_yield(element)


def counted_share(element: str, window: str, values: Values, shell: str = "K") -> float:
    """Return the share of the photons of a family, sent towards the detector, that are counted."""
    lines = family(element, shell)
    seen = efficiency(np.array([line.energy for line in lines]), window, values)
    return float(sum(s * line.share for s, line in zip(seen, lines, strict=True)))


def sensitivity(element: str, beam_kev: float, window: str, values: Values) -> float:
    """Return counts of the K family per electron and g/cm2, if the detector saw all directions, cm2/g."""
    return generated(element, beam_kev, values) * counted_share(element, window, values)


def k_factor(element: str, reference: str, beam_kev: float, window: str, values: Values) -> float:
    """Return the Cliff-Lorimer factor k: mass ratio = k * ratio of counts.

    Parameters
    ----------
    element, reference
        Symbols; of the reference k is 1.
    beam_kev
        Beam energy, keV.
    window
        Window of the detector.
    values
        Parameter values.
    """
    own = sensitivity(element, beam_kev, window, values)
    return sensitivity(reference, beam_kev, window, values) / own


def doubt(element: str) -> Parameter:
    """Return the record that says how sure the factor of an element is."""
    if element == "B":
        return p.FACTOR_BORON
    return p.FACTOR_LIGHT if element in LIGHT else p.FACTOR_OTHER
