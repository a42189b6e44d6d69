"""Trial limits, exclusions step by step, stages and subgroups."""

import json
import math

import numpy as np
import pytest

from spc.chart import chart
from spc.errors import BaselineError, ChartError, TimesError, TooFewPointsError, ValuesError
from spc.subgrouping import by_size, by_window

NOISE = np.random.default_rng(5).normal(10.0, 1.0, size=60)
# Montgomery, table 7.1: nonconforming orange juice cans in 30 samples of 50.
CANS = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]  # fmt: skip


def test_exclusions_are_recomputed_one_step_at_a_time():
    result = chart(
        CANS,
        kind="p",
        opportunities=[50] * 30,
        exclusions=[(14, "new batch of raw material"), (22, "inexperienced operator")],
        rules="beyond-limits",
        figures=False,
    )
    first, second, third = result.phase["steps"]
    # Montgomery, example 7.1: trial centre .2313 and limits .0524 and .4102.
    assert (first["center"], first["ucl"]) == (pytest.approx(0.2313, abs=5e-5), pytest.approx(0.4102, abs=5e-5))  # fmt: skip
    assert first["excluded"] == []
    # One sample less: (347 − 22) / 1450.
    assert second["center"] == pytest.approx(325 / 1450)
    assert second["excluded"] == [{"index": 15, "reason": "new batch of raw material"}]
    # Revised: .2150 and .3893.
    assert third["center"] == pytest.approx(0.2150, abs=5e-5)
    assert third["ucl"] == pytest.approx(0.3893, abs=5e-5)
    # Sample 21 then exceeds the revised limit, as Montgomery says; excluded samples stay flagged.
    assert sorted({s.index + 1 for s in result.signals}) == [15, 21, 23]


def test_trial_limits_leave_out_what_lies_outside_until_nothing_does():
    result = chart(CANS, kind="p", opportunities=[50] * 30, trial_limits=True, figures=False)
    excluded = [[each["index"] for each in step["excluded"]] for step in result.phase["steps"]]
    # Montgomery, example 7.1: 15 and 23 first, then 21.
    assert excluded == [[], [15, 23], [21]]
    assert result.phase["exclusions"][0]["reason"] == "outside the trial limits of step 1"
    # (347 − 22 − 24 − 20) / 1350.
    assert result.phase["center"] == pytest.approx(281 / 1350)
    assert json.dumps(result.to_dict(), allow_nan=False)


def test_without_exclusions_there_are_no_steps():
    assert "steps" not in chart(NOISE, kind="imr", figures=False).phase
    clean = chart(NOISE, kind="imr", trial_limits=True, figures=False)
    assert [step["excluded"] for step in clean.phase["steps"]] == [[]]


def test_only_points_of_the_baseline_are_left_out():
    values = np.append(NOISE, [30.0, 40.0])
    result = chart(values, kind="imr", baseline=(1, 60), trial_limits=True, figures=False)
    assert result.phase["exclusions"] == []
    assert {60, 61} <= {signal.index for signal in result.signals}


def test_a_moving_range_blames_no_single_point():
    # The jump from 2.2 to −2.2 is beyond the limit of the moving ranges, neither point beyond its own.
    values = [0.5, -0.5] * 10 + [2.2, -2.2] + [0.5, -0.5] * 5
    result = chart(values, kind="imr", trial_limits=True, figures=False)
    assert {s.panel for s in result.signals if s.rule == "nelson-1"} == {"moving-range"}
    assert result.phase["exclusions"] == []


def test_a_baseline_that_falls_apart_is_refused():
    values = np.where(np.arange(60) < 30, 1.0, 9.0) + NOISE / 1000
    with pytest.raises(BaselineError, match="no process in control with a few odd points"):
        chart(values, kind="imr", trial_limits=True, figures=False)


@pytest.mark.parametrize("kind", ["ewma", "cusum", "ma", "run"])
def test_charts_that_remember_have_no_trial_limits(kind):
    with pytest.raises(ChartError, match="carry those before them"):
        chart(NOISE, kind=kind, trial_limits=True)


STAGE = ["before"] * 30 + ["after"] * 30


