"""Tables of the voxel scale: the geometry of every sample, and both cooling models side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .. import markup as h
from ..content import SamplePage
from ..gallery import Gallery
from .words import LOWER_BOUND, apart, ends, listed, told

#: Quantity to its heading.
GEOMETRY = {
    "solid_fraction": "Solid fraction",
    "specific_surface": "Surface (m²/cm³)",
    "diameter": "Diameter (nm)",
    "diameter_change": "Change of diameter (nm)",
    "neck_radius": "Neck radius, all contacts (nm)",
    "neck_radius_resolved": "Neck radius, resolved (nm)",
    "bonded_fraction": "Bonded share of contacts",
    "largest_cluster": "Largest cluster",
    "rq": "Rq (nm)",
    "peak_to_valley": "Peak to valley (nm)",
    "pore_diameter_50": "Median pore (nm)",
}
COMPARED = ("neck_radius", "bonded_fraction", "rq", "peak_to_valley", "diameter", "solid_fraction")
_NAMES = {
    "neck_radius": "neck radius", "bonded_fraction": "bonded share", "rq": "roughness Rq",
    "peak_to_valley": "peak to valley", "diameter": "diameter", "solid_fraction": "solid fraction",
}  # fmt: skip
_BY_BUMPS = ("rq", "peak_to_valley")
_LEGEND = (
    "A number with an interval is resolved. “a to b”, “≤ b” and “≥ a” are bounds: the grid cannot say more. "
    "“not resolved”: not even a bound worth the name. "
    f"{LOWER_BOUND}: a lower bound, the bumps are as narrow as the grid can show. Intervals hold the spread "
    "over the spheres and the error of reading the grid, not that of the model."
)


def cell(page: SamplePage, quantity: str, model: str | None = None) -> str:
    """Return a quantity of a sample for a table."""
    seen = page.seen(quantity, model)
    words = told(seen)
    width = page.seen("lateral_length", model)
    coarse = quantity in _BY_BUMPS and width is not None and not math.isfinite(width.value)
    if coarse and seen is not None and math.isfinite(seen.value):
        words = f"{words} {LOWER_BOUND}"
    return h.text(words)


def geometry(pages: Sequence[SamplePage]) -> str:
    """Return the table of the geometry of each sample; empty where nothing was measured."""
    measured = [p for p in pages if p.bodies]
    if not measured:
        return ""
    rows = []
    for page in measured:
        voxel = page.seen("voxel_nm")
        size = "–" if voxel is None else h.number(voxel.value, 2)
        rows.append((h.tag("b", h.text(page.name)), size, *(cell(page, q) for q in GEOMETRY)))
    headers = ("Sample", "Voxel (nm)", *GEOMETRY.values())
    caption = "Geometry of the samples as they are, 90 % intervals"
    table = h.table(headers, rows, caption, class_="tight", id_="geometry")
    return table + h.tag("p", h.text(_LEGEND), class_="under")


def both(pages: Sequence[SamplePage]) -> list[SamplePage]:
    """Return the samples that were cooled by two models or more."""
    return [p for p in pages if len(p.bodies) > 1]


def models(pages: Sequence[SamplePage], gallery: Gallery) -> str:
    """Return the table of the cooling models."""
    rows = []
    for page in both(pages):
        for model in page.bodies:
            shape = gallery.shapes(page).get(model)
            back = shape.regained if shape is not None else None
            numbers = (cell(page, q, model) for q in COMPARED)
            regained = "–" if back is None else f"{100 * back:.0f}"
            first = model == next(iter(page.bodies))
            name = h.tag("b", h.text(page.name)) if first else ""
            rows.append((name, h.text(model), *numbers, regained))
    headers = ("Sample", "Cooling model", *(GEOMETRY[q] for q in COMPARED), "Solid regained (%)")
    return h.table(headers, rows, "Unmixing or nucleation, 90 % intervals", class_="tight", id_="models")


def difference(pages: Sequence[SamplePage], gallery: Gallery) -> str:
    """Say in one paragraph, from the numbers, what the cooling models differ in."""
    shown = both(pages)
    first, other = list(shown[0].bodies)[:2]
    sentences = [
        f"Both models cool the same hot body, in {len(shown)} samples. ",
        *_regained(shown, gallery, (first, other)),
    ]
    told_apart, open_ = [], []
    for quantity in COMPARED:
        verdicts = [apart(p.seen(quantity, first), p.seen(quantity, other)) for p in shown]
        known = [v for v in verdicts if v is not None]
        if any(known):
            told_apart.append(f"{_NAMES[quantity]} ({sum(known)} of {len(known)})")
        else:
            open_.append(_NAMES[quantity])
    if told_apart:
        sentences.append(
            "On this grid they can be told apart, their intervals having nothing in common, by "
            f"{listed(told_apart)}. "
        )
    if open_:
        sentences.append(f"No sample tells them apart by {listed(open_)}. ")
    larger = [p for p in shown if _larger(p, "rq", first, other)]
    if larger:
        sentences.append(
            f"The skin is rougher by {first} in {len(larger)} of {len(shown)} samples, best values compared."
        )
    return h.tag("p", h.text("".join(sentences)))


def _larger(page: SamplePage, quantity: str, first: str, other: str) -> bool:
    one, two = page.seen(quantity, first), page.seen(quantity, other)
    if one is None or two is None:
        return False
    values = [s.value if math.isfinite(s.value) else s.high for s in (one, two)]
    return math.isfinite(one.value) and values[0] > values[1]


def _regained(pages: Sequence[SamplePage], gallery: Gallery, names: tuple[str, str]) -> list[str]:
    """Say how much of the dissolved solid stands again when it is cold."""
    found: dict[str, list[float]] = {}
    for page in pages:
        for model, shape in gallery.shapes(page).items():
            if shape.regained is not None:
                found.setdefault(model, []).append(100 * shape.regained)
    if not all(found.get(name) for name in names):
        return []
    one, two = (ends(found[name]) for name in names)
    return [
        f"Of the solid that the melt dissolved, {one} % by volume stand again when cold by {names[0]}: the "
        "insoluble part of the melt stays where it lies. "
        f"By {names[1]} it is {two} %: that is all the rate law returns before the melt unmixes, and the "
        "wash takes the rest. "
    ]
