"""Sizing: diameters of single spheres, as counted from electron micrographs.

A measurement holds one variable, ``diameter_nm(particle)`` in nm; its label says which powder it is
(``before`` and ``after`` the furnace for synthetic ones). Settings, where known: ``pixel_size_nm`` and
``scale_error`` (relative standard uncertainty of the magnification).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ...core.evidence import Finding
    from ...core.measurement import Measurement
    from ...sample import Sample


class Sizing:
    """The technique; see `nanokiln.techniques.Technique` for what each method promises."""

    name = "sizing"
    title = "Particle sizing (electron microscopy)"

    def simulate(
        self, sample: Sample, seed: int, settings: Mapping[str, Any] | None = None
    ) -> list[Measurement]:
        """Measure spheres of a sample before and after the furnace; see `simulate.simulate`."""
        from .simulate import simulate

        return simulate(sample, seed, settings)

    def write(self, measurements: Sequence[Measurement], folder: Path, stem: str) -> list[Path]:
        """Write one diameters CSV per measurement, ``<stem>-<label>.csv``."""
        from ...formats import diameters_csv

        paths = []
        for measurement in measurements:
            end = f"-{measurement.label}" if measurement.label else ""
            path = Path(folder) / f"{stem}{end}.csv"
            diameters_csv.write(measurement, path)
            paths.append(path)
        return paths

    def analyse(
        self, measurements: Sequence[Measurement], choices: Mapping[str, Any] | None = None
    ) -> list[Finding]:
        """Count, mean, spread, median and form of the size distribution; see `analyse.analyse`."""
        from .analyse import analyse

        return analyse(measurements, choices)

    def plot(self, measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Figure:
        """Draw the histograms; see `plot.plot`."""
        from .plot import plot

        return plot(measurements, findings)


technique = Sizing()
