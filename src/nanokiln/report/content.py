"""What a report is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from ..core.evidence import Finding
    from ..core.measurement import Measurement
    from ..core.provenance import Provenance
    from ..sample import Sample
    from ..study.ledger import Ledger
    from .shape import Shape


class Seen(Protocol):
    """A quantity measured on the voxel scale: value (NaN where only bounds are known), interval, unit."""

    @property
    def value(self) -> float:
        """Best value."""

    @property
    def low(self) -> float:
        """Lower end."""

    @property
    def high(self) -> float:
        """Upper end."""

    @property
    def unit(self) -> str:
        """Unit."""


#: Stage ("before" or "last") to quantity to what was seen.
Facts = Mapping[str, Mapping[str, Seen]]


@dataclass(frozen=True)
class SamplePage:
    """One sample with what the instruments saw of it.

    Parameters
    ----------
    sample
        The sample.
    measurements
        Technique name to its measurements and what the analysis found in them.
    bodies
        Cooling model to stage to quantity: what was measured on the voxel scale.
    shapes
        Cooling model to what is shown of the voxel scale; the first one is the sample's. Drawn from the
        sample where none is given.
    """

    sample: Sample
    measurements: Mapping[str, tuple[Sequence[Measurement], Sequence[Finding]]] = field(default_factory=dict)
    bodies: Mapping[str, Facts] = field(default_factory=dict)
    shapes: Mapping[str, Shape] = field(default_factory=dict)

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

    def seen(self, quantity: str, model: str | None = None, stage: str = "last") -> Seen | None:
        """Return what was measured on the voxel scale; by the first cooling model unless another is named."""
        facts = self.bodies.get(model, {}) if model else next(iter(self.bodies.values()), {})
        return facts.get(stage, {}).get(quantity)


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
