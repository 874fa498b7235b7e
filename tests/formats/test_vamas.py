"""VAMAS: every real file opens, what is written comes back, damage is told in one line."""

import shutil

import numpy as np
import pytest
import vamas as reference
import xarray as xr

from nanokiln.core.errors import DataError, InputError
from nanokiln.core.measurement import SYNTHETIC_MARK, Measurement
from nanokiln.formats import guess
from nanokiln.formats import vamas as own

# file, blocks, label of the first, binding energies of its ends, points, largest count
REAL = [
    ("0-150W.vms", 5, "survey", (1200.0, -5.0), 1206, 6050.0),
    ("ARXPS.vms", 15, "O 1s", (543.0, 523.0), 201, 13835.0),
    ("FeO_analyzed.vms", 1, "Fe 2p", (750.0, 694.0), 1121, 24040.7),
    ("cellulose_fitted_following_briggs.vms", 4, "survey", (1153.16, 3.16), 1151, 8424.0),
    ("mjr9_116a.vms", 7, "survey", (1100.0, 0.0), 1101, 30809.0),
    ("regular.vms", 1, "survey", (1350.0, 0.0), 1351, 10836.6),
]


def region(label="B 1s", origin="synthetic", transmission=True, unit="counts", points=41):
    energy = np.round(np.arange(points) * -0.1 + 195.0, 6)
    counts = np.round(1000 * np.exp(-((energy - 193) ** 2)) + 100)
    variables = {"counts": ("energy", counts, {"units": unit})}
    if transmission:
        variables["transmission"] = ("energy", np.linspace(0.9, 1.1, points).round(6), {"units": "1"})
    data = xr.Dataset(variables, coords={"binding_energy": ("energy", energy, {"units": "eV"})})
    species, transition = label.split()
    settings = {
        "photon_energy_eV": 1486.6, "pass_energy_eV": 20.0, "dwell_s": 0.2, "sweeps": 3,
        "block_id": label, "sample": "B-SiOC-2", "species": species, "transition": transition,
    }  # fmt: skip
    return Measurement("xps", data, origin, label, settings)


@pytest.mark.parametrize(("name", "blocks", "label", "ends", "points", "most"), REAL)
def test_real_files_open(shared_data, name, blocks, label, ends, points, most):
    found = own.read(shared_data("xps") / name)
    first = found[0]
    assert len(found) == blocks
    assert first.label == label
    assert first.origin == "measured"
    assert first.data.sizes["energy"] == points
    assert first.data.binding_energy.values[[0, -1]] == pytest.approx(ends, abs=1e-6)
    assert float(first.data.counts.max()) == most


def test_every_vamas_file_of_the_folder_is_recognised(shared_data):
    files = sorted(p for p in shared_data("xps").iterdir() if p.suffix in (".vms", ".npl"))
    assert len(files) >= 6
    for path in files:
        assert guess(path, "xps").module is own
        assert own.read(path)


def test_same_numbers_as_the_reference_reader_where_it_can(shared_data):
    path = shared_data("xps") / "mjr9_116a.vms"
    theirs = reference.Vamas(path).blocks
    ours = own.read(path)
    for a, b in zip(theirs, ours, strict=True):
        assert np.array_equal(a.corresponding_variables[0].y_values, b.data.counts.values)
        kinetic = a.x_start + a.x_step * np.arange(b.data.sizes["energy"])
        assert np.allclose(1486.69 - kinetic, b.data.binding_energy.values, atol=1e-6)
        assert np.array_equal(a.corresponding_variables[1].y_values, b.data.transmission.values)


def test_metadata_of_a_real_file(shared_data):
    first, *rest = own.read(shared_data("xps") / "cellulose_fitted_following_briggs.vms")
    assert first.settings["pass_energy_eV"] == 300.0
    assert rest[0].settings["rsf_in_file"] == 0.278
    assert rest[0].settings["casa_background"] == "Shirley"
    assert (rest[0].settings["species"], rest[0].settings["transition"]) == ("C", "1s")
    angles = [m.settings["experiment_variables"]["Angle"] for m in own.read(shared_data("xps") / "ARXPS.vms")]
    assert angles[0] == "0"
    assert len(set(angles)) == 5


def test_ending_npl(shared_data, tmp_path):
    path = tmp_path / "a.npl"
    shutil.copyfile(shared_data("xps") / "mjr9_116a.vms", path)
    assert len(own.read(path)) == 7


def test_round_trip(tmp_path):
    written = [region("B 1s"), region("C 1s", transmission=False, unit="counts/s")]
    path = own.write(tmp_path / "a.vms", written)
    for before, after in zip(written, own.read(path), strict=True):
        xr.testing.assert_identical(before.data, after.data)
        assert after.origin == "synthetic"
        assert after.label == before.label
        assert {k: after.settings[k] for k in before.settings} == before.settings


def test_measured_stays_measured(tmp_path):
    path = own.write(tmp_path / "a.vms", [region(origin="measured")])
    assert own.read(path)[0].origin == "measured"
    assert SYNTHETIC_MARK not in path.read_text()


