"""Composition and species: truth inside the intervals, wrong models noticed, real polymers recovered."""

import runpy
import time
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from nanokiln.core.errors import DataError, InputError
from nanokiln.core.evidence import Evidence
from nanokiln.core.measurement import Measurement
from nanokiln.core.parameters import Values
from nanokiln.formats import vamas, xps_csv
from nanokiln.techniques import get
from nanokiln.techniques.xps import b1s, states
from nanokiln.techniques.xps import parameters as p
from nanokiln.techniques.xps.analyse import DEFAULTS, checked, fit
from nanokiln.techniques.xps.background import ends, linear, shirley
from nanokiln.techniques.xps.lineshape import pseudo_voigt, pseudo_voigt_step
from nanokiln.techniques.xps.regions import groups, line_name
from nanokiln.techniques.xps.sensitivity import sensitivity

XPS = get("xps")
fake_sample = runpy.run_path(str(Path(__file__).with_name("test_xps_simulate.py")))["fake_sample"]
NAMES = ("BO3", "BCO2", "BC2O", "BC3")


def by_name(findings):
    return {f.name: f for f in findings}


def b1s_only(seed, shares=(0.66, 0.11, 0.11, 0.12, 0.0), **settings):
    return XPS.simulate(fake_sample(shares), seed, {"regions": ["B 1s"]} | settings)


def region(energy, counts, label="C 1s", unit="counts"):
    data = xr.Dataset(
        {"counts": ("energy", counts, {"units": unit})},
        coords={"binding_energy": ("energy", energy, {"units": "eV"})},
    )
    return Measurement("xps", data, "measured", label, {}, "file.csv")


@pytest.fixture(scope="module")
def analysed():
    made = XPS.simulate(fake_sample(), 3)
    return made, by_name(XPS.analyse(made))


def test_shirley_of_a_known_step():
    x = np.linspace(-10, 10, 401)
    line = 5000 * pseudo_voigt(x, 1.5, 0.0)
    step = 0.03 * 5000 * pseudo_voigt_step(x, 1.5, 0.0)
    seen = line + step + 200
    found = shirley(seen)
    assert np.allclose(found, step + 200, atol=0.5)
    assert (seen - found).sum() == pytest.approx(line.sum(), rel=1e-3)
    # a straight line takes the step for signal on one side: the two must differ, and a stack equals singles
    assert np.abs(linear(seen) - found).max() > 30
    assert np.allclose(shirley(np.stack([seen, 2 * seen]))[1], shirley(2 * seen), rtol=1e-4)


def test_shirley_of_noise_stays_at_the_line():
    noise = np.random.default_rng(1).poisson(100, (50, 80)).astype(float)
    found = shirley(noise)
    low, high = ends(noise)
    assert (found >= np.minimum(low, high)[:, None] - 1e-9).all()
    assert (found <= np.maximum(low, high)[:, None] + 1e-9).all()


def test_sensitivity_is_cross_section_times_depth():
    v = Values()
    assert sensitivity("C 1s", v) == 1.0
    assert sensitivity("B 1s", v, 0.0) == 0.486
    assert sensitivity("O 1s", v) == pytest.approx(2.93 * 2.5 / 3.0)
    # elements without a tabulated depth follow the power law, which the tabulated ones obey to 3 %
    for line, record in p.IMFP.items():
        ratio = (1486.6 - v[p.LINE_POSITION[line]]) / (1486.6 - 285.0)
        assert ratio**0.75 == pytest.approx(v[record] / 3.0, rel=0.03)
    with pytest.raises(InputError, match="unknown XPS line"):
        sensitivity("Xe 3d", v)


@pytest.mark.parametrize("regions", [("B 1s", "C 1s", "O 1s", "Si 2p"), ("survey",)])
def test_composition_comes_back(regions):
    truth = XPS.truth(fake_sample())
    found = [by_name(XPS.analyse(XPS.simulate(fake_sample(), s, {"regions": regions}))) for s in range(3)]
    for name in ("at_percent_B", "at_percent_C", "at_percent_O", "at_percent_Si", "wt_percent_B"):
        mean = np.mean([f[name].value for f in found])
        assert mean == pytest.approx(truth[name], rel=0.04), name
        assert all(f[name].low <= truth[name] <= f[name].high for f in found), name


def test_half_the_boron_is_noticed():
    half = fake_sample(boron=0.04)
    found = by_name(XPS.analyse(XPS.simulate(half, 1)))["wt_percent_B"]
    assert found.low <= XPS.truth(half)["wt_percent_B"] <= found.high
    assert found.high < XPS.truth(fake_sample())["wt_percent_B"]


