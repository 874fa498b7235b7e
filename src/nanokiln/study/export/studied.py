"""The results of a study as they lie in their folder, and the files they were made from."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.errors import DataError, InputError
from ..keeping import keep, kept
from ..survey import content_key

if TYPE_CHECKING:
    from ...core.measurement import Measurement

RESULTS = "study.json"
_FOLDER = "cache/folder.json"  # where the files of the study lie, seen from its results
_AGAIN = "Run 'nanokiln study' on the folder again."


@dataclass(frozen=True)
class File:
    """One analysed file.

    Parameters
    ----------
    name
        Path relative to the folder it is from, with forward slashes.
    path
        Where it lies.
    sha256
        Hash of the content that was analysed.
    sample, technique, format
        What it is.
    synthetic
        Whether it was simulated.
    """

    name: str
    path: Path
    sha256: str
    sample: str
    technique: str
    format: str
    synthetic: bool

    @property
    def origin(self) -> str:
        """``"measured"`` or ``"synthetic"``."""
        return "synthetic" if self.synthetic else "measured"

    def measurements(self) -> list[Measurement]:
        """Read the file.

        Raises
        ------
        DataError
            If it is gone, was changed since the study, or cannot be read.
        """
        from ... import formats

        self.check()
        return formats.read(self.path, self.technique)

    def check(self) -> None:
        """Raise DataError unless the file is there with the content that was analysed."""
        if not self.path.is_file():
            raise DataError(
                f"'{self.path}' of the study is gone. Say where its files are now with --files FOLDER."
            )
        if content_key(self.path) != self.sha256:
            raise DataError(f"'{self.path}' was changed since the study. {_AGAIN}")


@dataclass(frozen=True)
class Studied:
    """A finished study.

    Parameters
    ----------
    out
        Folder of the results.
    record
        What ``study.json`` says.
    files
        Analysed files, those simulated beside them last.
    """

    out: Path
    record: Mapping[str, Any]
    files: tuple[File, ...]

    @property
    def title(self) -> str:
        """Title of the study."""
        return str(self.record["title"])

    def of(self, technique: str) -> list[File]:
        """Return the files of one technique.

        Raises
        ------
        InputError
            If there is none.
        """
        found = [f for f in self.files if f.technique == technique]
        if not found:
            there = ", ".join(sorted({f.technique for f in self.files})) or "none"
            raise InputError(f"'{self.out}' has no file of {technique}; its techniques: {there}.")
        return found


def remember_folder(out: Path, folder: Path) -> None:
    """Write down where the files of a study lie, seen from its results: both may be moved together."""
    try:
        where = Path(os.path.relpath(folder.resolve(), out.resolve())).as_posix()
    except ValueError:  # on another drive
        where = folder.resolve().as_posix()
    keep(out / _FOLDER, {"folder": where})


def load(out: str | Path, folder: str | Path | None = None) -> Studied:
    """Return a finished study.

    Parameters
    ----------
    out
        Folder of its results.
    folder
        Folder of its files; by default where they were when it was treated.

    Raises
    ------
    InputError
        If `out` holds no study, or one of another version, or the files cannot be found.
    """
    place = Path(out)
    record = kept(place / RESULTS)
    if record is None:
        raise InputError(
            f"'{place}' holds no results of a study ({RESULTS}). Give the folder that 'nanokiln study' wrote."
        )
    root = Path(folder) if folder is not None else _remembered(place)
    if not root.is_dir():
        raise InputError(f"'{root}', the folder of the files, is not there. Say where with --files FOLDER.")
    try:
        files = (*_files(record["groups"], root), *_files(record["beside"], place))
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"'{place / RESULTS}' is of another version of nanokiln ({error}). {_AGAIN}"
        ) from error
    return Studied(place, record, files)


def _remembered(out: Path) -> Path:
    found = kept(out / _FOLDER)
    if found is None or not isinstance(found.get("folder"), str):
        raise InputError(
            f"'{out}' does not say where the files of the study are. Say so with --files FOLDER."
        )
    return Path(os.path.normpath(out.resolve() / found["folder"]))


def _files(groups: Sequence[Mapping[str, Any]], root: Path) -> Iterator[File]:
    for g in groups:
        for name, digest in zip(g["files"], g["sha256"], strict=True):
            if Path(name).is_absolute() or ".." in Path(name).parts:
                raise ValueError(f"'{name}' leads out of the folder")
            yield File(
                name, root / name, digest, g["sample"], g["technique"], g["formats"],
                g["origin"] == "synthetic",
            )  # fmt: skip


def dumps(value: Any) -> str:
    """Return JSON text as all exports write it."""
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"
