"""Nitrogen sorption at 77 K: virtual analyser, BET area over all admissible ranges, pore volume, figure.

``Measurement.data`` has dimension ``point``: ``pressure`` (p/p0, "1"), ``loading`` (mmol/g), ``branch``
(0 adsorption, 1 desorption) and, where known, ``absolute`` and ``saturation`` pressure (kPa). Settings:
``temperature_K``, ``adsorbate``, ``material``, ``mass_g``, ``instrument``, ``notes`` and, from instrument
reports, ``reported`` (what the instrument software printed).
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


class N2Sorption:
    """The faces of the technique; each is described in the module it stands in."""

    name = "n2_sorption"
    title = "Nitrogen sorption (BET area, pore volume)"

    def simulate(
        self, sample: Sample, seed: int, settings: Mapping[str, Any] | None = None
    ) -> list[Measurement]:
        """Measure the isotherm of `sample`, see `simulate.simulate`."""
        from .simulate import simulate

        return simulate(sample, seed, settings)

    def write(self, measurements: Sequence[Measurement], folder: Path, stem: str) -> list[Path]:
        """Write one AIF file per isotherm: ``stem.aif``, or ``stem_1.aif`` on where there are several."""
        from ...formats import aif

        names = [stem] if len(measurements) == 1 else [f"{stem}_{i + 1}" for i in range(len(measurements))]
        paths = [Path(folder) / f"{name}.aif" for name in names]
        for measurement, path in zip(measurements, paths, strict=True):
            aif.write(measurement, path)
        return paths

    def analyse(
        self, measurements: Sequence[Measurement], choices: Mapping[str, Any] | None = None
    ) -> list[Finding]:
        """Return BET area and pore volume with intervals, see `analyse.analyse`."""
        from .analyse import analyse

        return analyse(measurements, choices)

    def plot(self, measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Figure:
        """Draw isotherms and BET plots, see `plot.plot`."""
        from .plot import plot

        return plot(measurements, findings)


technique = N2Sorption()
