import math

import cv2
import numpy as np
import pytest
from scipy import ndimage

from inference.classes import DefectClass
from inference.defects import find_defects


def empty(height=64, width=64):
    return np.zeros((height, width), dtype=np.uint8)


def defects_of(mask):
    return find_defects(mask, np.ones(mask.shape, dtype=np.float32))


def test_no_defect_gives_no_row():
    assert defects_of(empty()) == ()


def test_a_square_of_20_pixels():
    mask = empty()
    mask[20:40, 20:40] = DefectClass.STAIN
    (square,) = defects_of(mask)
    # Green's formula runs through pixel centres: 19 x 19.
    assert square.contour_area == 361.0
    assert square.pixel_count == 400
    assert (square.circle_x, square.circle_y) == (29.5, 29.5)
    # Half the diagonal of 19 x 19; OpenCV adds a ten-thousandth so that no point lies outside.
    assert square.circle_radius == pytest.approx(19 * math.sqrt(2) / 2, abs=2e-4)
    assert (square.box_x, square.box_y) == (29.5, 29.5)
    assert (square.box_width, square.box_height, square.length) == (19.0, 19.0, 19.0)
    assert (square.bounds_x, square.bounds_y) == (20, 20)
    assert (square.bounds_width, square.bounds_height) == (20, 20)
    # The middle of pixels 20..39 lies at 30 of 64 pixel widths.
    assert (square.part_x, square.part_y) == (30 / 64, 30 / 64)
    assert square.defect_class is DefectClass.STAIN
    assert square.defect_no == 1


def test_an_l_shape():
    mask = empty()
    mask[10:20, 10:13] = DefectClass.STAIN  # upright: 10 rows of 3
    mask[17:20, 10:18] = DefectClass.STAIN  # foot: 3 rows of 8, 3 x 3 of them shared
    (shape,) = defects_of(mask)
    assert shape.pixel_count == 30 + 24 - 9
    # By Pick's theorem area = pixels - steps / 2 - 1; the outline has 31 steps (2 + 6 + 1 diagonal
    # in the inner corner + 4 + 2 + 7 + 9).
    assert shape.contour_area == 45 - 31 / 2 - 1


def test_a_diagonal_line_is_one_defect_of_length_9_root_2():
    mask = empty()
    mask[np.arange(5, 15), np.arange(30, 40)] = DefectClass.SCRATCH
    (line,) = defects_of(mask)
    assert (line.pixel_count, line.contour_area) == (10, 0.0)
    assert line.length == pytest.approx(9 * math.sqrt(2), abs=1e-4)
    assert min(line.box_width, line.box_height) == pytest.approx(0.0, abs=1e-4)


@pytest.mark.parametrize("upright", [False, True])
def test_a_straight_scratch_of_30_pixels_has_length_29(upright):
    mask = empty()
    mask[7, 10:40] = DefectClass.SCRATCH
    (line,) = defects_of(mask.T.copy() if upright else mask)
    assert (line.pixel_count, line.contour_area, line.length) == (30, 0.0, 29.0)
    assert max(line.bounds_width, line.bounds_height) == 30


def test_a_single_pixel_has_no_extent():
    mask = empty()
    mask[3, 60] = DefectClass.STAIN
    (dot,) = defects_of(mask)
    assert (dot.pixel_count, dot.contour_area, dot.length) == (1, 0.0, 0.0)
    assert dot.circle_radius == pytest.approx(0.0, abs=2e-4)
    assert (dot.circle_x, dot.circle_y) == (60.0, 3.0)
    assert (dot.part_x, dot.part_y) == (60.5 / 64, 3.5 / 64)


def test_two_pixels_have_length_1():
    mask = empty()
    mask[3, 10:12] = DefectClass.STAIN
    (pair,) = defects_of(mask)
    assert (pair.pixel_count, pair.length) == (2, 1.0)


def test_a_tilted_bar_has_its_own_length_not_that_of_its_bounds():
    # 60 x 8 pixels, turned by 30 degrees: bounds would say 56 x 37.
    mask = empty(100, 100)
    corners = cv2.boxPoints(((50.0, 50.0), (60.0, 8.0), 30.0)).round().astype(np.int32)
    cv2.fillPoly(mask, [corners], int(DefectClass.SCRATCH))
    (bar,) = defects_of(mask)
    assert bar.length == pytest.approx(60.0, abs=1.5)
    assert min(bar.box_width, bar.box_height) == pytest.approx(8.0, abs=1.5)


