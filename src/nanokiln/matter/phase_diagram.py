"""Phase diagram of B2O3-SiO2 by pycalphad from the shipped database, and its tabulated form."""

from __future__ import annotations

import warnings
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import PhysicsError
from ..core.parameters import Values
from ..core.units import ZERO_CELSIUS
from . import borosilicate

_OVERALL = 0.97  # overall SiO2 fraction: inside the two-phase field of silica and melt
_PRESSURE = 101325  # Pa, pycalphad's unit


@cache
def _database() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pycalphad's parser uses deprecated calls of its own libraries
        from pycalphad import Database

        text = resources.files("nanokiln.matter").joinpath("b2o3-sio2.tdb").read_text(encoding="utf-8")
        return Database.from_string(text, fmt="tdb")


def _equilibrium(
    temperatures: NDArray[np.float64], phases: list[str] | None = None
) -> tuple[NDArray[np.str_], NDArray[np.float64]]:
    """Return names of the phases present and their mole fractions of SiO2, (temperatures, places)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pycalphad import equilibrium
        from pycalphad import variables as v

        database = _database()
        result = equilibrium(
            database,
            ["SQ", "BQ"],
            phases or list(database.phases),
            {v.X("SQ"): _OVERALL, v.T: list(map(float, temperatures)), v.P: _PRESSURE, v.N: 1},
        )
    names = result.Phase.values.reshape(len(temperatures), -1)
    for kelvin, row in zip(temperatures, names, strict=True):
        if not any(row):
            raise PhysicsError(
                f"pycalphad finds no equilibrium at {kelvin:.0f} K; a temperature a few kelvin off may do."
            )
    return names, result.X.sel(component="SQ").values.reshape(len(temperatures), -1)


def liquidus(temperatures: NDArray[np.float64]) -> tuple[NDArray[np.float64], list[str]]:
    """Return the mole fraction of SiO2 of melt saturated with silica, and the solid's name.

    Parameters
    ----------
    temperatures
        Temperatures in K, shape (n,), 723 to 1750 K.

    Raises
    ------
    PhysicsError
        If no melt is in equilibrium with silica at one of them.

    Limits: error of the assessment about +-0.08 at 900 degC.
    """
    names, fractions = _equilibrium(temperatures)
    melt, solids = np.empty(len(temperatures)), []
    for k, (row, x) in enumerate(zip(names, fractions, strict=True)):
        liquid = [float(a) for p, a in zip(row, x, strict=True) if p == "LIQUID"]
        solid = [str(p) for p in row if p not in ("LIQUID", "")]
        if not liquid or not solid:
            raise PhysicsError(f"no melt saturated with silica at {temperatures[k]:.0f} K.")
        melt[k] = liquid[0]
        solids.append(solid[0].lower())
    return melt, solids


def metastable_liquidus(temperatures: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the cristobalite liquidus, other forms of silica suspended (pycalphad), as `liquidus`."""
    names, fractions = _equilibrium(temperatures, ["LIQUID", "CRISTOBALITE"])
    # inside the metastable dome two liquids may be listed; saturation is the one poorer in silica
    return np.array(
        [
            min((float(a) for p, a in zip(row, x, strict=True) if p == "LIQUID"), default=np.nan)
            for row, x in zip(names, fractions, strict=True)
        ]
    )


_TABLE_DEGC = np.arange(400.0, 1401.0, 5.0)  # knots of the tabulated saturation


@cache
def _table(overrides: tuple[tuple[str, float], ...], network: float) -> NDArray[np.float64]:
    values = Values(dict(overrides))
    return np.array([borosilicate.saturation(t + ZERO_CELSIUS, network, values) for t in _TABLE_DEGC])


def saturation_table(temperature: float | NDArray[np.float64], network: float, values: Values) -> Any:
    """Return the saturation fraction of SiO2 from a table (linear between 5 K knots), 400-1400 degC."""
    thermo = {p.id: values[p] for p in _THERMO if p.id in values.overrides}
    table = _table(tuple(sorted(thermo.items())), float(network))
    return np.interp(np.asarray(temperature) - ZERO_CELSIUS, _TABLE_DEGC, table)


_THERMO = (
    borosilicate.INTERACTION,
    borosilicate.FUSION_H,
    borosilicate.FUSION_S,
    borosilicate.FUSION_CP,
)