def test_bytes_are_stable_and_plain(tmp_path):
    a, b = (own.write(tmp_path / n, [region()]).read_bytes() for n in ("a.vms", "b.vms"))
    assert a == b
    assert a.isascii()
    assert SYNTHETIC_MARK.encode() in a[:300]


def test_reference_package_reads_what_we_write(tmp_path):
    path = own.write(tmp_path / "a.vms", [region("B 1s"), region("C 1s", transmission=False)])
    file = reference.Vamas(path)
    assert (file.header.experiment_mode, file.header.scan_mode) == ("NORM", "REGULAR")
    block = file.blocks[0]
    expected = region("B 1s").data
    assert [len(block.corresponding_variables), len(file.blocks)] == [2, 2]
    assert (block.species_label, block.transition_or_charge_state_label) == ("B", "1s")
    assert np.array_equal(block.corresponding_variables[0].y_values, expected.counts.values)
    assert np.array_equal(block.corresponding_variables[1].y_values, expected.transmission.values)
    assert block.x_start + block.x_step * 40 == pytest.approx(191.0)
    assert block.analysis_source_characteristic_energy == 1486.6


def edit(path, old, new):
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode())
    return path


def test_blank_lines_at_the_start(tmp_path):
    path = own.write(tmp_path / "a.vms", [region()])
    path.write_bytes(b"\r\n\r\n" + path.read_bytes())
    assert guess(path, "xps").module is own
    assert own.read(path)[0].label == "B 1s"


def test_kinetic_axis_and_irregular_scan(tmp_path):
    path = own.write(tmp_path / "a.vms", [region(transmission=False)])
    plain = own.read(path)[0].data.binding_energy.values
    edit(path, "Binding Energy\r\neV\r\n195\r\n-0.1", "kinetic energy\r\neV\r\n1291.6\r\n0.1")
    assert np.allclose(own.read(path)[0].data.binding_energy.values, plain, atol=1e-6)

    counts = region().data.counts.values
    text = path.read_bytes().decode().split("\r\n")
    at = text.index("kinetic energy")
    tail = at + text[at:].index("41")
    new = [*text[:at], "2", "Binding Energy", "eV", "Counts", "d", *text[at + 7 : tail], "82"]
    new += ["0", "1", "0", "1"]
    for e, c in zip(plain, counts, strict=True):
        new += [str(e), str(c)]
    path.write_bytes("\r\n".join(new).replace("REGULAR", "IRREGULAR").encode())
    (found,) = own.read(path)
    assert np.array_equal(found.data.binding_energy.values, plain)
    assert np.array_equal(found.data.counts.values, counts)


def test_left_out_items_are_inherited(tmp_path):
    path = own.write(
        tmp_path / "a.vms", [region("B 1s", transmission=False), region("C 1s", transmission=False)]
    )
    lines = path.read_bytes().decode().split("\r\n")
    variable = lines.index("Exp Variable")
    second = lines.index("C 1s")
    # exclude the seven date items of the second block
    shorter = [*lines[: second + 2], *lines[second + 9 :]]
    shorter[variable + 2 : variable + 3] = ["-7", *"1234567"]
    path.write_bytes("\r\n".join(shorter).encode())
    found = own.read(path)
    assert [m.label for m in found] == ["B 1s", "C 1s"]
    assert np.array_equal(found[1].data.counts.values, region().data.counts.values)


@pytest.mark.parametrize("share", [0.02, 0.2, 0.6, 0.97])
def test_truncated(tmp_path, share):
    path = own.write(tmp_path / "a.vms", [region()])
    raw = path.read_bytes()
    path.write_bytes(raw[: int(share * len(raw))])
    with pytest.raises(DataError) as error:
        own.read(path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("NORM", "NROM", "not of ISO 14976"),
        ("\r\n195\r\n", "\r\nabc\r\n", "a number was expected"),
        ("\r\nXPS\r\n", "\r\nEDX\r\n", "no photoelectron spectrum"),
        ("\r\n82\r\n", "\r\n81\r\n", "do not fill"),
    ],
)
def test_damage_is_named(tmp_path, old, new, words):
    path = edit(own.write(tmp_path / "a.vms", [region()]), old, new)
    with pytest.raises(DataError, match=words):
        own.read(path)


@pytest.mark.parametrize("raw", [b"\x89PNG\r\n\x1a\n" + bytes(100), b"garbage\n" * 50, b"1,2\n3,4\n"])
def test_other_files_are_refused(tmp_path, raw):
    path = tmp_path / "a.vms"
    path.write_bytes(raw)
    assert own.sniff(raw, path) == 0.0
    with pytest.raises(DataError):
        own.read(path)


def test_writer_refuses_what_it_cannot_say(tmp_path):
    with pytest.raises(InputError, match="no XPS region"):
        own.write(tmp_path / "a.vms", [])
    odd = region()
    bent = odd.data.assign_coords(binding_energy=("energy", odd.data.binding_energy.values**2))
    with pytest.raises(InputError, match="no even energy axis"):
        own.write(tmp_path / "a.vms", [Measurement("xps", bent, "synthetic", "B 1s", odd.settings)])
    assert not (tmp_path / "a.vms").exists()
