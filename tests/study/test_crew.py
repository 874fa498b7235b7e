"""Tasks in several processes: one that fails, or kills its process, does not stop the others."""

import os

from nanokiln.study.crew import Failure, each


def double(x: int) -> int:
    if x == 2:
        raise RuntimeError("two is bad")
    if x == 3:
        os._exit(1)
    return 2 * x


def test_others_go_on():
    shares: list[float] = []
    found = each(double, [(n,) for n in range(6)], 2, shares.append)
    assert [found[n] for n in (0, 1, 4, 5)] == [0, 2, 8, 10]
    assert isinstance(found[2], Failure)
    assert "two is bad" in found[2]
    assert isinstance(found[3], Failure)
    assert "died" in found[3]
    assert shares[-1] == 1.0


def test_nothing_to_do():
    assert each(double, [], 2, lambda share: None) == []
