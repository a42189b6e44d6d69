"""How the last layer starts: with the class shares of real surfaces."""

import math
from collections.abc import Sequence
from typing import Final

import torch
from torch import nn

# Share of background, scratch and stain pixels on real surfaces.
CLASS_PRIOR: Final = (0.973, 0.012, 0.015)
# A class must not start out as impossible.
_LEAST = 1e-3


def start_at_prior(head: nn.Module, prior: Sequence[float] = CLASS_PRIOR) -> None:
    """Have `head`, a convolution with a bias, give the probabilities `prior` everywhere, nearly.

    So the first steps are not spent on learning that most of a surface is background.
    """
    with torch.no_grad():
        head.get_parameter("weight").mul_(0.1)
    set_prior(head, prior)


def set_prior(head: nn.Module, prior: Sequence[float]) -> None:
    """Have `head` lean towards each class by its share of the pixels."""
    logits = [math.log(max(share, _LEAST)) for share in prior]
    with torch.no_grad():
        head.get_parameter("bias").copy_(torch.tensor(logits))
