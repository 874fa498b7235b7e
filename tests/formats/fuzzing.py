"""Files made here for every reader of spectra and isotherms, and damage done to them.

``python benchmarks/fuzz_readers.py SECONDS`` damages each file for that long and reports what happened.
"""

import importlib.util
import math
import re
import struct
import tempfile
from pathlib import Path

import numpy as np
import xarray as xr

from nanokiln.core.errors import DataError
from nanokiln.core.measurement import Measurement
from nanokiln.formats import _isotherm, aif, belsorp, read, vamas, xps_csv

HERE = Path(__file__).parent
NUMBER = re.compile(rb"[-+]?[0-9][0-9.eE+-]*")
GARBAGE = (
    b"\x00",
    b"\xff\xfe",
    b"nan",
    b"1e999",
    b"-",
    b",",
    b"\r\n",
    b"9" * 400,
    "样品".encode("gbk"),
    b"\t\t",
)


def _neighbour(name):
    """A test file beside this one: they hold the makers of files that nanokiln does not write."""
    spec = importlib.util.spec_from_file_location(f"{name}_makers", HERE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def isotherm():
    """A synthetic isotherm with both branches."""
    x = np.array([0.01, 0.1, 0.3, 0.6, 0.9, 0.98, 0.7, 0.3])
    columns = {
        "absolute": x * 101.3,
        "saturation": np.full(8, 101.3),
        "loading": np.array([1, 2, 3, 4, 6, 7, 5, 3]),
    }
    columns["pressure"] = columns["absolute"] / columns["saturation"]
    record = {"adsorbate": "N2", "temperature_K": 77.3, "mass_g": 0.1, "material": "m", "notes": []}
    return Measurement(
        "n2_sorption", _isotherm.dataset(columns, np.array([0] * 6 + [1] * 2)), "synthetic", "m", record
    )


def region():
    """A synthetic B 1s region."""
    energy = np.round(np.arange(41) * -0.1 + 195.0, 6)
    counts = np.round(1000 * np.exp(-((energy - 193) ** 2)) + 100)
    data = xr.Dataset({"counts": ("energy", counts, {"units": "counts"})})
    data = data.assign_coords(binding_energy=("energy", energy, {"units": "eV"}))
    record = {
        "photon_energy_eV": 1486.6,
        "block_id": "B 1s",
        "species": "B",
        "transition": "1s",
        "sample": "s",
    }
    return Measurement("xps", data, "synthetic", "B 1s", record)


def makers():
    """Return bytes of one good file per format, by the name of its module."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"

        def written(write, *arguments):
            write(*arguments)
            return path.read_bytes()

        found = {
            "aif": written(aif.write, isotherm(), path),
            "belsorp": written(belsorp.write, isotherm(), path),
            "vamas": written(vamas.write, path, [region(), region()]),
            "xps_csv": written(xps_csv.write, path, region()),
        }
    quantachrome = _neighbour("test_quantachrome")
    found["quantachrome"] = (quantachrome.HEAD + quantachrome.ROWS).encode("cp1252")
    found["phi_spe"] = _neighbour("test_phi_spe").spe()
    found["avantage"] = _neighbour("test_avantage").workbook()
    found["specs_xy"] = _neighbour("test_specs_xy").text().encode()
    found["isotherm_csv"] = b"pressure (p/p0),loading (mmol/g)\n" + b"".join(
        f"{x:.3f},{1 + x:.4f}\n".encode() for x in np.linspace(0.01, 0.99, 20)
    )
    found["pygaps_json"] = (
        b'{"adsorbate": "N2", "temperature": 77.3, "pressure_mode": "relative", "loading_unit": "mmol", '
        b'"material_unit": "g", "isotherm_data": [{"pressure": 0.1, "loading": 1.0}, {"pressure": 0.5, '
        b'"loading": 2.0}, {"pressure": 0.9, "loading": 3.0}]}'
    )
    return found


def every_maker():
    """Return bytes of a good file for each reader, those of the tests of single formats among them.

    Left out are Micromeritics, whose .xls nothing here writes, images, and Arbin's and Neware's databases.
    """
    found = makers()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("raman", "infrared"):
            found |= _neighbour(f"test_{name}_formats").makers(Path(folder))
        diffraction = _neighbour("test_diffraction_readers").examples(Path(folder))
        found |= {module.__name__.rpartition(".")[2]: raw for module, raw in diffraction.items()}
    for name in ("tga", "icp"):
        found |= _neighbour(f"test_{name}_formats").MADE
    found["icp_varian"] = _neighbour("test_icp_formats").varian()
    msa = _neighbour("test_msa")
    found["msa"] = msa.HEAD.format(**msa.NORMAL) + "\n".join(map(str, msa.COUNTS)) + "\n#ENDOFDATA   : \n"
    found["cycler_csv"] = _neighbour("test_cell_formats").CYCLER
    return {name: raw.encode() if isinstance(raw, str) else raw for name, raw in found.items()}


#: Numbers a text or a binary field may hold and no instrument writes.
TEXT_NUMBERS = (
    b"0",
    b"-1",
    b"1e308",
    b"-1e-320",
    b"nan",
    b"inf",
    b"2147483648",
    b"0x10",
    b"1,5",
    b"1.5.2",
    b"",
)
BINARY_NUMBERS = (
    *(struct.pack("<I", n) for n in (0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)),
    *(struct.pack("<f", x) for x in (math.nan, math.inf, 1e38, -1.0)),
    *(struct.pack("<d", x) for x in (math.nan, -math.inf, 1e300)),
)


def damaged(raw, rng):
    """Return the bytes cut, changed, doubled, filled with rubbish, or with wrong numbers and lines."""
    raw = bytearray(raw)
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        at = rng.randrange(len(raw) + 1)
        kind = rng.randrange(8)
        if kind == 0:
            del raw[at:]
        elif kind == 1 and raw:
            raw[at % len(raw)] = rng.randrange(256)
        elif kind == 2:
            raw[at:at] = rng.choice(GARBAGE)
        elif kind == 3:
            del raw[at : at + rng.randrange(1, 60)]
        elif kind == 4:
            number = NUMBER.search(raw, at)
            if number:
                raw[number.start() : number.end()] = rng.choice(TEXT_NUMBERS)
        elif kind == 5:
            number = rng.choice(BINARY_NUMBERS)
            at -= at % rng.choice((1, 4))
            raw[at : at + len(number)] = number
        elif kind == 6:
            lines = raw.split(b"\n")
            here, there = rng.randrange(len(lines)), rng.randrange(len(lines))
            lines[here], lines[there] = lines[there], lines[here]
            raw = bytearray(b"\n".join(lines))
        else:
            raw[at:at] = raw[at : at + rng.randrange(1, 200)]
        if not raw:
            break
    return bytes(raw)


def attempt(path, raw):
    """Read damaged bytes; return True where a measurement came out; only a DataError may be raised."""
    path.write_bytes(raw)
    try:
        measurements = read(path)
    except DataError as error:
        complaint = str(error)
        if "\n" in complaint:
            raise AssertionError(complaint) from error
        return False
    for measurement in measurements:
        for variable in measurement.data.variables.values():
            assert np.isfinite(np.asarray(variable.values, dtype=float)).all()
    return True
