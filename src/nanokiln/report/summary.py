"""Head of the report: what it is, what the claims came to, what to bear in mind."""

from __future__ import annotations

from collections.abc import Sequence

from ..study.ledger import Ledger, Outcome
from . import markup as h
from .content import ReportInput
from .words import VERDICTS

#: Verdict to the colour of its badge and bar; text on them is black.
COLOURS = {
    "met (robust)": "#3DB38F",
    "met (weak)": "#9AD8C4",
    "met (by choice)": "#CFEBE2",
    "met": "#9AD8C4",
    "missed": "#F08A4B",
    "not resolved": "#F3C64F",
    "calibrated": "#9CCDED",
    "input": "#D4D4D4",
    "report only": "#E3B5CF",
    "not yet": "#FFFFFF",
}


def ordered(ledger: Ledger) -> list[tuple[str, int]]:
    """Return verdict labels with their counts, in the order of the summary."""
    counts = ledger.count()
    known = [label for label in VERDICTS if label in counts]
    return [(label, counts[label]) for label in [*known, *sorted(set(counts) - set(known))]]


def summary(content: ReportInput) -> str:
    """Return the section with notes, the bar and the table of verdicts."""
    parts = [
        h.tag("p", h.text(_what(content)), class_="lead"),
        *(h.tag("p", h.text(note), class_="note") for note in content.notes),
    ]
    if content.ledger.verdicts:
        parts += [_bar(content.ledger), h.tag("p", *_sentences(content.ledger)), _table(content.ledger)]
    return h.section("summary", "Summary", *parts)


def _what(content: ReportInput) -> str:
    samples, claims = len(content.pages), len(content.ledger.verdicts)
    held = f"{claims} {'statement is' if claims == 1 else 'statements are'} held against what came out. "
    return (
        f"{samples} {'sample was' if samples == 1 else 'samples were'} taken from the recipe through the "
        "furnace, the particle scale and virtual instruments, whose signals went through the same "
        "analysis as "
        f"real ones. {held if claims else ''}Everything marked SYNTHETIC was computed, not measured. "
        "Numbers in "
        f"square brackets are 90 % intervals. Computing took {_duration(content.elapsed_s)}."
    )


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min"


def _bar(ledger: Ledger) -> str:
    """Return the counts as one horizontal bar; widths are the shares."""
    total = len(ledger.verdicts)
    pieces = [
        h.tag(
            "span",
            str(count) if count / total > 0.02 else "",
            style=f"flex:{count};background:{COLOURS.get(label, '#FFFFFF')}",
            title=f"{label}: {count}",
        )
        for label, count in ordered(ledger)
    ]
    words = ", ".join(f"{count} {label}" for label, count in ordered(ledger))
    return h.tag("div", *pieces, class_="bar", role="img", aria_label=f"Verdicts: {words}")


def _sentences(ledger: Ledger) -> list[str]:
    """Say in plain words what the claims came to."""
    count = dict(ordered(ledger))
    met = {s: count.get(f"met ({s})", 0) for s in ("robust", "weak", "by choice")}
    met_all = sum(1 for v in ledger.verdicts if v.outcome == Outcome.MET)
    missed, open_ = count.get("missed", 0), count.get("not resolved", 0)
    tested = met_all + missed + open_
    text = (
        f"{tested} of {len(ledger.verdicts)} statements were put to a test. {met_all} of these "
        f"{_are(met_all)} met "
        f"({met['robust']} robustly, {met['weak']} weakly, {met['by choice']} by a choice of the model), "
        f"{missed} {_are(missed)} missed and {open_} could not be resolved. "
    )
    calibrated = count.get("calibrated", 0)
    rest = [f"{count[k]} {k}" for k in ("input", "report only", "not yet") if count.get(k)]
    others = f" The rest: {', '.join(rest)}." if rest else ""
    said = (
        f"{calibrated} {'row was' if calibrated == 1 else 'rows were'} used to set numbers of the model: "
        "calibrated rows are no evidence for it, however well they agree."
    )
    return [h.text(text), h.tag("strong", h.text(said)), h.text(others)]


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def badge(label: str) -> str:
    """Return a verdict as a badge."""
    return h.tag("span", h.text(label), class_="badge", style=f"background:{COLOURS.get(label, '#FFFFFF')}")


def _table(ledger: Ledger) -> str:
    rows: Sequence[Sequence[str]] = [
        (
            h.tag("a", badge(label), href=f"#verdict={label}", title=f"show the rows: {label}"),
            str(count),
            h.text(VERDICTS.get(label, "")),
        )
        for label, count in ordered(ledger)
    ]
    return h.table(("Verdict", "Rows", "What it means"), rows, "Verdicts", class_="plain")
