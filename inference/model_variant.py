"""The engine a model is measured with is part of the model: it stands in the file, and in its id.

Two libraries may differ in the last digit of a probability, and in 8 bits by a step of 255 that
moves the edge of a defect. So a model that runs by another library than the usual one is a file of
its own, equal but for two words of its contract: what it measured can be measured again by the same
library, and its numbers never continue the limits of the other.
"""

from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Final

from inference.engines.choice import DEFAULT_ENGINE, DEFAULT_PRECISION, Precision
from inference.errors import ModelError
from inference.model_file import read_model
from inference.model_metadata import contract_of, read_metadata, with_contract
from inference.segmenter import default_model_path

_TWIN_END: Final = "_int8"


@dataclass(frozen=True, slots=True)
class ModelVariant:
    """A model as one engine runs it.

    Attributes
    ----------
    path
        The file it was read from.
    content
        The file that measures: that one, or a copy whose contract names the engine.

    """

    path: Path
    content: bytes

    @property
    def model_id(self) -> str:
        """SHA-256 of the content, as 64 hexadecimal digits."""
        return sha256(self.content).hexdigest()

    @property
    def name(self) -> str:
        """What people call it; ModelError where the file has no contract."""
        return contract_of(read_metadata(self.content)).name


def model_variant(path: Path, engine: str) -> ModelVariant:
    """The model file `path` as `engine` runs it.

    Parameters
    ----------
    path
        An ONNX file with a contract.
    engine
        One of `inference.engines.choice.ENGINE_NAMES`; what the file itself names does not count.

    Raises
    ------
    ModelError
        The file cannot be read, or another engine than the usual one is asked for and it is no
        model with a contract.

    Examples
    --------
    >>> shipped = default_model_path()
    >>> model_variant(shipped, "onnxruntime").content == shipped.read_bytes()
    True
    >>> model_variant(shipped, "openvino").name
    'heat_sink_fast_openvino'

    """
    content = read_model(path)
    try:
        contract = contract_of(read_metadata(content))
    except ModelError as error:
        if engine == DEFAULT_ENGINE:
            # Nothing to change; what is wrong with the file is told where it is loaded.
            return ModelVariant(path, content)
        raise ModelError(f"{path}: {error}") from error
    if contract.engine == engine:
        return ModelVariant(path, content)
    name = contract.name.removesuffix(f"_{contract.engine}")
    if engine != DEFAULT_ENGINE:
        name = f"{name}_{engine}"
    return ModelVariant(path, with_contract(content, replace(contract, name=name, engine=engine)))


def in_precision(model: Path | None, precision: Precision = DEFAULT_PRECISION) -> Path:
    """The file of a model in a precision: itself, or its 8-bit twin `NAME_int8.onnx` beside it.

    Parameters
    ----------
    model
        The file in float32 or its twin; None: the model that is shipped with the package.
    precision
        "fp32" or "int8".

    Raises
    ------
    ModelError
        There is no such file beside the other.

    Examples
    --------
    >>> in_precision(None, "int8").name
    'heat_sink_fast_int8.onnx'

    """
    if model is None:
        return default_model_path(precision)
    if precision == DEFAULT_PRECISION or model.stem.endswith(_TWIN_END):
        return model
    twin = model.with_name(f"{model.stem}{_TWIN_END}{model.suffix}")
    if not twin.is_file():
        raise ModelError(
            f"there is no {twin}, the 8-bit twin of {model.name}; `blemish train --int8` writes it "
            'beside the model; or set [inference] precision = "fp32"'
        )
    return twin
