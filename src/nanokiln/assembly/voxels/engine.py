"""The voxel engine: spheres and melt through the furnace, in three dimensions.

Loose spheres are drawn together along the path of the particle scale; melt settles between them; through the
hold the solid is etched and smoothed while the contacts follow; on cooling the insoluble part stays, and the
wash takes the rest. Amounts, wetting and pace are prescribed by `History`, the shape is computed.
"""

from __future__ import annotations

import math
import mmap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...core.errors import InputError
from ...core.parameters import Values
from ...core.units import ZERO_CELSIUS
from ..packing import Packing
from . import cooling as cool
from .fields import reach
from .frozen import tidy
from .gaps import wedge_melt
from .history import History
from .melt import Melt
from .packed import MELT_STEPS, PHI_STEPS, pack, unpack
from .redistance import FOLLOW
from .shapes import spheres
from .solid import DUE_SPREAD, Solid, advance, give_way, renew
from .wash import wash

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr

#: Cells along an edge for each quality.
PRESETS = {"draft": 64, "standard": 128, "fine": 256}
SPHERES = 25  # in the box: 11 voxels per radius at 64 cells, 23 at 128, 46 at 256
COOLING = ("unmixing", "nucleation")
BYTES_PER_VOXEL = 70  # `fire` needs 57 (unmixing) or 63 (nucleation) at 256^3
LEAST_CELLS, MOST_CELLS = 32, 1024

# Numerical settings.
SPREAD = 0.12  # voxel^2, largest D dt of a substep: two or three of them between two redistancings
OVERSHOOT = 1.2  # of the D t between two redistancings
MOTION = 0.25  # voxel, largest etching of a substep
FEWEST, MOST = 12, 400  # furnace intervals
SWEEPS = 30  # of the melt after each interval
DRAWN = 1  # pictures between the loose and the dense powder
# voxels^3 of melt per voxel of radius: three rings per sphere whose menisci have a radius of eta/4 (V = 7 R
# each), below which wetted walls dewet on the grid
LEAST_RINGS = 21.0
FLOODED = 0.97  # share of the room above which melt fills all of it
SETTLE = 1500  # most sweeps where the melt has to find its place anew
REST = 300  # most sweeps before a stage is kept: the melt followed the solid all along
STARTED, HOT, COLD = 0.1, 0.7, 0.9  # shares of the work, for the progress bar

Array = NDArray[np.float64]
Tell = Callable[[float], None]


@dataclass
class Stage:
    """One state kept, packed."""

    name: str
    time_s: float
    temperature_degC: float
    voxel_nm: float
    centres: Array
    radii: Array
    valid: bool
    statement: str
    phi: mmap.mmap = field(repr=False)
    melt: mmap.mmap = field(repr=False)


