"""Exact capillary ring between two equal spheres: a meridian of constant mean curvature.

The meniscus leaves each sphere under Young's angle. Its slope angle beta (0 at the waist) obeys
d beta/ds = cos(beta)/y - p with y the radius and p the pressure over sigma (negative: concave).
Nodoids and unduloids alike: beta need not be monotonic between the sphere and the waist.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

LONGEST = 5.0  # arc length after which a meridian is given up
NO_WAIST = -1.0  # height given to a meridian without a waist: it passes the mid-plane
LOWEST = -500.0  # pressure of a vanishing ring between touching spheres
FILLINGS = np.linspace(0.08, 1.4, 12)  # half-filling angles tried


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


def _follow(filling: float, theta: float, pressure: float, gap: float):
    """Integrate y, z, volume, area and beta from the contact line until the waist or until it is too thin."""

    def slopes(_, state):
        y, beta = state[0], state[4]
        sine, cosine = np.sin(beta), np.cos(beta)
        return [-sine, -cosine, np.pi * y**2 * cosine, 2 * np.pi * y, pressure - cosine / y]

    def level(_, state):
        return state[4]

    def thin(_, state):
        return state[0] - 1e-3

    level.terminal, thin.terminal = True, True
    steepest = np.pi / 2 - theta - filling
    level.direction = -np.sign(steepest)
    start = [np.sin(filling), gap / 2 + 1 - np.cos(filling), 0.0, 0.0, steepest]
    precise = {"method": "DOP853", "rtol": 1e-9, "atol": 1e-11}
    return solve_ivp(slopes, (0.0, LONGEST), start, events=[level, thin], **precise)


def meridian(filling: float, theta: float, pressure: float, gap: float = 0.0) -> np.ndarray:
    """Follow the meniscus from the contact line to its waist; return y, z, volume and area between."""
    run = _follow(filling, theta, pressure, gap)
    return run.y[:4, -1] if len(run.t_events[0]) else np.array([0.0, NO_WAIST, 0.0, 0.0])


def free_area(ring: Ring, theta_deg: float, gap: float = 0.0) -> float:
    """Return the area of half the meniscus, from the contact line to the waist."""
    return float(meridian(ring.filling, np.radians(theta_deg), ring.pressure, gap)[3])


def ring_at(filling: float, theta: float, gap: float = 0.0) -> Ring:
    """Return the ring that wets each sphere up to the half-filling angle."""
    steepest = np.pi / 2 - theta - filling
    edge = np.cos(steepest) / np.sin(filling)  # the pressure at which the meniscus starts straight
    ends = (LOWEST, 0.9999 * edge) if steepest > 0 else (-LOWEST, 1.0001 * edge)
    pressure = brentq(lambda p: meridian(filling, theta, p, gap)[1], *ends, xtol=1e-12)
    waist, _, half, _ = meridian(filling, theta, pressure, gap)
    height = 1 - np.cos(filling)
    cap = np.pi * height**2 * (1 - height / 3)
    return Ring(waist, pressure, 2 * (half - cap), filling)


@cache
def ring(volume: float, theta_deg: float, gap: float = 0.0) -> Ring:
    """Return the ring of a given volume (in R^3), contact angle and gap (in R) between the spheres."""
    theta = np.radians(theta_deg)

    def excess(filling):
        return ring_at(filling, theta, gap).volume - volume

    before = None
    for filling in FILLINGS:
        try:
            now = excess(filling)
        except ValueError:  # no ring that small or that large
            before = None
            continue
        if before is not None and before[1] < 0 <= now:
            return ring_at(brentq(excess, before[0], filling, xtol=1e-12), theta, gap)
        before = filling, now
    raise ValueError(f"no ring of volume {volume} under {theta_deg} degrees at gap {gap}")
