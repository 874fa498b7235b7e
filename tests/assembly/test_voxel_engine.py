"""The voxel engine: amounts follow the furnace, shapes follow, the same seed gives the same bytes."""

import dataclasses
import re

import numpy as np
import pytest

from nanokiln.assembly import Packing
from nanokiln.assembly.voxels.engine import Engine, check_cells
from nanokiln.assembly.voxels.fields import profile
from nanokiln.assembly.voxels.history import History
from nanokiln.assembly.voxels.nucleation import RateLaw
from nanokiln.core.errors import InputError
from nanokiln.core.parameters import Values

R = 100.0
CELLS = 32


def chain(gap=0.0):
    """Two spheres in a box, touching once: 8 voxels per radius at 32 cells."""
    box = 400.0
    x = box / 2 + np.array([-1.0, 1.0]) * (R + gap / 2)
    position = np.column_stack([x, np.full(2, box / 2), np.full(2, box / 2)])
    return Packing(position, np.full(2, R), box)


def history(**changes):
    """A firing: melt of 0.4 sphere volumes at 500 degC, two hours at 900 degC, cold after three."""
    time = np.linspace(0, 4, 41) * 3600
    kelvin = 273.15 + np.interp(time / 3600, [0, 1, 3, 4], [25, 900, 900, 25])
    hot = np.clip((time / 3600 - 1) / 1.5, 0, 1)
    sphere = 4 / 3 * np.pi * R**3
    fields = {
        "time_s": time, "temperature_K": kelvin, "melt_nm3": np.where(kelvin > 700, 0.4 * sphere, 0.0),
        "recession_nm": 2 * hot, "mobility_nm": 20 * hot, "capillary_nm": np.full(41, 0.11),
        "silica_share": 0.5 * hot, "film_cover": np.where(kelvin > 700, 1.0, 0.0),
        "marks": (("arrival", 3600.0), ("hold", 3 * 3600.0)), "hold_end_s": 3 * 3600.0, "unmixing_s": 12000.0,
        "cos_theta": np.cos(np.radians(40)), "silica_nm3": 0.12 * sphere,
        "residue_nm3": 0.1 * sphere, "film_share": 0.4,
        "rate": RateLaw(5e-12, 205e3, 0.62), "network": 0.0,
    }  # fmt: skip
    return History(**(fields | changes))


def run(h=None, path=None, **options):
    engine = Engine(h or history(), path or [chain(30), chain()], CELLS, values=Values(), **options)
    return engine.run()


@pytest.fixture(scope="module")
def body():
    return run()


def volumes(body):
    """Solid and melt of every stage in sphere volumes."""
    unit = 4 / 3 * np.pi * R**3
    voxel = body.voxel_nm.values**3
    solid = profile(body.phi.values.astype(np.float64)).sum(axis=(1, 2, 3)) * voxel / unit
    melt = body.melt.values.astype(np.float64).sum(axis=(1, 2, 3)) * voxel / unit
    return dict(zip(body.stage.values, zip(solid, melt, strict=True), strict=True))


def test_stages_come_in_order(body):
    assert list(body.stage.values) == ["before", "drawn 1", "bridged", "arrival", "hold", "cooled", "washed"]
    assert np.all(np.diff(body.time_s.values) >= 0)


def test_the_solid_recedes_as_the_furnace_says(body):
    found = volumes(body)
    assert found["hold"][0] / found["bridged"][0] == pytest.approx((1 - 2 / R) ** 3, rel=3e-4)


def test_contacts_follow_the_recession(body):
    assert float(body.voxel_nm.sel(stage="hold") / body.voxel_nm.sel(stage="bridged")) == pytest.approx(
        1 - 2 / R
    )


def test_the_grid_holds_the_melt_but_for_the_film(body):
    solid = 2 * (1 - 2 / R) ** 3
    filled = 0.8 / ((400 * (1 - 2 / R)) ** 3 / (4 / 3 * np.pi * R**3) - solid)
    assert volumes(body)["hold"][1] == pytest.approx(0.8 * (1 - 0.4 * (1 - filled)), rel=2e-3)


def test_cooling_keeps_the_silica_budget(body):
    found = volumes(body)
    assert found["cooled"][0] - found["hold"][0] == pytest.approx(0.2, rel=0.01)


def test_the_wash_takes_melt_and_leaves_the_solid(body):
    found = volumes(body)
    assert found["washed"] == (pytest.approx(found["cooled"][0], rel=1e-9), 0.0)


