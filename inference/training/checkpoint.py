"""A run on disk, so that a kill costs minutes: after it, the same run goes on to the same end."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, Final

import torch

from inference.training.errors import TrainingError
from inference.training.whole_files import whole_file

_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A run as it was between two steps.

    Attributes
    ----------
    identity
        `TrainSettings.identity` of the run, and under "data" the hash of its images.
    state
        Weights, average, optimiser, generator, position and log: plain values and tensors.

    """

    identity: dict[str, Any]
    state: dict[str, Any]


def checkpoint_path(folder: Path, name: str) -> Path:
    """Where the run that makes model `name` in `folder` keeps itself."""
    return folder / f"{name}.checkpoint"


def write_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Replace the file at `path` at once."""
    content = {
        "format": _FORMAT,
        "identity": json.dumps(checkpoint.identity),
        "state": checkpoint.state,
    }
    with whole_file(path) as partial:
        torch.save(content, partial)


def read_checkpoint(path: Path, expected: Mapping[str, Any]) -> Checkpoint | None:
    """The run kept at `path`; None where there is none.

    Parameters
    ----------
    path
        As `checkpoint_path`.
    expected
        What the run's identity must hold.

    Raises
    ------
    TrainingError
        The file is no checkpoint, or one of another run.

    """
    if not path.exists():
        return None
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
        if content["format"] != _FORMAT:
            raise TrainingError(
                f"{path} has the checkpoint format {content['format']!r}, not {_FORMAT}: "
                "start the run afresh with --restart"
            )
        found = Checkpoint(json.loads(content["identity"]), content["state"])
    except (
        OSError,
        EOFError,
        KeyError,
        TypeError,
        ValueError,
        RuntimeError,
        UnpicklingError,
    ) as error:
        raise TrainingError(
            f"{path} is no checkpoint that can be read ({type(error).__name__}): "
            "start the run afresh with --restart"
        ) from error
    _refuse_another(path, found.identity, expected)
    return found


def _refuse_another(path: Path, found: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    different = [
        f"{key} {found.get(key)} there, {wanted} here"
        for key, wanted in expected.items()
        if found.get(key) != wanted
    ]
    if different:
        raise TrainingError(
            f"{path} keeps another run ({'; '.join(different)}): give its options to go on with "
            "it, --restart to drop it, or another --out"
        )
