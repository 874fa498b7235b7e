"""Shape of the mean edge: how blurred it is, and how far a bright limb pushes its steepest point outwards."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from . import rays

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Image = npt.NDArray[np.float32]

_REACH = 6.0  # pixels on both sides of the edge
_MOST = 200  # spheres; the mean profile is known well enough by then
_SMALLEST = 8.0  # pixels of radius; in smaller ones the limb reaches the middle
_FWHM = 2.3548  # full width at half height of a Gaussian over its standard deviation
_LARGEST_SHIFT = 0.5  # of the total blur; a limb shifts the steepest point by no more
_MISFIT = 0.04  # of the step; a profile that fits worse is not the edge of a sphere with a bright limb
_WORTH = 0.3  # the limb must take away this share of the misfit of a plain edge to be believed


def shape_of(image: Image, circles: Array, good: Mask, sign: int, smooth: float) -> tuple[float, float]:
    """Return the spread of the edge and its shift by a bright limb, in pixels.

    Parameters
    ----------
    image
        Grey levels as they are.
    circles
        Row, column, radius as the steepest points of the smoothed picture give them, shape (sphere, 3).
    good
        Points on the spheres' own outlines, shape (sphere, ray).
    sign
        1 for bright spheres, -1 for dark ones.
    smooth
        Standard deviation of the smoothing, pixels.

    Returns
    -------
    tuple
        Standard deviation of the edge spread; outward shift of the steepest point (0 where the mean profile
        shows no bright limb).

    Limits
    ------
    One shape for the whole picture. Spheres that fade towards their rim (thickness contrast) cannot be told
    from blur and are not corrected.
    """
    offset = np.arange(-_REACH, _REACH + rays.STEP / 2, rays.STEP)
    profiles, spreads, radii = _profiles(image, circles, good, sign, offset)
    if not len(profiles):
        return 0.0, 0.0
    spread = float(np.median(spreads))
    large = radii >= _SMALLEST
    if large.sum() < 3:
        return spread, 0.0
    found = _fit(offset, np.median(profiles[large], axis=0), spread)
    if found is None:
        return spread, 0.0
    place, blur = found
    # the fit is of the picture as it is, the circles of the smoothed one
    shift = smooth**2 / (2 * float(np.median(radii[large]))) - place
    most = _LARGEST_SHIFT * float(np.hypot(blur, smooth))
    return spread, float(np.clip(shift, 0.0, most))


def _profiles(
    image: Image, circles: Array, good: Mask, sign: int, offset: Array
) -> tuple[Array, Array, Array]:
    """Return profiles across the edges (0 outside, 1 just inside), their spreads and the radii."""
    from scipy.ndimage import map_coordinates

    theta = rays.angles(good.shape[1])
    profiles, spreads, radii = [], [], []
    for i in np.flatnonzero(good.mean(axis=1) > 0.5)[-_MOST:]:
        row, column, radius = circles[i]
        if radius < _REACH:
            continue
        rho = radius + offset
        y = row + rho * np.sin(theta[good[i]])[:, None]
        x = column + rho * np.cos(theta[good[i]])[:, None]
        profile = sign * map_coordinates(image, [y, x], order=1, mode="nearest").mean(axis=0)
        outside, inside = profile[-4:].mean(), profile[:4].mean()
        if inside <= outside:
            continue
        profiles.append((profile - outside) / (inside - outside))
        spreads.append(_spread(np.maximum(-np.gradient(profile, rays.STEP), 0)))
        radii.append(radius)
    return np.array(profiles), np.array(spreads), np.array(radii)


def _spread(fall: Array) -> float:
    """Return the standard deviation of the peak of a fall next to the middle, by its half width."""
    middle = len(fall) // 2
    peak = middle - 4 + int(fall[middle - 4 : middle + 5].argmax())
    half = 0.5 * fall[peak]
    left, right = peak, peak
    while left > 0 and fall[left - 1] > half:
        left -= 1
    while right < len(fall) - 1 and fall[right + 1] > half:
        right += 1
    width = float(right - left)
    if left > 0:
        width += (fall[left] - half) / max(fall[left] - fall[left - 1], 1e-30)
    if right < len(fall) - 1:
        width += (fall[right] - half) / max(fall[right] - fall[right + 1], 1e-30)
    return width * rays.STEP / _FWHM


def _fit(offset: Array, profile: Array, spread: float) -> tuple[float, float] | None:
    """Fit a step with a limb that grows exponentially towards it, blurred; None where there is no limb.

    Returns the place of the step and the blur.
    """
    from scipy.optimize import least_squares
    from scipy.special import erfc, erfcx

    def model(p: Array) -> Array:
        base, body, limb, length, place, blur = p
        u = offset - place
        step = 0.5 * erfc(u / (np.sqrt(2) * blur))
        # exp(u / length) left of the step, blurred: written with erfcx where erfc alone would underflow
        z = (u + blur**2 / length) / (np.sqrt(2) * blur)
        tail = np.exp(np.minimum(u / length + 0.5 * (blur / length) ** 2, 50)) * 0.5 * erfc(z)
        tail = np.where(z > 5, 0.5 * np.exp(-0.5 * (u / blur) ** 2) * erfcx(np.maximum(z, 0)), tail)
        return np.asarray(base + body * step + limb * tail)

    start = max(spread, 0.5)
    plain = least_squares(
        lambda p: model(np.array([p[0], p[1], 0.0, 3.0, p[2], p[3]])) - profile,
        [0.0, 1.0, 0.0, start],
        bounds=([-1, 0, -3, 0.2], [1, 10, 3, 6]),
    )
    full = least_squares(
        lambda p: model(p) - profile,
        [0.0, 0.9, 0.3, 2.5, 0.0, start],
        bounds=([-1, 0, 0, 0.8, -3, 0.2], [1, 10, 10, 8, 3, 6]),
    )
    height = float(np.ptp(profile))
    if np.sqrt(np.mean(full.fun**2)) > _MISFIT * height or full.cost > (1 - _WORTH) * plain.cost:
        return None
    return float(full.x[4]), float(full.x[5])
