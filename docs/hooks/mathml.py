"""MkDocs hook: formulas become MathML while building, so the pages need no script and no network."""

import html
import re

from latex2mathml.converter import convert
from mkdocs.exceptions import PluginError

INLINE = re.compile(r'<span class="arithmatex">\\\((.*?)\\\)</span>', re.DOTALL)
BLOCK = re.compile(r'<div class="arithmatex">\s*\\\[(.*?)\\\]\s*</div>', re.DOTALL)


def to_mathml(latex: str, display: str, page: str) -> str:
    """Convert one formula; a formula that cannot be converted stops the build."""
    try:
        mathml = convert(html.unescape(latex).strip(), display=display)
    except Exception as error:
        raise PluginError(f"{page}: formula cannot be converted: {latex!r} ({error!r})") from error
    if "\\" in mathml or "<mi>&</mi>" in mathml:
        raise PluginError(f"{page}: formula is only partly understood: {latex!r}")
    return mathml


def on_page_content(content: str, page, config, files) -> str:
    """Replace what pymdownx.arithmatex marked."""
    name = page.file.src_uri
    content = BLOCK.sub(lambda m: f"<p>{to_mathml(m[1], 'block', name)}</p>", content)
    content = INLINE.sub(lambda m: to_mathml(m[1], "inline", name), content)
    if 'class="arithmatex"' in content:
        raise PluginError(f"{name}: a formula was not converted")
    return content
