"""Claims and verdicts: the ledger's form, for the reference study and for a user's own."""

from __future__ import annotations

import csv
import enum
import io
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..core.errors import DataError
from ..core.evidence import Evidence
from ..core.files import read_text, write_text

KINDS = ("input", "calibration target", "prediction")
_COLUMNS = (
    "id", "where", "topic", "sample", "quantity", "statement", "value", "unit", "relation", "tolerance",
    "kind", "test",
)  # fmt: skip


@dataclass(frozen=True)
class Claim:
    """One statement that a simulation or an analysis can be held to (a row of a claims file)."""

    id: str
    where: str
    topic: str
    sample: str
    quantity: str
    statement: str
    value: str
    unit: str
    relation: str
    tolerance: str
    kind: str
    test: str

    @property
    def number(self) -> float:
        """The claimed value as a number, NaN when it is an ordering or a word."""
        try:
            return float(self.value.lstrip("<>="))
        except ValueError:
            return math.nan


class Outcome(enum.StrEnum):
    """Possible verdicts on a claim."""

    MET = "met"
    MISSED = "missed"
    REPORT_ONLY = "report only"
    INPUT = "input"
    CALIBRATED = "calibrated"
    NOT_RESOLVED = "not resolved"
    NOT_YET = "not yet"


class Strength(enum.StrEnum):
    """How much a met prediction is worth."""

    ROBUST = "robust"
    WEAK = "weak"
    CHOICE = "by choice"
    NONE = ""


@dataclass(frozen=True)
class Verdict:
    """What came out for one claim, and how.

    Parameters
    ----------
    claim
        The claim.
    outcome, strength
        The verdict; a strength only where the outcome is ``met``.
    value, low, high, unit
        The deciding number with its 90 % interval over accepted parameter sets; NaN where it is a word.
    evidence
        Evidence class of the number.
    how
        In words: what was compared with what, the share of parameter sets for which it holds, and why.
    share
        Share of accepted parameter sets for which the statement holds; NaN where it was not drawn.
    """

    claim: Claim
    outcome: Outcome
    value: float
    low: float
    high: float
    unit: str
    evidence: Evidence
    how: str
    strength: Strength = Strength.NONE
    share: float = math.nan

    @property
    def label(self) -> str:
        """Verdict in words, such as ``met (weak)``."""
        return f"{self.outcome} ({self.strength})" if self.strength else str(self.outcome)

    def row(self) -> dict[str, Any]:
        """Return the ledger row: id, verdict, value, low, high, unit, evidence, how."""
        return {
            "id": self.claim.id,
            "verdict": self.label,
            "value": _plain(self.value),
            "low": _plain(self.low),
            "high": _plain(self.high),
            "unit": self.unit,
            "evidence": str(self.evidence),
            "how": self.how,
        }


def _plain(x: float) -> float | None:
    return float(f"{x:.6g}") if math.isfinite(x) else None


@dataclass(frozen=True)
class Ledger:
    """All verdicts, in the order of the claims."""

    verdicts: tuple[Verdict, ...]

    def count(self) -> dict[str, int]:
        """Return how often each verdict occurs, by label."""
        counts: dict[str, int] = {}
        for verdict in self.verdicts:
            counts[verdict.label] = counts.get(verdict.label, 0) + 1
        return counts

    def __getitem__(self, claim_id: str) -> Verdict:
        for verdict in self.verdicts:
            if verdict.claim.id == claim_id:
                return verdict
        raise KeyError(claim_id)

    def write(self, folder: str | Path) -> list[Path]:
        """Write ``ledger.csv`` and ``ledger.json`` into `folder`."""
        rows = [v.row() for v in self.verdicts]
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, list(rows[0]) if rows else ["id"], lineterminator="\n")
        writer.writeheader()
        writer.writerows({k: "" if x is None else x for k, x in row.items()} for row in rows)
        paths = [Path(folder) / "ledger.csv", Path(folder) / "ledger.json"]
        write_text(paths[0], text.getvalue())
        full = [
            row | {"claim": asdict(v.claim), "share": _plain(v.share)}
            for row, v in zip(rows, self.verdicts, strict=True)
        ]
        write_text(paths[1], json.dumps(full, indent=1, ensure_ascii=False) + "\n")
        return paths


def read_claims(path: str | Path) -> tuple[Claim, ...]:
    """Read a claims file (csv with the columns of the ledger).

    Raises
    ------
    DataError
        If a column is missing, an id occurs twice, or a kind is unknown.
    """
    return parse_claims(read_text(path), str(path))


def parse_claims(text: str, where: str) -> tuple[Claim, ...]:
    """Return the claims in csv `text`; `where` names it in errors."""
    reader = csv.DictReader(io.StringIO(text))
    missing = [c for c in _COLUMNS if c not in (reader.fieldnames or ())]
    if missing:
        raise DataError(f"{where}: column(s) {', '.join(missing)} missing. Needed: {', '.join(_COLUMNS)}.")
    claims = tuple(Claim(**{c: row[c] or "" for c in _COLUMNS}) for row in reader)
    _validate(claims, where)
    return claims


def _validate(claims: Sequence[Claim], where: str) -> None:
    seen: set[str] = set()
    for claim in claims:
        if claim.kind not in KINDS:
            raise DataError(f"{where}: {claim.id} has kind '{claim.kind}'. Allowed: {', '.join(KINDS)}.")
        if claim.id in seen:
            raise DataError(f"{where}: id {claim.id} occurs twice.")
        seen.add(claim.id)


def guard_fit(used: Iterable[str], claims: Sequence[Claim]) -> None:
    """Refuse a fit that uses a prediction row.

    Raises
    ------
    DataError
        Naming the rows.
    """
    kinds = {c.id: c.kind for c in claims}
    bad = sorted(u for u in used if kinds.get(u) != "calibration target")
    if bad:
        raise DataError(
            f"a fit may use calibration targets only; {', '.join(bad)} "
            f"{'are' if len(bad) > 1 else 'is'} not. Remove the row from the fit or change its kind openly."
        )
