"""Infrared: virtual spectra found back, real ones against reference numbers, ordinate and overlaps said."""

import runpy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import nanokiln
from nanokiln import formats, techniques
from nanokiln.analysis import analyse_files
from nanokiln.core.errors import DataError, InputError
from nanokiln.core.measurement import Measurement
from nanokiln.core.parameters import Values
from nanokiln.techniques.ftir import parameters as par
from nanokiln.techniques.ftir.analyse import checked, take_apart
from nanokiln.techniques.ftir.assignments import TABLE, candidates, words
from nanokiln.techniques.ftir.detect import kernel, noise
from nanokiln.techniques.ftir.modes import Mode, absorbance, bonds, modes
from nanokiln.techniques.ftir.ordinate import spectrum

ftir = techniques.get("ftir")
CLEAN = {"vapour": 0.0, "carbon_dioxide": 0.0, "axis_error_per_cm": 0.0}
X = np.arange(400.0, 4000.0, 2.0)
LOG2 = 4 * np.log(2)


@pytest.fixture(scope="module")
def powders():
    names = ("SiOC", "B-SiOC-1", "B-SiOC-3", "B-SiOC-3-before", "carbon", "silica")
    return {n: nanokiln.make_sample(nanokiln.load_recipe(n), spheres=50) for n in names}


def made(y, name="absorbance", **record):
    data = xr.Dataset({name: ("point", y, {})}, coords={"wavenumber": ("point", X, {"units": "1/cm"})})
    return Measurement("ftir", data, "measured", "s", record)


def band(at, width, height=1.0):
    return height * np.exp(-LOG2 * ((X - at) / width) ** 2)


def near(findings, at, within=10.0):
    found = [f for f in findings if abs(f.value - at) < within]
    return min(found, key=lambda f: abs(f.value - at), default=None)


def covers(finding, value):
    return finding.low <= value <= finding.high


# --- what the powder absorbs


def test_absorbance_is_beers_law(powders):
    one, two = (modes(powders["B-SiOC-3"], mg) for mg in (0.2, 0.4))
    assert [b.height for b in two] == pytest.approx([2 * a.height for a in one])
    glass = nanokiln.make_sample(nanokiln.load_recipe("silica"), spheres=50)
    silicon = bonds(glass)["Si-O"]
    by_hand = silicon * 1e-3 * 0.4e-3 / 1.327 * 210 * 1000  # mol/g, g/cm2, L/(mol cm), cm3/L
    assert modes(glass, 0.4)[0].height == pytest.approx(by_hand)


def test_bonds_follow_the_composition(powders):
    counts = {n: bonds(p) for n, p in powders.items()}
    assert counts["SiOC"]["B-O"] == counts["SiOC"]["B-C"] == counts["SiOC"]["Si-O-B"] == 0
    assert counts["B-SiOC-1"]["B-O"] < counts["B-SiOC-3"]["B-O"]
    assert counts["carbon"]["Si-O"] == counts["carbon"]["Si-O-B"] == 0
    assert counts["silica"]["C"] == counts["silica"]["B-C"] == 0
    assert counts["B-SiOC-3-before"]["B-OH"] > 0 == counts["B-SiOC-3"]["B-OH"]
    for name, powder in powders.items():  # no more oxygen than the powder has
        total = float(
            powder.zones["mass_mg_g"].values @ powder.zones["mass_fraction"].sel(element="O").values / 15.999
        )
        grams = float((powder.zones["mass_mg_g"] + powder.zones["hydrogen_mg_g"]).sum()) / 1000
        assert counts[name]["Si-O"] <= total / grams + 1e-9


def test_the_truth_is_the_spectrum_without_noise(powders):
    sample = powders["B-SiOC-3"]
    settings = CLEAN | {"noise": 0.0, "scatter": 0.0, "step_per_cm": 0.2, "resolution_per_cm": 4.0}
    (m,) = ftir.simulate(sample, 0, settings)
    x, y = m.data["wavenumber"].values, m.data["absorbance"].values
    exact = ftir.truth(sample, settings)
    tops = x[1:-1][(y[1:-1] > y[:-2]) & (y[1:-1] >= y[2:]) & (y[1:-1] > 1e-3)]
    maxima = sorted(v for n, v in exact.items() if n.startswith("band"))
    np.testing.assert_allclose(tops, maxima, atol=0.2)


