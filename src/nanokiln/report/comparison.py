"""Comparison figures over all samples, in the order in which an article of this kind shows them."""

from __future__ import annotations

from collections.abc import Sequence

from . import markup as h
from .content import ReportInput, SamplePage
from .figures import boron, history, phase, products, timeline
from .gallery import Gallery
from .series import Series, verdicts_for
from .style import SPECIES
from .svg import block

_KINDS = (
    "Open marks are numbers quoted from the article: grey squares were used as input, orange squares were "
    "calibrated on and are no evidence, black diamonds were held out."
)


def comparison(content: ReportInput, gallery: Gallery) -> str:
    """Return the section with the comparison figures; parts without data are left out."""
    series = gallery.series
    parts = [
        _assembly(content, gallery),
        _feed_series(gallery),
        _numbers(content, series),
        _boron(content, series),
        _history(series),
        _rate(content),
        _phase(series),
        _others(content, gallery),
    ]
    made = [p for p in parts if p]
    empty = h.tag("p", "There are too few samples for a comparison.")
    return h.section("comparison", "Comparison", *(made or [empty]))


def _assembly(content: ReportInput, gallery: Gallery) -> str:
    page = _named_by(content, "Fig 1") or gallery.series.reference
    if page is None:
        return ""
    shots = gallery.before_and_after(page)
    a = page.sample.architecture.attrs
    caption = (
        f"{h.tag('b', 'Figure 1. The assembly.')} {h.text(page.name)}, drawn from the "
        f"{gallery.scale_of(page)}. In the particle scale: packing "
        f"fraction {a['packing_fraction']:.2f}, {a['coordination']:.1f} contacts per sphere, "
        f"{100 * a['bonded_fraction']:.0f} % of them bonded, neck over sphere radius "
        f"{a['mean_neck_ratio']:.2f}. "
        "Films and bumps of a few nanometres are below the resolution of the picture."
    )
    icp = [v for v in verdicts_for(content.ledger, "ICP", unit="g/g") if v.value == v.value]
    rows = [
        (
            h.text(v.claim.id),
            h.text(v.claim.quantity),
            h.text(h.minus(v.claim.value)),
            h.quantity(v.value, v.low, v.high, v.unit),
            h.text(v.label),
        )
        for v in icp
    ]
    extra = (
        h.table(
            ("Claim", "Quantity", "Claimed", "Computed", "Verdict"), rows, "Boron over silicon by mass (ICP)"
        )
        if rows
        else ""
    )
    return _group("figure-1", shots, caption) + extra


def _named_by(content: ReportInput, figure: str) -> SamplePage | None:
    """Return the page of the sample that claims about this figure are about."""
    pages = {p.name: p for p in content.pages}
    for verdict in content.ledger.verdicts:
        first = verdict.claim.where.partition(";")[0].strip()
        if first.rstrip("abcdefgh-") == figure and verdict.claim.sample in pages:
            return pages[verdict.claim.sample]
    return None


def _group(id_: str, shots: Sequence[str], caption: str) -> str:
    row = h.tag("div", *shots, class_="shots") if shots else ""
    return h.tag("figure", row, h.tag("figcaption", caption), id=id_, class_="wide")


def _feed_series(gallery: Gallery) -> str:
    pages = [p for p in gallery.series.products if p.sample.recipe.additive_ratio > 0]
    if len(pages) < 2:
        return ""
    words = ", ".join(
        f"{p.name} {p.sample.architecture.attrs['packing_fraction']:.2f} and "
        f"{p.sample.architecture.attrs['mean_neck_ratio']:.2f}"
        for p in pages
    )
    caption = (
        f"{h.tag('b', 'Figure 2. The feed series.')} {_where(pages, gallery)} Particle scale, packing "
        f"fraction and neck over sphere radius: {h.text(words)}."
    )
    return _group("figure-2", _drawn(pages, gallery), caption)


def _drawn(pages: Sequence[SamplePage], gallery: Gallery) -> list[str]:
    """Return the pictures of the samples that the section on their shape does not show already."""
    return gallery.shots([p for p in pages if gallery.shape(p) is None])


def _where(pages: Sequence[SamplePage], gallery: Gallery) -> str:
    """Say where the pictures are."""
    shown = [p for p in pages if gallery.shape(p) is not None]
    there = f"Pictures: section {h.tag('a', 'Shape', href='#shape')}."
    here = "Assemblies at one scale, feed rising; a neck below about 0.05 is thinner than a pixel."
    return " ".join([*([there] if shown else []), *([here] if len(shown) < len(pages) else [])])


def _numbers(content: ReportInput, series: Series) -> str:
    figure = products.products(series.products, content.ledger)
    if figure is None:
        return ""
    caption = (
        f"{h.tag('b', 'Figure 2, numbers.')} Mean diameters from virtual micrographs; BET area and pore "
        "volume "
        f"from virtual nitrogen isotherms, with 90 % intervals. {_KINDS if content.ledger.verdicts else ''}"
    )
    return block(figure, "figure-2-numbers", caption=caption)


