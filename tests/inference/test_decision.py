import numpy as np
import pytest

from inference.classes import CLASS_NAMES
from inference.decision import assigned_confidence, decide, image_entropy
from inference.model_contract import ModelContract


def contract(scratch=0.5, stain=0.5, scratch_area=0, stain_area=0, seeds=None):
    return ModelContract(
        name="test",
        classes=CLASS_NAMES,
        input_size=(32, 32),
        thresholds={"scratch": scratch, "stain": stain},
        minimum_area={"scratch": scratch_area, "stain": stain_area},
        seed_thresholds=seeds,
    )


def probabilities(*pixels):
    """One row of pixels, each (background, scratch, stain); shape (3, 1, n)."""
    return np.array(pixels, dtype=np.float32).T[:, np.newaxis, :]


def test_a_probability_equal_to_its_threshold_is_enough():
    row = probabilities((0.5, 0.5, 0.0), (0.75, 0.0, 0.25), (0.51, 0.49, 0.0))
    assert decide(row, contract(scratch=0.5, stain=0.25)).tolist() == [[1, 2, 0]]


def test_of_two_candidates_the_one_further_above_its_threshold_wins():
    # Ratios: .45/.3 = 1.5 against .5/.4 = 1.25; then .375/.3 = 1.25 against .6/.4 = 1.5.
    row = probabilities((0.05, 0.45, 0.5), (0.025, 0.375, 0.6))
    assert decide(row, contract(scratch=0.3, stain=0.4)).tolist() == [[1, 2]]


def test_a_tie_of_two_candidates_is_a_scratch():
    assert decide(probabilities((0.5, 0.25, 0.25)), contract(0.25, 0.25)).tolist() == [[1]]


def test_a_defect_can_win_below_one_half():
    assert decide(probabilities((0.7, 0.0, 0.3)), contract(stain=0.2)).tolist() == [[2]]


def stain_plane(mask):
    mask = np.array(mask, dtype=np.float32)
    return np.stack([1 - mask, np.zeros_like(mask), mask])


def test_components_below_the_minimum_area_are_dropped():
    # Four pixels that touch at corners only are one component; the three on the right are another.
    plane = stain_plane(
        [
            [1, 0, 1, 0, 0, 1],
            [0, 1, 0, 0, 0, 1],
            [0, 0, 1, 0, 0, 1],
        ]
    )
    kept = decide(plane, contract(stain_area=4))
    assert kept.tolist() == [[2, 0, 2, 0, 0, 0], [0, 2, 0, 0, 0, 0], [0, 0, 2, 0, 0, 0]]
    assert (decide(plane, contract(stain_area=3)) == 2).sum() == 7
    assert not decide(plane, contract(stain_area=5)).any()


def test_each_class_has_its_own_minimum_area():
    row = probabilities((0, 1, 0), (0, 1, 0), (0, 0, 1), (0, 0, 1))
    assert decide(row, contract(scratch_area=3)).tolist() == [[0, 0, 2, 2]]
    assert decide(row, contract(stain_area=3)).tolist() == [[1, 1, 0, 0]]


def test_a_component_is_kept_whole_where_one_pixel_reaches_the_seed_threshold():
    # Three stains: one whose middle is at the seed exactly, one just below it, one far above.
    row = stain_plane([[0.5, 0.75, 0.5, 0, 0.7, 0.7, 0, 1]])
    seeds = {"scratch": 0.5, "stain": 0.75}
    assert decide(row, contract(seeds=seeds)).tolist() == [[2, 2, 2, 0, 0, 0, 0, 2]]
    assert decide(row, contract()).tolist() == [[2, 2, 2, 0, 2, 2, 0, 2]]


def test_a_seed_reaches_its_own_component_only():
    # The seed touches one piece at a corner and is apart from the other.
    plane = stain_plane([[0.5, 0, 0, 0], [0, 0.9, 0, 0.5], [0, 0, 0, 0.5]])
    kept = decide(plane, contract(seeds={"scratch": 0.5, "stain": 0.9}))
    assert kept.tolist() == [[2, 0, 0, 0], [0, 2, 0, 0], [0, 0, 0, 0]]


def test_a_seed_does_not_save_what_is_too_small():
    row = stain_plane([[1, 1, 0, 1, 1, 1]])
    kept = decide(row, contract(stain_area=3, seeds={"scratch": 0.5, "stain": 0.9}))
    assert kept.tolist() == [[0, 0, 0, 2, 2, 2]]


def test_each_class_has_its_own_seed_threshold():
    row = probabilities((0.4, 0.6, 0.0), (0.4, 0.0, 0.6))
    assert decide(row, contract(seeds={"scratch": 0.7, "stain": 0.6})).tolist() == [[0, 2]]


def test_confidence_is_the_probability_of_the_class_that_was_given():
    row = probabilities((0.1, 0.2, 0.7), (0.2, 0.7, 0.1), (0.9, 0.05, 0.05))
    mask = np.array([[2, 1, 0]], dtype=np.uint8)
    assert np.allclose(assigned_confidence(row, mask), [[0.7, 0.7, 0.9]])
    # A dropped component counts as background: its confidence is that of background.
    assert np.allclose(assigned_confidence(row, np.zeros_like(mask)), [[0.1, 0.2, 0.9]])


def test_entropy_is_that_of_every_fourth_row_and_column():
    # Counted pixels: (0, 0), (0, 4), (4, 0), (4, 4); all others would be 0.
    planes = np.zeros((3, 8, 8), dtype=np.float32)
    planes[0] = 1.0
    planes[:, 0, 0] = (0.5, 0.25, 0.25)
    planes[:, 4, 4] = (0.5, 0.5, 0.0)
    planes[:, 1, 1] = (0.5, 0.5, 0.0)
    # By hand in bits: 1.5 and 1, of log2(3) = 1.58496 at most, over four pixels.
    assert image_entropy(planes) == pytest.approx((1.5 + 1.0) / 4 / 1.5849625, abs=1e-6)


def test_certain_pixels_have_no_entropy_though_log_0_is_infinite():
    planes = np.zeros((3, 16, 16), dtype=np.float32)
    planes[2] = 1.0
    assert image_entropy(planes) == 0.0
