"""The same seed gives the same bytes: just compiled or loaded from the cache, with one thread or two."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

RUN = """
import hashlib, json, sys
import numpy as np
from nanokiln.assembly.voxels import shapes
from nanokiln.assembly.voxels.measure.multigrid import conductivity, hierarchy
from nanokiln.assembly.voxels.measure.transport import open_faces
from nanokiln.assembly.voxels.melt import Melt
from nanokiln.assembly.voxels.pockets import Pockets
from nanokiln.assembly.voxels.solid import Solid, advance, give_way, renew, restore

def mark(*arrays):
    return hashlib.sha256(b"".join(np.ascontiguousarray(a).tobytes() for a in arrays)).hexdigest()[:12]

cells, out = 48, {}
rng = np.random.default_rng(0)
centres = rng.random((6, 3)) * cells
solid = Solid(shapes.spheres((cells,) * 3, centres, np.full(6, 11.0)))
volume = solid.volume
out["profile"] = mark(solid.s) + volume.hex()
renew(solid)
out["redistance"] = mark(solid.phi, solid.s)
restore(solid, volume)
out["restore"] = mark(solid.phi)
melt = np.float32(0.3) * (1 - solid.s)
before = solid.s.copy()
advance(solid, volume * 0.999, spread=0.1, film=0.1, melt=melt)
give_way(solid, melt, before)
out["advance"] = mark(solid.phi, solid.s, melt)
one = Melt(solid.phi, melt, 0.9)
one.relax(limit=200)
out["melt"] = mark(one.field) + float(one.lam).hex() + one.energy().hex()
pockets = Pockets(one)
pockets.advance(60)
out["pockets"] = mark(one.field, pockets.lams, pockets.held)
levels = hierarchy(open_faces(solid.phi, -1))
out["conduction"] = [conductivity(levels, axis).conductivity.hex() for axis in range(3)]
print(json.dumps(out))
"""


def run(cache: Path, threads: int) -> dict[str, object]:
    """Run the kernels in a process of their own."""
    own = {"NUMBA_CACHE_DIR": str(cache), "NUMBA_NUM_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}
    made = subprocess.run(
        [sys.executable, "-c", RUN], env={**os.environ, **own}, capture_output=True, text=True, check=True
    )
    return json.loads(made.stdout)


@pytest.mark.slow
def test_compiled_cached_and_threads(tmp_path):
    fresh = run(tmp_path, 1)
    assert any(tmp_path.rglob("*.nbc")), "nothing was cached: the next run compiles anew and compares nothing"
    cached = run(tmp_path, 1)
    two = run(tmp_path, 2)
    assert cached == fresh
    assert two == fresh
