"""Histograms of one sample: neck ratios of the particle scale, diameters before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..style import BLUE, FULL_MM, RC, SMALL, VERMILLION, figure, letter

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

    from ...sample import Sample

_HEIGHT_MM = 58
_BINS = 30


def histograms(sample: Sample) -> Figure:
    """Draw neck ratios of bonded contacts (left) and sphere diameters before and after (right)."""
    from matplotlib import rc_context

    with rc_context(RC):
        fig = figure(FULL_MM, _HEIGHT_MM)
        left, right = fig.subplots(1, 2)
        _necks(left, sample.architecture)
        _sizes(right, sample)
        letter(left, "a")
        letter(right, "b")
    return fig


def _necks(axes: Any, architecture: xr.Dataset) -> None:
    bonded = np.asarray(architecture["bonded"].values, dtype=bool)
    ratio = np.asarray(architecture["neck_ratio"].values, dtype=float)[bonded]
    axes.set_xlabel("Neck radius over sphere radius (1)")
    axes.set_ylabel("Bonded contacts")
    if not ratio.size:
        axes.set(xlim=(0, 1), ylim=(0, 1), yticks=[])
        axes.text(0.5, 0.5, "no bonded contact", transform=axes.transAxes, ha="center", va="center")
        return
    axes.hist(ratio, np.linspace(0, max(0.8, float(ratio.max()) * 1.05), 2 * _BINS), color=BLUE)
    axes.set_title(f"{ratio.size} bonded contacts of {bonded.size}", fontsize=SMALL)


def _sizes(axes: Any, sample: Sample) -> None:
    before, after = (sample.sizes[f"{end}_nm"].values for end in ("before", "after"))
    fired = sample.stage != "before"
    shown = [("before", before, BLUE)] + ([("after", after, VERMILLION)] if fired else [])
    every = np.concatenate([d for _, d, _ in shown])
    edges = np.linspace(every.min(), every.max(), _BINS + 1)
    for name, d, colour in shown:
        label = f"{name}: {d.mean():.1f} ± {d.std():.1f} nm"
        axes.hist(d, edges, histtype="stepfilled", color=colour, alpha=0.25)
        axes.hist(d, edges, histtype="step", color=colour, lw=1.2, label=label)
    axes.set_ylim(0, axes.get_ylim()[1] * 1.5)
    axes.set_xlabel("Sphere diameter (nm)")
    axes.set_ylabel("Spheres")
    axes.legend(loc="upper right", title="mean ± standard deviation", title_fontsize=SMALL)
