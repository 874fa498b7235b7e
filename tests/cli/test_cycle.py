"""The half cell on the command line; one real run, the rest with its result put in place."""

import json
import math
from types import SimpleNamespace

import numpy as np
import pytest

from nanokiln.cli import again, cycle
from nanokiln.cli.cycle_file import findings, load
from nanokiln.recipe import load_recipe


@pytest.fixture(scope="session")
def family():
    """The declared shape alone: the band needs half a minute, and is tested with the half cell."""
    from nanokiln.core.parameters import Values
    from nanokiln.halfcell import Family, Member, article_targets, calibrate, declared

    values = Values()
    targets = article_targets(values)
    first = calibrate(targets, shape=declared(values), values=values)
    member = Member(first.shape.name, "declared", first)
    return Family(
        first.currents, targets, first.capacities, 0.9 * first.capacities, first.capacities, (member,)
    )


@pytest.fixture
def short(family, monkeypatch):
    """Let the command use that family."""
    monkeypatch.setattr(cycle, "predict", lambda sample: (family, findings(family, sample.recipe)))


@pytest.mark.usefixtures("short")
def test_cycle_prints_one_capacity_per_current(run, sample_file, family):
    done = run("cycle", sample_file)
    assert done.code == 0
    rows = done.out.splitlines()[1:]
    assert [float(row.split()[0]) for row in rows] == list(family.currents)
    assert "SYNTHETIC" in done.err
    found = json.loads(run("cycle", sample_file, "--json").out)
    assert [f["evidence"] for f in found].count("calibrated") == 2
    assert all(f["low"] is None for f in found if f["evidence"] == "calibrated")


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("ending", ["nc", "csv"])
def test_a_result_can_be_written_named_and_repeated(run, sample_file, tmp_path, ending):
    out = tmp_path / f"c.{ending}"
    assert run("cycle", sample_file, "--out", out).code == 0
    done = run("rerun", out, "--out", tmp_path / f"again.{ending}")
    assert done.code == 0, done.out
    assert "identical" in done.out
    assert run("rerun", tmp_path / f"again.{ending}").code == 0
    if ending == "csv":
        assert out.read_text().startswith("# SYNTHETIC")
        out.write_text(out.read_text().replace("1", "2"))
    else:
        assert json.loads(run("info", out, "--json").out)["kind"] == "cycling result"
        result = load(out)
        assert result.attrs["origin"] == "synthetic"
        changed = result.assign(low_mAh_g=result["low_mAh_g"] + 1)
        changed.to_netcdf(out, engine="h5netcdf")
    assert run("rerun", out).code == 1


def test_another_powder_takes_the_calibration_over_as_an_assumption(family):
    own = findings(family, load_recipe("B-SiOC-2"))
    other = findings(family, load_recipe("SiOC"))
    assert {str(f.evidence) for f in own} == {"calibrated", "predicted"}
    assert {str(f.evidence) for f in other} == {"assumed"}
    assert all("taken over for SiOC" in f.notes[0] for f in other)


def test_an_unfired_powder_is_refused(run, tmp_path):
    path = tmp_path / "S.nc"
    assert run("fire", "B-SiOC-2-before", "--spheres", 30, "--out", path).code == 0
    done = run("cycle", path)
    assert done.code == 2
    assert "before firing" in done.err


def test_the_command_asks_the_half_cell(sample_file, family, monkeypatch):
    """`predict` hands the sample's own values over and passes the progress on."""
    import nanokiln.halfcell
    from nanokiln.sample import Sample

    asked = SimpleNamespace()

    def predict_family(values, tell):
        asked.values = values
        tell(0.5, "half way")
        return family

    monkeypatch.setattr(nanokiln.halfcell, "predict_family", predict_family, raising=False)
    found = cycle.predict(Sample.load(sample_file))[1]
    assert asked.values.overrides == {"n2.mass_error": 0.001}
    assert len(found) == len(family.currents)


def test_the_sample_is_made_again_from_the_record(sample_file):
    from nanokiln.sample import Sample

    sample = Sample.load(sample_file)
    record = cycle.provenance(sample, "rate")
    twin = again.sample_of(record)
    assert twin.seed == sample.seed
    assert np.isfinite(float(twin.state["film_nm"]))
    assert math.isclose(float(twin.state["film_nm"]), float(sample.state["film_nm"]), rel_tol=0, abs_tol=0)
