import math
from dataclasses import fields

import numpy as np
import pytest

from inference.classes import DefectClass
from inference.defects import find_defects
from inference.metrics import CHARTED_METRICS, SurfaceMetrics, combine_views, measure_surface


def measured(mask, um_per_px=None):
    defects = find_defects(mask, np.ones(mask.shape, dtype=np.float32))
    height, width = mask.shape
    return measure_surface(defects, width=width, height=height, um_per_px=um_per_px)


def surface():
    """100 x 50 pixels: a stain of 20 x 20, one of 3 x 3, scratches of 30 and 11 pixels."""
    mask = np.zeros((50, 100), dtype=np.uint8)
    mask[10:30, 40:60] = DefectClass.STAIN
    mask[40:43, 5:8] = DefectClass.STAIN
    mask[2, 10:40] = DefectClass.SCRATCH
    mask[35:46, 90] = DefectClass.SCRATCH
    return mask


def test_a_surface_with_two_stains_and_two_scratches():
    metrics = measured(surface())
    assert (metrics.stain_count, metrics.scratch_count) == (2, 2)
    assert metrics.largest_stain_area_px == 361.0
    assert metrics.largest_stain_radius_px == pytest.approx(19 / math.sqrt(2), abs=2e-4)
    assert (metrics.largest_stain_x, metrics.largest_stain_y) == (49.5, 19.5)
    assert metrics.total_stain_area_px == 409.0
    assert metrics.total_stain_pct == pytest.approx(100 * 409 / 5000)
    assert metrics.longest_scratch_px == 29.0
    assert metrics.total_scratch_area_px == 41.0
    assert metrics.total_scratch_pct == pytest.approx(0.82)
    assert metrics.surface_px == 5000


def test_without_a_scale_nothing_is_in_millimetres():
    metrics = measured(surface())
    assert metrics.largest_stain_area_mm2 is None
    assert metrics.longest_scratch_mm is None
    assert metrics.total_stain_area_mm2 is None
    assert metrics.total_scratch_area_mm2 is None


def test_at_20_micrometres_a_pixel_is_0_0004_square_millimetres():
    metrics = measured(surface(), um_per_px=20.0)
    assert metrics.largest_stain_area_mm2 == pytest.approx(361 * 0.0004)
    assert metrics.longest_scratch_mm == pytest.approx(29 * 0.02)
    assert metrics.total_stain_area_mm2 == pytest.approx(409 * 0.0004)
    assert metrics.total_scratch_area_mm2 == pytest.approx(41 * 0.0004)


def test_a_clean_surface_has_zeros_and_no_circle():
    metrics = measured(np.zeros((10, 10), dtype=np.uint8), um_per_px=20.0)
    assert (metrics.stain_count, metrics.scratch_count) == (0, 0)
    assert metrics.largest_stain_area_px == metrics.longest_scratch_px == 0.0
    assert metrics.largest_stain_radius_px is None
    assert metrics.largest_stain_x is None
    assert metrics.largest_stain_y is None
    assert metrics.largest_stain_area_mm2 == metrics.longest_scratch_mm == 0.0


def test_a_single_pixel_of_stain_is_a_largest_stain_of_area_0_with_a_place():
    mask = np.zeros((10, 10), dtype=np.uint8)
    mask[4, 6] = DefectClass.STAIN
    metrics = measured(mask)
    assert (metrics.stain_count, metrics.largest_stain_area_px) == (1, 0.0)
    assert (metrics.largest_stain_x, metrics.largest_stain_y) == (6.0, 4.0)
    assert metrics.total_stain_pct == pytest.approx(1.0)


def test_views_of_one_part_are_added_up():
    small = np.zeros((50, 50), dtype=np.uint8)
    small[10:40, 10:40] = DefectClass.STAIN  # larger than any in the other view
    small[0, :20] = DefectClass.SCRATCH
    combined = combine_views([measured(surface(), 20.0), measured(small, 10.0)])
    assert (combined.stain_count, combined.scratch_count) == (3, 3)
    assert combined.largest_stain_area_px == 29.0 * 29.0
    assert (combined.largest_stain_x, combined.largest_stain_y) == (24.5, 24.5)
    assert combined.total_stain_area_px == 409 + 900
    assert combined.surface_px == 7500
    assert combined.total_stain_pct == pytest.approx(100 * 1309 / 7500)
    assert combined.longest_scratch_px == 29.0
    assert combined.total_scratch_pct == pytest.approx(100 * 61 / 7500)
    # 841 pixels of 10 micrometres are smaller than 361 of 20: 0.0841 against 0.1444.
    assert combined.largest_stain_area_mm2 == pytest.approx(361 * 0.0004)
    assert combined.longest_scratch_mm == pytest.approx(0.58)
    assert combined.total_stain_area_mm2 == pytest.approx(409 * 0.0004 + 900 * 0.0001)
    assert combined.total_scratch_area_mm2 == pytest.approx(41 * 0.0004 + 20 * 0.0001)


def test_one_view_combines_to_itself():
    metrics = measured(surface(), 20.0)
    assert combine_views([metrics]) == metrics


def test_one_view_without_a_scale_leaves_no_millimetres():
    combined = combine_views([measured(surface(), 20.0), measured(surface())])
    assert combined.total_stain_area_mm2 is None
    assert combined.largest_stain_area_mm2 is None
    assert combined.longest_scratch_mm is None


def test_no_view_is_an_error():
    with pytest.raises(ValueError, match="at least one view"):
        combine_views([])


def test_a_surface_needs_pixels():
    with pytest.raises(ValueError, match="a surface needs pixels, got 0 x 10"):
        measure_surface((), width=0, height=10)


@pytest.mark.parametrize("scale", [0.0, -1.0, math.inf, math.nan])
def test_a_scale_must_be_a_positive_number(scale):
    with pytest.raises(ValueError, match="um_per_px must be a positive number"):
        measure_surface((), width=10, height=10, um_per_px=scale)


def test_every_charted_metric_is_a_field():
    assert set(CHARTED_METRICS) <= {field.name for field in fields(SurfaceMetrics)}
