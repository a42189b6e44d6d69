"""ResNet-50 as an encoder, its weights named as torchvision names them."""

from torch import Tensor, nn

from inference.normalise import INPUT_CHANNELS

_EXPANSION = 4


class Bottleneck(nn.Module):
    """1 × 1, 3 × 3, 1 × 1 convolutions around a shortcut; the 3 × 3 may halve the resolution."""

    def __init__(self, channels_in: int, channels: int, *, stride: int) -> None:
        super().__init__()
        wide = _EXPANSION * channels
        self.conv1 = nn.Conv2d(channels_in, channels, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.conv3 = nn.Conv2d(channels, wide, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(wide)
        self.relu = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or channels_in != wide:
            self.downsample = nn.Sequential(
                nn.Conv2d(channels_in, wide, 1, stride=stride, bias=False), nn.BatchNorm2d(wide)
            )

    def forward(self, features: Tensor) -> Tensor:
        """Features (N, in, H, W) to (N, 4 · channels, H / stride, W / stride)."""
        inner = self.relu(self.bn1(self.conv1(features)))
        inner = self.relu(self.bn2(self.conv2(inner)))
        mixed: Tensor = self.relu(self.bn3(self.conv3(inner)) + self.downsample(features))
        return mixed


class ResNet50Encoder(nn.Module):
    """ResNet-50 (He et al. 2016, doi 10.1109/CVPR.2016.90) without its classifier.

    Attributes
    ----------
    channels
        Of the features that `forward` gives, at 1/2, 1/4, 1/8, 1/16 and 1/32 of the resolution.

    """

    channels = (64, 256, 512, 1024, 2048)

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(INPUT_CHANNELS, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.layer1 = _layer(64, 64, blocks=3, stride=1)
        self.layer2 = _layer(256, 128, blocks=4, stride=2)
        self.layer3 = _layer(512, 256, blocks=6, stride=2)
        self.layer4 = _layer(1024, 512, blocks=3, stride=2)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, image: Tensor) -> list[Tensor]:
        """Features of `image` (N, 2, H, W), the finest first; sides multiples of 32."""
        seen = [self.relu(self.bn1(self.conv1(image)))]
        features = self.maxpool(seen[0])
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            features = layer(features)
            seen.append(features)
        return seen


def _layer(channels_in: int, channels: int, *, blocks: int, stride: int) -> nn.Sequential:
    first = Bottleneck(channels_in, channels, stride=stride)
    others = (Bottleneck(_EXPANSION * channels, channels, stride=1) for _ in range(blocks - 1))
    return nn.Sequential(first, *others)
