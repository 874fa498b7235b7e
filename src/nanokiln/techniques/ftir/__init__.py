"""Infrared spectroscopy: bands with their place, what may cause each, and where causes overlap.

Measurement: dimension ``point``; coordinate ``wavenumber`` (1/cm, rising); variable ``absorbance``,
``transmittance`` (a fraction) or, where the file does not say which it holds, ``signal``. Settings:
``resolution_per_cm`` (None where the file does not say), ``instrument``, ``ordinate`` (the file's word).
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


class Ftir:
    """The faces of the technique; each is described in the module it stands in."""

    name = "ftir"
    title = "infrared spectroscopy"

    def simulate(
        self, sample: Sample, seed: int, settings: Mapping[str, Any] | None = None
    ) -> list[Measurement]:
        """Record the spectrum of a pellet, see `simulate.simulate`."""
        from .simulate import simulate

        return simulate(sample, seed, settings)

    def truth(self, sample: Sample, settings: Mapping[str, Any] | None = None) -> dict[str, float]:
        """Return the bands a perfect instrument would show, see `simulate.truth`."""
        from .simulate import truth

        return truth(sample, settings)

    def write(self, measurements: Sequence[Measurement], folder: Path, stem: str) -> list[Path]:
        """Write JCAMP-DX: ``<stem>.jdx``, or numbered where there are several."""
        from ...formats import jcamp_infrared

        names = [f"{stem}-{i}" for i in range(1, len(measurements) + 1)] if len(measurements) > 1 else [stem]
        return [
            jcamp_infrared.write(Path(folder) / f"{name}.jdx", m)
            for name, m in zip(names, measurements, strict=True)
        ]

    def analyse(
        self, measurements: Sequence[Measurement], choices: Mapping[str, Any] | None = None
    ) -> list[Finding]:
        """Return bands with intervals and candidate assignments, see `analyse.analyse`."""
        from .analyse import analyse

        return analyse(measurements, choices)

    def plot(self, measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Figure:
        """Draw spectra with their bands and what may cause them, see `plot.plot`."""
        from .plot import plot

        return plot(measurements, findings)


technique = Ftir()
