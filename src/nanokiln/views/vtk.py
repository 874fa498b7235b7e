"""VTK image data: distance, solid and melt of each stage, and a list of the series; for ParaView."""

from __future__ import annotations

import base64
import re
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import InputError
from ..core.files import write_text
from .body import Body, Field, bodies

if TYPE_CHECKING:
    import xarray as xr

_LEVEL = 4  # of compression


def to_vtk(voxels: xr.Dataset, path: str | Path, stage: str | None = None) -> list[Path]:
    """Write one ``.vti`` file per stage and, for several, a ``.pvd`` list with their times in s.

    Parameters
    ----------
    voxels
        Dataset ``voxels`` of a sample.
    path
        Name of the list; the files of the stages lie beside it as NAME-STAGE.vti. With one `stage`, and the
        ending ``.vti``, the name of that file.
    stage
        One stage; all by default.

    Returns
    -------
    list of Path
        The list, where there is one, then the files of the stages.

    Raises
    ------
    InputError
        For the ending ``.vti`` with several stages.

    Limits
    ------
    Points are cell centres; the box is periodic, its last layer is not repeated. Lengths are in nm.
    """
    target = Path(path)
    shown = bodies(voxels, stage)
    if target.suffix.lower() == ".vti":
        if len(shown) > 1:
            raise InputError(f"'{target.name}' holds one stage. Choose one with --stage, or name a '.pvd'.")
        write_text(target, _image(shown[0]))
        return [target]
    files = [target.with_name(f"{target.stem}-{_plain(one.stage)}.vti") for one in shown]
    for one, file in zip(shown, files, strict=True):
        write_text(file, _image(one))
    times = [one.time_s if np.isfinite(one.time_s) else float(n) for n, one in enumerate(shown)]
    rows = "".join(
        f'    <DataSet timestep="{time:.9g}" group="" part="0" file="{file.name}"/>\n'
        for time, file in zip(times, files, strict=True)
    )
    write_text(
        target,
        '<?xml version="1.0"?>\n<VTKFile type="Collection" version="1.0" byte_order="LittleEndian">\n'
        f"  <Collection>\n{rows}  </Collection>\n</VTKFile>\n",
    )
    return [target, *files]


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.+]", "_", name)


def _image(one: Body) -> str:
    n, dx = one.cells - 1, one.voxel_nm
    extent = f"0 {n} 0 {n} 0 {n}"
    arrays = {"phi_nm": one.phi * np.float32(dx), "solid": one.solid, "melt": one.melt}
    data = "".join(_array(name, values) for name, values in arrays.items())
    return (
        '<?xml version="1.0"?>\n'
        '<VTKFile type="ImageData" version="1.0" byte_order="LittleEndian" header_type="UInt64" '
        'compressor="vtkZLibDataCompressor">\n'
        f"  <!-- nanokiln, SYNTHETIC, stage {_plain(one.stage)}, lengths in nm -->\n"
        f'  <ImageData WholeExtent="{extent}" Origin="0 0 0" Spacing="{dx!r} {dx!r} {dx!r}">\n'
        f'    <Piece Extent="{extent}">\n      <PointData Scalars="phi_nm">\n{data}      </PointData>\n'
        "      <CellData/>\n    </Piece>\n  </ImageData>\n</VTKFile>\n"
    )


def _array(name: str, values: Field) -> str:
    """Return one array: the first axis runs fastest, one compressed block, base64."""
    raw = np.asarray(values, dtype="<f4").tobytes(order="F")
    packed = zlib.compress(raw, _LEVEL)
    head = np.array([1, len(raw), 0, len(packed)], dtype="<u8").tobytes()
    text = base64.b64encode(head).decode() + base64.b64encode(packed).decode()
    return f'        <DataArray type="Float32" Name="{name}" format="binary">{text}</DataArray>\n'
