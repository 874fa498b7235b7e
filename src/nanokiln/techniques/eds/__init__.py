"""Energy-dispersive X-ray spectroscopy in transmission: composition, line scans, maps.

Measurement: last dimension ``channel`` with coordinate ``energy`` (eV); variable ``counts``; before it
nothing (spectrum), ``position`` (``position_nm``) or ``y, x`` (``y_nm``, ``x_nm``). Large maps carry
``window_counts`` (window, y, x) with ``window_low`` and ``window_high`` (eV), and ``counts`` of the sum.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.evidence import Finding
from ...core.measurement import Measurement

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ...sample import Sample


class _Eds:
    """The four faces of the technique."""

    name = "eds"
    title = "Energy-dispersive X-ray spectroscopy"

    def simulate(
        self, sample: Sample, seed: int, settings: Mapping[str, Any] | None = None
    ) -> list[Measurement]:
        """Record a line scan across a neck and a map of a clump; see `simulate.simulate`."""
        from .simulate import simulate

        return simulate(sample, seed, settings)

    def truth(self, sample: Sample, settings: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return what is really there in what `simulate` would scan, by kind."""
        found = self.simulate(sample, 0, settings)
        return {str(m.settings["kind"]): json.loads(m.data.attrs["truth"]) for m in found}

    def write(self, measurements: Sequence[Measurement], folder: Path, stem: str) -> list[Path]:
        """Write every measurement as HyperSpy file and its sum as MSA; see `write.write`."""
        from .write import write

        return write(measurements, folder, stem)

    def analyse(
        self, measurements: Sequence[Measurement], choices: Mapping[str, Any] | None = None
    ) -> list[Finding]:
        """Find lines, composition, profile and uniformity; see `analyse.analyse`."""
        from .analyse import analyse

        return analyse(measurements, choices)

    def plot(self, measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Figure:
        """Draw spectrum with fit, profile and maps; see `plot.plot`."""
        from .plot import plot

        return plot(measurements, findings)


technique = _Eds()
