"""Cell: everything the half cell needs to be cycled, checked once when it is made."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import constants

from ..core.errors import InputError
from ..core.parameters import Values
from . import parameters as p

Array = NDArray[np.float64]

COULOMB_PER_MAH = 3.6  # unit conversion
_MM_PER_CM, _MG_PER_G = 10.0, 1000.0
_ROOT_TOLERANCE = 1e-14  # of the stoichiometry at a window end
_FARADAY = constants.physical_constants["Faraday constant"][0]
_WEIGHT_SUM_TOLERANCE = 1e-9


@dataclass(frozen=True)
class OpenCircuit:
    """Sloping open-circuit curve U(x) = a1 exp(-b1 x) + a2 exp(-b2 x) - a3 x.

    Parameters
    ----------
    a1, b1, a2, b2, a3
        Coefficients: volt for a, dimensionless for b.
    hysteresis_V
        Half the gap: lithiation runs at U - hysteresis, delithiation at U + hysteresis.

    Notes
    -----
    Limits: an assumed curve; the branch switches at once when the current changes sign.
    """

    a1: float
    b1: float
    a2: float
    b2: float
    a3: float
    hysteresis_V: float

    def voltage(self, stoichiometry: Array | float, direction: int = 0) -> Array:
        """Return the equilibrium voltage (V); `direction` +1 lithiation, -1 delithiation, 0 mid curve."""
        x = np.asarray(stoichiometry, dtype=float)
        mid = self.a1 * np.exp(-self.b1 * x) + self.a2 * np.exp(-self.b2 * x) - self.a3 * x
        return np.asarray(mid - direction * self.hysteresis_V)

    def stoichiometry(self, voltage_V: float, direction: int) -> float:
        """Return x in [0, 1] at which the branch passes `voltage_V`.

        Raises
        ------
        InputError
            If the branch does not pass it.
        """
        from scipy.optimize import brentq

        top, bottom = float(self.voltage(0.0, direction)), float(self.voltage(1.0, direction))
        if not bottom <= voltage_V <= top:
            raise InputError(
                f"cell voltage {voltage_V:g} V is outside the open-circuit branch ({bottom:.3f} to "
                f"{top:.3f} V). Move the voltage window inside it."
            )
        return float(
            brentq(lambda x: float(self.voltage(x, direction)) - voltage_V, 0.0, 1.0, xtol=_ROOT_TOLERANCE)
        )


@dataclass(frozen=True)
class Cell:
    """A lithium half cell: parallel particle populations, kinetics, series resistance, voltage window.

    Parameters
    ----------
    capacity_mAh_g
        Capacity between x = 0 and x = 1 per gram of active mass.
    weights
        Share of the capacity in each population; they add up to 1.
    times_s
        Diffusion time R^2/D of each population (s).
    charge_transfer_ohm, series_ohm
        Resistances of the whole cell (ohm).
    mass_g
        Active mass (g).
    ocv
        Open-circuit curve.
    lower_V, upper_V
        Voltage window against lithium (V).
    temperature_K
        Temperature (K).
    double_layer_F_g
        Capacitance of the double layer per gram (F/g); enters sweeps, pulses and rest, not half cycles.

    Raises
    ------
    InputError
        For a number that is not physical; the message says what is allowed.
    """

    capacity_mAh_g: float
    weights: tuple[float, ...]
    times_s: tuple[float, ...]
    charge_transfer_ohm: float
    series_ohm: float
    mass_g: float
    ocv: OpenCircuit
    lower_V: float
    upper_V: float
    temperature_K: float
    double_layer_F_g: float = p.DOUBLE_LAYER.value

    def __post_init__(self) -> None:
        for name in ("capacity_mAh_g", "charge_transfer_ohm", "mass_g", "temperature_K", "double_layer_F_g"):
            _require_positive(name, getattr(self, name))
        if not (math.isfinite(self.series_ohm) and self.series_ohm >= 0):
            raise InputError(f"series_ohm = {self.series_ohm!r}: give a finite resistance of 0 ohm or more.")
        if not self.lower_V < self.upper_V:
            raise InputError(
                f"voltage window {self.lower_V!r} to {self.upper_V!r} V: the lower end must be below "
                "the upper. Exchange them."
            )
        _check_populations(self.weights, self.times_s)
        self.ocv.stoichiometry(self.upper_V, -1)
        self.ocv.stoichiometry(self.lower_V, +1)

    @property
    def thermal_V(self) -> float:
        """Thermal voltage RT/F (V)."""
        return float(constants.R * self.temperature_K / _FARADAY)

    @property
    def exchange_A_g(self) -> float:
        """Exchange current per gram (A/g) from R_ct = RT/(F i0)."""
        return self.thermal_V / (self.charge_transfer_ohm * self.mass_g)

    @property
    def span(self) -> tuple[float, float]:
        """Stoichiometry at the upper (empty) and lower (full) end of the window at zero current."""
        return self.ocv.stoichiometry(self.upper_V, -1), self.ocv.stoichiometry(self.lower_V, +1)

    @property
    def equilibrium_mAh_g(self) -> float:
        """Capacity of the window at zero current (mAh/g)."""
        empty, full = self.span
        return self.capacity_mAh_g * (full - empty)

    def terminal_voltage(self, surface: Array, current_A_g: float) -> float:
        """Return the voltage (V) for surface stoichiometries `surface` (one per population).

        Symmetric Butler-Volmer kinetics of parallel populations with equal exchange current per gram has
        a closed form: with P = sum w exp(U/2t), N = sum w exp(-U/2t), t = RT/F and y = i/i0 (lithiation
        positive), V = t ln(P/N) - 2 t asinh(y/(2 sqrt(P N))) - i m R.
        """
        direction = 1 if current_A_g > 0 else -1
        thermal, weights = self.thermal_V, np.asarray(self.weights)
        exponent = self.ocv.voltage(surface, direction) / (2 * thermal)
        up, down = float(weights @ np.exp(exponent)), float(weights @ np.exp(-exponent))
        drive = current_A_g / self.exchange_A_g
        inner = thermal * math.log(up / down) - 2 * thermal * math.asinh(drive / (2 * math.sqrt(up * down)))
        return inner - current_A_g * self.mass_g * self.series_ohm


def _require_positive(name: str, value: float) -> None:
    if not (math.isfinite(value) and value > 0):
        raise InputError(f"{name} = {value!r}: must be a finite number above 0.")


def _check_populations(weights: tuple[float, ...], times_s: tuple[float, ...]) -> None:
    if not weights or len(weights) != len(times_s):
        raise InputError(
            f"{len(weights)} weights for {len(times_s)} diffusion times: give one weight for each population."
        )
    for value in (*weights, *times_s):
        _require_positive("weight or diffusion time of a population", value)
    if abs(sum(weights) - 1) > _WEIGHT_SUM_TOLERANCE:
        raise InputError(f"the weights of the populations add up to {sum(weights):g}: they must add up to 1.")


def active_mass(values: Values) -> float:
    """Return the active mass (g) from loading and disc diameter."""
    radius_cm = values[p.DISC] / 2 / _MM_PER_CM
    return values[p.LOADING] * math.pi * radius_cm**2 / _MG_PER_G


def open_circuit(values: Values) -> OpenCircuit:
    """Return the open-circuit curve of `values`."""
    return OpenCircuit(
        a1=values[p.OCV_A1],
        b1=values[p.OCV_B1],
        a2=values[p.OCV_A2],
        b2=values[p.OCV_B2],
        a3=values[p.OCV_A3],
        hysteresis_V=values[p.HYSTERESIS],
    )
