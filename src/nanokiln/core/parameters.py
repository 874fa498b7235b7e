"""Parameter records: every number of physics with its unit, range, source and provenance tag.

A law holds its records beside it, as module constants; a calculation reads them through a `Values`
object, so that a fit, a draw or a user may override any of them without touching the law:

>>> from nanokiln.core.parameters import Values
>>> from nanokiln.matter.boron_oxide import GLASS_TRANSITION
>>> Values()[GLASS_TRANSITION]
533.0
>>> Values({"b2o3.glass_transition": 526.0})[GLASS_TRANSITION]
526.0
"""

from __future__ import annotations

import importlib
import math
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from .errors import InputError, unknown_name

# Provenance tags of the data sheet: paper, seen in a stored source, from memory, tabulated set,
# derived here, closure (has to be calibrated), exact by definition.
Tag = Literal["P", "V", "M", "T", "D", "C", "exact"]

_REGISTRY: dict[str, Parameter] = {}
_ROOMS = ("matter", "furnace", "assembly", "techniques", "halfcell", "study")


@dataclass(frozen=True, eq=False)
class Parameter:
    """One constant of physics. Creating it registers it under `id`.

    Parameters
    ----------
    id
        Dotted name, unique in the package (``room.quantity``).
    value, unit
        Default value in `unit`; the code that reads the record states the same unit.
    low, high
        Range in which the value is physically credible or accepted (5-95 %). Equal for exact numbers.
    source
        Publication, table, or the derivation in words.
    tag
        Provenance tag, see `Tag`.
    symbol
        Symbol of the data sheet or of the mechanism (``M3``, ``C19``), empty if none.
    calibrated_on
        Claims of the ledger this value was calibrated on; empty for all others.
    valid
        Range of validity of the law it belongs to, in words ("1173-1373 K").
    note
        Anything a reader must know before quoting the number.
    """

    id: str
    value: float
    unit: str
    low: float
    high: float
    source: str
    tag: Tag
    symbol: str = ""
    calibrated_on: tuple[str, ...] = ()
    valid: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", float(self.value))
        if self.id in _REGISTRY:
            raise ValueError(f"parameter '{self.id}' is defined twice")
        _REGISTRY[self.id] = self

    @property
    def is_closure(self) -> bool:
        """Whether the number had to be calibrated or assumed rather than taken from a source."""
        return self.tag == "C"


class Values(Mapping[str, float]):
    """The values a calculation uses: the defaults of all records, with overrides.

    Parameters
    ----------
    overrides
        Parameter id (or symbol such as ``"M8"``) to value.

    Raises
    ------
    InputError
        For an unknown id or a value that is not a finite number.
    """

    def __init__(self, overrides: Mapping[str, float] | None = None) -> None:
        self._overrides: dict[str, float] = {}
        for name, value in (overrides or {}).items():
            number = float(value)
            if not math.isfinite(number):
                raise InputError(f"parameter {name} = {value!r}: must be a finite number.")
            self._overrides[find(name).id] = number

    def __getitem__(self, key: Parameter | str) -> float:
        parameter = key if isinstance(key, Parameter) else find(key)
        return self._overrides.get(parameter.id, parameter.value)

    def __iter__(self) -> Iterator[str]:
        return iter(_REGISTRY)

    def __len__(self) -> int:
        return len(_REGISTRY)

    @property
    def overrides(self) -> dict[str, float]:
        """A copy of the overrides, by parameter id."""
        return dict(self._overrides)

    def replace(self, overrides: Mapping[str, float]) -> Values:
        """Return new values with further overrides."""
        return Values({**self._overrides, **{find(k).id: v for k, v in overrides.items()}})


def load_all() -> dict[str, Parameter]:
    """Import every module that may hold records and return all of them by id."""
    for room in _ROOMS:
        try:
            package = importlib.import_module(f"nanokiln.{room}")
        except ModuleNotFoundError:
            continue
        for module in pkgutil.walk_packages(package.__path__, f"nanokiln.{room}."):
            if "parameters" in module.name.rsplit(".", 1)[-1] or room in ("matter", "furnace", "assembly"):
                importlib.import_module(module.name)
    return dict(sorted(_REGISTRY.items()))


def find(name: str) -> Parameter:
    """Return the record with this id or symbol.

    Raises
    ------
    InputError
        If there is none; the message names the nearest.
    """
    if name in _REGISTRY:
        return _REGISTRY[name]
    everything = load_all()
    if name in everything:
        return everything[name]
    by_symbol = {p.symbol: p for p in everything.values() if p.symbol}
    if name in by_symbol:
        return by_symbol[name]
    raise unknown_name("parameter", name, [*everything, *by_symbol])
