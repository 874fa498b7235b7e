"""Files for other programs, read back: sizes, volumes, calibration."""

import base64
import re
import zlib
from xml.etree import ElementTree

import numpy as np
import pytest
import xarray as xr

from nanokiln.core.errors import InputError
from nanokiln.views.body import body
from nanokiln.views.mesh import Mesh, box_solid, surface, volume, watertight
from nanokiln.views.stl import to_stl
from nanokiln.views.tiff import to_tiff
from nanokiln.views.vtk import to_vtk
from nanokiln.views.xyz import architecture_to_xyz, to_xyz


def vti(path):
    """Read a .vti file by its published layout, without the code that wrote it."""
    root = ElementTree.parse(path).getroot()
    assert (root.get("header_type"), root.get("compressor")) == ("UInt64", "vtkZLibDataCompressor")
    image = root.find("ImageData")
    counts = [int(b) - int(a) + 1 for a, b in zip(*[iter(image.get("WholeExtent").split())] * 2, strict=True)]
    arrays = {}
    for array in image.iter("DataArray"):
        text = array.text.strip()
        head = np.frombuffer(base64.b64decode(text[:44]), dtype="<u8")  # four numbers, 32 bytes
        raw = zlib.decompress(base64.b64decode(text[44:]))
        assert head.tolist()[:2] == [1, len(raw)]
        arrays[array.get("Name")] = np.frombuffer(raw, dtype="<f4").reshape(counts, order="F")
    return [float(s) for s in image.get("Spacing").split()], arrays


def test_vtk_read_back(voxels, tmp_path):
    files = to_vtk(voxels, tmp_path / "S.pvd")
    assert [f.name for f in files] == ["S.pvd", "S-before.vti", "S-cooled.vti"]
    listed = ElementTree.parse(files[0]).getroot().iter("DataSet")
    assert [(d.get("file"), float(d.get("timestep"))) for d in listed] == [
        ("S-before.vti", 0.0),
        ("S-cooled.vti", 36000.0),
    ]
    spacing, arrays = vti(files[2])
    one = body(voxels, "cooled")
    assert spacing == pytest.approx([4.9] * 3)
    np.testing.assert_array_equal(arrays["melt"], one.melt)
    np.testing.assert_allclose(arrays["phi_nm"], one.phi * 4.9, rtol=1e-6)
    assert arrays["solid"].mean() == pytest.approx(float(one.solid.mean()), rel=1e-6)


def test_vtk_of_one_stage(voxels, tmp_path):
    assert to_vtk(voxels, tmp_path / "S.vti", "before") == [tmp_path / "S.vti"]
    with pytest.raises(InputError, match="one stage"):
        to_vtk(voxels, tmp_path / "S.vti")


def xyz_frames(path):
    lines = path.read_text("utf-8").splitlines()
    while lines:
        count = int(lines[0])
        rows = [line.split() for line in lines[2 : count + 2]]
        yield lines[1], np.array([[float(v) for v in row[1:5]] for row in rows])
        lines = lines[count + 2 :]


def test_xyz_read_back(voxels, tmp_path):
    frames = list(xyz_frames(to_xyz(voxels, tmp_path / "S.xyz")))
    assert len(frames) == 2
    for (head, rows), stage in zip(frames, ("before", "cooled"), strict=True):
        one = body(voxels, stage)
        lattice = [float(v) for v in re.search(r'Lattice="([^"]*)"', head)[1].split()]
        assert np.reshape(lattice, (3, 3)) == pytest.approx(one.box_nm * np.eye(3))
        assert "Properties=species:S:1:pos:R:3:radius:R:1:id:I:1" in head
        assert f"stage={stage}" in head
        assert rows[:, :3] == pytest.approx(one.centres * one.voxel_nm, abs=1e-5)
        assert rows[:, 3] == pytest.approx(one.radii * one.voxel_nm, abs=1e-5)


def test_a_stage_with_a_blank_is_quoted(voxels, tmp_path):
    named = voxels.assign_coords(stage=["before", "1 h"])
    ((head, _),) = xyz_frames(to_xyz(named, tmp_path / "S.xyz", "1 h"))
    assert 'stage="1 h"' in head
    assert to_vtk(named, tmp_path / "S.pvd")[2].name == "S-1_h.vti"


