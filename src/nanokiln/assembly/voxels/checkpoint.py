"""Checkpoints of a voxel run: stop, and continue with the same bytes."""

from __future__ import annotations

import hashlib
import pickle
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...core.files import atomic_path
from .melt import Melt
from .packed import held_apart
from .solid import Solid

if TYPE_CHECKING:
    from .engine import Engine

EVERY = 20.0  # seconds between two checkpoints


class Keeper:
    """Writes the state of an engine from time to time, and reads it back.

    Parameters
    ----------
    engine
        What is to be kept.
    path
        File; None keeps nothing.
    """

    def __init__(self, engine: Engine, path: Path | None) -> None:
        self.engine, self.path = engine, path
        self._last = time.monotonic()
        self._key = _key(engine) if path is not None else ""

    def resume(self) -> int | None:
        """Restore the state of a checkpoint of the very same run; return the next interval, or None."""
        if self.path is None or not self.path.is_file():
            return None
        try:
            with np.load(self.path, allow_pickle=False) as held:
                if str(held["key"]) != self._key:
                    return None
                self._restore(held)
                return int(held["next"])
        except (OSError, ValueError, KeyError, EOFError):
            return None  # damaged or of another version: start anew

    def _restore(self, held: np.lib.npyio.NpzFile) -> None:
        from .engine import Stage

        engine = self.engine
        engine.time, engine.voxel_nm = float(held["time"]), float(held["voxel_nm"])
        engine.centres, engine.times = held["centres"], [float(t) for t in held["times"]]
        engine.notes = [str(n) for n in held["notes"]]
        engine.solid = Solid(held["phi"])
        engine.solid.s[...] = held["s"]  # to the last bit, which its own formula may round otherwise
        engine.solid.moved, engine.solid.spread = (float(x) for x in held["since"])
        if "melt" in held:
            melt = Melt(held["phi"], held["melt"], engine.history.cos_theta)
            melt.field[...] = held["melt"]
            melt.set_volume(float(held["target"]))
            melt.lam, melt.volume = (float(x) for x in held["multiplier"])
            engine.melt = melt
        engine.stages = []
        for n in range(int(held["stages"])):
            name, statement = (str(x) for x in held[f"words{n}"])
            t, temperature, voxel, valid = (float(x) for x in held[f"numbers{n}"])
            engine.stages.append(
                Stage(
                    name,
                    t,
                    temperature,
                    voxel,
                    held[f"centres{n}"],
                    held[f"radii{n}"],
                    bool(valid),
                    statement,
                    held_apart(held[f"phi{n}"].tobytes()),
                    held_apart(held[f"melt{n}"].tobytes()),
                )
            )

    def write(self, following: int, stop: bool = False) -> None:
        """Write the state at the start of the hold, if some time has passed, or if the run is to stop.

        Raises
        ------
        KeyboardInterrupt
            If `stop` is set.
        """
        if self.path is not None and (stop or following == 0 or time.monotonic() - self._last > EVERY):
            with atomic_path(self.path) as temporary, Path(temporary).open("wb") as file:
                np.savez(file, allow_pickle=False, **self._state(following))
            self._last = time.monotonic()
        if stop:
            raise KeyboardInterrupt

    def _state(self, following: int) -> dict[str, np.ndarray]:
        e = self.engine
        state = {
            "key": np.array(self._key), "next": np.array(following), "time": np.array(e.time),
            "voxel_nm": np.array(e.voxel_nm), "centres": e.centres, "times": np.array(e.times),
            "notes": np.array(e.notes, dtype=str),
            "phi": e.solid.phi, "s": e.solid.s, "since": np.array([e.solid.moved, e.solid.spread]),
            "stages": np.array(len(e.stages)),
        }  # fmt: skip
        if e.melt is not None:
            state |= {
                "melt": e.melt.field, "multiplier": np.array([e.melt.lam, e.melt.volume]),
                "target": np.array(e.melt.target),
            }  # fmt: skip
        for n, stage in enumerate(e.stages):
            state |= {
                f"words{n}": np.array([stage.name, stage.statement]),
                f"numbers{n}": np.array([stage.time_s, stage.temperature_degC, stage.voxel_nm, stage.valid]),
                f"centres{n}": stage.centres, f"radii{n}": stage.radii,
                f"phi{n}": np.frombuffer(stage.phi, np.uint8),
                f"melt{n}": np.frombuffer(stage.melt, np.uint8),
            }  # fmt: skip
        return state

    def remove(self) -> None:
        """Remove the checkpoint of a finished run."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)


def _key(engine: Engine) -> str:
    """Fingerprint of everything the run depends on."""
    from ... import __version__

    parts = [
        engine.history, [(p.position_nm, p.radius_nm, p.box_nm) for p in engine.path], engine.cells,
        engine.seed, engine.cooling, engine.values.overrides, __version__,
    ]  # fmt: skip
    return hashlib.sha256(pickle.dumps(parts)).hexdigest()
