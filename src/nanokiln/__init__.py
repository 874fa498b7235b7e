"""nanokiln: from nanoparticle recipe through the furnace to instruments and half cell.

The names below are loaded when they are first asked for, so that ``import nanokiln`` costs nothing:

>>> import nanokiln
>>> nanokiln.load_recipe("B-SiOC-2").additive_ratio
0.3
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .analysis import analyse
    from .core.parameters import Values
    from .formats import read
    from .furnace import fire
    from .paper.reproduce import reproduce
    from .recipe import load_recipe
    from .sample import Sample, make_sample

    __version__: str

_HOME = {
    "Sample": "sample",
    "Values": "core.parameters",
    "analyse": "analysis",
    "fire": "furnace",
    "load_recipe": "recipe",
    "make_sample": "sample",
    "read": "formats",
    "reproduce": "paper.reproduce",
}

__all__ = [
    "Sample",
    "Values",
    "__version__",
    "analyse",
    "fire",
    "load_recipe",
    "make_sample",
    "read",
    "reproduce",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        found: Any = version("nanokiln")
    elif name in _HOME:
        from importlib import import_module

        found = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    else:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    globals()[name] = found  # the next access is an ordinary one
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
