"""Every python block of the documentation and the README runs, and prints what the page says."""

import contextlib
import io
import itertools
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(
    r"^(?P<indent>[ ]*)(?P<ticks>`{3,})(?P<info>[^`\n]*)\n(?P<body>.*?)^(?P=indent)(?P=ticks)[ ]*$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, its flags, its text and the line its text starts on."""

    language: str
    flags: frozenset[str]
    text: str
    line: int

    @property
    def runs(self) -> bool:
        return self.language == "python" and "no-run" not in self.flags

    @property
    def is_output(self) -> bool:
        return self.language == "text" and "no-check" not in self.flags


def blocks(page: str) -> list[Block]:
    found = []
    for match in FENCE.finditer(page):
        language, *flags = match["info"].split() or [""]
        line = page.count("\n", 0, match.start("body")) + 1
        # only the indentation of the fence goes: that of the text belongs to it
        text = re.sub(rf"^{match['indent']}", "", match["body"], flags=re.MULTILINE)
        found.append(Block(language, frozenset(flags), text, line))
    return found


def run_block(block: Block, namespace: dict, name: str) -> str:
    """Run one block; a traceback shows the line of the page."""
    code = compile("\n" * (block.line - 1) + block.text, name, "exec")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, namespace)
    return printed.getvalue()


def plain(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").splitlines()]


def run_page(page: str, name: str) -> int:
    """Run a page's blocks in order and compare outputs; return how many blocks ran."""
    namespace, found = {"__name__": "__main__"}, blocks(page)
    for index, block in enumerate(found):
        if not block.runs:
            continue
        printed = run_block(block, namespace, name)
        following = found[index + 1] if index + 1 < len(found) else None
        if following is not None and following.is_output:
            assert plain(printed) == plain(following.text), f"{name}:{following.line}: other output"
    return sum(block.runs for block in found)


def has_examples(path: Path) -> bool:
    return any(block.runs for block in blocks(path.read_text("utf-8")))


@pytest.fixture
def away(tmp_path, monkeypatch):
    """A folder of its own and no display, so that examples leave nothing behind."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "Agg")


@pytest.mark.usefixtures("away")
@pytest.mark.parametrize(
    "path", [p for p in PAGES if has_examples(p)], ids=lambda p: str(p.relative_to(ROOT))
)
def test_examples_run_and_print_what_the_page_says(path):
    assert run_page(path.read_text("utf-8"), str(path.relative_to(ROOT)))


def test_the_readme_has_an_example_with_its_output():
    found = blocks((ROOT / "README.md").read_text("utf-8"))
    assert any(first.runs and then.is_output for first, then in itertools.pairwise(found))


def test_every_output_block_follows_an_example():
    for path in PAGES:
        found = blocks(path.read_text("utf-8"))
        for before, block in zip([None, *found], found, strict=False):
            stray = block.is_output and (before is None or not before.runs)
            assert not stray, (
                f"{path.name}:{block.line}: mark it 'text no-check' or put its example before it"
            )


def test_every_page_is_in_the_navigation():
    listed = (ROOT / "mkdocs.yml").read_text("utf-8")
    for path in (ROOT / "docs").rglob("*.md"):
        assert path.relative_to(ROOT / "docs").as_posix() in listed


GOOD = "x\n\n```python\na = 1\n```\n\ntext\n\n```python\nprint(a + 1)\n```\nprints\n\n```text\n2\n```\n"


def test_blocks_share_names_in_order():
    assert run_page(GOOD, "page") == 2


@pytest.mark.parametrize(
    ("page", "error"),
    [
        (GOOD.replace("```text\n2", "```text\n3"), AssertionError),
        (GOOD.replace("a = 1", "b = 1"), NameError),
        (GOOD.replace("print(a + 1)", "pass"), AssertionError),
    ],
)
def test_a_planted_fault_is_noticed(page, error):
    with pytest.raises(error):
        run_page(page, "page")


def test_marked_blocks_are_left_alone():
    page = "```python no-run\nraise SystemExit\n```\n```text no-check\nanything\n```\n```toml\nx = 1\n```\n"
    assert run_page(page, "page") == 0


def test_indented_blocks_and_longer_fences_are_found():
    indented = "!!! note\n\n    ```python\n    print('a')\n    ```\n\n    ```text\n    a\n    ```\n"
    longer = "\n````python\nb = '''\n```\n'''\n````\n"
    page = indented + longer
    assert run_page(page, "page") == 2


def test_leading_spaces_of_an_output_count():
    page = "```python\nprint(' a')\n```\n```text\n a\n```\n"
    assert run_page(page, "page") == 1
    with pytest.raises(AssertionError):
        run_page(page.replace("\n a\n", "\na\n"), "page")


def test_a_traceback_names_the_line_of_the_page():
    with pytest.raises(ZeroDivisionError) as caught:
        run_page("one\n\n```python\n1 / 0\n```\n", "page.md")
    assert (str(caught.traceback[-1].path).endswith("page.md"), caught.traceback[-1].lineno + 1) == (True, 4)


LINK = re.compile(r"(?P<image>!?)\[[^\]]*\]\((?P<target>[^)#\s]+)(?:#[^)\s]*)?\)")
LARGEST_PICTURE = 400_000  # bytes; a reader on a train loads it, too


def link_targets(page: str) -> list[tuple[bool, str]]:
    """Return (is a picture, target) of every link of a page to a file; examples in fences do not count."""
    text = FENCE.sub("", page)
    return [(bool(m["image"]), m["target"]) for m in LINK.finditer(text) if "://" not in m["target"]]


def test_links_to_files_lead_somewhere():
    for path in PAGES:
        for _, target in link_targets(path.read_text("utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target} does not exist"


def test_pictures_are_small_and_all_of_them_are_shown():
    shown = {
        (path.parent / target).resolve()
        for path in PAGES
        for is_picture, target in link_targets(path.read_text("utf-8"))
        if is_picture
    }
    there = {path for path in (ROOT / "docs" / "images").rglob("*") if path.suffix != ".json"}
    there = {path for path in there if path.is_file()}
    assert there
    assert there == shown
    for path in there:
        assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
        assert path.stat().st_size < LARGEST_PICTURE


def test_links_are_found():
    page = "a [b](c.md#d) ![e](f.png) [g](https://h/i)\n```text\n[k](l.md)\n```\n"
    assert link_targets(page) == [(False, "c.md"), (True, "f.png")]


HELP = re.compile(r"^## `nanokiln ?(\w*)`$.*?^```text no-check\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def help_on_the_page() -> dict[str, str]:
    return dict(HELP.findall((ROOT / "docs" / "cli.md").read_text("utf-8")))


def test_every_command_is_on_the_page_of_the_command_line():
    from nanokiln.cli.app import COMMANDS

    assert set(help_on_the_page()) == {"", *COMMANDS}


@pytest.mark.parametrize("command", sorted(help_on_the_page()))
def test_help_texts_are_those_of_the_program(command, capsys):
    """Words are compared, not line breaks: versions of Python wrap differently."""
    from nanokiln.cli import main

    main([command, "--help"] if command else ["--help"])
    assert capsys.readouterr().out.split() == help_on_the_page()[command].split(), "run docs/make_cli.py"
