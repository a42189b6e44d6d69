"""Computed constants against the printed tables."""

import json

import pytest

from spc.constants import c4, d2, d3, d4_of_two
from spc.errors import ChartError


@pytest.mark.real_data
@pytest.mark.parametrize(("name", "constant"), [("d2", d2), ("d3", d3), ("c4", c4)])
def test_constants_agree_with_exact_values_to_seven_digits(shared_data, name, constant):
    case = json.loads((shared_data / "spc_cases" / "constants_d2_d3_c4_A_B_D.json").read_text())
    computed = [constant(n) for n in range(2, 26)]
    assert computed == pytest.approx(case["data"][name]["exact"], abs=6e-8)


def test_constants_of_montgomery_appendix_vi():
    # Montgomery, Introduction to Statistical Quality Control, appendix VI, n = 5.
    assert [round(d2(5), 3), round(d3(5), 3), round(c4(5), 4)] == [2.326, 0.864, 0.94]


def test_median_range_of_two_is_wheelers_constant():
    # Wheeler, median moving range: .954.
    assert round(d4_of_two(), 3) == 0.954


@pytest.mark.parametrize("constant", [d2, d3])
def test_a_range_needs_two_values(constant):
    with pytest.raises(ChartError, match="subgroup size of at least 2, but got 1"):
        constant(1)


def test_a_standard_deviation_needs_more_than_one_value():
    with pytest.raises(ChartError, match="c4 needs a subgroup size above 1"):
        c4(1)
