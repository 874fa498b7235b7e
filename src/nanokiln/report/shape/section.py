"""The section on shape: the voxel scale through the furnace, from sample to sample, and by cooling model."""

from __future__ import annotations

from collections.abc import Sequence

from ...assembly.voxels.skin import LEAST_WAVE
from .. import markup as h
from ..content import ReportInput, SamplePage
from ..gallery import Gallery
from . import tables
from .record import Shape
from .words import NOT_RESOLVED, SMOOTH, is_known, is_smooth, listed, short

_QUANTITIES = {
    "solid_fraction": ("solid fraction", ""),
    "diameter": ("diameter", " nm"),
    "bonded_fraction": ("bonded share", ""),
    "rq": ("Rq", " nm"),
}
_CONTROLS = 5  # in a row


def shape_section(content: ReportInput, gallery: Gallery) -> str:
    """Return the section; empty where no sample has a voxel run."""
    pages = [p for p in content.pages if gallery.shape(p) is not None]
    if not pages:
        return ""
    parts = [
        _intro(pages, gallery),
        _furnace(gallery),
        _turning(gallery),
        _feed(gallery),
        _controls(pages, gallery),
        _temperatures(gallery),
        _etched(pages, gallery),
        _cooling(pages, gallery),
        _geometry(pages, gallery),
    ]
    return h.section("shape", "Shape", *(p for p in parts if p))


def _intro(pages: Sequence[SamplePage], gallery: Gallery) -> str:
    shapes = [s for s in (gallery.shape(p) for p in pages) if s is not None]
    sizes = [s.last.voxel_nm for s in shapes]
    coarse = LEAST_WAVE * max(sizes)
    cells = listed(sorted({f"{s.cells}³" for s in shapes}))
    span = (
        f"{min(sizes):.2g}"
        if f"{min(sizes):.2g}" == f"{max(sizes):.2g}"
        else f"{min(sizes):.2g} to {max(sizes):.2g}"
    )
    return h.tag(
        "p",
        f"Solid and melt of {shapes[0].spheres} spheres in a periodic box of {cells} voxels, {span} nm each. "
        "Amounts, wetting and pace come from the furnace; the shape is computed. ",
        h.tag(
            "strong",
            f"Skin narrower than the grid is coarse-grained: bumps are drawn {coarse:.0f} nm wide or wider, "
            "whatever their true width; their height and coverage are kept. ",
        ),
        "Necks smaller than the grid resolves appear as touching spheres. The pictures are no micrographs.",
    )


def _block(heading: str, id_: str, shots: Sequence[str], caption: str, *, class_: str = "") -> str:
    """Return pictures under a heading, with what is seen and what not to trust."""
    row = h.tag("div", *shots, class_=f"shots {class_}".rstrip())
    figure = h.tag("figure", row, h.tag("figcaption", caption), id=id_, class_="wide")
    return h.tag("h3", h.text(heading)) + figure


def _furnace(gallery: Gallery) -> str:
    """Show one run through the furnace."""
    page = gallery.series.reference
    shape = None if page is None else gallery.shape(page)
    if page is None or shape is None:
        return ""
    kept = [n for n in range(len(shape.stages)) if f"furnace {n}" in shape.pictures]
    if len(kept) < 2:
        return ""
    shots = []
    for n in kept:
        stage = shape.stages[n]
        name, _, rest = stage.words.partition(", ")
        melt = f"melt {100 * stage.melt_share:.1f} % of the box" if stage.melt_nm3 > 0 else "no melt"
        under = ", ".join(part for part in (rest, melt) if part)
        shots.append(gallery.voxel_shot(page, f"furnace {n}", label=name, under=h.text(under)))
    caption = (
        f"{h.tag('b', f'Shape 1. {h.text(page.name)} through the furnace')}, one run, each sphere of the box "
        f"once, one scale; amber: melt. {h.text(_story(shape))} {h.text(_trust(shape))} "
    )
    return _block("Through the furnace", "shape-furnace", shots, caption + _notes([page], gallery))


