"""PHI .spe: the real file, files made byte by byte, damage told in one line."""

import struct

import numpy as np
import pytest

from nanokiln.core.errors import DataError
from nanokiln.formats import guess, phi_spe

REGIONS = (("Su1s", -1.0, 1100.0, 224.0, 1101), ("B1s", -0.1, 200.0, 26.0, 161))


def spe(regions=REGIONS, kind="f4", technique="XPS", extra=0):
    """Bytes of a file with the given regions; counts rise by one per channel, region after region."""
    head = ["SOFH", "Platform: PC", f"Technique: {technique}", "InstrumentModel: VersaProbe 4"]
    head += ["AnalyserWorkFcn: 4.506 eV", "XraySource: Al 1486.6 mono", "FileDesc: (1, made)"]
    for index, (name, step, first, energy, points) in enumerate(regions, start=1):
        head.append(
            f"SpectralRegDef: {index} 1 {name} 5 {points} {step} {first} 0 0 0 0.12 {energy:.2f} AREA"
        )
    front = struct.pack("<4I", 1, len(regions) + extra, 96, 16)
    place, size = 16 + 96 * (len(regions) + extra), int(kind[1])
    descriptions, numbers = b"", b""
    for index, (*_, points) in enumerate(regions * (1 + extra), start=1):
        fields = (index, 1, 1, 1, 1, points, 1, 1, b"pnt\0", 1, b"sar\0", 0, 0, 1, b"c/s\0", 0, 0, 0)
        block = np.arange(points, dtype=f"<{kind}") + index
        fields += (kind.encode() + b"\0\0", points * size, place + len(numbers), 0, 0, 0)
        descriptions += struct.pack("<8I4sI4s3I4s3I4s5I", *fields)
        numbers += block.tobytes()
    return "\r\n".join(head).encode() + b"\r\nEOFH\r\n" + front + descriptions + numbers


@pytest.fixture
def put(tmp_path):
    def write(raw):
        path = tmp_path / "a.dat"
        path.write_bytes(raw)
        return path

    return write


def test_real_file(shared_data):
    path = shared_data("xps") / "SnO2_10nm.spe"
    assert guess(path).module is phi_spe
    (found,) = phi_spe.read(path)
    energy, counts = found.data["binding_energy"].values, found.data["counts"].values
    assert (found.label, energy[0], energy[-1], energy.size) == ("survey", 1400.0, 0.0, 1751)
    assert found.data["counts"].attrs["units"] == "counts/s"
    # tin at 486.7 eV: the highest line of tin oxide; the file says that its axis has no reference
    near = (energy > 480) & (energy < 492)
    assert energy[near][np.argmax(counts[near])] == pytest.approx(486.7, abs=2.0)
    assert found.settings["pass_energy_eV"] == 224.0
    assert found.settings["instrument"] == "PHI VersaProbe 4"


@pytest.mark.parametrize("kind", ["f4", "f8"])
def test_regions_and_number_types(put, kind):
    survey, boron = phi_spe.read(put(spe(kind=kind)))
    assert (survey.label, boron.label) == ("survey", "B 1s")
    assert boron.data["binding_energy"].values[[0, -1]] == pytest.approx([200.0, 184.0])
    assert list(boron.data["counts"].values[:2]) == [2.0, 3.0]
    assert (boron.settings["species"], boron.settings["transition"]) == ("B", "1s")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (spe()[:200], "header is missing or cut off"),
        (spe()[:-10], "cut off"),
        (spe()[: spe().index(b"EOFH") + 10], "ends before its numbers"),
        (spe(technique="AES"), "holds AES"),
        (spe(extra=1), "depth profile"),
        (spe(REGIONS[1:]).replace(b" 161 ", b" 150 "), "161 of 150 values"),
        (spe(REGIONS[1:]).replace(b"f4\0\0", b"i2\0\0"), "unknown kind"),
        (spe().replace(b"SpectralRegDef", b"SpectralRegXxx"), "no spectral region"),
        (spe(REGIONS[1:]).replace(b" 200.0 ", b" x00.0 "), "not described by numbers"),
    ],
)
def test_damage_is_told(put, raw, words):
    with pytest.raises(DataError, match=words) as error:
        phi_spe.read(put(raw))
    assert "\n" not in str(error.value)
