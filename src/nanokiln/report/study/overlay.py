"""All samples in one figure per technique: spectra above each other, isotherms and curves in common axes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...study.curves import PANELS, Curve, Panel, same_wavelength
from ...study.run import Group
from .. import markup as h
from ..style import CYCLE, GREY, RC, figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

WIDTHS_MM = {"single": 89.0, "double": 183.0}  # one column and two columns of a journal page
MOST_COLOURS = len(CYCLE)  # that are told apart with any colour vision
MOST_SAMPLES = 24  # of a figure that can still be read
_PANEL_MM, _HEAD_MM = 55.0, 14.0  # height of a panel of curves; of title and axis
_SLOT_MM, _LEAST_MM, _MOST_MM = 11.0, 48.0, 190.0  # height per offset curve, least and most of a panel
_LEGEND_MM = 3.6  # height of a line of the legend
_LETTER_MM, _KEY_MM = 1.45, 10.0  # width of a letter and of the key of the legend at 7 points
_MOST_LETTERS = {"single": 24, "double": 34}  # of a name in the legend
_LEAST_LETTERS = 10  # of the sample in it
_MARKERS = "osD^v"  # of more samples than there are colours
_ABREAST, _ABREAST_WIDE = {"single": 2, "double": 4}, {"single": 1, "double": 3}  # panels in a row
_APART = 1.08  # distance of offset curves over the height of the highest
_DASHES: tuple[Any, ...] = ("-", "-.", ":", (0, (6, 1, 1, 1, 1, 1)))  # of several curves of one sample
_SYNTHETIC_DASHES: tuple[Any, ...] = ((0, (3.5, 1.5)), (0, (1.2, 1.2)))  # the same of those simulated beside
_KINDS = ("measured", "synthetic", "recipe")
_NOISE = 10.0  # range over noise below which a curve shows no signal
_SPIKE = 5  # points of the running median that takes cosmic rays away


@dataclass(frozen=True)
class Series:
    """One curve with where it is from.

    Parameters
    ----------
    sample
        Name.
    kind
        ``"measured"``, ``"synthetic"`` for a simulated file of the study, ``"recipe"`` for one the study
        simulated beside its files.
    curve
        The curve.
    """

    sample: str
    kind: str
    curve: Curve

    @property
    def synthetic(self) -> bool:
        """Whether it was simulated."""
        return self.kind != "measured"

    @property
    def name(self) -> str:
        """Sample and what keeps its curves apart."""
        return f"{self.sample}, {self.curve.variant}" if self.curve.variant else self.sample


def series_of(groups: Sequence[Group], beside: Sequence[Group] = ()) -> list[Series]:
    """Return all curves of analyses, sample by sample, those simulated beside them last."""
    found = [Series(g.sample, g.origin, c) for g in groups for c in g.curves]
    found += [Series(g.sample, "recipe", c) for g in beside for c in g.curves]
    patterns = [s.curve.variant for s in found if s.curve.variant.startswith("λ")]
    if patterns and same_wavelength(patterns):
        found = [Series(s.sample, s.kind, _bare(s.curve)) for s in found]
    return sorted(found, key=lambda s: (s.sample, _KINDS.index(s.kind)))


def _bare(curve: Curve) -> Curve:
    return Curve(curve.panel, curve.x, curve.y, "", curve.mark)


def colours_of(samples: Sequence[str]) -> dict[str, Any]:
    """Return one colour for each sample: clearly different ones up to seven, shades beyond."""
    if len(samples) <= MOST_COLOURS:
        return dict(zip(samples, CYCLE, strict=False))
    from matplotlib import colormaps

    shades = 0.88 * colormaps["turbo"](np.linspace(0.04, 0.96, len(samples)))[:, :3]  # yellow needs it
    return dict(zip(samples, map(tuple, shades), strict=True))


def overlay(
    technique: str, series: Sequence[Series], colours: Mapping[str, Any], width: str
) -> Figure | None:
    """Draw the curves of all samples.

    Parameters
    ----------
    technique
        Its name; `PANELS` has its axes.
    series
        The curves, see `series_of`.
    colours
        By sample, see `colours_of`.
    width
        ``"single"`` (89 mm) or ``"double"`` (183 mm).

    Returns
    -------
    Figure or None
        None where fewer than two curves of a panel could be compared.

    Limits
    ------
    Samples beyond the 24th are left out; the table behind the figure has all.
    """
    from matplotlib import rc_context

    names = list(dict.fromkeys(s.sample for s in series))[:MOST_SAMPLES]
    shown = [s for s in series if s.sample in names]
    panels = {
        name: own
        for name in PANELS.get(technique, {})
        if (own := [s for s in shown if s.curve.panel == name])
    }
    if not panels or max(len({(s.sample, s.kind) for s in own}) for own in panels.values()) < 2:
        return None
    mixed = any(not s.synthetic for s in shown)
    with rc_context(RC):
        labels = _labels(shown, _MOST_LETTERS[width], mixed=mixed)
        columns, rows = _grid(technique, panels, width)
        heights = [_height(PANELS[technique][name], own) for name, own in panels.items()]
        row_mm = max(heights)
        keys = _columns(list(labels.values()), WIDTHS_MM[width])
        legend_mm = _LEGEND_MM * (math.ceil(len(labels) / keys) + (0.4 if mixed else 1.4))
        fig = figure(WIDTHS_MM[width], rows * row_mm + legend_mm)
        axes = fig.subplots(rows, columns, squeeze=False).ravel()
        lines: dict[tuple[str, str], Line2D] = {}
        for index, (ax, (name, own)) in enumerate(zip(axes, panels.items(), strict=False)):
            lines |= _panel(ax, PANELS[technique][name], own, colours, mixed=mixed)
            if PANELS[technique][name].offset and index % columns:
                ax.set_ylabel("")
        for ax in axes[len(panels) :]:
            ax.set_axis_off()
        given = [key for key in labels if key in lines]
        fig.legend(
            [lines[key] for key in given], [labels[key] for key in given], loc="outside upper left",
            ncols=keys, handlelength=2.0, columnspacing=1.2, borderpad=0.1, labelspacing=0.25,
            title=None if mixed else "SYNTHETIC (simulated, not measured):",
            title_fontsize=RC["legend.fontsize"], alignment="left",
        )  # fmt: skip
    return fig


def _labels(series: Sequence[Series], most: int, *, mixed: bool) -> dict[tuple[str, str], str]:
    """Return the words of the legend by name and origin."""
    found = {}
    for s in series:
        end = " SYNTHETIC" if s.synthetic and mixed else ""
        end += " from recipe" if s.kind == "recipe" else ""
        variant = f", {s.curve.variant}" if s.curve.variant else ""
        words = _shortened(s.sample, max(most - len(variant) - len(end), _LEAST_LETTERS)) + variant
        # no formulas of a name with dollars, and none that matplotlib would hide
        found[s.name, s.kind] = f" {words}{end}".replace("$", r"\$")[not words.startswith("_") :]
    return found


def _shortened(name: str, most: int) -> str:
    """Return a name without its middle where it is too long: beginnings and ends tell samples apart."""
    if len(name) <= most:
        return name
    head = (most - 1) * 3 // 5
    return f"{name[:head]}…{name[len(name) - (most - 1 - head) :]}"


def _columns(labels: Sequence[str], width_mm: float) -> int:
    widest = max(len(label) for label in labels) * _LETTER_MM + _KEY_MM
    most = max(1, min(len(labels), int(width_mm // widest)))
    return math.ceil(len(labels) / math.ceil(len(labels) / most))  # columns alike


def _grid(technique: str, panels: Mapping[str, Any], width: str) -> tuple[int, int]:
    """Return columns and rows of the panels."""
    narrow = all(PANELS[technique][name].offset for name in panels)  # needs no numbers at its ordinate
    columns = min(_ABREAST[width] if narrow else _ABREAST_WIDE[width], len(panels))
    return columns, math.ceil(len(panels) / columns)


def _height(panel: Panel, series: Sequence[Series]) -> float:
    if not panel.offset:
        return _PANEL_MM
    slots = len({s.name for s in series})
    return min(max(_SLOT_MM * slots + _HEAD_MM, _LEAST_MM), _MOST_MM)


def _panel(
    ax: Axes, panel: Panel, series: Sequence[Series], colours: Mapping[str, Any], *, mixed: bool
) -> dict[tuple[str, str], Line2D]:
    """Draw the curves of one panel and return one line of each name for the legend."""
    heights = _scaled(panel, series)
    lines: dict[tuple[str, str], Line2D] = {}
    for s, y in zip(series, heights, strict=True):
        style = _style(s, series, list(colours), mixed=mixed)
        (line,) = ax.plot(s.curve.x, y, color=colours[s.sample], **style)
        if (s.name, s.kind) not in lines or s.curve.mark == "dots":
            lines[s.name, s.kind] = line
    _finish(ax, panel, series)
    return lines


def _style(s: Series, series: Sequence[Series], samples: Sequence[str], *, mixed: bool) -> dict[str, Any]:
    variants = list(dict.fromkeys(o.curve.variant for o in series if o.sample == s.sample))
    number = variants.index(s.curve.variant)
    if s.kind == "recipe" or (s.synthetic and mixed):  # a line without points, as models are drawn
        return {"ls": _SYNTHETIC_DASHES[number % len(_SYNTHETIC_DASHES)], "lw": 0.9, "zorder": 1.5}
    dash = _DASHES[number % len(_DASHES)]
    if s.curve.mark == "line":
        return {"ls": dash, "lw": 0.9}
    marker = "o" if len(samples) <= MOST_COLOURS else _MARKERS[samples.index(s.sample) % len(_MARKERS)]
    few = len(s.curve.x) <= 120
    style: dict[str, Any] = {
        "marker": marker, "ms": 2.6 if few else 1.6, "mew": 0.6, "ls": dash, "lw": 0.6,
    }  # fmt: skip
    return style | ({"mfc": "white"} if s.curve.mark == "rings" else {})


def _scaled(panel: Panel, series: Sequence[Series]) -> list[np.ndarray]:
    """Return the ordinates as they are drawn: offset ones in units of their distance."""
    values = [np.asarray(s.curve.y) for s in series]
    if not panel.offset:
        return values
    if panel.scale == "signal":
        values = _signals(values)
    else:
        values = [_unit(y, _despiked(y) if panel.scale == "spikes" else y) for y in values]
    slots = list(dict.fromkeys(s.name for s in series))
    return [y + _APART * (len(slots) - 1 - slots.index(s.name)) for s, y in zip(series, values, strict=True)]


def _unit(values: np.ndarray, judged: np.ndarray) -> np.ndarray:
    """Move and scale values so that `judged` goes from 0 to 1; what reaches far beyond is cut off."""
    return np.clip((values - judged.min()) / (float(np.ptp(judged)) or 1.0), -0.1, 1.0)


def _despiked(values: np.ndarray) -> np.ndarray:
    from scipy.ndimage import median_filter

    return np.asarray(median_filter(values, _SPIKE, mode="nearest"))


def _level(values: np.ndarray) -> np.ndarray:
    """Return values less the straight line between their ends."""
    end = max(1, values.size // 10)
    return values - np.linspace(values[:end].mean(), values[-end:].mean(), values.size)


def _signals(values: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return curves over their background, each scaled by its range; noise alone keeps its size."""
    over = [y / level - 1 if (level := float(np.quantile(y, 0.2))) > 0 else y for y in values]
    smooth = [_despiked(y) for y in over]
    noise = [float(np.std(np.diff(y))) / math.sqrt(2) for y in over]
    ranges = [float(np.ptp(s)) for s in smooth]
    peaks = [float(np.ptp(_level(s))) for s in smooth]  # a slope is no signal
    largest = max(ranges) or 1.0
    scales = [r if p > _NOISE * n else largest for r, p, n in zip(ranges, peaks, noise, strict=True)]
    return [np.clip((y - s.min()) / r, -0.1, 1.1) for y, s, r in zip(over, smooth, scales, strict=True)]


