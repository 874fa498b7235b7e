"""Cyclic voltammetry: peaks with intervals, b-value over scan rates, figure.

``Measurement.data`` has dimension ``point``: ``potential`` (V), ``current`` (A, or A/cm2 where the file has
only a density), ``cycle`` and, where known, ``time`` (s). Settings: ``scan_rate_V_s``,
``reference_electrode``, ``notes``.
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


class Voltammetry:
    """The faces of the technique; each is described in the module it stands in."""

    name = "cv"
    title = "Cyclic voltammetry"

    def simulate(
        self, sample: Sample, seed: int, settings: Mapping[str, Any] | None = None
    ) -> list[Measurement]:
        """Refuse: a voltammogram is that of a cell, not of a powder.

        Raises
        ------
        InputError
            Always.
        """
        from ...core.errors import InputError

        raise InputError(
            "a voltammogram belongs to a cell, not to a powder: 'measure' cannot simulate it from a sample. "
            "'nanokiln cycle SAMPLE.nc --protocol cv --out DIR' writes that of its half cell."
        )

    def write(self, measurements: Sequence[Measurement], folder: Path, stem: str) -> list[Path]:
        """Write each voltammogram as EC-Lab text: ``stem.mpt``, or ``stem_1.mpt`` on for several."""
        from ...formats import eclab_cv

        names = [stem] if len(measurements) == 1 else [f"{stem}_{i + 1}" for i in range(len(measurements))]
        paths = [Path(folder) / f"{name}.mpt" for name in names]
        for measurement, path in zip(measurements, paths, strict=True):
            eclab_cv.write(measurement, path)
        return paths

    def analyse(
        self, measurements: Sequence[Measurement], choices: Mapping[str, Any] | None = None
    ) -> list[Finding]:
        """Return peaks with intervals and b-values, see `analyse.analyse`."""
        from .analyse import analyse

        return analyse(measurements, choices)

    def plot(self, measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Figure:
        """Draw voltammograms with their peaks, see `plot.plot`."""
        from .plot import plot

        return plot(measurements, findings)


technique = Voltammetry()
