"""The study's U-Net: five levels at full resolution, half the filters of the original."""

from itertools import pairwise

from torch import Tensor, nn

from inference.classes import CLASS_NAMES
from inference.normalise import INPUT_CHANNELS
from inference.training.architectures.fast import ConvBlock, UpBlock
from inference.training.architectures.prior import start_at_prior


class PlainUNet(nn.Module):
    """U-Net (Ronneberger et al. 2015, doi 10.1007/978-3-319-24574-4_28) with batch norm.

    With 32 channels at full resolution and 512 at the deepest of five levels, which is half of
    the original's, it is the smallest net of the study (Yang et al. 2022, doi
    10.1109/TIM.2022.3188033): 7.8 million weights, 38 GFLOP at 320 × 320.

    Parameters
    ----------
    width
        Channels at full resolution; each further level has twice as many.

    """

    def __init__(self, *, width: int = 32) -> None:
        super().__init__()
        channels = [width << level for level in range(5)]
        self.stem = ConvBlock(INPUT_CHANNELS, width)
        self.downs = nn.ModuleList(ConvBlock(shallow, deep) for shallow, deep in pairwise(channels))
        self.pool = nn.MaxPool2d(2)
        self.ups = nn.ModuleList(
            UpBlock(deep, shallow, shallow) for shallow, deep in reversed(list(pairwise(channels)))
        )
        self.head = nn.Conv2d(width, len(CLASS_NAMES), 1)
        start_at_prior(self.head)

    def forward(self, image: Tensor) -> Tensor:
        """Logits (N, 3, H, W) of normalised images (N, 2, H, W); sides multiples of 16."""
        seen = [self.stem(image)]
        for down in self.downs:
            seen.append(down(self.pool(seen[-1])))
        features = seen.pop()
        for up in self.ups:
            features = up(features, seen.pop())
        logits: Tensor = self.head(features)
        return logits
