import json

import numpy as np
import pytest

from inference.errors import EvaluationError
from inference.evaluation import image_score, summarise, tally_image


def mask(size=10):
    return np.zeros((size, size), dtype=np.uint8)


def first_pair():
    """A stain of 4 x 4 found but for one row; a scratch of 6 missed."""
    truth, predicted = mask(), mask()
    truth[0:4, 0:4] = 2
    truth[8, 0:6] = 1
    predicted[1:4, 0:4] = 2
    return truth, predicted


def second_pair():
    """A clean part on which a stain of 2 x 2 is imagined, one of its pixels unjudged."""
    truth, predicted = mask(), mask()
    truth[9, 9] = 255
    predicted[8:, 8:] = 2
    return truth, predicted


def evaluation(*pairs):
    return summarise([tally_image(*pair) for pair in pairs])


def test_counts_are_added_over_the_images_before_they_are_divided():
    result = evaluation(first_pair(), second_pair())
    assert result.n == 2
    # 78 + 96 background pixels right, 3 called stain; 6 of scratch and 4 of stain missed.
    assert result.confusion == ((174, 0, 3), (6, 0, 0), (4, 0, 12))
    assert result.accuracy == pytest.approx(186 / 199)
    assert result.background_accuracy == pytest.approx(177 / 199)
    stain, scratch = result.classes["stain"], result.classes["scratch"]
    assert (stain.iou, stain.recall, stain.precision) == (12 / 19, 12 / 16, 12 / 15)
    assert (stain.object_recall, stain.object_precision) == (1.0, 0.5)
    assert stain.object_f1 == pytest.approx(2 / 3)
    assert (scratch.iou, scratch.recall, scratch.precision) == (0.0, 0.0, None)
    assert (scratch.object_recall, scratch.object_precision, scratch.object_f1) == (0.0, None, 0.0)


def test_charted_metrics_are_compared_image_by_image():
    metrics = evaluation(first_pair(), second_pair()).metrics
    # Stain counts 1 and 1 against 1 and 0; percentages 12 and 3 against 16 and 0.
    assert metrics["stain_count"].bias == 0.5
    assert metrics["stain_count"].spearman is None
    assert metrics["total_stain_pct"].bias == pytest.approx(-0.5)
    assert metrics["total_stain_pct"].spearman == pytest.approx(1.0)
    # Outlines: 3 x 2 and, of three pixels in a corner, a triangle of 1/2; true 3 x 3 and 0.
    assert metrics["largest_stain_area_px"].bias == pytest.approx((6 - 9 + 0.5) / 2)
    assert metrics["scratch_count"].bias == -0.5
    assert metrics["longest_scratch_px"].bias == -2.5


def test_a_perfect_model_scores_1_with_an_interval_of_no_width():
    truth, _ = first_pair()
    result = evaluation((truth, truth), (truth, truth))
    assert result.accuracy == 1.0
    assert set(result.classes["scratch"].__slots__) == {
        "iou", "recall", "precision", "object_recall", "object_precision", "object_f1",
    }  # fmt: skip
    assert result.classes["scratch"].iou == result.classes["stain"].object_f1 == 1.0
    assert result.intervals["stain"]["iou"] == (1.0, 1.0)


def test_intervals_hold_the_score_and_narrow_with_more_images():
    rng = np.random.default_rng(29)

    def pair():
        truth = (rng.random((12, 12)) < 0.3).astype(np.uint8) * 2
        predicted = np.where(rng.random((12, 12)) < 0.2, 0, truth).astype(np.uint8)
        return truth, predicted

    few, many = evaluation(*(pair() for _ in range(8))), evaluation(*(pair() for _ in range(80)))
    widths = []
    for result in (few, many):
        low, high = result.intervals["stain"]["recall"]
        assert low < result.classes["stain"].recall < high
        widths.append(high - low)
    assert widths[1] < 0.6 * widths[0]


def test_only_clean_parts_leave_scores_undefined_and_the_document_valid():
    result = evaluation((mask(), mask()))
    assert result.accuracy == result.background_accuracy == 1.0
    document = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert document["classes"]["stain"]["iou"] is None
    assert document["intervals"]["stain"]["iou"] is None
    assert document["metrics"]["stain_count"] == {"spearman": None, "bias": 0.0, "scatter": None}


def test_parts_that_nobody_judged_have_no_accuracy():
    unjudged = np.full((10, 10), 255, dtype=np.uint8)
    result = evaluation((unjudged, mask()))
    assert result.accuracy is None
    assert result.background_accuracy is None


def test_the_document_has_the_agreed_keys():
    document = evaluation(first_pair()).to_dict()
    assert {"n", "confusion", "accuracy", "background_accuracy", "classes", "metrics"} <= set(
        document
    )
    assert set(document["classes"]) == {"scratch", "stain"}
    assert set(document["metrics"]) == {
        "stain_count",
        "total_stain_pct",
        "largest_stain_area_px",
        "scratch_count",
        "longest_scratch_px",
    }


def test_masks_of_different_shape_cannot_be_compared():
    with pytest.raises(EvaluationError, match=r"\(5, 5\) cannot be compared with \(10, 10\)"):
        tally_image(mask(10), mask(5))


def test_no_image_is_an_error():
    with pytest.raises(EvaluationError, match="no image to evaluate"):
        summarise([])


def test_the_confusion_matrix_is_given_in_percent_of_each_true_class():
    result = evaluation(first_pair(), second_pair())
    # 174 of 177, 6 of 6, 4 and 12 of 16; see above.
    background, scratch, stain = result.recall_pct
    assert background == pytest.approx((100 * 174 / 177, 0.0, 100 * 3 / 177))
    assert scratch == (100.0, 0.0, 0.0)
    assert stain == (25.0, 0.0, 75.0)
    assert evaluation((mask(), mask())).recall_pct[1] == (None, None, None)


def test_the_gain_over_all_background_has_an_interval():
    result = evaluation(first_pair(), second_pair())
    low, high = result.gain_interval
    # Of the images alone: 12 stain pixels gained of 100; 3 background pixels lost of 99.
    assert low == pytest.approx(-3 / 99)
    assert high == pytest.approx(12 / 100)


def test_one_image_says_nothing_of_others():
    result = evaluation(first_pair())
    assert result.gain_interval is None
    assert set(result.intervals["stain"].values()) == {None}
    assert result.metric_intervals["stain_count"].bias is None


def test_an_image_is_scored_over_the_classes_that_occur():
    # IoU 12 / 16 and object F1 1 of the stain; 0 and 0 of the missed scratch.
    assert image_score(tally_image(*first_pair())) == pytest.approx((0.75 + 1 + 0 + 0) / 4)
    assert image_score(tally_image(*second_pair())) == 0.0
    assert image_score(tally_image(mask(), mask())) is None
