"""Boron as XPS sees it: content against feed, the fits of B 1s, shares of the species."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...matter.constants import MASS_B
from ..content import SamplePage
from ..series import claimed_number
from ..style import (
    BLACK,
    BLUE,
    FULL_MM,
    GREY,
    RC,
    SMALL,
    SPECIES,
    SPECIES_NAMES,
    VERMILLION,
    figure,
    letter,
    synthetic,
)  # fmt: skip
from . import marks

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ...core.evidence import Finding
    from ...core.measurement import Measurement
    from ...sample import Sample
    from ...study.ledger import Ledger

_HEIGHT_MM, _FIT_MM = 66, 110
#: Choices of an analysis that a drawing of the same fit repeats.
_KEPT = (
    "region",
    "width",
    "positions",
    "mixing",
    "width_range",
    "components",
    "range_eV",
    "seed",
    "group",
    "chains",
)


def _with_xps(pages: Sequence[SamplePage]) -> list[SamplePage]:
    return [p for p in pages if p.measurements.get("xps") and p.sample["fed"] > 0]


def nominal(sample: Sample) -> float:
    """Return the boron content of the dry mixture before the furnace in mass per cent."""
    return float(100 * sample["fed"] * sample.values[MASS_B] / 1000 / (1 + sample.recipe.additive_ratio))


def content_and_species(pages: Sequence[SamplePage], ledger: Ledger) -> Figure | None:
    """Draw boron content by XPS against the feed (left) and the shares of the species (right)."""
    from matplotlib import rc_context

    seen = _with_xps(pages)
    if not seen:
        return None
    with rc_context(RC):
        fig = figure(FULL_MM, _HEIGHT_MM)
        left, right = fig.subplots(1, 2, width_ratios=(1.1, 1.25))
        _content(left, seen)
        _shares(right, seen, ledger)
        letter(left, "a")
        letter(right, "b")
    return fig


def _content(axes: Axes, pages: Sequence[SamplePage]) -> None:
    for x, page in enumerate(pages):
        marks.found(axes, x, page.finding("xps", "wt_percent_B"), label="XPS of the product")
        axes.plot([x], [nominal(page.sample)], "_", ms=14, mew=1.4, color=BLACK, label="feed (as boric acid)")
        kept = 100 * page.sample["boron"] * page.sample.values[MASS_B] / 1000 / page.sample["product_mass"]
        axes.plot([x], [kept], "_", ms=14, mew=1.4, color=VERMILLION, label="bulk of the product")
    marks.samples_axis(axes, [p.name for p in pages])
    axes.set_ylabel("Boron (wt%)")
    axes.set_ylim(0, axes.get_ylim()[1] * 1.3)
    marks.legend(axes, loc="upper left")
    synthetic(axes, 0.99, 1.08)


def _shares(axes: Axes, pages: Sequence[SamplePage], ledger: Ledger) -> None:
    for x, page in enumerate(pages):
        bottom = 0.0
        for name, colour in reversed(SPECIES.items()):  # BC3 at the bottom, where it can be read off
            bottom += _bar(axes, x, page, name, colour, bottom)
        quoted = claimed_number(ledger, "XPS", "BC3 share", page.name, "%")
        if quoted is not None:
            marker, colour, label = marks.QUOTED[quoted.claim.kind]
            label = f"{label}: BC$_3$"
            axes.plot(
                [x + 0.36],
                [quoted.claim.number],
                marker,
                ms=4.5,
                mfc="white",
                mec=colour,
                mew=1.2,
                label=label,
            )
    axes.axhline(100, color=GREY, lw=0.6)
    marks.samples_axis(axes, [p.name for p in pages])
    axes.set_ylabel("Share of B 1s (%)")
    axes.set_ylim(0, 104)
    marks.legend(
        axes, (*SPECIES_NAMES.values(), "not", "quoted"), loc="center left", bbox_to_anchor=(1.0, 0.5)
    )
    synthetic(axes, 0.99, 1.08)


def _bar(axes: Axes, x: float, page: SamplePage, name: str, colour: str, bottom: float) -> float:
    """Draw one share: the number where resolved, the middle of its interval hatched where not."""
    finding = page.finding("xps", f"share_{name}")
    if finding is None:
        return 0.0
    style: dict[str, Any] = {"color": colour, "edgecolor": "white", "linewidth": 0.6, "width": 0.6}
    height, said = finding.value, f"{finding.value:.0f}"
    if not finding.resolved:
        height, said = 0.5 * (finding.low + finding.high), ""
        axes.bar(
            [x], [height], bottom=bottom, hatch="////", label="not resolved", **{**style, "color": colour}
        )
    axes.bar([x], [height], bottom=bottom, label=SPECIES_NAMES[name], zorder=0, **style)
    if said and height > 5:
        axes.text(x, bottom + height / 2, said, ha="center", va="center", fontsize=SMALL)
    return height


def fits(pages: Sequence[SamplePage]) -> Figure | None:
    """Draw B 1s of each sample with its fitted components and residual."""
    from matplotlib import rc_context

    seen = _with_xps(pages)[-4:]
    if not seen:
        return None
    with rc_context(RC):
        fig = figure(FULL_MM, _FIT_MM if len(seen) > 2 else _FIT_MM / 2)
        grid = np.ravel(fig.subplots((len(seen) + 1) // 2, min(2, len(seen)), squeeze=False))
        for axes, page, name in zip(grid, seen, "abcd", strict=False):
            _fit(axes, *page.measurements["xps"])
            axes.set_title(page.name, fontsize=SMALL + 1)
            letter(axes, name)
        for axes in grid[len(seen) :]:
            axes.remove()
        handles, labels = grid[0].get_legend_handles_labels()
        fig.legend(handles, labels, loc="outside upper center", ncols=len(labels))
    return fig


def _fit(axes: Axes, measurements: Sequence[Measurement], findings: Sequence[Finding]) -> None:
    from ...techniques.xps import model
    from ...techniques.xps.analyse import fit

    used = next((f.choices for f in findings if f.name.startswith("share_")), {})
    result = fit(measurements, {k: used[k] for k in _KEPT if k in used})
    if result is None:
        axes.text(0.5, 0.5, "no region to fit", transform=axes.transAxes, ha="center")
        return
    region = result[0]
    energy, counts = region.energy, region.counts / 1000
    lines, background = model.parts(region.layout, region.typical(), energy)
    background = background / 1000
    axes.plot(energy, counts, ".", ms=2.2, color=GREY, label="data")
    axes.plot(energy, background + lines.sum(axis=1) / 1000, color=BLACK, lw=1.0, label="fit")
    for column, name in enumerate(region.names):
        top = background + lines[:, column] / 1000
        colour = SPECIES.get(name, BLUE)
        axes.fill_between(
            energy, background, top, color=colour, alpha=0.55, lw=0, label=SPECIES_NAMES.get(name, name)
        )
    axes.plot(energy, background, color=GREY, lw=0.8, ls="--")
    axes.invert_xaxis()
    axes.set_xlabel("Binding energy (eV)")
    axes.set_ylabel("10$^3$ counts")
    if any(m.origin == "synthetic" for m in measurements):
        synthetic(axes)
