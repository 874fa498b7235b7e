"""Make the pictures of the README and of the documentation: ``python docs/make_images.py``.

Everything in them is simulated by the package itself; nothing is retouched. Takes some minutes, most of them
for the voxels of the overview.
"""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import nanokiln
from nanokiln import techniques
from nanokiln.core.files import atomic_path
from nanokiln.core.parameters import Values
from nanokiln.halfcell import Family, outcomes, predict_family, rate_figure
from nanokiln.halfcell.battery_study import lost_for_good
from nanokiln.halfcell.perform import perform
from nanokiln.halfcell.plot import long_figure, rate_fit_figure
from nanokiln.halfcell.protocol import parse_protocol, protocol_text
from nanokiln.halfcell.rate_fit import fit_rates
from nanokiln.halfcell.specimen import specimen
from nanokiln.report.style import BLACK, BLUE, GREEN, GREY, ORANGE, RC, SPECIES, SPECIES_NAMES, VERMILLION
from nanokiln.sample import Sample
from nanokiln.techniques.cv.synthetic import voltammogram
from nanokiln.techniques.cycling.synthetic import anode_test
from nanokiln.techniques.eis.synthetic import spectrum
from nanokiln.techniques.xps.analyse import fit as fit_region
from nanokiln.techniques.xps.model import parts
from nanokiln.views.camera import Camera
from nanokiln.views.render import render

FOLDER = Path(__file__).resolve().parent / "images"
SAMPLE, SHOWN = "B-SiOC-3", "B-SiOC-2"  # of the pictures of the techniques, of the overview
VOXELS = 128
STAGES = {
    "before": "dried, before the furnace",
    "hold": "{degC:.0f} °C, after 4 h: melt in amber",
    "washed": "cooled and washed",
}
FROM = (0.86, 0.42, 0.30)  # direction of the camera
BOXES = 1.62  # of the loose powder across a picture: each sphere of the box once
TALL = 0.86  # of a picture, over its width
PIXELS = 460  # across a picture
RATE_TEST = {0.1: 1404.0, 0.2: 1207.0, 0.5: 961.0, 1.0: 812.0, 2.0: 688.0}  # article, C133 to C137
SEED = 0
DPI = 150  # legible on a screen, small in a repository
WIDTH_IN, HEIGHT_IN = 8.4, 4.9
COLOURS = 256  # of the palette; more cannot be told apart
BAR_NM = 200  # scale bar of the pictures
END_H = 9.0  # of the furnace panel; what follows is free cooling
HOUR = 3600.0


def _spectra() -> list[Any]:
    cell = {"R0": 5, "R1": 40, "Q1": 2e-5, "n1": 0.85, "R2": 149, "Q2": 4e-4, "n2": 0.8, "A2": 60}
    return [spectrum("R-RQ-Q(RW)", cell, SEED, label="article's circuit")]


def _tests() -> list[Any]:
    rates = [0.1] * 5 + [0.5] * 5 + [2.0] * 40
    capacities = [1404.0] * 5 + [961.0] * 5 + [688 * (1 - 0.0003 * i) for i in range(40)]
    return [anode_test(capacities, rates, 1.13, SEED)]


def _scans() -> list[Any]:
    rates = (1e-4, 2e-4, 5e-4, 1e-3)
    heights = [1e-4 * (rate / 1e-4) ** 0.7 for rate in rates]
    return [
        voltammogram([(0.45, h, 0.12)], [(0.25, 1.5 * h, 0.08)], rate, seed)
        for seed, (rate, h) in enumerate(zip(rates, heights, strict=True))
    ]


#: Techniques of a cell: what they show is made of known numbers, not of a sample.
CELLS = {"eis": _spectra, "cycling": _tests, "cv": _scans}
MICROSCOPES = ("sem", "eds")  # look at the voxels
WITHOUT = {"tem"}  # three spheres are too few for the panels of its figure
CHOICES = {"cycling": {"mass_mg": 1.13}}


