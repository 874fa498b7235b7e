"""Shared by the furnace tests: firings made once, recipes with a few fields changed, the reference module."""

import importlib.util
from functools import cache
from pathlib import Path

import pytest

from nanokiln.core.parameters import Values
from nanokiln.furnace import fire
from nanokiln.recipe import Programme, load_recipe


@pytest.fixture(scope="session")
def reference():
    """The mechanism in plain numpy; see `mechanism_reference`."""
    path = Path(__file__).with_name("mechanism_reference.py")
    spec = importlib.util.spec_from_file_location("mechanism_reference", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def _fired(name, overrides):
    return fire(load_recipe(name), Values(dict(overrides)))


@pytest.fixture(scope="session")
def fired():
    """Return the firing of a shipped recipe with overrides, from a cache."""

    def make(name, **overrides):
        return _fired(name, tuple(sorted(overrides.items())))

    return make


def changed(ratio=0.3, *, peak=900.0, hold=240.0, water=10.0, base="B-SiOC-2", **precursor):
    """Return a shipped recipe with another feed, plateau, moisture or precursor."""
    recipe = load_recipe(base)
    steps = [
        {"step": "ramp", "to": f"{peak} degC", "rate": "5 K/min"},
        {"step": "hold", "duration": f"{hold} min"},
        {"step": "ramp", "to": "25 degC", "rate": "5 K/min"},
    ]
    update = {
        "additive_ratio": ratio,
        "programme": Programme.model_validate({"steps": steps}),
        "gas": recipe.gas.model_copy(update={"water_ppm": water}),
        "precursor": recipe.precursor.model_copy(update=precursor),
    }
    return recipe.model_copy(update=update)


@pytest.fixture(scope="session")
def recipe_with():
    return changed


@pytest.fixture(scope="session")
def mean():
    """Return the product's averages over the local feed."""
    return lambda firing: firing.product.mean(firing.setup)
