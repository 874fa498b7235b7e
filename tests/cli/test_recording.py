"""What `nanokiln cycle --out FOLDER` leaves: files of instruments from which the analyses get the truth."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

import nanokiln
from nanokiln.cli import cycle_protocol
from nanokiln.core.sidecar import sidecar_of
from nanokiln.sample import Sample

RATE = """
name = "short rate"
stride = 1
[[steps]]
step = "cycles"
current = "0.1 A/g"
number = 3
[[steps]]
step = "cycles"
current = "1 A/g"
number = 3
"""
STATE = """
name = "state"
[[steps]]
step = "cycles"
current = "0.5 A/g"
number = 2
[[steps]]
step = "rest"
duration = "2 hour"
[[steps]]
step = "eis"
[[steps]]
step = "sweep"
scan_rate = "0.2 mV/s"
[[steps]]
step = "pulses"
current = "0.1 A/g"
duration = "30 min"
rest = "1 hour"
number = 2
"""


@pytest.fixture(scope="module")
def recorded(sample_file, tmp_path_factory):
    """Return a function from the text of a protocol to the cell, its records, and the files in a folder."""
    known: dict[str, SimpleNamespace] = {}

    def record(text: str) -> SimpleNamespace:
        if text not in known:
            sample, folder = Sample.load(sample_file), tmp_path_factory.mktemp("files")
            made, records = cycle_protocol.perform_text(sample, text)
            inputs = cycle_protocol.inputs_of(sample, text, 0.0)
            files = cycle_protocol.record_all(sample, inputs, made, records, 7, folder, "S")
            known[text] = SimpleNamespace(cell=made.cell, records=records, files=files)
        return known[text]

    return record


def found(path: Path, **choices: object) -> dict:
    return {f.name: f for f in nanokiln.analyse(path, choices=choices)}


def test_the_file_of_the_cycler_gives_the_capacities_back(recorded):
    done = recorded(RATE)
    (path,) = done.files
    slow, fast = (record.data for record in done.records)
    analysed = found(path, mass_mg=1000 * done.cell.mass_g)
    for name, step in (("capacity_0.1A_g", slow), ("capacity_1A_g", fast)):
        truth = float(step["capacity_mAh_g"].values.mean())
        assert analysed[name].value == pytest.approx(truth, rel=2e-3)
        assert analysed[name].low <= truth <= analysed[name].high
    assert analysed["ce_first"].value == pytest.approx(100 * float(slow["efficiency"].values[0]), abs=0.2)


def test_every_instrument_has_a_file_and_its_analysis_finds_what_was_put_in(recorded):
    done = recorded(STATE)
    names = {path.name for path in done.files}
    assert names == {"S-cycling.bdf.csv", "S-eis.z", "S-cv.mpt"}
    by = {path.suffix: path for path in done.files}
    spectrum = next(record.data for record in done.records if record.step.step == "eis")
    impedance = found(by[".z"])
    total = spectrum.attrs["charge_transfer_ohm"] + spectrum.attrs["interphase_ohm"]
    assert impedance["kk_residual"].value < 1.0
    assert impedance["r_e"].value == pytest.approx(done.cell.series_ohm, rel=0.1)
    assert 0.5 * total < impedance["r_ct"].value < 2 * total  # which arc is which is not decided here
    sweep = next(record.data for record in done.records if record.step.step == "sweep")
    truth = float(sweep["voltage"].values[sweep["current"].values.argmax()])
    peak = found(by[".mpt"])["anodic_peak_1"]
    assert peak.value == pytest.approx(truth, abs=0.02)


def test_a_rest_and_pulses_follow_the_cycles_in_one_test_without_a_jump_in_time(recorded):
    path = next(p for p in recorded(STATE).files if p.name.endswith(".bdf.csv"))
    (test,) = nanokiln.read(path)
    time, amperes = test.data["time"].values, test.data["current"].values
    assert (time[1:] >= time[:-1]).all()
    assert (amperes == 0).any()
    charge = test.data["charge"].values
    assert (charge[1:] >= charge[:-1]).all()


def test_files_are_marked_and_can_be_repeated(recorded, run):
    for path in recorded(STATE).files:
        assert "SYNTHETIC" in run("info", path).out.upper()
        assert sidecar_of(path).is_file()
    again = run("rerun", path)
    assert again.code == 0, again.err
    assert "identical" in again.out
    path.write_text(path.read_text().replace("0.1", "0.2"))
    assert run("rerun", path).code == 1


def test_a_folder_takes_the_files_and_a_wrong_ending_is_refused(run, sample_file, tmp_path):
    protocol = tmp_path / "p.toml"
    protocol.write_text('name = "one"\n[[steps]]\nstep = "cycles"\ncurrent = "2 A/g"\nnumber = 1\n')
    done = run("cycle", sample_file, "--protocol", protocol, "--out", tmp_path / "files", "--seed", 3)
    assert done.code == 0, done.err
    mass = re.search(r"mass_mg=([\d.]+)", done.err)
    assert mass
    (path,) = (tmp_path / "files").glob("*.bdf.csv")
    assert found(path, mass_mg=float(mass[1]))["capacity_2A_g"].unit == "mAh/g"
    refused = run("cycle", sample_file, "--protocol", protocol, "--out", tmp_path / "x.txt")
    assert refused.code == 2
    assert ".nc" in refused.err
    assert not (tmp_path / "x.txt").exists()


@pytest.mark.parametrize("technique", ["eis", "cycling", "cv"])
def test_measure_names_the_command_that_makes_such_files(run, sample_file, tmp_path, technique):
    done = run("measure", sample_file, "--with", technique, "--out", tmp_path)
    assert done.code == 2
    assert "nanokiln cycle" in done.err
    assert "--out DIR" in done.err


@pytest.mark.parametrize("target", ["pybamm", "bpx"])
def test_the_half_cell_can_be_exported_named_and_repeated(run, sample_file, tmp_path, target):
    out = tmp_path / "cell.json"
    done = run("export", sample_file, "--to", target, "--out", out)
    assert done.code == 0, done.err
    assert "SYNTHETIC" in done.err
    assert "B-SiOC-2" in out.read_text() or target == "pybamm"
    assert "half cell" in run("info", out).out
    assert "identical" in run("rerun", out).out
    out.write_text(out.read_text().replace("1", "2"))
    assert run("rerun", out).code == 1
    assert run("export", sample_file, "--to", target, "--stage", "cooled", "--out", out).code == 2


def test_the_powder_after_cycling_goes_under_the_microscope_and_nowhere_else(run, tmp_path):
    fresh, worn = tmp_path / "S1.nc", tmp_path / "A1.nc"
    protocol = tmp_path / "p.toml"
    protocol.write_text('name = "some"\n[[steps]]\nstep = "cycles"\ncurrent = "2 A/g"\nnumber = 150\n')
    assert run("fire", "B-SiOC-1", "--spheres", 60, "--out", fresh).code == 0
    done = run("cycle", fresh, "--protocol", protocol, "--aged", worn)
    assert done.code == 0, done.err
    broke, total = map(int, re.search(r"(\d+) of (\d+) necks broke in 150 cycles", done.err).groups())
    before, after = Sample.load(fresh), Sample.load(worn)
    assert int(before.architecture["bonded"].sum()) == total
    assert int(after.architecture["bonded"].sum()) == total - broke
    assert 0 < broke < total
    small = ("--set-instrument", "field=1um", "pixels=64")
    assert run("measure", worn, "--with", "sem", *small, "--out", tmp_path).code == 0
    for refused in (
        run("measure", worn, "--with", "xps", "--out", tmp_path),
        run("cycle", worn, "--protocol", protocol, "--out", tmp_path / "x.nc"),
    ):
        assert refused.code == 2
        assert "cycled" in refused.err
    assert "identical" in run("rerun", worn).out


def test_a_loose_powder_is_refused_in_one_line_and_the_rate_test_says_assumed(run, tmp_path):
    loose = tmp_path / "L.nc"
    assert run("fire", "SiOC", "--spheres", 40, "--out", loose).code == 0
    for refused in (
        run("cycle", loose, "--protocol", "eis", "--out", tmp_path / "x.nc"),
        run("export", loose, "--to", "pybamm", "--out", tmp_path / "x.json"),
    ):
        assert refused.code == 2
        assert "loose powder" in refused.err
        assert "Traceback" not in refused.err
    assert not list(tmp_path.glob("x.*"))
    assert "assumed, not predicted" in run("cycle", loose).err


def test_carbon_black_lets_a_loose_powder_be_cycled_and_repeated(run, tmp_path):
    loose, protocol = tmp_path / "L.nc", tmp_path / "p.toml"
    assert run("fire", "SiOC", "--spheres", 40, "--out", loose).code == 0
    protocol.write_text(RATE, encoding="utf-8")
    black = ("--protocol", protocol, "--carbon-black", "0.1")
    done = run("cycle", loose, *black, "--out", tmp_path / "cell.nc")
    assert done.code == 0, done.err
    assert "carbon black 10% of the electrode" in done.err
    assert "identical" in run("rerun", tmp_path / "cell.nc").out
    assert run("cycle", loose, *black, "--out", tmp_path / "files").code == 0
    (file,) = (tmp_path / "files").glob("*.bdf.csv")
    assert "identical" in run("rerun", file).out
    little = run("cycle", loose, "--protocol", protocol, "--carbon-black", "0.01")
    assert little.code == 2
    assert "from 0.03" in little.err
