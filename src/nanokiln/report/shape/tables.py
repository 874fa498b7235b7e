"""Tables of the voxel scale: the geometry of every sample, and both cooling models side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .. import markup as h
from ..content import SamplePage
from ..gallery import Gallery
from .words import LOWER_BOUND, NOT_RESOLVED, SMOOTH, apart, ends, is_smooth, listed, told

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
_ROUNDING, _LITTLE = 1e-3, 0.05  # per cent of the solid: none, and too little for a number
_BY_BUMPS = ("rq", "peak_to_valley")
_LEGEND = (
    "A number with an interval is resolved. “a to b”, “≤ b” and “≥ a” are bounds: the grid cannot say more. "
    "“not resolved”: not even a bound worth the name. “smooth on this grid”: the grid holds no bumps, which "
    "says nothing about smaller ones. "
    f"{LOWER_BOUND}: a lower bound, the bumps are as narrow as the grid can show. Intervals hold the spread "
    "over the spheres and the error of reading the grid, not that of the model."
)


def cell(page: SamplePage, quantity: str, model: str | None = None, *, spheres: int = 0) -> str:
    """Return a quantity of a sample for a table (HTML); the interval stands below its value."""
    seen = page.seen(quantity, model)
    if quantity in _BY_BUMPS:
        words = _bumps(page, quantity, model)
    elif quantity == "largest_cluster":
        words = told(seen, least=1 / spheres if spheres else 0.0)
    else:
        words = told(seen, signed=quantity == "diameter_change")
    value, bracket, rest = words.partition(" [")
    return h.text(value) + (f"<br><small>[{h.text(rest)}</small>" if bracket else "")


def _bumps(page: SamplePage, quantity: str, model: str | None) -> str:
    """Return a height of bumps: smooth, a lower bound, or a value."""
    seen, rough, width = (page.seen(name, model) for name in (quantity, "rq", "lateral_length"))
    if rough is not None and not math.isfinite(rough.high):
        return NOT_RESOLVED
    if is_smooth(rough):
        return SMOOTH
    coarse = width is not None and not math.isfinite(width.value)
    words = told(seen)
    return f"{words} {LOWER_BOUND}" if coarse and "[" in words else words


def geometry(pages: Sequence[SamplePage], gallery: Gallery) -> str:
    """Return the table of the geometry of each sample; empty where nothing was measured."""
    measured = [p for p in pages if p.bodies]
    if not measured:
        return ""
    rows = []
    for page in measured:
        voxel = page.seen("voxel_nm")
        size = "–" if voxel is None else h.number(voxel.value, 2)
        shape = gallery.shape(page)
        spheres = shape.spheres if shape is not None else 0
        rows.append(
            (h.tag("b", h.text(page.name)), size, *(cell(page, q, spheres=spheres) for q in GEOMETRY))
        )
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
            gained = shape.gained if shape is not None else None
            numbers = (cell(page, q, model) for q in COMPARED)
            more = "–" if gained is None else _percent(100 * gained)
            first = model == next(iter(page.bodies))
            name = h.tag("b", h.text(page.name)) if first else ""
            rows.append((name, h.text(model), *numbers, more))
    headers = ("Sample", "Cooling model", *(GEOMETRY[q] for q in COMPARED), "Solid gained on cooling (%)")
    table = h.table(headers, rows, "Unmixing or nucleation, 90 % intervals", class_="tight", id_="models")
    return table + h.tag("p", h.text(_LEGEND), class_="under")


def _percent(value: float) -> str:
    """Write a gain in per cent; one that is rounding is none."""
    if value < _ROUNDING:
        return "0"
    return h.number(value, 2) if value >= _LITTLE else f"< {_LITTLE:g}"


def difference(pages: Sequence[SamplePage], gallery: Gallery) -> str:
    """Say in one paragraph, from the numbers, what the cooling models differ in."""
    shown = both(pages)
    first, other = list(shown[0].bodies)[:2]
    sentences = [
        f"Both models cool the same hot body, in {_samples(len(shown))}. ",
        *_gained(shown, gallery, (first, other)),
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
            f"The skin is rougher by {first} in {len(larger)} of {_samples(len(shown))}, by the best values."
        )
    return h.tag("p", h.text("".join(sentences)))


def _samples(count: int) -> str:
    return "1 sample" if count == 1 else f"{count} samples"


def _larger(page: SamplePage, quantity: str, first: str, other: str) -> bool:
    one, two = page.seen(quantity, first), page.seen(quantity, other)
    if one is None or two is None:
        return False
    values = [s.value if math.isfinite(s.value) else s.high for s in (one, two)]
    return math.isfinite(one.value) and values[0] > values[1]


def _gained(pages: Sequence[SamplePage], gallery: Gallery, names: tuple[str, str]) -> list[str]:
    """Say how much solid each model adds, and how much of the silica the rate law lets return."""
    more: dict[str, list[float]] = {name: [] for name in names}
    returned = []
    example = ""
    for page in pages:
        for model, shape in gallery.shapes(page).items():
            if shape.gained is not None and model in more:
                more[model].append(100 * max(shape.gained, 0.0))
            if shape.returned is not None:
                returned.append(100 * shape.returned)
                if page is gallery.series.reference:
                    example = f" ({page.name}: {h.number(returned[-1], 2)} %)"
    sentences = []
    if returned:
        sentences.append(
            f"By the rate law {ends(returned)} %{example} of the silica dissolved outside the spheres "
            "returns before the melt unmixes; the wash takes the rest. "
        )
    if all(more.values()):
        one, two = (ends(more[name]) for name in names)
        sentences.append(f"On cooling the solid gains {one} % by {names[0]} and {two} % by {names[1]}. ")
    return sentences
