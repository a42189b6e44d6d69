import math

import numpy as np
import pytest

from spc.capability.errors import SpecificationError
from spc.errors import ChartError, ConstantSeriesError, ValuesError
from spc.gage.anova import gage_anova
from spc.gage.average_range import gage_range
from spc.gage.errors import StudyError

# AIAG, Measurement Systems Analysis, 4th ed., the study of ten parts, three appraisers and three
# trials; one row per trial, three rows per appraiser.
AIAG = np.array([
    [0.29, -0.56, 1.34, 0.47, -0.80, 0.02, 0.59, -0.31, 2.26, -1.36],
    [0.41, -0.68, 1.17, 0.50, -0.92, -0.11, 0.75, -0.20, 1.99, -1.25],
    [0.64, -0.58, 1.27, 0.64, -0.84, -0.21, 0.66, -0.17, 2.01, -1.31],
    [0.08, -0.47, 1.19, 0.01, -0.56, -0.20, 0.47, -0.63, 1.80, -1.68],
    [0.25, -1.22, 0.94, 1.03, -1.20, 0.22, 0.55, 0.08, 2.12, -1.62],
    [0.07, -0.68, 1.34, 0.20, -1.28, 0.06, 0.83, -0.34, 2.19, -1.50],
    [0.04, -1.38, 0.88, 0.14, -1.46, -0.29, 0.02, -0.46, 1.77, -1.49],
    [-0.11, -1.13, 1.09, 0.20, -1.07, -0.67, 0.01, -0.56, 1.45, -1.77],
    [-0.15, -0.96, 0.67, 0.11, -1.45, -0.49, 0.21, -0.49, 1.87, -2.16],
])  # fmt: skip
PARTS = np.tile(np.arange(10), 9)
OPERATORS = np.repeat(list("ABC"), 30)


def aiag(method, **options):
    return method(AIAG.ravel(), PARTS, OPERATORS, **options)


def test_analysis_of_variance_gives_the_published_standard_deviations():
    found = aiag(gage_anova)
    # The manual's ANOVA report: EV, AV, interaction, GRR, PV, TV; 27.9 % and ndc 4.
    assert found.ev == pytest.approx(0.199933, abs=1e-6)
    assert found.av == pytest.approx(0.226838, abs=1e-6)
    assert found.interaction == 0
    assert found.grr == pytest.approx(0.302373, abs=2e-6)
    assert found.pv == pytest.approx(1.042327, abs=1e-6)
    assert found.tv == pytest.approx(1.085, abs=5e-4)
    assert found.grr_percent_tv == pytest.approx(27.9, abs=0.05)
    assert found.ndc == 4


def test_the_analysis_of_variance_table_is_the_published_one():
    found = aiag(gage_anova)
    table = {row.source: row for row in found.anova}
    # The manual's ANOVA table: sums of squares and degrees of freedom; F .434 and p .974.
    for source, freedom, total in (
        ("operators", 2, 3.1673),
        ("parts", 9, 88.3619),
        ("interaction", 18, 0.3590),
        ("error", 60, 2.7589),
    ):
        assert table[source].freedom == freedom
        assert table[source].sum_of_squares == pytest.approx(total, abs=5e-5)
    assert table["interaction"].f == pytest.approx(0.434, abs=5e-4)
    assert found.interaction_p == pytest.approx(0.974, abs=5e-4)
    assert found.pooled


def test_the_average_and_range_method_gives_the_published_report():
    found = aiag(gage_range)
    # The manual's GRR report form, with K1, K2 and K3 rounded to four places.
    for value, published in (
        (found.ev, 0.20188),
        (found.av, 0.22963),
        (found.grr, 0.30575),
        (found.pv, 1.10456),
        (found.tv, 1.14610),
    ):
        assert value == pytest.approx(published, abs=2e-4)
    assert found.grr_percent_tv == pytest.approx(26.68, abs=0.01)
    assert found.ndc == 5


def test_an_interaction_that_is_not_pooled_is_reported():
    found = aiag(gage_anova, pooled_above=1.0)
    assert not found.pooled
    # By hand from the published mean squares: (1.58363 − .01994) / 30 and (9.81799 − .01994) / 9.
    assert found.ev == pytest.approx(math.sqrt(2.7589333 / 60), abs=1e-6)
    assert found.av == pytest.approx(math.sqrt((1.583631 - 0.019943) / 30), abs=1e-5)
    assert found.pv == pytest.approx(math.sqrt((9.817993 - 0.019943) / 9), abs=1e-5)
    # The interaction's mean square is below that of the error: its variance is 0.
    assert found.interaction == 0


