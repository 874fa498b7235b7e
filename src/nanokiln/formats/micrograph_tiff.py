"""Micrographs as TIFF of FEI and Thermo Fisher, Zeiss, JEOL, Gatan and ImageJ, with the scale each states.

Where the scale is found: FEI tag 34682 (``Scan`` or ``EScan``, else the field width) and the older 34680
(magnification on the stated screen), Zeiss tag 34118 (``AP_IMAGE_PIXEL_SIZE``), JEOL's text file beside the
picture (``$$SM_MICRON_BAR`` and ``$$SM_MICRON_MARKER``), Gatan's tags 65003 to 65010, and ImageJ's
resolution with the unit in the description. A resolution in dots per inch is that of paper and not taken.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..core.errors import DataError, InputError
from ..core.files import read_bytes, read_text
from ..core.measurement import Measurement
from ..core.units import magnitude
from ._micrograph import LARGEST_IMAGE, Picture, measurement, plain
from ._quiet import quiet

NAME = "micrograph TIFF"
TECHNIQUE = "sem"
_MOST_CHANNELS = 4  # red, green, blue, opacity; more are no picture but a cube or damage
_MAGIC = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_HELIOS, _SFEG, _ZEISS = 34682, 34680, 34118  # tags
_GATAN = (65003, 65009, 65010)  # unit across, size across, size down
_NM = 1e9  # nm per metre
_SQUARE = 2e-3  # relative difference of height and width below which a pixel is square
_LENGTH = re.compile(r"^\s*([-+0-9.eE]+)\s*([A-Za-zµμ]+)\s*$")
_SCREEN = "the magnification holds on a screen {:.4g} mm wide (tag 34680)"


def sniff(head: bytes, path: Path) -> float:
    """Return how sure the content is a TIFF (0.9: nothing else is read from TIFF)."""
    return 0.9 if head[:4] in _MAGIC else 0.0


def read(path: str | Path) -> list[Measurement]:
    """Read the pictures of a TIFF, one measurement per page.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    list of Measurement
        Grey levels without the data bar; ``pixel_nm`` is None where the file states no scale.

    Raises
    ------
    DataError
        If it is damaged, coloured, too small or too large.

    Limits
    ------
    Reduced pages (thumbnails) are left out. A data bar drawn into the picture costs all rows from its top.
    """
    import tifffile

    raw = read_bytes(path)
    try:
        with quiet("tifffile"), tifffile.TiffFile(io.BytesIO(raw)) as tiff:
            pictures = _pictures(tiff, raw, path)
    except DataError:
        raise
    except (
        tifffile.TiffFileError, OSError, ValueError, KeyError, IndexError, RuntimeError, zlib.error,
    ) as error:  # fmt: skip
        raise DataError(f"'{path}' is a damaged TIFF ({error}). Export it again.") from error
    many = len(pictures) > 1
    stem = Path(path).stem
    return [
        measurement(picture, path, f"{stem} page {number}" if many else stem)
        for number, picture in enumerate(pictures, start=1)
    ]


def _pictures(tiff: Any, raw: bytes, path: str | Path) -> list[Picture]:
    first = tiff.pages[0]
    every = [tiff.pages[n] for n in range(len(tiff.pages))]  # len() ends where pages go in a circle
    pages = [p for p in every if p.shape[:2] == first.shape[:2] and not _reduced(p)] or [first]
    if first.samplesperpixel > _MOST_CHANNELS:
        raise DataError(
            f"'{path}' is no picture: {first.samplesperpixel} values per pixel. Export one image."
        )
    # ImageJ writes one page of description for all slices of a stack
    total = sum(int(np.prod(page.shape[:2])) for page in pages)
    if total > LARGEST_IMAGE:
        raise DataError(
            f"'{path}' has {first.shape[1]} x {first.shape[0]} pixels on {len(pages)} page(s); at most "
            f"{LARGEST_IMAGE} pixels are analysed at once. Crop, bin or split it."
        )
    found = _scale(tiff, first, path)
    pictures = []
    for index, page in enumerate(pages):
        pixels = _pixels(page, raw, index)
        if int(page.photometric) == 0 and pixels.dtype.kind == "u":  # white is zero
            pixels = np.iinfo(pixels.dtype).max - pixels
        pictures.append(
            Picture(
                pixels,
                found.pixel_nm,
                found.aspect,
                found.calibration,
                found.bar_rows,
                int(page.bitspersample) if isinstance(page.bitspersample, int) else None,
                dict(found.facts),
                list(found.notes),
                _words(tiff),
            )
        )
    return pictures


def _reduced(page: Any) -> bool:
    return bool(int(page.subfiletype or 0) & 1)


def _pixels(page: Any, raw: bytes, index: int) -> Any:
    """Return the pixels of a page, by Pillow where the compression needs a library of its own."""
    try:
        pixels = page.asarray()
    except (ValueError, ImportError) as error:
        if "imagecodecs" not in str(error):
            raise
        from PIL import Image

        with Image.open(io.BytesIO(raw)) as image:
            image.seek(index)
            return np.asarray(image)
    planes = int(page.planarconfig or 1) == 2
    return np.moveaxis(pixels, 0, -1) if planes and pixels.ndim == 3 else pixels


def _words(tiff: Any) -> str:
    """Return all text of the file's first page; the mark of synthetic files stands somewhere in it."""
    words = [str(tag.value) for tag in tiff.pages[0].tags.values() if isinstance(tag.value, (str, dict))]
    return " ".join([*words, str(tiff.imagej_metadata or "")])


