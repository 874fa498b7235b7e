"""Files appear whole or not at all, and unreadable ones are refused with a reason."""

import os
import stat

import pytest

from nanokiln.core import files
from nanokiln.core.errors import DataError, InputError


def test_write_text_makes_folders_and_keeps_line_ends(tmp_path):
    target = tmp_path / "a" / "b" / "curve.csv"
    files.write_text(target, "x,µ\r\n1,2\n")
    assert target.read_bytes() == "x,µ\r\n1,2\n".encode()
    assert [entry.name for entry in target.parent.iterdir()] == ["curve.csv"]


def test_a_failure_inside_the_block_leaves_nothing(tmp_path):
    target = tmp_path / "result.nc"

    def fail_half_way() -> None:
        with files.atomic_path(target) as temporary:
            temporary.write_text("half of it")
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        fail_half_way()
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_inside_the_block_keeps_the_old_file(tmp_path):
    target = tmp_path / "result.nc"
    target.write_text("old")

    def interrupt() -> None:
        with files.atomic_path(target) as temporary:
            temporary.write_text("new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupt()
    assert target.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["result.nc"]


def test_the_target_does_not_change_before_the_block_ends(tmp_path):
    target = tmp_path / "result.nc"
    target.write_text("old")
    with files.atomic_path(target) as temporary:
        temporary.write_text("new")
        assert target.read_text() == "old"
        assert temporary.parent == target.parent
    assert target.read_text() == "new"


@pytest.mark.skipif(os.name != "posix", reason="permission bits are a POSIX notion")
def test_results_have_ordinary_permissions(tmp_path):
    old = os.umask(0o022)
    try:
        files.write_text(tmp_path / "report.html", "x")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "report.html").stat().st_mode) == 0o644


def test_a_folder_cannot_be_overwritten(tmp_path):
    with pytest.raises(InputError, match="is a folder"):
        files.write_text(tmp_path, "x")


def test_a_file_in_the_way_of_a_folder_is_reported(tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(InputError, match="cannot write"):
        files.write_text(tmp_path / "taken" / "result.csv", "x")
    with pytest.raises(InputError, match="--out"):
        files.writable_folder(tmp_path / "taken" / "inside")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="an administrator may write anywhere"
)
def test_an_unwritable_folder_is_reported(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(InputError, match="Choose a writable folder"):
            files.write_text(tmp_path / "result.csv", "x")
        with pytest.raises(InputError, match="--out"):
            files.writable_folder(tmp_path)
    finally:
        tmp_path.chmod(0o700)


def test_an_error_of_the_system_is_named(tmp_path, monkeypatch):
    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files.tempfile, "mkstemp", refuse)
    with pytest.raises(InputError, match=r"Permission denied\. Choose a writable folder"):
        files.write_text(tmp_path / "result.csv", "x")


def test_writable_folder_is_made_and_left_empty(tmp_path):
    folder = files.writable_folder(tmp_path / "new" / "out")
    assert folder.is_dir()
    assert list(folder.iterdir()) == []


def test_reading_says_what_is_wrong(tmp_path):
    with pytest.raises(DataError, match="does not exist"):
        files.read_bytes(tmp_path / "missing.vms")
    with pytest.raises(DataError, match="is not a file"):
        files.read_bytes(tmp_path)
    (tmp_path / "empty.vms").touch()
    with pytest.raises(DataError, match=r"empty \(0 bytes\)"):
        files.read_bytes(tmp_path / "empty.vms")
    (tmp_path / "large.vms").write_bytes(b"12345")
    with pytest.raises(DataError, match="at most 4 are read"):
        files.read_bytes(tmp_path / "large.vms", limit=4)
    assert files.read_bytes(tmp_path / "large.vms", limit=5) == b"12345"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_of_lab_computers_is_read(tmp_path, encoding):
    text = "Temperature: 77.3 °C\r\nµ = 5"
    (tmp_path / "export.txt").write_bytes(text.encode(encoding))
    assert files.read_text(tmp_path / "export.txt") == text


def test_a_binary_file_is_not_text(tmp_path):
    (tmp_path / "image.dm3").write_bytes(b"\x00\x01\x02data")
    with pytest.raises(DataError, match="binary file"):
        files.read_text(tmp_path / "image.dm3")


def test_leftovers_of_killed_runs_go_and_those_of_running_ones_stay(tmp_path):
    old, new, own = (tmp_path / name for name in (".a.csv.x1.part", ".b.csv.x2.part", "mine.part"))
    for path in (old, new, own):
        path.write_text("half")
    os.utime(old, (1000, 1000))
    files.remove_unfinished(tmp_path, before=2000)
    files.remove_unfinished(tmp_path / "nowhere", before=2000)
    assert sorted(p.name for p in tmp_path.iterdir()) == [new.name, own.name]
