"""What runs a model: one interface, so that a faster library can take the place of another."""

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from inference.errors import ModelError

DEFAULT_ENGINE: Final = "onnxruntime"
ENGINE_NAMES: Final = (DEFAULT_ENGINE, "openvino")


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


class OpenEngine(Protocol):
    """Loads a whole ONNX file; ModelError where the library cannot."""

    def __call__(self, content: bytes, *, threads: int = 1, callers: int = 1) -> Engine:
        """Load `content`: `threads` within one run, `callers` threads that run it at a time."""
        ...


def engine_called(name: str) -> OpenEngine:
    """The engine called `name`, one of `ENGINE_NAMES`; "openvino" needs the extra of that name.

    Raises
    ------
    ModelError
        There is no such engine, or it is not installed.

    Examples
    --------
    >>> engine_called("tensorflow")
    Traceback (most recent call last):
    ...
    inference.errors.ModelError: no engine 'tensorflow'; known: onnxruntime, openvino

    """
    if name not in ENGINE_NAMES:
        raise ModelError(f"no engine {name!r}; known: {', '.join(ENGINE_NAMES)}")
    # Deferred: each takes a tenth of a second to load, and the second may not be installed.
    if name == DEFAULT_ENGINE:
        from inference.engines.with_onnxruntime import OnnxruntimeEngine  # noqa: PLC0415

        return OnnxruntimeEngine
    try:
        from inference.engines.with_openvino import OpenvinoEngine  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ModelError(
            "the engine openvino is not installed: pip install 'blemish[openvino]'"
        ) from error
    return OpenvinoEngine
