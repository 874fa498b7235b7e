"""Which sample a file belongs to, guessed from its name and the folders it lies in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from pathlib import PurePosixPath

#: Words that say how something was measured, not what. Compared in lower case.
_HOW = frozenset(
    [
        "xps",
        "bet",
        "n2",
        "n2_sorption",
        "sorption",
        "isotherm",
        "isotherms",
        "adsorption",
        "desorption",
        "ads",
        "des",
        "bjh",
        "physisorption",
        "sem",
        "tem",
        "fesem",
        "stem",
        "hrtem",
        "haadf",
        "eds",
        "edx",
        "edxs",
        "eels",
        "raman",
        "ftir",
        "ir",
        "atr",
        "xrd",
        "pxrd",
        "tga",
        "dtg",
        "tg",
        "dsc",
        "ta",
        "icp",
        "oes",
        "ms",
        "eis",
        "peis",
        "geis",
        "nyquist",
        "impedance",
        "cv",
        "gcpl",
        "cc",
        "cccv",
        "cycling",
        "cycle",
        "cycles",
        "rate",
        "rates",
        "capacity",
        "battery",
        "cell",
        "coin",
        "sizing",
        "size",
        "sizes",
        "diameter",
        "diameters",
        "before",
        "after",
        "survey",
        "wide",
        "scan",
        "scans",
        "spectrum",
        "spectra",
        "map",
        "maps",
        "line",
        "data",
        "raw",
        "export",
        "exported",
        "report",
        "results",
        "result",
        "analysis",
        "fit",
        "fitted",
        "file",
        "test",
        "final",
        "new",
        "old",
        "copy",
        "repeat",
        "rep",
        "run",
        "pos",
        "position",
        "spot",
        "area",
        "image",
        "images",
        "img",
        "fig",
        "figure",
        "micrograph",
        "micrographs",
        "77k",
        "air",
        "ar",
        "o2",
        "mapping",
        "cube",
    ]
)
#: Things of that kind that carry a number: lines of XPS, magnifications, repeats, rates, dates, times.
_HOW_NUMBERED = re.compile(
    r"""^(?:
      (?:h|li|be|b|c|n|o|f|na|mg|al|si|p|s|cl|k|ca|ti|fe|co|ni|cu|zn|ag|au|w|sn)\d[spdf](?:\d/\d)? |  # C1s
      [1-7][spdf] |                                                             # the 1s of "C 1s"
      x\d+k? | \d+k?x |                                                          # magnification
      (?:rep|run|pos|scan|spot|no|nr|fig|img|image|map|cycle|ch|channel|file|v|n)\d+ |
      \d+(?:nm|um|mm|kv|ev|kev|kmin|cm|mah|mvs|mv|v|ag|ma|ua|mg|ug) |            # not degC and h: a recipe
      \d{8} | \d{6}                                                              # dates
    )$""",
    re.VERBOSE,
)
_ELEMENT = re.compile(r"^(?:b|c|n|o|si|f|p|s)$")  # counts only before the "1s" of "C 1s"
_SHELL = re.compile(r"^[1-7][spdf]$")
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d-[01]\d-[0-3]\d(?!\d)")
_SPLIT = re.compile(r"((?:[\s_\-,()\[\]+]|(?<!\d)\.|\.(?!\d))+)")  # not at the point of a number
_COUNTER = re.compile(r"^0\d*$|^\d{3,}$")  # 01, 001, 114: a running number, where something else is left
#: Silicon at the end of what says Raman, where something else is left: taken with the sample for its axis.
_RAMAN = re.compile(r"raman", re.IGNORECASE)
_REFERENCE = re.compile(
    r"(?<=.)[\s_\-]+(?:si(?:licon)?|wafer)(?:[\s_\-]*(?:ref(?:erence)?|wafer|standard))?$", re.I
)
UNNAMED = "unnamed"


def sample_of(path: str) -> str:
    """Return the sample a file seems to belong to.

    Parameters
    ----------
    path
        Relative to the folder of the study, with forward slashes.

    Returns
    -------
    str
        What is left of the name without the words that say how it was measured; else the nearest folder of
        which something is left; else ``"unnamed"``.

    Limits
    ------
    A guess. Whoever knows better writes it into ``study.toml``.
    """
    parts = PurePosixPath(path)
    suffixes = "".join(s for s in parts.suffixes[-2:] if len(s) <= _LONGEST_SUFFIX and not s[1:].isdigit())
    stem = parts.name.removesuffix(suffixes) if suffixes else parts.name
    if _RAMAN.search(path):
        stem = _REFERENCE.sub("", stem)
    for name in (stem, *reversed(parts.parent.parts)):
        left = _without_how(name)
        if left:
            return left
    return UNNAMED


_LONGEST_SUFFIX = 6  # characters with the dot: .jdx, .xrdml is 6, .tar.gz is two


def _without_how(name: str) -> str:
    pieces = _SPLIT.split(_DATE.sub(" ", name))
    words, gaps = pieces[::2], pieces[1::2]
    drop = [_is_how(word, words[n + 1] if n + 1 < len(words) else "") for n, word in enumerate(words)]
    kept = [n for n, gone in enumerate(drop) if not gone]
    # a running number goes where a name is left without it, but the 2 of "B-SiOC-2" stays
    while len(kept) > 1 and _COUNTER.match(words[kept[-1]]):
        kept.pop()
    if not kept:
        return ""
    out = words[kept[0]]
    for before, after in pairwise(kept):
        gap = gaps[before] if after == before + 1 else min(gaps[before:after], key=len)
        out += (gap.strip("()[],. ") or " ") + words[after]
    return out.strip()


def _is_how(word: str, following: str) -> bool:
    low = word.lower()
    if not low or low in _HOW or _HOW_NUMBERED.match(low):
        return True
    return bool(_ELEMENT.match(low) and _SHELL.match(following.lower()))


def group_names(paths: Iterable[str]) -> dict[str, str]:
    """Return the sample of every path, with one spelling for names that differ only in case or spacing."""
    spelling: dict[str, str] = {}
    out = {}
    for path in sorted(paths):
        name = sample_of(path)
        out[path] = spelling.setdefault(re.sub(r"[\s_\-]+", " ", name.lower()), name)
    return out