def test_boron_carbon_bonds_move_the_sum(powders):
    moved = replace(powders["B-SiOC-3"], values=Values({par.E_B_C.id: 80.0, par.B_C.id: 1120.0}))
    both = (ftir.truth(p) for p in (powders["SiOC"], moved))
    usual, shifted = (next(at for at in bands.values() if 1050 < at < 1150) for bands in both)
    assert usual < shifted < usual + 10


# --- analysis


@pytest.mark.parametrize("kind", ["absorbance", "transmittance"])
def test_bands_come_back_through_the_file(powders, tmp_path, kind):
    sample = powders["B-SiOC-3"]
    settings = CLEAN | {"ordinate": kind}
    paths = ftir.write(ftir.simulate(sample, 1, settings), tmp_path, "p")
    result = analyse_files(paths)
    assert (result.technique, result.synthetic) == ("ftir", True)
    for name, at in ftir.truth(sample, settings).items():
        found = near(result.findings, at)
        assert found is not None, name
        half = (found.high - found.low) / 2
        assert abs(found.value - at) < 2 * half, name
        assert found.notes[0].startswith("maximum" if name.startswith("band") else "shoulder")
    assert len(result.findings) <= len(ftir.truth(sample, settings)) + 1  # noise may split the widest


def test_absorbance_and_transmittance_of_one_spectrum_agree():
    a = 0.05 + band(1090, 100) + band(1390, 100, 0.2)
    n = 1e-3 * np.random.default_rng(0).standard_normal(X.size)
    t = 10.0**-a + n
    as_t = ftir.analyse([made(t, "transmittance", ordinate="TRANSMITTANCE")])
    as_a = ftir.analyse([made(-np.log10(t), "absorbance", ordinate="ABSORBANCE")])
    as_p = ftir.analyse([made(100 * t, "signal", ordinate="")], {"ordinate": "percent"})
    for a_, b_, c_ in zip(as_t, as_a, as_p, strict=True):
        assert a_.value == pytest.approx(b_.value) == pytest.approx(c_.value)


def test_an_ordinate_without_name_is_guessed_and_said():
    a = 0.02 + band(1090, 100) + band(1390, 100, 0.2)
    t = 10.0**-a + 1e-3 * np.random.default_rng(1).standard_normal(X.size)
    for y, says in (
        (100 * t, "per cent"),
        (t, "taken as transmittance"),
        (-np.log10(t), "taken as absorbance"),
    ):
        found = ftir.analyse([made(y, "signal", ordinate="")])
        assert near(found, 1090) is not None
        assert says in found[0].notes[-1]
        assert "guessed" in found[0].notes[-1]
    wrong = 10.0**-a * 100
    with pytest.raises(DataError, match="choice ordinate"):
        ftir.analyse([made(wrong, "absorbance", ordinate="ABSORBANCE")])
    found = ftir.analyse([made(wrong, "transmittance", ordinate="TRANSMITTANCE")])
    assert "per cent" in found[0].notes[-1]
    assert near(found, 1090) is not None


def test_places_do_not_depend_on_step_or_direction():
    fine = np.arange(400.0, 4000.0, 0.5)
    y = 0.1 + np.exp(-LOG2 * ((fine - 1090) / 80) ** 2)
    rng = np.random.default_rng(2)
    data = xr.Dataset(
        {"absorbance": ("point", y + 1e-4 * rng.standard_normal(fine.size), {})},
        coords={"wavenumber": ("point", fine, {})},
    )
    (found,) = ftir.analyse([Measurement("ftir", data, "measured", "s", {})])
    assert covers(found, 1090.0)


@pytest.mark.parametrize("smoothed", [1, 5])
def test_noise_is_measured_also_where_points_are_not_independent(smoothed):
    rng = np.random.default_rng(3)
    white = 1e-3 * rng.standard_normal(X.size + smoothed - 1)
    n = np.convolve(white, np.ones(smoothed) / np.sqrt(smoothed), "valid")
    s = spectrum(made(0.1 + n), None, None, 20000)
    level = float(np.median(noise(s, 4.0 * smoothed).level))
    slow = 1e-3 * np.sqrt(smoothed)  # what an average over many points scatters by, as white noise
    assert 0.45 * slow < level < 1.4 * slow  # of strongly averaged points it is understated, at most by half


def test_pure_noise_has_no_bands():
    false = 0
    for seed in range(20):
        y = 0.2 + 1e-3 * np.random.default_rng(seed).standard_normal(X.size)
        (found, *more) = ftir.analyse([made(y)])
        false += len(more) + found.resolved
    assert false <= 1


