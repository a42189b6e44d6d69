"""The light network: Ghost modules and squeeze-excitation, after GSLU-Net."""

from itertools import pairwise

import torch
from torch import Tensor, nn

from inference.classes import CLASS_NAMES
from inference.normalise import INPUT_CHANNELS
from inference.training.architectures.prior import start_at_prior

_SQUEEZED = 4


class Ghost(nn.Module):
    """Half the channels by convolution, the other half from these by a cheap one each.

    Han et al. 2020, "GhostNet: more features from cheap operations", arXiv 1911.11907.
    """

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        half = channels_out // 2
        self.primary = nn.Sequential(
            nn.Conv2d(channels_in, half, 3, padding=1, bias=False),
            nn.BatchNorm2d(half),
            nn.ReLU(inplace=True),
        )
        self.cheap = nn.Sequential(
            nn.Conv2d(half, half, 3, padding=1, groups=half, bias=False),
            nn.BatchNorm2d(half),
            nn.ReLU(inplace=True),
        )

    def forward(self, features: Tensor) -> Tensor:
        """Features (N, in, H, W) to (N, out, H, W)."""
        primary = self.primary(features)
        return torch.cat((primary, self.cheap(primary)), dim=1)


class SqueezeExcitation(nn.Module):
    """Each channel times a factor that depends on the means of all (Hu et al. 2018)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.gate = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),
            nn.Conv2d(channels, max(channels // _SQUEEZED, 4), 1),
            nn.ReLU(inplace=True),
            nn.Conv2d(max(channels // _SQUEEZED, 4), channels, 1),
            nn.Sigmoid(),
        )

    def forward(self, features: Tensor) -> Tensor:
        """Features (N, C, H, W), same shape."""
        weighed: Tensor = features * self.gate(features)
        return weighed


class GhostBlock(nn.Sequential):
    """Two Ghost modules and a squeeze-excitation."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__(
            Ghost(channels_in, channels_out),
            Ghost(channels_out, channels_out),
            SqueezeExcitation(channels_out),
        )


class LightUNet(nn.Module):
    """U-Net of three levels and a bottom, at full resolution, of Ghost blocks.

    After the light net that a later work on the same surfaces proposed (GSLU-Net, about 276,000
    weights); the published text leaves widths open, so they are chosen here to meet that number.

    Parameters
    ----------
    width
        Channels at full resolution, a multiple of 4; each further level has twice as many.

    """

    def __init__(self, *, width: int = 16) -> None:
        super().__init__()
        channels = [width << level for level in range(4)]
        self.stem = GhostBlock(INPUT_CHANNELS, width)
        steps = list(pairwise(channels))
        self.downs = nn.ModuleList(GhostBlock(shallow, deep) for shallow, deep in steps)
        self.pool = nn.MaxPool2d(2)
        self.grow = nn.Upsample(scale_factor=2.0, mode="nearest")
        self.ups = nn.ModuleList(
            GhostBlock(deep + shallow, shallow) for shallow, deep in reversed(steps)
        )
        self.head = nn.Conv2d(width, len(CLASS_NAMES), 1)
        start_at_prior(self.head)

    def forward(self, image: Tensor) -> Tensor:
        """Logits (N, 3, H, W) of normalised images (N, 2, H, W); sides multiples of 8."""
        seen = [self.stem(image)]
        for down in self.downs:
            seen.append(down(self.pool(seen[-1])))
        features = seen.pop()
        for up in self.ups:
            features = up(torch.cat((self.grow(features), seen.pop()), dim=1))
        logits: Tensor = self.head(features)
        return logits
