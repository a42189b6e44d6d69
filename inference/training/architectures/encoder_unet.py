"""A U-Net around an encoder that was made to classify photographs."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from inference.classes import CLASS_NAMES
from inference.training.architectures.fast import ConvBlock
from inference.training.architectures.prior import start_at_prior

_DECODER = (256, 128, 64, 32, 16)
_DIVISOR = 32


class EncoderUNet(nn.Module):
    """U-Net with the decoder of segmentation-models-pytorch: nearest neighbours, two convolutions.

    Parameters
    ----------
    encoder
        Gives five sets of features, the finest, at half the resolution, first.
    channels
        Of these features.
    centre
        Put two convolutions at the deepest level, as that library does with VGG.

    """

    def __init__(self, encoder: nn.Module, channels: Sequence[int], *, centre: bool) -> None:
        super().__init__()
        self.encoder = encoder
        deepest = channels[-1]
        self.centre = ConvBlock(deepest, deepest) if centre else nn.Identity()
        skipped = [*reversed(channels[:-1]), 0]
        self.blocks = nn.ModuleList(
            ConvBlock(above + joined, below)
            for (above, below), joined in zip(pairwise((deepest, *_DECODER)), skipped, strict=True)
        )
        self.head = nn.Conv2d(_DECODER[-1], len(CLASS_NAMES), 3, padding=1)
        start_at_prior(self.head)

    def forward(self, image: Tensor) -> Tensor:
        """Logits (N, 3, H, W) of normalised images (N, 2, H, W); sides multiples of 16."""
        height, width = image.shape[-2:]
        # The encoder halves five times, one time more than a side is sure to stand.
        filled = F.pad(image, (0, -width % _DIVISOR, 0, -height % _DIVISOR))
        seen = self.encoder(filled)
        features = self.centre(seen.pop())
        for block in self.blocks:
            features = F.interpolate(features, scale_factor=2.0, mode="nearest")
            if seen:
                features = torch.cat((features, seen.pop()), dim=1)
            features = block(features)
        logits: Tensor = self.head(features)[..., :height, :width]
        return logits
