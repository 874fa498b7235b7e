"""Transmission electron micrographs: virtual bright and dark field, analysed by the code of `sem`.

Measurements are as in `sem`, with ``Measurement.technique`` ``"tem"``; spheres are dark in bright field and
bright in dark field, and the analysis tells which from the picture.
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


class Transmission:
    """The faces of the technique; each is described in the module it stands in."""

    name = "tem"
    title = "Transmission electron micrograph (bright and dark field)"

    def simulate(
        self, sample: Sample, seed: int, settings: Mapping[str, Any] | None = None
    ) -> list[Measurement]:
        """Take pictures of `sample`, see `simulate.simulate`."""
        from .simulate import simulate

        return simulate(sample, seed, settings)

    def write(self, measurements: Sequence[Measurement], folder: Path, stem: str) -> list[Path]:
        """Write the pictures as TIFF, see `sem.write.write`."""
        from ..sem.write import write

        return write(measurements, folder, stem)

    def analyse(
        self, measurements: Sequence[Measurement], choices: Mapping[str, Any] | None = None
    ) -> list[Finding]:
        """Return sizes, necks, roughness and order, see `sem.analyse.analyse`."""
        from ..sem.analyse import analyse

        return analyse(measurements, choices)

    def plot(self, measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Figure:
        """Draw the picture with what was found in it, see `sem.plot.plot`."""
        from ..sem.plot import plot

        return plot(measurements, findings)


technique = Transmission()
