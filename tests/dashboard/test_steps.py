"""The page of process steps: what is computed, and what it says."""

import numpy as np
import pytest

from dashboard.address import StepsView
from dashboard.pages import steps
from dashboard.steps_model import steps_model
from warehouse.steps import StationStep


def step(before, after, *, change, parts=100, level=2.0, line="A", other_model=0):
    """Ten days of parts that gain `change` on average, day by day a little more or less."""
    wiggle = np.array([0.1, -0.1] * 5)
    pairs = np.full(10, parts // 10)
    changes = (change + wiggle) * pairs
    return StationStep(
        line,
        before,
        after,
        pairs,
        level * pairs,
        changes,
        np.square(change + wiggle) * pairs,
        other_model,
    )


def test_steps_stand_in_the_order_in_which_parts_meet_the_stations():
    found = steps_model(
        [
            step("wash", "pack", change=1),
            step("cut", "etch", change=0),
            step("etch", "wash", change=0),
        ]
    )
    assert [row.station for row in found.rows] == ["etch", "wash", "pack"]


def test_a_loop_of_stations_is_still_listed_once():
    found = steps_model([step("a", "b", change=1, parts=50), step("b", "a", change=1, parts=200)])
    assert [(row.station_before, row.station) for row in found.rows] == [("b", "a"), ("a", "b")]


def test_the_step_that_adds_most_is_named_where_it_surely_adds():
    found = steps_model([step("a", "b", change=0.5), step("b", "c", change=3.0)])
    assert found.most is not None
    assert found.most.station == "c"
    assert found.rival is None
    assert found.most.level_after == pytest.approx(5.0)


def test_two_steps_that_cannot_be_told_apart_are_both_named():
    found = steps_model([step("a", "b", change=2.98), step("b", "c", change=3.0)])
    assert (found.most.station, found.rival.station) == ("c", "b")


def test_a_step_that_may_add_nothing_is_not_blamed():
    assert steps_model([step("a", "b", change=0.01)]).most is None
    assert steps_model([]).rows == ()


def test_the_page_says_which_step_adds_and_how_surely(reader, context, words_of):
    reader.step_rows = [step("wash", "pack", change=3.0, other_model=4)]
    said = words_of(steps.content(StepsView(), context))
    assert "A: wash → pack adds +3 [2.92, 3.08] stains per part, over 100 parts." in said
    assert "4 parts are left out, as two models measured them." in said


def test_the_interval_of_the_page_is_that_of_ten_days(reader, context):
    # By hand: days deviate by 1 = 10 parts * 0.1; sqrt(10/9 * 10 * 1) / 100 = 0.0333333; and
    # t(9) = 2.262157: a reach of 0.0754052.
    (row,) = steps_model([step("wash", "pack", change=3.0)]).rows
    assert row.increase.high - row.increase.mean == pytest.approx(0.0754052, abs=1e-6)


def test_without_pairs_the_page_says_why(reader, context, words_of):
    reader.step_rows = []
    assert "No part was seen at two stations" in words_of(steps.content(StepsView(), context))
    reader.step_rows = [step("wash", "pack", change=0.0, parts=0, other_model=9)]
    said = words_of(steps.content(StepsView(), context))
    assert "9 parts were measured by one model at one station and by another at the next" in said


def test_a_name_with_markup_stays_text_in_the_figure(reader, context):
    reader.step_rows = [step("<b>x</b>", "pack", change=3.0)]
    (_, _, figure_card, _) = steps.content(StepsView(), context)
    figure = figure_card.children[1].children.figure
    assert "&lt;b&gt;x" in figure.data[0].y[0]
    assert "&lt;b&gt;x" in figure.data[0].customdata[0]
