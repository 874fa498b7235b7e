"""Virtual measurements as files, with the record of how to repeat them."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import techniques
from .core.errors import InputError, NanokilnError
from .core.provenance import Provenance, plain
from .core.sidecar import write_sidecar

if TYPE_CHECKING:
    from .core.measurement import Measurement
    from .sample import Sample

_AFTER_CYCLING = ("sem", "tem")  # techniques that show what is known of a cycled powder
# What a simulation raises on settings of the wrong kind
_SETTINGS = (ValueError, TypeError, KeyError, IndexError, ArithmeticError)


@dataclass(frozen=True)
class Taken:
    """The measurements of one technique, not yet written.

    Parameters
    ----------
    technique, settings, seed
        What was asked of the instrument.
    measurements
        What it gave.
    sample
        How the sample is made.
    """

    technique: str
    settings: Mapping[str, Any]
    seed: int
    measurements: Sequence[Measurement]
    sample: Provenance

    def provenance(self, file: str, stem: str) -> Provenance:
        """Return the record of one of its files."""
        inputs = {
            "technique": self.technique,
            "settings": plain(self.settings),
            "stem": stem,
            "file": file,
            "sample": plain(vars(self.sample)),
        }
        return Provenance("measure", inputs, self.seed, self.sample.overrides)


def take(sample: Sample, technique: str, seed: int, settings: Mapping[str, Any]) -> Taken:
    """Look at a sample with one virtual instrument.

    Raises
    ------
    InputError
        For an unknown technique or a setting that is not usable.
    """
    from .halfcell.aged import ACTION

    if sample.provenance.action == ACTION and technique not in _AFTER_CYCLING:
        raise InputError(
            f"'{sample.name}' was cycled: of such a powder only the necks are known, not the lithium and the "
            f"interphase in it. Look at it with {' or '.join(_AFTER_CYCLING)}."
        )
    try:
        measurements = techniques.get(technique).simulate(sample, seed, settings)
    except NanokilnError:
        raise
    except _SETTINGS as error:
        if not settings:
            raise
        given = ", ".join(f"{key} = {value!r}" for key, value in settings.items())
        raise InputError(f"{technique} cannot use the setting(s) {given} ({error}).") from error
    return Taken(technique, settings, seed, measurements, sample.provenance)


def write(taken: Taken, folder: Path, stem: str) -> list[Path]:
    """Write the instrument files of one technique into `folder`, without records."""
    return techniques.get(taken.technique).write(taken.measurements, folder, stem)


def write_all(everything: Sequence[Taken], folder: Path, stem: str) -> list[Path]:
    """Write all files with their records; they appear in `folder` when all of them are complete.

    Returns
    -------
    list of Path
        The instrument files.
    """
    with tempfile.TemporaryDirectory(prefix=".nanokiln-", dir=folder) as name:
        hidden = Path(name)
        files: list[str] = []
        for taken in everything:
            own_stem = f"{stem}-{taken.technique}"
            for path in write(taken, hidden, own_stem):
                write_sidecar(path, taken.provenance(path.name, own_stem))
                files.append(path.name)
        for path in sorted(hidden.iterdir()):
            path.replace(folder / path.name)
    return [folder / file for file in files]
