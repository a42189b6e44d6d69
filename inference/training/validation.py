"""How a network does on images it does not learn from, while it learns."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from inference.classes import CLASS_NAMES, DefectClass
from inference.fitting import fill_up
from inference.normalise import normalise
from inference.scores import SCORE_NAMES, confusion_matrix, score_table
from inference.training.device import Machine
from inference.training.loss import segmentation_loss
from inference.training.samples import Samples


@dataclass(frozen=True, slots=True)
class Validation:
    """Mean loss over the images, and IoU of the most probable classes; None where undefined."""

    loss: float | None
    scratch_iou: float | None
    stain_iou: float | None


def validate(
    network: nn.Module, samples: Samples, machine: Machine, *, defect_weight: float
) -> Validation:
    """Judge `network`, in evaluation mode, on whole images."""
    classes = len(CLASS_NAMES)
    confusion = np.zeros((classes, classes), dtype=np.int64)
    losses = []
    with torch.inference_mode():
        for pixels, mask in zip(samples.pixels, samples.masks, strict=True):
            height, width = mask.shape
            planes = torch.from_numpy(fill_up(normalise(pixels))[np.newaxis])
            target = torch.from_numpy(mask[np.newaxis].astype(np.int64))
            with machine.autocast():
                logits = network(planes.to(machine.device)).float()[..., :height, :width]
            loss = segmentation_loss(logits, target.to(machine.device), defect_weight=defect_weight)
            losses.append(float(loss))
            predicted = logits.argmax(dim=1)[0].to("cpu", torch.uint8).numpy()
            confusion += confusion_matrix(mask, predicted)
    iou = score_table(confusion, np.zeros((2, 4), dtype=np.int64))[:, SCORE_NAMES.index("iou")]
    scratch, stain = (
        None if np.isnan(iou[defect - 1]) else float(iou[defect - 1])
        for defect in (DefectClass.SCRATCH, DefectClass.STAIN)
    )
    return Validation(float(np.mean(losses)), scratch, stain)
