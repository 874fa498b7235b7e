"""Absorbance from whatever a file holds, with how it was taken said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...core.errors import DataError
from ...core.measurement import Measurement
from .modes import Array

#: Choices of `ordinate`: factor to a fraction of the light, None for absorbance.
ORDINATES: dict[str, float | None] = {"absorbance": None, "transmittance": 1.0, "percent": 0.01}
DARKEST = 1e-4  # transmittance that stands for zero and less: no usual detector sees less
HIGHEST = 8.0  # absorbance beyond any detector
PER_CENT = 2.0  # a transmittance above this is in per cent; noise over an empty beam stays below


@dataclass(frozen=True)
class Spectrum:
    """Absorbance over an evenly spaced axis.

    Parameters
    ----------
    x, a
        Wavenumber (1/cm, rising) and absorbance.
    dark
        Whether no light came through at a point.
    words
        How the ordinate was taken.
    """

    x: Array
    a: Array
    dark: Array
    words: str

    @property
    def step(self) -> float:
        """Distance of two points in 1/cm."""
        return float(self.x[1] - self.x[0])


def spectrum(m: Measurement, ordinate: str | None, window: tuple[float, float] | None, most: int) -> Spectrum:
    """Return the absorbance of a measurement on an even axis of at most so many points.

    Parameters
    ----------
    m
        The measurement.
    ordinate
        One of `ORDINATES`, to say what the file holds; None to go by the file.
    window
        Wavenumbers between which is looked at; None for all.
    most
        Points; neighbours of a finer spectrum are averaged.

    Raises
    ------
    DataError
        If what the file says cannot be, or nothing lies in the window.
    """
    name = next(n for n in ("absorbance", "transmittance", "signal") if n in m.data)
    x, y = m.data["wavenumber"].values.astype(float), m.data[name].values.astype(float)
    kind, words = (ordinate, f"taken as {ordinate}, as chosen") if ordinate else _kind(m, name, y)
    if window is not None:
        inside = (x >= window[0]) & (x <= window[1])
        x, y = x[inside], y[inside]
    if x.size < 50:
        raise DataError(
            f"'{m.file or m.label}' has {x.size} points in the window; 50 are needed. Choose a wider one."
        )
    factor = ORDINATES[kind]
    dark = np.zeros(x.shape)
    if factor is not None:
        light = y * factor
        dark = (light <= DARKEST).astype(float)
        y = -np.log10(np.maximum(light, DARKEST))
    return Spectrum(*_even(x, y, dark, most), words)


def _kind(m: Measurement, name: str, y: Array) -> tuple[str, str]:
    """Return the ordinate by the file's word, else by its values, and how that was."""
    where = m.file or m.label
    said = str(m.settings.get("ordinate") or "").strip()
    if name == "absorbance":
        if float(np.percentile(y, 99)) > HIGHEST:
            raise DataError(
                f"'{where}' says absorbance but reaches {float(y.max()):.3g}, more than any detector sees: "
                "it looks like per cent transmittance. Say what it is with the choice ordinate: "
                f"{', '.join(ORDINATES)}."
            )
        return "absorbance", "absorbance, as the file says"
    downward = float(np.mean(y) - np.median(y)) < 0
    if name == "transmittance":
        if float(np.percentile(y, 99)) > PER_CENT:
            return (
                "percent",
                f"says '{said}' but reaches {float(y.max()):.3g}: taken as per cent transmittance",
            )
        return "transmittance", f"'{said}', taken as transmittance; bands are of -log10 of it"
    top = float(np.percentile(y, 99))
    if downward and PER_CENT < top <= 150:
        kind, looks = "percent", "per cent transmittance"
    elif downward and 0.05 < top <= PER_CENT and float(y.min()) > -0.05:
        kind, looks = "transmittance", "transmittance"
    else:
        kind, looks = "absorbance", "absorbance"
    told = f"calls it '{said}'" if said else "does not say what it holds"
    return kind, f"guessed: the file {told}; by its values it was taken as {looks}. Choose ordinate to say so"


def _even(x: Array, y: Array, dark: Array, most: int) -> tuple[Array, Array, Array]:
    together = -(-x.size // most)
    if together > 1:
        whole = x.size // together * together
        x, y, dark = (v[:whole].reshape(-1, together).mean(axis=1) for v in (x, y, dark))
    even = np.linspace(x[0], x[-1], x.size)
    if np.allclose(x, even, rtol=0, atol=1e-3 * (even[1] - even[0])):
        return even, y, dark
    return even, np.interp(even, x, y), np.interp(even, x, dark)
