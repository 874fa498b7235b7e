"""VAMAS, ISO 14976 (`.vms`, `.npl`): reader for all experiment modes that hold spectra, and writer.

A file is one value per line, without keys: the meaning of a line follows from its place and from what
came before. Real files differ from the letter of the standard in blank leading lines, in scans with
their energies listed (IRREGULAR), in kinetic or binding energy axes and in further columns such as the
transmission; all are read. Data: dimension ``energy``, coordinate ``binding_energy`` (eV), variables
``counts`` and, where the file carries it, ``transmission``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import DataError, InputError
from ..core.files import read_text, write_text
from ..core.measurement import SYNTHETIC_MARK, Measurement

if TYPE_CHECKING:
    import xarray as xr

NAME = "VAMAS"
TECHNIQUE = "xps"
MAGIC = "VAMAS Surface Chemical Analysis Standard Data Transfer Format 1988 May 4"

_ITEMS = 40  # number of block items an inclusion or exclusion list can name
_MISSING = 1e36  # the standard writes 1E37 for "not specified"
_MODES = ("MAP", "MAPDP", "MAPSV", "MAPSVDP", "NORM", "SDP", "SDPSV", "SEM", "NOEXP")
_SCANS = ("REGULAR", "IRREGULAR", "MAPPING")
_WITH_REGIONS = ("MAP", "MAPDP", "NORM", "SDP")
_MAPS = ("MAP", "MAPDP")
_SPUTTERED = ("MAPDP", "MAPSVDP", "SDP", "SDPSV")
_LINESCANS = ("MAPSV", "MAPSVDP", "SEM")
_ION_METHODS = (
    "FABMS", "FABMS energy spec", "ISS", "SIMS", "SIMS energy spec", "SNMS", "SNMS energy spec"
)  # fmt: skip
_ELECTRON_METHODS = ("AES diff", "AES dir", "EDX", "ELS", "UPS", "XPS", "XRF")
_READ_METHODS = ("XPS", "UPS")
_RSF = re.compile(r"\bRSF\s+([0-9.eE+-]+)")
_REGION = re.compile(r"^CASA region \(\*(.*?)\*\) \(\*(.*?)\*\) \S+ \S+ ([0-9.eE+-]+)")


def sniff(head: bytes, path: Path) -> float:
    """Return how sure it is that a file is VAMAS: it says so in its first line that is not blank."""
    start = head[:4096].lstrip(b"\xef\xbb\xbf\r\n\t ")
    return 1.0 if start.startswith(b"VAMAS Surface Chemical Analysis") else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read the spectra of a VAMAS file.

    Parameters
    ----------
    path
        The file; its ending does not matter.

    Returns
    -------
    list of Measurement
        One per block that is a photoelectron spectrum, in the order of the file.

    Raises
    ------
    DataError
        If it is not VAMAS, is truncated or damaged, or holds no photoelectron spectrum.

    Notes
    -----
    Limits: images and sputter profiles without an energy axis are left out; a kinetic energy axis is
    taken as referenced to the Fermi level (binding = photon - kinetic), as instrument programs write it.
    """
    text = read_text(path)
    if not sniff(text[:4096].encode("utf-8", "replace"), Path(path)):
        raise DataError(f"'{path}' is not a VAMAS file: its first line does not say so. Export it as VAMAS.")
    lines = _Lines(text, str(path))
    header = _read_header(lines)
    origin = SYNTHETIC_MARK in text
    found: list[Measurement] = []
    first: dict[str, Any] = {}
    for _ in range(header["blocks"]):
        block = _read_block(lines, header, first)
        first = first or block
        measurement = _measurement(block, header, lines.path)
        if measurement is not None:
            found.append(measurement)
    if not found:
        raise DataError(
            f"'{path}' holds no photoelectron spectrum (mode {header['mode']}, {header['blocks']} blocks)."
        )
    if not origin:
        return found
    return [Measurement("xps", m.data, "synthetic", m.label, m.settings) for m in found]


