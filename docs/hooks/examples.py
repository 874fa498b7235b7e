"""MkDocs hook: the flags that steer the tests of examples (`no-run`, `no-check`) are not shown."""

import re

FLAGGED = re.compile(r"^([ ]*`{3,}(?:python|text))[ ]+no-(?:run|check)[ ]*$", re.MULTILINE)


def on_page_markdown(markdown: str, page, config, files) -> str:
    """Remove the flags behind the language of a fenced block."""
    return FLAGGED.sub(r"\1", markdown)
