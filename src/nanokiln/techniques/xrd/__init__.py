"""X-ray powder diffraction: what is crystalline, how large, and where the halo of the glass lies.

Measurement: dimension ``step``; coordinate ``two_theta`` (degrees); variable ``counts`` ("counts" or
"counts/s") and, where the file has it, ``sigma``. Wavelengths, anode and radius are settings, see
`formats._diffraction`.
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


class _Xrd:
    """The four faces of the technique."""

    name = "xrd"
    title = "X-ray powder diffraction"

    def simulate(
        self, sample: Sample, seed: int, settings: Mapping[str, Any] | None = None
    ) -> list[Measurement]:
        """Record a powder pattern; see `simulate.simulate`."""
        from .simulate import simulate

        return simulate(sample, seed, settings)

    def truth(self, sample: Sample, settings: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return what an ideal instrument would report; see `simulate.truth`."""
        from .simulate import truth

        return truth(sample, settings)

    def write(self, measurements: Sequence[Measurement], folder: Path, stem: str) -> list[Path]:
        """Write each scan as XRDML, or as columns where it asks for that: ``<stem>.xrdml``, ``<stem>.xy``."""
        from ...formats import xrd_xy, xrdml

        writers = {"xrdml": xrdml.write, "xy": xrd_xy.write}
        paths = []
        for index, measurement in enumerate(measurements):
            kind = str(measurement.settings.get("write_as") or "xrdml")
            number = f"-{index + 1}" if len(measurements) > 1 else ""
            paths.append(writers[kind](Path(folder) / f"{stem}{number}.{kind}", measurement))
        return paths

    def analyse(
        self, measurements: Sequence[Measurement], choices: Mapping[str, Any] | None = None
    ) -> list[Finding]:
        """Find peaks, halo and phases; see `analyse.analyse`."""
        from .analyse import analyse

        return analyse(measurements, choices)

    def plot(self, measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Figure:
        """Draw the pattern with its parts, and the phases found; see `plot.plot`."""
        from .plot import plot

        return plot(measurements, findings)


technique = _Xrd()
