"""The picture with what was found in it: outlines, necks, sizes, pair correlation; fit for print."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.errors import DataError
from . import bonds, order, sizes
from .found import LOOKED, Found, choices_of, look

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ...core.evidence import Finding
    from ...core.measurement import Measurement

WIDTH_IN = 7.0  # 178 mm, two columns
FONT = 7  # points
SIZED, COUNTED, BONDED, BARE = "#E69F00", "#56B4E9", "#009E73", "#D55E00"  # Okabe and Ito
_MOST = 4  # pictures in one figure
_RULES = (1.0, 2.0, 5.0)  # lengths of a scale bar, times a power of ten
_RULE_SHARE = 0.2  # of the width, at most


def plot(measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Figure:
    """Draw each picture with its outlines and necks, beside it the sizes and the pair correlation.

    Parameters
    ----------
    measurements
        Pictures; the first four are drawn.
    findings
        What `analyse` found; the scale it used and the means are drawn from here.

    Returns
    -------
    Figure
        178 mm wide; it carries the word SYNTHETIC when any picture is simulated.

    Raises
    ------
    DataError
        If there is no picture.

    Limits
    ------
    Spheres are those of the choices that the findings carry; without findings, of default choices.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    if not measurements:
        raise DataError("no micrograph to draw.")
    shown = list(measurements)[:_MOST]
    tall = [m.data["image"].shape[0] / m.data["image"].shape[1] for m in shown]
    heights = [max(0.68 * WIDTH_IN * t, 2.6) for t in tall]
    with rc_context({"font.size": FONT, "axes.linewidth": 0.7}):
        figure = Figure(figsize=(WIDTH_IN, sum(heights)), layout="constrained", dpi=200)
        rows = figure.subfigures(len(shown), 1, squeeze=False, height_ratios=heights)[:, 0]
        for row, measurement in zip(rows, shown, strict=True):
            _row(row, measurement, findings)
        if any(m.origin == "synthetic" for m in shown):
            figure.suptitle("SYNTHETIC (simulated, not measured)", fontsize=FONT, color="#B00000")
    return figure


def _row(figure: Any, measurement: Measurement, findings: Sequence[Finding]) -> None:
    mine = {
        f.name: f
        for f in findings
        if f.file == measurement.file and f.choices.get("label") == measurement.label
    }
    used = next((f.choices for f in mine.values()), {})
    chosen = {"scale": used.get("pixel_nm"), **{n: used[n] for n in LOOKED if n in used}}
    found = look(measurement, choices_of(chosen))
    panels = figure.subplot_mosaic([["picture", "sizes"], ["picture", "pairs"]], width_ratios=(2.6, 1))
    _picture(panels["picture"], found)
    _sizes(panels["sizes"], found, mine.get("diameter_mean"))
    _pairs(panels["pairs"], found)


def _picture(axes: Axes, found: Found) -> None:
    from matplotlib.collections import LineCollection, PatchCollection
    from matplotlib.patches import Circle

    low, high = np.quantile(found.image, (0.002, 0.998))
    axes.imshow(found.image, cmap="gray", vmin=low, vmax=max(high, low + 1e-9), interpolation="nearest")
    counted = sizes.counted(found)
    circles = found.spheres.circles
    for mask, colour, words in ((counted, SIZED, "sized"), (~counted, COUNTED, "counted only")):
        patches = [Circle((x, y), r) for y, x, r in circles[mask]]
        label = f"{words} ({int(mask.sum())})"
        axes.add_collection(PatchCollection(patches, facecolor="none", edgecolor=colour, linewidth=0.7))
        axes.plot([], [], color=colour, label=label)
    necks = bonds.contacts(found)
    for state, colour in (("bonded", BONDED), ("bare", BARE)):
        lines = [_line(c) for c in necks if c.state == state]
        axes.add_collection(LineCollection(lines, colors=colour, linewidths=1.0))
        axes.plot([], [], color=colour, label=f"{state} contact ({len(lines)})")
    axes.set_axis_off()
    _rule(axes, found)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=4, frameon=False, fontsize=FONT)
    axes.set_title(found.measurement.label, fontsize=FONT)


def _line(contact: bonds.Contact) -> list[tuple[float, float]]:
    """Return the ends (x, y) of a neck."""
    half = max(contact.half, 1.0)
    (y, x), (dy, dx) = contact.plane, contact.across
    return [(x - half * dx, y - half * dy), (x + half * dx, y + half * dy)]


def _rule(axes: Axes, found: Found) -> None:
    """Draw a scale bar of a round length."""
    rows, columns = found.image.shape
    most = _RULE_SHARE * columns * found.length
    power = 10.0 ** math.floor(math.log10(most))
    length = max(r * power for r in _RULES if r * power <= most)
    wide = length / found.length
    y, x = 0.95 * rows, 0.97 * columns
    words = f"{length:g} {'px' if found.pixel_nm is None else 'nm'}"
    if found.pixel_nm and length >= 1000:
        words = f"{length / 1000:g} µm"
    axes.plot([x - wide, x], [y, y], color="black", linewidth=4, solid_capstyle="butt")
    axes.plot([x - wide, x], [y, y], color="white", linewidth=2, solid_capstyle="butt")
    box = {"facecolor": "black", "alpha": 0.5, "pad": 1, "linewidth": 0}
    axes.text(x - wide / 2, y - 0.015 * rows, words, color="white", ha="center", va="bottom", bbox=box)


def _sizes(axes: Axes, found: Found, mean: Finding | None) -> None:
    d = sizes.diameters(found)
    axes.set_xlabel(f"Diameter ({found.unit})")
    axes.set_ylabel("Spheres")
    if not d.size:
        axes.text(0.5, 0.5, "none found", transform=axes.transAxes, ha="center")
        return
    axes.hist(d, bins=min(max(int(math.sqrt(d.size)), 6), 40), color=SIZED, alpha=0.4)
    if mean is not None and mean.resolved:
        axes.axvline(mean.value, color="black", linewidth=1, linestyle="--")
        axes.axvspan(mean.low, mean.high, color="black", alpha=0.12, linewidth=0)
        words = f"mean {mean.value:.4g} [{mean.low:.4g}, {mean.high:.4g}]"
        axes.set_title(f"{words}\nN = {d.size}", fontsize=FONT)


def _pairs(axes: Axes, found: Found) -> None:
    axes.set_xlabel("Distance (mean diameters)")
    axes.set_ylabel("Pair correlation")
    if len(found.spheres.circles) < 3:
        axes.text(0.5, 0.5, "too few spheres", transform=axes.transAxes, ha="center")
        return
    curve = order.pairs(found)
    axes.plot(curve.distance, curve.correlation, color=BONDED, linewidth=1)
    axes.axhline(1, color="0.5", linewidth=0.6, linestyle=":")
    axes.set_ylim(0, None)