def _finish(ax: Axes, panel: Panel, series: Sequence[Series]) -> None:
    """Name the axes and set their limits."""
    ends = [(min(s.curve.x), max(s.curve.x)) for s in series]
    low, high = min(e[0] for e in ends), max(e[1] for e in ends)
    ax.set_xlabel(_axis(panel.x, panel.x_unit))
    if panel.title:
        ax.set_title(panel.title, loc="left")
    if panel.offset:
        ax.set_ylabel(f"{panel.y} (offset)")
        ax.set_yticks([])
        ax.set_xlim((high, low) if panel.reverse else (low, high))
        ax.margins(y=0.02)
    else:
        ax.set_ylabel(_axis(panel.y, panel.y_unit))
    if panel.log_x:
        ax.set_xscale("log")
        _plain_ticks(ax, low, high)
    if panel.log_y:
        ax.set_yscale("log")
    if panel.equal:
        ax.set_aspect("equal", adjustable="datalim")
    if panel.from_zero and all(min(s.curve.y) >= 0 for s in series):
        ax.set_ylim(bottom=0)
    if panel.x == "cycle":
        from matplotlib.ticker import MaxNLocator

        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    if not panel.offset and min(min(s.curve.y) for s in series) < 0 < max(max(s.curve.y) for s in series):
        ax.axhline(0, color=GREY, lw=0.5, zorder=0)


def _axis(name: str, unit: str) -> str:
    shown = {"ohm": "Ω", "1/cm": "cm⁻¹", "degree": "°"}.get(unit, h.unit(unit))
    return f"{name} ({shown})" if shown else name


def _plain_ticks(ax: Axes, low: float, high: float) -> None:
    """Write a logarithmic abscissa of a few decades in plain numbers."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    if low <= 0 or high / low > 1e3:
        return
    steps = (1, 2, 5) if high / low < 100 else (1, 3)
    ticks = [s * 10.0**d for d in range(-6, 8) for s in steps]
    ax.xaxis.set_major_locator(FixedLocator([t for t in ticks if low <= t <= high]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
    ax.xaxis.set_minor_locator(NullLocator())
