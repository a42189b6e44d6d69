"""Which pixels of a class belong together: the pieces that are counted as one defect each."""

import cv2
import numpy as np
import numpy.typing as npt

Bounds = tuple[int, int, int, int]
"""Left, top, width and height, px."""


def labelled_pieces(members: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.int32], list[Bounds]]:
    """Number the connected pieces of `members`; pixels that touch at a corner belong together.

    Parameters
    ----------
    members : shape (H, W)

    Returns
    -------
    labels : shape (H, W)
        0 outside, else the number of the piece, from 1.
    bounds
        Upright bounds of piece 1, 2, …, as `inference.defects` measures them.

    Examples
    --------
    >>> labelled_pieces(np.array([[1, 0, 0, 1], [0, 1, 0, 0]]) == 1)[1]
    [(0, 0, 2, 2), (3, 0, 1, 1)]

    """
    _, labels, statistics, _ = cv2.connectedComponentsWithStats(
        members.astype(np.uint8), connectivity=8
    )
    bounds = [(left, top, wide, high) for left, top, wide, high, _ in statistics[1:].tolist()]
    return np.asarray(labels, dtype=np.int32), bounds