class _Lines:
    """The lines of a file, read one after the other; complains with the line number."""

    def __init__(self, text: str, path: str) -> None:
        self.lines = text.splitlines()
        self.path = path
        self.at = 0
        while self.at < len(self.lines) and not self.lines[self.at].strip("\ufeff \t"):
            self.at += 1

    def text(self) -> str:
        if self.at >= len(self.lines):
            raise DataError(f"'{self.path}' ends too early, after line {self.at}. Export it again.")
        self.at += 1
        return self.lines[self.at - 1].strip()

    def number(self) -> float:
        word = self.text()
        try:
            return float(word.replace(",", "."))
        except ValueError:
            raise DataError(
                f"'{self.path}' line {self.at}: a number was expected, '{word[:40]}' found. "
                "The file is damaged; export it again."
            ) from None

    def count(self, most: int = 10_000_000) -> int:
        value = self.number()
        if not (math.isfinite(value) and value == int(value) and abs(value) <= most):
            raise DataError(f"'{self.path}' line {self.at}: a whole number was expected, {value:g} found.")
        return int(value)

    def texts(self, number: int) -> list[str]:
        return [self.text() for _ in range(number)]

    def numbers(self, number: int) -> list[float]:
        return [self.number() for _ in range(number)]

    def block(self, number: int) -> NDArray[np.float64]:
        rows = self.lines[self.at : self.at + number]
        if len(rows) < number:
            raise DataError(
                f"'{self.path}' ends too early: {number} values announced, {len(rows)} there. "
                "Export it again."
            )
        try:
            values = np.array(rows, dtype=np.float64)
        except ValueError:
            values = np.array(self.numbers(number))
        else:
            self.at += number
        return values


def _read_header(lines: _Lines) -> dict[str, Any]:
    header: dict[str, Any] = {"format": lines.text()}
    for key in ("institution", "instrument", "operator", "experiment"):
        header[key] = lines.text()
    header["comment"] = lines.texts(lines.count())
    header["mode"], header["scan"] = lines.text().upper(), lines.text().upper()
    if header["mode"] not in _MODES or header["scan"] not in _SCANS:
        raise DataError(
            f"'{lines.path}' line {lines.at}: mode '{header['mode'][:40]}', scan '{header['scan'][:40]}' "
            "are not of ISO 14976. The file is damaged; export it again."
        )
    if header["mode"] in _WITH_REGIONS:
        header["regions"] = lines.count()
    if header["mode"] in _MAPS:
        header["positions"] = lines.numbers(3)
    header["variables"] = [(lines.text(), lines.text()) for _ in range(lines.count())]
    header["include"] = _inclusion(lines)
    lines.texts(lines.count())  # manually entered items: which ones, of no use here
    upgrade_header, header["upgrade"] = lines.count(), lines.count()
    lines.texts(upgrade_header)
    header["blocks"] = lines.count()
    return header


def _inclusion(lines: _Lines) -> list[bool]:
    number = lines.count()
    include = [number <= 0] * (_ITEMS + 1)
    for _ in range(abs(number)):
        item = lines.count()
        if not 1 <= item <= _ITEMS:
            raise DataError(
                f"'{lines.path}' line {lines.at}: block item {item} does not exist (1 to {_ITEMS})."
            )
        include[item] = number > 0
    return include


_Item = tuple[int, str, Callable[[], Any], bool]


def _first_items(lines: _Lines) -> list[_Item]:
    """Return items 1 to 9 of a block: number in the standard, name, how to read it, whether it is there."""
    dates = ("year", "month", "day", "hour", "minute", "second", "gmt_offset")
    return [
        *[(number, name, lines.number, True) for number, name in enumerate(dates, start=1)],
        (8, "comment", lambda: lines.texts(lines.count()), True),
        (9, "technique", lines.text, True),
    ]


