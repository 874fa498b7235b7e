"""What goes into the furnace: precursor, additive, drying, temperature programme, gas, wash.

A recipe is a TOML file in which every quantity carries its unit in words (``"900 degC"``,
``"5 K/min"``); here it becomes a frozen, validated model with plain numbers.
"""

from .library import RecipeSummary, load_recipe, shipped
from .precursor import Precursor
from .precursors import load_precursor, shipped_precursors
from .programme import Programme, Step
from .recipe import Gas, Recipe
from .text import parse_recipe, recipe_text

__all__ = [
    "Gas",
    "Precursor",
    "Programme",
    "Recipe",
    "RecipeSummary",
    "Step",
    "load_precursor",
    "load_recipe",
    "parse_recipe",
    "recipe_text",
    "shipped",
    "shipped_precursors",
]
