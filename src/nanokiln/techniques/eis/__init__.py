"""Impedance spectra: Kramers-Kronig test, circuits from no initial guess, relaxation times, figure.

``Measurement.data`` has dimension ``point``: ``frequency`` (Hz), ``z_real`` and ``z_imag`` (ohm, the
imaginary part negative for a capacitor). Settings: ``instrument``, ``notes``. An electrode area in a file is
kept as ``file_area_cm2`` and never used: it is the default of the software more often than the electrode.
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


class Impedance:
    """The faces of the technique; each is described in the module it stands in."""

    name = "eis"
    title = "Electrochemical impedance"

    def simulate(
        self, sample: Sample, seed: int, settings: Mapping[str, Any] | None = None
    ) -> list[Measurement]:
        """Refuse: the half cell is what simulates impedance, not the sample alone.

        Raises
        ------
        InputError
            Always.
        """
        from ...core.errors import InputError

        raise InputError(
            "impedance belongs to a cell, not to a powder: 'measure' cannot simulate it from a sample. "
            "'nanokiln cycle SAMPLE.nc --protocol eis --out DIR' writes that of its half cell."
        )

    def write(self, measurements: Sequence[Measurement], folder: Path, stem: str) -> list[Path]:
        """Write each spectrum as ZPlot: ``stem.z``, or ``stem_1.z`` on where there are several."""
        from ...formats import zplot

        names = [stem] if len(measurements) == 1 else [f"{stem}_{i + 1}" for i in range(len(measurements))]
        paths = [Path(folder) / f"{name}.z" for name in names]
        for measurement, path in zip(measurements, paths, strict=True):
            zplot.write(measurement, path)
        return paths

    def analyse(
        self, measurements: Sequence[Measurement], choices: Mapping[str, Any] | None = None
    ) -> list[Finding]:
        """Return resistances with intervals after a Kramers-Kronig test, see `analyse.analyse`."""
        from .analyse import analyse

        return analyse(measurements, choices)

    def plot(self, measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Figure:
        """Draw spectrum, fit, residuals and relaxation times, see `plot.plot`."""
        from .plot import plot

        return plot(measurements, findings)


technique = Impedance()
