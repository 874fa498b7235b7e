"""Composition from spectra of known composition: values, intervals, coverage, and what is refused."""

import zipfile

import numpy as np
import pytest

from nanokiln.core.errors import DataError, InputError
from nanokiln.core.parameters import Values
from nanokiln.formats import eds_rsciio, hspy
from nanokiln.techniques.eds.analyse import analyse, study
from nanokiln.techniques.eds.atomic import atomic_weight
from nanokiln.techniques.eds.factors import doubt
from nanokiln.techniques.eds.fit import alpha_share
from nanokiln.techniques.eds.uniformity import dispersion, same_share

MASS = {"B": 0.8e-6, "C": 3.0e-6, "O": 3.2e-6, "Si": 3.0e-6}  # g/cm2
ELECTRONS = 1.2e11


def fractions(mass):
    moles = {e: m / atomic_weight(e) for e, m in mass.items()}
    return {e: m / sum(moles.values()) for e, m in moles.items()}


def named(found):
    return {f.name: f for f in found}


def test_round_trip(make):
    found = named(analyse([make.foil(MASS, 2e12, 3)], {"absorption": "none"}))
    for element, true in fractions(MASS).items():
        finding = found[f"atomic_fraction_{element}"]
        assert finding.value == pytest.approx(true, rel=0.01)
        assert finding.low < true < finding.high
        assert any("semi-quantitative" in note for note in finding.notes)
    assert found["energy_offset"].value == pytest.approx(0.0, abs=1.0)
    assert found["resolution_MnKa"].value == pytest.approx(130.0, abs=2.0)
    assert found["reduced_chi_square"].value == pytest.approx(1.0, abs=0.3)
    total = sum(found[f"atomic_fraction_{e}"].value for e in MASS)
    assert total == pytest.approx(1.0)


def test_coverage_of_the_counting_interval(make):
    """With factors known exactly, 90 % intervals hold the truth in 90 % of cases (binomial, 50 seeds)."""
    true = fractions(MASS)
    inside = dict.fromkeys(MASS, 0)
    for seed in range(50):
        item = make.foil(MASS, ELECTRONS, seed)
        found = named(analyse([item], {"absorption": "none", "k_uncertainty": 0.0, "seed": seed}))
        for element in MASS:
            finding = found[f"atomic_fraction_{element}"]
            inside[element] += finding.low <= true[element] <= finding.high
    # four correlated elements: each within three binomial deviations, all together within two of 200
    assert min(inside.values()) >= 38, inside
    assert 0.85 <= sum(inside.values()) / 200 <= 0.95, inside


def test_coverage_with_factors_that_are_off_as_stated(make):
    """Nature's factors drawn as unsure as they are said to be: the full interval still holds the truth."""
    values, true = Values(), fractions(MASS)
    generator = np.random.default_rng(7)
    inside = 0
    for seed in range(50):
        seen = {e: m * np.exp(generator.normal(0.0, values[doubt(e)])) for e, m in MASS.items()}
        found = named(analyse([make.foil(seen, 1e12, seed)], {"absorption": "none"}))
        finding = found["atomic_fraction_B"]
        inside += finding.low <= true["B"] <= finding.high
    assert 38 <= inside <= 50


def test_calibration_is_found(make):
    item = make.foil(MASS, 2e12, 5)
    moved = item.data.assign_coords(energy=("channel", item.data["energy"].values * 1.004 + 8.0))
    off = type(item)("eds", moved, "measured", "", item.settings)
    found = named(analyse([off], {"absorption": "none"}))
    assert found["energy_offset"].value == pytest.approx(8.0, abs=2.0)
    assert found["energy_gain_error"].value == pytest.approx(0.004, abs=0.002)
    assert found["atomic_fraction_Si"].value == pytest.approx(fractions(MASS)["Si"], rel=0.03)


def test_boron_below_detection_is_not_resolved(make):
    item = make.foil(MASS | {"B": 1e-12}, ELECTRONS / 20, 2)
    finding = named(analyse([item]))["atomic_fraction_B"]
    assert not finding.resolved
    assert finding.low == 0.0
    assert finding.high > 0.0
    assert finding.notes[0].startswith("not resolved")


def test_windows_agree_with_the_fit_where_lines_stand_alone(make):
    item = make.foil({"O": 4e-6, "Si": 4e-6}, 2e12, 4)
    wide = {"absorption": "none", "window_fwhm": 3.0, "background_windows": (2.5, 2.0)}
    fit, window = (named(analyse([item], {**wide, "method": m})) for m in ("fit", "windows"))
    assert window["counts_O"].value == pytest.approx(fit["counts_O"].value, rel=0.02)
    # the window of silicon holds K-alpha and part of K-beta
    alpha = fit["counts_Si"].value
    assert 0.99 * alpha < window["counts_Si"].value < 1.01 * alpha / alpha_share("Si", "K")


