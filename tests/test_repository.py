"""The files around the package: versions agree, constraints are names and versions, make fails clearly."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PIN = re.compile(r"^[a-z0-9][a-z0-9.-]*==[0-9][0-9a-z.]*( ; [a-z_]+ [<>=!]+ '[A-Za-z0-9.]+')?$")


def pins() -> list[str]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_constraints_are_names_and_versions_only():
    assert len(pins()) > 50
    assert [line for line in pins() if not PIN.match(line)] == []


@pytest.mark.parametrize("line", ["a @ file:///a.whl", "--index-url x", "a>=1", "-e .", "a==1 --hash=x"])
def test_a_planted_address_is_noticed(line):
    assert not PIN.match(line)


def test_every_direct_requirement_is_constrained():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = project["dependency-groups"]
    wanted = [
        *project["project"]["dependencies"],
        *groups["test"],
        *groups["lint"],
        *groups["docs"],
        *groups["peers"],
    ]
    names = {re.match(r"[A-Za-z0-9_.-]+", line)[0].lower().replace("_", "-") for line in wanted}
    assert names - {line.split("==")[0] for line in pins()} == set()


def test_versions_agree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"version: {project['version']}\n" in citation
    assert f"license: {project['license']}\n" in citation


@pytest.mark.skipif(os.name != "posix" or shutil.which("make") is None, reason="needs make")
def test_make_refuses_an_old_or_missing_python(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).touch()
    old = tmp_path / "old-python"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.8.1"\n[ "$1" != -c ]\n')
    old.chmod(0o755)
    for python, message in ((old, "needs Python 3.11 or newer"), (tmp_path / "none", "was not found")):
        command = ["make", f"PYTHON={python}", "test"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode != 0
        assert message in done.stderr
        assert not (tmp_path / ".venv").exists()
