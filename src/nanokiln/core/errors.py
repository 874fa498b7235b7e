"""Errors of nanokiln: what was given, what is allowed, what to do next.

The command line prints the message of any `NanokilnError` on one line and ends with exit code 2, so a
message must stand on its own.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class NanokilnError(Exception):
    """Base of all errors a user can act on."""


class InputError(NanokilnError, ValueError):
    """A recipe, an option or an argument is not usable."""


class DataError(NanokilnError, ValueError):
    """A file is not what it was taken for, or holds no usable data."""


class PhysicsError(NanokilnError, RuntimeError):
    """A model was asked for something outside its validity, or broke a conservation law."""


class SolverError(NanokilnError, RuntimeError):
    """A numerical solver failed; the message lists likely causes in order."""


def nearest(name: str, allowed: Iterable[str]) -> str:
    """Return ' Did you mean X?' when a valid name resembles `name`, else an empty string."""
    allowed = list(allowed)
    close = difflib.get_close_matches(name.lower(), {a.lower(): a for a in allowed}, n=1, cutoff=0.5)
    if not close:
        return ""
    original = {a.lower(): a for a in allowed}[close[0]]
    return f" Did you mean '{original}'?"


def unknown_name(what: str, name: str, allowed: Iterable[str]) -> InputError:
    """Build the error for a name that is not one of `allowed`, with the nearest valid one."""
    options = sorted(allowed)
    return InputError(f"unknown {what} '{name}'.{nearest(name, options)} Allowed: {', '.join(options)}.")
