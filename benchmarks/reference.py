"""What the ratios are taken to: the published study's chosen network, in eager PyTorch."""

import time

import torch

from inference.training.architectures.registry import build

REFERENCE = "unet-resnet50"


class Reference:
    """The network alone: float32, one image at a time, nothing read, decided or written."""

    def __init__(self, *, side: int, threads: int) -> None:
        torch.set_num_threads(threads)
        self._network = build(REFERENCE).eval()
        self._image = torch.zeros(1, 2, side, side)

    def images_per_second(self, n: int) -> float:
        """Segment `n` images, one after the other."""
        with torch.inference_mode():
            started = time.perf_counter()
            for _ in range(n):
                self._network(self._image)
        return n / (time.perf_counter() - started)
