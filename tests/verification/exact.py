"""Exact capillary ring between two equal touching spheres: a meridian of constant mean curvature.

The meniscus leaves each sphere under Young's angle. Its slope angle beta (0 at the waist) obeys
d beta/ds = cos(beta)/y - p with y the radius and p the pressure over sigma (negative: concave).
"""

from dataclasses import dataclass

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq


@dataclass(frozen=True)
class Ring:
    waist: float  # in sphere radii, as all lengths
    pressure: float  # sigma per sphere radius, melt minus void
    volume: float
    filling: float  # half-filling angle, radians

    @property
    def force(self) -> float:
        """Pull between the spheres over sigma R: the line at the waist minus the pressure on its disc."""
        return 2 * np.pi * self.waist - np.pi * self.waist**2 * self.pressure


def meridian(filling: float, theta: float, pressure: float) -> np.ndarray:
    """Integrate from the contact line to the waist; return y, z and minus the volume below."""

    def slopes(beta, state):
        bend = np.cos(beta) / state[0] - pressure
        return [np.sin(beta) / bend, np.cos(beta) / bend, np.pi * state[0] ** 2 * np.cos(beta) / bend]

    start = [np.sin(filling), 1 - np.cos(filling), 0.0]
    steepest = np.pi / 2 - theta - filling
    return solve_ivp(slopes, (steepest, 0.0), start, rtol=1e-10, atol=1e-12).y[:, -1]


def ring_at(filling: float, theta: float) -> Ring:
    """Return the ring that wets each sphere up to the half-filling angle."""
    flat = 0.999 * np.cos(np.pi / 2 - theta - filling) / np.sin(filling)
    pressure = brentq(lambda p: meridian(filling, theta, p)[1], -500.0, flat, xtol=1e-12)
    waist, _, minus = meridian(filling, theta, pressure)
    height = 1 - np.cos(filling)
    cap = np.pi * height**2 * (1 - height / 3)
    return Ring(waist, pressure, 2 * (-minus - cap), filling)


def ring(volume: float, theta_deg: float) -> Ring:
    """Return the ring of a given volume (in R^3) and contact angle."""
    theta = np.radians(theta_deg)
    filling = brentq(lambda a: ring_at(a, theta).volume - volume, 0.08, 0.9 * (np.pi / 2 - theta))
    return ring_at(filling, theta)
