"""What a report is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..core.evidence import Finding
    from ..core.measurement import Measurement
    from ..core.provenance import Provenance
    from ..sample import Sample
    from ..study.ledger import Ledger


@dataclass(frozen=True)
class SamplePage:
    """One sample with what the instruments saw of it.

    Parameters
    ----------
    sample
        The sample.
    measurements
        Technique name to its measurements and what the analysis found in them.
    """

    sample: Sample
    measurements: Mapping[str, tuple[Sequence[Measurement], Sequence[Finding]]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name of the sample."""
        return self.sample.name

    def finding(self, technique: str, name: str, label: str | None = None) -> Finding | None:
        """Return the first finding called `name`; `label` picks one powder where there are several."""
        _, findings = self.measurements.get(technique, ((), ()))
        for found in findings:
            if found.name == name and (label is None or found.choices.get("label") == label):
                return found
        return None


@dataclass(frozen=True)
class ReportInput:
    """All that a report shows.

    Parameters
    ----------
    title
        Heading of the report.
    ledger
        Claims with their verdicts.
    pages
        Samples, in the order they are shown.
    rate_family
        Family of rate capability predictions (`nanokiln.halfcell.Family`), or None.
    notes
        Statements that belong at the top: what was calibrated, warnings.
    provenance
        How to repeat the run.
    elapsed_s
        Wall time of the run in s.
    """

    title: str
    ledger: Ledger
    pages: Sequence[SamplePage]
    rate_family: Any | None
    notes: Sequence[str]
    provenance: Provenance
    elapsed_s: float