def main() -> None:
    """Write all pictures into ``docs/images``."""
    product = nanokiln.make_sample(nanokiln.load_recipe(SAMPLE), seed=SEED)
    shown = nanokiln.make_sample(nanokiln.load_recipe(SHOWN), seed=SEED, voxels=VOXELS)
    family = predict_family(Values())
    samples = dict.fromkeys(techniques.PACKAGES, product) | dict.fromkeys(MICROSCOPES, shown)
    measured = {
        name: _measure(sample, name) for name, sample in samples.items() if name not in {*CELLS, *WITHOUT}
    }
    measured |= {name: _analysed(name, make(), CHOICES.get(name)) for name, make in CELLS.items()}
    for name, (measurements, findings) in measured.items():
        _save(techniques.get(name).plot(measurements, findings), f"{name}.png")
    _save(rate_figure(family, width_mm=120.0), "halfcell.png")
    _save(rate_fit_figure(fit_rates(RATE_TEST)), "rate_fit.png")
    _save(long_test(shown), "halfcell_long.png")
    _save(overview(shown, family), "overview.png", colours=0)  # greys would take all of a palette


def long_test(sample: Sample) -> Any:
    """Return the figure of 2000 cycles with a month's rest, and of the same fade with nothing coming back."""
    made = specimen(sample)
    protocol = parse_protocol(protocol_text("long"))
    no_way_back = replace(made, wear=lost_for_good(made.cell, made.wear, sample.values))
    runs = {
        "declared law": perform(made, protocol, sample.values),
        "same fade, nothing comes back": perform(no_way_back, protocol, sample.values),
    }
    return long_figure(runs, sample.values)


def _measure(sample: Sample, name: str) -> tuple[Any, Any]:
    technique = techniques.get(name)
    measurements = technique.simulate(sample, SEED)
    return measurements, technique.analyse(measurements)


def _analysed(name: str, measurements: Any, choices: Any = None) -> tuple[Any, Any]:
    return measurements, techniques.get(name).analyse(measurements, choices)


def _save(figure: Any, name: str, colours: int = COLOURS) -> None:
    """Write a figure as PNG, with a palette unless `colours` is 0: small, and the same for every run."""
    from PIL import Image

    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI)
    picture = Image.open(buffer).convert("RGB")
    if colours:
        picture = picture.quantize(colours, dither=Image.Dither.NONE)
    with atomic_path(FOLDER / name) as temporary:
        picture.save(temporary, "PNG", optimize=True)
    print(f"{name}: {(FOLDER / name).stat().st_size / 1000:.0f} kB", file=sys.stderr)


