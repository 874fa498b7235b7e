"""Fields kept while a run goes on: in steps, and compressed."""

from __future__ import annotations

import mmap
import zlib

import numpy as np
from numpy.typing import NDArray

from ...core.errors import DataError

#: Steps of a voxel in which a distance is kept, and of the melt: in memory as in files, so that both hold the
#: same numbers.
PHI_STEPS, MELT_STEPS = 4096, 254
_PIECE = 1 << 20  # bytes unpacked at a time


def pack(values: NDArray[np.floating], steps: int) -> mmap.mmap:
    """Return a field in whole steps, compressed plane by plane.

    Parameters
    ----------
    values
        Field of three dimensions; values times steps have to fit 16 bits with their sign.
    steps
        Steps of a unit: `PHI_STEPS` or `MELT_STEPS`.

    Returns
    -------
    mmap
        Pages of its own: unlike `bytes` of some megabytes, they go back to the system when it is dropped.
    """
    squeeze = zlib.compressobj(1)
    parts = []
    for plane in values:
        count = np.round(np.asarray(plane, dtype=np.float32) * steps).astype(np.int16)
        change = np.diff(count, axis=-1, prepend=np.int16(0))  # small numbers beside a smooth surface
        parts.append(squeeze.compress(_bytes_apart(change)))
    parts.append(squeeze.flush())
    return held_apart(b"".join(parts))


def held_apart(packed: bytes) -> mmap.mmap:
    """Return a copy of bytes in pages of its own."""
    pages = mmap.mmap(-1, len(packed))
    pages.write(packed)
    return pages


def _bytes_apart(numbers: NDArray[np.int16]) -> bytes:
    """Return the high bytes after the low ones, which compress better so."""
    return np.ascontiguousarray(numbers.view(np.uint8).reshape(-1, 2).T).tobytes()


def unpack(packed: mmap.mmap, steps: int, out: NDArray[np.floating]) -> None:
    """Write what `pack` packed into an array of its shape, plane by plane.

    Raises
    ------
    DataError
        If it holds less than the array.
    """
    packed.seek(0)
    stream, left = zlib.decompressobj(), b""
    for values in out:
        held = bytearray()
        size = values.size * 2
        while len(held) < size:
            piece = stream.decompress(left or packed.read(_PIECE), size - len(held))
            left = stream.unconsumed_tail
            if not piece and not left and packed.tell() == len(packed):
                raise DataError("a kept stage ends too early. The checkpoint is damaged; start the run anew.")
            held += piece
        change = np.ascontiguousarray(np.frombuffer(held, np.uint8).reshape(2, -1).T).view(np.int16)
        count = np.cumsum(change.reshape(values.shape), axis=-1, dtype=np.int16)
        values[...] = count.astype(np.float32) / np.float32(steps)