def _boron(content: ReportInput, series: Series) -> str:
    figure = boron.content_and_species(series.products, content.ledger)
    fitted = boron.fits(series.products)
    if figure is None or fitted is None:
        return ""
    caption = (
        f"{h.tag('b', 'Figure 3. Boron.')} (a) Boron by XPS with 90 % interval against feed and bulk. "
        "(b) Species "
        "of boron from the fit of B 1s; hatched parts are not resolved and drawn at the middle of their "
        "interval, so "
        f"that such a bar need not add up to 100 %. Mark beside a bar: share of BC3 quoted from the article. "
        f"{_KINDS}"
    )
    more = (
        f"{h.tag('b', 'Figure 3, fits.')} B 1s of the virtual spectrometer with the components found by the "
        "constrained fit. Lines that overlap trade area; the intervals are in the tables of the samples."
    )
    return block(figure, "figure-3", caption=caption) + block(fitted, "figure-3-fits", caption=more)


def _history(series: Series) -> str:
    if series.reference is None:
        return ""
    line = timeline.timeline(series.reference.sample.firing)
    name = h.text(series.reference.name)
    parts = []
    if line is not None:
        caption = (
            f"{h.tag('b', 'Figure 4. The furnace.')} {name}: (a) stages, each from 5 % to 95 % of its "
            "extent, (b) temperature, (c) species of boron, (d) melt, (e) its viscosity, (f) boron in "
            "carbon and carbon "
            "lost. Background: regime."
        )
        parts.append(block(line, "figure-4", caption=caption))
    figure = history.history(series.stopped, series.heated)
    if figure is not None:
        caption = (
            f"{h.tag('b', 'Figure 4, time and temperature.')} The mixture of {name} stopped on the way "
            "and washed, or "
            "fired at other temperatures: neck ratio of the particle scale and film on the spheres."
        )
        parts.append(block(figure, "figure-4-series", caption=caption))
    return "".join(parts)


def _rate(content: ReportInput) -> str:
    if content.rate_family is None:
        return ""
    from ..halfcell.plot import rate_figure

    figure = rate_figure(content.rate_family, width_mm=120.0)
    caption = (
        f"{h.tag('b', 'Figure 5. Rate capability.')} Two capacities set two numbers of the half cell "
        "(orange); those "
        "between are predicted. The band spans the members of the family and is no confidence interval."
    )
    return block(figure, "figure-5", caption=caption)


def _phase(series: Series) -> str:
    samples = [p.sample for p in series.products if p.sample.recipe.additive_ratio > 0]
    if not samples:
        return ""
    caption = (
        f"{h.tag('b', 'Figure 6. The melt.')} B2O3–SiO2 with the paths of the recipes: silica dissolves "
        "on heating "
        "and during the hold (dot: end of the hold), then the melt cools at its composition, unmixes "
        "where the path "
        "meets the binodal, and turns to glass where the path ends."
    )
    return block(phase.phase_diagram(samples), "figure-6", caption=caption)


def _others(content: ReportInput, gallery: Gallery) -> str:
    """Show products of other precursors and the etched ones beside each other."""
    in_series = {id(p) for p in (*gallery.series.products, *gallery.series.heated)}
    pages = [p for p in content.pages if p.sample.stage == "product" and id(p) not in in_series]
    if not pages:
        return ""
    rows = [
        (
            h.text(p.name),
            h.text(p.sample.recipe.precursor.name),
            f"{p.sample.architecture.attrs['packing_fraction']:.2f}",
            f"{p.sample.architecture.attrs['bonded_fraction']:.2f}",
            f"{p.sample.architecture.attrs['mean_neck_ratio']:.2f}",
            h.number(p.sample["film_nm"], 2),
            *(_share(p, name) for name in SPECIES),
        )
        for p in pages
    ]
    headers = ("Sample", "Precursor", "Packing", "Bonded share", "Neck ratio", "Film (nm)")
    shares = [f"{name} (%)" for name in SPECIES]
    shots = _drawn(pages, gallery)
    scales = "Scales differ between precursors: see the scale bars." if shots else _where(pages, gallery)
    caption = f"{h.tag('b', 'Figure 7. Controls.')} Products of other precursors or treatments. {scales}"
    numbers = h.table([*headers, *shares], rows, "Controls in numbers; shares of B 1s with 90 % interval")
    return _group("figure-7", shots, caption) + numbers


def _share(page: SamplePage, name: str) -> str:
    finding = page.finding("xps", f"share_{name}")
    return "–" if finding is None else h.text(h.estimate(finding.value, finding.low, finding.high))