def test_quantification_choices_matter(analysed):
    made, usual = analysed
    flat = by_name(XPS.analyse(made, {"imfp_exponent": 0.0, "chains": 0}))
    assert flat["at_percent_O"].value < 0.95 * usual["at_percent_O"].value
    own = by_name(XPS.analyse(made, {"rsf": {"O 1s": 1.0}, "chains": 0}))
    assert own["at_percent_O"].value > 1.3 * usual["at_percent_O"].value
    assert own["at_percent_O"].choices["sensitivity"]["O 1s"] == 1.0


def test_findings_carry_evidence_and_choices(analysed):
    _, found = analysed
    assert {f.evidence for f in found.values()} == {Evidence.PREDICTED}
    assert all(f.technique == "xps" and f.choices for f in found.values())
    assert found["correlation_BO3_BCO2"].value < -0.8
    assert found["share_BO3_plus_BCO2"].resolved


def test_measured_file_is_measured(tmp_path):
    made = XPS.simulate(fake_sample(), 3)
    plain = [Measurement("xps", m.data, "measured", m.label, m.settings) for m in made]
    path = vamas.write(tmp_path / "a.vms", plain)
    again = by_name(XPS.analyse(vamas.read(path), {"chains": 20}))
    direct = by_name(XPS.analyse(made, {"chains": 20}))
    assert {f.evidence for f in again.values()} == {Evidence.MEASURED}
    assert again["wt_percent_B"].value == direct["wt_percent_B"].value
    assert again["share_BC3"].value == direct["share_BC3"].value


def test_same_seed_same_interval():
    made = b1s_only(1)
    a, b, c = (by_name(XPS.analyse(made, {"seed": s, "chains": 20}))["share_BC3"] for s in (1, 1, 2))
    assert (a.low, a.high) == (b.low, b.high)
    assert (a.low, a.high) != (c.low, c.high)


@pytest.mark.slow
def test_coverage_of_the_species():
    """Of 100 spectra at 20 000 counts, the 90 % interval of BC3 must hold the truth in 85 to 97."""
    truth = XPS.truth(fake_sample())
    choices = checked({"chains": 24})
    hits = dict.fromkeys((*NAMES, "pair"), 0)
    for seed in range(100):
        (made,) = b1s_only(seed)
        draws = states.fit_measurement(made, "B 1s", choices, Values()).share_draws()
        columns = dict(zip(NAMES, draws.T, strict=True)) | {"pair": draws[:, :2].sum(axis=1)}
        for name, column in columns.items():
            low, high = np.quantile(column, (0.05, 0.95))
            true = truth["share_BO3_plus_BCO2" if name == "pair" else f"share_{name}"]
            hits[name] += low <= true <= high
    assert 85 <= hits["BC3"] <= 97, hits
    # the two that overlap are wide but honest; flat priors may only make them wider
    assert min(hits.values()) >= 85, hits


def test_free_widths_do_not_resolve_the_overlapping_pair():
    found = [
        by_name(XPS.analyse(b1s_only(s, (0.3, 0.35, 0.23, 0.12, 0)), {"width": "free"})) for s in range(3)
    ]
    for f in found:
        for name in ("share_BO3", "share_BCO2"):
            assert not f[name].resolved
            assert f[name].notes[0].startswith("not resolved")
            assert f[name].high - f[name].low > 20
        pair = f["share_BO3_plus_BCO2"]
        assert pair.high - pair.low < 0.8 * (f["share_BO3"].high - f["share_BO3"].low)
        assert {f"fwhm_{n}" for n in NAMES} <= set(f)


def test_shared_width_resolves_their_sum():
    truth = 65.0
    for seed in range(3):
        pair = by_name(XPS.analyse(b1s_only(seed, (0.3, 0.35, 0.23, 0.12, 0))))["share_BO3_plus_BCO2"]
        assert pair.resolved
        assert pair.high - pair.low < 20
        assert abs(pair.value - truth) < 10


def test_fixed_positions_resolve_it():
    made = b1s_only(1, (0.3, 0.35, 0.23, 0.12, 0), charge_shift_eV=0.0)
    found = by_name(XPS.analyse(made, {"positions": "fixed"}))
    for name, true in (("share_BO3", 30), ("share_BCO2", 35)):
        assert found[name].resolved
        assert found[name].low <= true <= found[name].high
    assert found["position_BO3"].value == 193.2


def test_no_bc3_is_below_detection():
    for seed in range(3):
        found = by_name(XPS.analyse(b1s_only(seed, (0.87, 0.065, 0.065, 0, 0))))["share_BC3"]
        assert any(n.startswith("below detection") for n in found.notes)
        assert found.low == 0.0
        assert found.value < found.high < 4.5


