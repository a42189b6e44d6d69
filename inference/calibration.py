"""Thresholds, seed thresholds and minimum areas that serve best on labelled images.

Few labelled images make the best choice jump: among fifteen, one large stain decides whether .2 or
.95 is best. So a choice is not judged by its score on the images but by its mean score over sets of
images drawn from them with replacement, mixed with the score on rendered images where there are
some; and of all choices that are nearly as good as the best one, the one in their middle is taken.
docs/evaluation.md says what that gained over taking the best score.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from inference.bootstrap import times_drawn
from inference.choices import Outcomes, choices
from inference.classes import DEFECT_CLASSES, DefectClass
from inference.criterion import criterion
from inference.errors import EvaluationError
from inference.model_contract import ModelContract

PRECISION_FLOOR: Final = 0.55
PRIOR_WEIGHT: Final = 0.5
PLATEAU: Final = 0.03
_RESAMPLES: Final = 200


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen for one class.

    Attributes
    ----------
    threshold, seed_threshold, minimum_area
        As in the contract.
    criterion
        Its mean over the resampled sets.
    best
        The highest mean of all choices.
    plateau
        How many of the choices come within `PLATEAU` of it.

    """

    threshold: float
    seed_threshold: float
    minimum_area: int
    criterion: float
    best: float
    plateau: int


def calibrate(
    contract: ModelContract,
    labelled: Outcomes,
    *,
    prior: Outcomes | None = None,
    prior_weight: float = PRIOR_WEIGHT,
    precision_floor: float = PRECISION_FLOOR,
) -> tuple[ModelContract, dict[DefectClass, Choice]]:
    """Choose each class's threshold, seed threshold and minimum area.

    Parameters
    ----------
    contract
        The model's present one.
    labelled
        Images like those the model is for.
    prior
        Further images, such as rendered ones, that steady the choice.
    prior_weight
        Share of the criterion that comes from them, 0 to 1.
    precision_floor
        Pixel precision that is asked for, 0 to 1; see `inference.criterion`.

    Returns
    -------
    The contract with the choices, and the choices.

    Raises
    ------
    EvaluationError
        The weight or the floor is no share.

    """
    for name, share in (("prior weight", prior_weight), ("precision floor", precision_floor)):
        if not 0.0 <= share <= 1.0:
            raise EvaluationError(f"the {name} must be from 0 to 1, got {share}")
    chosen: dict[DefectClass, Choice] = {}
    for defect_class in DEFECT_CLASSES:
        means = _mean_criterion(labelled, defect_class, precision_floor)
        if prior is not None:
            means *= 1.0 - prior_weight
            means += prior_weight * _mean_criterion(prior, defect_class, precision_floor)
        chosen[defect_class] = _middle_of_plateau(means)
    by_label = {each.label: choice for each, choice in chosen.items()}
    calibrated = replace(
        contract,
        thresholds={label: choice.threshold for label, choice in by_label.items()},
        minimum_area={label: choice.minimum_area for label, choice in by_label.items()},
        seed_thresholds={label: choice.seed_threshold for label, choice in by_label.items()},
    )
    return calibrated, chosen


def _mean_criterion(
    of: Outcomes, defect_class: DefectClass, precision_floor: float
) -> npt.NDArray[np.float64]:
    """The criterion of each choice, mean over resampled sets of the images, shape (choices,)."""
    found, true = of.found[defect_class], of.true[defect_class]
    drawn = times_drawn(len(true), _RESAMPLES) if len(true) > 1 else np.ones((1, 1), dtype=np.int64)
    values = criterion(
        np.tensordot(drawn, found, axes=1),
        (drawn @ true)[:, np.newaxis, :],
        precision_floor=precision_floor,
    )
    return np.asarray(values.mean(axis=0))


def _middle_of_plateau(means: npt.NDArray[np.float64]) -> Choice:
    """The choice nearest to the centre of those that are nearly as good as the best one."""
    rows = choices()
    plateau = np.flatnonzero(means >= means.max() - PLATEAU)
    # Steps along each list of values, not the values: .95 to .99 is as far as .2 to .3.
    steps = np.stack(
        [np.unique(column, return_inverse=True)[1] for column in rows.T], axis=1
    ).astype(np.float64)
    steps /= steps.std(axis=0)
    distance = ((steps[plateau] - steps[plateau].mean(axis=0)) ** 2).sum(axis=1)
    # Of equally near ones the best, so that a plateau of two does not give the worse.
    nearest = plateau[np.lexsort((-means[plateau], distance.round(9)))[0]]
    threshold, seed, area = rows[nearest]
    return Choice(
        threshold=float(threshold),
        seed_threshold=float(seed),
        minimum_area=int(area),
        criterion=float(means[nearest]),
        best=float(means.max()),
        plateau=len(plateau),
    )
