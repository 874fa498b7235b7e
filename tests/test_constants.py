"""No bare physics constants: numbers live in parameter records, settings in commented constants."""

import ast
import io
import math
import tokenize
from pathlib import Path
from types import SimpleNamespace

import pytest

from nanokiln.core import parameters, units

SOURCE = Path(__file__).resolve().parents[1] / "src" / "nanokiln"
ROOMS = ("matter", "furnace", "assembly", "halfcell")
SMALL = 4
HALF = 0.5


def physics_sources() -> list[Path]:
    """Return the files that hold physics; the layout of figures (plot.py) is none."""
    rooms = [path for room in ROOMS for path in (SOURCE / room).rglob("*.py") if path.stem != "plot"]
    return sorted([*rooms, *(SOURCE / "techniques").glob("*/simulate.py")])


def is_plain(number: complex) -> bool:
    """Small integers, one half and powers of ten need no record."""
    size = abs(number)
    if size == HALF or (size <= SMALL and size == int(size)):
        return True
    exponent = math.log10(size) if 0 < size < math.inf else math.nan
    return math.isfinite(exponent) and math.isclose(size, 10.0 ** round(exponent), rel_tol=1e-12)


def comment_lines(text: str) -> set[int]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return {token.start[0] for token in tokens if token.type == tokenize.COMMENT}


def names(node: ast.stmt) -> list[str]:
    """Return the names a statement assigns to; empty if it assigns to anything else."""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    flat = [part for t in targets for part in (t.elts if isinstance(t, ast.Tuple) else [t])]
    return [part.id for part in flat] if all(isinstance(part, ast.Name) for part in flat) else []


def is_setting(node: ast.stmt, comments: set[int]) -> bool:
    """Tell whether a statement is `GRID = 64  # points; finer changes nothing`.

    The name is in capitals, and the reason stands on its first or last line or right above it. Numbering
    things (`BO3, BCO2, BC2O = range(3)`) needs no reason.
    """
    assigned = names(node)
    if not assigned or not all(name.isupper() for name in assigned):
        return False
    numbering = isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") == "range"
    return (numbering and len(assigned) > 1) or bool(
        comments & {node.lineno - 1, node.lineno, node.end_lineno}
    )


class Finder(ast.NodeVisitor):
    """Collects number literals that are neither plain, nor in a record, nor a position in an array."""

    def __init__(self) -> None:
        self.found: list[tuple[int, complex]] = []

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name != "Parameter":
            self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.visit(node.value)
        for part in ast.walk(node.slice):
            if isinstance(part, ast.Constant) and isinstance(part.value, float):
                self.visit(part)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for part in (node.args, *node.body):  # not decorators: a cache size is no physics
            self.visit(part)

    def visit_Constant(self, node: ast.Constant) -> None:
        value = node.value
        if isinstance(value, int | float | complex) and not isinstance(value, bool) and not is_plain(value):
            self.found.append((node.lineno, value))


def bare_constants(text: str) -> list[tuple[int, complex]]:
    """Return line and value of every bare constant in a source."""
    comments = comment_lines(text)
    finder = Finder()
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and is_setting(node, comments):
            continue
        finder.visit(node)
    return finder.found


def test_physics_has_no_bare_constants():
    found = [
        f"{path.relative_to(SOURCE)}:{line}: {value}"
        for path in physics_sources()
        for line, value in bare_constants(path.read_text("utf-8"))
    ]
    assert not found, "numbers without a record or a commented ALL_CAPS name:\n" + "\n".join(found)


