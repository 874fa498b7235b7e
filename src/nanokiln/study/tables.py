"""Findings and audit of a study as tables: csv for anything, xlsx for Excel, json for programs."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..core.files import atomic_path, write_text
from .audit import CHECKS, Result
from .claims import Judged
from .run import Group, StudyResult

FINDINGS = (
    "sample", "technique", "finding", "label", "value", "low_90", "high_90", "unit", "evidence", "origin",
    "file",
    "choices", "notes",
)  # fmt: skip
AUDIT = ("answer", "check", "question", "sample", "arithmetic", "meaning", "inputs", "evidence")
CLAIMS = ("standing", "id", "statement", "arithmetic", "inputs")
_SEVERAL = "several"  # samples that a reference serves
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # beginnings a spreadsheet takes for a formula


def finding_rows(groups: Sequence[Group]) -> list[dict[str, Any]]:
    """Return one row per finding."""
    rows = []
    for group in groups:
        for f in group.findings:
            choices = {k: v for k, v in f.choices.items() if k != "label"}
            values = (
                group.sample, group.technique, f.name, str(f.choices.get("label", "") or ""), f.value, f.low,
                f.high,
                f.unit, str(f.evidence), group.origin, f.file,
                json.dumps(choices, sort_keys=True, default=str),
                "; ".join(f.notes),
            )  # fmt: skip
            rows.append(dict(zip(FINDINGS, values, strict=True)))
    return rows


def audit_rows(results: Sequence[Result]) -> list[dict[str, Any]]:
    """Return one row per answer of the audit."""
    rows = []
    for r in results:
        values = (
            str(r.answer), r.check, CHECKS[r.check][0], r.sample, "\n".join(r.arithmetic), r.meaning,
            "\n".join(f.words() for f in r.inputs), str(r.evidence) if r.evidence else "",
        )  # fmt: skip
        rows.append(dict(zip(AUDIT, values, strict=True)))
    return rows


def claim_rows(claims: Sequence[Judged]) -> list[dict[str, Any]]:
    """Return one row per claim."""
    rows = []
    for j in claims:
        values = (
            str(j.standing), j.claim.id, j.claim.statement, "\n".join(j.arithmetic),
            "\n".join(f.words() for f in j.inputs),
        )  # fmt: skip
        rows.append(dict(zip(CLAIMS, values, strict=True)))
    return rows


def write_tables(
    result: StudyResult,
    audit: Sequence[Result],
    claims: Sequence[Judged] = (),
    beside: Sequence[Group] = (),
    drawn: Mapping[str, Sequence[str]] = {},
) -> list[Path]:
    """Write tables of findings, audit and files: each as csv, all as ``study.xlsx`` and ``study.json``.

    Parameters
    ----------
    result, audit, claims, beside
        What came out of the study.
    drawn
        Names of the files of each figure of all samples, by technique.
    """
    out = result.out
    tables: dict[str, tuple[Sequence[str], list[dict[str, Any]]]] = {
        "findings": (FINDINGS, finding_rows([*result.groups, *beside])),
        "audit": (AUDIT, audit_rows(audit)),
        "files": (("path", "sample", "technique", "format", "sure", "result"), file_rows(result)),
    }
    if claims:
        tables["claims"] = (CLAIMS, claim_rows(claims))
    paths = []
    for name, (header, rows) in tables.items():
        write_text(out / f"{name}.csv", _csv(header, rows))
        paths.append(out / f"{name}.csv")
    write_text(out / "study.json", _json(result, audit, claims, tables, beside, drawn))
    _write_workbook(out / "study.xlsx", tables)
    return [*paths, out / "study.json", out / "study.xlsx"]


def file_rows(result: StudyResult) -> list[dict[str, Any]]:
    """Return one row per file: what it was taken for, or why it was left alone."""
    rows: dict[str, tuple[Any, ...]] = {}
    for group in result.groups:
        for path in group.files:
            sample = group.sample if path not in rows or rows[path][0] == group.sample else _SEVERAL
            rows[path] = (sample, group.technique, group.formats, group.sure, "analysed")
    for path, why in result.left_alone.items():
        rows[path] = ("", "", "", math.nan, why)
    names = ("sample", "technique", "format", "sure", "result")
    return [{"path": p, **dict(zip(names, row, strict=True))} for p, row in sorted(rows.items())]


def _cell(value: Any) -> Any:
    if isinstance(value, float):
        return f"{value:.6g}" if math.isfinite(value) else ""
    return safe(str(value))


def safe(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def _csv(header: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_cell(row[c]) for c in header] for row in rows)
    return text.getvalue()


def _json(
    result: StudyResult,
    audit: Sequence[Result],
    claims: Sequence[Judged],
    tables: Mapping[str, Any],
    beside: Sequence[Group],
    drawn: Mapping[str, Sequence[str]],
) -> str:
    from ..core.provenance import plain, versions

    record = {
        "title": result.plan.title,
        "versions": versions(),
        "findings": tables["findings"][1],
        "audit": [r.as_dict() for r in audit],
        "claims": [j.as_dict() for j in claims],
        "files": tables["files"][1],
        "groups": [_group_record(g) for g in result.groups],
        "beside": [_group_record(g) for g in beside],
        "all_samples": drawn,
    }
    return json.dumps(plain(record), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _group_record(group: Group) -> dict[str, Any]:
    return {
        "sample": group.sample, "technique": group.technique, "origin": group.origin, "files": group.files,
        "sha256": group.contents, "formats": group.formats, "choices": group.choices,
        "changed": group.changed,
        "figures": group.figures, "tables": group.tables,
    }  # fmt: skip


def _write_workbook(path: Path, tables: Mapping[str, tuple[Sequence[str], list[dict[str, Any]]]]) -> None:
    """Write all tables as sheets of one workbook; numbers stay numbers."""
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font

    book = Workbook()
    book.remove(book.active)
    for name, (header, rows) in tables.items():
        sheet = book.create_sheet(name)
        sheet.append(list(header))
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        for row in rows:
            values = [row[c] for c in header]
            sheet.append([
                (v if math.isfinite(v) else None) if isinstance(v, float)
                else ILLEGAL_CHARACTERS_RE.sub(" ", str(_cell(v)))
                for v in values
            ])  # fmt: skip
        sheet.freeze_panes = "A2"
        for letter, title in zip("ABCDEFGHIJKLM", header, strict=False):
            sheet.column_dimensions[letter].width = _WIDTH.get(title, 14)
    with atomic_path(path) as temporary:
        book.save(temporary)


_WIDTH = {"notes": 60, "choices": 40, "arithmetic": 70, "meaning": 70, "inputs": 60, "path": 50, "result": 60}
