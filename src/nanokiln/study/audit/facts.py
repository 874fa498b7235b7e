"""What an audit compares: numbers with their sample, interval, evidence and source."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...core.evidence import Evidence, Finding
from ...core.units import magnitude
from ...recipe import Recipe
from ..plan import QuotedValue

#: A photoelectron line as people write it: Si 2p, B1s, Fe 2p3/2.
LINE = re.compile(r"^([A-Z][a-z]?) ?([1-4][spdf])(?:[135]/2)?$")


@dataclass(frozen=True)
class Fact:
    """One number an audit may use.

    Parameters
    ----------
    sample, name
        What it belongs to. A name may end in a dot and a word that tells apart values of one kind
        (``capacity_first.second run``).
    value, low, high, unit
        Number with its 90 % interval; NaN ends where none is known.
    evidence
        Evidence class.
    source
        File, or where it was printed.
    """

    sample: str
    name: str
    value: float
    low: float
    high: float
    unit: str
    evidence: Evidence
    source: str

    @property
    def kind(self) -> str:
        """Name without the word that tells values of one kind apart."""
        return self.name.partition(".")[0]

    @property
    def label(self) -> str:
        """The word that tells values of one kind apart, empty where there is none."""
        return self.name.partition(".")[2]

    @property
    def least(self) -> float:
        """Low end of the interval, the value where none is known."""
        return self.low if math.isfinite(self.low) else self.value

    @property
    def most(self) -> float:
        """High end of the interval, the value where none is known."""
        return self.high if math.isfinite(self.high) else self.value

    def to(self, unit: str) -> Fact:
        """Return the fact in another unit.

        Raises
        ------
        InputError
            If the units do not fit.
        """
        if unit == self.unit:
            return self
        scale = magnitude(f"1 {spelt(self.unit)}", spelt(unit), self.name)
        ends = (self.value * scale, self.low * scale, self.high * scale)
        return Fact(self.sample, self.name, *ends, unit, self.evidence, self.source)

    def words(self) -> str:
        """Return the number with its interval, unit and source."""
        ends = ""
        if math.isfinite(self.low) and math.isfinite(self.high):
            ends = f" [{self.low:.4g} to {self.high:.4g}]"
        unit = "" if self.unit == "1" else f" {self.unit}"
        return f"{self.name} {self.value:.4g}{ends}{unit} ({self.evidence}; {self.source})"


def spelt(unit: str) -> str:
    """Return a unit as people write it (``m2/g``, ``mAh/g``, ``at%``) in the spelling of pint."""
    if unit in ("1", ""):
        return "dimensionless"
    if unit in ("%", "at%", "wt%", "% of area"):
        return "percent"
    out = re.sub(r"(?<![A-Za-z])([mkµu]?)Ah(?![A-Za-z])", r"\1A*hour", unit.replace("Ω", "ohm"))
    return re.sub(r"([A-Za-zµ])([23])(?!\d)", r"\1^\2", out)


@dataclass(frozen=True)
class Treated:
    """How the files of one analysis were measured and treated.

    Parameters
    ----------
    sample, technique
        Names.
    settings
        What each file says of instrument and sample, by path.
    choices
        What the analysis was told, for measurement and treatment.
    changed
        Choices that differ from the treatment of the study.
    used
        Values the findings name as those they rest on.
    """

    sample: str
    technique: str
    settings: Mapping[str, Mapping[str, Any]]
    choices: Mapping[str, Any] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    used: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Facts:
    """All numbers of a study, and its files.

    Parameters
    ----------
    facts
        The numbers; those that come first are preferred.
    files
        Sample and hash of the content of every file, by path.
    treated
        How the files were measured and treated.
    """

    facts: tuple[Fact, ...]
    files: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    treated: tuple[Treated, ...] = ()

    @property
    def samples(self) -> tuple[str, ...]:
        """Samples that have a number, in order of their names; ``""`` stands for all."""
        owners = {f.sample for f in self.facts} | {owner for owner, _ in self.files.values()}
        return tuple(sorted(owners - {""}))

    def of(self, sample: str, *kinds: str) -> tuple[Fact, ...]:
        """Return the facts of a sample of these kinds."""
        return tuple(f for f in self.facts if f.sample == sample and f.kind in kinds)

    def one(self, sample: str, *kinds: str, label: str | None = None) -> Fact | None:
        """Return the first fact of these kinds: of the sample, else of all samples; None if there is none."""
        for owner in (sample, ""):
            for kind in kinds:
                for fact in self.facts:
                    if fact.sample == owner and fact.kind == kind and label in (None, fact.label):
                        return fact
        return None

    def of_technique(self, sample: str, technique: str) -> tuple[Treated, ...]:
        """Return how the files of a sample and technique were measured and treated."""
        return tuple(t for t in self.treated if (t.sample, t.technique) == (sample, technique))

    def starting(self, sample: str, beginning: str) -> tuple[Fact, ...]:
        """Return the facts of a sample whose kind begins so."""
        return tuple(f for f in self.facts if f.sample == sample and f.kind.startswith(beginning))


_STAGES = ("before", "after")  # the furnace: labels of diameters that are quantities of their own


def of_findings(sample: str, findings: Iterable[Finding]) -> Iterator[Fact]:
    """Return the facts in findings that carry a number."""
    for f in findings:
        if f.resolved:
            label = str(f.choices.get("label", "") or "")
            name = f"{f.name}.{label}" if label else f.name
            if f.name == "diameter_mean" and label in _STAGES:
                name = f"diameter_{label}"
            yield Fact(sample, name, f.value, f.low, f.high, f.unit, f.evidence, f.file or f.technique)


def of_settings(treated: Treated) -> Iterator[Fact]:
    """Return the facts in what XPS files say of themselves: photon energy and the lines recorded."""
    if treated.technique != "xps":
        return
    for path, own in treated.settings.items():
        energy = own.get("photon_energy_eV")
        if isinstance(energy, (int, float)):
            yield Fact(
                treated.sample, "photon_energy", energy, math.nan, math.nan, "eV", Evidence.MEASURED, path
            )
        for line in (x for x in own.get("lines", ()) if LINE.match(x)):
            yield Fact(
                treated.sample, f"line_observed.{line}", 1, math.nan, math.nan, "1", Evidence.MEASURED, path
            )


def of_values(values: Iterable[QuotedValue]) -> Iterator[Fact]:
    """Return the facts typed into a plan."""
    for v in values:
        yield Fact(v.sample, v.name, v.value, v.low, v.high, v.unit, Evidence.QUOTED, v.source or "typed in")


def of_recipe(sample: str, recipe: Recipe) -> Iterator[Fact]:
    """Return what a recipe says that an audit may use; a typed or measured number comes before it."""
    p = recipe.precursor
    source = f"recipe {recipe.name}"
    numbers = {
        "feed_ratio": (recipe.additive_ratio, "g/g"),
        "silicon_mass_fraction": (p.silicon_mass_fraction, "g/g"),
        "carbon_mass_fraction": (p.carbon_mass_fraction, "g/g"),
        "skeletal_density": (p.skeletal_density_g_cm3, "g/cm^3"),
        "diameter_undoped": (p.diameter_nm, "nm"),
    }
    for name, (value, unit) in numbers.items():
        yield Fact(sample, name, value, math.nan, math.nan, unit, Evidence.ASSUMED, source)
