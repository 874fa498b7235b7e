"""MkDocs hook: the build fails if a page would load anything from another host."""

import re

from mkdocs.exceptions import PluginError

LOADED = re.compile(
    r'<(?:script|img|iframe|source)\b[^>]*\bsrc="(https?:)?//[^"]*"'
    r'|<link\b(?=[^>]*rel="(?:stylesheet|preconnect|icon|preload)")[^>]*href="(https?:)?//[^"]*"'
)


def on_post_page(output: str, page, config) -> str:
    """Refuse scripts, styles, fonts and pictures from elsewhere; plain links are fine."""
    found = LOADED.search(output)
    if found:
        raise PluginError(f"{page.file.src_uri}: loads {found.group(0)}")
    return output
