"""Parsing the command line, and turning every end of a run into an exit code."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
import warnings
from argparse import Action, ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from contextlib import suppress
from types import ModuleType
from typing import Any, NoReturn

from ..core.errors import InputError, NanokilnError, nearest, unknown_name
from .output import say

COMMANDS = (
    "recipes", "fire", "measure", "analyse", "study", "cycle", "fit", "export", "reproduce", "info", "rerun",
)  # fmt: skip
WRONG_USE, FAULT, INTERRUPTED, PIPE_CLOSED = 2, 70, 130, 141

_EPILOG = """\
examples:
  nanokiln fire B-SiOC-2 --out S.nc
  nanokiln measure S.nc --with n2_sorption,xps --out files
  nanokiln analyse files/S-xps.vms my-own-isotherm.aif

'nanokiln COMMAND --help' says more about a command.
"""


class Parser(ArgumentParser):
    """A parser whose mistakes are errors of nanokiln, told in one line."""

    def error(self, message: str) -> NoReturn:
        """Raise the mistake instead of printing usage lines."""
        text = message.removeprefix("argument ").rstrip(".")
        raise InputError(f"{text}. See '{self.prog} --help'.")


class _Version(Action):
    """Print the version; it is looked up only when somebody asks."""

    def __call__(self, parser: ArgumentParser, *_unused: Any) -> None:
        from .. import __version__

        print(f"nanokiln {__version__}")
        parser.exit()


def command(name: str) -> ModuleType:
    """Import the module of a command."""
    return importlib.import_module(f".{name}", __package__)


def build_parser() -> Parser:
    """Return the parser of all commands."""
    parser = Parser(
        prog="nanokiln",
        description="From nanoparticle recipe through the furnace to instruments and half cell.",
        epilog=_EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND ...", title="commands", parser_class=Parser
    )
    for name in COMMANDS:
        module = command(name)
        description = f"{module.SUMMARY[0].upper()}{module.SUMMARY[1:]}."
        sub = commands.add_parser(name, help=module.SUMMARY, description=description, allow_abbrev=False)
        module.configure(sub)
        sub.set_defaults(run=module.run, options=_options(sub))
    return parser


def _options(parser: ArgumentParser) -> list[str]:
    words = parser.format_help().replace(",", " ").replace("[", " ").replace("]", " ").split()
    return sorted({word for word in words if word.startswith("--")})


def parse(argv: Sequence[str]) -> Namespace:
    """Parse the words of a command line.

    Raises
    ------
    InputError
        For anything that is not understood, with the nearest valid name.
    """
    if not argv:
        raise InputError(f"no command was given. Commands: {', '.join(COMMANDS)}. See 'nanokiln --help'.")
    if not argv[0].startswith("-") and argv[0] not in COMMANDS:
        raise unknown_name("command", argv[0], COMMANDS)
    arguments, rest = build_parser().parse_known_args(argv)
    if rest:
        known = getattr(arguments, "options", ["--help", "--version"])
        hint = nearest(rest[0].split("=")[0], known) if rest[0].startswith("-") else ""
        where = f"nanokiln {arguments.command}" if arguments.command else "nanokiln"
        raise InputError(f"'{rest[0]}' is not understood.{hint} See '{where} --help'.")
    return arguments


def _run(argv: Sequence[str]) -> int:
    arguments = parse(argv)
    code: int = arguments.run(arguments)
    sys.stdout.flush()  # here, where a closed pipe can still be caught
    return code


def _complain(message: str, code: int) -> int:
    say(f"nanokiln: error: {' '.join(message.splitlines())}")
    return code


def _close_pipe() -> None:
    """Nobody reads any more: let the interpreter flush into nothing when it ends."""
    with suppress(OSError, ValueError):  # no real file: nothing will be flushed
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    argv
        The words after ``nanokiln``; those of the process by default.

    Returns
    -------
    int
        Exit code, see `nanokiln.cli`.
    """
    if argv is None:
        argv = sys.argv[1:]
        if not sys.warnoptions:
            # warnings of libraries mean nothing to a user; those that do are notes of findings
            warnings.simplefilter("ignore")
    try:
        return _run(argv)
    except SystemExit as done:  # --help, --version
        return int(done.code or 0)
    except NanokilnError as error:
        return _complain(str(error), WRONG_USE)
    except BrokenPipeError:
        _close_pipe()
        return PIPE_CLOSED
    except KeyboardInterrupt:
        return _complain("interrupted.", INTERRUPTED)
    except OSError as error:
        where = f" ('{error.filename}')" if error.filename else ""
        return _complain(f"{error.strerror or error}{where}.", WRONG_USE)
    except MemoryError:
        return _complain("not enough memory. Use fewer spheres or --quality draft.", WRONG_USE)
    except Exception:  # whatever else comes is a fault of the program, and its lines help to find it
        traceback.print_exc()
        return _complain("this is a fault of nanokiln; please report it with the lines above.", FAULT)
