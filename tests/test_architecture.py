"""Rooms import downwards only; files and functions stay small; `import nanokiln` stays cheap."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "nanokiln"

#: A module may import its own room and rooms of a lower level (docs/architecture.md has the table).
LEVELS = {
    "core": 0,
    "recipe": 1,
    "matter": 1,
    "formats": 1,
    "furnace": 2,
    "assembly": 2,
    "body": 3,
    "sample": 4,
    "views": 5,
    "techniques": 5,
    "halfcell": 5,
    "analysis": 6,
    "measuring": 6,
    "recording": 6,
    "study": 7,
    "report": 8,
    "paper": 9,
    "cli": 10,
}
#: Instrument files are read without any model, and no model reads instrument files.
ONLY = {
    "furnace": {"core", "recipe", "matter"},
    "assembly": {"core", "recipe", "matter"},
    "body": {"core", "recipe", "matter", "furnace", "assembly"},
    "sample": {"core", "recipe", "matter", "furnace", "assembly", "body"},
}
FACADE = "nanokiln"
MAX_FILE_LINES = 600
MAX_FUNCTION_LINES = 100
HEAVY = (
    "numpy",
    "scipy",
    "numba",
    "xarray",
    "pandas",
    "pydantic",
    "pint",
    "matplotlib",
    "rich",
    "pycalphad",
    "lmfit",
    "gemmi",
    "skimage",
    "jax",
    "pygaps",
    "pybamm",
)


def sources() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def module_name(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path) for path in sources()}


def room_of(module: str) -> str:
    """`nanokiln.matter.boron_oxide` -> `matter`; the package itself is the facade."""
    parts = module.split(".")
    room = parts[1] if len(parts) > 1 else FACADE
    return "cli" if room == "__main__" else room


def imported(tree: ast.AST, module: str, is_package: bool) -> Iterator[tuple[int, str]]:
    """Yield line and full name of every module of nanokiln that a source imports, wherever it does."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = absolute(node, module, is_package)
            for alias in node.names:
                full = f"{base}.{alias.name}"
                if base == FACADE and alias.name.startswith("__"):
                    continue  # __version__ and the like
                yield node.lineno, full if full in MODULES else base
        elif isinstance(node, ast.Call) and called_name(node) == "import_module":
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield node.lineno, first.value


def absolute(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    anchor = parts[: len(parts) - node.level + (1 if is_package else 0)]
    return ".".join([*anchor, *([node.module] if node.module else [])])


def called_name(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def breaches(text: str, module: str, *, is_package: bool = False) -> list[str]:
    """Return what `module` imports against the direction of dependencies."""
    room = room_of(module)
    if room == FACADE:
        return []
    found = []
    for line, target in imported(ast.parse(text), module, is_package):
        if target.split(".")[0] != FACADE:
            continue
        other = room_of(target)
        if other == room:
            continue
        allowed = other in LEVELS and LEVELS[other] < LEVELS[room] and other in ONLY.get(room, LEVELS)
        if not allowed:
            found.append(f"{module}:{line} imports {target} ({room} must not import {other})")
    return found


def test_every_room_has_a_level():
    rooms = {room_of(module) for module in MODULES} - {FACADE}
    assert rooms <= set(LEVELS), f"give these a level and a paragraph: {sorted(rooms - set(LEVELS))}"


def test_every_folder_of_modules_is_a_package():
    folders = {path.parent for path in sources()}
    assert [str(f.relative_to(SOURCE)) for f in sorted(folders) if not (f / "__init__.py").is_file()] == []


def test_dependencies_point_one_way():
    found = [
        breach
        for path in sources()
        for breach in breaches(
            path.read_text("utf-8"), module_name(path), is_package=path.name == "__init__.py"
        )
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("nanokiln.core.units", "from ..matter import boron_oxide"),
        ("nanokiln.core.units", "import nanokiln"),
        ("nanokiln.core.units", "from nanokiln import Recipe"),
        ("nanokiln.core.units", "def f():\n    from ..cli import main"),
        ("nanokiln.core.units", "import importlib\nimportlib.import_module('nanokiln.study')"),
        ("nanokiln.formats.aif", "from ..recipe import Recipe"),
        ("nanokiln.matter.melt", "from .. import recipe"),
        ("nanokiln.assembly.packing", "from ..furnace.melt import state"),
        ("nanokiln.furnace.melt", "from ..formats import read"),
        ("nanokiln.techniques.xps.simulate", "from ...halfcell import cell"),
        ("nanokiln.halfcell.cell", "import nanokiln.techniques.xps"),
        ("nanokiln.sample", "from .techniques import get"),
        (
            "nanokiln.matter.melt",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from ..sample import S",
        ),
    ],
)
def test_a_planted_breach_is_noticed(module, text):
    assert breaches(text, module)


@pytest.mark.parametrize(
    ("module", "text"),
    [
        (
            "nanokiln.matter.melt",
            "import numpy\nfrom ..core.units import magnitude\nfrom .wetting import angle",
        ),
        ("nanokiln.techniques.xps.simulate", "from ...sample import Sample\nfrom ..common import noise"),
        ("nanokiln.cli.main", "from .. import __version__\nfrom ..paper import reproduce"),
        ("nanokiln", "from .cli import main"),
    ],
)
def test_downward_imports_are_allowed(module, text):
    assert not breaches(text, module)


def test_relative_imports_in_a_package_file_are_resolved():
    assert breaches("from ..halfcell import cell", "nanokiln.techniques", is_package=True)
    assert not breaches("from .xps import technique", "nanokiln.techniques", is_package=True)


def long_functions(text: str, limit: int) -> list[str]:
    return [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 >= limit
    ]


def test_files_and_functions_are_small():
    found = []
    for path in sources():
        text = path.read_text("utf-8")
        lines = text.count("\n")
        if lines >= MAX_FILE_LINES:
            found.append(f"{path.name}: {lines} lines")
        found += [f"{module_name(path)}.{entry}" for entry in long_functions(text, MAX_FUNCTION_LINES)]
    assert not found, "\n".join(found)


def test_a_planted_long_function_is_noticed():
    text = "def f():\n" + "    pass\n" * MAX_FUNCTION_LINES
    assert long_functions(text, MAX_FUNCTION_LINES)


def run_python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    return done.stdout.strip()


def test_import_nanokiln_loads_nothing_heavy():
    loaded = run_python(f"import sys, nanokiln; print(*[name for name in {HEAVY!r} if name in sys.modules])")
    assert loaded == ""


def test_import_nanokiln_is_fast():
    code = "import time; t = time.perf_counter(); import nanokiln; print(time.perf_counter() - t)"
    assert min(float(run_python(code)) for _ in range(3)) < 0.2
