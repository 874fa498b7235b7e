"""Files of the virtual spectrometer: HyperSpy cubes and MSA spectra, and the truth beside them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...core.files import write_text
from ...core.measurement import Measurement
from ...core.sidecar import TRUTH_SUFFIX
from ...formats import hspy, msa


def write(measurements: Sequence[Measurement], folder: Path, stem: str) -> list[Path]:
    """Write every measurement as ``<stem>-<kind>.hspy`` and its sum as ``<stem>-<kind>.msa``.

    Parameters
    ----------
    measurements
        Spectra, line scans, maps.
    folder, stem
        Where to, and how names begin.

    Returns
    -------
    list of Path
        The instrument files; the truth of a synthetic one stands beside them in ``<stem>-<kind>.truth.json``
        and is not among them.
    """
    written: list[Path] = []
    for item in measurements:
        kind = str(item.settings.get("kind") or _kind(item))
        base = Path(folder) / f"{stem}-{kind}"
        if item.data["counts"].ndim > 1 or "window_counts" in item.data:
            written.append(hspy.write(base.with_name(f"{base.name}.hspy"), item))
        written.append(msa.write(base.with_name(f"{base.name}.msa"), item))
        if "truth" in item.data.attrs:
            write_text(base.with_name(base.name + TRUTH_SUFFIX), str(item.data.attrs["truth"]) + "\n")
    return written


def _kind(item: Measurement) -> str:
    return {1: "spectrum", 2: "line"}.get(item.data["counts"].ndim, "map")
