"""VGG-16 as an encoder, its weights named as torchvision names them."""

from torch import Tensor, nn

from inference.normalise import INPUT_CHANNELS

_STAGES = ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512))


class Vgg16Encoder(nn.Module):
    """VGG-16 (Simonyan and Zisserman 2015, arXiv 1409.1556) without its classifier.

    Attributes
    ----------
    channels
        Of the features that `forward` gives, at 1/2, 1/4, 1/8, 1/16 and 1/32 of the resolution.

    """

    channels = (128, 256, 512, 512, 512)

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.ModuleList()
        channels_in = INPUT_CHANNELS
        for stage in _STAGES:
            for channels in stage:
                self.features.append(nn.Conv2d(channels_in, channels, 3, padding=1))
                self.features.append(nn.ReLU(inplace=True))
                channels_in = channels
            self.features.append(nn.MaxPool2d(2))
        for module in self.features:
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
                assert module.bias is not None
                nn.init.zeros_(module.bias)

    def forward(self, image: Tensor) -> list[Tensor]:
        """Features of `image` (N, 2, H, W), the finest first; sides multiples of 32."""
        seen = []
        features = image
        for module in self.features:
            if isinstance(module, nn.MaxPool2d):
                seen.append(features)
            features = module(features)
        # What precedes the first pooling has the full resolution: no level of the decoder joins it.
        return [*seen[1:], features]
