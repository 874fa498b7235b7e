"""Files are written to a temporary name and renamed, so that none is ever half-written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import DataError, InputError


@contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; rename it onto `path` when the block ends without error.

    Raises
    ------
    InputError
        If the folder cannot be created or written to.
    """
    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_dir():
            raise InputError(f"cannot write '{target}': it is a folder. Give a file name.")
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
        os.close(handle)
    except OSError as error:
        raise InputError(f"cannot write '{target}': {error.strerror}. Choose a writable folder.") from error
    temporary = Path(name)
    try:
        yield temporary
        # mkstemp makes private files; results should have the permissions of ordinary ones
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(target)
    except OSError as error:
        raise InputError(f"cannot write '{target}': {error.strerror or error}.") from error
    finally:
        temporary.unlink(missing_ok=True)


def remove_unfinished(folder: str | Path, before: float) -> None:
    """Remove what killed runs left half-written in `folder`: temporary files last changed before a time.

    Parameters
    ----------
    folder
        The folder; those in it are left alone. One that is not there has nothing to remove.
    before
        Seconds since the epoch. Files that another run is writing are younger than its beginning.
    """
    for path in Path(folder).glob(".*.part"):
        with suppress(OSError):  # somebody else was faster, or may do more than we
            if path.is_file() and path.stat().st_mtime < before:
                path.unlink()


def write_text(path: str | Path, text: str) -> None:
    """Write `text` (UTF-8, line ends as given) to `path` atomically."""
    with atomic_path(path) as temporary:
        temporary.write_bytes(text.encode("utf-8"))


def writable_folder(path: str | Path) -> Path:
    """Create the folder `path` if need be and check that files can be written there."""
    folder = Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise InputError(
            f"cannot write in '{folder}': {error.strerror}. Choose a writable folder with --out."
        ) from error
    return folder


def read_bytes(path: str | Path, limit: int = 256 * 1024 * 1024) -> bytes:
    """Read a file for an analysis.

    Raises
    ------
    DataError
        If it does not exist, is a folder, is empty, is unreadable or is larger than `limit` bytes.
    """
    source = Path(path)
    if not source.exists():
        raise DataError(f"'{source}' does not exist. Check the path.")
    if not source.is_file():
        raise DataError(f"'{source}' is not a file. Give the path of one file.")
    try:
        size = source.stat().st_size
        if size == 0:
            raise DataError(f"'{source}' is empty (0 bytes). Export it again from the instrument software.")
        if size > limit:
            raise DataError(f"'{source}' has {size} bytes; at most {limit} are read as one measurement.")
        return source.read_bytes()
    except OSError as error:
        raise DataError(f"cannot read '{source}': {error.strerror}.") from error


def read_text(path: str | Path) -> str:
    """Read a text file: UTF-8 or UTF-16 with a byte order mark, UTF-8, else Windows-1252."""
    raw = read_bytes(path)
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", errors="replace")
    if b"\x00" in raw[:4096]:
        raise DataError(f"'{path}' is a binary file where a text file was expected.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")
