"""The model in a page: small, complete, nothing from elsewhere; its packed mesh unpacks to the surface."""

import base64
import json
import re
import zlib
from html.parser import HTMLParser

import numpy as np
import pytest

from nanokiln.views.web import view3d_html

pytest.importorskip("skimage", reason="scikit-image is not installed")


@pytest.fixture(scope="module")
def page(voxels):
    return view3d_html(voxels, title="B-SiOC-2 <test>")


class Addresses(HTMLParser):
    """Everything a page could fetch, and what stands for it in words."""

    def __init__(self):
        super().__init__()
        self.found, self.alt = [], ""

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in ("src", "href", "action", "data", "srcset", "poster"):
                self.found.append(value)
            if name == "alt":
                self.alt = value


def test_nothing_comes_from_elsewhere(page):
    parser = Addresses()
    parser.feed(page)
    assert [a[:22] for a in parser.found] == ["data:image/png;base64,"]
    code = re.sub(r"[A-Za-z0-9+/=]{100,}", "", page)
    assert not re.search(r"https?:|//[a-z]+\.|import\s*\(|@import|url\(", code)
    assert not re.search(r"\beval\b|new Function|innerHTML|document\.write|fetch\(|XMLHttpRequest", code)
    assert "default-src 'none'" in page


def test_it_is_small_and_says_what_it_is(page):
    assert len(page) < 1_500_000
    parser = Addresses()
    parser.feed(page)
    assert "SYNTHETIC" in parser.alt
    assert "4 spheres of 75 nm" in parser.alt
    assert "B-SiOC-2 &lt;test&gt;" in page
    assert "<test>" not in page
    assert "@" not in re.sub(r"[A-Za-z0-9+/=]{100,}", "", page)


def unpack(mesh):
    """Unpack a mesh as the script does, from the description of the layout."""
    raw = zlib.decompress(base64.b64decode(mesh["data"]))
    n, m = mesh["points"], mesh["corners"]
    assert len(raw) == 9 * n + 4 * m
    planes = np.frombuffer(raw[: 6 * n], dtype=np.uint8).reshape(3, 2, n).astype(int)
    steps = planes[:, 0] + 256 * planes[:, 1]
    places = ((np.cumsum(steps, axis=1) + 32768) % 65536 - 32768) / 32767
    x, y = np.frombuffer(raw[6 * n : 8 * n], dtype=np.int8).reshape(2, n) / 127
    z = 1 - abs(x) - abs(y)
    t = np.maximum(-z, 0)
    normal = np.stack([x + np.where(x >= 0, -t, t), y + np.where(y >= 0, -t, t), z])
    jumps = np.frombuffer(raw[9 * n :], dtype=np.uint8).reshape(4, m).astype(np.int64)
    flat = np.cumsum((jumps * 256 ** np.arange(4)[:, None]).sum(axis=0)) % 2**32
    return places.T, (normal / np.linalg.norm(normal, axis=0)).T, flat.reshape(-1, 3)


def stages(page):
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', page, re.S)[1])


def test_the_mesh_is_the_sphere(one_sphere):
    (stage,) = stages(view3d_html(one_sphere))["stages"]
    points, normals, triangles = unpack(stage["meshes"]["solid"])
    assert triangles.min() == 0
    assert triangles.max() == len(points) - 1
    nm = points * stage["nm"]
    middle = (nm.max(axis=0) + nm.min(axis=0)) / 2
    radius = np.linalg.norm(nm - middle, axis=1)
    assert radius == pytest.approx(50.0, abs=1.0)
    assert ((nm - middle) / radius[:, None] * normals).sum(axis=1).min() > 0.98
    a, b, c = (nm[triangles[:, k]] for k in range(3))
    assert np.einsum("ij,ij->i", a - middle, np.cross(b - middle, c - middle)).sum() / 6 == pytest.approx(
        4 / 3 * np.pi * 50**3, rel=0.03
    )


def test_melt_can_be_switched_where_there_is_some(page):
    data = stages(page)
    assert data["first"] == 1
    assert [sorted(s["meshes"]) for s in data["stages"]] == [["solid"], ["melt", "solid"]]
    assert data["stages"][1]["meshes"]["melt"]["points"] > 100
