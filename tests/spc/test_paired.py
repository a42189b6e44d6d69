"""Paired changes against hand computations and simulation."""

import numpy as np
import pytest

from spc.errors import ValuesError
from spc.paired import FEW_GROUPS, paired_increase


def sums_by_day(changes):
    """Number, sum and sum of squares of each row of `changes`."""
    return (
        [len(day) for day in changes],
        [float(np.sum(day)) for day in changes],
        [float(np.sum(np.square(day))) for day in changes],
    )


def test_with_few_days_it_is_the_paired_t_test():
    # R: t.test(c(0,1,2,3,4,8)) gives mean 3, 95 % interval 0.03121 to 5.96879, p = 0.04852;
    # by hand: s^2 = (9+4+1+0+1+25)/5 = 8, error = sqrt(8/6) = 1.154701, t(5) = 2.570582.
    found = paired_increase(*sums_by_day([[0, 1, 2], [3, 4, 8]]))
    assert (found.pairs, found.groups, found.by_group) == (6, 2, False)
    assert found.mean == 3.0
    assert found.low == pytest.approx(3.0 - 2.570582 * 1.154701, abs=1e-5)
    assert found.high == pytest.approx(3.0 + 2.570582 * 1.154701, abs=1e-5)
    assert found.certain


def test_with_eight_days_the_error_is_that_of_the_days():
    # Each day two parts that change alike by 0 or 2: the day's deviation from the mean of 1 is
    # 2 * (+-1), so sum of squares 8 * 4 = 32, error = sqrt(8/7 * 32) / 16 = 0.377964.
    found = paired_increase([2] * 8, [0.0, 4.0] * 4, [0.0, 8.0] * 4)
    assert found.by_group
    # t(7) = 2.364624.
    assert found.high - found.mean == pytest.approx(2.364624 * 0.377964, abs=1e-5)


def test_days_without_a_part_change_nothing():
    assert paired_increase([4, 0], [6.0, 0.0], [14.0, 0.0]) == paired_increase([4], [6.0], [14.0])


def test_one_part_gives_a_mean_without_an_interval():
    found = paired_increase([1], [2.0], [4.0])
    assert (found.mean, found.low, found.high, found.p_value) == (2.0, -np.inf, np.inf, 1.0)
    assert not found.certain


def test_parts_that_all_change_alike_leave_no_doubt():
    found = paired_increase([5], [10.0], [20.0])
    assert (found.low, found.high, found.p_value) == (2.0, 2.0, 0.0)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (([1, 2], [1.0], [1.0]), "one value per day"),
        (([0], [0.0], [0.0]), "no part was measured at both"),
        (([], [], []), "no part was measured at both"),
    ],
)
def test_what_cannot_be_compared_is_refused(asked, words):
    with pytest.raises(ValuesError, match=words):
        paired_increase(*asked)


def test_a_confidence_outside_0_to_1_is_refused():
    with pytest.raises(ValuesError, match="between 0 and 1, not 95"):
        paired_increase([4], [6.0], [14.0], confidence=95)


def test_where_days_differ_the_interval_still_covers():
    """20 days whose levels vary as much as parts: single parts would cover far less."""
    rng = np.random.default_rng(11)
    runs, days, parts = 600, 20, 30
    changes = rng.normal(size=(runs, days, 1)) + rng.normal(size=(runs, days, parts))
    found = [paired_increase(*sums_by_day(run)) for run in changes]
    covered = np.mean([one.low <= 0.0 <= one.high for one in found])
    # Binomial standard error of 95 % over 600 runs: 0.9 %.
    assert days >= FEW_GROUPS
    assert abs(covered - 0.95) < 3 * 0.009
