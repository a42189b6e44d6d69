"""What training minimises: weighted cross-entropy plus the Dice loss of the defect classes."""

import torch
from torch import Tensor
from torch.nn import functional as F


def segmentation_loss(logits: Tensor, masks: Tensor, *, defect_weight: float) -> Tensor:
    """Loss of logits (N, 3, H, W) against classes (N, H, W).

    Cross-entropy gives calibrated probabilities; Dice keeps the rare classes from being
    drowned by background. Dice is taken over the batch: most crops have no scratch at all.
    """
    logits = logits.float()
    weights = torch.tensor([1.0, defect_weight, defect_weight])
    cross_entropy = F.cross_entropy(logits, masks, weight=weights)
    probabilities = logits.softmax(dim=1)[:, 1:]
    truth = F.one_hot(masks, num_classes=logits.shape[1]).movedim(-1, 1)[:, 1:].float()
    overlap = (probabilities * truth).sum(dim=(0, 2, 3))
    total = (probabilities + truth).sum(dim=(0, 2, 3))
    # The constant is some 30 pixels: without it an empty batch would have a Dice loss of 1.
    dice = 1.0 - (2.0 * overlap + 30.0) / (total + 30.0)
    return cross_entropy + 0.5 * dice.mean()
