"""Cycling tests as BDF and isotherms as AIF: one file for each, whatever instrument they are from."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...core.measurement import Measurement
from .studied import File, Studied

_UNSAFE = re.compile(r"[^\w.+-]+")  # characters some file system or program does not take
_MOST = 100  # characters of a name


@dataclass(frozen=True)
class _Target:
    technique: str
    ending: str


TARGETS = {"bdf": _Target("cycling", ".bdf.csv"), "aif": _Target("n2_sorption", ".aif")}


def write_exchange(study: Studied, target: str, folder: Path) -> list[Path]:
    """Write every file of one technique in its exchange format.

    Parameters
    ----------
    study
        The study.
    target
        ``"bdf"`` or ``"aif"``.
    folder
        Where the files go; their names begin with the sample.

    Raises
    ------
    InputError
        If the study has no such file.
    DataError
        If a file is gone or was changed since.
    """
    wanted = TARGETS[target]
    write = _writer(target)
    paths: list[Path] = []
    taken: set[str] = set()
    for file in study.of(wanted.technique):
        for number, measurement in enumerate(file.measurements()):
            name = _free(file, number, taken)
            path = folder / f"{name}{wanted.ending}"
            write(_named(measurement, file), path)
            paths.append(path)
    return paths


def _writer(target: str) -> Callable[[Measurement, Path], Any]:
    from ...formats import aif, bdf_csv

    return {"bdf": bdf_csv.write, "aif": aif.write}[target]


def _named(measurement: Measurement, file: File) -> Measurement:
    """Return a measurement that carries the name of its sample where its file gave none."""
    settings = {**measurement.settings}
    settings["sample_id"] = settings.get("sample_id") or file.sample
    return replace(measurement, settings=settings)


def _free(file: File, number: int, taken: set[str]) -> str:
    """Return a name that is safe on every file system and not taken yet."""
    own = Path(file.name).name.split(".")[0]
    words = own if file.sample and own.startswith(file.sample) else f"{file.sample}-{own}"
    base = _UNSAFE.sub("_", words).strip("._")[:_MOST] or "file"
    base = f"{base}-{number + 1}" if number else base
    name, again = base, 1
    while name.lower() in taken:
        again += 1
        name = f"{base}_{again}"
    taken.add(name.lower())
    return name
