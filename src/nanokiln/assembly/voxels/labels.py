"""Connected parts of a periodic field."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def label_periodic(mask: NDArray[np.bool_]) -> tuple[NDArray[np.int32], int]:
    """Return the connected parts of a mask in a periodic box (labels from 1 on) and their number.

    Parameters
    ----------
    mask
        Shape (nx, ny, nz); neighbours share a face.
    """
    from scipy import ndimage, sparse

    labels, count = ndimage.label(mask)
    if count == 0:
        return labels.astype(np.int32), 0
    pairs = []
    for axis in range(mask.ndim):
        first, last = np.take(labels, 0, axis), np.take(labels, -1, axis)
        both = (first > 0) & (last > 0)
        pairs.append(np.column_stack([first[both], last[both]]))
    joined = np.unique(np.concatenate(pairs), axis=0)
    graph = sparse.coo_matrix(
        (np.ones(len(joined)), (joined[:, 0], joined[:, 1])), shape=(count + 1, count + 1)
    )
    _, part = sparse.csgraph.connected_components(graph, directed=False)
    order = np.concatenate([[0], 1 + np.unique(part[1:], return_inverse=True)[1]]).astype(np.int32)
    return order[labels], int(order.max())
