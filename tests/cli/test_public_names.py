"""`import nanokiln` offers its public names and loads them only when asked."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import nanokiln


def test_every_public_name_is_there():
    for name in nanokiln.__all__:
        assert getattr(nanokiln, name) is not None
    assert set(nanokiln.__all__) <= set(dir(nanokiln))


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'furnance'"):
        _ = nanokiln.furnance


def test_the_version_is_that_of_the_project():
    project = Path(__file__).resolve().parents[2] / "pyproject.toml"
    assert nanokiln.__version__ == tomllib.loads(project.read_text("utf-8"))["project"]["version"]


def test_the_names_are_the_objects_of_their_rooms():
    from nanokiln.recipe import load_recipe

    assert nanokiln.load_recipe is load_recipe
    assert nanokiln.load_recipe("B-SiOC-2").additive_ratio == 0.3


def test_a_command_without_work_loads_nothing_heavy():
    code = (
        "import sys, contextlib, io\n"
        "from nanokiln.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()): main(['--help']); main(['fire', '--help'])\n"
        "print(*[m for m in ('numpy', 'xarray', 'pydantic', 'rich', 'scipy', 'numba') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == ""
