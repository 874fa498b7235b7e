"""The document as a whole: valid, self-contained, escaped, complete, repeatable."""

import json
import re
import shutil
import subprocess
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from nanokiln.core.errors import InputError
from nanokiln.report import build, write
from nanokiln.study.ledger import Ledger

from .conftest import HOSTILE, content

VOID = {"meta", "img", "input", "br", "link", "hr", "wbr"}


class Balance(HTMLParser):
    """Collects faults: elements that do not close, ids used twice, loads, images without alt."""

    def __init__(self) -> None:
        super().__init__()
        self.open, self.faults, self.ids, self.counts = [], [], Counter(), Counter()
        self.anchors = []

    def handle_starttag(self, tag, attrs):
        self.counts[tag] += 1
        given = dict(attrs)
        if len(given) != len(attrs):
            self.faults.append(f"attribute twice in {self.get_starttag_text()[:80]}")
        if "id" in given:
            self.ids[given["id"]] += 1
        for name in ("src", "href", "srcset", "action", "data", "poster"):
            value = given.get(name) or ""
            if value and not value.startswith(("#", "data:image/png;base64,", "data:image/webp;base64,")):
                self.faults.append(f"{tag} loads {value[:60]}")
            if name == "href" and value.startswith("#") and "=" not in value:
                self.anchors.append(value[1:])
        if tag == "img" and not given.get("alt"):
            self.faults.append("img without alt")
        if tag == "svg" and not given.get("aria-label"):
            self.faults.append("svg without a label")
        if any(name.startswith("on") for name in given):
            self.faults.append("inline handler")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        before = len(self.open)
        self.handle_starttag(tag, attrs)
        del self.open[before:]

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")


def parse(text: str) -> Balance:
    parser = Balance()
    parser.feed(text)
    parser.close()
    return parser


def test_html_is_balanced_and_self_contained(html_text):
    parser = parse(html_text)
    assert parser.faults == []
    assert parser.open == []
    assert [i for i, n in parser.ids.items() if n > 1] == []
    assert [a for a in parser.anchors if a not in parser.ids] == []
    assert parser.counts["svg"] >= 8
    assert parser.counts["img"] >= 4
    assert not re.search(r"@import|url\(['\"]?http|<link|fetch\(|XMLHttpRequest", html_text)


@pytest.mark.parametrize(
    "planted", ["<p><b></p>", '<img src="x.png">', '<a href="http://x">x</a>', "<svg></svg>"]
)
def test_a_planted_fault_is_noticed(planted):
    assert parse(planted).faults


def test_hostile_text_is_only_text(html_text):
    assert HOSTILE not in html_text
    assert "<script>alert" not in html_text
    assert parse(html_text).counts["script"] == 2  # the record of provenance and the report's own


def test_headings_go_down_in_steps(html_text):
    levels = [int(level) for level in re.findall(r"<h([1-6])", html_text)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_the_ledger_is_complete_and_counted(html_text, ledger):
    rows = re.findall(r'<tr data-verdict="([^"]+)"', html_text)
    assert len(rows) == len(ledger.verdicts)
    assert Counter(rows) == ledger.count()
    assert (
        "5 of 10 statements were put to a test. 3 of these are met (1 robustly, 1 weakly, 1 by a choice"
        in html_text
    )
    assert "2 rows were used to set numbers of the model: calibrated rows are no evidence" in html_text


def test_samples_show_all_parts(html_text, pages):
    for index, page in enumerate(pages):
        part = html_text[html_text.index(f'id="sample-{index}"') :]
        assert f"Findings of {page.name}" in part
    assert "This powder was not fired." in html_text
    assert "additive_ratio" in html_text
    assert "not an electron micrograph" in html_text
    assert "SYNTHETIC" in html_text


def test_the_record_can_be_read_back(html_text):
    found = re.search(r'id="provenance-record">(.*?)</script>', html_text, re.DOTALL)
    assert found is not None
    assert json.loads(found[1])["inputs"]["note"] == HOSTILE


def test_overrides_are_marked(pages, ledger):
    from dataclasses import replace

    from nanokiln.report.parameter_table import parameters

    plain = parameters(content(pages[:1], ledger))
    assert "0 of them with a value other" in plain
    sample = pages[0].sample
    other = replace(
        pages[0], sample=replace(sample, values=sample.values.replace({"b2o3.glass_transition": 526.0}))
    )
    changed = parameters(content((other,), ledger))
    assert "1 of them with a value other" in changed
    assert re.search(r'<tr data-changed="1".*?<b>526</b>.*?default 533', changed)
    both = parameters(content((pages[0], other), ledger))
    assert re.search(r'<tr data-changed="1".*?533.*?<b>526</b>', both)


def test_same_input_same_bytes(pages, ledger):
    small = content(pages[:1], ledger)
    assert build(small) == build(small, jobs=2)  # whatever the number of processes


def test_nothing_at_all_still_gives_a_report(tmp_path):
    shares = []
    path = write(content((), Ledger(())), tmp_path / "new" / "report.html", shares.append)
    parser = parse(path.read_text("utf-8"))
    assert parser.faults == []
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="folder"):
        write(content((), Ledger(())), tmp_path)


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium to run the script of the page")
@pytest.mark.parametrize(
    ("filter_", "left"), [("verdict=missed", ["T004"]), ("topic=XPS", ["T002"]), ("sample=sioc-1", ["T002"])]
)
def test_filters_in_the_address_work(tmp_path, ledger, filter_, left):
    path = write(content((), ledger), tmp_path / "report.html")
    command = [
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path}/profile",
        "--dump-dom",
    ]
    done = subprocess.run(
        [*command, f"file://{path}#{filter_}"], capture_output=True, text=True, timeout=120, check=False
    )
    if "<html" not in done.stdout:
        pytest.skip("chromium does not start here")
    rows = re.findall(r"<tr data-verdict=[^>]*>", done.stdout)
    assert len(rows) == len(ledger.verdicts)
    shown = [re.search(r'id="([^"]+)"', row)[1] for row in rows if " hidden" not in row]
    assert shown == left
