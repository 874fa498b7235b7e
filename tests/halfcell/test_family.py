"""The family, its findings, its honest outcome and its figure."""

import math
import time
from types import SimpleNamespace

import numpy as np
import pytest

from nanokiln.core.errors import InputError
from nanokiln.core.evidence import Evidence
from nanokiln.core.parameters import Values
from nanokiln.halfcell import cycle, finding_name, findings, outcomes, rate_capability, rate_figure


def test_every_counted_member_meets_both_targets(family):
    for member in family.members:
        if member.calibration is None:
            assert member.reason
            continue
        for current, capacity in family.targets.items():
            found = member.calibration.capacities[member.calibration.currents.index(current)]
            assert found == pytest.approx(capacity, rel=2e-4)


def test_band_is_the_envelope_and_holds_the_centre(family):
    table = np.array([m.calibration.capacities for m in family.members if m.counts])
    assert family.low == pytest.approx(table.min(axis=0))
    assert family.high == pytest.approx(table.max(axis=0))
    assert np.all(family.low <= family.central)
    assert np.all(family.central <= family.high)
    assert np.all(np.diff(family.central) < 0)


def test_members_beyond_silicon_do_not_count(family):
    for member in family.members:
        if member.calibration is not None:
            assert member.counts == (member.calibration.cell.equilibrium_mAh_g <= 3579.0)
    assert any(not m.counts for m in family.members)


def test_kinds_and_progress(family, told):
    kinds = [m.kind for m in family.members]
    assert kinds[0] == "declared"
    assert set(kinds) == {"declared", "shape", "assumption"}
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert shares[-1] == 1.0
    assert len({m.name for m in family.members}) == len(family.members)


def test_findings_carry_their_evidence(family):
    found = {f.name: f for f in findings(family)}
    assert list(found) == [finding_name(c) for c in (0.05, 0.1, 0.2, 0.5, 1.0, 2.0)]
    assert finding_name(1.0) == "capacity_1A_g"
    for name in ("capacity_0.1A_g", "capacity_2A_g"):
        assert found[name].evidence is Evidence.CALIBRATED
        assert math.isnan(found[name].low)
    for name in ("capacity_0.05A_g", "capacity_0.2A_g", "capacity_0.5A_g", "capacity_1A_g"):
        assert found[name].evidence is Evidence.PREDICTED
        assert found[name].low <= found[name].value <= found[name].high
        assert "not a confidence interval" in found[name].notes[0]
    assert found["capacity_0.2A_g"].as_dict()["choices"]["shape"] == "log-normal 2 decades"


def test_outcome_rests_on_the_declared_shape(family, values):
    rows = outcomes(family)
    assert [r.quoted for r in rows] == [1207.0, 961.0, 812.0]
    for row in rows:
        centre = float(family.central[family.currents.index(row.current_A_g)])
        assert row.predicted == centre
        assert row.deviation == pytest.approx(centre / row.quoted - 1)
        assert row.verdict == ("met" if abs(centre / row.quoted - 1) <= 0.05 else "missed")
        assert row.in_band == (row.low <= row.quoted <= row.high)
    # quoting the model's own numbers must turn the verdict: the comparison can go either way
    own = {
        f"halfcell.heldout_{c:g}A_g": float(family.central[family.currents.index(c)]) for c in (0.2, 0.5, 1.0)
    }
    assert {r.verdict for r in outcomes(family, values.replace(own))} == {"met"}
    far = {name: 2 * value for name, value in own.items()}
    assert {r.verdict for r in outcomes(family, values.replace(far))} == {"missed"}


def test_figure_says_what_is_what(family):
    figure = rate_figure(family)
    axes = figure.axes[0]
    words = [t.get_text() for t in axes.get_legend().get_texts()]
    assert any("calibrated" in w for w in words)
    assert any("held out" in w and "quoted" in w for w in words)
    assert any("predicted" in w for w in words)
    assert any(t.get_text() == "SYNTHETIC" for t in axes.texts)
    assert "A/g" in axes.get_xlabel()
    assert "mAh/g" in axes.get_ylabel()
    figure.canvas.draw()


def test_cycle_of_the_calibrated_sample():
    sample = SimpleNamespace(name="B-SiOC-2", stage="product", values=Values(), recipe=None)
    data, reference = cycle(sample), cycle(None)
    assert data.attrs["origin"] == "synthetic"
    assert "SYNTHETIC" in data.attrs["mark"]
    assert list(data.evidence.values) == [
        "predicted",
        "calibrated",
        "predicted",
        "predicted",
        "predicted",
        "calibrated",
    ]
    assert float(data.capacity_mAh_g.sel(current=0.1)) == pytest.approx(1404.0, rel=2e-4)
    assert np.array_equal(data.capacity_mAh_g, reference.capacity_mAh_g)
    assert np.all(np.isfinite(data.voltage_V))
    for value in data.attrs.values():
        assert isinstance(value, str | int | float)


@pytest.mark.parametrize(("name", "stage"), [("B-SiOC-3", "product"), ("B-SiOC-2", "before")])
def test_other_samples_are_not_predicted(name, stage):
    data = cycle(SimpleNamespace(name=name, stage=stage, values=Values(), recipe=SimpleNamespace(name=name)))
    assert set(data.evidence.values) == {"assumed"}
    assert data.attrs["capacity_predicted"] == "no"
    assert "NOT predicted" in data.attrs["note"]


def test_unknown_protocol():
    with pytest.raises(InputError, match=r"Did you mean 'rate'"):
        cycle(None, "rat")


def test_rate_data_are_complete(spread):
    data = rate_capability(spread, [0.5, 0.1, 0.5])
    assert list(data.current.values) == [0.5, 0.1, 0.5]
    assert dict(data.sizes) == {"current": 3, "cycle": 2, "branch": 2, "point": 200}
    assert np.array_equal(data.capacity_mAh_g, data.half_cycle_mAh_g.isel(cycle=-1, branch=1))
    down, up = (data.voltage_V.isel(current=0, branch=b).values for b in (0, 1))
    assert np.all(np.diff(down) < 0)
    assert np.all(np.diff(up) > 0)
    for name in data.data_vars:
        assert data[name].attrs["units"]


def test_speed_warm(spread):
    currents = [0.1, 0.2, 0.5, 1.0, 2.0]
    rate_capability(spread, currents)
    times = []
    for _ in range(3):
        start = time.process_time()
        rate_capability(spread, currents)
        times.append(time.process_time() - start)
    assert min(times) < 0.5
