"""Fisher's exact test over many rates."""

import numpy as np
import pytest
from scipy import stats

from spc.errors import ValuesError
from spc.rate_comparison import changed_rates


def test_a_rise_a_fall_and_nothing_are_told_apart():
    # R: fisher.test(matrix(c(9,1,1,9),2)) gives p = 0.001093; three tests need p <= .01667.
    assert changed_rates([9, 5, 1], 10, [1, 5, 9], 10).tolist() == [1, 0, -1]


def test_more_rates_need_more_evidence():
    # 2 * 101/184,756 = .0010933: enough for 45 tests at 5 % (45 * p = .0492), not for 46 (.0503).
    first, rest = [9], [5]
    assert changed_rates(first + rest * 44, 10, [1] + rest * 44, 10)[0] == 1
    assert changed_rates(first + rest * 45, 10, [1] + rest * 45, 10)[0] == 0


@pytest.mark.parametrize(("counts", "before"), [((3, 40), (1, 900)), ((25, 60), (40, 300))])
def test_the_tails_are_those_of_scipys_fisher_test(counts, before):
    (now, parts), (earlier, parts_before) = counts, before
    table = [[now, parts - now], [earlier, parts_before - earlier]]
    tail = stats.fisher_exact(table, alternative="greater").pvalue
    just = changed_rates([now], parts, [earlier], parts_before, risk=min(2 * tail * 1.001, 0.99))
    short = changed_rates([now], parts, [earlier], parts_before, risk=min(2 * tail * 0.999, 0.98))
    assert (just[0], short[0]) == (1, 0)


def test_without_parts_on_either_side_nothing_is_certain():
    assert changed_rates([0], 0, [5], 10).tolist() == [0]
    assert changed_rates([5], 10, [0], 0).tolist() == [0]
    assert changed_rates(np.zeros((0, 3)), 5, np.zeros((0, 3)), 5).shape == (0, 3)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (([11], 10, [1], 10), "now: of 10 parts, 11 to 11 were counted"),
        (([1], 10, [-1], 10), "before: of 10 parts, -1"),
        (([1, 2], 10, [1], 10), r"shape \(2,\) cannot be compared"),
    ],
)
def test_impossible_counts_are_refused(asked, words):
    with pytest.raises(ValuesError, match=words):
        changed_rates(*asked)


def test_a_map_without_a_change_is_hatched_no_more_often_than_promised():
    rng = np.random.default_rng(5)
    runs, cells = 400, 256
    named = 0
    for _ in range(runs):
        rates = rng.uniform(0.01, 0.2, cells)
        now, before = rng.binomial(200, rates), rng.binomial(500, rates)
        named += bool(changed_rates(now, 200, before, 500).any())
    # Exact tests are conservative: at most 5 %, binomial standard error 1.1 %.
    assert named / runs <= 0.05 + 3 * 0.011
