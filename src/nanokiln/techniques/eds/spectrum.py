"""Expected spectra: lines and bremsstrahlung of a mass per area, seen through a detector."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.parameters import Values
from ...matter.constants import AVOGADRO
from . import parameters as p
from .absorption import composition_attenuation
from .atomic import atomic_number, atomic_weight, family
from .detector import Width, efficiency, line_shape, width_law
from .factors import generated
from .ionisation import beta_squared

Array = NDArray[np.float64]
_EV_PER_KEV = 1e3
_LOWEST_EV = 100.0  # no bremsstrahlung is counted below: the detector's threshold


@dataclass(frozen=True)
class Instrument:
    """Microscope and detector of a virtual measurement.

    Parameters
    ----------
    beam_kev
        Beam energy, keV.
    window
        ``none`` or ``polymer``.
    resolution
        Full width at Mn K-alpha, eV.
    solid_angle
        Of the detector, sr.
    elevation
        Take-off angle, degrees.
    channel, channels
        Width of a channel (eV) and number of channels; the first is centred on zero.
    """

    beam_kev: float
    window: str
    resolution: float
    solid_angle: float
    elevation: float
    channel: float
    channels: int

    @property
    def energy(self) -> Array:
        """Centres of the channels, eV."""
        return np.arange(self.channels, dtype=float) * self.channel

    @property
    def edges(self) -> Array:
        """Edges of the channels, eV."""
        return (np.arange(self.channels + 1, dtype=float) - 0.5) * self.channel

    def width(self, values: Values) -> Width:
        """Return the width law of the detector."""
        return width_law(self.resolution, values)


def responses(elements: Sequence[str], instrument: Instrument, values: Values) -> Array:
    """Return counts per electron and g/cm2 in every channel, shape (element, channel), cm2/g.

    Limits: thin samples; Gaussian lines without tails; no sum or escape peaks.
    """
    width = instrument.width(values)
    share = instrument.solid_angle / (4 * math.pi)
    rows = []
    for element in elements:
        lines = family(element)
        seen = efficiency(np.array([line.energy for line in lines]), instrument.window, values)
        shape = sum(
            s * line.share * line_shape(instrument.edges, line.energy, width)
            for s, line in zip(seen, lines, strict=True)
        )
        rows.append(generated(element, instrument.beam_kev, values) * share * np.asarray(shape))
    return np.array(rows)


def stopping_weight(element: str) -> float:
    """Return Z^2/A, to which the bremsstrahlung of a mass is proportional, mol/g."""
    return atomic_number(element) ** 2 / atomic_weight(element)


def bremsstrahlung(
    instrument: Instrument, values: Values, mass: Mapping[str, float], way_out: float
) -> Array:
    """Return counts per electron and mol/cm2 of Z^2 in every channel, cm2/mol.

    Parameters
    ----------
    instrument, values
        Microscope, detector and parameter values.
    mass
        Mass fractions of what absorbs.
    way_out
        Mean mass on the way to the detector, g/cm2.

    Limits: thin-target law dk/k with one scaled cross-section, isotropic; detector width is not applied to
    what varies slowly.
    """
    energy = instrument.energy
    used = np.maximum(energy, _LOWEST_EV)
    beta2 = beta_squared(instrument.beam_kev * _EV_PER_KEV, values[p.REST_ENERGY])
    law = values[p.BREMSSTRAHLUNG] * values[AVOGADRO] / beta2 / used * instrument.channel
    absorbed = np.array([composition_attenuation(mass, float(e)) for e in used])
    seen = efficiency(used, instrument.window, values) * np.exp(-absorbed * way_out)
    result = law * seen * instrument.solid_angle / (4 * math.pi)
    return np.where((energy >= _LOWEST_EV) & (energy < instrument.beam_kev * _EV_PER_KEV), result, 0.0)
