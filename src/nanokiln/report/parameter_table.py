"""All parameter records with the values this study used."""

from __future__ import annotations

from collections.abc import Sequence

from ..core.parameters import Parameter, load_all
from . import markup as h
from .content import ReportInput

TAGS = {
    "P": "the article",
    "V": "seen in a stored source",
    "M": "from memory of a source",
    "T": "tabulated set",
    "D": "derived here",
    "C": "closure: calibrated or assumed",
    "exact": "exact by definition",
}


def parameters(content: ReportInput) -> str:
    """Return the section with the table of parameters, collapsed."""
    records = load_all()
    changed = 0
    rows = []
    for record in records.values():
        used = _used(record, content)
        is_changed = any(value != record.value for value, _ in used)
        changed += is_changed
        rows.append(_row(record, used, is_changed))
    headers = ("Parameter", "Value used", "Unit", "Range", "Tag", "Source and validity", "Calibrated on")
    head = h.tag("thead", h.tag("tr", *(h.tag("th", n, scope="col") for n in headers)))
    body = h.tag("table", h.tag("caption", "Parameters"), head, h.tag("tbody", *rows), id="records")
    legend = "; ".join(f"{tag}: {words}" for tag, words in TAGS.items())
    form = h.tag(
        "form",
        h.tag("label", "Text ", '<input type="search" name="text" size="20">'),
        h.tag("label", '<input type="checkbox" name="changed"> overrides only'),
        h.tag("label", '<input type="checkbox" name="closure"> closures only'),
        h.tag("output", f"{len(rows)} rows", aria_live="polite"),
        id="record-filters",
        class_="filters",
    )
    title = f"{len(rows)} records, {changed} of them with a value other than the default"
    words = h.tag("p", h.text(f"Tags: {legend}."), class_="under")
    return h.section(
        "parameters", "Parameters", h.details(title, words + form + h.tag("div", body, class_="scroll"))
    )


def _used(record: Parameter, content: ReportInput) -> list[tuple[float, list[str]]]:
    """Return the values in use with the samples that use them; the default where there are no samples."""
    found: dict[float, list[str]] = {}
    for page in content.pages:
        found.setdefault(page.sample.values[record], []).append(page.name)
    if not found:
        overrides = content.provenance.overrides
        found = {overrides.get(record.id, record.value): []}
    return list(found.items())


def _row(record: Parameter, used: Sequence[tuple[float, list[str]]], changed: bool) -> str:
    values = []
    for value, names in used:
        word = h.short(value, 6)
        where = f" ({', '.join(names)})" if len(used) > 1 else ""
        values.append(h.tag("div", h.tag("b", word) if value != record.value else word, h.text(where)))
    if changed:
        values.append(h.tag("div", f"override; default {h.short(record.value, 6)}", class_="under"))
    name = h.breakable(record.id) + (h.text(f" ({record.symbol})") if record.symbol else "")
    about = "; ".join(filter(None, (record.source, record.valid and f"valid: {record.valid}", record.note)))
    cells = (
        name,
        "".join(values),
        h.text(h.unit(record.unit)),
        "exact" if record.low == record.high else f"{h.short(record.low, 4)} to {h.short(record.high, 4)}",
        h.tag("abbr", h.text(record.tag), title=TAGS[record.tag]),
        h.text(about),
        h.text(", ".join(record.calibrated_on)),
    )
    flags = {"data_changed": "1" if changed else "0", "data_closure": "1" if record.is_closure else "0"}
    return h.tag("tr", *(h.tag("td", c) for c in cells), **flags)
