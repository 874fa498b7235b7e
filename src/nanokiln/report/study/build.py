"""Put the parts of a study's report together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ...core.errors import NanokilnError
from ...core.files import write_text
from ...core.provenance import Provenance
from ...study.audit import CHECKS, Answer, Result
from ...study.beside import FAR, differences
from ...study.claims import Judged, Standing
from ...study.run import Group, StudyResult
from ...techniques import get
from .. import markup as h
from ..build import document
from ..provenance_block import provenance
from ..sample_pages import finding_row
from ..svg import block, fit_for_html
from .compare import comparison
from .overlays import Overlay

_SECTIONS = (
    ("summary", "Summary"),
    ("audit", "Audit"),
    ("claims", "Claims"),
    ("compared", "Samples compared"),
    ("beside", "Simulated beside measured"),
    ("samples", "Samples"),
    ("methods", "Methods"),
    ("files", "Files"),
    ("provenance", "Provenance"),
)
COLOURS = {
    Answer.IMPOSSIBLE: "#F08A4B",
    Answer.DOUBTFUL: "#F3C64F",
    Answer.CANNOT_TELL: "#D4D4D4",
    Answer.CONSISTENT: "#9AD8C4",
}


STANDINGS = {
    Standing.SUPPORTED: "#9AD8C4",
    Standing.NOT_RESOLVED: "#F3C64F",
    Standing.CONTRADICTED: "#F08A4B",
    Standing.NOT_TESTABLE: "#D4D4D4",
}


def write_study(
    result: StudyResult,
    audit: Sequence[Result],
    made: Provenance,
    claims: Sequence[Judged] = (),
    beside: Sequence[Group] = (),
    lacking: Mapping[str, str] = {},
    overlays: Mapping[str, Overlay] = {},
) -> Path:
    """Write ``report.html`` into the folder of the results and return it."""
    parts = [
        _summary(result, audit),
        _audit(audit),
        _claims(claims),
        _compared(result, beside, overlays),
        _beside(result, beside, lacking),
        _samples(result),
        _methods(result),
        _files(result),
        provenance(made),
    ]
    path = result.out / "report.html"
    write_text(path, document(result.plan.title, [p for p in parts if p], _SECTIONS))
    return path


def _summary(result: StudyResult, audit: Sequence[Result]) -> str:
    analysed = sum(len(g.files) for g in result.groups)
    counts = {a: sum(r.answer is a for r in audit) for a in Answer}
    words = (
        f"{analysed} files of {len(result.samples)} samples were analysed, "
        f"{result.strangers} files were left "
        "alone (the reasons stand under Files). Every number carries a 90 % interval and the "
        "choices it rests on."
    )
    told = ", ".join(f"{n} {a}" for a, n in counts.items() if n)
    parts = [h.tag("p", words, class_="lead"), h.tag("p", f"Audit: {told or 'nothing to compare'}.")]
    if any(g.origin == "synthetic" for g in result.groups):
        parts.append(h.tag("p", "This study holds SYNTHETIC files: simulated, not measured.", class_="note"))
    changed = [g for g in result.groups if g.changed]
    if changed:
        listed = "; ".join(f"{g.sample} ({g.technique}: {', '.join(g.changed)})" for g in changed)
        parts.append(h.tag("p", h.text(f"Treated differently from the rest: {listed}."), class_="note"))
    rows = [
        (h.text(sample), *(_count(result, sample, technique) for technique in _techniques(result)))
        for sample in result.samples
    ]
    if rows:
        heads = ("Sample", *(get(t).title for t in _techniques(result)))
        parts.append(h.table(heads, rows, "Files analysed", class_="tight"))
    return h.section("summary", "Summary", *parts)


def _techniques(result: StudyResult) -> list[str]:
    return sorted({g.technique for g in result.groups})


def _count(result: StudyResult, sample: str, technique: str) -> str:
    n = sum(len(g.files) for g in result.groups if (g.sample, g.technique) == (sample, technique))
    return str(n) if n else ""


def badge(answer: Answer) -> str:
    """Return an answer of the audit as a coloured word."""
    return h.tag("span", h.text(answer), class_="badge", style=f"background:{COLOURS[answer]}")


def _audit(audit: Sequence[Result]) -> str:
    intro = (
        "Do the numbers agree with each other, with the recipe and with physics? Each answer "
        "shows its arithmetic. "
        "A check that found nothing to look at is not listed."
    )
    rows = [
        (
            badge(r.answer),
            h.text(CHECKS[r.check][0]),
            h.text(r.sample or "all"),
            "<br>".join(h.text(line) for line in r.arithmetic) or "–",
            h.text(r.meaning)
            + (
                h.details("inputs", h.tag("p", "<br>".join(h.text(f.words()) for f in r.inputs)))
                if r.inputs
                else ""
            ),
        )
        for r in audit
    ]
    body = (
        h.table(("Answer", "Question", "Sample", "Arithmetic", "What follows"), rows, "Audit") if rows else ""
    )
    return h.section("audit", "Audit", h.tag("p", intro), body)


def _claims(claims: Sequence[Judged]) -> str:
    if not claims:
        return ""
    rows = [
        (
            h.tag("span", h.text(j.standing), class_="badge", style=f"background:{STANDINGS[j.standing]}"),
            h.text(f"{j.claim.id}: {j.claim.statement}"),
            "<br>".join(h.text(line) for line in j.arithmetic),
        )
        for j in claims
    ]
    return h.section(
        "claims", "Claims", h.table(("Standing", "Claim", "Arithmetic"), rows, "Claims of this study")
    )


def _compared(result: StudyResult, beside: Sequence[Group], overlays: Mapping[str, Overlay]) -> str:
    parts = []
    for technique in _techniques(result):
        groups = [g for g in result.groups if g.technique == technique]
        drawn = comparison(groups, [g for g in beside if g.technique == technique])
        laid = _overlaid(result, overlays[technique]) if technique in overlays else ""
        if laid:
            parts += [h.tag("h3", h.text(get(technique).title)), laid]
        if drawn is None:
            continue
        caption = f"{h.text(get(technique).title)}: value and 90 % interval per file."
        if any(g.technique == technique for g in beside):
            caption += " Open orange squares: SYNTHETIC, simulated from the recipe."
        heading = "" if laid else h.tag("h3", h.text(get(technique).title))
        parts += [heading, block(drawn, f"compared-{technique}", caption=caption)]
    parts += _published(result)
    return h.section("compared", "Samples compared", *parts) if parts else ""


def _published(result: StudyResult) -> list[str]:
    """Return a table for each cell that can be put beside published anodes."""
    from ...techniques.cycling.published import beside, by_file, rank

    parts = []
    for group in result.groups:
        for test in by_file(group.findings) if group.technique == "cycling" else []:
            compared = beside(test)
            rows = [  # others are in the table of the package
                (
                    h.text(row.published.material),
                    f"{row.published.capacity_mAh_g:.0f}",
                    f"{row.own:.0f}",
                    h.text("; ".join((row.how, *row.differs))),
                    h.text(f"{row.published.source}, doi {row.published.doi}"),
                )
                for row in compared
                if row.comparable
            ]
            heads = ("Published anode", "mAh/g", "This cell", "How, and what else differs", "Source")
            table = h.table(heads, rows, f"{group.sample}, {test[0].file}") if rows else ""
            if compared:
                inner = h.tag("p", h.text(rank(compared))) + table
                parts.append(h.details(h.text(f"{group.sample} beside published anodes"), inner))
    return parts


def _overlaid(result: StudyResult, drawn: Overlay) -> str:
    """Return the figure of all samples with its caption."""
    raw = (result.out / drawn.picture()).read_text(encoding="utf-8")
    title = f"{get(drawn.technique).title}, all samples"
    svg = h.tag("div", fit_for_html(raw, f"all-{drawn.technique}", title), class_="drawing")
    words = f"{title}. For print: figures/all-{drawn.technique}-single (89 mm) and -double (183 mm); "
    words += f"data: {', '.join(drawn.tables)}."
    if drawn.left_out:
        words += f" {drawn.left_out} samples are in the data only, for want of room."
    return h.tag("figure", svg, h.tag("figcaption", h.text(words)))


def _beside(result: StudyResult, beside: Sequence[Group], lacking: Mapping[str, str]) -> str:
    if not result.plan.simulate:
        return ""
    found = differences(result.groups, beside)
    far = sum(abs(d.sigmas) > FAR for d in found)
    words = (
        f"{len(found)} quantities were both measured and simulated from the recipe; {far} differ "
        "by more than "
        f"{FAR:.0f} combined standard uncertainties. The uncertainty of the simulation is that of "
        "its instruments; its model may be off by more. Its furnace was calibrated on the powders of one "
        "article, so agreement on those is no evidence for it."
    )
    rows = [
        (
            h.text(d.sample),
            h.text(d.technique),
            h.text(d.name),
            h.quantity(d.measured.value, d.measured.low, d.measured.high, d.measured.unit),
            h.quantity(d.simulated.value, d.simulated.low, d.simulated.high, d.simulated.unit),
            h.number(d.sigmas, 2),
        )
        for d in found
    ]
    heads = ("Sample", "Technique", "Quantity", "Measured", "SYNTHETIC", "Difference / sd")
    body = h.table(heads, rows, "Differences, the largest first") if rows else ""
    without = (
        h.tag("p", h.text("; ".join(f"{what}: {why}" for what, why in lacking.items()))) if lacking else ""
    )
    return h.section("beside", "Simulated beside measured", h.tag("p", words), body, without)


def _samples(result: StudyResult) -> str:
    parts = []
    for number, sample in enumerate(result.samples):
        groups = [g for g in result.groups if g.sample == sample]
        inner = "".join(_group(result, g, f"s{number}-{n}") for n, g in enumerate(groups))
        parts.append(h.details(h.tag("b", h.text(sample)), inner, class_="sample", id_=f"sample-{number}"))
    return h.section("samples", "Samples", *parts) if parts else ""


def _group(result: StudyResult, group: Group, id_: str) -> str:
    origin = " SYNTHETIC." if group.origin == "synthetic" else ""
    words = f"{', '.join(group.files)}: {group.formats} (sure {group.sure:.0%}).{origin}"
    picture = ""
    drawn = next((f for f in group.figures if f.endswith(".svg")), None)
    if drawn:
        raw = (result.out / drawn).read_text(encoding="utf-8")
        title = f"{get(group.technique).title}, {group.sample}"
        svg = h.tag("div", fit_for_html(raw, id_, title), class_="drawing")
        picture = h.tag("figure", svg, h.tag("figcaption", h.text(f"{title}. {words}")))
    rows = [finding_row(f) for f in group.findings]
    heads = ("Technique", "Quantity", "Value [90 % interval]", "Evidence", "Notes")
    return picture + h.table(heads, rows, f"Findings, {', '.join(group.files)}")


def _methods(result: StudyResult) -> str:
    from ...core.provenance import versions

    found = versions()
    parts = []
    for technique in _techniques(result):
        groups = [g for g in result.groups if g.technique == technique]
        parts.append(h.tag("p", h.text(method_words(technique, groups, found))))
    return h.section("methods", "Methods", *parts) if parts else ""


def method_words(technique: str, groups: Sequence[Group], found: Mapping[str, str]) -> str:
    """Return the paragraph on one technique: files, treatment, settings, versions."""
    files = sum(len(g.files) for g in groups)
    kinds = sorted({kind for g in groups for kind in g.formats.split(", ") if kind})
    treatment = sorted({f"{k} = {v}" for g in groups for k, v in g.choices.items()})
    used: dict[str, set[str]] = {}
    for finding in (f for g in groups for f in g.findings):
        for key, value in finding.choices.items():
            if key != "label" and isinstance(value, (str, int, float, bool)):
                used.setdefault(key, set()).add(f"{value:.4g}" if isinstance(value, float) else str(value))
    settings = [f"{k} {', '.join(sorted(v))}" for k, v in sorted(used.items()) if len(v) <= _FEW]
    try:
        title = get(technique).title
    except NanokilnError:
        title = technique
    words = (
        f"{title}. {files} {'file' if files == 1 else 'files'} ({', '.join(kinds)}) were analysed "
        "with nanokiln "
    )
    words += (
        f"{found.get('nanokiln', '')}, all samples alike"
        if not any(g.changed for g in groups)
        else (f"{found.get('nanokiln', '')}, with exceptions that are listed in the summary")
    )
    words += f"; chosen: {', '.join(treatment)}" if treatment else "; defaults of the analysis"
    return words + (f". Settings: {'; '.join(settings)}." if settings else ".")


_FEW = 3  # values of one setting that a methods paragraph names


def _files(result: StudyResult) -> str:
    rows = [(h.text(p), h.text(why)) for p, why in result.left_alone.items()]
    intro = (
        "Which file belongs to which sample is written in study.toml, beside this report; correct it there."
    )
    body = h.table(("File", "Why it was left alone"), rows, "Left alone") if rows else ""
    return h.section("files", "Files", h.tag("p", intro), body)
