"""What training minimises: weighted cross-entropy plus the Dice loss of the defect classes."""

import torch
from torch import Tensor
from torch.nn import functional as F

from inference.classes import IGNORE


def segmentation_loss(logits: Tensor, masks: Tensor, *, defect_weight: float) -> Tensor:
    """Loss of logits (N, 3, H, W) against classes (N, H, W); pixels of 255 count nowhere.

    Cross-entropy gives calibrated probabilities; Dice keeps the rare classes from being
    drowned by background. Dice is taken over the batch: most crops have no scratch at all.
    """
    logits = logits.float()
    judged = masks != IGNORE
    known = masks.where(judged, 0)
    weights = torch.tensor([1.0, defect_weight, defect_weight], device=logits.device)
    # Summed and divided here: the mean over no pixel at all would be NaN.
    total_loss = F.cross_entropy(
        logits, masks, weight=weights, ignore_index=IGNORE, reduction="sum"
    )
    cross_entropy = total_loss / (weights[known] * judged).sum().clamp(min=1.0)
    probabilities = logits.softmax(dim=1)[:, 1:] * judged[:, None]
    truth = F.one_hot(known, num_classes=logits.shape[1]).movedim(-1, 1)[:, 1:].float()
    overlap = (probabilities * truth).sum(dim=(0, 2, 3))
    total = (probabilities + truth).sum(dim=(0, 2, 3))
    # The constant is some 30 pixels: without it an empty batch would have a Dice loss of 1.
    dice = 1.0 - (2.0 * overlap + 30.0) / (total + 30.0)
    return cross_entropy + 0.5 * dice.mean()