def _source_items(lines: _Lines, header: dict[str, Any], technique: str) -> list[_Item]:
    """Return items 10 to 20: place, variables, excitation."""
    mode, number = header["mode"], lines.number

    def several(count: int) -> Callable[[], list[float]]:
        return lambda: lines.numbers(count)

    return [
        (10, "position", several(2), mode in _MAPS),
        (11, "variables", lambda: lines.texts(len(header["variables"])), True),
        (12, "source", lines.text, True),
        (13, "ion", several(3), mode in _SPUTTERED or technique in _ION_METHODS),
        (14, "photon_energy", number, True),
        (15, "source_strength", number, True),
        (16, "beam_width", several(2), True),
        (17, "field_of_view", several(2), mode in (*_MAPS, *_LINESCANS)),
        (18, "linescan", several(6), mode in _LINESCANS),
        (19, "source_polar_angle", number, True),
        (20, "source_azimuth", number, True),
    ]


def _analyser_items(lines: _Lines, header: dict[str, Any], technique: str) -> list[_Item]:
    """Return items 21 to 40: analyser, line, axes, counting, geometry."""
    t, n = lines.text, lines.number
    sputtered = header["mode"] in _SPUTTERED and technique in _ELECTRON_METHODS
    return [
        (21, "analyser_mode", t, True),
        (22, "pass_energy", n, True),
        (23, "differential_width", n, technique == "AES diff"),
        (24, "magnification", n, True),
        (25, "work_function", n, True),
        (26, "target_bias", n, True),
        (27, "analysis_width", lambda: lines.numbers(2), True),
        (28, "take_off", lambda: lines.numbers(2), True),
        (29, "species", t, True),
        (30, "transition", lambda: (t(), n()), True),
        (31, "abscissa", lambda: (t(), t(), n(), n()), header["scan"] == "REGULAR"),
        (32, "columns", lambda: [(t(), t()) for _ in range(lines.count())], True),
        (33, "signal_mode", t, True),
        (34, "dwell", n, True),
        (35, "sweeps", n, True),
        (36, "time_correction", n, True),
        (37, "sputter_source", lambda: lines.texts(7), sputtered),
        (38, "tilt", lambda: lines.numbers(2), True),
        (39, "rotation", n, True),
        (40, "extra", lambda: [(t(), t(), t()) for _ in range(lines.count())], True),
    ]


def _read_block(lines: _Lines, header: dict[str, Any], first: dict[str, Any]) -> dict[str, Any]:
    block: dict[str, Any] = {"block_id": lines.text(), "sample": lines.text(), "line": lines.at}

    def take(items: list[_Item]) -> None:
        for item, name, reader, present in items:
            # the first block is complete; later ones leave out what the header says and inherit it
            if first and not header["include"][item]:
                block[name] = first.get(name)
            elif present:
                block[name] = reader()

    take(_first_items(lines))
    take(_source_items(lines, header, block["technique"]))
    take(_analyser_items(lines, header, block["technique"]))
    lines.texts(header["upgrade"])
    number, columns = lines.count(), len(block["columns"])
    lines.texts(2 * columns)  # smallest and largest value of each column
    if columns == 0 or number < 0 or number % columns:
        raise DataError(
            f"'{lines.path}' block '{block['block_id']}': {number} values do not fill {columns} columns."
        )
    block["values"] = lines.block(number).reshape(-1, columns)
    return block


def _measurement(block: dict[str, Any], header: dict[str, Any], path: str) -> Measurement | None:
    if block["technique"] not in _READ_METHODS or header["scan"] == "MAPPING":
        return None
    photon = _known(block.get("photon_energy"))
    axis = _axis(block)
    if axis is None or len(block["values"]) < 3:
        return None
    label, energy, first = axis
    if "kinetic" in label:
        if photon is None:
            raise DataError(
                f"'{path}' block '{block['block_id']}': a kinetic energy axis needs the photon energy, "
                "which the file does not give. Export it with a binding energy axis."
            )
        energy = photon - energy
    data = _dataset(energy, block, first)
    if not all(np.isfinite(data[v].values).all() for v in (*data.data_vars, "binding_energy")):
        raise DataError(f"'{path}' block '{block['block_id']}' holds values that are not numbers.")
    return Measurement("xps", data, "measured", _label(block), _settings(block, header, photon))


