"""What holds for every chart: unit and zero point do not matter, later points change nothing."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from spc.chart import chart
from spc.errors import SpcError
from spc.kinds import KINDS
from spc.layout import Layout

SINGLE = ["imr", "ewma", "cusum", "ma", "run"]
# Multiples of 1/16 and powers of two keep every sum exact, so ties stay ties.
VALUES = st.lists(
    st.one_of(st.integers(-64, 64).map(lambda v: v / 16), st.just(math.nan)),
    min_size=4,
    max_size=50,
)


def evaluated(values, kind, **arguments):
    try:
        return chart(np.array(values), kind=kind, figures=False, **arguments)
    except SpcError:
        return None


def places(result):
    return [(s.index, s.panel, s.rule, s.run) for s in result.signals]


@settings(max_examples=60, deadline=None)
@given(VALUES, st.sampled_from(SINGLE), st.integers(-4, 4), st.integers(-3, 3))
def test_signals_do_not_depend_on_unit_and_zero_point(values, kind, shift, power):
    plain = evaluated(values, kind)
    assume(plain is not None)
    moved = evaluated(np.array(values) * 2.0**power + shift, kind)
    # Where a point lies on a limit to the last digit, rounding decides.
    assume(not on_a_limit(plain))
    assert [place[:3] for place in places(moved)] == [place[:3] for place in places(plain)]
    for before, after in zip(plain.panels, moved.panels, strict=True):
        located = before.name not in ("moving-range", "cusum-high", "cusum-low")
        offset = shift if located else 0.0
        for line in ("value", "center", "lcl", "ucl"):
            expected = getattr(before, line) * 2.0**power + offset
            assert getattr(after, line) == pytest.approx(expected, abs=1e-9, nan_ok=True)


def on_a_limit(result):
    """Whether a value lies within rounding of a limit or of a zone border."""
    for panel in result.panels:
        width = np.where(np.isnan(panel.ucl), panel.lcl, panel.ucl) - panel.center
        z = 3 * (panel.value - panel.center) / np.where(width == 0, np.nan, width)
        if np.any(np.abs(z - np.round(z)) < 1e-9):
            return True
    return False


@settings(max_examples=50, deadline=None)
@given(
    VALUES,
    st.lists(st.integers(-64, 64).map(lambda v: v / 16), min_size=1, max_size=12),
    st.sampled_from(["imr", "ewma", "cusum", "ma"]),
)
def test_later_points_change_neither_limits_nor_earlier_signals(values, later, kind):
    n = len(values)
    before = evaluated(values, kind, baseline=(1, n))
    assume(before is not None)
    after = evaluated([*values, *later], kind, baseline=(1, n))
    assert [place for place in places(after) if place[0] < n] == places(before)
    assert np.array_equal(after.panels[0].ucl[:n], before.panels[0].ucl, equal_nan=True)


@settings(max_examples=40, deadline=None)
@given(VALUES)
def test_no_run_reaches_across_a_missing_value(values):
    result = evaluated(values, "imr")
    assume(result is not None)
    for signal in result.signals:
        first, last = signal.run
        assert not np.isnan(values[first : last + 1]).any()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["t2", "mewma"]))
def test_charts_of_several_variables_do_not_depend_on_their_units(seed, kind):
    random = np.random.default_rng(seed)
    values = random.normal(size=(30, 2))
    mixed = values @ np.array([[2.0, 1.0], [-1.0, 3.0]]) + [5.0, -7.0]
    plain, moved = (evaluated(each, kind) for each in (values, mixed))
    assert moved.panels[0].value == pytest.approx(plain.panels[0].value, rel=1e-7)
    assert moved.panels[0].ucl == pytest.approx(plain.panels[0].ucl)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["xbar-r", "xbar-s", "three-way"]))
def test_charts_of_subgroups_do_not_depend_on_unit_and_zero_point(seed, kind):
    values = np.random.default_rng(seed).normal(size=40)
    plain = evaluated(values, kind, size=4)
    moved = evaluated(values * 3 + 100, kind, size=4)
    assert [place[:3] for place in places(moved)] == [place[:3] for place in places(plain)]
    assert moved.sigma == pytest.approx(3 * plain.sigma)
    assert moved.center == pytest.approx(3 * plain.center + 100)


ARGUMENTS = {
    Layout.SINGLE: {},
    Layout.MEANS: {},
    Layout.OPPORTUNITIES: {"opportunities": [50] * 30},
    Layout.SUBGROUPS: {"size": 3},
    Layout.SEVERAL: {},
    Layout.SEVERAL_OR_SUBGROUPS: {},
    Layout.PARTS: {"part": list("aaabbb") * 5},
}


def sample(kind):
    random = np.random.default_rng(3)
    several = KINDS[kind].layout in (Layout.SEVERAL, Layout.SEVERAL_OR_SUBGROUPS)
    return random.poisson(6.0, size=(30, 2) if several else 30).astype(float)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_gives_limits_at_every_point_and_json_without_nan(kind):
    arguments = ARGUMENTS[KINDS[kind].layout]
    result = chart(sample(kind), kind=kind, figures=False, **arguments)
    report = result.to_dict()
    assert report["chart"] == kind
    for panel in result.panels:
        if panel.name == "run":
            continue
        limits = np.where(np.isnan(panel.ucl), panel.lcl, panel.ucl)
        assert np.isfinite(limits).all(), panel.name


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("values", [[], [7.0], [math.nan] * 5, [5.0] * 30])
def test_every_kind_refuses_series_without_limits(kind, values):
    several = KINDS[kind].layout in (Layout.SEVERAL, Layout.SEVERAL_OR_SUBGROUPS)
    arguments = dict(ARGUMENTS[KINDS[kind].layout])
    for name in ("opportunities", "part"):
        if name in arguments:
            arguments[name] = arguments[name][: len(values)]
    if kind in ("p", "np", "u", "beta-binomial") and values and not math.isnan(values[0]):
        # A share of equal counts still varies by chance: these charts have limits of their law.
        assert np.isfinite(evaluated(values, kind, **arguments).panels[0].ucl).all()
        return
    table = [[value, value] for value in values] if several else values
    with pytest.raises(SpcError):
        chart(table, kind=kind, figures=False, **arguments)
