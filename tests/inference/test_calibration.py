from dataclasses import replace

import cv2
import numpy as np
import pytest

from inference.agreement import metric_values
from inference.calibration import calibrate
from inference.candidates import find_components, outcomes, true_metrics
from inference.choices import MINIMUM_AREAS, Outcomes, choices, try_choices
from inference.classes import CLASS_NAMES, DEFECT_CLASSES, DefectClass
from inference.criterion import criterion
from inference.decision import decide
from inference.errors import EvaluationError
from inference.evaluation import tally_image
from inference.model_contract import ModelContract

CONTRACT = ModelContract(
    name="test",
    classes=CLASS_NAMES,
    input_size=(64, 64),
    thresholds={"scratch": 0.5, "stain": 0.5},
    minimum_area={"scratch": 20, "stain": 20},
)


def surface(*blobs, true=()):
    """Probabilities of stain in blobs (rows, columns, value), and a mask of those in `true`."""
    planes = np.zeros((3, 64, 64), dtype=np.float32)
    for rows, columns, value in blobs:
        planes[2, rows, columns] = value
    planes[0] = 1 - planes[2]
    mask = np.zeros((64, 64), dtype=np.uint8)
    for rows, columns in true:
        mask[rows, columns] = 2
    return planes, mask


TRUE = (slice(10, 20), slice(10, 20))
FALSE = (slice(40, 50), slice(40, 50))


def stains(*images, **options):
    contract, _ = calibrate(CONTRACT, try_choices(images, CONTRACT), **options)
    return contract


def test_the_threshold_between_true_and_false_stains_is_found():
    found = stains(surface((*TRUE, 0.62), (*FALSE, 0.42), true=[TRUE]))
    # Any threshold or seed between the two is right: the false one goes, the true one stays.
    assert found.thresholds["stain"] <= 0.62
    assert 0.42 < found.seeds["stain"] <= 0.62


def test_false_specks_are_dropped_by_their_size():
    # Of 5 x 6 = 30 px each, as probable as the stain of 100 px.
    specks = [(slice(40, 45), slice(column, column + 6), 0.9) for column in (30, 40, 50)]
    found = stains(surface((*TRUE, 0.9), *specks, true=[TRUE]))
    assert 30 < found.minimum_area["stain"] <= 100


def test_a_stain_with_faint_borders_beside_a_doubtful_one_needs_a_seed():
    # Without a seed a threshold that reaches the rim of .42 also takes the false one at .65.
    rim, core = (slice(8, 22), slice(8, 22)), (slice(12, 18), slice(12, 18))
    found = stains(surface((*rim, 0.42), (*core, 0.95), (*FALSE, 0.65), true=[rim]))
    assert found.thresholds["stain"] <= 0.42
    assert 0.65 < found.seeds["stain"] <= 0.95


def test_what_a_choice_gives_is_what_the_decision_gives():
    # Two ways to the same numbers: the table of components, and deciding and comparing masks.
    rng = np.random.default_rng(37)
    noise = [cv2.GaussianBlur(rng.normal(size=(64, 64)), (0, 0), sigma) for sigma in (2, 3, 2.5)]
    logits = (
        np.stack([3 * plane / plane.std() for plane in noise])
        + np.array([2, 0, 0.5])[:, None, None]
    )
    odds = np.exp(logits)
    planes = (odds / odds.sum(axis=0)).astype(np.float32)
    truth = np.select([noise[1] > 0.1, noise[2] > 0.12], [1, 2], 0).astype(np.uint8)
    tried = try_choices([(planes, truth)], CONTRACT)
    rows = choices()
    for number in rng.choice(len(rows), 60, replace=False):
        threshold, seed, area = rows[number]
        for row, defect_class in enumerate(DEFECT_CLASSES):
            label = defect_class.label
            contract = replace(
                CONTRACT,
                thresholds=CONTRACT.thresholds | {label: threshold},
                seed_thresholds=CONTRACT.seeds | {label: seed},
                minimum_area=CONTRACT.minimum_area | {label: int(area)},
            )
            mask = decide(planes, contract)
            tally = tally_image(truth, mask)
            value = int(defect_class)
            expected = [
                tally.confusion[value, value],
                tally.confusion[value].sum(),
                tally.confusion[:, value].sum(),
                *tally.objects[row],
            ]
            found = tried.found[defect_class][0, number]
            assert found[:7].tolist() == expected
            metrics = metric_values(mask, truth)
            of_class = metrics[:3] if defect_class is DefectClass.STAIN else metrics[3:]
            assert found[7] == of_class[0]
            assert found[9] == pytest.approx(of_class[-1])


def test_unjudged_pixels_are_neither_right_nor_wrong():
    planes, mask = surface((*TRUE, 0.9), (*FALSE, 0.9), true=[TRUE])
    mask[FALSE] = 255
    mask[10, 10:20] = 255
    of = find_components(planes, mask, DefectClass.STAIN, threshold=0.5, other_threshold=0.5)
    (found,) = outcomes(of, np.array([0.5]), np.array([0.0]))
    # One of ten rows of the stain is unjudged, the other blob wholly.
    assert found[:7].tolist() == [90, 90, 90, 1, 1, 1, 1]


def test_the_metrics_of_the_drawn_mask_are_those_of_the_defects():
    mask = np.zeros((64, 64), dtype=np.uint8)
    mask[10:20, 10:20] = 2
    mask[30, 10:40] = 1
    mask[50, 10:15] = 1
    # Outline area 9 x 9; 100 of 4096 px. The longer scratch has 30 px, so length 29.
    assert true_metrics(mask, DefectClass.STAIN) == pytest.approx([1, 100 * 100 / 4096, 81])
    assert true_metrics(mask, DefectClass.SCRATCH)[[0, 2]] == pytest.approx([2, 29])