def test_each_stage_has_limits_of_its_own_and_no_run_reaches_across():
    values = np.append(NOISE[:30], NOISE[30:] + 8)
    whole = chart(values, kind="imr", stage=STAGE, figures=False)
    parts = [chart(part, kind="imr", figures=False) for part in (values[:30], values[30:])]
    for index, panel in enumerate(whole.panels):
        for line in ("value", "center", "lcl", "ucl"):
            expected = np.concatenate([getattr(part.panels[index], line) for part in parts])
            assert np.array_equal(getattr(panel, line), expected, equal_nan=True)
    assert all((s.run[0] < 30) == (s.index < 30) for s in whole.signals)
    first, second = whole.phase["stages"]
    assert (first["stage"], first["first"], first["last"]) == ("before", 1, 30)
    assert (second["stage"], second["first"], second["last"]) == ("after", 31, 60)
    assert whole.center == parts[1].center


def test_exclusions_of_stages_count_from_the_whole_series():
    values = NOISE.copy()
    values[40] = 99.0
    result = chart(values, kind="imr", stage=STAGE, exclusions=[(40, "spike")], figures=False)
    assert result.phase["stages"][1]["exclusions"] == [{"index": 41, "reason": "spike"}]
    assert result.phase["stages"][0]["exclusions"] == []
    assert result.panels[0].ucl[40] < 20
    with pytest.raises(BaselineError, match="point 61 cannot be excluded: it is outside 1:60"):
        chart(values, kind="imr", stage=STAGE, exclusions=[(60, "none")])


def test_a_stage_that_cannot_be_charted_is_named():
    with pytest.raises(
        TooFewPointsError, match=r"stage 'z' \(points 60:60\): 1 values are too few"
    ):
        chart(NOISE, kind="imr", stage=["a"] * 59 + ["z"])
    with pytest.raises(ValuesError, match="60 values, but 2 stage labels; one each"):
        chart(NOISE, kind="imr", stage=["a", "b"])
    with pytest.raises(ChartError, match="give stages or a baseline, not both"):
        chart(NOISE, kind="imr", stage=STAGE, baseline=(1, 20))


def test_stages_of_subgroups_begin_with_a_subgroup():
    result = chart(NOISE, kind="xbar-r", size=5, stage=STAGE, figures=False)
    assert [stage["last"] for stage in result.phase["stages"]] == [6, 12]
    with pytest.raises(
        ValuesError, match=r"values\[30\] belongs to stage 'after', but its subgroup"
    ):
        chart(NOISE, kind="xbar-r", size=4, stage=STAGE)


def test_stages_keep_contributions_and_figures_of_the_last():
    values = np.random.default_rng(1).normal(size=(60, 2))
    result = chart(values, kind="t2", stage=STAGE)
    assert result.contributions["x1"].size == 60
    assert result.flagged_points_per_1000 is not None


def test_windows_depend_on_their_own_times_alone():
    times = np.array([10.0, 3500.0, 3700.0, 9000.0])
    # Hours 0, 0, 1 and 2: the empty rest of an hour makes no point.
    assert by_window(times, 3600.0).group.tolist() == [0, 0, 1, 2]
    assert by_window(times[1:], 3600.0).to_dict()["members"] == [[1, 1], [2, 2], [3, 3]]
    result = chart(NOISE, kind="xbar-s", window=600.0, times=np.arange(60) * 120.0, figures=False)
    assert result.phase["subgrouping"]["method"] == "windows of 600 s"
    assert len(result.panels[0].value) == 12


def test_values_that_fill_no_subgroup_are_named():
    members = by_size(7, 3)
    assert members.group.tolist() == [0, 0, 0, 1, 1, 1, -1]
    assert members.to_dict() == {
        "method": "3 consecutive values",
        "members": [[1, 3], [4, 6]],
        "left_out": [7, 7],
    }


@pytest.mark.parametrize(
    ("times", "message"),
    [
        ([0.0, 2.0, 1.0], r"times\[2\] is earlier than times\[1\]; sort the rows by time"),
        ([0.0, 1.0, 1.0], r"times\[2\] is the same as times\[1\]"),
        ([0.0, math.nan, 1.0], r"times\[1\] is missing"),
        ([0.0, 1.0], "3 values, but 2 times; one each"),
    ],
)
def test_times_out_of_order_are_refused(times, message):
    with pytest.raises(TimesError, match=message):
        chart([1.0, 2.0, 3.0], kind="imr", times=times)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"window": 60.0}, "subgroups by time window need the time of each value"),
        ({"window": 0.0, "times": np.arange(60.0)}, "a time window must be above 0 seconds"),
        ({"window": 60.0, "size": 3}, "either labels or a size or a time window"),
        ({"part": ["a"] * 60, "size": 5}, "takes no part types or targets per value; use z"),
    ],
)
def test_unusable_windows_are_refused(arguments, message):
    with pytest.raises(ChartError, match=message):
        chart(NOISE, kind="xbar-r", **arguments)