def _axis(block: dict[str, Any]) -> tuple[str, NDArray[np.float64], int] | None:
    """Label, energies (eV) and index of the first signal column; None if the axis is no energy."""
    values: NDArray[np.float64] = block["values"]
    if block.get("abscissa"):
        label, unit, start, step = block["abscissa"]
        # ten digits: a step of 0.1 stays 0.1 after thousands of additions
        with np.errstate(invalid="ignore", over="ignore"):  # what is no number is refused with the block
            energy = np.round(start + step * np.arange(len(values)), 10)
        first = 0
    else:
        label, unit = block["columns"][0]
        energy, first = values[:, 0], 1
    if "energy" not in label.lower() or len(block["columns"]) <= first:
        return None
    return label.lower(), energy * (1000.0 if unit.lower() == "kev" else 1.0), first


def _dataset(energy: NDArray[np.float64], block: dict[str, Any], first: int) -> xr.Dataset:
    import xarray as xr

    names = [name.lower() for name, _ in block["columns"]]
    unit = block["columns"][first][1].lower()
    per_second = (
        unit in ("c/s", "cps", "counts/s", "n/s") or "per sec" in names[first] or "cps" in names[first]
    )
    variables = {
        "counts": ("energy", block["values"][:, first], {"units": "counts/s" if per_second else "counts"})
    }
    for index in range(first + 1, len(names)):
        if "transmission" in names[index] and (block["values"][:, index] > 0).all():
            variables["transmission"] = ("energy", block["values"][:, index], {"units": "1"})
    coords = {"binding_energy": ("energy", np.round(energy, 6), {"units": "eV"})}
    return xr.Dataset(variables, coords=coords)


def _known(value: float | None) -> float | None:
    return None if value is None or abs(value) > _MISSING or not math.isfinite(value) else value


def _label(block: dict[str, Any]) -> str:
    name = f"{block['species']} {block['transition'][0]}".strip()
    words = [w for w in name.split() if w.lower() not in ("none", "-")]
    if words and words[0].lower() in ("wide", "survey"):
        return "survey"
    return str(block["block_id"]) or " ".join(words)


def _settings(block: dict[str, Any], header: dict[str, Any], photon: float | None) -> dict[str, Any]:
    variables = {
        label: value for (label, _), value in zip(header["variables"], block["variables"] or [], strict=False)
    }
    comment = [line for line in block["comment"] if line]
    casa = [line for line in comment if line.startswith("CASA")]
    regions = [m for m in map(_REGION.match, casa) if m]
    factors = [float(m.group(3)) for m in regions]
    factors += [float(m.group(1)) for m in map(_RSF.search, casa) if m]
    settings: dict[str, Any] = {
        "photon_energy_eV": photon,
        "pass_energy_eV": _known(block["pass_energy"]),
        "dwell_s": _known(block["dwell"]),
        "sweeps": _known(block["sweeps"]),
        "block_id": block["block_id"],
        "sample": block["sample"],
        "species": block["species"],
        "transition": block["transition"][0],
        "analyser_mode": block["analyser_mode"],
        "source": block["source"],
        "work_function_eV": _known(block["work_function"]),
        "instrument": header["instrument"],
        "experiment_variables": variables,
        "comment": comment,
    }
    if factors:
        settings |= {"rsf_in_file": factors[0], "casa_fit": casa}
    if regions:
        settings["casa_background"] = regions[0].group(2)
    if block.get("position"):
        settings["position"] = block["position"]
    return settings