def test_xyz_of_the_particle_scale(tmp_path):
    built = xr.Dataset(
        {"position_nm": (("sphere", "xyz"), [[1.0, 2.0, 12.0]]), "radius_nm": ("sphere", [3.0])},
        attrs={"box_nm": 10.0},
    )
    ((head, rows),) = xyz_frames(architecture_to_xyz(built, tmp_path / "S.xyz"))
    assert "stage=now" in head
    assert rows.tolist() == [[1.0, 2.0, 2.0, 3.0]]
    with pytest.raises(InputError, match="no spheres"):
        architecture_to_xyz(xr.Dataset(), tmp_path / "T.xyz")


def test_tiff_read_back(voxels, tmp_path):
    tifffile = pytest.importorskip("tifffile", reason="tifffile is not installed")
    with tifffile.TiffFile(to_tiff(voxels, tmp_path / "S.tif")) as file:
        assert file.is_imagej
        about = file.imagej_metadata
        assert (about["unit"], about["channels"], about["slices"]) == ("nm", 2, 32)
        assert about["spacing"] == pytest.approx(4.9)
        over, under = file.pages[0].tags["XResolution"].value
        assert under / over == pytest.approx(4.9, rel=1e-5)
        stack = file.asarray()
    one = body(voxels)
    assert stack.shape == (32, 2, 32, 32)
    assert stack[:, 0].transpose(2, 1, 0) / 255 == pytest.approx(one.solid, abs=0.002)
    assert stack[:, 1].mean() / 255 == pytest.approx(float(one.melt.mean()), abs=0.002)


def read_stl(path):
    raw = path.read_bytes()
    count = int(np.frombuffer(raw[80:84], dtype="<u4")[0])
    assert len(raw) == 84 + 50 * count
    kind = [("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("more", "<u2")]
    return np.frombuffer(raw[84:], dtype=kind)


def test_stl_read_back(voxels, one_sphere, tmp_path):
    pytest.importorskip("skimage", reason="scikit-image is not installed")
    for run, reach in ((voxels, 32 * 4.9), (one_sphere, 0.0)):
        stl = read_stl(to_stl(run, tmp_path / "S.stl"))
        corners = stl["corners"].astype(float)
        points, index = np.unique(corners.reshape(-1, 3), axis=0, return_inverse=True)
        mesh = Mesh(points, index.reshape(-1, 3))
        assert watertight(mesh)
        one = body(run)
        # chords of a sphere of eight voxels take 1 %, bevelled edges at the faces of the box half as much
        inside = float(np.mean(np.clip(one.phi + 0.5, 0, 1), dtype=float)) * one.box_nm**3
        assert volume(mesh) == pytest.approx(inside, rel=0.02)
        if reach:
            assert np.ptp(points, axis=0) == pytest.approx([reach] * 3, rel=1e-3)
        else:
            assert np.ptp(points, axis=0) == pytest.approx([100.0] * 3, rel=0.005)
        outward = np.einsum("ij,ij->i", stl["normal"], corners.mean(axis=1) - points.mean(axis=0))
        assert reach or (outward > 0).all()


def test_a_hole_and_a_turned_triangle_are_noticed(one_sphere):
    pytest.importorskip("skimage", reason="scikit-image is not installed")
    mesh = box_solid(body(one_sphere))
    assert watertight(mesh)
    assert not watertight(Mesh(mesh.points, mesh.triangles[1:]))
    turned = mesh.triangles.copy()
    turned[0] = turned[0, ::-1]
    assert not watertight(Mesh(mesh.points, turned))
    assert len(surface(np.full((4, 4, 4), -1.0, dtype=np.float32)).triangles) == 0


@pytest.mark.parametrize(("write", "module"), [(to_stl, "scikit-image"), (to_tiff, "tifffile")])
def test_a_missing_package_is_named(voxels, tmp_path, monkeypatch, write, module):
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(InputError, match=f"pip install {module}"):
        write(voxels, tmp_path / "S.out")
    assert list(tmp_path.iterdir()) == []


def test_writing_fails_without_half_a_file(voxels, tmp_path):
    (tmp_path / "file").write_text("x")
    for write in (to_vtk, to_xyz, to_tiff):
        with pytest.raises(InputError):
            write(voxels, tmp_path / "file" / "S.out")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
