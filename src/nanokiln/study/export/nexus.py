"""All measurements of a study in one NeXus file (HDF5): an NXentry with NXsample and NXdata for each.

The base classes are those of the NeXus definitions; no application definition is claimed. ``NXsample/type``
is ``"simulated data"`` for synthetic measurements, as the base class has it, and the collection ``nanokiln``
of each entry says ``"measured"`` or ``"synthetic"``, file, hash and settings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.files import atomic_path
from ...core.measurement import SYNTHETIC_MARK, Measurement
from ...core.provenance import plain, versions
from ...techniques import get
from .studied import File, Studied

if TYPE_CHECKING:
    import h5py
    import xarray as xr

#: What is plotted over what by default; further signals after the first.
SIGNALS: dict[str, tuple[tuple[str, ...], str]] = {
    "n2_sorption": (("loading",), "pressure"),
    "tga": (("mass",), "temperature"),
    "eis": (("z_real", "z_imag"), "frequency"),
    "cycling": (("voltage", "current"), "time"),
    "cv": (("current",), "potential"),
    "raman": (("intensity",), "raman_shift"),
    "ftir": (("absorbance", "transmittance", "signal"), "wavenumber"),
    "xrd": (("counts",), "two_theta"),
    "xps": (("counts",), "binding_energy"),
    "eds": (("counts",), "energy"),
    "sem": (("image",), ""),
    "tem": (("image",), ""),
    "sizing": (("diameter_nm",), ""),
    "icp": (("counts",), ""),
}
_UNSAFE = re.compile(r"\W+", re.ASCII)  # what the names of NeXus may not hold
_PACKED = 1000  # numbers from which a field is compressed


def write_nexus(study: Studied, path: Path) -> int:
    """Write all measurements of a study.

    Parameters
    ----------
    study
        The study.
    path
        File to write; an existing one is replaced.

    Returns
    -------
    int
        Number of measurements.

    Raises
    ------
    DataError
        If a file is gone, was changed since the study, or cannot be read.
    """
    import h5py

    number = 0
    with atomic_path(path) as temporary, h5py.File(temporary, "w", libver="v110") as root:
        root.attrs["NX_class"] = "NXroot"
        root.attrs["creator"] = "nanokiln"
        root.attrs["creator_version"] = versions().get("nanokiln", "")
        for file in study.files:
            for measurement in file.measurements():
                number += 1
                name = f"entry{number:04}_{_UNSAFE.sub('_', f'{file.sample}_{file.technique}')}"
                if number == 1:
                    root.attrs["default"] = name
                _entry(root, name, file, measurement, study.title)
    return number


def _group(parent: h5py.Group, name: str, kind: str) -> h5py.Group:
    made = parent.create_group(name)
    made.attrs["NX_class"] = kind
    return made


def _entry(root: h5py.File, name: str, file: File, m: Measurement, title: str) -> None:
    entry = _group(root, name, "NXentry")
    entry.attrs["default"] = "data"
    label = m.label or file.name
    entry["title"] = f"{file.sample}: {get(file.technique).title}, {label}"
    entry["collection_identifier"] = title
    entry["experiment_description"] = get(file.technique).title
    entry["program_name"] = "nanokiln"
    entry["program_name"].attrs["version"] = versions().get("nanokiln", "")
    sample = _group(entry, "sample", "NXsample")
    sample["name"] = file.sample
    sample["type"] = "simulated data" if m.origin == "synthetic" else "sample"
    if m.origin == "synthetic":
        sample["description"] = SYNTHETIC_MARK
    if instrument := str(m.settings.get("instrument") or ""):
        _group(entry, "instrument", "NXinstrument")["name"] = instrument
    own = _group(entry, "nanokiln", "NXcollection")
    own["origin"] = m.origin
    own["technique"] = file.technique
    own["label"] = m.label
    own["file"] = file.name
    own["sha256"] = file.sha256
    own["format"] = file.format
    settings = _group(own, "settings", "NXcollection")
    for key, value in m.settings.items():
        if (
            value is not None
            and value != ""
            and key.isprintable()
            and "/" not in key
            and key not in ("", ".")
        ):
            settings[key] = value if isinstance(value, bool | int | float | str) else json.dumps(plain(value))
    _data(entry, file.technique, _placed(m))


def _placed(m: Measurement) -> xr.Dataset:
    """Return the data of a measurement; a picture with its pixels in nm, where their size is known."""
    width = m.settings.get("pixel_nm")
    if not width or not {"row", "column"} <= set(m.data.dims):
        return m.data
    steps = {"row": width * (m.settings.get("pixel_aspect") or 1.0), "column": width}
    return m.data.assign_coords({
        name: (dim, np.arange(m.data.sizes[dim]) * steps[dim], {"units": "nm"})
        for name, dim in (("y_nm", "row"), ("x_nm", "column"))
    })  # fmt: skip


def _data(entry: h5py.Group, technique: str, data: xr.Dataset) -> None:
    """Write the variables: those over the dimensions of the signal together, others each with their axes."""
    signals, axis = SIGNALS.get(technique, ((), ""))
    there = [n for n in signals if n in data.data_vars] or _largest(data)
    if not there:
        _group(entry, "data", "NXdata")
        return
    dims = data[there[0]].dims
    group = _group(entry, "data", "NXdata")
    _axes(group, data, dims, axis)
    group.attrs["signal"] = there[0]
    same = [str(n) for n, v in data.data_vars.items() if v.dims == dims and n != there[0] and n not in group]
    further = [n for n in there[1:] if n in same]
    if further:
        group.attrs["auxiliary_signals"] = further
    for name in (there[0], *same):
        _field(group, name, data[name])
    for key, variable in data.data_vars.items():
        name = str(key)
        if name in group or variable.ndim < 1:
            continue
        other = _group(entry, f"data_{_UNSAFE.sub('_', name)}", "NXdata")
        _axes(other, data, variable.dims, "")
        other.attrs["signal"] = name
        if name not in other:
            _field(other, name, variable)


def _largest(data: xr.Dataset) -> list[str]:
    """Return the name of the first numerical variable of the most dimensions."""
    numbers = [str(n) for n, v in data.data_vars.items() if v.dtype.kind in "fiu" and v.ndim]
    return sorted(numbers, key=lambda n: -data[n].ndim)[:1]


def _axes(group: h5py.Group, data: xr.Dataset, dims: Sequence[Any], axis: str) -> None:
    """Write the axis of every dimension; one without a coordinate is a point, as NeXus writes it."""
    names = []
    for dim in dims:
        lines = [str(n) for n, v in data.variables.items() if v.dims == (dim,) and v.dtype.kind in "fiu"]
        coordinates = [n for n in lines if n in data.coords]
        chosen = axis if axis in lines else (coordinates[0] if coordinates else ".")
        names.append(chosen)
        if chosen != ".":
            _field(group, chosen, data[chosen])
            group.attrs[f"{chosen}_indices"] = len(names) - 1
        for extra in coordinates:
            if extra not in group:
                _field(group, extra, data[extra])
                group.attrs[f"{extra}_indices"] = len(names) - 1
    group.attrs["axes"] = names


def _field(group: h5py.Group, name: str, variable: xr.DataArray) -> None:
    import h5py

    values = variable.values
    if values.dtype.kind not in "fiub":
        text = np.array([str(v) for v in values.ravel()], dtype=object).reshape(values.shape)
        field = group.create_dataset(name, data=text, dtype=h5py.string_dtype())
    elif values.size > _PACKED:
        field = group.create_dataset(name, data=values, compression="gzip", shuffle=True)
    else:
        field = group.create_dataset(name, data=values)
    if unit := str(variable.attrs.get("units", "")):
        field.attrs["units"] = unit
