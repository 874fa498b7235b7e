"""Analysis of instrument files: guess the format, read, and hand over to the technique."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import formats, techniques
from .core.errors import DataError, InputError, NanokilnError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .core.evidence import Finding
    from .core.measurement import Measurement

# What numerical code raises on data nobody thought of; everything else is a fault of the program.
_CALCULATION = (ValueError, TypeError, KeyError, IndexError, ArithmeticError, RuntimeError)


@dataclass(frozen=True)
class Analysis:
    """What came out of one file, or of several that belong to one sample.

    Parameters
    ----------
    technique
        Name of the technique.
    format
        Name of the file format (several joined by commas).
    sure
        How sure the format guess is, 0 to 1; the least sure one of several.
    measurements
        What was read.
    findings
        What was found.
    files
        The files, as given.
    """

    technique: str
    format: str
    sure: float
    measurements: tuple[Measurement, ...]
    findings: tuple[Finding, ...]
    files: tuple[str, ...]

    @property
    def title(self) -> str:
        """Name of the technique in words."""
        return techniques.get(self.technique).title

    @property
    def synthetic(self) -> bool:
        """Whether any of it was simulated."""
        return any(m.origin == "synthetic" for m in self.measurements)

    def plot(self) -> Figure:
        """Draw the measurement with its analysis.

        Raises
        ------
        DataError
            If it cannot be drawn.
        """
        try:
            return techniques.get(self.technique).plot(self.measurements, self.findings)
        except NanokilnError:
            raise
        except _CALCULATION as error:
            raise DataError(f"{_names(self.files)} cannot be drawn ({_words(error)}).") from error


def analyse_file(
    path: str | Path, technique: str | None = None, choices: Mapping[str, Any] | None = None
) -> Analysis:
    """Analyse one instrument file.

    Parameters
    ----------
    path
        The file; its format is guessed from its content.
    technique
        Consider only formats of this technique.
    choices
        Settings of the analysis; each technique documents its own.

    Returns
    -------
    Analysis
        Technique, format, how sure the guess is, measurements and findings.

    Raises
    ------
    DataError
        If the file cannot be read or analysed.
    InputError
        For an unknown technique or a choice that is not usable.

    Limits
    ------
    A file without any words in it (two bare columns) can be several things; state the technique then.
    """
    return analyse_files([path], technique, choices)


def analyse_files(
    paths: Sequence[str | Path], technique: str | None = None, choices: Mapping[str, Any] | None = None
) -> Analysis:
    """Analyse files that belong to one sample as one: before and after, or one region per file.

    Parameters
    ----------
    paths
        The files.
    technique, choices
        As for `analyse_file`.

    Raises
    ------
    DataError
        If a file cannot be read, they are of different techniques, or cannot be analysed.
    InputError
        For an unknown technique, no file, or a choice that is not usable.

    Limits
    ------
    Whether the files do belong to one sample is not checked.
    """
    if not paths:
        raise InputError("no file was given. Give at least one instrument file.")
    if technique is not None:
        techniques.get(technique)
    guesses = [formats.guess(path, technique) for path in paths]
    found = {str(g.module.TECHNIQUE) for g in guesses}
    if len(found) > 1:
        raise DataError(
            f"files of one sample must be of one technique; these are of {', '.join(sorted(found))}. "
            "Analyse them one by one."
        )
    files = tuple(str(p) for p in paths)
    name = found.pop()
    measurements = tuple(m for path in paths for m in formats.read(path, technique))
    kinds = dict.fromkeys(str(g.module.NAME) for g in guesses)
    findings = _findings(name, measurements, choices, files)
    return Analysis(name, ", ".join(kinds), min(g.sure for g in guesses), measurements, findings, files)


def analyse(
    path: str | Path, technique: str | None = None, choices: Mapping[str, Any] | None = None
) -> list[Finding]:
    """Return the findings of one instrument file; see `analyse_file` for all that is known about it."""
    return list(analyse_file(path, technique, choices).findings)


def _findings(
    name: str,
    measurements: Sequence[Measurement],
    choices: Mapping[str, Any] | None,
    files: Sequence[str],
) -> tuple[Finding, ...]:
    try:
        return tuple(techniques.get(name).analyse(measurements, choices))
    except DataError as error:
        text = str(error)
        raise error if any(f in text for f in files) else DataError(f"{_names(files)}: {text}") from error
    except NanokilnError:
        raise
    except _CALCULATION as error:
        if choices:
            given = ", ".join(f"{key} = {value!r}" for key, value in choices.items())
            raise InputError(f"{name} cannot use the choice(s) {given} ({_words(error)}).") from error
        raise DataError(f"{_names(files)} was read but cannot be analysed ({_words(error)}).") from error


def _names(files: Sequence[str]) -> str:
    return ", ".join(f"'{file}'" for file in files)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
