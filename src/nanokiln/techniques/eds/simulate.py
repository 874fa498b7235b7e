"""The virtual X-ray spectrometer: a line across a neck, a map of a clump, their spectra."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...core.errors import InputError, unknown_name
from ...core.measurement import Measurement
from ...core.parameters import Values
from ..sem.virtual.settings import length
from . import parameters as p
from .absorption import seen_thickness
from .atomic import atomic_weight, main_energy
from .scene import ELEMENTS, Scene, build
from .spectrum import Instrument, bremsstrahlung, responses, stopping_weight

if TYPE_CHECKING:
    from ...sample import Sample

Array = NDArray[np.float64]

KINDS = ("line", "map")
SPHERES = 7  # of the clump in a map: a sphere with its nearest neighbours
POINTS = 80  # of a line scan
PIXELS = 64  # along an edge of a map
CHANNEL_EV = 10.0  # usual width of a channel
CHANNELS = 320  # up to 3.2 keV: silicon and what is below
_LARGEST_CUBE = 64_000_000  # counts held at once; larger maps are recorded in windows of the lines only
_LARGEST_MAP = 4096  # pixels along an edge
_CHANNELS = (200, 4096)  # fewest, so that silicon is reached at 10 eV, and most
_DIGITS = 6  # of places, so that a file holds them exactly
_SHORT_DIGITS = 4  # of the truth, nm
_PERPENDICULAR = 90.0  # degrees: the detector stands beyond y, lines run along x
_WINDOW = 1.2  # full widths of a line that its window takes, as usual for maps
_TRUTH = "truth"
_FIELDS = (10.0, 5000.0)  # nm, smallest and largest
_DEFAULTS: dict[str, Any] = {
    "kinds": KINDS, "beam_energy_keV": None, "current_nA": None, "line_dwell_s": None, "map_dwell_s": None,
    "solid_angle_sr": None, "elevation_deg": None, "resolution_eV": None, "window": "none",
    "probe_nm": None, "points": POINTS, "pixels": PIXELS, "spheres": SPHERES, "field_nm": None,
    "channel_eV": CHANNEL_EV, "channels": CHANNELS, "background": True,
}  # fmt: skip
_RECORDS = {
    "beam_energy_keV": p.BEAM_ENERGY, "current_nA": p.CURRENT, "line_dwell_s": p.LINE_DWELL,
    "map_dwell_s": p.MAP_DWELL, "solid_angle_sr": p.SOLID_ANGLE, "elevation_deg": p.ELEVATION,
    "resolution_eV": p.RESOLUTION, "probe_nm": p.PROBE,
}  # fmt: skip


def simulate(sample: Sample, seed: int, settings: Mapping[str, Any] | None = None) -> list[Measurement]:
    """Record a line scan across the best neck and a map of a clump, in transmission.

    Parameters
    ----------
    sample
        Sample with `voxels`.
    seed
        Seed of the counting noise.
    settings
        ``kinds`` (``line``, ``map``), ``beam_energy_keV``, ``current_nA``, ``line_dwell_s`` (per point) and
        ``map_dwell_s`` (per pixel), ``solid_angle_sr``, ``elevation_deg``, ``resolution_eV`` (at Mn K-alpha),
        ``window`` (``none``, ``polymer``), ``probe_nm``, ``points``, ``pixels``, ``spheres``, ``field_nm``,
        ``channel_eV``, ``channels``, ``background``.

    Returns
    -------
    list of Measurement
        Counts (Poisson) over energy; maps too large for a cube carry ``window_counts`` and one sum spectrum.

    Raises
    ------
    InputError
        For an unknown setting, an impossible value, or a sample without voxels.

    Limits
    ------
    Thin samples: no energy loss and no spreading beyond `probe_nm`, no fluorescence by X-rays, no grid or
    stage lines, no charge loss, escape or sum peaks, no drift. Only B, C, O and Si. Nothing is resolved below
    a voxel.
    """
    chosen = _settings(settings or {}, sample.values)
    found = []
    for number, kind in enumerate(chosen["kinds"]):
        generator = np.random.default_rng([seed, number])
        scene = build(sample, 2 if kind == "line" else int(chosen["spheres"]))
        view = _View(scene, chosen, sample.values)
        record = _line if kind == "line" else _map
        found.append(record(view, generator, sample.name))
    return found


def _settings(settings: Mapping[str, Any], values: Values) -> dict[str, Any]:
    settings = dict(settings)
    if "field" in settings:  # as the other microscopes name it
        settings["field_nm"] = length(settings.pop("field"), "field", *_FIELDS)
    for key in settings:
        if key not in _DEFAULTS:
            raise unknown_name("EDS setting", str(key), _DEFAULTS)
    chosen = _DEFAULTS | dict(settings)
    if isinstance(chosen["kinds"], str):
        chosen["kinds"] = [part.strip() for part in chosen["kinds"].split(",")]
    for kind in chosen["kinds"]:
        if kind not in KINDS:
            raise unknown_name("EDS kind", str(kind), KINDS)
    for key, record in _RECORDS.items():
        chosen[key] = values[record] if chosen[key] is None else float(chosen[key])
        if not chosen[key] > 0 and key != "probe_nm":
            raise InputError(
                f"EDS setting {key} = {chosen[key]}: must be positive, such as {record.value:g}."
            )
    if not p.THIN_ABOVE.value <= chosen["beam_energy_keV"]:
        raise InputError(
            f"EDS setting beam_energy_keV = {chosen['beam_energy_keV']:g}: the virtual instrument works in "
            f"transmission, from {p.THIN_ABOVE.value:g} keV on."
        )
    for key, least, most in (
        ("points", 2, _LARGEST_MAP),
        ("pixels", 2, _LARGEST_MAP),
        ("channels", *_CHANNELS),
    ):
        if not least <= int(chosen[key]) <= most:
            raise InputError(f"EDS setting {key} = {chosen[key]}: must be {least} to {most}.")
    if not 0 < chosen["elevation_deg"] < _PERPENDICULAR:
        raise InputError(f"EDS setting elevation_deg = {chosen['elevation_deg']:g}: must be within 0 and 90.")
    return chosen


@dataclass
class _View:
    """A scene with the microscope that looks at it."""

    scene: Scene
    chosen: Mapping[str, Any]
    values: Values

    def __post_init__(self) -> None:
        c = self.chosen
        self.instrument = Instrument(
            c["beam_energy_keV"], c["window"], c["resolution_eV"], c["solid_angle_sr"], c["elevation_deg"],
            float(c["channel_eV"]), int(c["channels"]),
        )  # fmt: skip
        self.mass = self.scene.mass_thickness()
        seen, way_out = seen_thickness(self.scene, np.radians(c["elevation_deg"]))
        self.seen = np.stack([seen[e] for e in ELEMENTS])
        total = {e: float(self.mass[e].sum()) for e in ELEMENTS}
        fractions = {e: m / sum(total.values()) for e, m in total.items()}
        slowing = sum(self.mass[e] * stopping_weight(e) for e in ELEMENTS)
        self.parts = np.concatenate([self.seen, np.asarray(slowing)[None]])
        rows = responses(ELEMENTS, self.instrument, self.values)
        tail = bremsstrahlung(self.instrument, self.values, fractions, way_out)
        self.rows = np.concatenate([rows, tail[None] * float(bool(c["background"]))])

    def blurred(self, field: Array) -> Array:
        """Return a picture on the grid of the scene as the probe sees it."""
        from scipy.ndimage import gaussian_filter

        sigma = self.chosen["probe_nm"] / self.scene.voxel_nm
        return np.asarray(gaussian_filter(field, sigma, mode="constant"))

    def at(self, fields: Array, x_nm: Array, y_nm: Array) -> Array:
        """Return blurred pictures at places of the beam, shape (picture, place...)."""
        from scipy.ndimage import map_coordinates

        places = np.stack(np.broadcast_arrays(x_nm, y_nm)) / self.scene.voxel_nm
        return np.stack([map_coordinates(self.blurred(f), places, order=1, mode="constant") for f in fields])

    def electrons(self, dwell: float) -> float:
        """Return electrons in a dwell time."""
        return float(self.chosen["current_nA"] * dwell * self.values[p.ELECTRONS_PER_NANOCOULOMB])

    def about(self, kind: str, dwell: float, places: int) -> dict[str, Any]:
        """Return the settings that travel with the measurement; nothing of the truth is among them."""
        same = ("beam_energy_keV", "current_nA", "solid_angle_sr", "elevation_deg", "resolution_eV", "window")
        azimuth = {"azimuth_deg": _PERPENDICULAR}
        return {
            "instrument": "TEM", "microscope": "nanokiln virtual microscope", "kind": kind, "dwell_s": dwell,
            "live_time_s": dwell * places, "elements": list(ELEMENTS), **azimuth,
            **{k: self.chosen[k] for k in same},
        }  # fmt: skip


def _line(view: _View, generator: np.random.Generator, name: str) -> Measurement:
    """Scan along x through the middle of both spheres."""
    import xarray as xr

    scene, points = view.scene, int(view.chosen["points"])
    x = np.linspace(0.0, (scene.shape[0] - 1) * scene.voxel_nm, points)
    y = np.full_like(x, scene.centres_nm[:, 1].mean())
    dose = view.electrons(view.chosen["line_dwell_s"])
    expected = dose * np.einsum("kp,kc->pc", view.at(view.parts, x, y), view.rows)
    counts = generator.poisson(expected).astype(np.uint32)
    data = xr.Dataset(
        {"counts": (("position", "channel"), counts, {"units": "counts"})},
        coords={
            "position_nm": ("position", np.round(x, _DIGITS), {"units": "nm"}),
            "energy": ("channel", view.instrument.energy, {"units": "eV"}),
        },
        attrs={_TRUTH: json.dumps(_truth(view, x, y))},
    )
    about = view.about("line", view.chosen["line_dwell_s"], points)
    return Measurement("eds", data, "synthetic", f"{name} line across a neck", about)


def _map(view: _View, generator: np.random.Generator, name: str) -> Measurement:
    """Map the clump; as a cube where that is not too large, else in windows."""
    import xarray as xr

    scene, pixels = view.scene, int(view.chosen["pixels"])
    size = np.array(scene.shape[:2]) * scene.voxel_nm
    field = float(view.chosen["field_nm"] or size.max())
    axis = (np.arange(pixels) + 0.5) * field / pixels - field / 2
    x, y = np.meshgrid(axis + (size[0] - scene.voxel_nm) / 2, axis + (size[1] - scene.voxel_nm) / 2)
    dose = view.electrons(view.chosen["map_dwell_s"])
    weights = dose * view.at(view.parts, x, y)
    coords: dict[str, Any] = {
        "y_nm": ("y", np.round(axis - axis[0], _DIGITS), {"units": "nm"}),
        "x_nm": ("x", np.round(axis - axis[0], _DIGITS), {"units": "nm"}),
        "energy": ("channel", view.instrument.energy, {"units": "eV"}),
    }
    attrs = {_TRUTH: json.dumps(_truth(view, None, None))}
    if pixels**2 * view.instrument.channels <= _LARGEST_CUBE:
        variables: dict[str, Any] = {"counts": (("y", "x", "channel"), _cube(weights, view.rows, generator))}
    else:
        variables = _windows(weights, view, generator, coords)
    data = xr.Dataset(variables, coords=coords, attrs=attrs)
    for variable in data.data_vars.values():
        variable.attrs["units"] = "counts"
    about = view.about("map", view.chosen["map_dwell_s"], pixels**2)
    return Measurement("eds", data, "synthetic", f"{name} map", about)


def _cube(weights: Array, rows: Array, generator: np.random.Generator) -> NDArray[np.uint16]:
    """Draw a cube plane by plane, so that the expectation is never held as a whole."""
    planes = []
    for j in range(weights.shape[1]):
        expected = np.einsum("kx,kc->xc", weights[:, j], rows)
        planes.append(generator.poisson(expected).astype(np.uint16))
    return np.stack(planes)


def _windows(
    weights: Array, view: _View, generator: np.random.Generator, coords: dict[str, Any]
) -> dict[str, Any]:
    """Draw maps of the windows of the lines and one sum spectrum that holds the same counts.

    Given its total, a window's counts are spread over its channels by their expectation, which is how Poisson
    counts divide; channels outside the windows are drawn as sums.
    """
    energy, rows = view.instrument.energy, view.rows
    total = weights.reshape(len(weights), -1).sum(axis=1) @ rows
    spectrum = generator.poisson(total).astype(np.int64)
    maps, low, high = [], [], []
    width = view.instrument.width(view.values)
    for element in ELEMENTS:
        centre = main_energy(element)
        inside = np.abs(energy - centre) <= _WINDOW * float(width.fwhm(centre)) / 2
        expected = np.einsum("kyx,k->yx", weights, rows[:, inside].sum(axis=1))
        counts = generator.poisson(expected).astype(np.uint16)
        chance = total[inside] / total[inside].sum()
        spectrum[inside] = generator.multinomial(int(counts.sum(dtype=np.int64)), chance)
        maps.append(counts)
        low.append(energy[inside][0])
        high.append(energy[inside][-1])
    coords["window"] = ("window", list(ELEMENTS))
    coords["window_low"] = ("window", np.array(low), {"units": "eV"})
    coords["window_high"] = ("window", np.array(high), {"units": "eV"})
    return {"window_counts": (("window", "y", "x"), np.stack(maps)), "counts": ("channel", spectrum)}


def _truth(view: _View, x: Array | None, y: Array | None) -> dict[str, Any]:
    """Return what is really there: composition of what was scanned, and along a line."""
    mass = np.stack([view.mass[e] for e in ELEMENTS])
    scanned = mass.reshape(len(mass), -1).sum(axis=1)
    record: dict[str, Any] = {}
    if x is not None and y is not None:
        along = view.at(mass, x, y)
        scanned = along.sum(axis=1)
        record["position_nm"] = [round(float(v), _SHORT_DIGITS) for v in x]
        record["mass_thickness_ug_cm2"] = {
            e: [round(float(v) * _UG_PER_G, _DIGITS) for v in row]
            for e, row in zip(ELEMENTS, along, strict=True)
        }
    moles = scanned / np.array([atomic_weight(e) for e in ELEMENTS])
    thickest = mass.sum(axis=0).max()
    absorbed = 1 - view.seen.reshape(len(mass), -1).sum(axis=1) / np.maximum(
        mass.reshape(len(mass), -1).sum(axis=1), np.finfo(float).tiny
    )
    return record | {
        "atomic_fraction": dict(zip(ELEMENTS, (moles / moles.sum()).tolist(), strict=True)),
        "weight_fraction": dict(zip(ELEMENTS, (scanned / scanned.sum()).tolist(), strict=True)),
        "absorbed_share": dict(zip(ELEMENTS, absorbed.tolist(), strict=True)),
        "thickest_ug_cm2": float(thickest) * _UG_PER_G,
        "centres_nm": np.round(view.scene.centres_nm, _SHORT_DIGITS).tolist(),
        "radii_nm": np.round(view.scene.radii_nm, _SHORT_DIGITS).tolist(),
    }


_UG_PER_G = 1e6
