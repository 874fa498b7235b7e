"""Files of microscopes through the optional package rosettasciio.

That package is under the GPL and no part of nanokiln: it is used where the user has installed it, with the
extra ``microscopy``.
"""

from __future__ import annotations

import importlib
import pickle
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..core.errors import DataError

#: What the other process runs: a reading put into a file.
_APART = """
import importlib, pickle, sys, warnings
warnings.simplefilter("ignore")
reader = importlib.import_module(sys.argv[1]).file_reader
try:
    parts = ("data", "axes", "metadata")
    found = [{part: signal[part] for part in parts} for signal in reader(sys.argv[2])]
except Exception as error:
    found = f"{type(error).__name__}: {error}"
with open(sys.argv[3], "wb") as out:
    pickle.dump(found, out)
"""
_PATIENCE = 300.0  # s; a map of 512 x 512 points takes a few


def signals(path: str | Path, module: str, kind: str, *, apart: bool = False) -> list[Mapping[str, Any]]:
    """Return what is in a file, as RosettaSciIO gives it.

    Parameters
    ----------
    path
        The file.
    module
        Reader, such as ``rsciio.bruker``.
    kind
        What the file is, for a complaint: ``Bruker file``.
    apart
        Whether to read in a process of its own: for a compiled reader that trusts the lengths it finds in a
        file, where a damaged one takes the process with it.

    Raises
    ------
    DataError
        If the extra is not installed, or the file cannot be read.
    """
    try:
        reader = importlib.import_module(module).file_reader
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of formats and versions; nothing a user can act on
            found: list[Mapping[str, Any]] = _apart(module, path) if apart else reader(str(path))
    except ImportError as error:
        raise DataError(
            f"'{path}' is a {kind}; reading it needs the extra 'microscopy' (missing: {error.name}): "
            "pip install 'nanokiln[microscopy]'."
        ) from error
    except Exception as error:  # readers of foreign files raise anything
        said = " ".join(str(error).split())
        said = said if isinstance(error, DataError) else f"{type(error).__name__}: {said}"
        raise DataError(f"'{path}' looks like a {kind} but cannot be read ({said}).") from error
    return found


def _apart(module: str, path: str | Path) -> list[Mapping[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "signals"
        try:
            done = subprocess.run(
                [sys.executable, "-c", _APART, module, str(path), str(out)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise DataError(f"it takes longer than {_PATIENCE:.0f} s") from error
        if done.returncode < 0 or not out.exists():
            raise DataError("its reader breaks down on it: the file is damaged")
        found: list[Mapping[str, Any]] | str = pickle.loads(out.read_bytes())
    if isinstance(found, str):
        raise DataError(found)
    return found