def outcome(shared, drawn, found, drawn_hit, drawn_objects, found_hit, found_objects, *metrics):
    return np.array(
        [shared, drawn, found, drawn_hit, drawn_objects, found_hit, found_objects, *metrics],
        dtype=float,
    )


def test_the_criterion_adds_up_as_stated():
    # IoU 30 / (50 + 40 - 30); object recall 1/2, precision 2/4: F1 1/2; relative biases of
    # count 4 against 2, share .2 against .25, extent 30 against 40: 1, .2, .25.
    found = outcome(30, 50, 40, 1, 2, 2, 4, 4, 0.2, 30)
    true = np.array([2, 0.25, 40])
    plain = 0.5 + 0.5 - (1 + 0.2 + 0.25) / 3
    assert criterion(found, true, precision_floor=0.0) == pytest.approx(plain)
    # Precision 30 / 40: five hundredths below .8, four times.
    assert criterion(found, true, precision_floor=0.8) == pytest.approx(plain - 4 * 0.05)


def test_nothing_drawn_and_nothing_found_leaves_the_criterion_at_zero():
    nothing = np.zeros(10)
    assert criterion(nothing, np.zeros(3), precision_floor=0.55) == 0.0
    # One invented stain: bias of the worst kind in each metric, and no precision.
    invented = outcome(0, 0, 9, 0, 0, 0, 1, 1, 0.1, 4)
    assert criterion(invented, np.zeros(3), precision_floor=0.0) == -1.0


def with_shared(shared):
    """Outcomes of images whose drawn and found masks of 100 px share so many, by choice."""
    found = np.ones((*shared.shape, 10))
    found[..., 0], found[..., 1:3] = shared, 100
    true = np.ones((len(shared), 3))
    return Outcomes(dict.fromkeys(DEFECT_CLASSES, found), dict.fromkeys(DEFECT_CLASSES, true))


def scattered(rng, best):
    """Outcomes of 15 images that are best at one threshold, with noise by image."""
    distance = np.abs(choices()[:, 0] - best)
    return with_shared(60 - 40 * distance + rng.normal(0, 1, (15, len(distance))))


def test_of_choices_as_good_as_each_other_the_middle_one_is_taken():
    # All thresholds from .3 to .7 are good, .7 by a hair the best.
    threshold = choices()[:, 0]
    shared = np.where((threshold >= 0.3) & (threshold <= 0.7), 60 + threshold, 30)
    _, chosen = calibrate(CONTRACT, with_shared(shared[np.newaxis]), precision_floor=0.0)
    choice = chosen[DefectClass.STAIN]
    assert choice.threshold in {0.4, 0.5, 0.6}
    assert choice.plateau == ((threshold >= 0.3) & (threshold <= 0.7)).sum()
    assert choice.criterion < choice.best


def test_a_prior_draws_the_choice_towards_itself():
    rng = np.random.default_rng(43)
    labelled, prior = scattered(rng, 0.3), scattered(rng, 0.9)

    def threshold(weight):
        _, chosen = calibrate(
            CONTRACT, labelled, prior=prior, prior_weight=weight, precision_floor=0.0
        )
        return chosen[DefectClass.STAIN].threshold

    assert threshold(0.0) == pytest.approx(0.3, abs=0.11)
    assert threshold(1.0) == pytest.approx(0.9, abs=0.11)
    assert threshold(0.2) < 0.6 < threshold(0.8)


def test_a_precision_floor_trades_recall_for_precision():
    # A stain found at .9; false ones of together nine times its area at .6, drawn ones at .6 of
    # three times its area: taking all is the better IoU, but at a precision below one half.
    drawn = (slice(30, 40), slice(0, 30))
    false = (slice(45, 60), slice(0, 50))
    image = surface((*TRUE, 0.9), (*drawn, 0.6), (*false, 0.6), true=[TRUE, drawn])
    assert stains(image, precision_floor=0.0).seeds["stain"] <= 0.6
    assert stains(image, precision_floor=0.9).seeds["stain"] > 0.6


def test_masks_are_scaled_to_what_the_model_sees():
    planes, mask = surface((*TRUE, 0.62), (*FALSE, 0.42), true=[TRUE])
    large = cv2.resize(mask, (128, 128), interpolation=cv2.INTER_NEAREST_EXACT)
    alike = try_choices([(planes, mask)], CONTRACT)
    scaled = try_choices([(planes, large)], CONTRACT)
    assert np.array_equal(alike.found[DefectClass.STAIN], scaled.found[DefectClass.STAIN])


def test_only_the_decision_changes_and_the_same_images_give_the_same_choice():
    image = surface((*TRUE, 0.62), true=[TRUE])
    first, second = stains(image, image), stains(image, image)
    assert first == second
    assert (first.name, first.input_size) == (CONTRACT.name, CONTRACT.input_size)
    assert first.minimum_area["stain"] in MINIMUM_AREAS


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"prior_weight": 1.5}, "prior weight must be from 0 to 1, got 1.5"),
        ({"precision_floor": -0.1}, "precision floor must be from 0 to 1"),
    ],
)
def test_shares_out_of_range_are_refused(options, message):
    with pytest.raises(EvaluationError, match=message):
        stains(surface((*TRUE, 0.62), true=[TRUE]), **options)


def test_no_image_to_calibrate_on_is_an_error():
    with pytest.raises(EvaluationError, match="no image to calibrate on"):
        try_choices([], CONTRACT)
