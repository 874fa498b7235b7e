"""Two targets, two numbers; nothing held out is ever in reach of the fit."""

import ast
from pathlib import Path

import numpy as np
import pytest

import nanokiln.halfcell as halfcell
from nanokiln.halfcell import article_targets, calibrate, declared, log_normal, single, two_populations
from nanokiln.halfcell.heldout_parameters import held_out
from nanokiln.halfcell.rate import reversible
from nanokiln.halfcell.solutions import scan, solutions

FOLDER = Path(halfcell.__file__).parent
HELD_OUT_READERS = {"outcome.py", "plot.py"}


@pytest.mark.parametrize(
    "shape", [single(), log_normal(1.0, nodes=3), single("resistance")], ids=lambda s: s.name
)
def test_known_numbers_are_recovered(shape, values):
    """Targets computed with known numbers give the numbers back."""
    truth = (1900.0, 2500.0 if shape.scaled == "time" else 90.0)
    slow, fast = reversible(shape.cell(*truth, values), (0.1, 2.0))
    found = calibrate({0.1: slow, 2.0: fast}, shape=shape, values=values, currents=())
    assert (found.capacity_mAh_g, found.scale) == pytest.approx(truth, rel=5e-3)
    assert found.currents == (0.1, 2.0)


def test_targets_are_met_and_start_does_not_matter(values):
    targets = article_targets(values)
    first = calibrate(targets, shape=single(), values=values)
    assert [first.capacities[first.currents.index(c)] for c in targets] == pytest.approx(
        [1404.0, 688.0], rel=2e-4
    )
    again = calibrate(targets, shape=single(), values=values, near=(3000.0, 300.0))
    assert (again.capacity_mAh_g, again.scale) == pytest.approx((first.capacity_mAh_g, first.scale), rel=1e-3)


def test_populations_far_apart_have_several_solutions(values):
    """All three crossings are found, each meets the targets, and they predict different things between."""
    targets = article_targets(values)
    found = solutions(targets, shape=two_populations(0.367, 4.0), values=values)
    assert len(found) == 3
    assert np.all(np.diff([c.scale for c in found]) > 0)
    for calibration in found:
        ends = [calibration.capacities[calibration.currents.index(c)] for c in targets]
        assert ends == pytest.approx(list(targets.values()), rel=2e-4)
    between = [c.capacities[c.currents.index(0.5)] for c in found]
    assert max(between) / min(between) > 1.1


def test_declared_shape_has_one_solution(values):
    _, residuals = scan(article_targets(values), shape=declared(values), values=values)
    assert np.sum(np.diff(np.sign(residuals)) != 0) == 1


def test_declared_shape_comes_from_the_time_range(values):
    """5-95 % of the declared distribution spans 10-1000 s around 100 s: two decades, nothing else."""
    shape = declared(values)
    assert shape.name == "log-normal 2 decades"
    logs = np.log10(shape.relative)
    weights = np.array(shape.weights)
    assert weights.sum() == pytest.approx(1.0)
    assert weights @ logs == pytest.approx(0.0, abs=1e-12)
    assert np.sqrt(weights @ logs**2) * 3.2897 == pytest.approx(2.0, rel=1e-4)


def test_no_module_of_the_fit_imports_the_held_out_values():
    readers = set()
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (
                "heldout" in (node.module or "") or any("heldout" in a.name for a in node.names)
            ):
                readers.add(path.name)
    assert readers == HELD_OUT_READERS
    for name in ("calibration", "solutions", "family", "shapes", "rate", "pybamm_adapter", "cell"):
        for node in ast.walk(ast.parse((FOLDER / f"{name}.py").read_text())):
            if isinstance(node, ast.ImportFrom):
                assert node.module not in ("outcome", "plot")


def test_no_held_out_number_stands_in_the_code(values):
    wanted = set(held_out(values).values())
    for path in FOLDER.glob("*.py"):
        if path.name == "heldout_parameters.py":
            continue
        numbers = {
            n.value
            for n in ast.walk(ast.parse(path.read_text()))
            if isinstance(n, ast.Constant)
            and isinstance(n.value, int | float)
            and not isinstance(n.value, bool)
        }
        assert not numbers & wanted, path.name


def test_held_out_values_do_not_move_the_calibration(values):
    moved = values.replace({"halfcell.heldout_0.5A_g": 100.0})
    targets = article_targets(values)
    assert article_targets(moved) == targets
    a, b = (calibrate(targets, shape=single(), values=v) for v in (values, moved))
    assert (a.capacity_mAh_g, a.scale) == (b.capacity_mAh_g, b.scale)
