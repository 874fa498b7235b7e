"""One look for all figures of the report: sizes, colours, fonts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Okabe and Ito: told apart by readers with any colour vision, and in grey.
BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILLION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
GREY = "#767676"
CYCLE = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, BLACK)

MM = 1 / 25.4  # inch per mm
FULL_MM, HALF_MM = 178.0, 85.0  # two columns and one column of a journal page
SMALL = 7.0  # points; smallest text of a figure at these widths

RC: Any = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial", "sans-serif"],
    "font.size": 8.0,
    "axes.titlesize": 8.0,
    "axes.labelsize": 8.0,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "legend.fontsize": SMALL,
    "legend.frameon": False,
    "lines.linewidth": 1.1,
    "lines.markersize": 4.0,
    "axes.unicode_minus": True,
}

#: Species of boron in the order of binding energy, from oxide to carbon.
SPECIES = {"BO3": BLUE, "BCO2": SKY, "BC2O": GREEN, "BC3": VERMILLION}
SPECIES_NAMES = {"BO3": "BO$_3$", "BCO2": "BCO$_2$", "BC2O": "BC$_2$O", "BC3": "BC$_3$"}


def figure(width_mm: float, height_mm: float) -> Figure:
    """Return an empty figure of this size with constrained layout."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width_mm * MM, height_mm * MM), layout="constrained")


def letter(axes: Axes, text: str) -> None:
    """Write the letter of a panel outside its upper left corner."""
    axes.set_title(text, loc="left", fontweight="bold", fontsize=8.5)


def synthetic(axes: Axes, x: float = 0.98, y: float = 0.97, ha: str = "right") -> None:
    """Mark a panel as simulated."""
    axes.text(x, y, "SYNTHETIC", transform=axes.transAxes, ha=ha, va="top", fontsize=SMALL, color="0.35")
