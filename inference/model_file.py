"""Loads an ONNX model and holds it to its contract before the first image.

The session is made from the very bytes that were hashed: a file swapped afterwards cannot be used
under the old identity.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from inference.classes import CLASS_NAMES
from inference.engines.choice import DEFAULT_ENGINE
from inference.engines.engine import Engine, TensorInfo
from inference.engines.opening import engine_called
from inference.errors import ModelError
from inference.golden import GOLDEN_KEY, check_golden
from inference.model_contract import INPUT_NAME, OUTPUT_NAME, ModelContract
from inference.model_metadata import contract_of, read_metadata
from inference.normalise import INPUT_CHANNELS

# How a tensor names a file of its own: the key "location" as a protobuf string field, in every
# length and tag encoding a parser accepts. Such a file could lie outside the model's folder.
_EXTERNAL_DATA: Final = re.compile(rb"(?:\n|\x8a\x80*\x00)(?:\x08|\x88\x80*\x00)location")
_TRIAL_SIDE: Final = 64
# Quantised probabilities are rounded to about 1/256 each.
_SUM_TOLERANCE: Final = 0.02


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model ready to run, with its identity and contract.

    Attributes
    ----------
    engine
        What runs it.
    contract
        From the file's metadata.
    model_id
        SHA-256 of the file, as 64 hexadecimal digits.
    engine_name
        What runs it, as `inference.engines.choice.ENGINE_NAMES` has it.

    """

    engine: Engine
    contract: ModelContract
    model_id: str
    engine_name: str

    def run(self, planes: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Probabilities, shape (3, H, W), of normalised planes, shape (2, H, W)."""
        try:
            probabilities = self.engine.run(planes[np.newaxis])
        except ModelError as error:
            raise ModelError(
                f"the model {self.contract.name!r} failed on an input of {planes.shape}: {error}"
            ) from error
        expected = (1, len(CLASS_NAMES), *planes.shape[1:])
        if probabilities.shape != expected:
            raise ModelError(
                f"the model {self.contract.name!r} returned {probabilities.shape}, not {expected}"
            )
        return probabilities.reshape(expected[1:])


def load_model(
    model_path: Path, *, threads: int = 1, engine: str | None = None, callers: int = 1
) -> LoadedModel:
    """Read, check and try a model.

    Parameters
    ----------
    model_path
        An ONNX file without external data.
    threads
        Threads within an operator. Two workers with one thread each are faster than one with two.
    engine
        What runs it: one of `inference.engines.choice.ENGINE_NAMES`; None: what the file says.
    callers
        How many threads will use it at a time.

    Raises
    ------
    EngineError
        There is no such engine here.
    ModelError
        The file is missing, damaged, keeps data outside itself, breaks the contract, or sees in
        its golden images something else than at its export.

    """
    content = read_model(model_path)
    if _EXTERNAL_DATA.search(content):
        raise ModelError(
            f"{model_path} keeps weights in another file; export it again as a single file"
        )
    unusable = f"{model_path} ({len(content)} bytes) is no ONNX model that can be run"
    try:
        metadata = read_metadata(content)
    except ModelError as error:
        raise ModelError(f"{unusable}: {error}") from error
    try:
        contract = contract_of(metadata)
    except ModelError as error:
        # A file that no library reads either is no model; that says more than what it lacks.
        _opened(content, unusable, engine or DEFAULT_ENGINE, threads, callers)
        raise ModelError(f"{model_path}: {error}") from error
    engine_name = engine or contract.engine
    opened = _opened(content, unusable, engine_name, threads, callers)
    try:
        _check_tensor("input", opened.inputs, INPUT_NAME, INPUT_CHANNELS)
        _check_tensor("output", opened.outputs, OUTPUT_NAME, len(contract.classes))
        model = LoadedModel(opened, contract, hashlib.sha256(content).hexdigest(), engine_name)
        _try_out(model)
        if GOLDEN_KEY in metadata:
            check_golden(metadata[GOLDEN_KEY], model.run)
    except ModelError as error:
        raise ModelError(f"{model_path}: {error}") from error
    return model


def read_model(model_path: Path) -> bytes:
    """The bytes of a model file; ModelError where they cannot be read."""
    try:
        return model_path.read_bytes()
    except OSError as error:
        raise ModelError(
            f"no readable model at {model_path} ({error.strerror}); name one with `model` "
            "in the settings or --model"
        ) from error


def _opened(content: bytes, unusable: str, engine: str, threads: int, callers: int) -> Engine:
    open_engine = engine_called(engine)
    try:
        return open_engine(content, threads=threads, callers=callers)
    except ModelError as error:
        raise ModelError(f"{unusable}: {error}") from error


def _check_tensor(role: str, tensors: tuple[TensorInfo, ...], name: str, channels: int) -> None:
    """Refuse a model whose only input or output is not float32 (N, channels, H, W)."""
    right = [
        tensor.name == name
        and tensor.is_float
        and len(tensor.shape) == 4
        and tensor.shape[1] == channels
        for tensor in tensors
    ]
    if right != [True]:
        raise ModelError(
            f"the model's {role} must be {name!r}, float32 (N, {channels}, H, W), got "
            + (", ".join(map(str, tensors)) or "none")
        )


def _try_out(model: LoadedModel) -> None:
    """Refuse a model whose output on an even surface is not a probability per class."""
    planes = np.zeros((INPUT_CHANNELS, _TRIAL_SIDE, _TRIAL_SIDE), dtype=np.float32)
    probabilities = model.run(planes)
    total = probabilities.sum(axis=0)
    # Written so that NaN fails it, too.
    if not (probabilities.min() >= 0 and np.abs(total - 1).max() <= _SUM_TOLERANCE):
        raise ModelError(
            "the model's output is no probability: over the classes it sums to "
            f"{total.min():.3g} to {total.max():.3g} on an even surface"
        )
