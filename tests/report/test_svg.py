"""Figures as inline SVG."""

import re

import pytest

from nanokiln.report import style, svg


def drawing(title: str = "a"):
    figure = style.figure(85, 60)
    axes = figure.subplots()
    axes.plot([0, 0.001234567, 0.004], [0, 1, 4], "o-", label="line")
    axes.fill_between([0, 0.004], 0, 3, hatch="///")
    axes.set_xticks([0.001, 0.00325])
    axes.set_title(title)
    axes.legend()
    return figure


def test_same_figure_same_bytes():
    assert svg.inline(drawing(), "f", "alt") == svg.inline(drawing(), "f", "alt")


def test_ids_of_two_figures_differ_and_references_hold():
    one, other = svg.inline(drawing(), "one", "alt"), svg.inline(drawing(), "other", "alt")
    ids = [set(re.findall(r'\bid="([^"]+)"', text)) for text in (one, other)]
    assert ids[0]
    assert not ids[0] & ids[1]
    for text, known in zip((one, other), ids, strict=True):
        assert set(re.findall(r"url\(#([^)]+)\)", text)) <= known
        assert set(re.findall(r'href="#([^"]+)"', text)) <= known


def test_nothing_points_outside_and_text_stays_text():
    text = svg.inline(drawing("A <title> & more"), "f", 'say "it"')
    assert "http" not in text
    assert "xlink" not in text
    assert "A &lt;title&gt; &amp; more" in text
    assert 'aria-label="say &quot;it&quot;"' in text
    assert text.startswith("<svg")
    assert text.endswith("</svg>")


def test_coordinates_are_rounded_but_labels_are_not():
    text = svg.inline(drawing(), "f", "alt")
    assert "0.00325" in text or "0.0033" in text
    assert not re.search(r'\bd="[^"]*\d\.\d{3}', text)


@pytest.mark.parametrize("width", [style.FULL_MM, style.HALF_MM])
def test_size_on_screen_follows_the_print_size(width):
    text = svg.inline(style.figure(width, 50), "f", "alt")
    pixels = float(re.search(r"width:(\d+)px", text)[1])
    assert pixels == pytest.approx(width / 25.4 * 72 * 1.85, abs=2)