def crossed(random, *, parts=10, operators=3, trials=3, ev=0.2, av=0.1, cross=0.0, pv=1.0):
    cells = (
        pv * random.normal(size=(parts, 1, 1))
        + av * random.normal(size=(1, operators, 1))
        + cross * random.normal(size=(parts, operators, 1))
        + ev * random.normal(size=(parts, operators, trials))
    )
    part, operator, _ = np.indices(cells.shape)
    return cells.ravel(), part.ravel(), operator.ravel()


def test_a_real_interaction_is_found_and_kept():
    found = gage_anova(*crossed(np.random.default_rng(0), cross=0.6))
    assert not found.pooled
    assert found.interaction == pytest.approx(0.6, abs=0.2)
    assert found.grr == pytest.approx(math.hypot(found.ev, found.av, found.interaction))


def test_the_interval_of_the_gages_share_holds_the_truth():
    runs, hits = 120, 0
    truth = 100 * math.sqrt(0.05 / 1.05)
    for seed in range(runs):
        found = gage_anova(*crossed(np.random.default_rng(seed))).grr_interval
        hits += found.low <= truth <= found.high
    # Standard error of a share of .95 of 120: .02.
    assert hits / runs >= 0.95 - 3 * 0.02


def test_one_operator_gives_repeatability_only():
    values, parts, _ = crossed(np.random.default_rng(1), operators=1, trials=4)
    found = gage_anova(values, parts, ["camera"] * values.size)
    assert found.av == 0
    assert found.interaction_p is None
    cells = values.reshape(10, 4)
    # One-way analysis of variance by hand.
    assert found.ev == pytest.approx(math.sqrt(cells.var(axis=1, ddof=1).mean()))
    assert found.pv == pytest.approx(math.sqrt(cells.mean(axis=1).var(ddof=1) - found.ev**2 / 4))
    assert gage_range(values, parts, ["camera"] * values.size).av == 0


def test_the_order_of_the_rows_does_not_matter():
    order = np.random.default_rng(0).permutation(90)
    shuffled = gage_anova(AIAG.ravel()[order], PARTS[order], OPERATORS[order])
    assert shuffled.grr == pytest.approx(aiag(gage_anova).grr)


def test_the_share_of_the_tolerance_is_six_grr():
    found = aiag(gage_anova, tolerance=6.0)
    assert found.grr_percent_tolerance == pytest.approx(100 * found.grr)
    assert found.verdict == "conditional"


def test_a_gage_that_always_reads_alike_has_no_number_of_categories():
    found = gage_anova([1, 1, 2, 2], ["a", "a", "b", "b"], ["x"] * 4)
    assert (found.grr, found.ndc, found.verdict) == (0, None, "good")
    assert found.grr_interval.high == 0


@pytest.mark.parametrize(
    ("values", "parts", "operators", "error", "message"),
    [
        ([1, 2, 3], "aab", "xxx", StudyError, "part 'b' was measured 1 times by operator 'x'"),
        ([1, 2, 3, 4], "aabb", "xyxx", StudyError, "add the measurements or leave the part out"),
        ([1, 2], "ab", "xx", StudyError, "measured once by each operator"),
        ([1, 2], "aa", "xx", StudyError, "all measurements are of one part"),
        ([1, np.nan], "aa", "xx", ValuesError, r"values\[1\] is missing"),
        ([1, 1], "ab", "xx", ConstantSeriesError, "all 2 measurements are 1"),
        ([1, 2], "a", "xx", ValuesError, "2 values, but 1 labels of the part"),
        ([1, 2], ["a", " "], "xx", ValuesError, "row 2 names no part"),
    ],
)
def test_a_study_that_is_not_crossed_is_refused(values, parts, operators, error, message):
    with pytest.raises(error, match=message):
        gage_anova(values, list(parts), list(operators))


def test_options_out_of_range_are_refused():
    with pytest.raises(ChartError, match="pooled_above is a p-value"):
        aiag(gage_anova, pooled_above=2.0)
    with pytest.raises(SpecificationError, match="width of the specification"):
        aiag(gage_range, tolerance=0.0)
