"""All networks under one roof: a name, a line about it, and how it is built."""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from torch import nn

from inference.training.architectures.encoder_unet import EncoderUNet
from inference.training.architectures.fast import FastUNet
from inference.training.architectures.light import LightUNet
from inference.training.architectures.lite import LiteUNet
from inference.training.architectures.plain_unet import PlainUNet
from inference.training.architectures.resnet50 import ResNet50Encoder
from inference.training.architectures.vgg16 import Vgg16Encoder
from inference.training.errors import TrainingError


@dataclass(frozen=True, slots=True)
class Architecture:
    """A network that can be trained.

    Attributes
    ----------
    name
        As `blemish train --arch` takes it.
    summary
        What it is, in a line.
    build
        Makes it with fresh weights. All take normalised images (N, 2, H, W) with sides that are
        multiples of 16, give logits (N, 3, H, W), and end in a layer `head` with a bias.

    """

    name: str
    summary: str
    build: Callable[[], nn.Module]


def _resnet50() -> EncoderUNet:
    return EncoderUNet(ResNet50Encoder(), ResNet50Encoder.channels, centre=False)


def _vgg16() -> EncoderUNet:
    return EncoderUNet(Vgg16Encoder(), Vgg16Encoder.channels, centre=True)


ARCHITECTURES: Final[Mapping[str, Architecture]] = MappingProxyType(
    {
        entry.name: entry
        for entry in (
            Architecture(
                "fast", "U-Net with a stride-2 stem and a deconvolution as head", FastUNet
            ),
            Architecture(
                "lite", "EfficientNet-Lite0 encoder cut at 1/16, narrow decoder", LiteUNet
            ),
            Architecture(
                "light", "Ghost modules and squeeze-excitation, after GSLU-Net", LightUNet
            ),
            Architecture("unet-half", "the study's U-Net with half the filters", PlainUNet),
            Architecture("unet-resnet50", "the study's U-Net with a ResNet-50 encoder", _resnet50),
            Architecture("unet-vgg16", "the study's U-Net with a VGG-16 encoder", _vgg16),
        )
    }
)


def find(name: str) -> Architecture:
    """The architecture called `name`.

    Raises
    ------
    TrainingError
        There is none.

    Examples
    --------
    >>> find("fsat")
    Traceback (most recent call last):
    ...
    inference.training.errors.TrainingError: no architecture 'fsat'; did you mean fast?

    """
    if name not in ARCHITECTURES:
        near = difflib.get_close_matches(name, ARCHITECTURES, n=3, cutoff=0.4)
        hint = (
            f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(ARCHITECTURES)}"
        )
        raise TrainingError(f"no architecture {name!r}; {hint}")
    return ARCHITECTURES[name]


def build(name: str) -> nn.Module:
    """The network called `name` with fresh weights from torch's generator.

    Raises
    ------
    TrainingError
        There is no such network.

    """
    return find(name).build()
