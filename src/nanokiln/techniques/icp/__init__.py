"""ICP spectrometry: virtual dissolution series, calibration with blank and drift, B/Si over time, figure.

Three kinds of ``Measurement.data``: a batch of counts over ``reading`` (columns of `formats.icp_csv`),
a table of concentrations over ``solution``, and traces ``counts`` over ``time`` and ``line``. Settings:
``sample``, ``internal_standard`` and ``feed_b_si`` (g/g as weighed in, None where unknown).
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


class ICP:
    """The faces of the technique; each is described in the module it stands in."""

    name = "icp"
    title = "ICP spectrometry"

    def simulate(
        self, sample: Sample, seed: int, settings: Mapping[str, Any] | None = None
    ) -> list[Measurement]:
        """Dissolve `sample` and measure it over time, see `simulate.simulate`."""
        from .simulate import simulate

        return simulate(sample, seed, settings)

    def write(self, measurements: Sequence[Measurement], folder: Path, stem: str) -> list[Path]:
        """Write one csv per batch: ``stem.csv``, or ``stem_1.csv`` on where there are several."""
        from ...formats import icp_csv

        names = [stem] if len(measurements) == 1 else [f"{stem}_{i + 1}" for i in range(len(measurements))]
        paths = [Path(folder) / f"{name}.csv" for name in names]
        return [icp_csv.write(path, batch) for batch, path in zip(measurements, paths, strict=True)]

    def analyse(
        self, measurements: Sequence[Measurement], choices: Mapping[str, Any] | None = None
    ) -> list[Finding]:
        """Return B/Si ratios with intervals and the bound of the feed, see `analyse.analyse`."""
        from .analyse import analyse

        return analyse(measurements, choices)

    def plot(self, measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Figure:
        """Draw ratio and concentrations over time, or traces, see `plot.plot`."""
        from .plot import plot

        return plot(measurements, findings)


technique = ICP()