def test_present_bc3_is_detected_and_swapped_shares_are_noticed():
    right = by_name(XPS.analyse(b1s_only(1, (0.6, 0.1, 0.05, 0.25, 0))))
    swapped = by_name(XPS.analyse(b1s_only(1, (0.6, 0.1, 0.25, 0.05, 0))))
    assert right["share_BC3"].low > 4.5
    assert right["share_BC3"].low > swapped["share_BC3"].high
    assert swapped["share_BC2O"].low > right["share_BC2O"].high


def test_boric_acid_needs_its_own_species():
    made = b1s_only(1, (0, 0, 0, 0, 1.0), charge_shift_eV=0.0, counts=100_000)
    usual = by_name(XPS.analyse(made))
    told = by_name(XPS.analyse(made, {"species": ["B-OH", "BC3"]}))
    assert told["share_B-OH"].low > 97
    assert told["reduced_chi_square"].value < usual["reduced_chi_square"].value
    assert "position at the edge of its window: BO3" in " ".join(usual["share_BO3"].notes)


def test_shifted_axis_is_refused_not_fitted():
    made = b1s_only(1, charge_shift_eV=2.5)
    found = by_name(XPS.analyse(made))
    assert not found["share_BC3"].resolved
    assert "do not describe" in found["share_BC3"].notes[0]
    told = by_name(XPS.analyse(made, {"energy_shift_eV": 2.5}))
    assert told["share_BC3"].resolved


def test_detection_limit_is_one_record():
    raised = Values({"xps.detection_limit": 5.0})
    assert b1s.judged(4.7, 4.0, 5.2, raised)[1][0].startswith("below detection")
    assert not b1s.judged(4.7, 4.6, 5.2, Values())[1]
    assert p.DETECTION_LIMIT.value == 4.5


def test_noise_beyond_counting_widens_the_interval():
    energy = np.round(np.arange(280, 292, 0.05), 4)
    generator = np.random.default_rng(1)
    model = (
        4000 * pseudo_voigt(energy - 284.8, 1.2, 0.3) + 1000 * pseudo_voigt(energy - 286.5, 1.2, 0.3) + 500
    )
    lines = {"components": [{"name": "a", "position": 284.8}, {"name": "b", "position": 286.5}], "chains": 24}
    quiet = region(energy, model + 1.0 * np.sqrt(model) * generator.standard_normal(energy.size))
    loud = region(energy, model + 3.0 * np.sqrt(model) * generator.standard_normal(energy.size))
    widths = [f.high - f.low for f in (by_name(XPS.analyse([m], lines))["share_b"] for m in (quiet, loud))]
    assert 2.0 < widths[1] / widths[0] < 4.5


def test_pet_is_60_20_20(shared_data):
    made = xps_csv.read(shared_data("xps") / "PET_C1s.csv")
    for span in ((280, 290.5), (282, 290.0)):
        found = by_name(XPS.analyse(made, {"components": "PET", "align_eV": 1.0, "range_eV": span}))
        for name, true in (("C-C", 60), ("C-O", 20), ("O-C=O", 20)):
            assert found[f"share_{name}"].value == pytest.approx(true, abs=2.0)
        assert found["position_C-O"].value - found["position_C-C"].value == pytest.approx(1.56, abs=0.1)
        assert found["share_C-C"].evidence is Evidence.MEASURED


def test_cellulose(shared_data):
    made = vamas.read(shared_data("xps") / "cellulose_fitted_following_briggs.vms")
    usual = {"components": "cellulose", "align_eV": 1.0}
    found = by_name(XPS.analyse(made, usual))
    ratio = found["ratio_O-C-O_C-OH"]
    # 1 : 5 by the formula; the expert's fit in the file fixes it at 0.2048
    assert ratio.low < 0.20 < ratio.high
    assert ratio.high - ratio.low < 0.08
    assert found["asymmetry_C1s"].low > 0
    assert found["position_O-C-O"].value - found["position_C-OH"].value == pytest.approx(1.33, abs=0.15)
    assert found["fwhm_C-OH"].value == pytest.approx(1.106, abs=0.06)
    # why symmetric lines of one width miss it: they describe the spectrum worse and read 0.25
    plain = by_name(XPS.analyse(made, usual | {"asymmetry": 0.0, "width": "shared"}))
    assert plain["ratio_O-C-O_C-OH"].low > 0.20
    assert plain["reduced_chi_square"].value > 1.3 * found["reduced_chi_square"].value


def test_unreferenced_real_carbon_is_not_given_boron(shared_data):
    for name in ("0-150W.vms", "ARXPS.vms", "mjr9_116a.vms"):
        found = by_name(XPS.analyse(vamas.read(shared_data("xps") / name), {"chains": 20}))
        assert not found["share_C-B"].resolved