def test_an_unknown_window_widens_the_interval(make):
    item = make.foil(MASS, 2e12, 3)
    blind = type(item)(
        "eds", item.data, "measured", "", {k: v for k, v in item.settings.items() if k != "window"}
    )
    known, unknown = (named(analyse([m], {"absorption": "none"}))["atomic_fraction_O"] for m in (item, blind))
    assert unknown.high - unknown.low > known.high - known.low
    assert any("no detector window" in note for note in unknown.notes)


def test_elements_are_taken_from_the_spectrum_when_not_named(make):
    item = make.foil(MASS, 2e12, 3, elements=None)
    result = study(item)
    assert set(MASS) <= set(result.fit.elements)
    assert any("taken from the spectrum" in note for note in result.notes)


@pytest.mark.parametrize(
    "choices",
    [{"colour": 1}, {"method": "guess"}, {"elements": ["Xx"]}, {"window": "glass"}, {"thickness_nm": 100},
     {"bin": 0}, {"k_factors": {"Si": -1}}],
)  # fmt: skip
def test_bad_choices_are_refused(make, choices):
    with pytest.raises(InputError):
        analyse([make.foil(MASS, ELECTRONS, 0)], choices)


def test_an_empty_spectrum_is_refused(make):
    item = make.foil(MASS, ELECTRONS, 0)
    empty = type(item)("eds", item.data * 0, "measured", "", item.settings)
    with pytest.raises(DataError, match="empty"):
        analyse([empty])


def test_uniformity_tests_hold_their_level():
    generator = np.random.default_rng(0)
    flat = [dispersion(generator.poisson(9.0, (20, 20))).p_value for _ in range(200)]
    assert 0.05 < np.mean(np.array(flat) < 0.1) < 0.16
    thick = generator.uniform(10, 100, (20, 20))
    even = [same_share(generator.poisson(thick), generator.poisson(3 * thick)).p_value for _ in range(200)]
    assert 0.05 < np.mean(np.array(even) < 0.1) < 0.16
    rich = thick * np.where(np.arange(20) < 10, 1.3, 1.0)
    assert same_share(generator.poisson(rich), generator.poisson(3 * thick)).p_value < 1e-6
    assert dispersion(generator.poisson(rich)).p_value < 1e-6


def test_published_fept(shared_data):
    """exSpy's user guide: Fe 15.41, Pt 84.59 at% by windows [5.0, 2.0] and given factors."""
    file = shared_data("eds") / "EDS_TEM_FePt_nanoparticles.hspy"
    choices = {"method": "windows", "k_factors": {"Fe": 1.450226, "Pt": 5.075602}, "lines": {"Pt": "L"}}
    found = named(analyse(hspy.read(file), choices))
    assert found["atomic_fraction_Fe"].value == pytest.approx(0.1541, abs=0.002)
    assert found["atomic_fraction_Fe"].low < 0.1541 < found["atomic_fraction_Fe"].high


def test_silica_spheres(shared_data):
    item = hspy.read(shared_data("eds") / "SiO2_EDS_Spectrum_Image.hspy")[0]
    found = named(analyse([item], {"elements": "C,O,Si,Cu"}))
    oxygen, silicon = (found[f"atomic_fraction_{e}"] for e in ("O", "Si"))
    assert oxygen.low / silicon.high < 2.0 < oxygen.high / silicon.low
    assert found["energy_offset"].value == pytest.approx(27.0, abs=5.0)  # found here: the file is off
    assert found["map_p_Si"].value < 1e-6


@pytest.mark.parametrize(
    "name", ["P45_the_default_job.bcf", "bruker_nano.spx", "met03.EDS", "Elid2Version2.elid"]
)
def test_files_of_the_extra(shared_data, name):
    pytest.importorskip("rsciio", reason="the extra 'microscopy' is not installed")
    file = shared_data("eds") / name
    assert eds_rsciio.sniff(file.read_bytes()[:65536], file) > 0.5
    assert all(m.data["counts"].sum() > 0 for m in eds_rsciio.read(file))


def test_velox(shared_data, tmp_path):
    pytest.importorskip("rsciio", reason="the extra 'microscopy' is not installed")
    zipfile.ZipFile(shared_data("eds") / "velox_emd_version11.zip").extractall(tmp_path)
    for file in tmp_path.glob("*.emd"):
        assert eds_rsciio.read(file)
