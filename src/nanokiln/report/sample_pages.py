"""One collapsible part per sample: recipe, furnace, picture, measurements, findings, state."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from ..core.errors import NanokilnError
from ..core.evidence import Finding
from ..core.measurement import Measurement
from ..recipe import recipe_text
from ..study.crew import Failure, each
from ..techniques import get
from . import markup as h
from .content import ReportInput, SamplePage
from .figures import histograms, timeline
from .gallery import Gallery
from .svg import block
from .words import STATE


def sample_pages(content: ReportInput, gallery: Gallery, jobs: int, tell: Callable[[float], None]) -> str:
    """Return the section with all samples; figures of instruments are drawn in so many processes."""
    tasks = [
        (*page.measurements[name], name, page.name, f"sample-{index}-{name}")
        for index, page in enumerate(content.pages)
        for name in page.measurements
    ]
    if jobs > 1:
        drawn = each(_measured, tasks, jobs, tell)
    else:
        drawn = []
        for number, task in enumerate(tasks, start=1):
            drawn.append(_measured(*task))
            tell(number / len(tasks))
    figures = iter(drawn)
    parts = []
    for index, page in enumerate(content.pages):
        own = [next(figures) for _ in page.measurements]
        parts.append(_page(page, index, gallery, own))
    links = [h.tag("a", h.text(p.name), href=f"#sample-{i}") for i, p in enumerate(content.pages)]
    intro = h.tag("p", "Go to: ", ", ".join(links), ".") if links else h.tag("p", "No samples.")
    return h.section("samples", "Samples", intro, *parts)


def _page(page: SamplePage, index: int, gallery: Gallery, figures: Sequence[str]) -> str:
    sample = page.sample
    id_ = f"sample-{index}"
    about = sample.recipe.title.removeprefix(f"{page.name}: ")
    title = h.tag("b", h.text(page.name)) + " " + h.text("" if about == page.name else about)
    parts = [
        _facts(page),
        _assembly(page, gallery, id_),
        _furnace(page, id_),
        block(histograms.histograms(sample), f"{id_}-histograms", caption=_histogram_words(page)),
        *(h.tag("p", h.text(f)) if isinstance(f, Failure) else f for f in figures),
        _findings(page, id_),
        h.details("State of the sample (all numbers)", _state(page)),
        h.details("Recipe (TOML)", h.tag("pre", h.text(recipe_text(sample.recipe)))),
    ]
    return h.details(title, "".join(parts), class_="sample", id_=id_)


def _facts(page: SamplePage) -> str:
    s = page.sample
    a = s.architecture.attrs
    facts = [
        ("stage", s.stage),
        ("boric acid : precursor", f"{h.number(s.recipe.additive_ratio)} g/g"),
        (
            "peak temperature",
            f"{s.recipe.programme.peak_degC:.0f} °C" if s.recipe.programme.fired else "not fired",
        ),
        ("washes", str(s.recipe.wash_cycles)),
        ("spheres (particle scale)", str(s.architecture.sizes["sphere"])),
        ("packing fraction", f"{a['packing_fraction']:.3f}"),
        ("contacts per sphere", f"{a['coordination']:.2f}"),
        ("bonded share (particle scale)", f"{a['bonded_fraction']:.2f}"),
        ("neck ratio (particle scale)", f"{a['mean_neck_ratio']:.3f}"),
        ("seed", str(s.seed)),
    ]
    return h.tag(
        "dl", *(h.tag("div", h.tag("dt", n), h.tag("dd", h.text(v))) for n, v in facts), class_="facts"
    )


def _assembly(page: SamplePage, gallery: Gallery, id_: str) -> str:
    shots = gallery.before_and_after(page)
    if not shots:
        return ""
    words = "Assembly" if len(shots) == 1 else "Before (left) and after the furnace (right) at one scale"
    caption = f"{words}. Drawn from the {gallery.scale_of(page)}; not an electron micrograph."
    return h.tag(
        "figure", h.tag("div", *shots, class_="shots"), h.tag("figcaption", caption), id=f"{id_}-picture"
    )


def _furnace(page: SamplePage, id_: str) -> str:
    figure = timeline.timeline(page.sample.firing)
    if figure is None:
        return h.tag("p", "This powder was not fired.")
    caption = (
        f"Furnace time line of {h.text(page.name)}: (a) stages, (b) temperature, (c) species of boron, "
        "(d) melt, "
        "(e) its viscosity, (f) boron in carbon. Background: regime."
    )
    return block(figure, f"{id_}-timeline", caption=caption)


def _histogram_words(page: SamplePage) -> str:
    return (
        f"{h.text(page.name)}: (a) neck ratios of bonded contacts in the particle scale; (b) sphere "
        "diameters of "
        "the simulated population."
    )


def _measured(
    measurements: Sequence[Measurement], findings: Sequence[Finding], name: str, sample: str, id_: str
) -> str:
    """Return the technique's own figure, or why there is none."""
    if not measurements:
        return ""
    technique = get(name)
    try:
        figure = technique.plot(measurements, findings)
    except NanokilnError as error:
        return h.tag("p", f"{h.text(technique.title)}: no figure. {h.text(error)}")
    return block(figure, id_, caption=f"{h.text(technique.title)}, {h.text(sample)}.")


def _findings(page: SamplePage, id_: str) -> str:
    rows = [finding_row(f) for _, findings in page.measurements.values() for f in findings]
    if not rows:
        return ""
    headers = ("Technique", "Quantity", "Value [90 % interval]", "Evidence", "Notes")
    return h.table(headers, rows, f"Findings of {page.name}", id_=f"{id_}-findings")


def finding_row(f: Finding) -> Sequence[str]:
    """Return a finding as cells of a table."""
    label = f.choices.get("label")
    name = f"{f.name} ({label})" if label else f.name
    value = "not resolved" if not math.isfinite(f.value) and not math.isfinite(f.low) else h.quantity(
        f.value, f.low, f.high, f.unit
    )  # fmt: skip
    notes = "; ".join(f.notes)
    long_notes = (
        h.details("note" if len(f.notes) == 1 else f"{len(f.notes)} notes", h.tag("p", h.text(notes)))
        if len(notes) > 90
        else h.text(notes)
    )
    return h.text(f.technique), h.text(name), value, h.text(f.evidence), long_notes


def _state(page: SamplePage) -> str:
    rows = [
        (
            h.tag("code", h.text(name)),
            h.text(STATE.get(str(name), "")),
            h.number(float(variable)),
            h.text(h.unit(str(variable.attrs.get("units", "")))),
        )
        for name, variable in page.sample.state.items()
    ]
    return h.table(
        ("Name", "Meaning", "Value", "Unit"), rows, "State, per gram of precursor", class_="numbers"
    )
