"""The frame around the commands: help, version, exit codes, interruptions, closed pipes."""

import subprocess
import sys
import time

import pytest

from nanokiln.cli import app, main

NANOKILN = [sys.executable, "-m", "nanokiln"]


def process(*words: str, **more) -> subprocess.CompletedProcess:
    return subprocess.run(
        [*NANOKILN, *words], capture_output=True, text=True, timeout=120, check=False, **more
    )


def test_help_names_every_command(run):
    done = run("--help")
    assert done.code == 0
    assert done.err == ""
    for name in app.COMMANDS:
        assert f"\n    {name} " in done.out


@pytest.mark.parametrize("name", app.COMMANDS)
def test_every_command_has_help(run, name):
    done = run(name, "--help")
    assert done.code == 0
    assert done.out.startswith(f"usage: nanokiln {name}")


def test_help_is_fast():
    def seconds() -> float:
        begun = time.perf_counter()
        assert process("--help").returncode == 0
        return time.perf_counter() - begun

    # generous, for machines with other work; it takes a tenth of a second on an idle one
    assert min(seconds() for _ in range(3)) < 2


def test_version_goes_to_standard_output():
    import nanokiln

    done = process("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"nanokiln {nanokiln.__version__}\n", "")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ([], "no command"),
        (["frie"], "Did you mean 'fire'?"),
        (["--versoin"], "Did you mean '--version'?"),
        (["fire", "B-SiOC-2", "--qualty", "draft", "--out", "x.nc"], "Did you mean '--quality'?"),
        (["fire", "B-SiOC-2", "--quality", "drft", "--out", "x.nc"], "Did you mean 'draft'?"),
        (["fire", "B-SiOC-2"], "--out"),
        (["recipes", "B-SiOC-22"], "Did you mean 'B-SiOC-2'?"),
        (["analyse", "x.aif", "--technique", "n2_sorbtion"], "Did you mean 'n2_sorption'?"),
        (["cycle", "S.nc", "--protocol", "ratee"], "Did you mean 'rate'?"),
    ],
)
def test_wrong_use_is_told_in_one_line_with_the_nearest_name(run, words, hint):
    done = run(*words)
    assert done.code == 2
    assert done.out == ""
    assert done.err.startswith("nanokiln: error: ")
    assert done.err.count("\n") == 1
    assert hint in done.err


def broken(error: BaseException):
    def parse(_argv):
        raise error

    return parse


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (KeyboardInterrupt(), 130, "nanokiln: error: interrupted."),
        (MemoryError(), 2, "nanokiln: error: not enough memory"),
        (
            OSError(28, "No space left on device", "S.nc"),
            2,
            "nanokiln: error: No space left on device ('S.nc').",
        ),
        (BrokenPipeError(), 141, ""),
    ],
)
def test_every_end_has_its_exit_code_and_at_most_one_line(monkeypatch, run, error, code, line):
    monkeypatch.setattr(app, "parse", broken(error))
    done = run("recipes")
    assert done.code == code
    assert done.err.startswith(line)
    assert done.err.count("\n") == bool(line)


def test_a_fault_of_the_program_keeps_its_traceback(monkeypatch, capsys):
    monkeypatch.setattr(app, "parse", broken(ZeroDivisionError("oops")))
    assert main(["recipes"]) == 70
    err = capsys.readouterr().err
    assert "ZeroDivisionError: oops" in err
    assert "please report" in err.splitlines()[-1]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX pipe")
def test_a_closed_pipe_ends_without_words():
    # nobody reads from the pipe any more when the command begins to write
    code = (
        "import os, subprocess, sys\n"
        "read, write = os.pipe(); os.close(read)\n"
        f"done = subprocess.run({NANOKILN!r} + ['recipes'], stdout=write, stderr=subprocess.PIPE)\n"
        "print(done.returncode, done.stderr.decode())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.split() == ["141"]


@pytest.mark.parametrize("kept", [True, False])
def test_an_interrupted_firing_says_what_is_kept(monkeypatch, run, tmp_path, kept):
    def stopped(*_, checkpoint, **__):
        if kept:
            checkpoint.write_bytes(b"state")
        raise KeyboardInterrupt

    monkeypatch.setattr("nanokiln.sample.make_sample", stopped)
    done = run("fire", "B-SiOC-2", "--out", tmp_path / "s.nc")
    assert done.code == 130
    assert ("the same command goes on from there" in done.err) is kept
    assert done.err.endswith("nanokiln: error: interrupted.\n")
