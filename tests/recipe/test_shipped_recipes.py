"""The shipped recipes and precursors carry what the article gives, and say what they assume."""

import csv
import re

import pytest

from nanokiln.core.errors import InputError
from nanokiln.recipe import (
    load_precursor,
    load_recipe,
    parse_recipe,
    recipe_text,
    shipped,
    shipped_precursors,
)
from nanokiln.recipe.library import recipe_folder
from nanokiln.recipe.precursors import FOLDER

NAMES = list(shipped())
FIRED = ["B-SiOC-1", "B-SiOC-2", "B-SiOC-3", "B-SiOC-4"]
CONTROLS = ["silica", "carbon", "silica@carbon", "BTEE-SiOC", "hollow C@SiOC"]


@pytest.mark.parametrize("name", NAMES)
def test_loads_and_reads_back(name):
    recipe = load_recipe(name)
    assert recipe.name == name
    assert recipe.title
    assert recipe.source
    assert recipe.notes
    assert parse_recipe(recipe_text(recipe)) == recipe
    assert shipped()[name].precursor == recipe.precursor.name


@pytest.mark.parametrize("name", NAMES)
def test_case_and_blanks_do_not_matter(name):
    assert load_recipe(name.upper().replace(" ", "-")) == load_recipe(name)


def test_everything_the_study_needs_is_there():
    stopped = [f"B-SiOC-2-{stop}" for stop in ("500C", "900C-0h", "900C-1h", "900C-4h")]
    series = [f"B-SiOC-2-{t}C" for t in (700, 800, 900, 1000, 1100)]
    before = [f"{name}-before" for name in ["SiOC", *FIRED]]
    assert {"SiOC", *FIRED, *CONTROLS, *stopped, *series, *before, "B-SiOC-2-etched"} == set(NAMES)


@pytest.mark.parametrize(("name", "ratio"), list(zip(["SiOC", *FIRED], [0, 0.1, 0.3, 0.5, 1.0], strict=True)))
def test_the_series(name, ratio):
    recipe = load_recipe(name)
    assert recipe.additive_ratio == ratio  # C001-C004
    assert recipe.programme.peak_degC == 900  # C005
    ramp, hold = recipe.programme.steps[:2]
    assert (ramp.rate_K_min, hold.duration_min) == (5, 240)  # C007, C006
    assert recipe.gas.hydrogen_fraction == 0.05
    assert "gas.hydrogen_fraction" in recipe.assumed  # C008 gives no number
    assert recipe.stage == "product"
    if ratio:
        assert recipe.wash_cycles == 3  # C011
        assert recipe.drying == "freeze-drying"  # C010
        assert recipe.metadata["sonication_min"] == 60  # C009
        assert recipe.metadata["dry_degC"] == 40  # C012


@pytest.mark.parametrize("name", ["SiOC", *FIRED])
def test_before_is_the_same_powder_unfired_and_unwashed(name):
    before, after = load_recipe(f"{name}-before"), load_recipe(name)
    assert before.stage == "before"
    assert not before.programme.fired
    assert before.wash_cycles == 0
    assert (before.precursor, before.additive_ratio) == (after.precursor, after.additive_ratio)


@pytest.mark.parametrize(
    ("stop", "peak", "minutes"),
    [("500C", 500, 0), ("900C-0h", 900, 0), ("900C-1h", 900, 60), ("900C-4h", 900, 240)],
)
def test_stopped_samples(stop, peak, minutes):
    recipe = load_recipe(f"B-SiOC-2-{stop}")
    t, T = recipe.programme.knots()
    at_peak = t[T.max() == T]
    assert recipe.programme.peak_degC == peak
    assert at_peak[-1] - at_peak[0] == pytest.approx(60 * minutes)
    assert recipe.stage == "intermediate"
    assert recipe.wash_cycles == 3
    assert "wash_cycles" in recipe.assumed


def test_the_temperature_series_differs_only_in_its_plateau():
    standard = load_recipe("B-SiOC-2")
    for celsius in (700, 800, 900, 1000, 1100):
        recipe = load_recipe(f"B-SiOC-2-{celsius}C")
        assert recipe.programme.peak_degC == celsius
        assert recipe.programme.steps[1:] == standard.programme.steps[1:]
        assert recipe.gas == standard.gas
        assert recipe.additive_ratio == standard.additive_ratio
    assert load_recipe("B-SiOC-2-900C").programme == standard.programme


def test_etching_is_all_that_differs():
    etched = load_recipe("B-SiOC-2-etched")
    assert etched.oxide_etch
    assert etched.programme == load_recipe("B-SiOC-2").programme


@pytest.mark.parametrize("name", CONTROLS)
def test_controls_share_one_feed_ratio(name):
    recipe = load_recipe(name)
    assert recipe.additive_ratio == 0.5  # C025
    assert recipe.programme == load_recipe("B-SiOC-3").programme
    assert recipe.precursor.bet_area_m2_g is None


