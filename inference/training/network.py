"""The fast segmentation network: a small U-Net that never works at full resolution."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from inference.classes import CLASS_NAMES
from inference.normalise import INPUT_CHANNELS

# Share of background, scratch and stain pixels on real surfaces.
CLASS_PRIOR = (0.973, 0.012, 0.015)


class ConvBlock(nn.Sequential):
    """Two 3 × 3 convolutions with batch norm; the first may halve the resolution."""

    def __init__(self, channels_in: int, channels_out: int, *, stride: int = 1) -> None:
        super().__init__(
            nn.Conv2d(channels_in, channels_out, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(channels_out),
            nn.ReLU(inplace=True),
            nn.Conv2d(channels_out, channels_out, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels_out),
            nn.ReLU(inplace=True),
        )


class UpBlock(nn.Module):
    """Double the resolution, join what the encoder saw there, convolve."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.up = nn.ConvTranspose2d(channels_in, channels_out, 2, stride=2)
        self.block = ConvBlock(2 * channels_out, channels_out)

    def forward(self, deep: Tensor, skipped: Tensor) -> Tensor:
        """Join `deep` (N, in, H, W) and `skipped` (N, out, 2H, 2W): (N, out, 2H, 2W)."""
        joined: Tensor = self.block(torch.cat((self.up(deep), skipped), dim=1))
        return joined


class FastUNet(nn.Module):
    """U-Net with a stride-2 stem, three further levels and a transposed convolution as head.

    At 320 × 320 and the default width it takes 4.2 GFLOP: half the resolution costs a quarter,
    and defects are at least 5 px wide.

    Parameters
    ----------
    width
        Channels at half resolution; each level below has twice as many.
    prior
        Share of pixels of each class: the head starts out with these probabilities, so that
        the first steps are not spent on learning that most of a surface is background.

    """

    def __init__(self, *, width: int = 24, prior: Sequence[float] = CLASS_PRIOR) -> None:
        super().__init__()
        classes = len(CLASS_NAMES)
        self.stem = ConvBlock(INPUT_CHANNELS, width, stride=2)
        self.down1 = ConvBlock(width, 2 * width)
        self.down2 = ConvBlock(2 * width, 4 * width)
        self.down3 = ConvBlock(4 * width, 8 * width)
        self.pool = nn.MaxPool2d(2)
        self.up3 = UpBlock(8 * width, 4 * width)
        self.up2 = UpBlock(4 * width, 2 * width)
        self.up1 = UpBlock(2 * width, width)
        self.head = nn.ConvTranspose2d(width, classes, 4, stride=2, padding=1)
        with torch.no_grad():
            self.head.weight.mul_(0.1)
            assert self.head.bias is not None
            self.head.bias.copy_(torch.tensor([math.log(share) for share in prior]))

    def forward(self, image: Tensor) -> Tensor:
        """Logits (N, 3, H, W) of normalised images (N, 2, H, W); sides multiples of 16."""
        half = self.stem(image)
        quarter = self.down1(self.pool(half))
        eighth = self.down2(self.pool(quarter))
        deepest = self.down3(self.pool(eighth))
        up = self.up2(self.up3(deepest, eighth), quarter)
        logits: Tensor = self.head(self.up1(up, half))
        return logits
