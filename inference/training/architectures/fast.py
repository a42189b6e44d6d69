"""The fast segmentation network: a small U-Net that never works at full resolution."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from inference.classes import CLASS_NAMES
from inference.normalise import INPUT_CHANNELS
from inference.training.architectures.prior import CLASS_PRIOR, start_at_prior


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


class Context(nn.Module):
    """Two dilated convolutions around a shortcut: each place sees some 100 px around it.

    A dark corner is told from a stain, and the pieces of a faded scratch from specks, by what
    lies further away than a few convolutions reach.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.near = nn.Conv2d(channels, channels, 3, padding=2, dilation=2, bias=False)
        self.near_norm = nn.BatchNorm2d(channels)
        self.far = nn.Conv2d(channels, channels, 3, padding=4, dilation=4, bias=False)
        self.far_norm = nn.BatchNorm2d(channels)
        self.active = nn.ReLU(inplace=True)

    def forward(self, features: Tensor) -> Tensor:
        """Features (N, C, H, W) with their surroundings mixed in, same shape."""
        inner = self.active(self.near_norm(self.near(features)))
        mixed: Tensor = self.active(features + self.far_norm(self.far(inner)))
        return mixed


class UpBlock(nn.Module):
    """Double the resolution, join what the encoder saw there, convolve."""

    def __init__(self, channels_in: int, channels_skipped: int, channels_out: int) -> None:
        super().__init__()
        self.up = nn.ConvTranspose2d(channels_in, channels_out, 2, stride=2)
        self.block = ConvBlock(channels_out + channels_skipped, channels_out)

    def forward(self, deep: Tensor, skipped: Tensor) -> Tensor:
        """Join `deep` (N, in, H, W) and `skipped` (N, skipped, 2H, 2W): (N, out, 2H, 2W)."""
        joined: Tensor = self.block(torch.cat((self.up(deep), skipped), dim=1))
        return joined


class FastUNet(nn.Module):
    """U-Net with a stride-2 stem, three further levels and a transposed convolution as head.

    At 320 × 320 and the default width it takes 2.6 GFLOP. Half the resolution costs a quarter,
    and defects are at least 5 px wide; the channels grow faster than twofold per level, since
    those at half resolution cost most of the time and carry the least meaning.

    Parameters
    ----------
    width
        Channels at half resolution.
    prior
        Share of pixels of each class: the head starts out with these probabilities, so that
        the first steps are not spent on learning that most of a surface is background.

    """

    def __init__(self, *, width: int = 16, prior: Sequence[float] = CLASS_PRIOR) -> None:
        super().__init__()
        classes = len(CLASS_NAMES)
        quarter, eighth, deepest = 5 * width // 2, 5 * width, 10 * width
        self.stem = ConvBlock(INPUT_CHANNELS, width, stride=2)
        self.down1 = ConvBlock(width, quarter)
        self.down2 = ConvBlock(quarter, eighth)
        self.down3 = ConvBlock(eighth, deepest)
        self.context = Context(deepest)
        self.pool = nn.MaxPool2d(2)
        self.up3 = UpBlock(deepest, eighth, 4 * width)
        self.up2 = UpBlock(4 * width, quarter, 2 * width)
        self.up1 = UpBlock(2 * width, width, width)
        self.head = nn.ConvTranspose2d(width, classes, 4, stride=2, padding=1)
        start_at_prior(self.head, prior)

    def forward(self, image: Tensor) -> Tensor:
        """Logits (N, 3, H, W) of normalised images (N, 2, H, W); sides multiples of 16."""
        half = self.stem(image)
        quarter = self.down1(self.pool(half))
        eighth = self.down2(self.pool(quarter))
        deepest = self.context(self.down3(self.pool(eighth)))
        up = self.up2(self.up3(deepest, eighth), quarter)
        logits: Tensor = self.head(self.up1(up, half))
        return logits
