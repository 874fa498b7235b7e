"""Pictures of spheres drawn for the tests: known circles, blur, edge brightening and noise."""

import numpy as np
import xarray as xr
from scipy.ndimage import gaussian_filter

from nanokiln.core.measurement import Measurement


def draw(shape, circles, *, blur=1.2, noise=6.0, limb=0.5, dark=False, rough=None, necks=(), seed=0):
    """Draw spheres (row, column, radius), later ones in front; bright limbs as with secondary electrons."""
    rng = np.random.default_rng(seed)
    factor = 3  # drawn finer and averaged
    rows, columns = (n * factor for n in shape)
    y, x = (np.mgrid[0:rows, 0:columns] + 0.5) / factor - 0.5
    image = np.full((rows, columns), 60.0)
    for k, (row, column, radius) in enumerate(circles):
        here = radius
        if rough is not None:
            angle = np.arctan2(y - row, x - column)
            here = radius + rough(angle, k)
        near = np.hypot(y - row, x - column) / here
        light = 140 * (1 + limb * np.clip(near, 0, 1) ** 6)
        image = np.where(near < 1, light, image)
    for (row, column), (height, width) in necks:  # bars between spheres side by side
        inside = (np.abs(y - row) < height / 2) & (np.abs(x - column) < width / 2)
        image = np.where(inside & (image == 60.0), 140.0, image)
    image = image.reshape(shape[0], factor, shape[1], factor).mean(axis=(1, 3))
    image = gaussian_filter(image, blur) + noise * rng.standard_normal(shape)
    return np.clip(255 - image if dark else image, 0, 255).round()


def picture(image, pixel_nm=2.0, **settings):
    """Return the measurement of an image."""
    data = xr.Dataset({"image": (("row", "column"), image.astype(np.float32), {"units": "counts"})})
    facts = {"pixel_nm": pixel_nm, "calibration": "test", "bits": 8, **settings}
    return Measurement("sem", data, "measured", label="drawn", settings=facts)


def scattered(shape, number, radius, *, spread=0.0, gap=1.05, seed=0):
    """Return circles picked at random, none touching; all whole."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(20000):
        r = radius * float(np.exp(spread * rng.standard_normal()))
        row, column = (rng.uniform(r + 2, n - r - 2) for n in shape)
        if all(np.hypot(row - a, column - b) > gap * (r + c) for a, b, c in found):
            found.append((row, column, r))
        if len(found) == number:
            break
    return np.array(found)


def by_name(findings):
    return {f.name: f for f in findings}