def test_at_the_border_nothing_is_lost():
    mask = empty()
    mask[:10, 54:] = DefectClass.STAIN
    (corner,) = defects_of(mask)
    assert (corner.contour_area, corner.pixel_count) == (81.0, 100)
    assert (corner.bounds_x, corner.bounds_y) == (54, 0)


def test_a_mask_filled_to_its_border_is_one_defect():
    (whole,) = defects_of(np.full((32, 48), DefectClass.STAIN, dtype=np.uint8))
    assert (whole.contour_area, whole.pixel_count) == (31.0 * 47.0, 32 * 48)
    assert (whole.part_x, whole.part_y) == (0.5, 0.5)


def test_a_hole_counts_in_the_outline_but_not_in_the_pixels():
    mask = empty()
    mask[10:17, 10:17] = DefectClass.STAIN
    mask[12:15, 12:15] = DefectClass.BACKGROUND
    (ring,) = defects_of(mask)
    assert (ring.contour_area, ring.pixel_count) == (36.0, 49 - 9)


def test_a_stain_inside_the_hole_of_another_is_its_own():
    mask = empty()
    mask[10:25, 10:25] = DefectClass.STAIN
    mask[12:23, 12:23] = DefectClass.BACKGROUND
    mask[16:19, 16:19] = DefectClass.STAIN
    ring, dot = defects_of(mask)
    assert (ring.pixel_count, dot.pixel_count) == (15 * 15 - 11 * 11, 9)


def test_corners_connect_but_classes_do_not():
    mask = empty()
    mask[10:12, 10:12] = DefectClass.STAIN
    mask[12:14, 12:14] = DefectClass.STAIN  # touches at a corner
    mask[14:16, 10:14] = DefectClass.SCRATCH  # touches at a side
    stain, scratch = sorted(defects_of(mask), key=lambda found: -found.defect_class)
    assert (stain.pixel_count, scratch.pixel_count) == (8, 8)


def test_largest_first_whatever_the_class_then_reading_order():
    mask = empty()
    mask[50:60, 50:60] = DefectClass.STAIN
    mask[5:25, 5:25] = DefectClass.SCRATCH
    mask[40:45, 30:35] = DefectClass.STAIN
    mask[40:45, 10:15] = DefectClass.STAIN
    found = defects_of(mask)
    assert [defect.defect_no for defect in found] == [1, 2, 3, 4]
    assert [defect.bounds_x for defect in found] == [5, 50, 10, 30]


def test_confidence_is_the_mean_over_the_defects_own_pixels():
    mask = empty()
    mask[10:12, 10:12] = DefectClass.STAIN
    mask[30, 30] = DefectClass.STAIN
    confidence = np.full(mask.shape, 0.1, dtype=np.float32)
    confidence[10:12, 10:12] = [[0.5, 0.7], [0.9, 0.9]]
    confidence[30, 30] = 0.25
    large, small = find_defects(mask, confidence)
    assert large.confidence == pytest.approx(0.75)
    assert small.confidence == pytest.approx(0.25)


def test_centre_of_mass_follows_the_pixels_not_the_outline():
    mask = empty()
    mask[10, 10:20] = DefectClass.SCRATCH
    mask[11:20, 10] = DefectClass.SCRATCH
    (angle,) = defects_of(mask)
    # 10 pixels with x 10..19 and 9 with x 10: (145 + 90) / 19; the same in y.
    assert angle.part_x == pytest.approx((235 / 19 + 0.5) / 64)
    assert angle.part_y == pytest.approx(angle.part_x)


@pytest.mark.parametrize("density", [0.02, 0.2, 0.5, 0.8])
def test_noise_has_the_components_that_scipy_finds(density):
    rng = np.random.default_rng(17)
    mask = rng.choice([0, 1, 2], p=[1 - density, density / 2, density / 2], size=(80, 90))
    mask = mask.astype(np.uint8)
    found = defects_of(mask)
    for defect_class in (DefectClass.SCRATCH, DefectClass.STAIN):
        labels, count = ndimage.label(mask == defect_class, structure=np.ones((3, 3)))
        sizes = sorted(np.bincount(labels.ravel())[1:].tolist())
        ours = [defect.pixel_count for defect in found if defect.defect_class == defect_class]
        assert len(ours) == count
        assert sorted(ours) == sizes


def test_other_mask_values_are_background():
    assert defects_of(np.full((20, 20), 255, dtype=np.uint8)) == ()


def test_shapes_must_agree():
    with pytest.raises(ValueError, match=r"mask \(4, 4\) and confidence \(4, 5\)"):
        find_defects(empty(4, 4), np.ones((4, 5), dtype=np.float32))