def test_the_synthesis_of_the_controls_is_recorded():
    shell = load_precursor("silica@carbon").metadata
    assert shell["teos_mL"] == 6.92  # C016
    assert (shell["water_mL"], shell["ethanol_mL"], shell["ammonia_mL"]) == (20, 140, 6)  # C017
    assert shell["prehydrolysis_min"] == 15  # C018
    assert (shell["resorcinol_g"], shell["formaldehyde_mL"]) == (0.8, 1.12)  # C019
    assert shell["stirring_h"] == 24  # C020
    hollow = load_precursor("hollow-c@sioc").metadata
    assert (hollow["resin_g"], hollow["bteb_mL"]) == (0.1, 0.2)  # C023
    assert (hollow["water_mL"], hollow["ethanol_mL"], hollow["ammonia_mL"]) == (120, 15, 1)  # C023
    assert (hollow["stirring_before_min"], hollow["stirring_after_h"]) == (30, 12)  # C024
    for table in (shell, hollow):
        assert table["carbonisation_degC"] == 800  # C021
        assert table["precursor_dry_degC"] == 60  # C159
    assert load_precursor("sioc-btee").metadata["silane"] == "BTEE"  # C022


def test_the_reference_precursor():
    spheres = load_precursor("SIOC-BTEB")
    assert spheres.diameter_nm == 200
    assert spheres.bet_area_m2_g == 81.58
    assert spheres.silicon_mass_fraction == pytest.approx(12.3e-3 * 28.0855, abs=2e-4)
    assert spheres.soluble_silica_mass_fraction == pytest.approx(9.99e-3 * 60.084, abs=1e-3)
    assert spheres.mesopore_diameter_nm is None
    assert spheres.metadata["silane"] == "BTEB"  # C013


@pytest.mark.parametrize("name", list(shipped_precursors()))
def test_precursors_are_consistent(name):
    one = load_precursor(name)
    silica_if_all_silicon = one.silicon_mass_fraction * 60.084 / 28.0855
    assert one.soluble_silica_mass_fraction <= silica_if_all_silicon * 1.001
    total = one.carbon_mass_fraction + one.silicon_mass_fraction + one.oxygen_mass_fraction
    assert 0.97 <= total <= 1.005
    assert one.source
    assert (one.carbon_domain_nm is None) == (one.carbon_mass_fraction == 0)


def test_the_derived_shells():
    """Masses from the published synthesis give the shells written in the files."""
    silica = 6.92 * 0.933 / 208.33 * 60.084
    carbon = 0.5 * (0.8 + 1.12 * 1.09 * 0.37 - 0.8 / 110.11 * 1.6 * 18.015)
    core_shell = load_precursor("silica@carbon")
    assert core_shell.carbon_mass_fraction == pytest.approx(carbon / (carbon + silica), abs=0.01)
    core = 100 * (silica / 2.2 / (silica / 2.2 + carbon / 1.9)) ** (1 / 3)
    assert core_shell.shell_thickness_nm == pytest.approx(100 - core, abs=0.3)
    hollow = load_precursor("hollow-c@sioc")
    oxycarbide = 0.2 * 1.015 / 402.6 * 180.27 * (1 - 0.4 * 0.2)
    assert hollow.carbon_mass_fraction == pytest.approx(
        (0.05 + 0.35 * oxycarbide) / (0.05 + oxycarbide), abs=0.005
    )
    resin, wall = 0.1 / 1.3, oxycarbide / 2.1
    assert hollow.shell_thickness_nm == pytest.approx(
        100 - 100 * (resin / (resin + wall)) ** (1 / 3), abs=0.3
    )


@pytest.mark.parametrize("path", [*sorted(recipe_folder().glob("*.toml")), *sorted(FOLDER.glob("*.toml"))])
def test_every_quantity_says_where_it_comes_from(path):
    """A quantity with a unit has a comment on its line: a claim, a document, or that it is assumed."""
    for line in path.read_text(encoding="utf-8").splitlines():
        match = re.match(r'^(\w+) = "[-\d.]+ [^"]+"(.*)$', line)
        if match:
            assert re.search(r"# \w+\W*\w+", match.group(2)), f"{path.name}: {line}"


def test_cited_claims_exist(shared_data):
    ledger = shared_data("xps").parents[1] / "paper" / "claims.csv"
    if not ledger.is_file():
        pytest.skip("the claims ledger is not on this machine (../shared/paper/claims.csv)")
    known = {row["id"] for row in csv.DictReader(ledger.read_text(encoding="utf-8").splitlines())}
    text = "".join(p.read_text() for p in [*recipe_folder().glob("*.toml"), *FOLDER.glob("*.toml")])
    cited = set(re.findall(r"\bC\d{3}\b", text))
    assert cited
    assert cited <= known
    assert {f"C{i:03d}" for i in range(1, 26)} | {"C159"} <= cited


def test_an_unknown_precursor():
    with pytest.raises(InputError, match="Did you mean 'silica'"):
        load_precursor("silicca")
