"""Pictures as an instrument writes them: TIFF with the tags of FEI and ImageJ, and a data bar."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.errors import DataError
from ...core.files import atomic_path, write_text
from ...core.measurement import SYNTHETIC_MARK, Measurement
from ...core.provenance import plain
from ...core.sidecar import TRUTH_SUFFIX
from .picture import Picture
from .virtual.bar import data_bar, text_of

FEI_TAG = 34682  # private tag of FEI (Helios and later), text of the INI kind
TEXT = 2  # type of a text in a TIFF
M_PER_NM = 1e-9


def write(measurements: Sequence[Measurement], folder: Path, stem: str) -> list[Path]:
    """Write one TIFF per picture, ``stem.tif`` or ``stem_1.tif`` on, each with its truth beside it.

    Parameters
    ----------
    measurements
        Pictures as `simulate` gives them.
    folder, stem
        Where, and how the names begin.

    Returns
    -------
    list of Path
        The TIFF files. ``NAME.tif.truth.json`` beside them is not among them: no analysis may read it.

    Raises
    ------
    DataError
        For a measurement that is no picture or has no scale.
    """
    names = [stem] if len(measurements) == 1 else [f"{stem}_{n + 1}" for n in range(len(measurements))]
    paths = []
    for measurement, name in zip(measurements, names, strict=True):
        path = Path(folder) / f"{name}.tif"
        write_picture(measurement, path)
        if isinstance(measurement, Picture) and measurement.truth:
            write_text(truth_of(path), json.dumps(plain(measurement.truth), indent=1) + "\n")
        paths.append(path)
    return paths


def truth_of(path: Path) -> Path:
    """Return the path of the truth that belongs to a picture."""
    return path.with_name(path.name + TRUTH_SUFFIX)


def with_bar(measurement: Measurement) -> NDArray[Any]:
    """Return the grey levels of a picture with the data bar below, 8 or 16 bits."""
    facts = measurement.settings
    bits = int(facts.get("bits", 8))
    kind = np.uint8 if bits == 8 else np.uint16
    image = np.asarray(measurement.data["image"].values).astype(kind)
    if not facts.get("bar", True):
        return image
    strip = data_bar(image.shape[1], float(facts["pixel_nm"]), text_of(facts, measurement.label))
    return np.concatenate([image, (strip.astype(np.uint32) * ((2**bits - 1) // 255)).astype(kind)])


def write_picture(measurement: Measurement, path: Path) -> None:
    """Write a picture as TIFF; the same picture gives the same bytes.

    Raises
    ------
    DataError
        For a measurement that is no picture or has no scale.
    """
    import tifffile

    facts = measurement.settings
    if "image" not in measurement.data or not facts.get("pixel_nm"):
        raise DataError(f"'{measurement.label}' holds no picture with a pixel size; it cannot be written.")
    pixel = float(facts["pixel_nm"])
    rows, columns = measurement.data["image"].shape
    mark = SYNTHETIC_MARK if measurement.origin == "synthetic" else ""
    note = "\n".join([mark, json.dumps(plain(dict(facts)))]).strip()
    text = fei_text(facts, (rows, columns), mark, measurement.technique)
    with atomic_path(path) as temporary:
        tifffile.imwrite(
            temporary,
            with_bar(measurement),
            imagej=True,
            resolution=(1 / pixel, 1 / pixel),
            resolutionunit="NONE",
            software="nanokiln",
            metadata={"unit": "nm", "Info": note, "axes": "YX"},
            extratags=[(FEI_TAG, TEXT, 0, text, True)],
        )


def fei_text(facts: Mapping[str, Any], size: tuple[int, int], mark: str, technique: str = "sem") -> str:
    """Return the metadata of a picture as FEI microscopes write them; lengths in m, times in s.

    Parameters
    ----------
    facts
        Settings of the measurement.
    size
        Rows and columns without data bar.
    mark
        Text that says whether it is synthetic.
    technique
        ``sem`` or ``tem``.
    """
    rows, columns = size
    pixel = float(facts["pixel_nm"]) * M_PER_NM
    kilovolt, picoampere = facts.get("voltage_kV") or 0.0, facts.get("current_pA") or 0.0
    detector = {"et": "ETD", "inlens": "TLD"}.get(str(facts.get("detector")), str(facts.get("detector")))
    sections: dict[str, dict[str, Any]] = {
        "User": {"UserText": mark, "UserTextUnicode": ""},
        "System": {
            "Type": technique.upper(),
            "SystemType": facts.get("instrument", ""),
            "Software": "nanokiln",
        },
        "Beam": {"HV": f"{kilovolt * 1e3:g}", "Beam": "EBeam", "Scan": "EScan"},
        "EBeam": {"HV": f"{kilovolt * 1e3:g}", "BeamCurrent": f"{picoampere * 1e-12:.6g}"},
        "Scan": {
            "InternalScan": "true",
            "Dwelltime": f"{(facts.get('dwell_us') or 0.0) * 1e-6:.6g}",
            "PixelWidth": f"{pixel:.9g}",
            "PixelHeight": f"{pixel:.9g}",
            "HorFieldsize": f"{pixel * columns:.9g}",
            "VerFieldsize": f"{pixel * rows:.9g}",
        },
        "EScan": {
            "PixelWidth": f"{pixel:.9g}",
            "PixelHeight": f"{pixel:.9g}",
            "HorFieldsize": f"{pixel * columns:.9g}",
        },
        "Image": {"ResolutionX": columns, "ResolutionY": rows, "DigitalContrast": 1},
        "Detectors": {"Number": 1, "Name": detector},
    }
    lines: list[str] = []
    for name, entries in sections.items():
        lines += [f"[{name}]", *(f"{key}={value}" for key, value in entries.items()), ""]
    return "\r\n".join(lines)
