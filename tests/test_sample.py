"""A sample: same seed same powder, the file gives it back whole, its parts agree with each other."""

from functools import cache

import numpy as np
import pytest
import xarray as xr

from nanokiln.core.errors import DataError, InputError
from nanokiln.matter.constants import MASS_B, MASS_C, MASS_SI
from nanokiln.recipe import load_recipe
from nanokiln.sample import Sample, make_sample

NAMES = ("B-SiOC-2", "SiOC", "carbon", "silica", "B-SiOC-2-before", "B-SiOC-2-etched")
GROUPS = ("state", "firing", "architecture", "pores", "zones", "sizes")
SPHERES = 64  # enough for what is tested here; the particle scale has tests of its own
ELEMENTS = {"B": ("boron", MASS_B), "C": ("carbon", MASS_C), "Si": ("silicon", MASS_SI)}


@cache
def made(name, seed=3):
    return make_sample(load_recipe(name), seed=seed, quality="draft", spheres=SPHERES)


@pytest.fixture(params=NAMES)
def sample(request):
    return made(request.param)


def test_file_gives_the_sample_back(sample, tmp_path):
    sample.save(tmp_path / "a.nc")
    back = Sample.load(tmp_path / "a.nc")
    assert back.recipe == sample.recipe
    assert (back.name, back.stage, back.seed) == (sample.name, sample.stage, sample.seed)
    assert back.values.overrides == sample.values.overrides
    assert back.provenance == sample.provenance
    for group in GROUPS:
        xr.testing.assert_identical(getattr(back, group), getattr(sample, group))


def test_overrides_survive_the_file(tmp_path):
    sample = make_sample(
        load_recipe("SiOC"), values=made("SiOC").values.replace({"M8": 4e-12}), spheres=SPHERES
    )
    sample.save(tmp_path / "a.nc")
    assert Sample.load(tmp_path / "a.nc").values["M8"] == 4e-12


def test_same_seed_same_powder_other_seed_another():
    first, again, other = made("B-SiOC-2"), made.__wrapped__("B-SiOC-2"), made("B-SiOC-2", seed=4)
    for group in GROUPS:
        xr.testing.assert_identical(getattr(first, group), getattr(again, group))
    assert not np.array_equal(first.sizes["before_nm"], other.sizes["before_nm"])
    assert not np.array_equal(first.architecture["position_nm"], other.architecture["position_nm"])
    for group in ("state", "firing", "zones"):  # the furnace knows no chance
        left, right = getattr(first, group), getattr(other, group)
        xr.testing.assert_equal(left, right)


def test_a_failed_save_leaves_the_old_file(tmp_path, monkeypatch):
    target = tmp_path / "a.nc"
    made("SiOC").save(target)
    before = target.read_bytes()

    def broken(self, path, **_):
        path.write_bytes(b"half")
        raise RuntimeError("disk trouble")

    monkeypatch.setattr(xr.DataTree, "to_netcdf", broken)
    with pytest.raises(RuntimeError, match="disk trouble"):
        made("B-SiOC-2").save(target)
    assert target.read_bytes() == before
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("keep", [0.02, 0.3, 0.7, 0.98])
def test_truncated_file_is_refused(tmp_path, keep):
    whole = tmp_path / "a.nc"
    made("SiOC").save(whole)
    raw = whole.read_bytes()
    whole.write_bytes(raw[: int(keep * len(raw))])
    with pytest.raises(DataError, match="damaged or truncated"):
        Sample.load(whole)


def test_other_files_are_refused(tmp_path):
    text, other = tmp_path / "a.txt", tmp_path / "b.nc"
    text.write_text("no sample")
    xr.Dataset({"x": ("t", [1.0])}).to_netcdf(other, engine="h5netcdf")
    for path, said in (
        (text, "not a NetCDF file"),
        (other, "not a nanokiln sample"),
        (tmp_path / "c", "does not exist"),
    ):
        with pytest.raises(DataError, match=said):
            Sample.load(path)
    with pytest.raises(DataError):
        Sample.load(tmp_path)


@pytest.mark.parametrize("group", ["zones", "sizes"])
def test_a_file_without_a_group_is_refused(tmp_path, group):
    path = tmp_path / "a.nc"
    made("SiOC").save(path)
    with xr.open_datatree(path, engine="h5netcdf") as tree:
        tree = tree.load()
    tree.drop_nodes(group).to_netcdf(path, engine="h5netcdf")
    with pytest.raises(DataError, match="damaged or truncated"):
        Sample.load(path)


def test_zones_add_up(sample):
    zones = sample.zones
    filled = zones["mass_mg_g"].values > 0
    total = zones["mass_fraction"].sum("element").values[filled]
    np.testing.assert_allclose(total, 1.0, rtol=1e-12)
    by_species = zones["boron_mass_fraction"].sum("species").values
    np.testing.assert_allclose(
        by_species, zones["mass_fraction"].sel(element="B").values, rtol=1e-12, atol=1e-15
    )
    assert (zones["boron_mass_fraction"].values >= 0).all()
    assert (zones["mass_fraction"].values >= 0).all()
    assert zones["thickness_nm"].values[-1] == np.inf
    assert (zones["thickness_nm"].values >= 0).all()


