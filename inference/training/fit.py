"""The learning itself: AdamW along a cosine, with a moving average of the weights."""

import copy
import math
import time
from collections.abc import Callable
from pickle import UnpicklingError

import numpy as np
import torch
from torch import Tensor, nn

from inference.training.crops import crop_batches
from inference.training.errors import TrainingError
from inference.training.loss import segmentation_loss
from inference.training.network import FastUNet
from inference.training.render_cache import RenderCache
from inference.training.settings import Progress, ReportProgress, TrainSettings

_WARM_UP = 0.03
_AVERAGE_DECAY = 0.995


def fit(
    settings: TrainSettings, cache: RenderCache, report: ReportProgress
) -> tuple[nn.Module, tuple[float, ...]]:
    """Train a network; returns its averaged weights, ready to use, and the loss per epoch."""
    torch.manual_seed(settings.seed)
    torch.set_num_threads(settings.threads)
    rng = np.random.default_rng([settings.seed, 1])
    network = _starting_network(settings)
    average = copy.deepcopy(network)
    optimiser = torch.optim.AdamW(
        network.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay
    )
    fraction = _clock(settings, len(cache.masks) // settings.batch)
    losses: list[float] = []
    steps = 0
    while fraction(steps) < 1.0:
        epoch: list[float] = []
        for images, masks in crop_batches(cache, crop=settings.crop, batch=settings.batch, rng=rng):
            done = fraction(steps)
            if done >= 1.0:
                break
            for group in optimiser.param_groups:
                group["lr"] = settings.learning_rate * _rate(done)
            loss = segmentation_loss(
                network(torch.from_numpy(images)),
                torch.from_numpy(masks),
                defect_weight=settings.defect_weight,
            )
            _step(loss, optimiser, network)
            _move_average(average, network, steps)
            epoch.append(float(loss.detach()))
            steps += 1
        losses.append(float(np.mean(epoch)) if epoch else math.nan)
        report(Progress("learning", round(100 * fraction(steps)), 100, losses[-1]))
    return average.eval(), tuple(losses)


def _starting_network(settings: TrainSettings) -> FastUNet:
    network = FastUNet(width=settings.width)
    if settings.weights is not None:
        try:
            network.load_state_dict(torch.load(settings.weights, weights_only=True))
        except (OSError, RuntimeError, UnpicklingError) as error:
            raise TrainingError(
                f"cannot continue from {settings.weights}: not weights of a network of width "
                f"{settings.width} ({error})"
            ) from error
    return network


def _move_average(average: nn.Module, network: nn.Module, steps: int) -> None:
    """Move each averaged weight a little towards its present value."""
    # Quicker in the beginning, so that the random initial weights are soon forgotten.
    decay = min(_AVERAGE_DECAY, (1.0 + steps) / (10.0 + steps))
    with torch.no_grad():
        for held, present in zip(
            average.state_dict().values(), network.state_dict().values(), strict=True
        ):
            if held.is_floating_point():
                held.lerp_(present, 1.0 - decay)


def _clock(settings: TrainSettings, steps_per_epoch: int) -> Callable[[int], float]:
    """How much of the run is over after so many steps: by steps or by minutes."""
    started = time.monotonic()
    total = settings.epochs * steps_per_epoch

    def fraction(steps: int) -> float:
        by_steps = steps / total
        if settings.minutes is None:
            return by_steps
        return max(by_steps, (time.monotonic() - started) / (60.0 * settings.minutes))

    return fraction


def _rate(done: float) -> float:
    """Factor on the learning rate: a short rise, then a cosine down to zero."""
    if done < _WARM_UP:
        return max(done / _WARM_UP, 0.02)
    return 0.5 * (1.0 + math.cos(math.pi * (done - _WARM_UP) / (1.0 - _WARM_UP)))


def _step(loss: Tensor, optimiser: torch.optim.Optimizer, network: nn.Module) -> None:
    optimiser.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(network.parameters(), 5.0)
    optimiser.step()
