import numpy as np

from inference.classes import CLASS_NAMES
from inference.decision import assigned_confidence, decide
from inference.model_contract import ModelContract


def contract(scratch=0.5, stain=0.5, scratch_area=0, stain_area=0):
    return ModelContract(
        name="test",
        classes=CLASS_NAMES,
        input_size=(32, 32),
        thresholds={"scratch": scratch, "stain": stain},
        minimum_area={"scratch": scratch_area, "stain": stain_area},
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


def test_confidence_is_the_probability_of_the_class_that_was_given():
    row = probabilities((0.1, 0.2, 0.7), (0.2, 0.7, 0.1), (0.9, 0.05, 0.05))
    mask = np.array([[2, 1, 0]], dtype=np.uint8)
    assert np.allclose(assigned_confidence(row, mask), [[0.7, 0.7, 0.9]])
    # A dropped component counts as background: its confidence is that of background.
    assert np.allclose(assigned_confidence(row, np.zeros_like(mask)), [[0.1, 0.2, 0.9]])
