"""What runs a model: one interface, so that a faster library can take the place of another."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """An input or output as the model file describes it.

    Attributes
    ----------
    name
        In the graph.
    is_float
        Whether its values are float32.
    shape
        A side that is not fixed is None.

    """

    name: str
    is_float: bool
    shape: tuple[int | None, ...]

    def __str__(self) -> str:
        """As a message names it."""
        sides = ", ".join("?" if side is None else str(side) for side in self.shape)
        return f"{self.name!r}, {'float32' if self.is_float else 'another type'} ({sides})"


class Engine(Protocol):
    """A model file that is loaded and can be run from several threads at a time."""

    @property
    def inputs(self) -> tuple[TensorInfo, ...]:
        """What it takes."""
        ...

    @property
    def outputs(self) -> tuple[TensorInfo, ...]:
        """What it gives."""
        ...

    def run(self, images: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """The first output for one batch (N, C, H, W) of the first input.

        Raises
        ------
        ModelError
            The library could not run the model on it.

        """
        ...
