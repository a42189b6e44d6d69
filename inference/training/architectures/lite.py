"""The lite network: an EfficientNet-Lite0 encoder cut at 1/16 under a narrow decoder."""

from torch import Tensor, nn
from torch.nn import functional as F

from inference.classes import CLASS_NAMES
from inference.normalise import INPUT_CHANNELS
from inference.training.architectures.fast import UpBlock
from inference.training.architectures.prior import start_at_prior

# Expansion, kernel, stride, channels and repetitions of each stage up to 1/16.
_STAGES = (
    (1, 3, 1, 16, 1),
    (6, 3, 2, 24, 2),
    (6, 5, 2, 40, 2),
    (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3),
)
_EPSILON, _MOMENTUM = 1e-3, 0.01


class SameConv(nn.Conv2d):
    """A convolution padded as TensorFlow pads even sides: at stride 2 more at the far end."""

    def __init__(
        self, channels_in: int, channels_out: int, kernel: int, *, stride: int = 1, groups: int = 1
    ) -> None:
        super().__init__(
            channels_in, channels_out, kernel, stride=stride, groups=groups, bias=False
        )
        missing = kernel - stride
        self._around = (missing // 2, missing - missing // 2) * 2

    def forward(self, features: Tensor) -> Tensor:
        """Features (N, in, H, W) to (N, out, H / stride, W / stride)."""
        return super().forward(F.pad(features, self._around) if any(self._around) else features)


class InvertedBlock(nn.Module):
    """Widen, convolve each channel, narrow again, around a shortcut where the shapes allow.

    The names of its layers are those of the published weights.
    """

    def __init__(
        self, channels_in: int, channels_out: int, *, expansion: int, kernel: int, stride: int
    ) -> None:
        super().__init__()
        wide = expansion * channels_in
        self._expand_conv: nn.Module = nn.Identity()
        self._bn0: nn.Module = nn.Identity()
        if expansion != 1:
            self._expand_conv = SameConv(channels_in, wide, 1)
            self._bn0 = _norm(wide)
        self._depthwise_conv = SameConv(wide, wide, kernel, stride=stride, groups=wide)
        self._bn1 = _norm(wide)
        self._project_conv = SameConv(wide, channels_out, 1)
        self._bn2 = _norm(channels_out)
        self._active = nn.ReLU6()
        self._widens = expansion != 1
        self._shortcut = stride == 1 and channels_in == channels_out

    def forward(self, features: Tensor) -> Tensor:
        """Features (N, in, H, W) to (N, out, H / stride, W / stride)."""
        inner = features
        if self._widens:
            inner = self._active(self._bn0(self._expand_conv(inner)))
        inner = self._active(self._bn1(self._depthwise_conv(inner)))
        inner = self._bn2(self._project_conv(inner))
        joined: Tensor = features + inner if self._shortcut else inner
        return joined


class Lite0Encoder(nn.Module):
    """EfficientNet-Lite0 (Tan and Le 2019, arXiv 1905.11946; the variant without gates) to 1/16."""

    def __init__(self) -> None:
        super().__init__()
        self._conv_stem = SameConv(INPUT_CHANNELS, 32, 3, stride=2)
        self._bn0 = _norm(32)
        self._active = nn.ReLU6()
        blocks, channels_in = [], 32
        for expansion, kernel, stride, channels, repetitions in _STAGES:
            for repetition in range(repetitions):
                blocks.append(
                    InvertedBlock(
                        channels_in,
                        channels,
                        expansion=expansion,
                        kernel=kernel,
                        stride=1 if repetition else stride,
                    )
                )
                channels_in = channels
        self._blocks = nn.ModuleList(blocks)

    def forward(self, image: Tensor) -> list[Tensor]:
        """Features of `image` with 16, 24, 40, 112 channels at 1/2, 1/4, 1/8, 1/16."""
        features = self._active(self._bn0(self._conv_stem(image)))
        seen = []
        for number, block in enumerate(self._blocks):
            features = block(features)
            # The last blocks of their resolution: after them it is halved, or the encoder ends.
            if number in {0, 2, 4, 10}:
                seen.append(features)
        return seen


class LiteUNet(nn.Module):
    """The encoder under a decoder of 48, 32 and 16 channels and a transposed convolution."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = Lite0Encoder()
        self.up3 = UpBlock(112, 40, 48)
        self.up2 = UpBlock(48, 24, 32)
        self.up1 = UpBlock(32, 16, 16)
        self.head = nn.ConvTranspose2d(16, len(CLASS_NAMES), 4, stride=2, padding=1)
        start_at_prior(self.head)

    def forward(self, image: Tensor) -> Tensor:
        """Logits (N, 3, H, W) of normalised images (N, 2, H, W); sides multiples of 16."""
        half, quarter, eighth, deepest = self.encoder(image)
        logits: Tensor = self.head(self.up1(self.up2(self.up3(deepest, eighth), quarter), half))
        return logits


def _norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=_EPSILON, momentum=_MOMENTUM)