def test_noise_on_a_wide_band_makes_no_second_one():
    more = 0
    for seed in range(10):
        y = 0.1 + band(3400, 350, 0.3) + 4e-4 * np.random.default_rng(seed).standard_normal(X.size)
        more += len(ftir.analyse([made(y)])) - 1
    assert more <= 1


def test_a_kernel_sees_no_slope_and_no_constant():
    for order in (2, 3):
        k = kernel(10.0, 2.0, order)
        assert k.sum() == pytest.approx(0, abs=1e-12)
    u = np.arange(k.size) - k.size // 2
    assert kernel(10.0, 2.0) @ u == pytest.approx(0, abs=1e-9)


def test_the_error_of_a_place_is_its_scatter():
    found, half = [], []
    for seed in range(40):
        y = 0.1 + band(1390, 100, 0.05) + 1e-3 * np.random.default_rng(100 + seed).standard_normal(X.size)
        (f,) = ftir.analyse([made(y)], {"parameters": {par.AXIS_ERROR.id: 0.05}})
        found.append(f.value)
        half.append((f.high - f.low) / 2)
    inside = np.mean(np.abs(np.array(found) - 1390) <= np.array(half))
    assert inside >= 0.8
    assert np.mean(half) < 4 * np.std(found)


def test_an_opaque_band_has_no_place():
    y = 0.1 + band(1090, 100, 6.0) + band(1600, 60, 0.3)
    t = np.maximum(10.0**-y, 1e-6) + 1e-3 * np.random.default_rng(5).standard_normal(X.size)
    found = ftir.analyse([made(t, "transmittance", ordinate="T")])
    hidden = [f for f in found if not f.resolved and f.low < 1150 and f.high > 1030]
    assert hidden
    assert "less powder" in hidden[0].notes[0]
    assert near(found, 1600) is not None


# --- questions and candidates


def test_bands_asked_for_are_answered_or_bounded(powders):
    chosen = {"bands": [1388, 1112, 1900, 5000]}
    with_boron = {f.name: f for f in ftir.analyse(ftir.simulate(powders["B-SiOC-3"], 2), chosen)}
    without = {f.name: f for f in ftir.analyse(ftir.simulate(powders["SiOC"], 2), chosen)}
    assert list(with_boron) == ["band_1388", "band_1112", "band_1900", "band_5000"]
    assert covers(with_boron["band_1388"], 1390)
    assert not without["band_1388"].resolved
    assert "would be seen from a height" in without["band_1388"].notes[0]
    assert "covers" in with_boron["band_5000"].notes[0]


def test_the_bound_is_where_a_band_begins_to_be_seen():
    def asked(height):
        y = 0.1 + band(2000, 60, height) + 1e-3 * np.random.default_rng(6).standard_normal(X.size)
        return ftir.analyse([made(y)], {"bands": 2000})[0]

    bound = float(asked(0.0).notes[0].split("height of ")[1].split(" ")[0])
    assert not asked(0.3 * bound).resolved
    assert asked(2.0 * bound).resolved


def test_the_band_at_1112_is_shared():
    notes = " ".join(words(candidates(1100, 1115, 110.0)))
    assert "Si-O-Si" in notes
    assert "B-C" in notes
    assert "no boron-carbon bond can be read from it" in notes
    assert "cannot say which" in notes
    assert "water bends here too" in " ".join(words(candidates(1620, 1630, 80.0)))
    assert words(candidates(5000, 5001)) == ["no group of the table absorbs here"]


def test_gases_are_candidates_of_narrow_bands_only():
    wide, narrow = ({c.group for c in candidates(1650, 1655, w)} for w in (80.0, 6.0))
    assert "water vapour in the beam" in narrow - wide
    assert all(c.low < c.high for c in TABLE)


def test_the_ambiguity_is_stated_with_a_virtual_spectrum(powders):
    found = near(ftir.analyse(ftir.simulate(powders["B-SiOC-3"], 3)), 1091)
    assert any("B-C lies under Si-O-Si" in note for note in found.notes)


# --- refusals


@pytest.mark.parametrize(
    "settings",
    [{"powder": 1}, {"powder_mg": -1}, {"noise": "low"}, {"range_per_cm": (4000, 400)}, {"ordinate": "a.u."},
     {"step_per_cm": 0}, {"range_per_cm": (400, 420)}, {"vapour": True}],
)  # fmt: skip
def test_unusable_settings_are_refused(powders, settings):
    with pytest.raises(InputError):
        ftir.simulate(powders["SiOC"], 0, settings)


