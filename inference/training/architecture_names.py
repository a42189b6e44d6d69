"""Names of the networks, for code that must not load torch."""

from typing import Final

DEFAULT_ARCHITECTURE: Final = "fast"
ARCHITECTURE_NAMES: Final = (
    DEFAULT_ARCHITECTURE,
    "lite",
    "light",
    "unet-half",
    "unet-resnet50",
    "unet-vgg16",
)
