"""X-ray photoelectron spectroscopy: composition of the outermost nanometres and species of boron.

Measurement: dimension ``energy``; coordinate ``binding_energy`` (eV); variables ``counts`` (units
"counts" or "counts/s") and, where known, ``transmission`` (relative). One measurement per region; the
label is the region ("survey", "B 1s").
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


class _Xps:
    """The four faces of the technique."""

    name = "xps"
    title = "X-ray photoelectron spectroscopy"

    def simulate(
        self, sample: Sample, seed: int, settings: Mapping[str, Any] | None = None
    ) -> list[Measurement]:
        """Record a survey and the regions of a sample; see `simulate.simulate`."""
        from .simulate import simulate

        return simulate(sample, seed, settings)

    def truth(self, sample: Sample) -> dict[str, Any]:
        """Return what an ideal spectrometer would report; see `truth.truth`."""
        from .truth import truth

        return truth(sample)

    def write(self, measurements: Sequence[Measurement], folder: Path, stem: str) -> list[Path]:
        """Write all regions into one VAMAS file ``<stem>.vms``."""
        from ...formats import vamas

        return [vamas.write(Path(folder) / f"{stem}.vms", measurements)]

    def analyse(
        self, measurements: Sequence[Measurement], choices: Mapping[str, Any] | None = None
    ) -> list[Finding]:
        """Quantify the surface and resolve its species; see `analyse.analyse`."""
        from .analyse import analyse

        return analyse(measurements, choices)

    def plot(self, measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Figure:
        """Draw the fitted region, its residual and the survey; see `plot.plot`."""
        from .plot import plot

        return plot(measurements, findings)


technique = _Xps()
