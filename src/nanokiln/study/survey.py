"""What lies in the folder of a study: which files can be read, and why the others are left alone.

Nothing is opened here but regular files inside the folder; links that lead out of it and devices are named
and passed over.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..core.errors import InputError
from ..core.sidecar import is_sidecar, is_truth

PLAN_FILE = "study.toml"  # in which a study says what belongs to what
LARGEST = 256 * 1024 * 1024  # bytes of one instrument file
MOST_FILES = 100_000  # entries of a folder; more is no study but a disk
_BLOCK = 1 << 20  # bytes read at a time for the hash
#: Beginnings of files that pack others; they are not unpacked.
_ARCHIVES = (
    b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\xfd7zXZ\x00", b"BZh",
)  # fmt: skip
_TAR = (257, b"ustar")  # where a tar archive says what it is
#: How reasons begin for files that belong to the study itself: its plan, and what the simulator wrote.
OWN = ("the plan of ", "the claims of ", "the recipe of ", "the record of ", "the truth of ")


@dataclass(frozen=True)
class Entry:
    """One file of the folder.

    Parameters
    ----------
    path
        Relative to the folder, with forward slashes.
    size
        Bytes.
    reason
        Why it is left alone; empty where it may be read.
    """

    path: str
    size: int = 0
    reason: str = ""


def survey(folder: str | Path, without: Sequence[Path] = ()) -> list[Entry]:
    """Return every file of a folder and its subfolders, in order of their names.

    Parameters
    ----------
    folder
        The folder; links to folders inside it are not followed.
    without
        Folders left out, such as that of the results.

    Raises
    ------
    InputError
        If it is no folder, cannot be listed, or holds more than 100,000 files.
    """
    root = Path(folder)
    if not root.is_dir():
        word = "is not a folder" if root.exists() else "does not exist"
        raise InputError(f"'{root}' {word}. Give the folder that holds the instrument files.")
    real = root.resolve()
    hidden = {path.resolve() for path in without}
    found: list[Entry] = []
    for entry in _walk(root, real, hidden):
        found.append(entry)
        if len(found) > MOST_FILES:
            raise InputError(
                f"'{root}' holds more than {MOST_FILES} files. Give the folder of one study, not of a disk."
            )
    return sorted(found, key=lambda e: e.path)


def _walk(root: Path, real: Path, without: set[Path]) -> Iterator[Entry]:
    denied: list[OSError] = []
    for place, folders, files in os.walk(root, followlinks=False, onerror=denied.append):
        here = Path(place)
        kept = []
        for name in sorted(folders):
            path = here / name
            if path.is_symlink():
                yield Entry(_name(path, root), 0, "a link to a folder, not followed")
            elif path.resolve() in without:
                continue
            elif name.startswith("."):
                yield Entry(_name(path, root), 0, "a hidden folder")
            else:
                kept.append(name)
        folders[:] = kept
        for name in sorted(files):
            path = here / name
            reason = _not_meant(path, root)
            yield Entry(_name(path, root), 0, reason) if reason else _look(path, root, real)
    for error in denied:
        if error.filename and Path(error.filename) == root:
            raise InputError(f"'{root}' cannot be listed: {error.strerror}.")
        yield Entry(_name(Path(error.filename), root), 0, f"folder cannot be listed: {error.strerror}")


def _not_meant(path: Path, root: Path) -> str:
    """Say why a file is none of an instrument by its name alone; empty where it may be one."""
    if path.name.startswith("."):
        return "a hidden file"
    if is_sidecar(path):
        return "the record of a simulated file"
    if is_truth(path):
        return "the truth of a simulated file"
    return "the plan of this study" if path == root / PLAN_FILE else ""


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix().encode("utf-8", "replace").decode("utf-8")


def _look(path: Path, root: Path, real: Path) -> Entry:
    """Say what a file is without reading more than its first bytes."""
    name = _name(path, root)
    if "\ufffd" in name or not name.isprintable():
        return Entry(name, 0, "its name is not text; rename it")
    try:
        if path.is_symlink() and not path.resolve(strict=True).is_relative_to(real):
            return Entry(name, 0, "a link that leads out of the folder")
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return Entry(name, 0, "not a regular file")
        if status.st_size == 0:
            return Entry(name, 0, "empty (0 bytes)")
        if status.st_size > LARGEST:
            return Entry(name, status.st_size, f"larger than {LARGEST >> 20} MiB")
        with path.open("rb") as stream:
            stream.read(1)
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, before Python 3.13
        words = error.strerror if isinstance(error, OSError) and error.strerror else "a loop of links"
        return Entry(name, 0, f"cannot be read: {words}")
    return Entry(name, status.st_size)


def archive(path: Path) -> bool:
    """Whether a file packs others. Some instrument formats do too: ask after the formats have been asked."""
    with path.open("rb") as stream:
        head = stream.read(_TAR[0] + len(_TAR[1]))
    return head.startswith(_ARCHIVES) or head[_TAR[0] :] == _TAR[1]


def content_key(path: Path) -> str:
    """Return a hash of the content of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
