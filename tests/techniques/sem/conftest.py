import importlib.util
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def drawn():
    """Return the module that draws test pictures."""
    path = Path(__file__).with_name("drawn.py")
    spec = importlib.util.spec_from_file_location("sem_drawn", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["sem_drawn"] = module
    spec.loader.exec_module(module)
    return module
