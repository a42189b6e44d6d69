"""How the learning rate moves over a run, and the moving average of the weights."""

import math

import torch
from torch import nn

_WARM_UP = 0.03
_AVERAGE_DECAY = 0.998


def rate_factor(done: float) -> float:
    """Factor on the learning rate: a short rise, then a cosine down to zero.

    Examples
    --------
    >>> rate_factor(0.03), round(rate_factor(0.515), 9), rate_factor(1.0)
    (1.0, 0.5, 0.0)

    """
    if done < _WARM_UP:
        return max(done / _WARM_UP, 0.02)
    return 0.5 * (1.0 + math.cos(math.pi * (done - _WARM_UP) / (1.0 - _WARM_UP)))


def move_average(average: nn.Module, network: nn.Module, step: int) -> None:
    """Move each averaged weight a little towards its present value, after step `step` from 0."""
    # Quicker in the beginning, so that the random initial weights are soon forgotten.
    decay = min(_AVERAGE_DECAY, (1.0 + step) / (10.0 + step))
    with torch.no_grad():
        for held, present in zip(
            average.state_dict().values(), network.state_dict().values(), strict=True
        ):
            if held.is_floating_point():
                held.lerp_(present, 1.0 - decay)
