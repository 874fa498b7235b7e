"""The silicon line: telling its spectrum from others, its position, and the error of the shift axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...core.measurement import Measurement
from ...core.parameters import Values
from . import parameters as par
from .bands import Array, Band, Model
from .fit import fit
from .ratios import Z90

SEARCH = (500.0, 540.0)  # 1/cm: the line, strained or on a poor axis
AWAY = 200.0  # 1/cm from which other lines count; below are the laser line and its filter
SHARPEST, BROADEST = 1.5, 20.0  # 1/cm, full width of the line with the instrument's
STANDS_OUT = 2.0  # times the highest other line: the second order of silicon is far weaker
PIXEL = 0.05  # of a step: error (sd) of a line that covers two or three points
COSMIC = 5  # points whose median no cosmic ray reaches; it hits one or two
FEWEST = 12  # points across the search range


@dataclass(frozen=True)
class Line:
    """The silicon line of one spectrum: position, its standard error and full width in 1/cm."""

    position: float
    error: float
    width: float


@dataclass(frozen=True)
class Axis:
    """What is known about the shift axis.

    Parameters
    ----------
    correction
        1/cm to add to a shift.
    error
        Standard error of the corrected axis, 1/cm.
    line
        The silicon line it rests on; None where there is none.
    """

    correction: float
    error: float
    line: Line | None

    @property
    def words(self) -> str:
        """The correction in words."""
        if self.line is None:
            return (
                f"shift axis not calibrated: {self.error:.1f} 1/cm (sd) taken for its error; give a "
                "spectrum of silicon"
            )
        return (
            f"shift axis corrected by {self.correction:+.2f} 1/cm: silicon read at {self.line.position:.2f} "
            f"+- {Z90 * self.line.error:.2f}"
        )


def silicon_line(x: Array, y: Array) -> Line | None:
    """Return the silicon line if it rules the spectrum.

    Parameters
    ----------
    x, y
        Shift in 1/cm and intensity.

    Limits
    ------
    Strain and heat shift the line; they are not told from an error of the axis. Another line as sharp as two
    points is taken for a cosmic ray.
    """
    inside, beyond = (x >= SEARCH[0]) & (x <= SEARCH[1]), x > AWAY
    if inside.sum() < FEWEST:
        return None
    from scipy.signal import medfilt

    floor = float(np.median(y[beyond]))
    height = float(y[inside].max()) - floor
    calm = medfilt(y, COSMIC)
    elsewhere = float(np.max(calm[beyond & ~inside], initial=floor)) - floor
    if height <= STANDS_OUT * elsewhere:
        return None
    top = float(x[inside][np.argmax(y[inside])])
    band = Band("Si", top, top - 5, top + 5, 5.0, SHARPEST, BROADEST)
    found = fit(x[inside], y[inside], Model((band,), 1, True))
    if found is None or found.error("Si", 0) * par.SIGNIFICANCE.value > found.band("Si")[0]:
        return None
    step = float(np.median(np.diff(x[inside])))
    return Line(found.band("Si")[1], float(np.hypot(found.error("Si", 1), PIXEL * step)), found.band("Si")[2])


def axis(standards: Sequence[Measurement], values: Values) -> Axis:
    """Return the correction of the shift axis from spectra of silicon; several are averaged."""
    lines = [silicon_line(m.data["raman_shift"].values, m.data["intensity"].values) for m in standards]
    known = [line for line in lines if line is not None]
    if not known:
        return Axis(0.0, values[par.AXIS_ERROR], None)
    position = float(np.mean([line.position for line in known]))
    error = float(
        np.sqrt(np.mean([line.error**2 for line in known]) + np.var([line.position for line in known]))
    )
    line = Line(position, error, float(np.mean([line.width for line in known])))
    reference = (par.SILICON_LINE.high - par.SILICON_LINE.low) / 2 / Z90
    return Axis(values[par.SILICON_LINE] - position, float(np.hypot(error, reference)), line)
