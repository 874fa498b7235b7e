"""Electron wavelength, contrast transfer and amorphous speckle."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...core.parameters import Values
from .parameters import COHERENCE, PLANCK_C, REST_ENERGY, SPECKLE

Array = NDArray[np.float64]
NM_PER_MM = 1e6
THICK_NM = 100.0  # nm of matter the amplitude of the speckle is stated for


def wavelength(kilovolt: float, values: Values | None = None) -> float:
    """Return the wavelength of electrons, nm: hc/sqrt(E (E + 2 m c^2))."""
    values = values or Values()
    return float(values[PLANCK_C] / math.sqrt(kilovolt * (kilovolt + 2 * values[REST_ENERGY])))


def speed(kilovolt: float, values: Values | None = None) -> float:
    """Return the speed of electrons over that of light."""
    values = values or Values()
    total = 1 + kilovolt / values[REST_ENERGY]
    return math.sqrt(1 - 1 / total**2)


def transfer(
    k: ArrayLike, defocus_nm: float, spherical_mm: float, kilovolt: float, values: Values | None = None
) -> Array:
    """Return the contrast transfer of a weak phase object, sin(chi) times its envelope.

    Parameters
    ----------
    k
        Spatial frequency, 1/nm.
    defocus_nm
        Underfocus is positive.
    spherical_mm
        Spherical aberration.
    kilovolt
        Voltage.
    values
        Parameter values.

    Returns
    -------
    array
        chi = pi lambda k^2 (defocus - lambda^2 k^2 Cs/2): zeros where it is a multiple of pi; the envelope
        exp(-(k c)^2), c the coherence length, has none.

    Limits: one envelope for spread of focus and source; no astigmatism.
    """
    values = values or Values()
    square = np.asarray(k, dtype=float) ** 2
    wave = wavelength(kilovolt, values)
    chi = math.pi * wave * square * (defocus_nm - wave**2 * square * spherical_mm * NM_PER_MM / 2)
    return np.asarray(np.sin(chi) * np.exp(-square * values[COHERENCE] ** 2))


def zeros(count: int, defocus_nm: float, spherical_mm: float, kilovolt: float) -> Array:
    """Return the first frequencies without contrast on the side of the defocus, 1/nm.

    Solves lambda k^2 (defocus - lambda^2 k^2 Cs/2) = n for the smaller root; what has none is left out.
    """
    wave = wavelength(kilovolt)
    n = np.arange(1, count + 1)
    curve = wave**3 * spherical_mm * NM_PER_MM / 2
    if curve == 0:
        return np.asarray(np.sqrt(n / (wave * defocus_nm)))
    root = (wave * defocus_nm) ** 2 - 4 * curve * n
    root = root[root >= 0]
    return np.asarray(np.sqrt((wave * defocus_nm - np.sqrt(root)) / (2 * curve)))


def speckle(
    thickness_nm: NDArray[np.floating],
    pixel_nm: float,
    rng: np.random.Generator,
    *,
    defocus_nm: float,
    spherical_mm: float,
    kilovolt: float,
    values: Values | None = None,
) -> Array:
    """Return the relative contrast of amorphous matter seen with the lens, shape of the picture.

    Parameters
    ----------
    thickness_nm
        Matter along each ray.
    pixel_nm
        Edge of a pixel.
    rng
        Draws the phases: white, their variance proportional to the thickness.
    defocus_nm, spherical_mm, kilovolt
        See `transfer`.
    values
        Parameter values.

    Limits: weak phase object, linear imaging; periodic at the edges of the picture.
    """
    values = values or Values()
    amplitude = values[SPECKLE] / pixel_nm
    phase = amplitude * np.sqrt(thickness_nm / THICK_NM) * rng.standard_normal(thickness_nm.shape)
    rows, columns = phase.shape
    k = np.hypot(np.fft.fftfreq(rows, pixel_nm)[:, None], np.fft.rfftfreq(columns, pixel_nm)[None])
    lens = transfer(k, defocus_nm, spherical_mm, kilovolt, values)
    return np.asarray(2 * np.fft.irfft2(np.fft.rfft2(phase) * lens, s=phase.shape, axes=(0, 1)))
