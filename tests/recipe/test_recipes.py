"""Recipes: loading, defaults, errors in one line, and text that reads back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanokiln.core.errors import InputError
from nanokiln.recipe import Recipe, load_precursor, load_recipe, parse_recipe, recipe_text, shipped_precursors

GOOD = 'name = "x"\nprecursor = "sioc-bteb"\nadditive_ratio = "0.3 g/g"\n'
RAMP = '[[programme]]\nstep = "ramp"\nto = "900 degC"\nrate = "5 K/min"\n'


def precursor(**changes):
    inside = ", ".join(f"{key} = {value}" for key, value in changes.items())
    return GOOD.replace('"sioc-bteb"', f'{{base = "sioc-bteb", {inside}}}')


def test_the_smallest_recipe():
    recipe = parse_recipe(GOOD)
    assert recipe.additive_ratio == 0.3
    assert recipe.additive == "boric acid"
    assert recipe.drying == "freeze-drying"
    assert recipe.gas.hydrogen_fraction == 0.05
    assert recipe.wash_cycles == 0
    assert not recipe.oxide_etch
    assert recipe.stage == "before"
    assert recipe.precursor == shipped_precursors()["sioc-bteb"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("\n", "is empty", id="empty"),
        pytest.param("name = \n", "not valid TOML", id="not TOML"),
        pytest.param(GOOD + 'name = "y"\n', "not valid TOML", id="key twice"),
        pytest.param(
            GOOD + "programe = 1\n", "unknown field 'programe'. Did you mean 'programme'", id="typo"
        ),
        pytest.param(GOOD + "zzz = 1\n", "unknown field 'zzz'. Allowed: name", id="unknown"),
        pytest.param(
            GOOD.replace("bteb", "btebb"), "unknown precursor 'sioc-btebb'. Did you mean", id="precursor"
        ),
        pytest.param(GOOD.replace('"sioc-bteb"', "3"), "expected a name, a path", id="precursor type"),
        pytest.param(GOOD.replace("sioc-bteb", "no/such.toml"), "does not exist", id="precursor path"),
        pytest.param(
            GOOD.replace("0.3", "-0.3"), "additive_ratio = '-0.3 g/g': allowed 0 to 2 g/g", id="negative"
        ),
        pytest.param(GOOD.replace("0.3", "2.1"), "allowed 0 to 2 g/g", id="too much"),
        pytest.param(GOOD.replace("g/g", "K"), "cannot be converted", id="dimension"),
        pytest.param(GOOD.replace("g/g", "gg"), "unknown unit 'gg'", id="unit"),
        pytest.param(GOOD.replace('"0.3 g/g"', "[1]"), "expected a quantity in quotes", id="list"),
        pytest.param(GOOD.replace('"0.3 g/g"', "true"), "expected a quantity in quotes", id="bool"),
        pytest.param('name = "x"\nadditive_ratio = 0.1\n', "the field 'precursor' is missing", id="missing"),
        pytest.param(GOOD.replace('"x"', '"a/b"'), "names files", id="path in name"),
        pytest.param(GOOD.replace('"x"', r'"a\nb"'), "names files", id="line break in name"),
        pytest.param(GOOD.replace('"x"', '""'), "must not be empty", id="no name"),
        pytest.param(GOOD.replace('"x"', "3"), "name = 3: expected a text", id="name type"),
        pytest.param(GOOD + RAMP, "ends at 900 degC; add cooling", id="no cooling"),
        pytest.param(GOOD + RAMP.replace("900", "3000"), "programme step 1: to = '3000 degC'", id="too hot"),
        pytest.param(GOOD + "programme = 3\n", "programme = 3: expected", id="programme type"),
        pytest.param(GOOD + "wash_cycles = -1\n", "wash_cycles = -1: must be at least 0", id="washes"),
        pytest.param(GOOD + "wash_cycles = 99\n", "must be at most 20", id="many washes"),
        pytest.param(GOOD + "wash_cycles = 2.5\n", "expected a whole number", id="half a wash"),
        pytest.param(GOOD + 'wash_cycles = "3"\n', "expected a whole number", id="wash text"),
        pytest.param(GOOD + "oxide_etch = 1\n", "expected true or false", id="etch"),
        pytest.param(GOOD + 'sample_mass = "-1 g"\n', "sample_mass = '-1 g': allowed", id="negative mass"),
        pytest.param(GOOD + 'sample_mass = "1 g"\nsample_mass_g = 1\n', "keep one", id="said twice"),
        pytest.param(GOOD + 'drying = "freezedrying"\n', "Did you mean 'freeze-drying'", id="drying"),
        pytest.param(GOOD + 'drying = "none"\n', "does not go with", id="undried"),
        pytest.param(GOOD + 'additive = "borax"\n', "allowed boric acid", id="additive"),
        pytest.param(GOOD + '[gas]\nflow = "100 mL"\n', "gas: flow = '100 mL'", id="flow"),
        pytest.param(GOOD + '[gas]\nflo = "1 mL/min"\n', "Did you mean 'flow'", id="gas key"),
        pytest.param(GOOD + '[gas]\nhydrogen_fraction = "105 %"\n', "allowed 0 to 1", id="hydrogen"),
        pytest.param(GOOD + "gas = 3\n", "gas = 3: expected a table", id="gas type"),
        pytest.param(GOOD + "metadata = 3\n", "metadata = 3: expected a table", id="metadata"),
        pytest.param(GOOD + 'assumed = "all"\n', "expected a list", id="assumed"),
        pytest.param(
            precursor(diameter='"-3 nm"'), "precursor: diameter = '-3 nm': allowed 5", id="diameter"
        ),
        pytest.param(precursor(geometry='"homogenous"'), "Did you mean 'homogeneous'", id="geometry"),
        pytest.param(precursor(shell='"carbon"'), "only for geometry 'core-shell'", id="shell"),
        pytest.param(
            precursor(geometry='"core-shell"'), "needs shell_thickness, shell and core", id="no shell"
        ),
        pytest.param(precursor(carbon_mass_fraction='"0.9 g/g"'), "may not exceed 1", id="composition"),
        pytest.param(precursor(silicon_mass_fraction="0"), "needs silicon", id="silica without silicon"),
        pytest.param(
            precursor(mixed_bonds='"yes"'), "mixed_bonds = 'yes': expected true or false", id="bonds"
        ),
        pytest.param(precursor(base2="1"), "unknown field 'base2'", id="precursor key"),
    ],
)
def test_mistakes_are_told_in_one_line(text, words):
    with pytest.raises(InputError) as caught:
        load_recipe(text)
    message = str(caught.value)
    assert words in message
    assert "\n" not in message
    assert "pydantic" not in message


def test_an_unreadable_shell():
    text = precursor(geometry='"core-shell"', shell='"carbon"', core='"silica"', shell_thickness='"100 nm"')
    with pytest.raises(InputError, match="below the radius of 100 nm"):
        load_recipe(text)


@pytest.mark.parametrize("name", ["B-SiOC-22", "/tmp", "", "  "])
def test_names_that_are_not_there(name):
    with pytest.raises(InputError) as caught:
        load_recipe(name)
    assert "\n" not in str(caught.value)


def test_the_nearest_name_is_offered():
    with pytest.raises(InputError, match="Did you mean 'B-SiOC-2'"):
        load_recipe("B-SiO-2")


class TestFiles:
    def test_a_path(self, tmp_path):
        path = tmp_path / "mine.toml"
        path.write_text(GOOD, encoding="utf-8")
        assert load_recipe(path) == load_recipe(str(path)) == parse_recipe(GOOD)

    def test_a_byte_order_mark_is_no_mistake(self, tmp_path):
        path = tmp_path / "mine.toml"
        path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
        assert load_recipe(path).name == "x"

    def test_a_precursor_beside_the_recipe(self, tmp_path):
        (tmp_path / "beads.toml").write_text('base = "silica"\nname = "beads"\ndiameter = "300 nm"\n')
        path = tmp_path / "mine.toml"
        path.write_text(GOOD.replace("sioc-bteb", "beads.toml"))
        made = load_recipe(path).precursor
        assert (made.name, made.diameter_nm, made.mixed_bonds) == ("beads", 300, False)

    def test_a_recipe_from_another(self, tmp_path):
        path = tmp_path / "mine.toml"
        path.write_text(
            'base = "b-sioc-2"\nname = "mine"\n[gas]\nwater = "500 ppm"\n[precursor]\ndiameter = "300 nm"'
        )
        mine, theirs = load_recipe(path), load_recipe("B-SiOC-2")
        assert mine.gas.water_ppm == 500
        assert mine.gas.flow_mL_min == theirs.gas.flow_mL_min
        assert mine.precursor == theirs.precursor.replace(diameter_nm=300)
        assert mine.programme == theirs.programme
        assert mine.additive_ratio == theirs.additive_ratio

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "is empty"),
            (b"# only a comment\n", "is empty"),
            (b"\xff\xfe\x00", "not UTF-8"),
            (b'base = "B-SiOC-9"\n', "unknown base recipe 'B-SiOC-9'. Did you mean"),
            (b"base = 3\n", "base = 3: expected the name"),
            (b"a = " + b"[" * 5000, "not valid TOML"),
        ],
    )
    def test_bad_files(self, tmp_path, content, words):
        path = tmp_path / "mine.toml"
        path.write_bytes(content)
        with pytest.raises(InputError) as caught:
            load_recipe(path)
        assert words in str(caught.value)
        assert "mine.toml" in str(caught.value)
        assert "\n" not in str(caught.value)

    def test_a_missing_file_and_a_folder(self, tmp_path):
        with pytest.raises(InputError, match="does not exist"):
            load_recipe(tmp_path / "no.toml")
        (tmp_path / "folder.toml").mkdir()
        with pytest.raises(InputError, match="is not a file"):
            load_recipe(tmp_path / "folder.toml")


class TestCopies:
    def test_replace_checks(self):
        recipe = load_recipe("B-SiOC-2")
        assert recipe.replace(additive_ratio=0.7).additive_ratio == 0.7
        assert recipe.replace(precursor="carbon").precursor.name == "carbon"
        with pytest.raises(InputError, match="allowed 0 to 2"):
            recipe.replace(additive_ratio=7)
        with pytest.raises(InputError, match="Did you mean 'wash_cycles'"):
            recipe.replace(wash_cycle=7)

    def test_frozen(self):
        with pytest.raises(ValueError, match="frozen"):
            load_recipe("B-SiOC-2").additive_ratio = 1.0

    def test_changing_the_metadata_of_one_leaves_the_shipped_alone(self):
        load_recipe("B-SiOC-2").metadata["dry_degC"] = 1000
        assert load_recipe("B-SiOC-2").metadata["dry_degC"] == 40


values = st.one_of(
    st.booleans(),
    st.integers(-(2**62), 2**62),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)
tables = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    values | st.lists(values, max_size=3) | st.dictionaries(st.text("ab-_", max_size=3), values, max_size=2),
    max_size=4,
)


@settings(max_examples=60, deadline=None)
@given(
    ratio=st.floats(0, 2),
    mass=st.floats(0.001, 1000),
    peak=st.floats(100, 1500),
    rate=st.floats(0.01, 10000),
    hold=st.floats(0, 43200),
    area=st.none() | st.floats(0.1, 3000),
    words=st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    metadata=tables,
)
def test_text_reads_back_to_the_same_recipe(ratio, mass, peak, rate, hold, area, words, metadata):
    steps = [
        {"step": "ramp", "to_degC": peak, "rate_K_min": rate},
        {"step": "hold", "duration_min": hold},
        {"step": "quench"},
    ]
    recipe = Recipe.build(
        {
            "name": "drawn",
            "title": words,
            "precursor": load_precursor("sioc-bteb").replace(bet_area_m2_g=area),
            "additive_ratio": ratio,
            "programme": steps,
            "sample_mass_g": mass,
            "assumed": ["a", words],
            "metadata": metadata,
        }
    )
    text = recipe_text(recipe)
    assert parse_recipe(text) == recipe
    assert recipe_text(parse_recipe(text)) == text


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_a_recipe_or_an_input_error(text):
    with pytest.raises(InputError) as caught:
        load_recipe(text + "\n")
    assert "\n" not in str(caught.value)


def test_text_may_start_from_a_shipped_recipe():
    text = 'base = "B-SiOC-2"\nname = "hotter"\nadditive_ratio = "0.35 g/g"\n'
    assert load_recipe(text).additive_ratio == 0.35
