"""Raman spectroscopy: D over G of carbon by three definitions, with what noise and choices leave open.

Measurement: dimension ``shift``; coordinate ``raman_shift`` (1/cm, rising); variable ``intensity`` (counts,
counts/s or a.u.). Settings: ``laser_nm`` (None where the file does not say), ``resolution_per_cm``,
``exposure_s``, ``instrument``,
``silicon`` (whether it is a spectrum of silicon taken to calibrate the axis).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.evidence import Finding
from ...core.measurement import Measurement

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ...sample import Sample


class Raman:
    """The faces of the technique; each is described in the module it stands in."""

    name = "raman"
    title = "Raman spectroscopy"

    def simulate(
        self, sample: Sample, seed: int, settings: Mapping[str, Any] | None = None
    ) -> list[Measurement]:
        """Record a spectrum and one of silicon, see `simulate.simulate`."""
        from .simulate import simulate

        return simulate(sample, seed, settings)

    def truth(self, sample: Sample, settings: Mapping[str, Any] | None = None) -> dict[str, float]:
        """Return what an ideal instrument would report, see `simulate.truth`."""
        from .simulate import truth

        return truth(sample, settings)

    def write(self, measurements: Sequence[Measurement], folder: Path, stem: str) -> list[Path]:
        """Write JCAMP-DX: ``<stem>.jdx``, silicon beside it as ``<stem>-silicon.jdx``."""
        from ...formats import jcamp_raman

        paths = []
        spectra = [m for m in measurements if not m.settings.get("silicon")]
        for m in measurements:
            number = f"-{spectra.index(m) + 1}" if len(spectra) > 1 and m in spectra else ""
            name = f"{stem}-silicon" if m.settings.get("silicon") else f"{stem}{number}"
            paths.append(jcamp_raman.write(Path(folder) / f"{name}.jdx", m))
        return paths

    def analyse(
        self, measurements: Sequence[Measurement], choices: Mapping[str, Any] | None = None
    ) -> list[Finding]:
        """Return ratios, positions and domain size with intervals, see `analyse.analyse`."""
        from .analyse import analyse

        return analyse(measurements, choices)

    def plot(self, measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Figure:
        """Draw spectra with bands and base line, and the ratios by definition, see `plot.plot`."""
        from .plot import plot

        return plot(measurements, findings)


technique = Raman()
