"""What is really in a picture: the spheres and necks that are seen, with their true sizes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .scene import Frame, Scene

LEAST_SEEN = 0.02  # share of the disc of a sphere: less is not counted as seen


def truth(
    scene: Scene, frame: Frame, pad: int, height: NDArray[np.float32], owner: NDArray[np.int32]
) -> dict[str, Any]:
    """Return the true content of a picture, as plain numbers.

    Parameters
    ----------
    scene, frame
        What stood before the beam, and the pixels with their margin.
    pad
        Pixels of the margin.
    height, owner
        Heights of the surface and numbers of the spheres that are seen, with the margin.

    Returns
    -------
    dict
        ``pixel_nm``; ``rq_nm``, ``lateral_nm`` and ``skin`` (where they are from); ``spheres``: row and
        column of the centre in the picture, ``diameter_nm``, ``seen`` (share of its disc that is not
        covered), ``whole`` (not cut by the edge);
        ``necks``: row, column, ``radius_nm``, ``ratio`` (over the harmonic mean radius), numbers of the two
        spheres in the list, ``cosine`` of the tilt out of the picture, ``seen`` (nothing stands before it).
    """
    inside = np.zeros(owner.shape, dtype=bool)
    inside[pad : frame.rows - pad, pad : frame.columns - pad] = True
    count = np.bincount(owner[inside & (owner >= 0)], minlength=len(scene.balls))
    x, y, _, radius = scene.balls.T
    column, row = (x - frame.x0) / frame.pixel - pad, (y - frame.y0) / frame.pixel - pad
    rows, columns = frame.rows - 2 * pad, frame.columns - 2 * pad
    size = radius / frame.pixel
    seen = count / (np.pi * size**2)
    whole = (column > size) & (column < columns - size) & (row > size) & (row < rows - size)
    listed = np.flatnonzero(seen > LEAST_SEEN)
    place = {int(n): k for k, n in enumerate(listed)}
    spheres = [
        {
            "row": round(float(row[n]), 3),
            "column": round(float(column[n]), 3),
            "diameter_nm": round(float(2 * radius[n]), 4),
            "seen": round(min(float(seen[n]), 1.0), 4),
            "whole": bool(whole[n]),
        }
        for n in listed
    ]
    return {
        "pixel_nm": frame.pixel,
        "rows": rows,
        "columns": columns,
        "rq_nm": scene.skin.rq_nm,
        "lateral_nm": scene.skin.lateral_nm,
        "skin": scene.skin.source,
        "spheres": spheres,
        "necks": _necks(scene, frame, pad, height, place),
        "notes": list(scene.notes),
    }


def _necks(
    scene: Scene, frame: Frame, pad: int, height: NDArray[np.float32], place: dict[int, int]
) -> list[dict[str, Any]]:
    found = []
    for (i, j), neck in zip(scene.pairs, scene.neck_nm, strict=True):
        if int(i) not in place or int(j) not in place or not neck > 0:
            continue
        a, b = scene.balls[i], scene.balls[j]
        apart = b[:3] - a[:3]
        length = float(np.linalg.norm(apart))
        at = (length**2 + a[3] ** 2 - b[3] ** 2) / (2 * length)
        middle = a[:3] + apart * at / length
        column = round((middle[0] - frame.x0) / frame.pixel)
        row = round((middle[1] - frame.y0) / frame.pixel)
        if not (pad <= row < frame.rows - pad and pad <= column < frame.columns - pad):
            continue
        top = middle[2] + neck + 3 * scene.skin.rq_nm + 2 * frame.pixel
        found.append(
            {
                "row": round(float((middle[1] - frame.y0) / frame.pixel - pad), 3),
                "column": round(float((middle[0] - frame.x0) / frame.pixel - pad), 3),
                "radius_nm": round(float(neck), 4),
                "ratio": round(float(neck * (1 / a[3] + 1 / b[3]) / 2), 5),
                "spheres": [place[int(i)], place[int(j)]],
                "cosine": round(float(np.hypot(*apart[:2]) / length), 4),
                "seen": bool(height[row, column] <= top),
            }
        )
    return found
