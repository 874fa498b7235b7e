"""Circles by vote: every edge pixel votes for the centres its gradient points at, over all radii.

The map of votes for one radius is the correlation of the field of unit gradients with a ring of inward unit
vectors. Its Fourier transform is a Bessel function, so a radius costs one inverse transform; radii above an
octave are voted on at half the resolution.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Image = npt.NDArray[np.float32]

SMALLEST_RADIUS = 4.0  # pixels; below, a sphere has too few edge pixels to be told from noise
_OCTAVE = (8.0, 16.0)  # pixels; radii voted on at one resolution (the finest also has the smaller ones)
_STEP = 1.09  # ratio of neighbouring radii; the ring is wide enough to bridge it
_RING = 0.07  # width (standard deviation) of the ring over its radius; spheres are not perfect
_THINNEST_RING = 1.0  # pixels
_FEWEST = 0.28  # share of a circle that must vote for it to be looked at more closely
_CLOSE, _ALIKE = 0.35, 1.35  # two candidates are one below this distance over radius and ratio of radii
MOST_CANDIDATES = 4000  # looked at more closely; a picture of 1024 x 1024 holds fewer resolved spheres
_LARGEST_SHARE = 0.35  # of the shorter side; a larger circle is not seen whole
_POLARITY_SIZE = 512  # pixels of the views from which bright and dark are told
_NOISE_GRADIENTS = 3.0  # gradients of so many standard deviations of noise have half a vote


@dataclass(frozen=True)
class Candidates:
    """Circles to look at: rows, columns, radii in pixels, votes (0 to 1) in falling order."""

    row: Array
    column: Array
    radius: Array
    votes: Array


def candidates(image: Image, polarity: int, largest: float | None = None) -> Candidates:
    """Find circles that many edge pixels vote for.

    Parameters
    ----------
    image
        Grey levels, shape (rows, columns).
    polarity
        1 for spheres brighter than what is around them, -1 for darker ones.
    largest
        Largest radius in pixels; about a third of the shorter side if not given.

    Returns
    -------
    Candidates
        At most `MOST_CANDIDATES`.

    Limits
    ------
    Radii from 4 pixels. Source: Reisfeld et al., Int. J. Computer Vision 14 (1995) 119 (radial symmetry);
    Atherton and Kerbyson, Image Vision Comput. 17 (1999) 795 (Hough transform with phase).
    """
    biggest = largest or _LARGEST_SHARE * min(image.shape)
    found: list[Array] = []
    level, scale, low = image, 1, SMALLEST_RADIUS
    while low * scale < biggest and min(level.shape) > 2 * _OCTAVE[0]:
        radii = _ladder(low, min(_OCTAVE[1], biggest / scale))
        found += [peaks * np.array([scale, scale, scale, 1.0]) for peaks in _vote(level, polarity, radii)]
        level, scale, low = _half(level), 2 * scale, _OCTAVE[0]
    table = np.concatenate(found) if found else np.empty((0, 4))
    return Candidates(*_thin(table).T)


def polarity_of(image: Image) -> int:
    """Tell whether the spheres are brighter (1) or darker (-1) than what is around them, by votes."""
    size = _POLARITY_SIZE
    row, column = (max((n - size) // 2, 0) for n in image.shape)
    views = [image[row : row + size, column : column + size]]  # small spheres need full resolution,
    whole = image
    while max(whole.shape) > size and min(whole.shape) > 2 * size // 4:
        whole = _half(whole)
    if whole is not image:
        views.append(whole)  # large ones the whole picture
    strength = {}
    for polarity in (1, -1):
        found = [candidates(view, polarity) for view in views]
        # by area: bright limbs are dark circles inside, gaps between spheres are small
        strength[polarity] = sum(float((np.maximum(f.votes - 0.5, 0) * f.radius**2).sum()) for f in found)
    return 1 if strength[1] >= strength[-1] else -1


def _ladder(low: float, high: float) -> list[float]:
    count = max(int(np.ceil(np.log(high / low) / np.log(_STEP))), 0)
    return [low * _STEP**i for i in range(count + 1)]


def _half(image: Image) -> Image:
    """Return the picture at half the resolution, each pixel the mean of four."""
    rows, columns = (n // 2 * 2 for n in image.shape)
    quads = image[:rows, :columns].reshape(rows // 2, 2, columns // 2, 2)
    return np.asarray(quads.mean(axis=(1, 3)), dtype=np.float32)


def unit_gradients(image: Image) -> tuple[Image, Image]:
    """Return the gradient (down, across) on ridges of its size, of length 0 to 1 by its significance."""
    from scipy.ndimage import gaussian_filter, map_coordinates

    smooth = gaussian_filter(image, 1.0, mode="nearest")
    down, across = np.gradient(smooth)
    size = np.hypot(down, across)
    # noise of the gradient: the lower quarter of its sizes is noise or flat background
    noise = float(np.quantile(size, 0.25)) + 1e-6 * float(size.max() + 1e-30)
    with np.errstate(invalid="ignore", divide="ignore"):
        dy, dx = np.where(size > 0, down / size, 0), np.where(size > 0, across / size, 0)
    r, c = np.indices(size.shape, dtype=np.float32)
    ahead = map_coordinates(size, [r + dy, c + dx], order=1, mode="nearest")
    behind = map_coordinates(size, [r - dy, c - dx], order=1, mode="nearest")
    weight = np.where(
        (size >= ahead) & (size > behind), size**2 / (size**2 + (_NOISE_GRADIENTS * noise) ** 2), 0
    )
    return (weight * dy).astype(np.float32), (weight * dx).astype(np.float32)


def _vote(image: Image, polarity: int, radii: list[float]) -> list[Array]:
    """Return per radius the peaks of its vote map: rows of (row, column, radius, votes)."""
    from scipy import fft
    from scipy.special import j1

    down, across = unit_gradients(image)
    margin = int(np.ceil(max(radii)))
    shape = [fft.next_fast_len(n + margin, real=True) for n in image.shape]
    ky = fft.fftfreq(shape[0]).astype(np.float32)[:, np.newaxis] * np.float32(2 * np.pi)
    kx = fft.rfftfreq(shape[1]).astype(np.float32)[np.newaxis, :] * np.float32(2 * np.pi)
    k = np.hypot(ky, kx)
    k[0, 0] = 1.0
    along = (fft.rfft2(down, shape) * ky + fft.rfft2(across, shape) * kx) / k
    k[0, 0] = 0.0
    along *= np.complex64(-1j * polarity * np.sqrt(2 * np.pi))
    half = shape[0] // 2 + 1  # rows of frequency zero to the highest; a ring is the same for negative ones
    mirrored = slice(shape[0] - half, 0, -1)
    damping = np.float32(-0.5) * k[:half] ** 2
    found = []
    for radius in radii:
        width = max(_THINNEST_RING, _RING * radius)
        ring = j1(k[:half] * np.float32(radius))
        ring *= np.exp(damping * np.float32(width**2))
        ring *= np.float32(width)
        voted = np.empty_like(along)
        np.multiply(along[:half], ring, out=voted[:half])
        np.multiply(along[half:], ring[mirrored], out=voted[half:])
        votes = fft.irfft2(voted, shape, overwrite_x=True)
        found.append(_peaks(votes[: image.shape[0], : image.shape[1]], radius))
    return found


def _peaks(votes: Image, radius: float) -> Array:
    reach = int(max(1.0, _CLOSE * radius))
    row, column = np.nonzero(votes > _FEWEST)
    height = votes[row, column]
    around = np.pad(votes, 1, mode="edge")  # neighbours first: few pixels pass, and only they are looked at
    for down in (0, 1, 2):
        for across in (0, 1, 2):
            top = height >= around[row + down, column + across]
            row, column, height = row[top], column[top], height[top]
    windows = (
        votes[max(r - reach, 0) : r + reach + 1, max(c - reach, 0) : c + reach + 1]
        for r, c in zip(row, column, strict=True)
    )
    top = height >= np.fromiter((w.max() for w in windows), dtype=height.dtype, count=height.size)
    row, column, height = row[top], column[top], height[top]
    return np.column_stack([row, column, np.full(row.size, radius), height]).astype(np.float64)


def _thin(table: Array) -> Array:
    """Keep the best of candidates that are one and the same circle."""
    from scipy.spatial import cKDTree

    table = table[np.argsort(-table[:, 3], kind="stable")]
    if not len(table):
        return table
    tree = cKDTree(table[:, :2])
    alive = np.ones(len(table), dtype=bool)
    kept = []
    for i in range(len(table)):
        if not alive[i]:
            continue
        kept.append(i)
        if len(kept) >= MOST_CANDIDATES:
            break
        near = np.array(tree.query_ball_point(table[i, :2], _CLOSE * table[i, 2]))
        ratio = table[near, 2] / table[i, 2]
        alive[near[(ratio < _ALIKE) & (ratio > 1 / _ALIKE)]] = False
    return table[kept]
