"""What a report keeps of a voxel run once its fields are gone, in memory and in files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from ...core.files import atomic_path, read_bytes, write_text

FOLDER = "pictures"
FILM = "film.webp"


@dataclass(frozen=True)
class Stage:
    """One state of a run.

    Attributes
    ----------
    name, words
        Its name, and what a reader sees for it: temperature and time included.
    valid
        Whether the method is within its bounds.
    voxel_nm
        Edge of a voxel.
    box_nm3, solid_nm3, melt_nm3
        Volumes of the box and of what is in it, by the smooth interface that the engine conserves.
    """

    name: str
    words: str
    valid: bool
    voxel_nm: float
    box_nm3: float
    solid_nm3: float
    melt_nm3: float

    @property
    def melt_share(self) -> float:
        """Melt over box."""
        return self.melt_nm3 / self.box_nm3


@dataclass(frozen=True)
class Picture:
    """A WebP picture with its scale.

    Attributes
    ----------
    data
        The file.
    stage
        Name of the stage.
    width_nm
        Width of what is seen.
    size
        Pixels across and down, data bar included.
    """

    data: bytes = field(repr=False)
    stage: str
    width_nm: float
    size: tuple[int, int]


@dataclass(frozen=True)
class Shape:
    """A voxel run as a report shows it.

    Attributes
    ----------
    stages
        All states, in order of time.
    notes
        What the engine says about the run.
    cells, spheres
        Cells along an edge, spheres in the box.
    pictures
        ``last`` (like a micrograph), ``before``, and ``furnace N`` for stage N in colour.
    model
        Model that turns, a piece of HTML; may be empty.
    film
        Animated WebP; may be empty.
    returned
        Share of the dissolved silica that returned before the melt unmixed; None where that was not asked.
    """

    stages: tuple[Stage, ...]
    notes: tuple[str, ...]
    cells: int
    spheres: int
    pictures: Mapping[str, Picture]
    model: str = field(default="", repr=False)
    film: bytes = field(default=b"", repr=False)
    returned: float | None = None

    @property
    def last(self) -> Stage:
        """What the sample is now."""
        return self.stages[-1]

    @property
    def doubtful(self) -> list[str]:
        """Words of the stages outside the bounds of the method."""
        return [s.words for s in self.stages if not s.valid]

    @property
    def gained(self) -> float | None:
        """Solid gained on cooling over the hot solid; None where the run was not cooled."""
        names = [s.name for s in self.stages]
        if "cooled" not in names[1:]:
            return None
        cold = names.index("cooled")
        hot = self.stages[cold - 1].solid_nm3
        return self.stages[cold].solid_nm3 / hot - 1


_LEAST_LOSS = 0.005  # of the solid: below this the share that returns is rounding


def save(shape: Shape, folder: str | Path, stem: str) -> list[Path]:
    """Write a shape below `folder` and return its files; the first one is what `load` takes.

    Pictures go to ``pictures/STEM-NAME.webp``, a film to ``film.webp``.

    Raises
    ------
    InputError
        If the folder cannot be written to.
    """
    root = Path(folder)
    index = root / FOLDER / f"{stem}.json"
    files, pictures = [index], []
    for name, picture in shape.pictures.items():
        files.append(_keep(picture.data, index.with_name(f"{stem}-{name.replace(' ', '-')}.webp")))
        rest: dict[str, Any] = {**asdict(replace(picture, data=b"")), "name": name, "data": files[-1].name}
        pictures.append(rest)
    stored: dict[str, Any] = {
        "stages": [asdict(stage) for stage in shape.stages], "notes": list(shape.notes),
        "cells": shape.cells, "spheres": shape.spheres, "pictures": pictures, "film": bool(shape.film),
        "returned": shape.returned,
    }  # fmt: skip
    if shape.model:
        files.append(_keep(shape.model.encode(), index.with_name(f"{stem}-model.html.part")))
        stored["model"] = files[-1].name
    if shape.film:
        files.append(_keep(shape.film, root / FILM))
    write_text(index, json.dumps(stored, indent=1))
    return files


def _keep(data: bytes, path: Path) -> Path:
    with atomic_path(path) as temporary:
        temporary.write_bytes(data)
    return path


def load(index: str | Path) -> Shape:
    """Read what `save` wrote.

    Raises
    ------
    DataError
        If a file is missing.
    """
    path = Path(index)
    stored = json.loads(read_bytes(path))
    pictures = {
        p["name"]: Picture(read_bytes(path.with_name(p["data"])), p["stage"], p["width_nm"], tuple(p["size"]))
        for p in stored["pictures"]
    }
    return Shape(
        tuple(Stage(**s) for s in stored["stages"]),
        tuple(stored["notes"]),
        stored["cells"],
        stored["spheres"],
        pictures,
        read_bytes(path.with_name(stored["model"])).decode() if "model" in stored else "",
        read_bytes(path.parent.parent / FILM) if stored["film"] else b"",
        stored["returned"],
    )
