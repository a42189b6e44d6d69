import math

import numpy as np
import pytest

from inference.scores import SCORE_NAMES, confusion_matrix, object_counts, score_table


def masks(*rows):
    return np.array(rows, dtype=np.uint8)


TRUTH = masks(
    [0, 0, 1, 1],
    [0, 2, 2, 0],
    [0, 2, 2, 0],
    [255, 255, 0, 0],
)
PREDICTED = masks(
    [0, 1, 1, 0],
    [0, 2, 2, 2],
    [0, 0, 2, 1],
    [2, 1, 0, 0],
)


def test_pixels_by_true_row_and_predicted_column_without_the_unjudged():
    # Background: 8 judged pixels, of which (0,1) and (2,3) are called scratch, (1,3) stain.
    # Scratch: (0,2) right, (0,3) missed. Stain: three right, (2,1) missed.
    assert confusion_matrix(TRUTH, PREDICTED).tolist() == [[5, 2, 1], [1, 1, 0], [1, 0, 3]]


def test_scores_of_a_worked_example():
    # Scratch objects: drawn one, hit at 1 of 2 pixels; predicted (0,1-2) hit at 1 of 2 and (2,3)
    # not; the one in the unjudged corner is gone. Stain: one drawn and one predicted, both hit.
    objects = object_counts(TRUTH, PREDICTED)
    assert objects.tolist() == [[1, 1, 1, 2], [1, 1, 1, 1]]
    scratch, stain = score_table(confusion_matrix(TRUTH, PREDICTED), objects)
    assert dict(zip(SCORE_NAMES, scratch, strict=True)) == pytest.approx(
        {
            "iou": 1 / 4,
            "recall": 1 / 2,
            "precision": 1 / 3,
            "object_recall": 1.0,
            "object_precision": 0.5,
            "object_f1": 2 / 3,
        }
    )
    assert stain.tolist() == pytest.approx([3 / 5, 3 / 4, 3 / 4, 1.0, 1.0, 1.0])


def test_an_overlap_of_exactly_one_fifth_is_a_hit():
    truth, predicted = masks([1] * 35 + [0] * 10), masks([0] * 45)
    predicted[0, :7] = 1
    assert object_counts(truth, predicted)[0].tolist() == [1, 1, 1, 1]
    predicted[0, 6] = 0
    assert object_counts(truth, predicted)[0].tolist() == [0, 1, 1, 1]


def test_a_predicted_object_that_floods_a_small_one_hits_it_but_is_itself_wrong():
    truth, predicted = masks([0] * 20), masks([2] * 20)
    truth[0, 3:6] = 2
    assert object_counts(truth, predicted)[1].tolist() == [1, 1, 0, 1]


def test_one_prediction_may_hit_two_drawn_objects():
    truth, predicted = masks([2, 2, 2, 0, 2, 2, 2]), masks([2] * 7)
    assert object_counts(truth, predicted)[1].tolist() == [2, 2, 1, 1]


def test_unjudged_pixels_split_a_predicted_object():
    truth, predicted = masks([0, 0, 255, 0, 0]), masks([2] * 5)
    assert object_counts(truth, predicted)[1].tolist() == [0, 0, 0, 2]


def test_objects_are_connected_over_corners():
    truth = masks([1, 0], [0, 1])
    assert object_counts(truth, truth)[0].tolist() == [1, 1, 1, 1]


def test_without_any_object_every_score_is_undefined():
    clean = masks([0, 0], [0, 0])
    table = score_table(confusion_matrix(clean, clean), object_counts(clean, clean))
    assert np.isnan(table).all()


def test_nothing_predicted_where_there_is_something_scores_0_not_undefined():
    truth, predicted = masks([1, 0]), masks([0, 0])
    scratch = score_table(confusion_matrix(truth, predicted), object_counts(truth, predicted))[0]
    iou, recall, precision, object_recall, object_precision, object_f1 = scratch
    assert (iou, recall, object_recall, object_f1) == (0.0, 0.0, 0.0, 0.0)
    assert math.isnan(precision)
    assert math.isnan(object_precision)


def test_tables_of_many_sets_are_scored_at_once():
    confusion = confusion_matrix(TRUTH, PREDICTED)
    objects = object_counts(TRUTH, PREDICTED)
    many = score_table(np.stack([confusion, 3 * confusion]), np.stack([objects, 3 * objects]))
    assert many.shape == (2, 2, 6)
    assert np.array_equal(many[0], many[1])
