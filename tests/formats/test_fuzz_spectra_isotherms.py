"""Damaged files give a measurement or one line of complaint; no reader takes the file of another."""

import importlib.util
import random
from pathlib import Path

import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nanokiln.core.errors import DataError
from nanokiln.formats import guess, modules, read

SPEC = importlib.util.spec_from_file_location("fuzzing", Path(__file__).with_name("fuzzing.py"))
fuzzing = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(fuzzing)
MADE = fuzzing.makers()
FIXTURE = [HealthCheck.function_scoped_fixture]


@pytest.mark.parametrize("name", MADE)
def test_every_format_is_recognised_and_by_no_other_reader(tmp_path, name):
    path = tmp_path / "no_ending"
    path.write_bytes(MADE[name])
    sure = {m.__name__.rsplit(".", 1)[1]: m.sniff(MADE[name][:65536], path) for m in modules()}
    own = sure.pop(name)
    assert own >= 0.7
    assert max(sure.values()) < own
    assert guess(path).module.__name__.endswith(name)


def test_real_files_are_taken_by_their_reader_alone(shared_data):
    """Every real file of every technique: the two best guesses must not tie."""
    root = shared_data("xps").parent
    for path in sorted(p for t in ("xps", "n2_sorption") for p in (root / t).iterdir()):
        if path.suffix == ".md" or path.name == "FeO_analyzed_results.csv":
            continue
        head = path.read_bytes()[:65536]
        best, second = sorted((m.sniff(head, path) for m in modules()), reverse=True)[:2]
        assert best > second, path.name
        assert read(path), path.name
    mine = ("belsorp", "quantachrome", "phi_spe", "avantage", "specs_xy", "vamas")
    for path in sorted(
        p for t in root.iterdir() if t.name not in ("xps", "n2_sorption") for p in t.iterdir()
    ):
        head = path.read_bytes()[:65536]
        for module in modules():
            if module.__name__.rsplit(".", 1)[1] in mine:
                assert module.sniff(head, path) < 0.1, (path.name, module.NAME)


@pytest.mark.parametrize("name", MADE)
@settings(max_examples=60, deadline=None, suppress_health_check=FIXTURE)
@given(seed=st.integers(0, 2**32))
def test_damage_never_raises_anything_else(tmp_path, name, seed):
    fuzzing.attempt(tmp_path / "f", fuzzing.damaged(MADE[name], random.Random(seed)))


def test_an_infinite_step_is_a_complaint(tmp_path):
    """Found by the search above."""
    assert not fuzzing.attempt(tmp_path / "f", fuzzing.damaged(MADE["vamas"], random.Random(7524)))


def test_a_step_too_small_to_divide_by_is_a_complaint(tmp_path):
    """Found by the search above: the guess itself divides by steps."""
    assert not fuzzing.attempt(tmp_path / "f", fuzzing.damaged(MADE["xps_csv"], random.Random(176622)))


@pytest.mark.parametrize("name", MADE)
@settings(max_examples=30, deadline=None, suppress_health_check=FIXTURE)
@given(raw=st.binary(min_size=1, max_size=300))
def test_garbage_behind_a_good_head(tmp_path, name, raw):
    fuzzing.attempt(tmp_path / "f", MADE[name][: len(MADE[name]) // 3] + raw)


@pytest.mark.parametrize("name", MADE)
def test_empty_and_cut_everywhere(tmp_path, name):
    path = tmp_path / "f"
    raw = MADE[name]
    path.write_bytes(b"")
    with pytest.raises(DataError, match="empty"):
        read(path)
    for end in range(1, len(raw), max(len(raw) // 40, 1)):
        fuzzing.attempt(path, raw[:end])


@pytest.mark.parametrize("name", ["aif", "belsorp", "quantachrome", "specs_xy", "xps_csv", "vamas"])
def test_long_files_are_read_in_linear_time(tmp_path, name):
    """A file with its rows a hundred times over takes no hundred times hundred."""
    path = tmp_path / "f"
    lines = MADE[name].splitlines(keepends=True)
    fuzzing.attempt(path, b"".join(lines[:-3] + lines[-6:-3] * 20_000 + lines[-3:]))


@pytest.mark.parametrize(
    "name", ["aif", "belsorp", "quantachrome", "specs_xy", "xps_csv", "vamas", "isotherm_csv"]
)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_other_encodings_give_the_same_numbers(tmp_path, name, encoding):
    plain, other = tmp_path / "plain", tmp_path / "other"
    plain.write_bytes(MADE[name])
    other.write_bytes(MADE[name].decode("cp1252").encode(encoding))
    assert guess(other).module.__name__.endswith(name)
    for one, two in zip(read(plain), read(other), strict=True):
        xr.testing.assert_identical(one.data, two.data)
