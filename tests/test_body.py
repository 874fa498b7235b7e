"""From a firing to the voxel engine: what is handed over, and what each voxel is made of."""

import numpy as np
import pytest

from nanokiln.assembly.voxels.composition import element_field, nanopores, zone_shares
from nanokiln.assembly.voxels.fields import profile
from nanokiln.body import history, voxel_body
from nanokiln.core.errors import InputError
from nanokiln.furnace import fire
from nanokiln.furnace.shape import shape
from nanokiln.recipe import load_recipe
from nanokiln.sample import Sample, make_sample

CELLS = 64


@pytest.fixture(scope="module")
def sample():
    return make_sample(load_recipe("B-SiOC-2"), spheres=30, voxels=CELLS)


@pytest.fixture(scope="module")
def shares(sample):
    return zone_shares(sample.voxels, sample.zones)


def given(name):
    firing = fire(load_recipe(name))
    return history(firing, shape(firing.setup, firing.product))


def test_history_follows_the_furnace():
    h = given("B-SiOC-2")
    names = [name for name, _ in h.marks]
    assert names == ["500 degC", "arrival", "1 h", "hold"]
    assert h.at("temperature_K", dict(h.marks)["arrival"]) == pytest.approx(1173.15, abs=0.6)
    assert h.hold_end_s - dict(h.marks)["arrival"] == pytest.approx(4 * 3600, rel=0.01)
    assert 0 < h.residue_nm3 < h.melt_nm3.max()
    assert np.all(np.diff(h.mobility_nm) >= 0)
    # 15,014 s equivalent at 900 degC to the end of the hold, with k_d 5e-12 m/s (mechanism section 4)
    assert h.at("mobility_nm", h.hold_end_s) == pytest.approx(75.1, rel=0.01)


def test_melt_wets_oxide_with_a_film_and_leaves_carbon_dry():
    assert given("B-SiOC-2").film_cover.max() == 1
    assert given("carbon").film_cover.max() == 0
    assert given("carbon").cos_theta < given("B-SiOC-2").cos_theta


def test_the_undoped_powder_has_no_melt():
    assert not given("SiOC").has_melt


def test_silica_stays_as_one_glass_and_the_shell_leaves_nothing():
    assert given("silica").arrested
    assert given("silica@carbon").residue_nm3 == 0


def test_oxycarbide_does_not_flow_and_silica_hardly_does():
    assert given("B-SiOC-2").flow_nm < 0.2 * given("silica").flow_nm < 0.2


@pytest.mark.parametrize("element", ["B", "C", "O", "Si"])
def test_every_element_closes(sample, shares, element):
    field = element_field(shares, sample.zones, element, sample["spheres"])
    in_box = float(field.sum(dtype=np.float64)) * (float(shares.voxel_nm) * 1e-7) ** 3
    mass = (sample.zones.mass_mg_g * sample.zones.mass_fraction.sel(element=element)).sum() * 1e-3
    spheres = sample.voxels.sizes["sphere"]
    assert in_box == pytest.approx(float(mass) / sample["spheres"] * spheres, rel=1e-6)


def test_boron_is_the_sum_of_its_species(sample, shares):
    of = [element_field(shares, sample.zones, s, sample["spheres"]) for s in sample.zones.species.values]
    total = element_field(shares, sample.zones, "B", sample["spheres"])
    np.testing.assert_allclose(sum(of), total, rtol=1e-4, atol=1e-6 * total.max())


def test_necks_are_residue_and_cores_are_body(sample, shares):
    phi = sample.voxels.phi.values[-1].astype(float)
    centre = tuple(np.round(sample.voxels.position_vox.values[-1, 0]).astype(int) % CELLS)
    at = {z: float(shares.share.sel(zone=z).values[centre]) for z in shares.zone.values}
    assert at["body"] == pytest.approx(1)
    film = shares.share.sel(zone="film").values
    assert film.max() > 0.9
    solid = profile(phi).sum()
    assert float(shares.share.sum()) == pytest.approx(solid, rel=2e-3)


def test_boron_sits_outside(sample, shares):
    boron = element_field(shares, sample.zones, "B", sample["spheres"])
    film = shares.share.sel(zone="film").values > 0.8
    body = shares.share.sel(zone="body").values > 0.99
    assert boron[film].mean() > 1.5 * boron[body].mean()


def test_nanopores_close_their_volume(sample, shares):
    field = nanopores(shares, sample.pores, sample["product_mass"], sample["spheres"])
    volume = float(field.sum(dtype=np.float64)) * (float(shares.voxel_nm) * 1e-7) ** 3
    wanted = float(sample.pores.volume_cm3_g[:3].sum()) * sample["product_mass"]
    assert volume * sample["spheres"] / sample.voxels.sizes["sphere"] == pytest.approx(wanted, rel=1e-4)
    assert 0 < field.max() < 1


def test_an_unknown_element_is_refused(sample, shares):
    with pytest.raises(InputError, match="Allowed: B, C, O, Si"):
        element_field(shares, sample.zones, "Xe", sample["spheres"])


def test_voxels_survive_the_file(sample, tmp_path):
    sample.save(tmp_path / "s.nc")
    again = Sample.load(tmp_path / "s.nc").voxels
    assert list(again.stage.values) == list(sample.voxels.stage.values)
    assert np.array_equal(again.phi.values, sample.voxels.phi.values)
    assert np.array_equal(again.melt.values, sample.voxels.melt.values)
    assert again.attrs["notes"] == sample.voxels.attrs["notes"]


def test_particle_scale_alone_has_no_voxels():
    assert make_sample(load_recipe("B-SiOC-2"), spheres=30).voxels is None


def test_controls_come_out_as_the_physics_says():
    def end(name):
        firing = fire(load_recipe(name))
        return voxel_body(firing, shape(firing.setup, firing.product), cells=CELLS, seed=0).isel(stage=-1)

    dense, loose = end("silica"), end("carbon")
    assert float(dense.phi.min()) > 0  # one block of glass
    assert float(loose.melt.max()) == 0
    spheres = float((4 / 3 * np.pi * loose.radius_vox.values**3).sum())
    assert profile(loose.phi.values.astype(float)).sum() == pytest.approx(spheres, rel=0.06)
