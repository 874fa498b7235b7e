"""Make the two example studies: three simulated powders, and the same with mistakes that the audit must find.

``python examples/make.py`` writes ``three-powders`` and ``planted-errors`` beside this file. Every file is
SYNTHETIC: powders, instruments and cells are simulated.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from nanokiln import measuring
from nanokiln.cli.cycle_protocol import inputs_of, perform_text, record_all
from nanokiln.core.files import write_text
from nanokiln.core.parameters import Values
from nanokiln.halfcell.perform import Record
from nanokiln.halfcell.specimen import Specimen
from nanokiln.recipe import load_recipe
from nanokiln.recording import measurements
from nanokiln.sample import make_sample
from nanokiln.techniques import get

HERE = Path(__file__).resolve().parent
SEED = 11
POWDERS = ("SiOC", "B-SiOC-2", "B-SiOC-3")
VOXELS = 64  # of the draft quality
TECHNIQUES = {
    "sem": {"pixels": 512}, "eds": {}, "n2_sorption": {}, "xps": {}, "tga": {}, "xrd": {},
    "icp": {"fusion": True, "times_h": (1.0, 2.0)}, "sizing": {}, "raman": {}, "ftir": {},
}  # fmt: skip
LEFT_OUT = ("*-eds-line*", "*-eds-map.msa*", "*.truth.json")  # the map is enough, and no lab has a truth
CARBON_BLACK = 0.1  # of the electrodes, or the undoped spheres could not be cycled: no necks join them
PROTOCOL = """\
name = "three powders"
stride = 1

[[steps]]
step = "cycles"
current = "2 A/g"
number = 20

[[steps]]
step = "rest"
duration = "2 hour"

[[steps]]
step = "eis"
"""
PLAN = """\
title = "Three powders"
synthetic = true  # all files were simulated
claims = "claims.csv"

[choices.eis]
area_cm2 = 1.13

[samples.SiOC]
recipe = "SiOC"
[samples.B-SiOC-2]
recipe = "B-SiOC-2"
[samples.B-SiOC-3]
recipe = "B-SiOC-3"

[[values]]
sample = ""
name = "electrode_area"
value = 1.13
unit = "cm2"
source = "discs of 12 mm"

