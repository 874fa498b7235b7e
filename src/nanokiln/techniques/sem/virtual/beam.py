"""From yields to grey levels: probe, drift, charging, counting, digitising."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ....core.parameters import Values
from ..parameters import BACKGROUND, CHARGE_TAIL, DETECTORS, YIELD_FLAT

Image = NDArray[np.float32]
PER_PICOAMPERE_MICROSECOND = 6.241509074  # electrons: 1e-12 A x 1e-6 s / 1.602176634e-19 C
FWHM = 2 * math.sqrt(2 * math.log(2))  # of a Gaussian, standard deviations
NARROW = 0.15  # pixels: a probe narrower than this blurs nothing
DARK, BRIGHT = 0.5, 99.6  # percentiles of the signal that become almost black and almost white
NOISE = 3.0  # standard deviations of the counting that find room below and above
LOWEST, HIGHEST = 0.05, 0.95  # of full scale: where these come to lie
CHARGE_LINES = 24.0  # lines over which the charge of a region decays; assumed, as its length along a line
CHARGE_GAIN = 0.35  # of the signal, at charging 1


@dataclass(frozen=True)
class Beam:
    """Settings of column and detector.

    Attributes
    ----------
    kilovolt, current_pA, dwell_us, size_nm
        Voltage, current, time per pixel, full width of the probe at half maximum.
    detector
        ``et`` (at the side) or ``inlens`` (on the axis).
    azimuth_deg
        Direction of the side detector in the picture: 0 right, 90 up.
    drift_nm_s
        Drift of the sample, right and down.
    charging
        0 none to 1 strong.
    """

    kilovolt: float = 5.0
    current_pA: float = 50.0
    dwell_us: float = 3.0
    size_nm: float = 1.5
    detector: str = "et"
    azimuth_deg: float = 90.0
    drift_nm_s: tuple[float, float] = (0.0, 0.0)
    charging: float = 0.0

    @property
    def dose(self) -> float:
        """Beam electrons per pixel."""
        return self.current_pA * self.dwell_us * PER_PICOAMPERE_MICROSECOND

    def side(self, values: Values) -> NDArray[np.float64]:
        """Return the preference of the detector for a direction, as a vector (x, y) in the picture."""
        asymmetry = DETECTORS[self.detector][0]
        size = values[asymmetry] if asymmetry else 0.0
        angle = math.radians(self.azimuth_deg)
        return np.array([size * math.cos(angle), -size * math.sin(angle)])

    def efficiency(self, values: Values) -> float:
        """Return the share of electrons from a flat face that is counted."""
        return values[DETECTORS[self.detector][1]]


def signal(gain: Image, sky: Image, values: Values) -> Image:
    """Return what is collected over that of a flat open face: set free, times let out, plus background."""
    base = values[BACKGROUND]
    return np.asarray((gain * sky + base) / (1 + base), dtype=np.float32)


def probe(image: Image, fwhm_nm: float, pixel_nm: float) -> Image:
    """Blur by a Gaussian probe."""
    from scipy.ndimage import gaussian_filter

    sigma = fwhm_nm / FWHM / pixel_nm
    return image if sigma < NARROW else np.asarray(gaussian_filter(image, sigma, mode="nearest"))


def drift(image: Image, beam: Beam, pixel_nm: float, pad: int) -> Image:
    """Skew and stretch a picture by the drift during its scan, and cut the margin off.

    Limits: the time of flyback and the drift along a line are left out; at most the margin.
    """
    rows, columns = image.shape[0] - 2 * pad, image.shape[1] - 2 * pad
    per_line = columns * beam.dwell_us * 1e-6 / pixel_nm
    dx, dy = (v * per_line for v in beam.drift_nm_s)
    if dx == 0 and dy == 0:
        return image[pad : pad + rows, pad : pad + columns]
    from scipy.ndimage import map_coordinates

    line = np.arange(rows) - (rows - 1) / 2
    at_row = (pad + np.arange(rows) - dy * line)[:, None]
    at_column = pad + np.arange(columns)[None] - (dx * line)[:, None]
    places = np.broadcast_arrays(at_row, at_column)
    return np.asarray(map_coordinates(image, np.array(places), order=1, mode="nearest"), dtype=np.float32)


def charge(image: Image, amount: float, rng: np.random.Generator, values: Values) -> Image:
    """Add slow bright streaks along the lines behind bright places.

    Limits: a picture of what charging looks like, not a model of the insulator.
    """
    from scipy.signal import lfilter

    if amount <= 0:
        return image
    tail = math.exp(-1 / (values[CHARGE_TAIL] * image.shape[1]))
    memory = math.exp(-1 / CHARGE_LINES)
    mean = float(image.mean())
    along = lfilter([1 - tail], [1, -tail], np.maximum(image - mean, 0), axis=1)
    wander = lfilter([1.0], [1, -memory], rng.standard_normal(image.shape[0])) * math.sqrt(1 - memory**2)
    held = lfilter([1 - memory], [1, -memory], along, axis=0)
    lines = (
        CHARGE_GAIN * amount * (0.3 * mean * wander[:, None] + 4 * np.maximum(1 + wander, 0)[:, None] * held)
    )
    return np.asarray(np.maximum(image + lines, 0.02 * mean), dtype=np.float32)


def expose(
    image: Image, beam: Beam, rng: np.random.Generator, values: Values
) -> tuple[NDArray[np.float64], float]:
    """Count electrons.

    Parameters
    ----------
    image
        Signal over that of a flat open face.
    beam
        Gives the dose.
    rng, values
        Of the counting; of yield and efficiency.

    Returns
    -------
    tuple
        Counted electrons per pixel, Poisson around the mean, and that mean for a flat open face.
    """
    flat = beam.dose * values[YIELD_FLAT] * beam.efficiency(values)
    return rng.poisson(np.asarray(image, dtype=np.float64) * flat).astype(np.float64), flat


def levels(clean: Image, flat: float) -> tuple[float, float]:
    """Return offset and gain that bring counts to grey between 0 and 1: what an operator sets by eye."""
    low, high = np.maximum(np.percentile(clean[::3, ::3], [DARK, BRIGHT]) * flat, 0)
    low, high = low - NOISE * math.sqrt(low), high + NOISE * math.sqrt(high)
    gain = (HIGHEST - LOWEST) / max(high - low, 1e-9)
    return float(LOWEST - gain * low), float(gain)


def digitise(
    counts: NDArray[np.float64], offset: float, gain: float, bits: int
) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """Return counts as whole grey levels of 8 or 16 bits, cut at black and white."""
    full = 2**bits - 1
    grey = np.rint(full * np.clip(offset + gain * counts, 0, 1))
    return grey.astype(np.uint8 if bits == 8 else np.uint16)
