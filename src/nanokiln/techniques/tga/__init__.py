"""Thermogravimetry: virtual thermobalance, steps by tangents and DTG, kinetics of several ramps, figure.

``Measurement.data`` has dimension ``point``: ``time`` (s), ``temperature`` (degC, of the sample) and ``mass``
(mg, or % where the file gives no mg). Settings: ``sample``, ``initial_mass_mg``, ``instrument``, ``gas``,
``blank_subtracted`` (None where the file does not say) and ``notes``.
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


class Thermogravimetry:
    """The faces of the technique; each is described in the module it stands in."""

    name = "tga"
    title = "Thermogravimetry"

    def simulate(
        self, sample: Sample, seed: int, settings: Mapping[str, Any] | None = None
    ) -> list[Measurement]:
        """Heat `sample` on the virtual thermobalance, see `simulate.simulate`."""
        from .simulate import simulate

        return simulate(sample, seed, settings)

    def write(self, measurements: Sequence[Measurement], folder: Path, stem: str) -> list[Path]:
        """Write one NETZSCH text file per run: ``stem.txt``, or ``stem_1.txt`` on where there are several."""
        from ...formats import tga_netzsch

        names = [stem] if len(measurements) == 1 else [f"{stem}_{i + 1}" for i in range(len(measurements))]
        paths = [Path(folder) / f"{name}.txt" for name in names]
        return [tga_netzsch.write(path, run) for run, path in zip(measurements, paths, strict=True)]

    def analyse(
        self, measurements: Sequence[Measurement], choices: Mapping[str, Any] | None = None
    ) -> list[Finding]:
        """Return temperatures, losses and activation energy with intervals, see `analyse.analyse`."""
        from .analyse import analyse

        return analyse(measurements, choices)

    def plot(self, measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Figure:
        """Draw mass and DTG over temperature, see `plot.plot`."""
        from .plot import plot

        return plot(measurements, findings)


technique = Thermogravimetry()
