"""The temperature programme of the furnace: ramps, holds and a quench, cooling included."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from ..core.units import ZERO_CELSIUS
from .quantity import Quantity
from .table import Table

START_DEGC = 25.0  # every programme starts and ends at room temperature
COLD_DEGC = 100.0  # a programme must end below this: nobody washes hotter powder
QUENCH_K_MIN = 200.0  # "quenched" without a rate: tube pulled out of the furnace
_SECONDS = 60.0  # s/min


class Step(Table):
    """One step of a programme.

    Parameters
    ----------
    step
        ``ramp`` (to a temperature, with a rate or a duration), ``hold`` (a duration) or ``quench`` (fast
        cooling, by default to 25 degC at 200 K/min).
    to_degC
        Temperature at the end of the step.
    rate_K_min
        Heating or cooling rate, always positive.
    duration_min
        Duration.
    """

    step: Literal["ramp", "hold", "quench"]
    to_degC: Annotated[float | None, Quantity("to", "degC", 20, 1500)] = None
    rate_K_min: Annotated[float | None, Quantity("rate", "K/min", 0.01, 10000)] = None
    duration_min: Annotated[float | None, Quantity("duration", "min", 0, 43200)] = None

    @model_validator(mode="before")
    @classmethod
    def _quench_defaults(cls, given: Any) -> Any:
        if isinstance(given, dict) and given.get("step") == "quench":
            given = dict(given)
            if not {"to", "to_degC"} & given.keys():
                given["to_degC"] = START_DEGC
            if not {"rate", "rate_K_min", "duration", "duration_min"} & given.keys():
                given["rate_K_min"] = QUENCH_K_MIN
        return given

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.step == "hold":
            if self.duration_min is None or self.to_degC is not None or self.rate_K_min is not None:
                raise ValueError("a hold takes a duration and nothing else, such as duration = '240 min'.")
        elif self.to_degC is None:
            raise ValueError("a ramp needs 'to', such as to = '900 degC'.")
        elif (self.rate_K_min is None) == (self.duration_min is None):
            raise ValueError(
                f"a {self.step} takes either a rate or a duration, such as rate = '5 K/min'; give one."
            )
        elif self.duration_min == 0:
            raise ValueError(f"duration = 0 min: a {self.step} cannot be instantaneous; allowed above 0.")
        return self

    def minutes_from(self, start_degC: float) -> float:
        """Return the duration of the step in minutes when it starts at `start_degC`."""
        if self.duration_min is not None:
            return self.duration_min
        assert self.to_degC is not None
        assert self.rate_K_min is not None
        return abs(self.to_degC - start_degC) / self.rate_K_min


class Programme(Table):
    """Steps one after another, from 25 degC; without any step the powder is not fired.

    In a recipe file it is a list of tables, ``[[programme]]``.
    """

    steps: tuple[Step, ...] = Field(default=())

    @model_validator(mode="before")
    @classmethod
    def _from_list(cls, given: Any) -> Any:
        return {"steps": tuple(given)} if isinstance(given, (list, tuple)) else given

    @model_validator(mode="after")
    def _ends_cold(self) -> Self:
        end = self._path()[-1][1]
        if end > COLD_DEGC:
            raise ValueError(
                f"the programme ends at {end:g} degC; add cooling, such as step = 'ramp', to = '25 degC', "
                "rate = '2 K/min', or step = 'quench'."
            )
        return self

    def _path(self) -> list[tuple[float, float]]:
        """Knots as (minutes, degC)."""
        path = [(0.0, START_DEGC)]
        for step in self.steps:
            minutes, now = path[-1]
            target = now if step.to_degC is None else step.to_degC
            path.append((minutes + step.minutes_from(now), target))
        return path

    def knots(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Return the knots of the piecewise-linear programme.

        Returns
        -------
        t_s, T_K
            Times in s, strictly increasing from 0, and temperatures in K, shape (n,); n is 1 when the
            powder is not fired.

        Limits
        ------
        The furnace follows the programme exactly; no lag between wall and powder.
        """
        kept: list[tuple[float, float]] = []
        for minutes, celsius in self._path():
            knot = (minutes * _SECONDS, celsius + ZERO_CELSIUS)
            if kept and knot[0] <= kept[-1][0]:
                kept.pop()  # the step is shorter than time resolves: its end stands for both
            kept.append(knot)
        t, T = np.array(kept, dtype=float).T
        return t, T

    @property
    def fired(self) -> bool:
        """Whether there is any step at all."""
        return bool(self.steps)

    @property
    def peak_degC(self) -> float:
        """Highest temperature in degC."""
        return max(celsius for _, celsius in self._path())

    @property
    def duration_min(self) -> float:
        """Total duration in min, cooling included."""
        return self._path()[-1][0]

    @property
    def quenched(self) -> bool:
        """Whether the last step is a quench."""
        return bool(self.steps) and self.steps[-1].step == "quench"
