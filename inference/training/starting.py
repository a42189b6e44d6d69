"""What is known of a model file that a run starts from; free of torch."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from inference.model_contract import ModelContract
from inference.model_file import load_model
from inference.model_metadata import read_metadata

ARCHITECTURE_KEY: Final = "blemish_architecture"


@dataclass(frozen=True, slots=True)
class StartingModel:
    """A model to go on from.

    Attributes
    ----------
    path
        Its file.
    model_id
        SHA-256 of the file.
    contract
        Where the choice of thresholds starts, and the size that images are scaled to.
    arch
        Name of its architecture; None in a file that does not tell.

    """

    path: Path
    model_id: str
    contract: ModelContract
    arch: str | None


def read_starting_model(path: Path) -> StartingModel:
    """Load the model at `path` and hold it to its contract.

    Raises
    ------
    ModelError
        The file is missing, damaged or breaks the contract: other classes, for one.

    """
    loaded = load_model(path)
    metadata = read_metadata(path.read_bytes())
    return StartingModel(path, loaded.model_id, loaded.contract, metadata.get(ARCHITECTURE_KEY))