@pytest.mark.parametrize(
    "choices", [{"band": 1}, {"bands": "1388"}, {"bands": [-1]}, {"window": 3}, {"ordinate": "T"},
                {"window": (900, 400)}],
)  # fmt: skip
def test_unusable_choices_are_refused(powders, choices):
    with pytest.raises(InputError):
        checked(choices)


def test_a_window_without_points_is_refused(powders):
    with pytest.raises(DataError, match="wider"):
        ftir.analyse(ftir.simulate(powders["SiOC"], 0), {"window": (400, 410)})
    with pytest.raises(DataError):
        ftir.analyse([])
    with pytest.raises(InputError):
        ftir.plot([], [])


def test_the_figure_is_marked_and_drawn_also_without_bands(powders):
    m = ftir.simulate(powders["B-SiOC-3"], 4)
    figure = ftir.plot(m, ftir.analyse(m))
    assert "SYNTHETIC" in figure.get_suptitle()
    flat = made(np.full(X.size, 0.1))
    assert ftir.plot([flat], ftir.analyse([flat])).get_suptitle() == ""


def test_modes_add_up():
    x = np.linspace(900, 1300, 200)
    two = [Mode("a", 1.0, 1090, 80), Mode("b", 0.5, 1200, 60)]
    np.testing.assert_allclose(absorbance(x, two), two[0](x) + two[1](x))
    assert two[0](np.array([1050.0, 1130.0])) == pytest.approx([0.5, 0.5])


# --- real files

NIST = (906.8, 1028.3, 1069.2, 1154.6, 1583.1, 1601.3, 2850.1, 3001.4, 3026.4, 3060.0, 3082.2)


def test_polystyrene_has_the_lines_of_its_standard(shared_data):
    found = analyse_files([shared_data("ftir") / "Ft-ir.spc"]).findings
    missed = [at for at in NIST if (f := near(found, at, 5)) is None or not covers(f, at)]
    assert not missed
    for at in (3060, 3026, 2920, 1602, 1492, 1452, 1028, 906, 756, 698, 540):  # highest points, steps of 2
        assert near(found, at, 4) is not None, at


def test_reference_bands_of_an_ester(shared_data):
    found = analyse_files([shared_data("ftir") / "absorbance.jdx"]).findings
    for at in (2956.4, 1733.7, 1342.2, 1240.0, 1164.8, 842.8):  # highest points, steps of 1.93
        f = near(found, at, 5)
        assert f.low - 0.97 <= at <= f.high + 0.97, at


def test_reference_bands_of_iron_sulphate(shared_data):
    found = analyse_files([shared_data("ftir") / "2024-10-10_FeSO4_ref.asp"]).findings
    for at in (1073.5, 603.8, 1617.7, 3375.1):
        assert covers(near(found, at, 8), at), at
    assert "guessed" in found[0].notes[-1]


def test_carbon_dioxide_in_an_opus_file(shared_data):
    found = analyse_files([shared_data("ftir") / "bruker_opus_file.0"]).findings
    for at in (667.4, 2360.0):
        assert any("CO2 in the beam" in note for note in near(found, at, 5).notes)


def test_one_spectrum_in_two_formats_gives_the_same_numbers(shared_data, tmp_path):
    from nanokiln.formats import jcamp_infrared

    (m,) = formats.read(shared_data("ftir") / "Ft-ir.spc", "ftir")
    (again,) = formats.read(jcamp_infrared.write(tmp_path / "a.jdx", m), "ftir")
    one, two = ftir.analyse([m]), ftir.analyse([again])
    assert [f"{f.value:.1f}" for f in one] == [f"{f.value:.1f}" for f in two]


def test_intervals_hold_the_truth():
    path = Path(__file__).resolve().parents[2] / "benchmarks" / "coverage_ftir.py"
    script = runpy.run_path(str(path))
    found = script["summary"](script["study"](range(3000, 3025)))
    number, share, _ = found["maximum"]
    assert number > 120
    assert share > 0.85
    assert found.get("false", (0,))[0] < 0.08 * number


def test_take_apart_uses_the_window(powders):
    (m,) = ftir.simulate(powders["SiOC"], 5)
    result = take_apart(m, checked({"window": (900, 1300)}))
    assert result.spectrum.x[0] >= 900
    assert all(900 < b.position < 1300 for b in result.bands)
