"""Readers of micrographs: grey levels, scale, data bar, refusals."""

import importlib.util
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from nanokiln.core.errors import DataError
from nanokiln.formats import micrograph_png, micrograph_rsciio, micrograph_tiff


@pytest.fixture
def grey():
    rng = np.random.default_rng(5)
    return rng.integers(20, 200, (80, 120), dtype=np.uint8)


def with_bar(grey, rows=12, rule=40):
    """Add a black bar with a white rule below the picture."""
    bar = np.zeros((rows, grey.shape[1]), dtype=grey.dtype)
    bar[5:7, 30 : 30 + rule] = np.iinfo(grey.dtype).max
    return np.vstack([grey, bar])


def fei(width, rows=None):
    text = "[Beam]\r\nHV=5000\r\nBeam=EBeam\r\nScan=EScan\r\n[EScan]\r\n"
    text += f"PixelWidth={width}\r\nPixelHeight={width}\r\n"
    return text + (f"[Image]\r\nResolutionY={rows}\r\n" if rows else "")


def test_fei_pixel_size_and_data_bar(tmp_path, grey):
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, with_bar(grey, rule=41), extratags=[(34682, "s", 0, fei(2.5e-9, 80), True)])
    (m,) = micrograph_tiff.read(path)
    assert m.settings["pixel_nm"] == pytest.approx(2.5)
    assert m.data["image"].shape == grey.shape
    assert m.data["image"].dtype == np.float32
    assert m.settings["bar_rows"] == 12
    assert m.settings["voltage_kV"] == 5
    assert "34682" in m.settings["calibration"]
    assert any("off the round 100 nm" in note for note in m.settings["notes"])


def test_zeiss(tmp_path, grey):
    text = "0\r\n\r\n0.0\r\nAP_IMAGE_PIXEL_SIZE\r\nImage Pixel Size = 3.125 nm\r\nDP_DETECTOR_CHANNEL\r\n"
    text += "Signal A = InLens\r\n"
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, grey, extratags=[(34118, "s", 0, text, True)])
    (m,) = micrograph_tiff.read(path)
    assert m.settings["pixel_nm"] == pytest.approx(3.125)
    assert m.settings["detector"] == "InLens"


def test_imagej_and_stack(tmp_path, grey):
    path = tmp_path / "a.tif"
    stack = np.stack([grey, grey])
    tifffile.imwrite(path, stack, imagej=True, resolution=(1 / 0.004, 1 / 0.004), metadata={"unit": "um"})
    found = micrograph_tiff.read(path)
    assert len(found) == 2
    assert found[0].settings["pixel_nm"] == pytest.approx(4.0)
    assert found[0].label != found[1].label


def test_jeol_text_beside_the_picture(tmp_path, grey):
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, grey)
    path.with_suffix(".txt").write_text("$CM_ACCEL_VOLT 10.00\n$$SM_MICRON_BAR 125\n$$SM_MICRON_MARKER 1um\n")
    (m,) = micrograph_tiff.read(path)
    assert m.settings["pixel_nm"] == pytest.approx(8.0)
    assert m.settings["voltage_kV"] == 10


def test_paper_resolution_is_no_scale_and_the_scale_is_asked_for(tmp_path, grey):
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, with_bar(grey), resolution=(300, 300), resolutionunit=2)
    (m,) = micrograph_tiff.read(path)
    assert m.settings["pixel_nm"] is None
    notes = " ".join(m.settings["notes"])
    assert "paper" in notes
    assert "scale=" in notes
    assert "39 pixels long" in notes  # the rule in the bar, for the user to set the scale by


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_bits_and_saturation(tmp_path, grey, dtype):
    image = grey.astype(dtype) * (1 if dtype == np.uint8 else 256)
    image[:40] = np.iinfo(dtype).max
    tifffile.imwrite(tmp_path / "a.tif", image)
    (m,) = micrograph_tiff.read(tmp_path / "a.tif")
    assert m.settings["bits"] == 8 * np.dtype(dtype).itemsize
    assert m.settings["saturated"] == pytest.approx(0.5)


def test_a_flat_background_is_no_data_bar(tmp_path, grey):
    image = np.full((100, 100), 255, dtype=np.uint8)
    image[20:30, 20:30] = 0
    tifffile.imwrite(tmp_path / "a.tif", image)
    assert micrograph_tiff.read(tmp_path / "a.tif")[0].data["image"].shape == (100, 100)


def test_grey_rgb_is_read_and_colour_is_refused(tmp_path, grey):
    rgb = np.stack([grey] * 3, axis=-1)
    Image.fromarray(rgb).save(tmp_path / "a.png")
    (m,) = micrograph_png.read(tmp_path / "a.png")
    assert np.array_equal(m.data["image"].values, grey)
    rgb[..., 0] = 255
    Image.fromarray(rgb).save(tmp_path / "b.png")
    with pytest.raises(DataError, match="colour picture"):
        micrograph_png.read(tmp_path / "b.png")


