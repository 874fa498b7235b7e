"""Where the JAX engine runs: one device, or several that share the box in slabs and exchange edge cells."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...core.errors import InputError
from .band import AXES, MIN_SIDE
from .reference import Box, rolled

AXIS = "slab"  # name of the first axis of the box for JAX

Array = Any  # of JAX, which is not imported unless used


def jax_module() -> Any:
    """Return JAX, imported when it is first used.

    Raises
    ------
    InputError
        If it is not installed.
    """
    try:
        import jax
    except ImportError as error:
        raise InputError(
            "the JAX engine needs jax, which is not installed: pip install 'nanokiln[gpu]' (and jax[cuda12] "
            "for an NVIDIA card), or use the compiled kernels, which need nothing more."
        ) from error
    return jax


class Place:
    """One or several devices that hold a box, cut in slabs along its first axis.

    Parameters
    ----------
    count : int
        Number of devices.

    Raises
    ------
    InputError
        If JAX is not installed or has fewer devices.
    """

    def __init__(self, count: int = 1) -> None:
        jax = jax_module()
        there = jax.devices()
        if not 1 <= count <= len(there):
            raise InputError(f"{count} devices: JAX sees {len(there)} ({there[0].platform}); give 1 to that.")
        self.count = count
        xp = jax.numpy
        self._whole = self._cut = jax.sharding.SingleDeviceSharding(there[0])
        self.mesh = None
        most = xp.max
        # processors recompute what several sums read, and slowly; cards fuse the sums with what they sum
        hold = jax.lax.optimization_barrier if there[0].platform == "cpu" else lambda field: field

        def total(field: Any) -> Any:  # rows first: whole boxes are summed on one core
            return xp.sum(xp.sum(field, axis=2, dtype=np.float64))

        if count == 1:
            self.box = Box(xp, rolled(xp), total, most, hold)
            return
        auto = (jax.sharding.AxisType.Auto,)  # an explicit axis refuses slices along it
        self.mesh = jax.make_mesh((count,), (AXIS,), axis_types=auto, devices=there[:count])
        spec = jax.sharding.PartitionSpec
        self._whole = jax.sharding.NamedSharding(self.mesh, spec())
        self._cut = jax.sharding.NamedSharding(self.mesh, spec(AXIS))
        self.box = Box(
            xp,
            self._ahead,
            lambda field: jax.lax.psum(total(field), AXIS),
            lambda field: jax.lax.pmax(most(field), AXIS),
            hold,
        )

    def _ahead(self, field: Array, axis: int, cells: int) -> Array:
        """Shift a slab; along the first axis cells of its neighbour come in."""
        jax, xp = jax_module(), self.box.xp
        if axis:
            return rolled(xp)(field, axis, cells)
        forth = [(n, (n + 1) % self.count) for n in range(self.count)]
        if cells < 0:
            return xp.concatenate([jax.lax.ppermute(field[cells:], AXIS, forth), field[:cells]])
        back = [(n, m) for m, n in forth]
        return xp.concatenate([field[cells:], jax.lax.ppermute(field[:cells], AXIS, back)])

    def put(self, field: ArrayLike, dtype: type = np.float32) -> Array:
        """Bring a field of three axes, or a number, to the devices."""
        values: NDArray[Any] = (
            np.ascontiguousarray(field, dtype=dtype) if np.ndim(field) else np.asarray(field, dtype)
        )
        with wide():
            return jax_module().device_put(values, self._cut if values.ndim == AXES else self._whole)

    def check(self, shape: tuple[int, ...]) -> None:
        """Refuse a box that cannot be cut into the slabs."""
        if len(shape) != AXES or min(shape) < MIN_SIDE or shape[0] % self.count:
            raise InputError(
                f"a box of shape {shape} on {self.count} devices: needs three axes of {MIN_SIDE} cells or "
                "more, the first a multiple of the number of devices."
            )
        if shape[0] // self.count < 2:
            raise InputError(
                f"slabs of one cell ({shape[0]} cells on {self.count} devices): need two or more."
            )

    def program(self, text: Callable[..., Any], gives: str) -> Callable[..., Any]:
        """Compile a function of fields and numbers.

        Parameters
        ----------
        text
            Takes arrays: fields of three axes, and numbers.
        gives
            A letter per result, ``f`` for a field, ``n`` for a number.
        """
        jax = jax_module()
        spec = jax.sharding.PartitionSpec
        out = tuple(spec(AXIS) if letter == "f" else spec() for letter in gives)

        def call(*given: Any) -> Any:
            if self.mesh is None:
                return text(*given)
            where = tuple(spec(AXIS) if item.ndim == AXES else spec() for item in given)
            return jax.shard_map(text, mesh=self.mesh, in_specs=where, out_specs=out)(*given)

        compiled = jax.jit(call)

        def run(*given: Any) -> Any:
            with wide():
                return compiled(*given)

        return run


def wide() -> Any:
    """Return the context within which JAX knows 64-bit types."""
    return jax_module().enable_x64(True)


@cache
def place(count: int = 1) -> Place:
    """Return the devices to run on; the same ones on every call, so that nothing is compiled twice."""
    return Place(count)
