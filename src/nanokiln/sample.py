"""Sample: recipe, firing, architecture and composition of one powder, in one NetCDF file."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .assembly import architecture
from .assembly.voxels.engine import check_cells
from .assembly.voxels.packed import MELT_STEPS, PHI_STEPS
from .body import bridging, voxel_body
from .core.errors import DataError, InputError
from .core.files import atomic_path, read_bytes
from .core.parameters import Values
from .core.provenance import Provenance
from .furnace import Firing, fire
from .furnace import shape as furnace_shape
from .furnace import zones as furnace_zones
from .furnace.parameters import INTERPARTICLE_SEEN
from .matter.constants import MASS_B, MASS_C, MASS_SI
from .recipe import Recipe, parse_recipe, recipe_text

if TYPE_CHECKING:
    import xarray as xr

#: Spheres of the particle scale for each quality.
QUALITIES = {"draft": 400, "standard": 2000, "fine": 10000}
_PARTICLES = 0.2  # of the work is the particle scale where the voxel engine runs too
_SIZED = 2000  # spheres of the size population
_SMALLEST = 0.05  # of the mean diameter: a wide normal spread must not go below zero
_GROUPS = ("state", "firing", "architecture", "pores", "zones", "sizes")
_FORMAT = "nanokiln sample 1"
#: How the fields of the voxel engine are stored: in the steps in which it keeps them; type, steps, no value.
_PACKED = {"phi": ("int16", PHI_STEPS, -32768), "melt": ("uint8", MELT_STEPS, 255)}
_CHUNK = 1 << 20  # cells of a field written as one
_INTERSTICE = 0.4  # width of a void between dense spheres over their diameter, for its class only


@dataclass(frozen=True)
class Sample:
    """A powder as it stands on the bench: everything an instrument can look at.

    Parameters
    ----------
    recipe, values, seed
        What it was made from, with which numbers.
    state
        Scalars, per gram of precursor (mmol, m2, cm3, nm), averaged over the local feed.
    firing
        Time line of the furnace over ``time`` (s).
    architecture
        Spheres and contacts of the particle scale.
    pores
        Pore classes with area, volume and width, per gram of product.
    zones
        Composition with depth, outermost zone first.
    sizes
        Diameters of a population of spheres before and after firing.
    provenance
        How to repeat it.
    voxels
        Shape of solid and melt in a small box through the stages of the firing (`nanokiln.assembly.voxels`);
        None where the voxel engine was not asked for.
    """

    recipe: Recipe
    values: Values
    seed: int
    state: xr.Dataset
    firing: xr.Dataset
    architecture: xr.Dataset
    pores: xr.Dataset
    zones: xr.Dataset
    sizes: xr.Dataset
    provenance: Provenance
    voxels: xr.Dataset | None = None

    @property
    def name(self) -> str:
        """Name of the recipe."""
        return self.recipe.name

    @property
    def stage(self) -> str:
        """``before``, ``intermediate`` or ``product``."""
        return self.recipe.stage

    def __getitem__(self, quantity: str) -> float:
        """Return one scalar of the state."""
        return float(self.state[quantity])

    def save(self, path: str | Path) -> None:
        """Write the sample to one NetCDF file (HDF5), atomically.

        Raises
        ------
        InputError
            If the folder cannot be written to.
        """
        import xarray as xr

        groups = {f"/{g}": getattr(self, g) for g in _GROUPS}
        if self.voxels is not None:
            groups["/voxels"] = self.voxels.drop_vars(_PACKED)
        tree = xr.DataTree.from_dict(groups)
        tree.attrs.update(
            format=_FORMAT, recipe=recipe_text(self.recipe), provenance=self.provenance.to_json()
        )
        with atomic_path(path) as temporary:
            tree.to_netcdf(temporary, engine="h5netcdf")
            if self.voxels is not None:
                _append_fields(self.voxels, temporary)

    @classmethod
    def load(cls, path: str | Path) -> Sample:
        """Read a sample written by `save`.

        Raises
        ------
        DataError
            If the file is not such a sample, or damaged.
        """
        import xarray as xr

        if read_bytes(path)[:8] != b"\x89HDF\r\n\x1a\n":
            raise DataError(
                f"'{path}' is not a nanokiln sample (not a NetCDF file). Make one with 'nanokiln fire'."
            )
        try:
            with xr.open_datatree(Path(path), engine="h5netcdf") as tree:
                if tree.attrs.get("format") != _FORMAT:
                    raise DataError(f"'{path}' is a NetCDF file but not a nanokiln sample.")
                groups = {g: tree[g].to_dataset().load() for g in _GROUPS}
                voxels = _load_voxels(tree["voxels"].to_dataset()) if "voxels" in tree else None
                provenance = Provenance.from_json(tree.attrs["provenance"])
                recipe = parse_recipe(tree.attrs["recipe"])
        except (OSError, KeyError, ValueError, RuntimeError, TypeError) as error:
            if isinstance(error, DataError):
                raise
            raise DataError(
                f"'{path}' is damaged or truncated ({error}). Make it again with 'nanokiln fire'."
            ) from error
        values = Values(provenance.overrides)
        return cls(recipe, values, provenance.seed, provenance=provenance, voxels=voxels, **groups)


def _append_fields(voxels: xr.Dataset, path: str | Path) -> None:
    """Add the fields of a voxel run to a file that holds the rest of it, one stage at a time."""
    import h5netcdf

    with h5netcdf.File(path, "a") as file:
        group = file["voxels"]
        for name, (kind, steps, nothing) in _PACKED.items():
            field = voxels[name]
            for axis, size in field.sizes.items():
                if axis not in group.dimensions:
                    group.dimensions[axis] = size
            planes = max(1, _CHUNK // int(np.prod(field.shape[2:])))
            held = group.create_variable(
                name,
                field.dims,
                kind,
                fillvalue=nothing,
                chunks=(1, min(planes, field.shape[1]), *field.shape[2:]),
                compression="gzip",
                compression_opts=4,
                shuffle=True,
            )
            held.attrs.update({**field.attrs, "scale_factor": 1 / steps})
            for n in range(len(field)):
                held[n] = np.round(field.values[n].astype(np.float32) * steps).astype(kind)


def _load_voxels(stored: xr.Dataset) -> xr.Dataset:
    """Return a voxel run read from a file, its fields one stage at a time and in half precision."""
    fields = {}
    for name in _PACKED:
        field = stored[name]
        values = np.empty(field.shape, np.float16)
        for n in range(len(field)):
            values[n] = field[n].values
        fields[name] = (field.dims, values, field.attrs)
    return stored.drop_vars(_PACKED).load().assign(fields)


def make_sample(
    recipe: Recipe,
    values: Values | None = None,
    *,
    seed: int = 0,
    quality: str = "draft",
    spheres: int | None = None,
    wall_area: float | None = None,
    voxels: int = 0,
    cooling: str = "unmixing",
    progress: Callable[[float], None] | None = None,
    checkpoint: Path | None = None,
) -> Sample:
    """Take a recipe through the furnace and the particle scale.

    Parameters
    ----------
    recipe, values
        What to make, with which numbers.
    seed
        Seed of everything random.
    quality, spheres
        Preset (``draft``, ``standard``, ``fine``) or number of spheres of the particle scale.
    wall_area
        Accessible wall in m2/g for precursors without a measured one.
    voxels
        Cells along an edge of the voxel box, for necks and skin in three dimensions (64 takes seconds, 128
        most of a minute); 0 leaves the voxel engine out.
    cooling
        What the voxel engine does below the plateau: ``unmixing`` or ``nucleation``.
    progress
        Called with the finished share of the work.
    checkpoint
        File the voxel engine writes its state to, and continues from.

    Raises
    ------
    InputError
        For an unknown quality, a negative seed or an unusable number of voxels.
    """
    values = values or Values()
    if quality not in QUALITIES:
        raise InputError(f"quality '{quality}' is unknown. Allowed: {', '.join(QUALITIES)}.")
    if seed < 0:
        raise InputError(f"seed {seed} is negative. Give a whole number from 0 on.")
    count = spheres or QUALITIES[quality]
    if voxels:
        check_cells(voxels)
    firing = fire(recipe, values, wall_area)
    form = furnace_shape.shape(firing.setup, firing.product)
    built = architecture(
        count, recipe.precursor.diameter_nm, recipe.precursor.diameter_sd_nm, bridging(firing, form), seed,
        values=values, progress=_part(progress, 0.0, _PARTICLES if voxels else 1.0),
    )  # fmt: skip
    body = None
    if voxels:
        tell = _part(progress, _PARTICLES, 1.0)
        body = voxel_body(
            firing, form, cells=voxels, seed=seed, cooling=cooling, tell=tell, checkpoint=checkpoint
        )
    zones = depth_zones(firing, form)
    inputs: dict[str, object] = {
        "recipe": recipe_text(recipe), "quality": quality, "spheres": count, "wall_area": wall_area
    }  # fmt: skip
    if voxels:
        inputs |= {"voxels": voxels, "cooling": cooling}
    return Sample(
        recipe, values, seed,
        scalars(firing, form, zones), firing.timeline.assign_attrs(_stage_attrs(firing)), built,
        _pores(firing, form, zones, built), zones, _sizes(firing, form, seed),
        Provenance("fire", inputs, seed, values.overrides), body,
    )  # fmt: skip


def _part(tell: Callable[[float], None] | None, begin: float, end: float) -> Callable[[float], None] | None:
    """Return what reports the progress of a part of the work."""
    return None if tell is None else lambda share: tell(begin + (end - begin) * share)


def _stage_attrs(firing: Firing) -> dict[str, str]:
    return {"stages": json.dumps(firing.stages)}


def depth_zones(firing: Firing, form: furnace_shape.Shape) -> xr.Dataset:
    """Return the composition with depth, before or after firing, as the recipe says."""
    s = firing.setup
    if not s.recipe.programme.fired:
        from .furnace.parameters import COAT_COVERAGE

        covered = s.values[COAT_COVERAGE] if s.feed > 0 else 1.0
        return furnace_zones.dataset(s, furnace_zones.dried_zones(s), covered)
    zones = furnace_zones.product_zones(s, firing.product, form)
    if s.recipe.oxide_etch:
        zones = [furnace_zones.without_oxide(z, s) for z in zones]
    return furnace_zones.dataset(s, zones)


def scalars(firing: Firing, form: furnace_shape.Shape, zones: xr.Dataset) -> xr.Dataset:
    """Return the scalars of the product, averaged over the local feed, per gram of precursor."""
    import xarray as xr

    s, w = firing.setup, firing.setup.weights
    v, g = s.values, s.geometry
    scalars: dict[str, tuple[float, str]] = {
        name: (value, "nm" if name.endswith("_nm") else "mmol/g")
        for name, value in firing.product.mean(s).items()
    }
    for share in ("inside", "outside", "sealed", "leached"):
        scalars[share] = (scalars[share][0], "1")
    scalars["volume_out"] = (scalars["volume_out"][0], "cm^3/g")
    scalars["pore_left"] = (scalars["pore_left"][0], "cm^3/g")
    fired = s.recipe.programme.fired
    mass = furnace_zones.powder_mass(zones)
    m = {name: value for name, (value, _) in scalars.items()}
    boron_kept = m["fed"] - m["vapour"] - (m["washed"] if fired and s.recipe.wash_cycles else 0.0)
    silicon = g.silicon - (m["silica_washed"] if fired and s.recipe.wash_cycles else 0.0)
    if s.recipe.oxide_etch:
        boron_kept, silicon = m["edge_wall"] + m["edge_freed"] + m["plane"], 0.0
    carbon = g.carbon - m["co"]
    silicon_mass = silicon * v[MASS_SI]
    scalars |= {
        "product_mass": (mass, "g/g"),
        "retained_boron": (boron_kept / (m["fed"] - m["vapour"]) if m["fed"] > 0 else 0.0, "1"),
        "boron": (boron_kept, "mmol/g"),
        "silicon": (silicon, "mmol/g"),
        "carbon": (carbon, "mmol/g"),
        "boron_to_silicon": (boron_kept * v[MASS_B] / silicon_mass if silicon_mass > 0 else 0.0, "g/g"),
        "carbon_mass_share": (carbon * v[MASS_C] / 1000 / mass, "1"),
        "boron_per_carbon": (
            (m["edge_wall"] + m["edge_freed"] + m["plane"]) / carbon if carbon > 0 else 0.0, "1",
        ),
        "plane_per_carbon": (m["plane"] / carbon if carbon > 0 else 0.0, "1"),
        "neck_ratio": (float(form.neck_ratio @ w), "1"),
        "film_nm": (float(form.film_nm @ w), "nm"),
        "diameter_before_nm": (furnace_shape.coated_diameter(s), "nm"),
        "diameter_after_nm": (float(form.diameter_nm @ w), "nm"),
        "area_per_precursor": (float(form.total_area @ w), "m^2/g"),
        "outer_area": (g.outer_area, "m^2/g"),
        "wall_area": (g.wall_area, "m^2/g"),
        "carbon_in_neck": (float(furnace_shape.carbon_in_neck(s, firing.product) @ w), "1"),
        "spheres": (g.spheres, "1/g"),
        "insoluble_share": (float(form.insoluble_share @ w), "1"),
    }  # fmt: skip
    return xr.Dataset({name: ((), value, {"units": unit}) for name, (value, unit) in scalars.items()})


def _pores(firing: Firing, form: furnace_shape.Shape, zones: xr.Dataset, built: xr.Dataset) -> xr.Dataset:
    """Pore classes per gram of product."""
    import xarray as xr

    s, w = firing.setup, firing.setup.weights
    g = s.geometry
    fired = s.recipe.programme.fired
    mass = furnace_zones.powder_mass(zones) if fired else 1.0
    areas = (form.pore_areas @ w) / mass
    volumes = (form.pore_volumes @ w) / mass
    widths = np.where(
        areas > 0,
        (form.pore_widths * form.pore_areas) @ w / np.maximum(areas * mass, 1e-300),
        g.pore_width_nm,
    )
    packing = float(built.attrs["packing_fraction"])
    sphere = g.skeletal_volume + g.pore_volume
    residue = float(firing.product.residue_nm @ w) * g.outer_area / 1000
    gaps = max(0.0, sphere * (1 - packing) / packing - residue) / mass
    outer = float(form.outer_area @ w) / mass
    if s.recipe.oxide_etch:  # what the oxide leaves behind is not modelled
        areas, volumes, outer = np.full(3, np.nan), np.full(3, np.nan), np.nan
    return xr.Dataset(
        {
            "area_m2_g": ("pore", [*areas, 0.0], {"units": "m^2/g"}),
            "volume_cm3_g": ("pore", [*volumes, gaps * s.values[INTERPARTICLE_SEEN]], {"units": "cm^3/g"}),
            "width_nm": ("pore", [*widths, _INTERSTICE * 2 * g.radius_nm], {"units": "nm"}),
            "external_area_m2_g": ((), outer, {"units": "m^2/g"}),
            "total_area_m2_g": ((), outer + float(areas.sum()), {"units": "m^2/g"}),
        },
        coords={"pore": ["mesopore", "leached", "opened", "interparticle"]},
    )


def _sizes(firing: Firing, form: furnace_shape.Shape, seed: int) -> xr.Dataset:
    """Diameters of a population of spheres before and after firing."""
    import xarray as xr

    s = firing.setup
    precursor = s.recipe.precursor
    rng = np.random.default_rng([seed, _SIZED])
    core = precursor.diameter_nm + precursor.diameter_sd_nm * rng.standard_normal(_SIZED)
    core = np.maximum(core, _SMALLEST * precursor.diameter_nm)
    before = core + furnace_shape.coated_diameter(s) - precursor.diameter_nm
    fired = s.recipe.programme.fired
    after = core + float(form.diameter_nm @ s.weights) - precursor.diameter_nm if fired else before
    return xr.Dataset(
        {
            "before_nm": ("particle", before, {"units": "nm"}),
            "after_nm": ("particle", after, {"units": "nm"}),
        }
    )
