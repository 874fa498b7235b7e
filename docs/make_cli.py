"""Refresh the help texts in ``docs/cli.md``: ``python docs/make_cli.py``.

Everything else on that page is written by hand. A test compares the texts with the program.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
from pathlib import Path

from nanokiln.cli import main
from nanokiln.core.files import read_text, write_text

PAGE = Path(__file__).resolve().parent / "cli.md"
BLOCK = re.compile(
    r"(^## `nanokiln ?(?P<command>\w*)`$.*?^```text no-check\n)(?P<help>.*?)(^```$)", re.M | re.S
)
WIDTH = "80"  # characters; the usual terminal


def help_text(command: str) -> str:
    """Return what ``nanokiln COMMAND --help`` prints."""
    os.environ["COLUMNS"] = WIDTH
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        code = main([command, "--help"] if command else ["--help"])
    if code or not printed.getvalue():
        raise RuntimeError(f"'nanokiln {command} --help' ended with exit code {code}")
    return printed.getvalue()


def refreshed(page: str) -> str:
    """Return the page with the help texts of today."""
    return BLOCK.sub(lambda m: m[1] + help_text(m["command"]) + m[4], page)


if __name__ == "__main__":
    write_text(PAGE, refreshed(read_text(PAGE)))