[[values]]
sample = ""
name = "degas_temperature_C"
value = 200
unit = "degC"
source = "notebook"
"""
CLAIMS = """\
id,statement,sample,quantity,relation,value,unit,tolerance
1,Boric acid opens the pores,,bet_area,ordering,SiOC < B-SiOC-2,m2/g,
2,Firing with boric acid makes the spheres smaller,B-SiOC-3,diameter_change,lt,0,nm,
3,Boron sits in the carbon,B-SiOC-2,share_BC3,present,4,%,
4,More boric acid makes the spheres fade less,SiOC;B-SiOC-2;B-SiOC-3,decay_per_cycle_compound,falling,,1,
5,The more boric acid the more area,,bet_area,ordering,SiOC < B-SiOC-2 < B-SiOC-3,m2/g,
7,More boric acid puts more boron into the carbon,,share_BC3,ordering,B-SiOC-2 < B-SiOC-3,%,
8,Boron makes the carbon more ordered,B-SiOC-2,id_ig_height,lt,1,1,
6,Nothing crystallises,B-SiOC-3,peaks,absent,,1,
"""


@dataclass(frozen=True)
class Cell:
    """A powder in its cell, and what came of the protocol."""

    made: Specimen
    records: list[Record]


def clean(folder: Path) -> dict[str, Cell]:
    """Write the study without mistakes, and return its cells."""
    folder.mkdir(parents=True, exist_ok=True)
    cells = {}
    for number, name in enumerate(POWDERS):
        sample = make_sample(load_recipe(name), seed=SEED, voxels=VOXELS)
        taken = [measuring.take(sample, t, SEED + number, settings) for t, settings in TECHNIQUES.items()]
        measuring.write_all(taken, folder, name)
        made, records = perform_text(sample, PROTOCOL, CARBON_BLACK)
        inputs = inputs_of(sample, PROTOCOL, CARBON_BLACK)
        record_all(sample, inputs, made, records, SEED + number, folder, name)
        cells[name] = Cell(made, records)
    for pattern in LEFT_OUT:
        for path in folder.glob(pattern):
            path.unlink()
    masses = "".join(
        f'\n[[files]]\npath = "{n}-cycling.bdf.csv"\nsample = "{n}"\n'
        f'facts = {{ mass_mg = {1000 * c.made.cell.mass_g:.4g}, mass_error_mg = 0.02, basis = "active" }}\n'
        for n, c in cells.items()
    )
    write_text(folder / "study.toml", PLAN + masses)
    write_text(folder / "claims.csv", CLAIMS)
    return cells


@dataclass(frozen=True)
class Planted:
    """One mistake: what was done, and what the audit must answer."""

    what: str
    check: str
    sample: str
    answer: str


#: Mistakes of the second study. Each is of a kind that happens in laboratories.
PLANTED = (
    Planted("spectrum of B-SiOC-2 saved again under the name of SiOC", "same content", "", "impossible"),
    Planted("scale of the picture of SiOC typed in as 20 nm per pixel", "one size", "SiOC", "impossible"),
    Planted("the same scale, other than in the file", "stated twice", "SiOC", "doubtful"),
    Planted("isotherm of B-SiOC-2 with a tenth of the mass", "walls", "B-SiOC-2", "doubtful"),
    Planted("boron standards of B-SiOC-2 tenfold too strong", "boron over silicon", "B-SiOC-2", "impossible"),
    Planted("cell of B-SiOC-2 with a tenth of its mass", "capacity ceiling", "B-SiOC-2", "impossible"),
    Planted("cell of B-SiOC-3 analysed as a full cell", "coulombic efficiency", "B-SiOC-3", "impossible"),
    Planted("decay of B-SiOC-3 that does not follow from its capacities", "fading", "B-SiOC-3", "impossible"),
    Planted("Si 2p of B-SiOC-3 labelled Si 1s, with Al K-alpha", "photon energy", "B-SiOC-3", "impossible"),
    Planted("shares of B-SiOC-2 in a notebook that add up to 118 %", "shares", "B-SiOC-2", "impossible"),
    Planted("pore volume of B-SiOC-3 in another unit", "area against volume", "B-SiOC-3", "impossible"),
    Planted("coated B-SiOC-3 thicker than its feed", "shell against feed", "B-SiOC-3", "impossible"),
    Planted("boron of B-SiOC-3 above that of boron oxide", "surface boron", "B-SiOC-3", "impossible"),
    Planted("resistances without the area of the electrode", "charge transfer", "B-SiOC-2", "doubtful"),
    Planted("isotherm of another powder called a repeat of SiOC", "replicates", "SiOC", "doubtful"),
    Planted("range of the isotherm chosen for B-SiOC-3 alone", "same treatment", "", "doubtful"),
    Planted("an order read from two resistances that do not differ", "trend", "", "doubtful"),
    Planted("half of the powder B-SiOC-2 blown from the pan", "residue", "B-SiOC-2", "doubtful"),
    Planted("outgassing temperature not stated", "report fields", "B-SiOC-2", "cannot tell"),
)  # fmt: skip


def planted(folder: Path, source: Path, cells: Mapping[str, Cell]) -> None:
    """Write the study with mistakes, made from the clean one and its cells."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.iterdir()):
        if path.suffix != ".json" and path.name not in ("study.toml", "claims.csv"):
            shutil.copyfile(path, folder / path.name)
    shutil.copyfile(source / "B-SiOC-2-xps.vms", folder / "SiOC-xps.vms")
    shutil.copyfile(source / "B-SiOC-2-n2_sorption.aif", folder / "SiOC-n2_sorption-repeat.aif")
    _measured_again(folder, cells["B-SiOC-2"], "B-SiOC-3")
    _edit(folder / "B-SiOC-2-n2_sorption.aif", _tenfold_amounts)
    _edit(folder / "B-SiOC-2-icp.csv", _strong_boron)
    _edit(folder / "B-SiOC-3-xps.vms", lambda text: re.sub(r"(\nSi\r?\n)2p", r"\g<1>1s", text))
    _edit(folder / "B-SiOC-2-tga.txt", _blown_away)
    shutil.copyfile(HERE / "planted.toml", folder / "study.toml")
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(("mistake", "check", "sample", "answer"))
    writer.writerows((p.what, p.check, p.sample, p.answer) for p in PLANTED)
    write_text(folder.parent / "planted.csv", table.getvalue())


def _edit(path: Path, change: Callable[[str], str]) -> None:
    old = path.read_bytes().decode("latin-1")
    new = change(old)
    if new == old:
        raise SystemExit(f"error: nothing to change in '{path.name}'")
    path.write_bytes(new.encode("latin-1"))


def _tenfold_amounts(text: str) -> str:
    """Ten times the amount adsorbed per gram: a mass typed a tenth too small."""
    row = re.compile(r"^([\d.]+ [\d.]+ )([\d.]+)$", re.MULTILINE)
    return row.sub(lambda m: f"{m[1]}{10 * float(m[2]):.7g}", text)


def _strong_boron(text: str) -> str:
    """Boron standards stated ten times as strong as they were."""
    rows = []
    for line in text.splitlines():
        cells = line.split(",")
        if len(cells) > 7 and cells[5] == "B" and cells[7]:
            cells[7] = f"{10 * float(cells[7]):g}"
        rows.append(",".join(cells))
    return "\n".join(rows) + "\n"


def _blown_away(text: str) -> str:
    """Lose half of what is left from 400 degC on."""
    rows = []
    for line in text.splitlines():
        cells = line.split(";")
        if len(cells) == 3 and cells[0][:1].isdigit() and float(cells[0]) > 400:
            cells[2] = f"{float(cells[2]) / 2:.6f}"
        rows.append(";".join(cells))
    return "\n".join(rows) + "\n"


def _measured_again(folder: Path, cell: Cell, name: str) -> None:
    """Write another spectrum of a cell under another name."""
    seen = measurements(cell.made, cell.records, Values(), SEED + 50)
    get("eis").write([m for m in seen if m.technique == "eis"], folder, f"{name}-eis")


def main() -> None:
    """Write both studies below ``--out``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE)
    out = parser.parse_args().out
    cells = clean(out / "three-powders")
    planted(out / "planted-errors", out / "three-powders", cells)


if __name__ == "__main__":
    main()