def _story(shape: Shape) -> str:
    """Say what the stages show, in numbers."""
    hot = max(shape.stages, key=lambda s: s.melt_nm3)
    first, last = shape.stages[0], shape.last
    parts = [
        f"The box shrinks to {100 * last.box_nm3 / first.box_nm3:.0f} % of its volume as the spheres are "
        "drawn together."
    ]
    if hot.melt_nm3 > 0:
        parts.append(f"Melt is most, {100 * hot.melt_share:.1f} % of the box, at: {hot.words}.")
    if shape.gained is not None:
        parts.append(f"On cooling the solid gains {100 * max(shape.gained, 0.0):.1f} %.")
    return " ".join(parts)


def _trust(shape: Shape) -> str:
    if shape.doubtful:
        return f"Not to be trusted, outside the bounds of the method: {'; '.join(shape.doubtful)}."
    return "All stages lie within the bounds of the method."


def _doubts(pages: Sequence[SamplePage], gallery: Gallery) -> str:
    """Name the samples with stages outside the bounds of the method."""
    bad = [p.name for p in pages if (s := gallery.shape(p)) is not None and s.doubtful]
    if bad:
        return f"Not to be trusted, with stages outside the bounds of the method: {listed(bad)}."
    return "All stages of these runs lie within the bounds of the method."


def _notes(pages: Sequence[SamplePage], gallery: Gallery, model: str = "") -> str:
    """Return what the engine says about the runs, the same sentence once."""
    said: dict[str, list[str]] = {}
    for page in pages:
        shape = gallery.shapes(page).get(model) if model else gallery.shape(page)
        for note in shape.notes if shape is not None else ():
            said.setdefault(note, []).append(page.name)
    if not said:
        return ""
    items = [
        h.tag("li", h.tag("b", h.text(", ".join(names))), ": ", h.text(note)) for note, names in said.items()
    ]
    one = ", ".join(part for part in (pages[0].name, model) if part)
    runs = h.text(one) if len(pages) == 1 else "these runs"
    return h.details(f"What the engine says of {runs}", h.tag("ul", *items))


def _turning(gallery: Gallery) -> str:
    """Show the model that turns, and the film."""
    page = gallery.series.reference
    shape = None if page is None else gallery.shape(page)
    if page is None or shape is None or not (shape.model or shape.film):
        return ""
    from .draw import LARGEST_FILM

    parts = [h.tag("div", shape.model, class_="model")] if shape.model else []
    if 0 < len(shape.film) < LARGEST_FILM:
        import base64

        encoded = base64.b64encode(shape.film).decode("ascii")
        alt = f"Film: {page.name} turns while it goes through the furnace, synthetic."
        words = f"The firing of {h.text(page.name)} as a film."
        film = f'<img src="data:image/webp;base64,{encoded}" alt="{h.text(alt)}">'
        parts.append(h.tag("figure", film, h.tag("figcaption", words), class_="film"))
    return h.tag("h3", "To turn, and as a film") + h.tag("div", *parts, class_="turning", id="shape-model")


def _numbers(page: SamplePage, model: str | None = None) -> str:
    """Return the numbers below a picture."""
    parts = []
    for quantity, (name, unit) in _QUANTITIES.items():
        seen = page.seen(quantity, model)
        if seen is None:
            continue
        words = SMOOTH if quantity == "rq" and is_smooth(seen) else short(seen)
        end = "" if words in (NOT_RESOLVED, SMOOTH) else unit
        parts.append(words if words == SMOOTH else f"{name} {words}{end}")
    return "<br>".join(h.text(p) for p in parts)


def _change(pages: Sequence[SamplePage]) -> str:
    """Say what changes from the first to the last sample, as far as it is resolved in both."""
    parts = []
    for quantity, (name, unit) in _QUANTITIES.items():
        found = [page.seen(quantity) for page in (pages[0], pages[-1])]
        if not all(map(is_known, found)) or (quantity == "rq" and any(map(is_smooth, found))):
            continue
        one, other = (short(f) for f in found)
        article = "" if name == "Rq" else "the "
        if one != other:
            parts.append(f"{article}{name} goes from {one} to {other}{unit}")
    if not parts:
        return ""
    rest = [part.replace(" goes ", " ") for part in parts[1:]]
    return f"From {pages[0].name} to {pages[-1].name} {listed([parts[0], *rest])}."


