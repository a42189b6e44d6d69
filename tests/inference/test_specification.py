import math
from dataclasses import fields, replace

import pytest

from inference.errors import SpecificationError
from inference.metrics import SurfaceMetrics, measure_surface
from inference.specification import SPECIFIABLE_METRICS, Disposition, SpecificationLimit, judge

CLEAN = measure_surface((), width=100, height=100)
PART = replace(CLEAN, stain_count=7, total_stain_pct=1.25, longest_scratch_px=80.0)


def test_every_failed_criterion_is_named_with_value_and_limit():
    limits = [
        SpecificationLimit("stain_count", upper=5),
        SpecificationLimit("total_stain_pct", upper=1.0),
        SpecificationLimit("longest_scratch_px", upper=100),
        SpecificationLimit("longest_scratch_px", lower=90.5),
    ]
    assert judge(PART, limits) == Disposition(
        passed=False,
        failed=("stain_count 7 > 5", "total_stain_pct 1.25 > 1", "longest_scratch_px 80 < 90.5"),
    )


def test_a_value_equal_to_its_limit_passes():
    assert judge(PART, [SpecificationLimit("stain_count", lower=7, upper=7)]).passed


def test_without_limits_a_part_passes():
    assert judge(PART, []) == Disposition(passed=True, failed=())


def test_a_limit_in_millimetres_without_a_scale_is_not_shown_to_be_met():
    verdict = judge(CLEAN, [SpecificationLimit("largest_stain_area_mm2", upper=0.5)])
    assert verdict == Disposition(
        passed=False, failed=("largest_stain_area_mm2 unknown: no scale",)
    )


def test_an_unknown_metric_lists_the_known_ones():
    with pytest.raises(
        SpecificationError, match=r"no metric 'stains' to limit; known: stain_count"
    ):
        SpecificationLimit("stains", upper=5)


def test_a_limit_needs_a_side():
    with pytest.raises(SpecificationError, match="specification of stain_count has no limit"):
        SpecificationLimit("stain_count")


@pytest.mark.parametrize(("lower", "upper"), [(6, 5), (None, math.nan), (-math.inf, 5)])
def test_limits_must_be_finite_and_in_order(lower, upper):
    with pytest.raises(SpecificationError, match="must be finite and lower <= upper"):
        SpecificationLimit("stain_count", lower=lower, upper=upper)


def test_every_specifiable_metric_is_a_field():
    assert set(SPECIFIABLE_METRICS) <= {field.name for field in fields(SurfaceMetrics)}
