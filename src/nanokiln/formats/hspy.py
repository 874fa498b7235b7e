"""HyperSpy files (`.hspy`, HDF5) with X-ray spectra, line scans and maps: reader and writer.

The layout is that of file version 3: a group below ``Experiments`` with ``data``, one group ``axis-N`` for
each dimension and nested groups ``metadata``. Data as in `_eds`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ..core.errors import DataError, InputError
from ..core.files import atomic_path
from ..core.measurement import SYNTHETIC_MARK, Measurement
from ._eds import from_axes, metadata_of

NAME = "HyperSpy"
TECHNIQUE = "eds"

_MAGIC = b"\x89HDF\r\n\x1a\n"
_MOST = 400_000_000  # counts in a file that is read at once
_VERSION = "3.1"
WINDOWS = "nanokiln_windows"  # group with the windows of a stack of maps


def sniff(head: bytes, path: Path) -> float:
    """Return how sure it is that a file is HyperSpy's: HDF5 that says so, or by its ending."""
    if head[:8] != _MAGIC:
        return 0.0
    if path.suffix.lower() == ".hspy":
        return 1.0
    return 0.9 if b"HyperSpy" in head and b"Experiments" in head else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read the X-ray spectra of a file.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    list of Measurement
        One for each experiment with an energy axis; images are left out.

    Raises
    ------
    DataError
        If it is not HDF5, damaged, too large, or holds no spectrum.
    """
    import h5py

    try:
        with h5py.File(path, "r") as file:
            if "Experiments" not in file:
                raise DataError(f"'{path}' is HDF5 but has no experiments of HyperSpy in it.")
            groups = [g for g in file["Experiments"].values() if "data" in g]
            found = [_experiment(group, str(path)) for group in groups if WINDOWS not in group]
            maps = [group for group in groups if WINDOWS in group]
            if len(maps) == len(found) == 1 and found[0] is not None:
                found = [_with_windows(found[0], maps[0])]
    except OSError as error:
        raise DataError(f"'{path}' cannot be opened as HDF5 ({error}). It may be truncated.") from error
    spectra = [m for m in found if m is not None]
    if not spectra:
        raise DataError(f"'{path}' holds no X-ray spectrum (no axis in eV or keV).")
    return spectra


def _experiment(group: Any, path: str) -> Measurement | None:
    if group["data"].size > _MOST:
        raise DataError(f"'{path}' has {group['data'].size} counts; at most {_MOST} are read. Bin the map.")
    axes = [dict(group[f"axis-{i}"].attrs) for i in range(group["data"].ndim)]
    for axis, size in zip(axes, group["data"].shape, strict=True):
        axis["size"] = size
        axis.setdefault("offset", 0.0)
        axis.setdefault("scale", 1.0)
        axis["units"] = _plain(axis.get("units", ""))
    metadata = _tree(group["metadata"]) if "metadata" in group else {}
    notes = str((metadata.get("General") or {}).get("notes", ""))
    return from_axes(group["data"][...], axes, metadata, path=path, synthetic=SYNTHETIC_MARK in notes)


def _with_windows(item: Measurement, group: Any) -> Measurement:
    """Return a sum spectrum with the maps of its windows, as `write` stores them."""
    windows = group[WINDOWS]
    places: dict[str, Any] = {}
    for number, name in ((1, "y"), (2, "x")):
        axis = group[f"axis-{number}"].attrs
        steps = np.arange(group["data"].shape[number], dtype=float)
        places[f"{name}_nm"] = (name, np.round(axis["offset"] + axis["scale"] * steps, 6), {"units": "nm"})
    data = item.data.assign(
        window_counts=(("window", "y", "x"), group["data"][...], {"units": "counts"})
    ).assign_coords(
        window=("window", [_plain(e) for e in windows["_list_elements"][...]]),
        window_low=("window", windows["low"][...], {"units": "eV"}),
        window_high=("window", windows["high"][...], {"units": "eV"}),
        **places,
    )
    return replace(item, data=data)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return [_plain(v) for v in value.tolist()]
    return value


def _tree(group: Any) -> dict[str, Any]:
    """Return a group as nested dictionaries; lists are stored under names with a leading mark."""
    found: dict[str, Any] = {k.removeprefix("_datetime_"): _plain(v) for k, v in group.attrs.items()}
    for name, value in group.items():
        if hasattr(value, "items"):
            found[name] = _tree(value)
        elif value.size < 10_000:  # lists of names, not data
            for mark in ("_list_", "_tuple_", "_bs_"):
                name = name.removeprefix(mark)
            found[name] = _plain(np.asarray(value[...]))
    return found


def write(path: str | Path, item: Measurement) -> Path:
    """Write a spectrum, line scan or map so that HyperSpy opens it as an EDS signal.

    Parameters
    ----------
    path
        Where to.
    item
        Measurement with ``counts`` over ``energy``.

    Raises
    ------
    InputError
        If it holds no spectra.
    """
    import h5py

    if "counts" not in item.data or "energy" not in item.data.coords:
        raise InputError("this measurement has no counts over energy; give X-ray spectra.")
    counts = item.data["counts"]
    title = (item.label or "EDS").replace("/", "-")
    with atomic_path(path) as temporary, h5py.File(temporary, "w", track_order=False) as file:
        file.attrs["file_format"] = "HyperSpy"
        file.attrs["file_format_version"] = _VERSION
        group = file.create_group(f"Experiments/{title}")
        group.attrs["package"], group.attrs["package_version"] = "exspy", ""  # whose signal class opens it
        values = np.asarray(counts.values)
        chunks = (*(min(32, n) for n in values.shape[:-1]), values.shape[-1]) if values.ndim > 1 else None
        group.create_dataset(
            "data", data=values, compression="gzip", compression_opts=4, chunks=chunks or True
        )
        for number, dim in enumerate(counts.dims):
            _write_axis(group.create_group(f"axis-{number}"), str(dim), item)
        _write_tree(group.create_group("metadata"), metadata_of(item))
        for name in ("original_metadata", "learning_results", "models"):
            group.create_group(name)
        if "window_counts" in item.data:
            _write_windows(file, f"{title} windows", item)
    return Path(path)


def _write_windows(file: Any, title: str, item: Measurement) -> None:
    """Write the maps of the windows as a stack of pictures beside the sum spectrum."""
    import h5py

    group = file.create_group(f"Experiments/{title}")
    group.attrs["package"], group.attrs["package_version"] = "hyperspy", ""
    group.create_dataset("data", data=item.data["window_counts"].values, compression="gzip", chunks=True)
    elements = [str(e) for e in item.data["window"].values]
    axis = group.create_group("axis-0")
    axis.attrs.update({"_type": "UniformDataAxis", "name": "window", "units": "", "navigate": True})
    axis.attrs.update({"size": len(elements), "scale": 1.0, "offset": 0.0, "is_binned": False})
    for number, dim in ((1, "y"), (2, "x")):
        picture = group.create_group(f"axis-{number}")
        _write_axis(picture, dim, item)
        picture.attrs["navigate"] = False
    general = {**metadata_of(item)["General"], "title": title}
    _write_tree(group.create_group("metadata"), {"General": general, "Signal": {"signal_type": ""}})
    for name in ("original_metadata", "learning_results", "models"):
        group.create_group(name)
    windows = group.create_group(WINDOWS)
    windows.create_dataset("_list_elements", data=elements, dtype=h5py.string_dtype())
    windows.create_dataset("low", data=item.data["window_low"].values)
    windows.create_dataset("high", data=item.data["window_high"].values)


def _write_axis(group: Any, dim: str, item: Measurement) -> None:
    name, unit, factor = ("energy", "keV", 1e-3) if dim == "channel" else (f"{dim}_nm", "nm", 1.0)
    values = item.data[name].values.astype(float) * factor
    step = float(np.mean(np.diff(values))) if values.size > 1 else 1.0
    group.attrs["_type"] = "UniformDataAxis"
    group.attrs["name"] = {"channel": "Energy", "position": "x"}.get(dim, dim)
    group.attrs["units"], group.attrs["navigate"] = unit, dim != "channel"
    group.attrs["size"], group.attrs["is_binned"] = values.size, dim == "channel"
    group.attrs["scale"], group.attrs["offset"] = round(step, 12), round(float(values[0]), 12)


def _write_tree(group: Any, tree: Mapping[str, Any]) -> None:
    import h5py

    for name, value in tree.items():
        if isinstance(value, Mapping):
            _write_tree(group.create_group(name), value)
        elif isinstance(value, list):
            group.create_dataset(f"_list_{name}", data=value, dtype=h5py.string_dtype())
        else:
            group.attrs[name] = value
