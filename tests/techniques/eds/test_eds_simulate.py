"""The virtual spectrometer: balance, geometry, files, and the way back to what is there."""

import json

import numpy as np
import pytest

from nanokiln.core.errors import InputError
from nanokiln.core.measurement import SYNTHETIC_MARK
from nanokiln.formats import hspy, msa
from nanokiln.techniques.eds import technique
from nanokiln.techniques.eds.analyse import analyse, study
from nanokiln.techniques.eds.scene import build

SMALL = {"points": 24, "pixels": 16, "spheres": 2, "current_nA": 5.0, "line_dwell_s": 4.0}


@pytest.fixture(scope="module")
def sample(make):
    return make.two_spheres()


@pytest.fixture(scope="module")
def recorded(sample):
    return technique.simulate(sample, 1, SMALL)


def test_the_scene_holds_the_mass_of_its_spheres(sample):
    scene = build(sample, 2)
    grams = sum(float(m.sum()) for m in scene.mass_thickness().values()) * scene.step_cm**2
    # both spheres with the 1000 mg per gram of their zones
    assert grams == pytest.approx(2 / float(sample.state["spheres"]), rel=0.02)
    assert scene.centres_nm[1, 0] - scene.centres_nm[0, 0] == pytest.approx(160.0)


def test_counts_are_what_mass_and_dose_give(sample):
    """Closed balance: silicon counts of a map over all electrons, against the formula written out here."""
    from nanokiln.core.parameters import Values
    from nanokiln.techniques.eds.factors import sensitivity

    settings = {**SMALL, "kinds": "map", "pixels": 48, "background": False}
    item = technique.simulate(sample, 2, settings)[0]
    energy = item.data["energy"].values
    seen = float(item.data["counts"].values[..., energy > 1500].sum())
    scene = build(sample, 2)
    pixel = float(item.data["x_nm"][1] - item.data["x_nm"][0]) * 1e-7
    grams = float(scene.mass_thickness()["Si"].sum()) * scene.step_cm**2
    electrons = 5.0 * 0.05 * 6.241509074e9
    made = electrons * grams / pixel**2 * sensitivity("Si", 200.0, "none", Values()) * 0.7 / (4 * np.pi)
    kept = 1 - json.loads(item.data.attrs["truth"])["absorbed_share"]["Si"]
    assert seen == pytest.approx(made * kept, rel=0.02)


def test_the_same_seed_gives_the_same_counts(sample, recorded):
    again = technique.simulate(sample, 1, SMALL)
    other = technique.simulate(sample, 2, SMALL)
    assert all((a.data["counts"] == b.data["counts"]).all() for a, b in zip(recorded, again, strict=True))
    assert not (recorded[0].data["counts"] == other[0].data["counts"]).all()


def test_the_line_gives_back_what_is_there(recorded):
    line = recorded[0]
    truth = json.loads(line.data.attrs["truth"])
    result = study(line, {"k_uncertainty": 0.02})
    assert any("from the dose" in note for note in result.notes)
    table = dict(zip(result.composition.elements, result.composition.atomic, strict=True))
    for element, true in truth["atomic_fraction"].items():
        assert table[element][0] == pytest.approx(true, rel=0.1, abs=0.005)
    # boron stands in the film: more of it in the neck than through the middle of a sphere
    boron = result.profile["atomic_fraction"].sel(element="B").values
    place = result.profile["position_nm"].values
    centres = np.array(truth["centres_nm"])[:, 0]
    neck = np.nanmean(boron[np.abs(place - centres.mean()) < 10])
    middle = np.nanmean(boron[np.abs(place - centres[0]) < 20])
    assert neck > 1.3 * middle


def test_without_the_correction_light_elements_read_low(recorded):
    corrected, bare = (study(recorded[0], {"absorption": a}) for a in ("auto", "none"))
    at = corrected.composition.elements.index("B")
    assert bare.composition.atomic[at, 0] < corrected.composition.atomic[at, 0]
    assert any("not corrected" in note for note in bare.notes)


def test_findings_of_a_map_and_figure(recorded):
    found = {f.name: f for f in analyse(recorded[1:])}
    # two spheres in vacuum: far from even in thickness
    assert found["map_p_Si"].value < 1e-3
    assert found["map_dispersion_Si"].value > 2
    figure = technique.plot(recorded, analyse(recorded))
    assert all("SYNTHETIC" in part.get_suptitle() for part in figure.subfigs)
    figure.savefig("/dev/null", format="png")


def test_files_say_synthetic_and_hold_no_truth(recorded, tmp_path):
    files = technique.write(recorded, tmp_path, "x")
    assert sorted(f.name for f in files) == ["x-line.hspy", "x-line.msa", "x-map.hspy", "x-map.msa"]
    assert (tmp_path / "x-line.truth.json").is_file()
    for file in files:
        assert b"absorbed_share" not in file.read_bytes()
        item = (hspy if file.suffix == ".hspy" else msa).read(file)[0]
        assert item.origin == "synthetic"
        assert "truth" not in item.data.attrs
    back = hspy.read(tmp_path / "x-map.hspy")[0]
    assert (back.data["counts"].values == recorded[1].data["counts"].values).all()
    assert back.data["x_nm"].values == pytest.approx(recorded[1].data["x_nm"].values, abs=1e-5)
    assert SYNTHETIC_MARK in (tmp_path / "x-line.msa").read_text()
    # the analysis of the files is that of the measurement
    one, two = (study(m).composition.atomic for m in (back, recorded[1]))
    assert one == pytest.approx(two, rel=1e-6)


def test_a_large_map_keeps_windows_and_one_spectrum(sample, tmp_path, monkeypatch):
    from nanokiln.techniques.eds import simulate

    monkeypatch.setattr(simulate, "_LARGEST_CUBE", 1000)
    item = technique.simulate(sample, 1, {**SMALL, "kinds": "map"})[0]
    energy, data = item.data["energy"].values, item.data
    for element in data["window"].values:
        one = data.sel(window=element)
        inside = (energy >= float(one["window_low"])) & (energy <= float(one["window_high"]))
        assert int(one["window_counts"].sum()) == int(data["counts"].values[inside].sum())
    back = hspy.read(technique.write([item], tmp_path, "w")[0])[0]
    assert (back.data["window_counts"].values == data["window_counts"].values).all()
    assert "map_p_B" in {f.name for f in analyse([back])}


def test_analysis_does_not_look_at_the_truth(recorded):
    line = recorded[0]
    blind = type(line)("eds", line.data.drop_attrs(), line.origin, line.label, line.settings)
    assert study(blind).composition.atomic.tolist() == study(line).composition.atomic.tolist()


@pytest.mark.parametrize(
    "settings",
    [{"dose": 1}, {"kinds": "film"}, {"current_nA": 0}, {"pixels": 1}, {"beam_energy_keV": 10},
     {"spheres": 99, "kinds": "map"}, {"window": "glass"}, {"elevation_deg": 90}, {"resolution_eV": 80}],
)  # fmt: skip
def test_bad_settings_are_refused(sample, settings):
    with pytest.raises(InputError):
        technique.simulate(sample, 0, {**SMALL, **settings})


def test_a_sample_without_voxels_is_refused(make):
    sample = make.two_spheres()
    sample.voxels = None
    with pytest.raises(InputError, match="--voxels"):
        technique.simulate(sample, 0)