@pytest.mark.parametrize(
    "text",
    [
        "def law(T):\n    return 8.314 * T",
        "def law(T):\n    return T + 273.15",
        "def law(T):\n    return -13187 * T",
        "def law(T, slope=0.04):\n    return slope * T",
        "FACTOR = 0.312",
        "FIRST, other = 773.15, 200.0  # K",
        "STEPS = range(12)",
        "factor = 0.312  # a comment does not help a name that is not a constant",
        "class Law:\n    m = 31.5  # nor inside a class",
        "def law(x):\n    return x[int(7.5)]",
        "def law(x):\n    return x ** 12",
    ],
)
def test_a_planted_constant_is_noticed(text):
    assert bare_constants(text)


@pytest.mark.parametrize(
    "text",
    [
        "def law(r):\n    return 4 / 3 * r**3 * 1e-9 * 1000 * 0.5",
        "def law(r):\n    return -1.0 * r[5:8, 12]",
        "K = Parameter('a.b', 8.314, 'J/mol/K', 8, 9, 'CODATA', 'V')",
        "TABLE = {1: Parameter('a.b', 8.314, 'J/mol/K', 8, 9, 'CODATA', 'V')}",
        "GRID = 64  # points: twice as many change the result by less than 1e-6",
        "_EDGES = (\n    0.05,\n    0.35,\n)  # relative pressures of the usual range",
        "FIRST, STEP = 773.15, 200.0  # K, knots of the table",
        "#: Relative pressures of the usual range.\nEDGES = (0.05, 0.35)",
        "ACID, META, OXIDE, VAPOUR, WETTED = range(5)",
        "@lru_cache(maxsize=8)\ndef law(x):\n    return x",
        "def law(on=True):\n    return on",
    ],
)
def test_plain_numbers_records_and_commented_settings_pass(text):
    assert not bare_constants(text)


def record_faults(records) -> list[str]:
    """Return what is wrong with parameter records."""
    found, seen = [], {}
    for record in records:
        name = record.id
        if not record.source.strip():
            found.append(f"{name}: no source")
        try:
            units.registry().Unit(record.unit)
        except Exception:  # pint raises many kinds; whichever it is, the unit cannot be read
            found.append(f"{name}: unit '{record.unit}' cannot be read")
        if not record.low <= record.value <= record.high:
            found.append(f"{name}: {record.value} is not within {record.low} to {record.high}")
        if record.symbol and seen.setdefault(record.symbol, name) != name:
            found.append(f"{name}: symbol {record.symbol} is taken by {seen[record.symbol]}")
        said = "assumed" in f"{record.note} {record.source}".lower()
        if record.tag == "C" and not record.calibrated_on and not said:
            found.append(f"{name}: closure without calibrated_on, and its note does not say 'assumed'")
    return found


def test_every_parameter_record_is_complete():
    records = parameters.load_all()
    assert records, "no parameter records were found"
    found = record_faults(records.values())
    assert not found, "\n".join(found)


GOOD = {
    "id": "room.quantity",
    "value": 1.0,
    "unit": "kJ/mol",
    "low": 0.5,
    "high": 2.0,
    "source": "Table 2",
    "tag": "V",
    "symbol": "",
    "calibrated_on": (),
    "note": "",
}


@pytest.mark.parametrize(
    "change",
    [
        {"source": " "},
        {"unit": "furlongs per nothing"},
        {"value": 3.0},
        {"value": math.nan},
        {"tag": "C"},
    ],
)
def test_a_planted_bad_record_is_noticed(change):
    assert not record_faults([SimpleNamespace(**GOOD)])
    assert len(record_faults([SimpleNamespace(**{**GOOD, **change})])) == 1


def test_a_symbol_used_twice_is_noticed():
    twins = [SimpleNamespace(**{**GOOD, "id": name, "symbol": "M3"}) for name in ("a.x", "a.y")]
    assert len(record_faults(twins)) == 1


def test_a_closure_may_be_calibrated_or_assumed():
    closure = {**GOOD, "tag": "C"}
    assert not record_faults([SimpleNamespace(**{**closure, "calibrated_on": ("C052",)})])
    assert not record_faults([SimpleNamespace(**{**closure, "note": "Assumed; no data."})])
