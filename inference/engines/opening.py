"""The engine of a name, loaded when it is first asked for: one of the two may not be installed."""

from typing import Protocol

from inference.engines.choice import DEFAULT_ENGINE, ENGINE_NAMES
from inference.engines.engine import Engine
from inference.errors import EngineError


class OpenEngine(Protocol):
    """Loads a whole ONNX file; ModelError where the library cannot."""

    def __call__(self, content: bytes, *, threads: int = 1, callers: int = 1) -> Engine:
        """Load `content`: `threads` within one run, `callers` threads that run it at a time."""
        ...


def engine_called(name: str) -> OpenEngine:
    """The engine called `name`, one of `ENGINE_NAMES`; "openvino" needs the extra of that name.

    Raises
    ------
    EngineError
        There is no such engine, or it is not installed.

    Examples
    --------
    >>> engine_called("tensorflow")
    Traceback (most recent call last):
    ...
    inference.errors.EngineError: no engine 'tensorflow'; known: onnxruntime, openvino

    """
    if name not in ENGINE_NAMES:
        raise EngineError(f"no engine {name!r}; known: {', '.join(ENGINE_NAMES)}")
    # Deferred: each takes a tenth of a second to load, and the second may not be installed.
    if name == DEFAULT_ENGINE:
        from inference.engines.with_onnxruntime import OnnxruntimeEngine  # noqa: PLC0415

        return OnnxruntimeEngine
    try:
        from inference.engines.with_openvino import OpenvinoEngine  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise EngineError(
            "the engine openvino is not installed: pip install 'blemish[openvino]'"
        ) from error
    return OpenvinoEngine