def test_a_neck_stands_after_the_wash_and_none_before(body):
    def middle(stage):
        phi = body.phi.sel(stage=stage).values[CELLS // 2].astype(float)
        return np.sqrt(np.count_nonzero(phi > 0) / np.pi)

    assert middle("bridged") < 2
    assert middle("washed") > 3.5


def test_without_insoluble_matter_nothing_joins():
    # a wall of carbon: melt pulls and wets a little, the wash takes all of it
    h = history(
        residue_nm3=0.0, recession_nm=np.zeros(41), film_cover=np.zeros(41), cos_theta=np.cos(np.radians(65))
    )
    body = run(h)
    found = volumes(body)
    assert found["washed"][0] == pytest.approx(found["bridged"][0], rel=1e-4)  # kept in half precision
    assert found["bridged"][1] > 0.4
    assert np.count_nonzero(body.phi.sel(stage="washed").values[CELLS // 2] > 0.5) == 0


def test_melt_that_floods_and_stays_becomes_one_dense_block():
    box = 400.0**3 / (4 / 3 * np.pi * R**3) / 2
    h = history(melt_nm3=np.full(41, (box - 1) * 4 / 3 * np.pi * R**3), arrested=True, film_share=0.0)
    last = run(h).isel(stage=-1)
    assert float(last.phi.min()) == 6.0
    assert float(last.melt.max()) == 0


def test_no_melt_changes_nothing():
    h = history(
        melt_nm3=np.zeros(41),
        film_cover=np.zeros(41),
        recession_nm=np.zeros(41),
        residue_nm3=0.0,
        coat_nm=0.0,
    )
    body = run(h, [chain()])
    assert np.array_equal(body.phi.values[0], body.phi.values[-1])
    assert float(body.melt.max()) == 0


def test_the_same_seed_gives_the_same_bytes_and_another_another_skin(body):
    again, other = run(), run(seed=1)
    assert np.array_equal(again.phi.values, body.phi.values)
    assert np.array_equal(again.melt.values, body.melt.values)
    assert not np.array_equal(other.phi.values[-1], body.phi.values[-1])
    assert np.array_equal(other.phi.values[2], body.phi.values[2])


def test_a_stopped_run_continues_with_the_same_bytes(body, tmp_path):
    file = tmp_path / "state"
    asked = []

    def stop():
        asked.append(1)
        return len(asked) == 7

    engine = Engine(history(), [chain(30), chain()], CELLS, values=Values())
    with pytest.raises(KeyboardInterrupt):
        engine.run(checkpoint=file, stop=stop)
    assert file.is_file()
    fresh = Engine(history(), [chain(30), chain()], CELLS, values=Values())
    told = []
    continued = fresh.run(told.append, checkpoint=file)
    assert len(told) < len(asked) + 20
    assert min(told[1:]) > 0.3  # it did not start anew
    assert np.array_equal(continued.phi.values, body.phi.values)
    assert np.array_equal(continued.melt.values, body.melt.values)
    assert not file.exists()


def test_a_checkpoint_of_another_run_is_not_used(tmp_path):
    file = tmp_path / "state"
    first = Engine(history(), [chain(30), chain()], CELLS, values=Values())
    with pytest.raises(KeyboardInterrupt):
        first.run(checkpoint=file, stop=lambda: True)
    other = Engine(history(film_share=0.2), [chain(30), chain()], CELLS, values=Values())
    told = []
    other.run(told.append, checkpoint=file)
    assert told[1] < 0.2


def test_stages_out_of_bounds_are_said_so(body):
    bad = body.stage.values[~body.valid.values]
    for name in bad:
        assert f"Stage '{name}' is not to be trusted" in body.notes
    # 0.4 sphere volumes at one contact stand out as a drop: the pressure is above the bound of dry walls
    assert set(bad) == {"drawn 1", "bridged", "arrival", "hold"}


def test_etching_the_oxide_leaves_spheres_that_touch_in_points():
    body = run(history(oxide_etched=True, carbon_stands=True))
    etched = body.phi.sel(stage="etched").values.astype(float)
    assert np.count_nonzero(etched[CELLS // 2] > 0.5) == 0
    bare = run(history(oxide_etched=True))
    assert float(bare.phi.sel(stage="etched").max()) == -6.0


@pytest.mark.parametrize("cells", [31, 33, 8, 4096])
def test_unusable_grids_are_refused(cells):
    with pytest.raises(InputError, match="voxels = "):
        check_cells(cells)


def test_a_grid_beyond_the_memory_is_refused_with_what_fits(monkeypatch):
    monkeypatch.setattr("nanokiln.core.memory.available_bytes", lambda: 1_000_000_000)
    with pytest.raises(InputError, match=r"needs about 9\.4 GB") as refused:
        check_cells(512)
    fits = int(re.search(r"at most (\d+) fit", str(refused.value))[1])
    check_cells(fits)
    with pytest.raises(InputError, match=f"at most {fits} fit"):
        check_cells(fits + 2)


def test_an_unknown_cooling_model_is_refused():
    with pytest.raises(InputError, match="unmixing, nucleation"):
        Engine(history(), [chain()], CELLS, cooling="magic", values=Values())


def test_a_column_of_another_length_is_refused():
    with pytest.raises(InputError, match="melt_nm3"):
        dataclasses.replace(history(), melt_nm3=np.zeros(3))


def test_regrowth_keeps_within_the_silica_and_takes_the_article_s_picture():
    body = run(cooling="nucleation")
    found = volumes(body)
    grown = found["cooled"][0] - found["hold"][0]
    said = body.attrs["notes"]
    share = body.attrs["silica_returned"]
    assert f"On cooling {share:.0%} of the silica" in said
    assert 0 < grown <= 2 * 0.12
    assert grown == pytest.approx(share * 2 * 0.12, rel=0.01, abs=1e-4)
    assert "islands" in said


def test_nuclei_change_with_the_seed_only():
    quick = history(rate=RateLaw(1e-9, 205e3))  # all silica returns, as the picture has it
    one, again, other = (run(quick, cooling="nucleation", seed=n) for n in (3, 3, 4))
    assert np.array_equal(one.phi.values, again.phi.values)
    assert not np.array_equal(one.phi.values[-1], other.phi.values[-1])