def _scale(tiff: Any, page: Any, path: str | Path) -> Picture:
    """Return what the tags tell, with an empty picture."""
    found = Picture(np.empty((0, 0)))
    shape = page.shape[:2]
    tags = page.tags
    if _HELIOS in tags:
        _fei(tiff.fei_metadata or {}, shape, found)
    elif _SFEG in tags:
        _fei_old(tiff.fei_metadata or {}, shape, found)
    elif _ZEISS in tags:
        _zeiss(tiff.sem_metadata or {}, shape, found)
    elif all(code in tags for code in _GATAN):
        _gatan(tags, found)
    if found.pixel_nm is None:
        _jeol(Path(path), found)
    if found.pixel_nm is None:
        _imagej(tiff, tags, found)
    return found


def _square(width: float, height: float) -> float:
    aspect = height / width if width > 0 and height > 0 else 1.0
    return 1.0 if abs(aspect - 1) < _SQUARE else aspect


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if np.isfinite(number) and number > 0 else None


def _section(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = record.get(name)
    return part if isinstance(part, Mapping) else {}


def _fei(record: Mapping[str, Any], shape: tuple[int, int], found: Picture) -> None:
    """FEI and Thermo Fisher since about 2005: pixel size in metres in the section of the scan."""
    beam = _section(record, "Beam")
    names = [str(beam.get("Scan", "")), "Scan", "EScan", "IScan"]
    for name in names:
        section = _section(record, name)
        width = _number(section.get("PixelWidth"))
        if width is not None:
            height = _number(section.get("PixelHeight")) or width
            found.pixel_nm, found.aspect = width * _NM, _square(width, height)
            found.calibration = f"FEI tag 34682, {name}.PixelWidth"
            break
    else:
        _fei_field(record, beam, shape, found)
    image, private = _section(record, "Image"), _section(record, "PrivateFei")
    rows = _number(image.get("ResolutionY"))
    bar = _number(private.get("DatabarHeight"))
    if rows is not None and rows < shape[0]:
        found.bar_rows = shape[0] - int(rows)
    elif bar is not None and rows is None:
        found.bar_rows = int(bar)
    voltage = _number(beam.get("HV"))
    detectors = _section(record, "Detectors")
    found.facts = plain(
        {
            "instrument": _section(record, "System").get("SystemType", "FEI"),
            "detector": detectors.get("Name", ""),
            "voltage_kV": voltage / 1e3 if voltage else "",
        }
    )


def _fei_field(
    record: Mapping[str, Any], beam: Mapping[str, Any], shape: tuple[int, int], found: Picture
) -> None:
    """Take the width of the field where no pixel size is stated (cameras, some ion beams)."""
    for name in (str(beam.get("Beam", "")), "EBeam", "IBeam"):
        field = _number(_section(record, name).get("HFW"))
        if field is not None:
            found.pixel_nm = field * _NM / shape[1]
            found.calibration = f"FEI tag 34682, {name}.HFW over {shape[1]} pixels"
            return


def _fei_old(record: Mapping[str, Any], shape: tuple[int, int], found: Picture) -> None:
    """FEI about 2000 (XL, SFEG): magnification on a screen whose height and aspect are stated.

    On three pictures of one instrument this agrees with the rules in their data bars to 0.6 %.
    """
    device, vector, bar = (_section(record, n) for n in ("ImageDevice", "Vector", "DatabarData"))
    magnification = _number(vector.get("Magnification"))
    height, ratio = _number(device.get("SizeY")), _number(device.get("RatioXY"))
    if magnification and height and ratio:
        screen = height * ratio
        found.pixel_nm = screen * 1e-3 * _NM / magnification / shape[1]
        found.calibration = f"FEI tag 34680, magnification {magnification:g}"
        found.notes.append(_SCREEN.format(screen))
    voltage = _number(bar.get("flAccV"))
    found.facts = plain({"instrument": "FEI (tag 34680)", "voltage_kV": voltage / 1e3 if voltage else ""})


def _zeiss(record: Mapping[str, Any], shape: tuple[int, int], found: Picture) -> None:
    """Zeiss SmartSEM: values with units under names such as ``ap_image_pixel_size``."""
    for name in ("ap_image_pixel_size", "ap_pixel_size"):
        size = _zeiss_nm(record.get(name))
        if size is not None:
            found.pixel_nm = size
            found.calibration = f"Zeiss tag 34118, {name.upper()}"
            break
    else:
        width = _zeiss_nm(record.get("ap_width"))
        if width is not None:
            found.pixel_nm = width / shape[1]
            found.calibration = f"Zeiss tag 34118, AP_WIDTH over {shape[1]} pixels"
    voltage = record.get("ap_actualkv", record.get("ap_manualkv"))
    found.facts = plain(
        {
            "instrument": _last(record.get("sv_instrument_id")) or _last(record.get("dp_sem")) or "Zeiss",
            "detector": _last(record.get("dp_detector_channel")) or _last(record.get("dp_detector_type")),
            "voltage_kV": _zeiss_kv(voltage),
        }
    )


def _last(entry: Any) -> str:
    if isinstance(entry, (tuple, list)) and len(entry) > 1:
        return str(entry[1]).strip()
    return ""


def _zeiss_nm(entry: Any) -> float | None:
    """Return a length of a Zeiss entry ``(name, value, unit)`` in nm."""
    if not isinstance(entry, (tuple, list)) or len(entry) < 2:
        return None
    if len(entry) > 2:
        return _length(f"{entry[1]} {entry[2]}")
    return _length(str(entry[1]))


def _zeiss_kv(entry: Any) -> float | str:
    if not isinstance(entry, (tuple, list)) or len(entry) < 2:
        return ""
    value = _number(entry[1])
    unit = str(entry[2]).lower() if len(entry) > 2 else "kv"
    return "" if value is None else value / 1e3 if unit == "v" else value


def _length(text: str) -> float | None:
    """Return a length in words in nm; None if it is none."""
    match = _LENGTH.match(text.replace("\\u00B5", "µ").replace("μ", "µ"))
    if match is None:
        return None
    unit = {"micron": "um", "microns": "um"}.get(match.group(2).lower(), match.group(2))
    try:
        size = magnitude(f"{match.group(1)} {unit}", "nm", "pixel size")
    except (InputError, AssertionError, ArithmeticError):
        return None
    return size if size > 0 else None


def _gatan(tags: Any, found: Picture) -> None:
    unit, width, height = (tags[code].value for code in _GATAN)
    size = _length(f"{width} {unit}")
    if size is not None:
        found.pixel_nm, found.aspect = size, _square(float(width), float(height))
        found.calibration = "Gatan tag 65009"


def _jeol(path: Path, found: Picture) -> None:
    """JEOL writes ``NAME.txt`` beside the picture: so many pixels are so long."""
    beside = next((p for p in (path.with_suffix(".txt"), path.with_suffix(".TXT")) if p.is_file()), None)
    if beside is None:
        return
    text = read_text(beside)
    bar = re.search(r"^\${1,2}SM_MICRON_BAR\s+([0-9.]+)", text, re.MULTILINE)
    marker = re.search(r"^\${1,2}SM_MICRON_MARKER\s+([0-9.]+\s*[A-Za-zµμ]+)", text, re.MULTILINE)
    if bar is None or marker is None:
        return
    pixels, length = _number(bar.group(1)), _length(marker.group(1))
    if pixels and length:
        found.pixel_nm = length / pixels
        found.calibration = f"JEOL text file '{beside.name}': {pixels:g} pixels are {length:g} nm"
    voltage = re.search(r"^\$CM_ACCEL_VOL[A-Z]*\s+([0-9.]+)", text, re.MULTILINE)
    instrument = re.search(r"^\$CM_INSTRUMENT\s+(\S.*)$", text, re.MULTILINE)
    found.facts = plain(
        {
            "instrument": instrument.group(1).strip() if instrument else "JEOL",
            "voltage_kV": float(voltage.group(1)) if voltage else "",
        }
    )


def _imagej(tiff: Any, tags: Any, found: Picture) -> None:
    """ImageJ: resolution in pixels per unit, the unit in the description."""
    record = tiff.imagej_metadata or {}
    description = str(tags[270].value) if 270 in tags else ""
    unit = str(record.get("unit", "")) or "".join(re.findall(r"^unit=(\S+)", description, re.MULTILINE)[:1])
    if 282 not in tags or not unit or unit.lower() in ("inch", "pixel", "pixels", "px"):
        if 282 in tags and 296 in tags and int(tags[296].value) in (2, 3) and not unit:
            found.notes.append(
                "the resolution in the file is that of paper (per inch or cm) and was not used"
            )
        return
    across, down = (_per_unit(tags[code].value) if code in tags else None for code in (282, 283))
    one = _length(f"1 {unit}")
    if across and one is not None:
        found.pixel_nm = one / across
        found.aspect = _square(1 / across, 1 / (down or across))
        found.calibration = f"ImageJ resolution, pixels per {unit}"


def _per_unit(value: Any) -> float | None:
    try:
        return _number(value[0] / value[1])
    except (TypeError, IndexError, ZeroDivisionError):
        return _number(value)
