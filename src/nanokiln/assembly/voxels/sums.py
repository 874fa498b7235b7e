"""Sums that come out alike however a compiler orders them.

A loop with a sum of floats is vectorised only where the compiler may reorder the sum. But numba compiles a
function anew inside each of its callers, every copy gets an order of its own, and which copy runs depends on
whether a kernel was just compiled or loaded from the cache. So no kernel of this package allows reordering
(or contraction, which has the same defect). Numbers from -1 to 1 are added in fixed point instead: integers
add up alike in any order, and such loops are vectorised. Other numbers are added in the order written.
"""

# mypy: disable-error-code="no-untyped-def"
# (compiled functions: numba infers their types from the call)

from __future__ import annotations

import numpy as np
from numba import njit

POINT = 1 << 30  # steps of fixed point between 0 and 1: the most for which 1 itself is a 32-bit integer
UNIT = 1 / POINT  # one step; float32 numbers above 1/128 in size are multiples of it, so lose nothing

LANES = 8  # sums side by side: the numbers of a vector register of 256 bits


@njit(cache=True, inline="always")
def fixed(x):
    """Return a number from -1 to 1 in steps of `UNIT`, rounded towards zero, to be added up as an integer."""
    return np.int64(np.int32(x * np.float32(POINT)))


@njit(cache=True)
def in_order(parts):
    """Sum from first to last."""
    total = 0.0
    for part in parts:
        total += part
    return total


@njit(cache=True)
def dot(a, b):
    """Sum of the products of two rows, as eight sums of every eighth product, added in order."""
    s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = np.float32(0)
    whole = len(a) - len(a) % LANES
    for k in range(0, whole, LANES):
        s0 += a[k] * b[k]
        s1 += a[k + 1] * b[k + 1]
        s2 += a[k + 2] * b[k + 2]
        s3 += a[k + 3] * b[k + 3]
        s4 += a[k + 4] * b[k + 4]
        s5 += a[k + 5] * b[k + 5]
        s6 += a[k + 6] * b[k + 6]
        s7 += a[k + 7] * b[k + 7]
    for k in range(whole, len(a)):
        s0 += a[k] * b[k]
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7))
