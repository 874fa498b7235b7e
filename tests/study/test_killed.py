"""A study that was killed goes on where it was, and ends with the same results."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "three-powders"
FILES = ("sizing-after.csv", "cycling.bdf.csv")
_TIME = re.compile(rb"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\+00:00|Z)?")
PATIENCE_S = 100


@pytest.fixture
def folder(tmp_path) -> Path:
    root = tmp_path / "in"
    root.mkdir()
    for sample in ("SiOC", "B-SiOC-2"):
        for name in FILES:
            shutil.copy(EXAMPLES / f"{sample}-{name}", root)
    (root / "study.toml").write_text("synthetic = true\n")
    return root


def begin(folder: Path, out: Path) -> subprocess.Popen:
    words = [sys.executable, "-m", "nanokiln", "study", str(folder), "--out", str(out), "--jobs", "1"]
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def finish(folder: Path, out: Path) -> None:
    assert begin(folder, out).wait(PATIENCE_S) == 0


def until(condition) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(word) for word in listed.read_text().split()] if listed.exists() else []


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def content(out: Path) -> dict[str, object]:
    """Return what lies in a folder, without times."""
    found: dict[str, object] = {}
    for path in sorted(p for p in out.rglob("*") if p.is_file()):
        name = path.relative_to(out).as_posix()
        if path.suffix == ".xlsx":
            book = openpyxl.load_workbook(path)
            found[name] = {s.title: [[c.value for c in row] for row in s.rows] for s in book}
        else:
            found[name] = _TIME.sub(b"TIME", path.read_bytes())
    return found


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="only here a process can be killed outright")
def test_a_killed_study_ends_with_the_same_results(folder, tmp_path):
    cache = tmp_path / "killed" / "cache"
    for kept in ("look-*.json", "group-*.json", "overlay-*.json"):
        running = begin(folder, tmp_path / "killed")
        before = len(list(cache.glob(kept)))
        until(lambda: running.poll() is not None or len(list(cache.glob(kept))) > before)  # noqa: B023
        workers = children(running.pid)
        assert running.poll() is None, f"ended before it could be killed after {kept}"
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
        until(lambda: not any(alive(pid) for pid in workers))  # noqa: B023
        assert not (tmp_path / "killed" / "report.html").exists()
    torn = tmp_path / "killed" / "figures" / ".figure.png.abc.part"  # as one killed while it writes leaves it
    torn.parent.mkdir(exist_ok=True)
    torn.write_bytes(b"half")
    os.utime(torn, (1e9, 1e9))
    finish(folder, tmp_path / "killed")
    finish(folder, tmp_path / "whole")
    killed, whole = (content(tmp_path / name) for name in ("killed", "whole"))
    assert killed.keys() == whole.keys()
    assert [name for name in whole if killed[name] != whole[name]] == []