def test_angles_are_groups(shared_data):
    made = vamas.read(shared_data("xps") / "ARXPS.vms")
    assert [len(g) for g in groups(made)] == [3] * 5
    flat, steep = (by_name(XPS.analyse(made, {"group": g, "chains": 20})) for g in (0, 4))
    # towards grazing emission the carbon on top grows over the metal beneath
    ratio = [f["at_percent_C"].value / f["at_percent_Al"].value for f in (flat, steep)]
    assert ratio[1] > 1.3 * ratio[0]
    assert any("group 4 of 0-4" in n for n in steep["at_percent_C"].notes)
    with pytest.raises(InputError, match="groups 0 to 4"):
        XPS.analyse(made, {"group": 5})


def test_lines_without_sensitivity_are_named(shared_data):
    made = vamas.read(shared_data("xps") / "0-150W.vms")
    assert [line_name(m) for m in made] == ["survey", "Ni 2p", "O 1s", "C 1s", "W 4f"]
    notes = " ".join(by_name(XPS.analyse(made, {"chains": 20}))["at_percent_C"].notes)
    assert "W 4f" in notes
    told = by_name(XPS.analyse(made, {"chains": 20, "rsf": {"W 4f": 9.8, "Ni 2p": 22.2}}))
    assert "at_percent_W" in told
    assert "at_percent_Ni" in told


def test_region_of_unknown_line_needs_components(shared_data):
    made = vamas.read(shared_data("xps") / "FeO_analyzed.vms")
    with pytest.raises(DataError, match="nothing to analyse"):
        XPS.analyse(made)
    lines = [
        {"name": "2p3/2", "position": 710.5, "window": 1.5},
        {"name": "2p1/2", "position": 724, "window": 2},
    ]
    found = by_name(
        XPS.analyse(made, {"components": lines, "region": "Fe 2p", "width_range": (2, 8), "chains": 20})
    )
    assert 708 < found["position_2p3/2"].value < 713


@pytest.mark.parametrize(
    "choices",
    [
        {"backgrond": "shirley"},
        {"background": "tougaard"},
        {"width": "some"},
        {"positions": "anywhere"},
        {"mixing": "lots"},
        {"mixing": 2.0},
        {"chains": 3},
        {"components": "PVC"},
        {"components": [{"name": "a"}]},
        {"species": ["BN"]},
        {"region": "Au 4f"},
        {"range_eV": (10, 20)},
        {"width_range": (2.0, 1.0)},
    ],
)
def test_unusable_choices_are_told(choices):
    with pytest.raises(InputError) as error:
        XPS.analyse(b1s_only(1), choices)
    assert "\n" not in str(error.value)


def test_unusable_data_are_told():
    energy = np.linspace(185, 199, 140)
    with pytest.raises(InputError, match="no XPS measurement"):
        XPS.analyse([])
    with pytest.raises(DataError, match="cannot hold"):
        XPS.analyse([region(energy, np.zeros(140), "B 1s")])
    with pytest.raises(DataError, match="does not reach"):
        XPS.analyse([region(energy + 40, 100 + np.arange(140.0), "B 1s")])


def test_defaults_are_all_checked():
    assert set(checked(None)) == set(DEFAULTS)


def test_speed(analysed):
    made, _ = analysed
    start = time.process_time()
    XPS.analyse(made)
    assert time.process_time() - start < 2.0  # 0.5 s on an idle core


def test_best_fit_without_sampling():
    found, line = fit(b1s_only(1), {"chains": 0})
    assert line == "B 1s"
    assert len(found.draws) == 1
    assert found.reduced_chi_square == pytest.approx(1.0, abs=0.4)


def test_plot(analysed, shared_data):
    made, found = analysed
    figure = XPS.plot(made, list(found.values()))
    words = [t.get_text() for a in figure.axes for t in a.texts] + [figure.get_suptitle()]
    assert any("SYNTHETIC" in w for w in words)
    labels = [a.get_xlabel() for a in figure.axes] + [a.get_ylabel() for a in figure.axes]
    assert "binding energy (eV)" in labels
    assert "residual ($\\sigma$)" in labels
    legend = " ".join(t.get_text() for t in figure.axes[0].get_legend().get_texts())
    assert f"{found['share_BC3'].value:.1f} %" in legend
    assert figure.get_size_inches()[0] * 25.4 == pytest.approx(178)
    real = xps_csv.read(shared_data("xps") / "PET_C1s.csv")
    choices = {"components": "PET", "align_eV": 1.0, "range_eV": (280, 290.5)}
    plain = XPS.plot(real, XPS.analyse(real, choices))
    texts = [t.get_text() for a in plain.axes for t in a.texts]
    assert "SYNTHETIC" not in " ".join([*texts, plain.get_suptitle()])
    plain.canvas.draw()