class Engine:
    """One powder on one grid.

    Parameters
    ----------
    history
        What the furnace does, per mean sphere.
    path
        Packings from the loose powder to the dense one, before any etching; one where nothing moves.
    cells
        Cells along an edge, even.
    seed
        Seed of the pattern of the skin and of nuclei.
    cooling
        ``"unmixing"`` (the melt splits where it lies) or ``"nucleation"`` (rejected silica regrows).
    values
        Parameter values.

    Raises
    ------
    InputError
        For an unusable grid, an unknown cooling model, or a grid that does not fit the memory.
    """

    def __init__(
        self,
        history: History,
        path: Sequence[Packing],
        cells: int,
        *,
        seed: int = 0,
        cooling: str = "unmixing",
        values: Values,
    ) -> None:
        check_cells(cells)
        if cooling not in COOLING:
            raise InputError(f"cooling model '{cooling}' is unknown. Allowed: {', '.join(COOLING)}.")
        self.history, self.path, self.cells = history, list(path), cells
        self.seed, self.cooling, self.values = seed, cooling, values
        self.stages: list[Stage] = []
        self.returned: float | None = None  # share of dissolved silica that regrew, where that was computed
        self.notes: list[str] = []
        self.time = float(history.time_s[0])
        self.solid: Solid
        self.melt: Melt | None = None
        self.voxel_nm = path[-1].box_nm / cells
        self.centres: Array
        self.times: list[float] = []  # between which the solid moves by little
        self._marks = list(history.marks)

    # --- the box ---------------------------------------------------------------------------------------

    @property
    def _dense(self) -> Packing:
        return self.path[-1]

    @property
    def _mean_radius(self) -> float:
        return float(np.mean(self._dense.radius_nm))

    def _solid_nm3(self, time: float) -> float:
        """Volume of the receded spheres in nm3."""
        depth = self.history.at("recession_nm", time)
        return float(4 / 3 * math.pi * np.sum(np.maximum(self._dense.radius_nm - depth, 0.0) ** 3))

    def _melt_nm3(self, time: float) -> float:
        return self.history.at("melt_nm3", time) * self._dense.count

    def _box_nm(self, time: float) -> float:
        """Edge of the box: contacts follow the recession; melt that floods the powder keeps it open."""
        depth = self.history.at("recession_nm", time)
        drawn = self._dense.box_nm * (1 - depth / self._mean_radius)
        return float(max(drawn, (self._solid_nm3(time) + self._melt_nm3(time)) ** (1 / 3)))

    def _resolved_melt(self, time: float) -> float:
        """Return the melt the grid holds, voxels^3: all but the film on the skin, which a flood takes up."""
        melt, solid, box = self._melt_nm3(time), self._solid_nm3(time), self._box_nm(time) ** 3
        filled = min(1.0, melt / max(box - solid, 1e-9 * box))
        return melt * (1 - self.history.film_share * (1 - filled)) / (box / self.cells**3)

    def radii(self) -> Array:
        """Return the radii of the receded spheres, voxels."""
        depth = self.history.at("recession_nm", self.time)
        return np.maximum(self._dense.radius_nm - depth, 0.0) / self.voxel_nm

    # --- keeping states --------------------------------------------------------------------------------

    def keep(self, name: str, centres: Array | None = None, radii: Array | None = None) -> None:
        """Keep the present state under a name."""
        if self.melt is None:
            valid, said = True, "no melt on the grid"
            melt: NDArray[np.floating] = np.zeros(self.solid.phi.shape, np.float16)
        else:
            bounds = self.melt.validity()
            flooded = self.is_flooded()
            valid, said = bounds.holds or flooded, "melt fills all room" if flooded else bounds.statement
            melt = self.melt.field
        if not valid:
            self._note(f"Stage '{name}' is not to be trusted: {said}.")
        self.stages.append(
            Stage(
                name,
                self.time,
                self.history.at("temperature_K", self.time) - ZERO_CELSIUS,
                self.voxel_nm,
                self.centres if centres is None else centres,
                self.radii() if radii is None else radii,
                valid,
                said,
                pack(self.solid.phi, PHI_STEPS),
                pack(melt, MELT_STEPS),
            )
        )

    def is_flooded(self) -> bool:
        """Whether melt fills all room."""
        return self.melt is not None and self.melt.target >= FLOODED * self._room()

    def _room(self) -> float:
        return float(self.solid.phi.size - self.solid.s.sum(dtype=np.float64))

    # --- the furnace -----------------------------------------------------------------------------------

    def run(
        self, tell: Tell | None = None, checkpoint: Path | None = None, stop: Callable[[], bool] | None = None
    ) -> xr.Dataset:
        """Take the powder through the furnace and return its stages.

        Parameters
        ----------
        tell
            Called with the finished share of the work.
        checkpoint
            File to continue from, and to write to while the hold runs; removed at the end.
        stop
            Asked after each interval; when it answers True the state is written to the checkpoint and the
            run ends with KeyboardInterrupt.

        Returns
        -------
        xarray.Dataset
            See `nanokiln.assembly.voxels`.
        """
        from .checkpoint import Keeper

        tell = tell or (lambda share: None)
        keeper = Keeper(self, checkpoint)
        begin = keeper.resume()
        if begin is None:
            self._before()
            if self.history.has_melt:
                self._draw_together()
            begin, self.times = 0, self._intervals()
            keeper.write(begin)
        tell(STARTED)
        if self.history.fired:
            times = self.times
            for n in range(begin, len(times) - 1):
                self._interval(times[n], times[n + 1])
                tell(STARTED + (HOT - STARTED) * (n + 1) / (len(times) - 1))
                keeper.write(n + 1, stop is not None and stop())
            self._cool(tell)
        tell(1.0)
        keeper.remove()
        return self._dataset()

    def _before(self) -> None:
        """Loose powder with its coat."""
        if self.history.shell_nm:
            self._note(
                "The spheres are hollow: their cavities lie inside the solid drawn here and are closed to "
                "the melt; the composition has them."
            )
        if self.history.flow_nm > _FLOWS * self._mean_radius:
            self._note(
                f"The spheres flow: viscous sintering alone gives necks of {self.history.flow_nm:.1f} nm, "
                "which are not drawn."
            )
        loose = self.path[0]
        self.voxel_nm = loose.box_nm / self.cells
        self.centres = np.mod(loose.position_nm / self.voxel_nm, self.cells)
        radii = loose.radius_nm / self.voxel_nm
        self.solid = Solid(self._spheres(radii + self.history.coat_nm / self.voxel_nm))
        self.keep("before", radii=radii)

    def _draw_together(self) -> None:
        """Spheres follow the particle scale while melt comes between them."""
        begin, end = self.history.bridging_s
        frames = [*np.linspace(0, len(self.path) - 1, DRAWN + 2)[1:-1].astype(int), len(self.path) - 1]
        for n, frame in enumerate(frames):
            share = (n + 1) / len(frames)
            self.time = begin + share * (end - begin)
            last = n == len(frames) - 1
            packing = self.path[frame]
            del self.solid  # one set of fields at a time
            self.melt = None
            self.voxel_nm = (self._box_nm(self.time) if last else packing.box_nm) / self.cells
            self.centres = np.mod(packing.position_nm * self.cells / packing.box_nm, self.cells)
            radii = packing.radius_nm / self.voxel_nm
            self.solid = Solid(self._spheres(radii))
            volume = self._resolved_melt(self.time) * (
                1 if last else share * (self._box_nm(self.time) / packing.box_nm) ** 3
            )
            self.start_melt(radii, volume)
            self.keep(f"drawn {n + 1}" if not last else "bridged", radii=radii)
        if self.melt is None:
            self._note(
                "The melt is less than rings the grid holds: it is carried as a film, and necks it leaves "
                "are not resolved; the particle scale has them."
            )

    def _spheres(self, radii: Array) -> NDArray[np.float32]:
        return spheres((self.cells,) * 3, self.centres, radii)

    def _note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)

    def start_melt(self, radii: Array, volume: float) -> None:
        """Place melt in the narrowest gaps and let it settle; less than the grid holds stays a film."""
        least = LEAST_RINGS * float(np.sum(radii))
        if volume < least:
            self.melt = None
            return
        volume = min(volume, self._room())
        guess = wedge_melt(self.solid.s, self.centres, radii, volume)
        self.melt = Melt(self.solid.phi, guess, self.history.cos_theta)
        self._set_melt(volume, settle=True)

    def _set_melt(self, volume: float, *, settle: bool = False) -> None:
        """Give the melt its volume and let it move; melt that fills all room cannot."""
        melt = self.melt
        if melt is None:
            return
        room = self._room()
        if volume >= FLOODED * room:
            melt.set_volume(room * (1 - _ROUNDING))
            melt.field[...] = 1 - self.solid.s
            melt.lam = 0.0
            return
        melt.set_volume(volume)
        if settle:
            melt.relax(limit=SETTLE)
        else:
            melt.advance(SWEEPS)

    def _intervals(self) -> list[float]:
        """Return times between which the solid moves by little; the marks of the hot stage are among them."""
        h = self.history
        begin = self.time
        if h.hold_end_s <= begin:
            return [begin]
        inside = (h.time_s > begin) & (h.time_s < h.hold_end_s)
        time = np.concatenate([[begin], h.time_s[inside], [h.hold_end_s]])
        spread = np.array([self._spread_to(t) for t in time])
        depth = np.array([h.at("recession_nm", t) for t in time]) / self.voxel_nm
        effort = (spread - spread[0]) / (2 * SPREAD) + (depth - depth[0]) / (2 * MOTION)
        count = int(np.clip(math.ceil(effort[-1]), FEWEST, MOST))
        effort += (time - begin) / (h.hold_end_s - begin) * max(1.0, effort[-1]) / FEWEST
        equal = np.interp(np.linspace(0, effort[-1], count + 1), effort, time)
        marks = [t for _, t in self._marks if begin < t < h.hold_end_s]
        return sorted({*(float(t) for t in equal), *marks, h.hold_end_s})

    def _spread_to(self, time: float) -> float:
        """Gibbs-Thomson D t since the start, voxels^2."""
        h = self.history
        before = h.time_s <= time
        steps = np.diff(np.append(h.mobility_nm[before], h.at("mobility_nm", time)), prepend=0.0)
        length = np.append(h.capillary_nm[before], h.at("capillary_nm", time))
        return float(np.sum(steps * length)) / self.voxel_nm**2

    def _interval(self, begin: float, end: float) -> None:
        """Etch and smooth the solid, let contacts follow, let the melt settle."""
        spread = self._spread_to(end) - self._spread_to(begin)
        held = self.solid.volume * (self.voxel_nm / (self._box_nm(end) / self.cells)) ** 3
        aim = held * self._solid_nm3(end) / self._solid_nm3(begin)
        # the box shrinks with its contacts: fields keep their place in it, the voxel gets smaller
        self.time, self.voxel_nm = end, self._box_nm(end) / self.cells
        film = self.history.at("film_cover", end)
        if self.melt is None or (film == 0 and aim == self.solid.volume):
            self._mark(end)
            return
        motion = abs(aim - self.solid.volume) / max(self.surface(), 1.0)
        steps = max(1, math.ceil(spread / SPREAD), math.ceil(motion / MOTION))
        volume, before = self.solid.volume, self.melt.spare
        for n in range(steps):
            target = volume + (aim - volume) * (n + 1) / steps
            np.copyto(before, self.solid.s)
            advance(self.solid, target, spread=spread / steps, film=film, melt=self.melt.field)
            give_way(self.solid, self.melt.field, before)
            # the next step must not overshoot the interval that necks were verified with
            if self.solid.due or self.solid.spread + spread / steps > OVERSHOOT * DUE_SPREAD:
                renew(self.solid, target, sweeps=FOLLOW)
        self.melt.change_solid(self.solid.phi, self.history.cos_theta)
        self._set_melt(self._resolved_melt(end))
        self._mark(end)

    def surface(self) -> float:
        """Return the surface of the receded spheres, voxels^2."""
        return float(np.sum(4 * math.pi * self.radii() ** 2))

    def _mark(self, time: float) -> None:
        for name, at in self._marks:
            if math.isclose(at, time) and name not in {s.name for s in self.stages}:
                if self.melt is not None and not self.is_flooded():
                    self.melt.relax(limit=REST)
                self.keep(name)

    def _cool(self, tell: Tell) -> None:
        h = self.history
        rng = np.random.default_rng([self.seed, self.cells])
        if self.melt is not None and self.melt.target > 0:
            model = cool.unmix if self.cooling == "unmixing" else cool.nucleate
            left, notes = model(self, rng)
            volume = self.solid.volume
            tidy(self.solid)
            renew(self.solid, volume)
            left = np.minimum(left, 1 - self.solid.s)
            self.notes += notes
        else:
            left = np.zeros(self.solid.phi.shape, np.float32)
        self.melt = None
        tell(COLD)
        self.time = float(h.time_s[-1])
        self._keep_left("cooled", left)
        if h.washed:
            left = wash(left, self.solid.s)
            self._keep_left("washed", left)
        if h.oxide_etched:
            self._etch()

    def _etch(self) -> None:
        """Remove the oxide: what is left is the carbon network, where it percolates."""
        h = self.history
        if h.carbon_stands and h.residue_carbon_stands:
            self._note("The carbon of spheres and residue stands without the oxide: the shape stays.")
        elif h.carbon_stands:
            self.solid = Solid(self._spheres(self.radii()))
            self._note(
                "The carbon of the spheres stands without the oxide, that of the residue does not percolate: "
                "the spheres touch in points, or in patches of crushed scaffold the grid does not hold."
            )
        else:
            self.solid = Solid(np.full((self.cells,) * 3, -reach(self.solid.eta), np.float32))
            self._note("The carbon does not percolate: nothing stands without the oxide.")
        self._keep_left("etched", np.zeros(self.solid.phi.shape, np.float32))

    def _keep_left(self, name: str, melt: NDArray[np.float32]) -> None:
        """Keep a cold state: what was melt stands as it is."""
        self.keep(name)
        self.stages[-1].melt = pack(melt, MELT_STEPS)
        self.stages[-1].statement = "cold"

    def _dataset(self) -> xr.Dataset:
        import xarray as xr

        shape = self.solid.phi.shape
        stages, eta = self.stages, self.solid.eta
        self.stages = []
        del self.solid
        grid = ("stage", "x", "y", "z")
        phi = np.empty((len(stages), *shape), np.float16)
        melt = np.empty((len(stages), *shape), np.float16)
        for n, stage in enumerate(stages):
            unpack(stage.phi, PHI_STEPS, phi[n])
            unpack(stage.melt, MELT_STEPS, melt[n])
            stage.phi.close()
            stage.melt.close()
        return xr.Dataset(
            {
                "phi": (grid, phi, {"units": "voxel", "long_name": "signed distance, positive in the solid"}),
                "melt": (grid, melt, {"units": "1", "long_name": "share of melt"}),
                "voxel_nm": ("stage", [s.voxel_nm for s in stages], {"units": "nm"}),
                "time_s": ("stage", [s.time_s for s in stages], {"units": "s"}),
                "temperature_degC": ("stage", [s.temperature_degC for s in stages], {"units": "degC"}),
                "valid": ("stage", [s.valid for s in stages], {"units": "1"}),
                "position_vox": (("stage", "sphere", "xyz"), np.array([s.centres for s in stages])),
                "radius_vox": (("stage", "sphere"), np.array([s.radii for s in stages])),
            },
            coords={"stage": [s.name for s in stages], "xyz": ["x", "y", "z"]},
            attrs={
                "cells": self.cells, "eta": float(eta), "seed": self.seed, "cooling": self.cooling,
                "notes": "\n".join(self.notes), "clamp": float(reach(eta)),
                **({} if self.returned is None else {"silica_returned": self.returned}),
            },
        )  # fmt: skip


_FLOWS = 0.05  # neck over radius from which viscous flow of the spheres matters
_ROUNDING = 1e-6  # share of the room left when all of it is filled


def check_cells(cells: int) -> None:
    """Refuse a grid that is too small, odd, or does not fit the memory.

    Raises
    ------
    InputError
        What is allowed, and what it would need.
    """
    if not LEAST_CELLS <= cells <= MOST_CELLS or cells % 2:
        raise InputError(
            f"voxels = {cells}: must be an even number of cells along an edge, {LEAST_CELLS} to {MOST_CELLS}."
        )
    from ...core.memory import available_bytes

    needed = BYTES_PER_VOXEL * cells**3
    free = available_bytes()
    if free is not None and needed > free:
        most = 2 * int((free / BYTES_PER_VOXEL) ** (1 / 3) / 2)
        raise InputError(
            f"voxels = {cells} needs about {needed / 1e9:.2g} GB and {free / 1e9:.2g} GB are free; "
            f"at most {most} fit now."
        )
