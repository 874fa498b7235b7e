"""Shared fixtures. Tests that use real instrument files skip where these are absent."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples at every run: a search for new ones (--hypothesis-profile=default, or
# benchmarks/fuzz_readers.py) is no gate for a change that has nothing to do with what it finds.
settings.register_profile("fixed", derandomize=True)
settings.load_profile("fixed")

SHARED = Path(__file__).resolve().parents[1].parent / "shared"


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """Return the folder of real files of a technique, or skip."""

    def find(technique: str) -> Path:
        folder = SHARED / "data" / technique
        if not folder.is_dir():
            pytest.skip(f"real {technique} files are not on this machine (../shared/data/{technique})")
        return folder

    return find
