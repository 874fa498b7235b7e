"""Cycling of cells: capacities, efficiencies, rates, retention and decay, dQ/dV, figure.

``Measurement.data`` has dimension ``point``: ``time`` (s), ``voltage`` (V), ``current`` (A, positive charges
the cell), ``cycle``, ``step``, and ``charge`` and ``discharge`` (A h, rising from 0 over the test). Settings:
``notes``, ``capacity_source``, ``instrument`` and, where the file states one, ``file_mass_g``, which is used
only when asked for.
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


class Cycling:
    """The faces of the technique; each is described in the module it stands in."""

    name = "cycling"
    title = "Galvanostatic cycling"

    def simulate(
        self, sample: Sample, seed: int, settings: Mapping[str, Any] | None = None
    ) -> list[Measurement]:
        """Refuse: a powder has no cycler; the half cell is a command of its own.

        Raises
        ------
        InputError
            Always.
        """
        from ...core.errors import InputError

        raise InputError(
            "cycling belongs to a cell, not to a powder: 'measure' cannot simulate it from a sample. "
            "'nanokiln cycle SAMPLE.nc --out DIR' writes what a cycler records of its half cell."
        )

    def write(self, measurements: Sequence[Measurement], folder: Path, stem: str) -> list[Path]:
        """Write each test as BDF: ``stem.bdf.csv``, or ``stem_1.bdf.csv`` on where there are several."""
        from ...formats import bdf_csv

        names = [stem] if len(measurements) == 1 else [f"{stem}_{i + 1}" for i in range(len(measurements))]
        paths = [Path(folder) / f"{name}.bdf.csv" for name in names]
        for measurement, path in zip(measurements, paths, strict=True):
            bdf_csv.write(measurement, path)
        return paths

    def analyse(
        self, measurements: Sequence[Measurement], choices: Mapping[str, Any] | None = None
    ) -> list[Finding]:
        """Return capacities, efficiency, retention and decay with intervals, see `analyse.analyse`."""
        from .analyse import analyse

        return analyse(measurements, choices)

    def plot(self, measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Figure:
        """Draw capacities, efficiency, voltage curves and dQ/dV, see `plot.plot`."""
        from .plot import plot

        return plot(measurements, findings)


technique = Cycling()