def _row(
    heading: str, id_: str, pages: Sequence[SamplePage], gallery: Gallery, words: str, *, class_: str = ""
) -> str:
    shots = [gallery.voxel_shot(p, under=_numbers(p)) for p in pages]
    caption = f"{words} {h.text(_doubts(pages, gallery))} {_notes(pages, gallery)}"
    return _block(heading, id_, shots, caption, class_=class_)


def _with_shape(pages: Sequence[SamplePage], gallery: Gallery) -> list[SamplePage]:
    return [p for p in pages if gallery.shape(p) is not None]


def _feed(gallery: Gallery) -> str:
    pages = [p for p in _with_shape(gallery.series.products, gallery) if p.sample.recipe.additive_ratio > 0]
    if len(pages) < 2:
        return ""
    words = f"{h.tag('b', 'Shape 2. The feed series')}, as washed, one scale. {h.text(_change(pages))}"
    return _row("Feed series", "shape-feed", pages, gallery, words)


def _controls(pages: Sequence[SamplePage], gallery: Gallery) -> str:
    if not gallery.series.products:
        return ""
    usual = gallery.series.products[0].sample.recipe.precursor.name
    found = [p for p in pages if p.sample.recipe.precursor.name != usual and p.sample.stage == "product"]
    if not found:
        return ""
    known = [(seen.value, p.name) for p in found if (seen := p.seen("solid_fraction")) is not None]
    span = ""
    if known:
        (low, least), (high, most) = min(known), max(known)
        span = f"The solid fraction runs from {h.number(low, 2)} ({least}) to {h.number(high, 3)} ({most})."
    title = h.tag("b", "Shape 3. Controls")
    words = f"{title}: other precursors with boric acid, fired and washed. {h.text(span)}"
    five = "five" if len(found) == _CONTROLS else ""
    return _row("Controls", "shape-controls", found, gallery, words, class_=five)


def _temperatures(gallery: Gallery) -> str:
    pages = _with_shape(gallery.series.heated, gallery)
    if len(pages) < 2:
        return ""
    peaks = [f"{p.sample.recipe.programme.peak_degC:.0f}" for p in pages]
    words = (
        f"{h.tag('b', 'Shape 4. Peak temperature')}: {', '.join(peaks)} °C, one scale. "
        f"{h.text(_change(pages))}"
    )
    return _row("Peak temperature", "shape-temperature", pages, gallery, words)


def _etched(pages: Sequence[SamplePage], gallery: Gallery) -> str:
    """Show what stands without the oxide beside what stood before."""
    etched = [p for p in pages if p.sample.recipe.oxide_etch]
    if not etched:
        return ""
    same = [
        p
        for p in _with_shape(gallery.series.products, gallery)
        if p.sample.recipe.additive_ratio == etched[0].sample.recipe.additive_ratio
    ]
    pair = [*same[:1], etched[0]]
    words = f"{h.tag('b', 'Shape 5. Without the oxide')}. {h.text(_change(pair) if len(pair) > 1 else '')}"
    return _row("Without the oxide", "shape-etched", pair, gallery, words, class_="pair")


def _cooling(pages: Sequence[SamplePage], gallery: Gallery) -> str:
    """Show both cooling models side by side."""
    shown = tables.both(pages)
    if not shown:
        return ""
    reference = gallery.series.reference
    page = reference if reference is not None and reference in shown else shown[0]
    shots = [
        gallery.voxel_shot(page, label=f"{page.name}, {model}", under=_numbers(page, model), model=model)
        for model in page.bodies
    ]
    made = [s for s in shots if s]
    notes = "".join(_notes([page], gallery, model) for model in page.bodies)
    caption = (
        f"{h.tag('b', 'Shape 6. Unmixing or nucleation')}: {h.text(page.name)} from one hot body, cooled by "
        f"each model. {h.text(_doubts([page], gallery))} {notes}"
    )
    figure = _block("Unmixing or nucleation", "shape-cooling", made, caption, class_="pair") if made else ""
    return figure + tables.difference(pages, gallery) + tables.models(pages, gallery)


def _geometry(pages: Sequence[SamplePage], gallery: Gallery) -> str:
    table = tables.geometry(pages, gallery)
    return h.tag("h3", "Geometry of every sample") + table if table else ""