def overview(sample: Sample, family: Family) -> Any:
    """Draw the chain from powder to half cell: three stages of one firing, and what comes of it."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(RC):
        figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), layout="constrained")
        above, below = figure.subfigures(2, 1, height_ratios=(1.42, 1.0))
        pictures = above.subplots(1, len(STAGES))
        for axes, stage in zip(pictures, STAGES, strict=True):
            _picture(axes, sample, stage)
        panels = below.subplots(1, 4)
        _furnace(panels[0], sample)
        _isotherm(panels[1], *_measure(sample, "n2_sorption"))
        _boron(panels[2], _measure(sample, "xps")[0])
        _rate(panels[3], family)
        for axes, text in zip([*pictures, *panels], "abcdefg", strict=True):
            axes.set_title(f"{text}  {axes.get_title()}", loc="left", fontsize=8)
            axes.set_title("", loc="center")
    return figure


def _picture(axes: Any, sample: Sample, stage: str) -> None:
    """Draw each sphere of the box once, all stages at one scale."""
    assert sample.voxels is not None
    width = BOXES * VOXELS * float(sample.voxels["voxel_nm"].max())
    camera = Camera(FROM, width_nm=width, shape="clump")
    size = (PIXELS, round(TALL * PIXELS))
    axes.imshow(
        render(sample.voxels, stage, size=size, camera=camera, mode="colour", bar=False),
        extent=(0, width, 0, TALL * width),
    )
    margin = 0.04 * width
    axes.plot([margin, margin + BAR_NM], [margin, margin], color="white", lw=2.5, solid_capstyle="butt")
    axes.text(margin, 1.5 * margin, f"{BAR_NM} nm", color="white", fontsize=7, va="bottom")
    axes.text(width - margin, 0.8 * margin, "SYNTHETIC", color="#ffc43c", fontsize=7, ha="right", va="bottom")
    degC = float(sample.voxels["temperature_degC"].sel(stage=stage))
    axes.set(xticks=[], yticks=[], title=STAGES[stage].format(degC=degC))
    for spine in axes.spines.values():
        spine.set_visible(False)


def _furnace(axes: Any, sample: Sample) -> None:
    run = sample.firing
    hours = run["time"].values / HOUR
    shown = hours <= END_H
    curves = (
        ("temperature", GREY, "temperature"),
        ("bridging_melt", BLUE, "melt between spheres"),
        ("silica_dissolved", VERMILLION, "silica dissolved"),
        ("plane_boron", GREEN, "boron in carbon planes"),
    )
    for name, colour, label in curves:
        values = run[name].values
        axes.plot(hours[shown], values[shown] / values.max(), color=colour, label=label)
    axes.set(xlabel="time (h)", ylabel="share of the largest value", title="in the furnace")
    axes.set(xlim=(0, END_H), ylim=(0, 1.85), yticks=(0, 0.5, 1.0))
    axes.legend(loc="upper left", fontsize=6)


def _isotherm(axes: Any, measurements: Any, findings: Any) -> None:
    data = measurements[0].data
    x, n, branch = (data[name].values for name in ("pressure", "loading", "branch"))
    axes.plot(x[branch == 0], n[branch == 0], "o-", ms=2.2, color=BLUE, label="adsorption")
    axes.plot(
        x[branch == 1], n[branch == 1], "o-", ms=2.2, mfc="white", mew=0.6, color=BLUE, label="desorption"
    )
    area = next(f for f in findings if f.name == "bet_area")
    words = f"BET area {area.value:.0f} m²/g\n[{area.low:.0f}, {area.high:.0f}]"
    axes.text(0.04, 0.72, words, transform=axes.transAxes, va="top", fontsize=7)
    axes.set(
        xlabel="relative pressure",
        ylabel="adsorbed N$_2$ (mmol/g)",
        title="nitrogen isotherm",
        ylim=(0, None),
    )
    axes.legend(loc="upper left", fontsize=6)


def _boron(axes: Any, measurements: Any) -> None:
    fitted = fit_region(measurements)
    assert fitted is not None
    fit, line = fitted
    lines, background = parts(fit.layout, fit.typical(), fit.energy)
    axes.plot(fit.energy, fit.counts, "o", ms=1.6, mfc="none", mew=0.4, color="0.45")
    for index, name in enumerate(fit.names):
        top = background + lines[:, index]
        label = SPECIES_NAMES[name]
        axes.fill_between(fit.energy, background, top, color=SPECIES[name], alpha=0.6, lw=0.5, label=label)
    axes.plot(fit.energy, background + lines.sum(axis=1), color=BLACK, lw=0.9)
    axes.set(xlabel="binding energy (eV)", ylabel="counts", title=f"XPS, {line}", xlim=(198, 186))
    axes.set_ylim(0.9 * fit.counts.min(), 1.06 * fit.counts.max())
    axes.legend(loc="upper right", fontsize=6, handlelength=1.0)


def _rate(axes: Any, family: Family) -> None:
    current = np.asarray(family.currents)
    axes.fill_between(current, family.low, family.high, color=BLUE, alpha=0.25, lw=0, label="band of shapes")
    axes.plot(current, family.central, color=BLUE, label="declared shape")
    axes.plot(
        *zip(*sorted(family.targets.items()), strict=True),
        "s",
        color=ORANGE,
        mec=BLACK,
        mew=0.5,
        label="calibrated on",
    )
    rows = outcomes(family)
    axes.plot(
        [r.current_A_g for r in rows],
        [r.quoted for r in rows],
        "D",
        color=BLACK,
        ms=3.5,
        label="held out: missed",
    )
    axes.set_xscale("log")
    axes.set_xticks(family.currents, [f"{c:g}" for c in family.currents])
    axes.minorticks_off()
    axes.set(xlabel="current (A/g)", ylabel="capacity (mAh/g)", title="half cell (B-SiOC-2)", ylim=(0, None))
    axes.legend(loc="lower left", fontsize=6)


if __name__ == "__main__":
    main()
