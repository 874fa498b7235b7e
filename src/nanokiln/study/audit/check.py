"""What a check of an audit is, and what it answers."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ...core.evidence import Evidence, weakest
from .facts import Fact, Facts


class Answer(enum.StrEnum):
    """What a check finds."""

    CONSISTENT = "consistent"
    DOUBTFUL = "doubtful"
    IMPOSSIBLE = "impossible"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True)
class Result:
    """The answer of one check for one sample.

    Parameters
    ----------
    check
        Name of the check.
    sample
        Sample, empty where it is about all.
    answer
        The verdict.
    arithmetic
        What was computed from what, line by line.
    meaning
        What follows, and what would settle it.
    inputs
        The numbers it used.
    """

    check: str
    sample: str
    answer: Answer
    arithmetic: tuple[str, ...]
    meaning: str
    inputs: tuple[Fact, ...] = ()

    @property
    def evidence(self) -> Evidence | None:
        """Return the weakest class of the inputs, None where there are none."""
        return weakest(f.evidence for f in self.inputs) if self.inputs else None

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "check": self.check, "sample": self.sample, "answer": str(self.answer),
            "arithmetic": list(self.arithmetic), "meaning": self.meaning,
            "inputs": [f.words() for f in self.inputs],
            "evidence": str(self.evidence) if self.evidence else None,
        }  # fmt: skip


Check = Callable[[Facts, str], Iterable[Result]]
CHECKS: dict[str, tuple[str, Check]] = {}


def check(name: str, question: str) -> Callable[[Check], Check]:
    """Register a check under a name, with the question it answers; it is asked once for every sample."""

    def register(function: Check) -> Check:
        if name in CHECKS:
            raise ValueError(f"check '{name}' is there twice")
        CHECKS[name] = (question, function)
        return function

    return register
