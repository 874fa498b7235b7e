"""Diffraction: virtual patterns found back, real ones against their published lines, choices refused."""

import bz2
import math

import numpy as np
import pytest

import nanokiln
from nanokiln import formats, techniques
from nanokiln.core.errors import DataError, InputError
from nanokiln.core.parameters import Values
from nanokiln.techniques.xrd.reference import phases
from nanokiln.techniques.xrd.simulate import truth

xrd = techniques.get("xrd")
CU = {"wavelength": "Cu"}


@pytest.fixture(scope="module")
def dried():
    return nanokiln.make_sample(nanokiln.load_recipe("B-SiOC-3-before"), spheres=50)


@pytest.fixture(scope="module")
def fired():
    return nanokiln.make_sample(nanokiln.load_recipe("B-SiOC-3"), spheres=50)


def by_name(findings):
    return {f.name: f for f in findings}


def positions(findings):
    return np.array([f.value for f in findings if f.name.startswith("peak_") and f.name.endswith("_2theta")])


def test_boric_acid_is_found_before_the_furnace_and_not_after(dried, fired, tmp_path):
    (file,) = xrd.write(xrd.simulate(dried, seed=1), tmp_path, "dried")
    assert file.suffix == ".xrdml"
    read = formats.read(file)
    assert read[0].origin == "synthetic"
    found = by_name(xrd.analyse(read))
    assert found["phase_boric_acid"].notes[0] == "matched"
    for line in (14.67, 28.02):  # (010) and (002) of the triclinic cell
        assert np.abs(positions(found.values()) - line).min() < 0.12
    after = by_name(xrd.analyse(xrd.simulate(fired, seed=1)))
    assert after["peaks"].value == 0
    assert "phase_boric_acid" not in after or after["phase_boric_acid"].notes[0] != "matched"


def test_a_standard_takes_the_height_error_off(dried):
    settings = {"silicon_share": 0.2, "displacement_mm": 0.3}
    measured = xrd.simulate(dried, seed=2, settings=settings)
    lines = truth(dried, settings)["lines"]["silicon"][0]
    line = lines[np.argmin(np.abs(lines - 47.3))]
    raw = positions(xrd.analyse(measured))
    aligned = positions(xrd.analyse(measured, {"standard": "silicon"}))
    assert np.abs(raw - line).min() > 0.1
    assert np.abs(aligned - line).min() < 0.02


def test_the_dose_sets_the_noise(fired):
    widths = []
    for counts in (300.0, 30000.0):
        halo = by_name(xrd.analyse(xrd.simulate(fired, seed=3, settings={"counts": counts})))["halo_2theta"]
        widths.append(halo.high - halo.low)
    assert widths[1] < widths[0]


def test_same_seed_same_pattern(fired):
    one, two, other = (xrd.simulate(fired, seed=s)[0].data["counts"].values for s in (4, 4, 5))
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize(
    "settings",
    [
        {"count": 1},
        {"counts": -5},
        {"range_deg": (80, 5)},
        {"anode": "Xx"},
        {"format": "raw"},
        {"step_deg": "a"},
    ],
)
def test_settings_are_refused(fired, settings):
    with pytest.raises(InputError):
        xrd.simulate(fired, seed=0, settings=settings)


@pytest.mark.parametrize(
    "choices",
    [{"wave": 1}, {"phases": "unobtainium"}, {"range_deg": (30, 10)}, {"scherrer_k": -1}, {"scan": 9}],
)
def test_choices_are_refused(fired, choices):
    with pytest.raises(InputError):
        xrd.analyse(xrd.simulate(fired, seed=0), choices)


def test_no_wavelength_is_assumed(tmp_path):
    path = tmp_path / "bare.xy"
    x = np.arange(10, 60, 0.02)
    path.write_text("2theta intensity\n" + "".join(f"{a:.2f} {100 + 10 * math.sin(a):.1f}\n" for a in x))
    with pytest.raises(DataError, match="wavelength"):
        nanokiln.analyse(path)
    assert nanokiln.analyse(path, choices=CU)


def test_reference_lines_obey_bragg_and_their_cells():
    """Spacings of the cubic phases come from one edge each, whatever the program that computed them."""
    for name, edge in (("silicon", 5.431), ("lithium_fluoride", 4.026), ("lanthanum_hexaboride", 4.157)):
        phase = phases()[name]
        for spacing, words in zip(phase.spacing, phase.indices, strict=True):
            h, k, l = (int(i) for i in words.split())  # noqa: E741 - Miller's letters
            assert spacing == pytest.approx(edge / math.sqrt(h * h + k * k + l * l), rel=2e-3)


def test_the_table_is_what_pymatgen_computes():
    pytest.importorskip("pymatgen", reason="pymatgen, which computes the reference lines, is not installed")
    import runpy
    from pathlib import Path

    script = Path(__file__).resolve().parents[2] / "docs" / "make_xrd_reference.py"
    rows = [row.split(",") for row in runpy.run_path(str(script))["table"]().splitlines()[1:]]
    assert {row[0] for row in rows} == set(phases())
    for name, phase in phases().items():
        own = [row for row in rows if row[0] == name]
        np.testing.assert_allclose([float(row[1]) for row in own], phase.spacing, rtol=1e-4)
        np.testing.assert_allclose([float(row[2]) for row in own], phase.intensity, atol=0.5)


def test_lanthanum_hexaboride(shared_data):
    found = nanokiln.analyse(shared_data("xrd") / "LaB6_d500_si_psd.xye.bz2", choices=CU)
    seen = {f.name: f for f in found}
    lines = [f for n, f in seen.items() if n.startswith("peak_") and n.endswith("_2theta")]
    for line in (21.36, 30.38, 37.44, 43.51, 48.96, 53.99):  # a = 4.1569 A, Cu K-alpha 1
        nearest = min(lines, key=lambda f: abs(f.value - line))
        assert nearest.low - 0.005 <= line <= nearest.high + 0.005  # the lines are printed to 0.01
    assert seen["phase_lanthanum_hexaboride"].notes[0] == "matched"


def test_anatase(shared_data):
    lines = positions(nanokiln.analyse(shared_data("xrd") / "xrd-autoanalyzer_TiO2.xy", choices=CU))
    for line in (25.28, 37.80, 48.05, 53.89, 55.06, 62.69):  # powder diffraction file 21-1272
        assert np.abs(lines - line).min() < 0.1  # the height of the sample is not known


def test_one_scan_in_two_formats(shared_data):
    one, two = (nanokiln.analyse(shared_data("xrd") / name) for name in ("BT86.raw", "BT86_.UXD"))
    np.testing.assert_allclose(positions(one), positions(two), atol=2e-3)


def test_quartz_in_a_rock(shared_data):
    found = by_name(nanokiln.analyse(shared_data("xrd") / "XRD-918-16_10.xrdml"))
    assert found["phase_quartz"].notes[0] == "matched"
    assert np.abs(positions(found.values()) - 26.62).min() < 0.05


def test_a_bomb_is_not_unpacked(tmp_path):
    path = tmp_path / "bomb.xye.bz2"
    path.write_bytes(bz2.compress(b" " * (65 << 20)))
    with pytest.raises(DataError):
        formats.read(path, "xrd")


def test_records_are_used():
    assert Values()["xrd.significance"] > 0
