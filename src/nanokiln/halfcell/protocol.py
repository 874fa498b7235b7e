"""Protocols: what is done with a cell, as TOML with units in words.

Four are shipped (``cv``, ``eis``, ``gitt``, ``long``); any other is a file. The steps are ``cycles`` (full
cycles at a current), ``rest``, ``sweep`` (voltage down and up), ``eis`` and ``pulses`` (titration by
lithiation).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ..core.errors import InputError, unknown_name
from ..core.files import read_text
from ..recipe.quantity import Quantity
from ..recipe.table import Table
from ..recipe.toml import parse_toml, read_toml

FOLDER = Path(__file__).with_name("protocols")
SUFFIX = ".toml"
_NEEDS = {
    "cycles": ("current_A_g", "number"),
    "rest": ("duration_h",),
    "sweep": ("scan_rate_mV_s",),
    "eis": (),
    "pulses": ("current_A_g", "duration_h", "rest_h"),
}
_MAY = {"sweep": ("number",), "eis": ("high_Hz", "low_Hz"), "pulses": ("number",)}
_EXAMPLES = {
    "current_A_g": "current = '2 A/g'",
    "number": "number = 1000",
    "duration_h": "duration = '30 min'",
    "scan_rate_mV_s": "scan_rate = '0.1 mV/s'",
    "rest_h": "rest = '4 hour'",
}


class Step(Table):
    """One step of a protocol.

    Parameters
    ----------
    step
        ``cycles`` (current, number), ``rest`` (duration), ``sweep`` (scan rate; number of cycles), ``eis``
        (high and low frequency), ``pulses`` (current, duration, rest; at most `number`).
    current_A_g
        Current per gram of the protocol's basis.
    number
        Cycles or pulses.
    duration_h, rest_h
        Hours.
    scan_rate_mV_s
        Rate of the voltage.
    high_Hz, low_Hz
        Frequencies.
    """

    step: Literal["cycles", "rest", "sweep", "eis", "pulses"]
    current_A_g: Annotated[float | None, Quantity("current", "A/g", 1e-4, 1e7)] = None
    number: Annotated[int | None, Field(ge=1, le=100_000)] = None
    duration_h: Annotated[float | None, Quantity("duration", "hour", 1e-4, 1e5)] = None
    rest_h: Annotated[float | None, Quantity("rest", "hour", 1e-4, 1e5)] = None
    scan_rate_mV_s: Annotated[float | None, Quantity("scan_rate", "mV/s", 1e-4, 1e3)] = None
    high_Hz: Annotated[float | None, Quantity("high", "Hz", 1e-4, 1e8)] = None
    low_Hz: Annotated[float | None, Quantity("low", "Hz", 1e-5, 1e7)] = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        needs, may = _NEEDS[self.step], _MAY.get(self.step, ())
        for name in type(self).model_fields:
            given = getattr(self, name) is not None
            if name in needs and not given:
                raise ValueError(f"a step '{self.step}' needs {_EXAMPLES[name]}.")
            if given and name not in ("step", *needs, *may):
                raise ValueError(f"a step '{self.step}' has no '{name.rsplit('_', 2)[0]}'. Leave it out.")
        if self.high_Hz is not None and self.low_Hz is not None and self.low_Hz >= self.high_Hz:
            raise ValueError(f"low = {self.low_Hz:g} Hz is not below high = {self.high_Hz:g} Hz.")
        return self


class Protocol(Table):
    """What is done with a cell.

    Parameters
    ----------
    name
        Name of the protocol.
    basis
        ``active``: currents and capacities per gram of active mass; ``electrode``: per gram of electrode, of
        which `active_share` is active.
    active_share
        Mass share of active material in the electrode; needed for ``electrode``.
    lower_V, upper_V
        Voltage window; that of the records unless given.
    temperature_degC
        Temperature; enters kinetics only.
    stride
        Cycles that one simulated cycle stands for (`endurance`).
    steps
        One after the other.
    """

    name: str
    basis: Literal["active", "electrode"] = "active"
    active_share: Annotated[float | None, Field(gt=0, le=1)] = None
    lower_V: Annotated[float | None, Quantity("lower", "V", 0, 5)] = None
    upper_V: Annotated[float | None, Quantity("upper", "V", 0, 5)] = None
    temperature_degC: Annotated[float | None, Quantity("temperature", "degC", -40, 80)] = None
    stride: Annotated[int, Field(ge=1, le=1000)] = 10
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.basis == "electrode") != (self.active_share is not None):
            raise ValueError(
                "basis = 'electrode' needs active_share, such as active_share = 0.7, and 'active' has none."
            )
        if self.lower_V is not None and self.upper_V is not None and self.lower_V >= self.upper_V:
            raise ValueError(
                f"lower = {self.lower_V:g} V is not below upper = {self.upper_V:g} V. Exchange them."
            )
        return self

    @property
    def share(self) -> float:
        """Grams of active mass per gram of the basis."""
        return 1.0 if self.active_share is None else self.active_share


def shipped() -> tuple[str, ...]:
    """Return the names of the protocols that come with the package."""
    return tuple(sorted(path.stem for path in FOLDER.glob(f"*{SUFFIX}")))


def protocol_text(name: str) -> str:
    """Return the TOML text of a shipped protocol or of a file.

    Raises
    ------
    InputError
        If it is neither.
    """
    if name in shipped():
        return (FOLDER / f"{name}{SUFFIX}").read_text("utf-8")
    if not str(name).endswith(SUFFIX):
        raise unknown_name("protocol", name, ("rate", *shipped(), "FILE.toml"))
    read_toml(name)
    return read_text(name)


def parse_protocol(text: str, where: str = "protocol") -> Protocol:
    """Read a protocol from TOML text.

    Raises
    ------
    InputError
        Naming the field, the value given and what is allowed.
    """
    table = parse_toml(text, where)
    if "steps" not in table:
        raise InputError(f"{where}: no steps. Write [[steps]] with step = 'cycles', current and number.")
    return Protocol.build(table, where)
