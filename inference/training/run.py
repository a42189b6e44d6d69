"""One run: the network, its average, the optimiser and the position, advanced epoch by epoch."""

import copy
import math
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from torch import nn

from inference.training.batches import Batch, Batches
from inference.training.device import Machine
from inference.training.errors import TrainingError
from inference.training.loss import segmentation_loss
from inference.training.progress import EpochRecord
from inference.training.samples import Samples
from inference.training.schedule import move_average, rate_factor
from inference.training.settings import TrainSettings
from inference.training.validation import Validation, validate

_CLIP = 5.0


class Run:
    """A training run that can be written down between any two steps.

    Parameters
    ----------
    settings
        What to do.
    network
        With its starting weights.
    batches
        What to learn from.
    watched
        What to validate on.
    machine
        Where.

    """

    def __init__(
        self,
        settings: TrainSettings,
        network: nn.Module,
        batches: Batches,
        watched: Samples,
        machine: Machine,
    ) -> None:
        self._settings, self._batches, self._watched = settings, batches, watched
        self._machine = machine
        self._network = machine.place(network)
        self._average = copy.deepcopy(self._network).eval()
        self._optimiser = torch.optim.AdamW(
            self._network.parameters(),
            lr=settings.learning_rate,
            weight_decay=settings.weight_decay,
        )
        self._best: dict[str, Any] | None = None
        self._epoch = self._batch = 0
        self._losses: list[float] = []
        self._records: list[EpochRecord] = []
        self._seconds = 0.0

    @property
    def records(self) -> tuple[EpochRecord, ...]:
        """One for each epoch so far."""
        return tuple(self._records)

    @property
    def steps(self) -> int:
        """Steps of the whole run."""
        return self._settings.epochs * len(self._batches)

    @property
    def steps_done(self) -> int:
        """Steps so far."""
        return self._epoch * len(self._batches) + self._batch

    def state(self) -> dict[str, Any]:
        """All that the rest of the run depends on."""
        return {
            "network": self._network.state_dict(),
            "average": self._average.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "best": self._best,
            "generator": torch.get_rng_state(),
            "epoch": self._epoch,
            "batch": self._batch,
            "losses": self._losses,
            "records": [asdict(record) for record in self._records],
            "seconds": self._seconds,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to where `state` was taken."""
        self._network.load_state_dict(state["network"])
        self._average.load_state_dict(state["average"])
        self._optimiser.load_state_dict(state["optimiser"])
        self._best = state["best"]
        torch.set_rng_state(state["generator"])
        self._epoch, self._batch = state["epoch"], state["batch"]
        self._losses = list(state["losses"])
        self._records = [EpochRecord(**record) for record in state["records"]]
        self._seconds = state["seconds"]

    def finished(self) -> bool:
        """All epochs are done, or the last validations brought nothing."""
        patience = self._settings.patience
        merits = [merit for merit in map(_merit, self._records) if merit >= 0.0]
        stale = len(merits) - 1 - int(np.argmax(merits)) if merits else 0
        return self._epoch >= self._settings.epochs or 0 < patience <= stale

    def advance(self, between: Callable[[], None]) -> None:
        """Finish the present epoch; `between` is called after each step."""
        mark = time.monotonic()
        for batch in self._batches.epoch(self._epoch, self._batch):
            self._losses.append(self._checked(self._step(batch)))
            self._batch += 1
            mark = self._clock(mark)
            between()
        self._close_epoch()
        self._clock(mark)

    def product(self) -> nn.Module:
        """The averaged weights: the last, or with patience the best; on the CPU, ready to use."""
        if self._best is not None:
            self._average.load_state_dict(self._best)
        return self._average.cpu().eval()

    def _checked(self, loss: float) -> float:
        if not math.isfinite(loss):
            raise TrainingError(
                f"the loss became {loss} in epoch {self._epoch + 1} at a learning rate of "
                f"{self._settings.learning_rate:g}: start the run afresh with a lower one"
            )
        return loss

    def _clock(self, mark: float) -> float:
        now = time.monotonic()
        self._seconds += now - mark
        return now

    def _rate(self) -> float:
        return self._settings.learning_rate * rate_factor(self.steps_done / self.steps)

    def _step(self, batch: Batch) -> float:
        device = self._machine.device
        images, masks = (torch.from_numpy(array).to(device) for array in batch)
        for group in self._optimiser.param_groups:
            group["lr"] = self._rate()
        self._network.train()
        with self._machine.autocast():
            logits = self._network(images.contiguous(memory_format=torch.channels_last))
        loss = segmentation_loss(logits, masks, defect_weight=self._settings.defect_weight)
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._network.parameters(), _CLIP)
        self._optimiser.step()
        move_average(self._average, self._network, self.steps_done)
        return float(loss.detach())

    def _close_epoch(self) -> None:
        rate = self._optimiser.param_groups[0]["lr"]
        loss, started = float(np.mean(self._losses)), time.monotonic()
        self._epoch, self._batch, self._losses = self._epoch + 1, 0, []
        due = self._epoch % self._settings.validate_every == 0
        found = Validation(None, None, None)
        if due or self._epoch == self._settings.epochs:
            found = validate(
                self._average,
                self._watched,
                self._machine,
                defect_weight=self._settings.defect_weight,
            )
        record = EpochRecord(
            epoch=self._epoch,
            loss=loss,
            learning_rate=rate,
            minutes=(self._seconds + time.monotonic() - started) / 60.0,
            validation_loss=found.loss,
            scratch_iou=found.scratch_iou,
            stain_iou=found.stain_iou,
        )
        better = _merit(record) > max(map(_merit, self._records), default=-1.0)
        if self._settings.patience and better:
            self._best = copy.deepcopy(self._average.state_dict())
        self._records.append(record)


def _merit(record: EpochRecord) -> float:
    """What patience waits for: the mean IoU; less than anything where there was no validation."""
    if record.validation_loss is None:
        return -1.0
    return record.mean_iou or 0.0
