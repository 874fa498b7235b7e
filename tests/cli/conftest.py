"""One small sample for all tests of the command line, and a way to run a command in this process."""

from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from nanokiln.cli import main


@pytest.fixture
def run(capsys) -> Callable[..., SimpleNamespace]:
    """Run a command; returns its exit code and what it printed."""

    def command(*words: object) -> SimpleNamespace:
        capsys.readouterr()
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        return SimpleNamespace(code=code, out=out, err=err)

    return command


def quiet(words: Sequence[object]) -> None:
    assert main([str(word) for word in words]) == 0


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory) -> Path:
    """A small sample with one parameter overridden."""
    path = tmp_path_factory.mktemp("sample") / "S.nc"
    quiet(["fire", "B-SiOC-2", "--spheres", 40, "--seed", 3, "--set", "n2.mass_error=0.001", "--out", path])
    return path


@pytest.fixture(scope="session")
def instrument_files(sample_file, tmp_path_factory) -> Path:
    """The folder with what all instruments wrote about it."""
    folder = tmp_path_factory.mktemp("files")
    quiet(["measure", sample_file, "--with", "n2_sorption,xps,sizing", "--out", folder, "--seed", 5])
    return folder
