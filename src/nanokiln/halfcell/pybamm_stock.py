"""PyBaMM's own half-cell models with the numbers of `stock`: they check ours, and have an electrolyte."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from ..core.errors import InputError, unknown_name
from ..core.parameters import Values
from .cell import COULOMB_PER_MAH, Array, Cell
from .pybamm_adapter import CURVE_POINTS, failure, first_line, load
from .stock import CONDUCTIVITY, DIFFUSIVITY, Electrode, Powers, pybamm_numbers

Model = Literal["SPM", "SPMe", "DFN"]
MODELS = ("SPM", "SPMe", "DFN")
_OPTIONS = {"working electrode": "positive", "contact resistance": "true"}
_GRID = {"x_n": 10, "x_s": 20, "x_p": 20, "r_p": 100}  # cells: lithium, separator, electrode, particle
_RTOL, _ATOL = 1e-6, 1e-8
_MAX_DEPTH = 2.0  # of the full capacity: cannot be reached


def parameter_set(cell: Cell, place: Electrode, values: Values) -> Any:
    """Return `pybamm.ParameterValues` of a half cell; `to_json` and `from_json` keep them.

    Parameters
    ----------
    cell
        Cell with one population.
    place
        Its electrode.
    values
        Separator, electrolyte, counter electrode.

    Raises
    ------
    InputError
        For more than one population.

    Notes
    -----
    "Positive electrode OCP [V]" is the middle of the hysteresis; the branches have PyBaMM's names for them.
    Limits: PyBaMM's switch between the branches takes the current in ampere and is no switch at the
    currents of a coin cell; set the branch as OCP for each half cycle, as `half_cycles` does.
    """
    pybamm = load()
    curves = {
        "Positive electrode OCP [V]": _curve(pybamm, cell, 0),
        "Positive electrode lithiation OCP [V]": _curve(pybamm, cell, 1),
        "Positive electrode delithiation OCP [V]": _curve(pybamm, cell, -1),
    }
    electrolyte = {
        "Electrolyte diffusivity [m2.s-1]": _of_concentration(DIFFUSIVITY),
        "Electrolyte conductivity [S.m-1]": _of_concentration(CONDUCTIVITY),
    }
    return pybamm.ParameterValues(pybamm_numbers(cell, place, values) | curves | electrolyte)


def _curve(pybamm: Any, cell: Cell, direction: int) -> Any:
    o = cell.ocv

    def voltage(sto: Any) -> Any:
        fall = o.a1 * pybamm.exp(-o.b1 * sto) + o.a2 * pybamm.exp(-o.b2 * sto)
        return fall - o.a3 * sto - direction * o.hysteresis_V

    return voltage


def _of_concentration(powers: Powers) -> Any:
    def law(c_e: Any, T: Any) -> Any:  # names that PyBaMM shows
        return sum(factor * c_e**power for factor, power in powers)

    return law


def lithiation(
    cell: Cell, place: Electrode, values: Values, currents_A_g: Sequence[float], model: Model = "DFN"
) -> list[tuple[Array, Array]]:
    """Return charge (mAh/g) and voltage (V) of one lithiation at each current, each from a rested cell.

    Parameters
    ----------
    cell
        Cell with one population.
    place
        Its electrode.
    values
        Separator, electrolyte, counter electrode.
    currents_A_g
        Currents per gram (A/g).
    model
        ``SPM`` (what nanokiln's own model is for one population), ``SPMe`` or ``DFN``.

    Raises
    ------
    InputError
        For an unknown model or a current that is not above 0.
    SolverError
        If a lithiation does not end at its voltage limit; likely causes in order.
    """
    if model not in MODELS:
        raise unknown_name("model of PyBaMM", str(model), MODELS)
    if not all(np.isfinite(c) and c > 0 for c in currents_A_g):
        raise InputError(f"currents {list(currents_A_g)!r}: give numbers above 0 A/g.")
    pybamm = load()
    base = parameter_set(cell, place, values)
    base["Positive electrode OCP [V]"] = base["Positive electrode lithiation OCP [V]"]
    found = []
    for current in currents_A_g:
        base["Current function [A]"] = current * cell.mass_g
        simulation = pybamm.Simulation(
            getattr(pybamm.lithium_ion, model)(dict(_OPTIONS)),
            parameter_values=base,
            solver=pybamm.IDAKLUSolver(rtol=_RTOL, atol=_ATOL),
            var_pts=dict(_GRID),
        )
        seconds = _MAX_DEPTH * cell.capacity_mAh_g * COULOMB_PER_MAH / current
        try:
            solution = simulation.solve([0.0, seconds])
        except pybamm.SolverError as error:
            raise failure(cell, current, f"{model} failed ({first_line(error)})") from error
        if not str(solution.termination).startswith("event"):
            raise failure(cell, current, f"{model} met no voltage limit ({solution.termination})")
        time = np.linspace(0.0, float(solution.t[-1]), CURVE_POINTS)
        volts = np.asarray(solution["Voltage [V]"](t=time), dtype=float)
        found.append((time * current / COULOMB_PER_MAH, volts))
    return found
