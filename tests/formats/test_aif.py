"""AIF: real files, round trip, the independent reader of pyGAPS, damaged files."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nanokiln.core.errors import DataError, InputError
from nanokiln.core.measurement import SYNTHETIC_MARK, Measurement
from nanokiln.formats import aif
from nanokiln.formats._isotherm import dataset

HEAD = """data_x
_exptl_adsorptive N2
_exptl_temperature 77.3
_adsnt_material_id 'a b'
_adsnt_sample_mass 50
_units_mass mg
_units_temperature K
_units_pressure {unit}
_units_loading {loading}
{extra}
loop_
{columns}
{rows}
"""


def document(tmp_path, rows, *, unit="kPa", loading="mmol/g", columns=("pressure", "p0", "amount"), extra=""):
    names = "\n".join(f"_adsorp_{c}" for c in columns)
    text = HEAD.format(unit=unit, loading=f"'{loading}'", extra=extra, columns=names, rows=rows)
    path = tmp_path / "x.aif"
    path.write_text(text, encoding="utf-8")
    return path


def make(pressure, loading, branch, saturation=None, origin="synthetic"):
    columns = {"pressure": np.asarray(pressure, float), "loading": np.asarray(loading, float)}
    if saturation is not None:
        columns["saturation"] = np.asarray(saturation, float)
        columns["absolute"] = columns["pressure"]
        columns["pressure"] = columns["absolute"] / columns["saturation"]
    record = {"temperature_K": 77.3, "adsorbate": "N2", "material": 'it\'s a "test"', "mass_g": 0.1}
    return Measurement("n2_sorption", dataset(columns, np.asarray(branch)), origin, "label", record)


@pytest.mark.parametrize(
    ("name", "points", "desorption", "label"),
    [
        ("micromeritics_Sample_A.aif", 84, 36, "Sample_A"),
        ("NK_DUT-6_LP_N2_114PKT.aif", 106, 24, "DUT-6"),
        ("DUT-67-N2_77K.aif", 82, 37, "DUT-67"),  # four points at or below zero pressure are dropped
    ],
)
def test_real_files(shared_data, name, points, desorption, label):
    path = shared_data("n2_sorption") / name
    assert aif.sniff(path.read_bytes()[:4096], path) == 1.0
    (m,) = aif.read(path)
    assert m.data.sizes["point"] == points
    assert int(m.data["branch"].sum()) == desorption
    assert (m.label, m.origin, m.settings["adsorbate"]) == (label, "measured", "N2")
    assert 0.9 < float(m.data["pressure"].max()) < 1
    if label == "DUT-67":
        assert "4 point(s)" in m.settings["notes"][0]


def test_all_units_of_the_same_isotherm_agree(tmp_path):
    x, n = (0.05, 0.2, 0.9), (1.0, 1.5, 9.0)
    kpa = {"Pa": 1e-3, "kPa": 1.0, "bar": 100.0, "mbar": 0.1, "torr": 0.13332236842, "mmHg": 0.13332236842}
    for unit, factor in kpa.items():
        rows = "\n".join(f"{v * 101 / factor!r} {101 / factor!r} {w!r}" for v, w in zip(x, n, strict=True))
        (m,) = aif.read(document(tmp_path, rows, unit=unit))
        np.testing.assert_allclose(m.data["pressure"], x, rtol=1e-9)
        np.testing.assert_allclose(m.data["saturation"], 101.0, rtol=1e-9)
        assert m.settings["mass_g"] == 0.05
    for loading, factor in {
        "mmol/g": 1.0,
        "mol/kg": 1.0,
        "cm³/g STP": 1 / 22.41397,
        "ml(STP) g-1": 1 / 22.41397,
        "cm3(STP)/g": 1 / 22.41397,
        "cc g^-1 STP": 1 / 22.41397,
    }.items():
        rows = "\n".join(f"{v!r} {w / factor!r}" for v, w in zip(x, n, strict=True))
        (m,) = aif.read(
            document(tmp_path, rows, unit="relative", loading=loading, columns=("pressure", "amount"))
        )
        np.testing.assert_allclose(m.data["loading"], n, rtol=1e-6)
        assert m.settings["notes"] == []


def test_ambiguous_volume_is_noted_and_single_p0_is_used(tmp_path):
    path = document(
        tmp_path,
        "10 22.4\n20 30\n50 40",
        loading="cm3/g",
        columns=("pressure", "amount"),
        extra="_exptl_p0 100",
    )
    (m,) = aif.read(path)
    np.testing.assert_allclose(m.data["pressure"], [0.1, 0.2, 0.5])
    assert "STP" in m.settings["notes"][0]


numbers = st.floats(1e-6, 1e3, allow_nan=False)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.tuples(st.floats(1e-7, 1.0), numbers, st.booleans()), min_size=3, max_size=30),
    st.sampled_from(["synthetic", "measured"]),
)
def test_round_trip_is_exact(tmp_path, rows, origin):
    rows = sorted(rows, key=lambda r: r[2])
    before = make(*zip(*rows, strict=True), origin=origin)
    path = tmp_path / "r.aif"
    aif.write(before, path)
    (after,) = aif.read(path)
    assert after.data.identical(before.data)
    assert after.origin == origin
    for key, value in before.settings.items():
        assert after.settings[key] == value
    again = tmp_path / "again.aif"
    aif.write(after, again)
    assert again.read_bytes() == path.read_bytes().replace(b"data_label", b"data_it_s_a__test_")


def with_gauges():
    saturation = [101.1, 101.2, 101.3, 101.1]
    return make([1.0, 30.1, 90.3, 50.0], [1, 2, 5, 4.5], [0, 0, 0, 1], saturation)


def test_absolute_pressures_survive(tmp_path):
    before = make(
        [1.0, 30.1, 90.3, 50.0], [1, 2, 5, 4.5], [0, 0, 0, 1], saturation=[101.1, 101.2, 101.3, 101.1]
    )
    path = tmp_path / "r.aif"
    aif.write(before, path)
    assert aif.read(path)[0].data.identical(before.data)


def test_pygaps_reads_what_we_write(tmp_path):
    from pygaps.parsing.aif import isotherm_from_aif

    for before in (
        with_gauges(),
        make([0.01, 0.3, 0.9, 0.5], [1, 2, 5, 4.5], [0, 0, 0, 1]),
    ):
        path = tmp_path / "p.aif"
        aif.write(before, path)
        found = isotherm_from_aif(str(path))
        absolute = "absolute" in before.data
        np.testing.assert_array_equal(found.pressure(), before.data["absolute" if absolute else "pressure"])
        np.testing.assert_array_equal(found.loading(), before.data["loading"])
        np.testing.assert_array_equal(found.data()["branch"], before.data["branch"])
        assert found.pressure_mode == ("absolute" if absolute else "relative")
        assert (found.loading_unit, found.material_unit, found.temperature) == ("mmol", "g", 77.3)


def test_synthetic_mark_in_the_first_line_and_as_item(tmp_path):
    path = tmp_path / "s.aif"
    aif.write(make([0.1, 0.2, 0.3], [1, 2, 3], [0, 0, 0]), path)
    text = path.read_text()
    assert text.splitlines()[0] == f"# {SYNTHETIC_MARK}"
    # a program that drops comments keeps the item
    path.write_text("\n".join(text.splitlines()[1:]))
    assert aif.read(path)[0].origin == "synthetic"


def test_other_techniques_are_not_written(tmp_path):
    with pytest.raises(InputError, match="xps"):
        aif.write(Measurement("xps", xr.Dataset(), "measured"), tmp_path / "x.aif")


@pytest.mark.parametrize(
    ("rows", "more", "words"),
    [
        ("1 100 1\n2 100", {}, "not valid AIF"),
        ("1 100 1\n-5 100 2\n9 100 3", {}, "negative pressure"),
        ("1 100 1\nnan 100 2\n9 100 3", {}, "not a finite number"),
        ("1 100 1\n? 100 2\n9 100 3", {}, "is not a number"),
        ("1 0 1\n2 0 2\n9 0 3", {}, "above zero"),
        ("1 100 1\n2 100 2", {}, "2 usable points"),
        ("1 1\n2 2\n9 3", {"columns": ("pressure", "amount")}, "no saturation pressure"),
        ("1 1\n2 2\n9 3", {"columns": ("pressure", "p0")}, "empty"),
        ("10 1\n20 2\n90 3", {"columns": ("pressure", "amount"), "unit": "relative"}, "p/p0 reaches 90"),
        ("1 100 1\n2 100 2\n9 100 3", {"unit": "furlong"}, "unit of pressure"),
        ("1 100 1\n2 100 2\n9 100 3", {"loading": "g/m2"}, "unit of loading"),
        ("1 100 -1\n2 100 -2\n9 100 -3", {}, "loading is negative"),
    ],
)
def test_unusable_files_name_the_reason_in_one_line(tmp_path, rows, more, words):
    with pytest.raises(DataError, match=words) as caught:
        aif.read(document(tmp_path, rows, **more))
    assert "\n" not in str(caught.value)


def test_bytes_of_other_formats(tmp_path):
    path = tmp_path / "x.aif"
    for raw in (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"hello", b"data_x\nloop_\n"):
        path.write_bytes(raw)
        assert aif.sniff(raw, path) == 0
        with pytest.raises(DataError):
            aif.read(path)


def test_every_truncation_is_refused_or_read_without_invention(shared_data, tmp_path):
    raw = (shared_data("n2_sorption") / "micromeritics_Sample_A.aif").read_bytes()
    whole = aif.read(shared_data("n2_sorption") / "micromeritics_Sample_A.aif")[0].data
    path = tmp_path / "cut.aif"
    for end in range(1, len(raw), 97):
        path.write_bytes(raw[:end])
        try:
            (m,) = aif.read(path)
        except DataError:
            continue
        # the last number may have lost digits in the cut; all others are those of the file
        kept = m.data.sizes["point"] - 1
        np.testing.assert_array_equal(m.data["pressure"][:kept], whole["pressure"][:kept])
        np.testing.assert_array_equal(m.data["loading"][:kept], whole["loading"][:kept])
