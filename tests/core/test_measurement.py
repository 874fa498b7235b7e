"""A measurement is a frozen value; knowing its file changes nothing else."""

import dataclasses

import pytest
import xarray as xr

from nanokiln.core.measurement import SYNTHETIC_MARK, Measurement


def test_with_file_changes_the_file_only():
    data = xr.Dataset({"counts": ("energy", [1.0, 2.0], {"units": "1"})})
    first = Measurement("xps", data, "synthetic", label="B-SiOC-2", settings={"dwell_s": 0.1})
    second = first.with_file("b1s.vms")
    assert second.file == "b1s.vms"
    assert first.file == ""
    assert second.data is data
    assert (second.technique, second.origin, second.label, second.settings) == (
        "xps",
        "synthetic",
        "B-SiOC-2",
        {"dwell_s": 0.1},
    )


def test_a_measurement_cannot_be_changed_in_place():
    measurement = Measurement("xps", xr.Dataset(), "measured")
    with pytest.raises(dataclasses.FrozenInstanceError):
        measurement.origin = "synthetic"


def test_the_mark_of_synthetic_files_says_so_in_capitals():
    assert SYNTHETIC_MARK.startswith("SYNTHETIC")
