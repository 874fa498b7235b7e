"""A progress bar at a terminal, silence elsewhere, and no broken terminal after Ctrl-C."""

import io
import subprocess
import sys
from types import SimpleNamespace

import pytest

from nanokiln.core import progress as module
from nanokiln.core.progress import progress

SHOW_CURSOR = "\x1b[?25h"
HIDE_CURSOR = "\x1b[?25l"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch):
    stream = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    # not sys.stderr itself, which pytest replaces between a fixture and its test
    monkeypatch.setattr(module, "sys", SimpleNamespace(stderr=stream))
    return stream


def test_a_terminal_sees_the_title_and_gets_its_cursor_back(terminal):
    with progress("Firing", total=2) as step:
        step(1)
        step()
    text = terminal.getvalue()
    assert "Firing" in text
    assert text.rindex(SHOW_CURSOR) > text.rindex(HIDE_CURSOR)


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_an_interrupt_passes_through_and_the_cursor_returns(terminal, error):
    def interrupted() -> None:
        with progress("Firing", total=2) as step:
            step(1)
            raise error

    with pytest.raises(error):
        interrupted()
    text = terminal.getvalue()
    assert text.rindex(SHOW_CURSOR) > text.rindex(HIDE_CURSOR)


def test_quiet_is_silent_even_at_a_terminal(terminal):
    with progress("Firing", total=2, quiet=True) as step:
        step(1)
    assert terminal.getvalue() == ""


def test_a_bar_without_an_end(terminal):
    with progress("Looking") as step:
        step(3)
    assert "Looking" in terminal.getvalue()


def test_elsewhere_nothing_is_written_and_rich_is_not_imported():
    code = (
        "import sys\n"
        "from nanokiln.core.progress import progress\n"
        "with progress('Firing', total=2) as step:\n"
        "    step(1); step()\n"
        "print('rich' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "False"
    assert done.stderr == ""


def test_a_program_without_standard_error_works(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    with progress("Firing", total=1) as step:
        step(1)
