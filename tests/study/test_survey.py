"""What lies in a folder, and what is not touched."""

import os

import pytest

from nanokiln.core.errors import InputError
from nanokiln.study.survey import archive, content_key, survey


def test_reasons(tmp_path):
    (tmp_path / "in").mkdir()
    root = tmp_path / "in"
    (tmp_path / "secret.txt").write_text("outside")
    (root / "a.txt").write_text("text")
    (root / "empty.txt").touch()
    (root / "study.toml").write_text("title = 'x'")
    (root / ".hidden").write_text("x")
    (root / "a.txt.provenance.json").write_text("{}")
    (root / "out.txt").symlink_to(tmp_path / "secret.txt")
    (root / "loop").symlink_to(root)
    (root / "self").symlink_to(root / "self")
    (root / "inner.txt").symlink_to(root / "a.txt")
    os.mkfifo(root / "pipe")
    (root / "sub").mkdir()
    (root / "sub" / "study.toml").write_text("no plan of this folder")
    found = {e.path: e.reason for e in survey(root)}
    assert found["a.txt"] == ""
    assert found["inner.txt"] == ""
    assert found["sub/study.toml"] == ""
    assert "empty" in found["empty.txt"]
    assert "out of the folder" in found["out.txt"]
    assert "not followed" in found["loop"]
    assert "cannot be read" in found["self"] or "loop" in found["self"]
    assert "regular" in found["pipe"]
    assert "hidden" in found[".hidden"]
    assert "record" in found["a.txt.provenance.json"]
    assert "plan" in found["study.toml"]
    assert set(found) == {
        "a.txt", "empty.txt", "out.txt", "loop", "self", "inner.txt", "pipe", "sub/study.toml", ".hidden",
        "a.txt.provenance.json", "study.toml",
    }  # fmt: skip


def test_the_folder_of_results_is_left_out(tmp_path):
    (tmp_path / "res").mkdir()
    (tmp_path / "res" / "x.csv").write_text("1")
    (tmp_path / "y.csv").write_text("1")
    assert [e.path for e in survey(tmp_path, [tmp_path / "res"])] == ["y.csv"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_unreadable_files_are_named(tmp_path):
    (tmp_path / "a.csv").write_text("1")
    (tmp_path / "a.csv").chmod(0)
    assert "cannot be read" in survey(tmp_path)[0].reason


def test_no_folder(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        survey(tmp_path / "nowhere")
    (tmp_path / "f").write_text("x")
    with pytest.raises(InputError, match="is not a folder"):
        survey(tmp_path / "f")


@pytest.mark.parametrize("head", [b"PK\x03\x04rest", b"\x1f\x8brest", bytes(257) + b"ustar"])
def test_archives_are_known(tmp_path, head):
    (tmp_path / "x").write_bytes(head)
    assert archive(tmp_path / "x")


def test_content_key_is_of_the_content(tmp_path):
    for name, content in (("a", b"1"), ("b", b"1"), ("c", b"2")):
        (tmp_path / name).write_bytes(content)
    assert content_key(tmp_path / "a") == content_key(tmp_path / "b") != content_key(tmp_path / "c")