def test_tiny_and_damaged_pictures_are_refused(tmp_path, grey):
    Image.fromarray(grey[:1, :1]).save(tmp_path / "a.png")
    with pytest.raises(DataError, match="1 x 1 pixels"):
        micrograph_png.read(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes((tmp_path / "a.png").read_bytes()[:40])
    with pytest.raises(DataError, match="damaged"):
        micrograph_png.read(tmp_path / "b.png")
    tifffile.imwrite(tmp_path / "c.tif", grey)
    (tmp_path / "c.tif").write_bytes((tmp_path / "c.tif").read_bytes()[:100])
    with pytest.raises(DataError):
        micrograph_tiff.read(tmp_path / "c.tif")


def test_huge_pictures_are_refused_before_they_are_unpacked(tmp_path):
    path = tmp_path / "a.png"
    Image.new("1", (20000, 20000)).save(path)
    with pytest.raises(DataError, match="Crop or bin"):
        micrograph_png.read(path)


def test_sniffing(tmp_path, grey):
    tifffile.imwrite(tmp_path / "a.tif", grey)
    Image.fromarray(grey).save(tmp_path / "a.png")
    tiff, png = ((tmp_path / n).read_bytes() for n in ("a.tif", "a.png"))
    assert micrograph_tiff.sniff(tiff, Path("a")) > 0.5 > micrograph_tiff.sniff(png, Path("a"))
    assert micrograph_png.sniff(png, Path("a")) > 0 == micrograph_png.sniff(tiff, Path("a"))
    assert micrograph_rsciio.sniff(b"\x00\x00\x00\x03", Path("a.dm3")) > 0.5
    assert micrograph_rsciio.sniff(tiff, Path("a.tif")) == 0


def test_without_the_extra_the_refusal_says_what_to_install(tmp_path, monkeypatch):
    path = tmp_path / "a.dm3"
    path.write_bytes(b"\x00\x00\x00\x03")

    def missing(name):
        raise ModuleNotFoundError(f"No module named '{name}'", name=name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(DataError, match=r"nanokiln\[microscopy\]"):
        micrograph_rsciio.read(path)


@pytest.mark.parametrize("body", [b"", b"\x00" * 40, b"\x00\x00\x00\x04\x00\x00\x00\x01" + b"\x19" * 60])
def test_a_gatan_file_of_rubbish_is_one_line_of_complaint(tmp_path, body):
    pytest.importorskip("rsciio.digitalmicrograph")
    path = tmp_path / "a.dm3"
    path.write_bytes(b"\x00\x00\x00\x03" + body)
    with pytest.raises(DataError, match="looks like a dm3 file but cannot be read") as error:
        micrograph_rsciio.read(path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "pixel"), [("35000", 2000 / 160), ("25000", 2000 / 114), ("15000", 5000 / 170)]
)
def test_real_old_fei_agrees_with_its_own_scale_bar(shared_data, name, pixel):
    (path,) = shared_data("electron_microscopy").glob(f"R5*_{name}.TIF")
    (m,) = micrograph_tiff.read(path)
    assert m.settings["pixel_nm"] == pytest.approx(pixel, rel=0.007)
    assert m.data["image"].shape == (423, 712)


def test_real_helios(shared_data, tmp_path):
    with zipfile.ZipFile(shared_data("electron_microscopy") / "tiff_FEI_Helios.zip") as packed:
        packed.extractall(tmp_path)
    for bits in (8, 16):
        (path,) = tmp_path.rglob(f"FEI-Helios-Ebeam-{bits}bits.tif")
        (m,) = micrograph_tiff.read(path)
        assert m.settings["pixel_nm"] == pytest.approx(3372.4)
        assert m.settings["bits"] == bits
        assert m.data["image"].shape == (442, 512)
    (path,) = tmp_path.rglob("FEI-Helios-navcam-with-no-IRBeam.tif")
    assert micrograph_tiff.read(path)[0].settings["pixel_nm"] is None


@pytest.mark.skipif(
    importlib.util.find_spec("rsciio") is None, reason="the extra 'microscopy' is not installed"
)
@pytest.mark.parametrize(
    ("name", "pixel"),
    [
        ("JEOL_HAADF_Image.dm4", 1.249),
        ("SiO2_HAADF_Image.hspy", 8.552446),
        ("test_dm_image_um_unit.dm3", 168.675),
    ],
)
def test_real_files_through_the_extra(shared_data, name, pixel):
    (m,) = micrograph_rsciio.read(shared_data("electron_microscopy") / name)
    assert m.settings["pixel_nm"] == pytest.approx(pixel, rel=1e-4)
    assert m.technique == "tem"


def test_pages_in_a_circle_end(tmp_path):
    path = tmp_path / "circle.tif"
    tifffile.imwrite(path, np.arange(2 * 32 * 32, dtype=np.uint8).reshape(2, 32, 32), metadata=None)
    with tifffile.TiffFile(path) as tiff:
        first, last = (page.offset for page in tiff.pages)
    raw = bytearray(path.read_bytes())
    (entries,) = struct.unpack_from("<H", raw, last)
    struct.pack_into("<I", raw, last + 2 + 12 * entries, first)
    path.write_bytes(raw)
    assert 1 <= len(micrograph_tiff.read(path)) <= 2


def test_damaged_compression_is_a_complaint(tmp_path):
    path = tmp_path / "packed.tif"
    tifffile.imwrite(path, np.arange(64 * 64, dtype=np.uint16).reshape(64, 64), compression="zlib")
    with tifffile.TiffFile(path) as tiff:
        at = tiff.pages[0].dataoffsets[0]
    raw = bytearray(path.read_bytes())
    raw[at : at + 8] = b"\xff" * 8
    path.write_bytes(raw)
    with pytest.raises(DataError, match="damaged"):
        micrograph_tiff.read(path)


def test_a_stack_of_channels_is_no_picture(tmp_path):
    path = tmp_path / "cube.tif"
    cube = np.zeros((32, 32, 8), np.uint8)
    tifffile.imwrite(path, cube, photometric="minisblack", planarconfig="contig", metadata=None)
    with pytest.raises(DataError, match="8 values per pixel"):
        micrograph_tiff.read(path)
