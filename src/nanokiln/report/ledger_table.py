"""The ledger as a table that can be filtered."""

from __future__ import annotations

from collections.abc import Iterable

from ..study.ledger import Ledger, Verdict
from . import markup as h
from .summary import badge, ordered

HEADERS = ("Id", "Statement", "Verdict", "Result", "Evidence", "How")


def ledger_section(ledger: Ledger) -> str:
    """Return the section with filters and one row per claim."""
    rows = "".join(_row(v) for v in ledger.verdicts)
    head = h.tag(
        "thead",
        h.tag(
            "tr",
            h.tag(
                "th",
                h.tag("button", "Id ▲", type="button", id="sort", title="reverse the order"),
                scope="col",
            ),
            *(h.tag("th", name, scope="col") for name in HEADERS[1:]),
        ),
    )
    caption = h.tag("caption", "Claims and verdicts")
    body = h.tag("table", caption, head, h.tag("tbody", rows), id="claims")
    intro = h.tag(
        "p",
        "Every row is one statement with the number that decided it. The deciding rule and the share of "
        "accepted "
        "parameter sets for which it holds stand under “how”. Rows used in a fit are marked calibrated and "
        "are no evidence.",
    )
    return h.section(
        "ledger", "Ledger of claims", intro, _filters(ledger), h.tag("div", body, class_="scroll")
    )


def _filters(ledger: Ledger) -> str:
    claims = [v.claim for v in ledger.verdicts]
    verdicts = [label for label, _ in ordered(ledger)]
    fields = (
        _select("verdict", "Verdict", verdicts),
        _select("topic", "Topic", _unique(c.topic for c in claims)),
        _select("kind", "Kind", _unique(c.kind for c in claims)),
        h.tag("label", "Sample ", '<input type="search" name="sample" size="14">'),
        h.tag("label", "Text ", '<input type="search" name="text" size="18">'),
        h.tag("button", "Clear", type="reset"),
        h.tag("output", f"{len(claims)} rows", id="shown", aria_live="polite"),
    )
    return h.tag("form", *fields, id="filters", class_="filters")


def _unique(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))


def _select(name: str, label: str, options: list[str]) -> str:
    choices = [h.tag("option", "all", value=""), *(h.tag("option", h.text(o), value=o) for o in options)]
    return h.tag("label", f"{label} ", h.tag("select", *choices, name=name))


def _row(v: Verdict) -> str:
    c = v.claim
    claimed = " ".join(filter(None, (c.value if c.value != "-" else "", h.unit(c.unit))))
    under = [h.text(part) for part in (c.sample if c.sample != "-" else "", c.topic, c.where) if part]
    under_claim = [f"claimed: {h.text(claimed)}"] if claimed else []
    if c.tolerance not in ("", "-"):
        under_claim.append(f"tolerance: {h.text(h.minus(c.tolerance.replace('+-', '±')))}")
    statement = (
        h.text(c.statement)
        + h.tag("div", " · ".join(under), class_="under")
        + (h.tag("div", "; ".join(under_claim), class_="under") if under_claim else "")
    )
    cells = (
        h.tag("th", h.text(c.id), scope="row"),
        h.tag("td", statement),
        h.tag(
            "td", badge(v.label), h.tag("div", h.text(c.kind), class_="under") if c.kind != v.label else ""
        ),
        h.tag("td", h.quantity(v.value, v.low, v.high, v.unit), class_="number"),
        h.tag("td", h.text(v.evidence)),
        h.tag("td", _how(v)),
    )
    return h.tag(
        "tr",
        *cells,
        data_verdict=v.label,
        data_topic=c.topic,
        data_kind=c.kind,
        data_sample=c.sample,
        id=c.id,
    )


def _how(v: Verdict) -> str:
    parts = [h.tag("p", h.text(v.how))] if v.how else []
    if v.share == v.share:  # not drawn: NaN
        parts.append(h.tag("p", f"Holds for {100 * v.share:.0f} % of the accepted parameter sets."))
    if v.claim.test:
        parts.append(h.tag("p", f"Planned test: {h.text(v.claim.test)}", class_="under"))
    return h.details("how", "".join(parts)) if parts else "–"
