"""Figures as inline SVG: small, unique ids, no outside references, the same bytes every time."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from . import markup as h
from .style import RC

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_PROLOGUE = re.compile(r"^.*?(?=<svg\b)", re.DOTALL)
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->\s*", re.DOTALL)
_ID = re.compile(r'\bid="([^"]+)"')
_USED = re.compile(r'(?:url\(#|href="#)([^")]+)')
_COORDINATES = re.compile(r'\b(?:d|x|y|points)="[^"]*"')
_LONG = re.compile(r"-?\d+\.\d{3,}")
_SIZE = re.compile(r'<svg\b[^>]*?viewBox="0 0 ([\d.]+) ([\d.]+)"[^>]*>', re.DOTALL)
_GROUP = re.compile(r"<g>\s*</g>\s*")
_SPACE = re.compile(r">\s*\n\s*<")
_PIXELS_PER_POINT = 1.85  # on screen a figure is shown larger than in print


def inline(figure: Figure, name: str, alt: str) -> str:
    """Return a figure as an ``svg`` element for HTML.

    Parameters
    ----------
    figure
        Any matplotlib figure.
    name
        Prefix of all ids; unique in the document.
    alt
        Text for readers who do not see it.
    """
    from matplotlib import rc_context

    buffer = io.StringIO()
    with rc_context({**RC, "svg.fonttype": "none", "svg.hashsalt": name, "path.simplify_threshold": 0.2}):
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return fit_for_html(buffer.getvalue(), name, alt)


def fit_for_html(raw: str, name: str, alt: str) -> str:
    """Return SVG text as matplotlib writes it as an element for HTML, see `inline`."""
    svg = _COMMENT.sub("", _METADATA.sub("", _PROLOGUE.sub("", raw, count=1)))
    size = _SIZE.search(svg)
    assert size is not None  # matplotlib always writes it
    width, height = float(size.group(1)), float(size.group(2))
    opening = (
        f'<svg viewBox="0 0 {width:.1f} {height:.1f}" role="img" aria-label="{h.text(alt)}" '
        f'style="width:{width * _PIXELS_PER_POINT:.0f}px">'
    )
    body = svg[: size.start()] + opening + svg[size.end() :]
    body = body.replace("xlink:href", "href")
    used = set(_USED.findall(body))
    prefix = re.sub(r"[^A-Za-z0-9_-]", "-", name)
    body = _ID.sub(lambda m: f'id="{prefix}-{m.group(1)}"' if m.group(1) in used else "", body)
    body = re.sub(r"url\(#", f"url(#{prefix}-", body)
    body = re.sub(r'href="#', f'href="#{prefix}-', body)
    body = _COORDINATES.sub(lambda m: _LONG.sub(_round, m.group()), body)
    body = re.sub(r"<g\s+>", "<g>", body)
    return _SPACE.sub(">\n<", _GROUP.sub("", body)).strip()


def _round(match: re.Match[str]) -> str:
    return f"{float(match.group()):.2f}".rstrip("0").rstrip(".")


def block(figure: Figure, name: str, *, caption: str, alt: str = "") -> str:
    """Return a ``figure`` element: the drawing with its caption (HTML)."""
    drawing = inline(figure, name, alt or _plain(caption))
    return h.tag("figure", h.tag("div", drawing, class_="drawing"), h.tag("figcaption", caption), id=name)


def _plain(caption: str) -> str:
    import html

    return html.unescape(re.sub(r"<[^>]+>", "", caption))