@pytest.mark.parametrize("element", ELEMENTS)
def test_zones_hold_the_inventory_of_the_state(sample, element):
    name, mass = ELEMENTS[element]
    zones = sample.zones
    found = float((zones["mass_mg_g"] * zones["mass_fraction"].sel(element=element)).sum())
    assert found == pytest.approx(sample[name] * sample.values[mass], rel=1e-9, abs=1e-9)


def test_zones_hold_the_mass_of_the_product(sample):
    total = float((sample.zones["mass_mg_g"] + sample.zones["hydrogen_mg_g"]).sum()) / 1000
    assert total == pytest.approx(sample["product_mass"], rel=1e-9)
    if sample.stage == "before":
        assert total == pytest.approx(1 + sample.recipe.additive_ratio, rel=2e-3)


def test_pores_are_sound(sample):
    pores = sample.pores
    if sample.recipe.oxide_etch:  # not modelled
        assert np.isnan(pores["total_area_m2_g"])
        return
    for name in ("area_m2_g", "volume_cm3_g"):
        assert (pores[name].values >= 0).all()
    assert (pores["width_nm"].values > 0).all()
    fused = sample.name == "silica"
    assert (float(pores["external_area_m2_g"]) > 0) != fused
    total = float(pores["external_area_m2_g"] + pores["area_m2_g"].sum())
    assert float(pores["total_area_m2_g"]) == pytest.approx(total, rel=1e-12)


def test_area_is_per_gram_of_product_and_the_state_per_gram_of_precursor():
    sample = made("B-SiOC-2")
    area = float(sample.pores["total_area_m2_g"])
    assert area * sample["product_mass"] == pytest.approx(sample["area_per_precursor"], rel=1e-9)
    assert sample["product_mass"] > 1.02
    assert made("SiOC")["area_per_precursor"] == pytest.approx(81.58, rel=1e-9)


def test_sizes_have_the_diameters_of_the_state(sample):
    sizes, deviation = sample.sizes, sample.recipe.precursor.diameter_sd_nm
    for name, key in (("before_nm", "diameter_before_nm"), ("after_nm", "diameter_after_nm")):
        if name == "after_nm" and sample.stage == "before":
            key = "diameter_before_nm"
        values = sizes[name].values
        assert abs(values.mean() - sample[key]) < 4 * deviation / np.sqrt(values.size)
        assert values.std() == pytest.approx(deviation, rel=0.1)
    if sample.stage != "before":
        gap = sizes["after_nm"].values - sizes["before_nm"].values
        expected = sample["diameter_after_nm"] - sample["diameter_before_nm"]
        np.testing.assert_allclose(gap, expected, atol=1e-9)


def test_etched_sample_has_lost_its_oxide_and_kept_its_carbon():
    etched, product = made("B-SiOC-2-etched"), made("B-SiOC-2")
    silicon = etched.zones["mass_fraction"].sel(element="Si")
    np.testing.assert_array_equal(silicon.values, 0.0)
    np.testing.assert_array_equal(etched.zones["boron_mass_fraction"].sel(species="BO3").values, 0.0)
    assert etched["silicon"] == 0.0
    assert etched["carbon"] == product["carbon"] > 20
    assert 0 < etched["boron"] < product["boron"]
    assert etched["product_mass"] < 0.5 * product["product_mass"]


def test_before_firing_there_is_only_boric_acid():
    zones = made("B-SiOC-2-before").zones
    species = zones["boron_mass_fraction"].sum("zone")
    assert float(species.sel(species="B-OH")) == pytest.approx(float(species.sum()))
    coat = float(zones["mass_fraction"].sel(zone="film", element="B"))
    assert coat == pytest.approx(0.184, abs=0.001)  # boron in H3BO3, hydrogen neglected


def test_unwashed_product_keeps_its_soluble_boron():
    recipe = load_recipe("B-SiOC-2")
    washed = made("B-SiOC-2")
    kept = make_sample(recipe.model_copy(update={"wash_cycles": 0}), seed=3, spheres=SPHERES)
    assert kept["boron"] - washed["boron"] == pytest.approx(washed["washed"], rel=1e-9)
    assert kept["retained_boron"] == pytest.approx(1.0)
    assert washed["retained_boron"] < 0.9


@pytest.mark.parametrize(
    ("options", "said"),
    [({"quality": "best"}, "quality 'best' is unknown"), ({"seed": -1}, "seed -1 is negative")],
)
def test_bad_options_are_refused(options, said):
    with pytest.raises(InputError, match=said):
        make_sample(load_recipe("SiOC"), **options)