def write(path: str | Path, measurements: Sequence[Measurement]) -> Path:
    """Write regions as VAMAS, mode NORM, scan REGULAR, binding energy axis.

    Parameters
    ----------
    path
        Where to write.
    measurements
        Regions with an evenly spaced ``binding_energy`` (eV), ``counts`` and perhaps ``transmission``. Lines
        in ``settings["casa_fit"]`` go into the comments of the block, where CasaXPS finds its components.

    Returns
    -------
    Path
        The file. The same regions give the same bytes; synthetic ones are marked in the header.

    Raises
    ------
    InputError
        If there is nothing to write or an axis is not evenly spaced.
    """
    if not measurements:
        raise InputError("no XPS region to write. Simulate or read at least one.")
    synthetic = any(m.origin == "synthetic" for m in measurements)
    comment = [SYNTHETIC_MARK] if synthetic else []
    out: list[object] = [MAGIC, "Not specified", "Not specified", "Not specified", "Not specified"]
    out += [len(comment), *comment, "NORM", "REGULAR", len(measurements)]
    out += [1, "Exp Variable", "d", 0, 0, 0, 0, len(measurements)]
    for measurement in measurements:
        out += _write_block(measurement, comment)
    out.append("end of experiment")
    write_text(path, "".join(f"{_plain(item)}\r\n" for item in out))
    return Path(path)


def _write_block(measurement: Measurement, comment: list[str]) -> list[object]:
    s = measurement.settings
    energy = measurement.data["binding_energy"].values
    step = float(np.round(np.diff(energy).mean(), 6)) if energy.size > 1 else 0.0
    if energy.size < 3 or np.abs(np.diff(energy) - step).max() > 1e-4 * abs(step):
        raise InputError(f"region '{measurement.label}' has no even energy axis; VAMAS REGULAR needs one.")
    comment = [*_casa(s.get("casa_fit") or []), *comment]
    names = [n for n in ("counts", "transmission") if n in measurement.data]
    columns = [measurement.data[n].values for n in names]
    per_second = measurement.data["counts"].attrs.get("units") == "counts/s"
    unknown = 1e37
    out: list[object] = [_line(s.get("block_id") or measurement.label), _line(s.get("sample") or "")]
    out += [0, 0, 0, 0, 0, 0, 0, len(comment), *comment, "XPS", 0]
    out += [_line(s.get("source") or "Al"), _or(s.get("photon_energy_eV"), unknown)]
    out += [unknown] * 5 + [_line(s.get("analyser_mode") or "FAT"), _or(s.get("pass_energy_eV"), unknown)]
    out += [unknown, unknown, 0, unknown, unknown, unknown, unknown]
    out += [_line(s.get("species") or "none"), _line(s.get("transition") or "none"), -1]
    out += ["Binding Energy", "eV", float(energy[0]), step, len(names)]
    for name in names:
        out += [name.capitalize(), ("c/s" if per_second else "d") if name == "counts" else "d"]
    out += ["pulse counting", _or(s.get("dwell_s"), unknown), int(_or(s.get("sweeps"), 1)), 0]
    out += [0, 0, 0, 0, energy.size * len(names)]
    for column in columns:
        out += [float(column.min()), float(column.max())]
    out += np.stack(columns, axis=1).ravel().tolist()
    return out


def _casa(lines: Sequence[str]) -> list[str]:
    """Return the block of a CasaXPS fit: no processing, no annotations, regions, components."""
    regions = [line for line in lines if line.startswith("CASA region")]
    components = [line for line in lines if line.startswith("CASA comp")]
    if not regions:
        return []
    return ["Casa Info Follows", "0", "0", str(len(regions)), *regions, str(len(components)), *components]


def _or(value: Any, default: float) -> float:
    return default if value is None else float(value)


def _line(text: object) -> str:
    """One line of ASCII: what every reader of the format can take."""
    plain = str(text).encode("ascii", "replace").decode("ascii")
    return " ".join(plain.split()) or "Not specified"


def _plain(item: object) -> str:
    if isinstance(item, float):
        return str(int(item)) if item == int(item) and abs(item) < 1e15 else f"{item:.10g}"
    return str(item)
