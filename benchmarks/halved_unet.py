"""The reference method's network: U-Net with half the filters, as the published study describes it."""

import time

import torch
from torch import Tensor, nn

FILTERS = (32, 64, 128, 256, 512)


def _double_convolution(channels_in: int, channels_out: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(channels_in, channels_out, 3, padding=1),
        nn.BatchNorm2d(channels_out),
        nn.ReLU(inplace=True),
        nn.Conv2d(channels_out, channels_out, 3, padding=1),
        nn.BatchNorm2d(channels_out),
        nn.ReLU(inplace=True),
    )


class HalvedUNet(nn.Module):
    """Three colours in, three classes out; 37.7 GFLOP at 320 x 320. Untrained: for its speed only."""

    def __init__(self) -> None:
        super().__init__()
        encoder_inputs = (3, *FILTERS[:-1])
        self.encoder = nn.ModuleList(map(_double_convolution, encoder_inputs, FILTERS))
        self.pool = nn.MaxPool2d(2)
        narrowing = list(zip(FILTERS[:0:-1], FILTERS[-2::-1], strict=True))
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(wide, slim, 2, stride=2) for wide, slim in narrowing
        )
        self.decoder = nn.ModuleList(_double_convolution(wide, slim) for wide, slim in narrowing)
        self.head = nn.Conv2d(FILTERS[0], 3, 1)

    def forward(self, images: Tensor) -> Tensor:
        """Logits, shape (N, 3, H, W), of images of shape (N, 3, H, W); sides multiples of 16."""
        skipped = []
        features = images
        for level, block in enumerate(self.encoder):
            features = block(self.pool(features) if level else features)
            skipped.append(features)
        skipped.pop()
        for up, block in zip(self.up, self.decoder, strict=True):
            features = block(torch.cat((skipped.pop(), up(features)), dim=1))
        logits: Tensor = self.head(features)
        return logits


class Reference:
    """The network ready to be timed: eager mode, float32, one image at a time, no decoding."""

    def __init__(self, *, side: int, threads: int) -> None:
        torch.set_num_threads(threads)
        self._network = HalvedUNet().eval()
        self._image = torch.zeros(1, 3, side, side)

    def images_per_second(self, n: int) -> float:
        """Segment `n` images, one after the other."""
        with torch.inference_mode():
            started = time.perf_counter()
            for _ in range(n):
                self._network(self._image).argmax(dim=1)
        return n / (time.perf_counter() - started)
