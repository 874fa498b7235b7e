"""Electron micrographs (SEM, and TEM or STEM by the same analysis): spheres, necks, roughness, order.

``Measurement.data`` holds ``image(row, column)``, float32 grey levels as the detector gave them (units
"counts"), the data bar already cut off. ``Measurement.technique`` is ``"sem"`` or ``"tem"``. Settings:

``pixel_nm``
    width of a pixel; None where the file states none (the analysis then asks for ``scale``)
``pixel_aspect``
    height of a pixel over its width; 1 where absent
``calibration``
    where the pixel size is from, in words
``scale_error``
    relative standard uncertainty of the pixel size, where known
``bits``, ``saturated``
    bits per pixel of the file; share of pixels at the lowest or highest grey level
``bar_rows``, ``rule_px``
    rows cut off as data bar; length of the longest rule seen in it
``instrument``, ``detector``, ``voltage_kV``, ``notes``
    as far as the file tells
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


class Micrograph:
    """The faces of the technique; each is described in the module it stands in."""

    name = "sem"
    title = "Electron micrograph (spheres, necks, roughness)"

    def simulate(
        self, sample: Sample, seed: int, settings: Mapping[str, Any] | None = None
    ) -> list[Measurement]:
        """Take a picture of `sample`, see `simulate.simulate`."""
        from .simulate import simulate

        return simulate(sample, seed, settings)

    def write(self, measurements: Sequence[Measurement], folder: Path, stem: str) -> list[Path]:
        """Write the pictures as an instrument would, see `write.write`."""
        from .write import write

        return write(measurements, folder, stem)

    def analyse(
        self, measurements: Sequence[Measurement], choices: Mapping[str, Any] | None = None
    ) -> list[Finding]:
        """Return sizes, necks, roughness and order with intervals, see `analyse.analyse`."""
        from .analyse import analyse

        return analyse(measurements, choices)

    def plot(self, measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Figure:
        """Draw the picture with what was found in it, see `plot.plot`."""
        from .plot import plot

        return plot(measurements, findings)


technique = Micrograph()
