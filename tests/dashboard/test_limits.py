"""Limits that a person tries out: what they are learnt from, what they say, how they are stored."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from dashboard.address import LimitsView, read_view
from dashboard.limits_draft import baseline_places, limits_draft, toggled
from dashboard.page_settings import LimitRules
from dashboard.pages import limits
from dashboard.pages.limits_callbacks import left_out_search, store_limits
from dashboard.reader import ChartData
from spc.phase import freeze_phase, phase_from_dict

RULES = LimitRules(alpha=0.001)


@pytest.fixture
def counts():
    values = np.random.default_rng(5).poisson(4.0, 240).astype(float)
    values[50] = 30.0
    values[220:] += 12
    return values


@pytest.fixture
def data(reader, characteristic, make_series, counts, make_state):
    """240 parts, one an hour until now: a wild one at 50, trouble from 220 on."""
    found = ChartData(characteristic, make_series(counts), [], [], {}, make_state("in control"))
    reader.charts[characteristic.characteristic_id] = found
    return found


def days(data, clock, first, last):
    """The view whose baseline has the days of these two points."""
    ends = [clock.day_of(data.series.captured_at[at]).isoformat() for at in (first, last)]
    name = data.characteristic.characteristic_id
    return LimitsView(characteristic=name, first=ends[0], last=ends[1])


def test_the_baseline_has_every_part_of_its_days(data, clock):
    view = days(data, clock, 60, 130)
    first, last = baseline_places(data, view, clock)
    at = data.series.captured_at
    shown = {clock.day_of(moment).isoformat() for moment in at[first : last + 1]}
    assert min(shown) == view.first
    assert max(shown) == view.last
    assert clock.day_of(at[first - 1]).isoformat() < view.first
    assert clock.day_of(at[last + 1]).isoformat() > view.last


def test_without_days_the_baseline_is_the_one_in_force_else_everything(data, clock, make_phase):
    assert baseline_places(data, LimitsView(), clock) == (0, 239)
    in_force = replace(data, phases=[make_phase(data.series, 20, 119)])
    assert baseline_places(in_force, LimitsView(), clock) == (20, 119)


def test_limits_are_those_of_the_baseline_without_what_is_left_out(data, clock, counts):
    view = replace(LimitsView(), exclude="pass 50|pass 239|unknown")
    in_days = days(data, clock, 0, 130)
    view = replace(view, first=in_days.first, last=in_days.last)
    draft = limits_draft(data, view, clock, RULES, reason="wiped by hand")
    assert draft.excluded == (50,)
    expected = freeze_phase(
        counts[draft.first : draft.last + 1], alpha=0.001, exclusions=[(50, "wiped by hand")]
    )
    assert draft.phase == expected
    with_it = limits_draft(data, replace(view, exclude=""), clock, RULES)
    assert with_it.phase.ucl > draft.phase.ucl


def test_points_beyond_are_counted_in_the_baseline_and_behind_it(data, clock, counts):
    view = replace(days(data, clock, 0, 130), exclude="pass 50")
    draft = limits_draft(data, view, clock, RULES)
    # The wild part stands out in the baseline; each of the 20 bad ones adds 12 to a mean of 4.
    assert draft.outside_baseline >= 1
    assert draft.since == len(counts) - 1 - draft.last
    assert 20 <= draft.outside_since <= 30


def test_the_share_of_the_budget_is_that_of_the_newest_limits(data, clock, make_phase):
    older = make_phase(data.series, 0, 99)
    newer = replace(older, phase_id=2, phase={**older.phase, "alpha": 0.0005}, status="proposed")
    found = limits_draft(replace(data, phases=[newer, older]), LimitsView(), clock, RULES)
    assert found.phase.alpha == 0.0005


def test_limits_hold_behind_their_baseline_or_from_now_on(data, clock):
    view = days(data, clock, 0, 130)
    behind = limits_draft(data, view, clock, RULES)
    assert behind.row.valid_from == behind.row.last_pass_at + timedelta(microseconds=1)
    later = limits_draft(data, replace(view, since="now"), clock, RULES)
    assert later.row.valid_from == clock.now()
    assert later.since == 0


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (LimitsView(first="2031-01-01"), "No part was captured in these days"),
        (LimitsView(first="2026-05-19", last="2026-05-19", exclude="|".join(f"pass {n}" for n in range(190, 236))), "too few for limits"),
    ],
)  # fmt: skip
def test_a_baseline_without_limits_says_why(data, clock, view, words):
    draft = limits_draft(data, view, clock, RULES)
    assert draft.row is None
    assert words in draft.problem


def test_a_baseline_of_two_models_is_refused(data, clock):
    mixed = replace(data.series, model_ids=["m1"] * 100 + ["m2"] * 140)
    draft = limits_draft(replace(data, series=mixed), LimitsView(), clock, RULES)
    assert draft.problem == "2 models measured these parts; limits belong to one model."


def test_a_click_leaves_a_point_out_and_the_next_takes_it_in():
    click = {"points": [{"customdata": ["pass 7"]}]}
    once = left_out_search(click, "?method=nb")
    assert read_view(LimitsView, once) == LimitsView(method="nb", exclude="pass 7")
    assert left_out_search(click, once) == "?method=nb"
    assert left_out_search({"points": [{}]}, once) is None
    assert toggled(LimitsView(), "a b|c") == "a b|c"


def test_the_page_says_what_the_limits_would_cost_and_asks_who_and_why(
    data, context, clock, words_of
):
    view = replace(days(data, clock, 0, 130), exclude="pass 50")
    said = words_of(limits.content(view, context))
    for words in ("Try limits out", "one false alarm in about", "1 excluded", "Take in again",
                  "P-50", "Put in force", "Your name"):  # fmt: skip
        assert words in said


def test_who_may_not_decide_can_look_but_not_store(data, context, words_of):
    view = LimitsView(characteristic=data.characteristic.characteristic_id)
    said = words_of(limits.content(view, replace(context, may_decide=False)))
    assert "What they say" in said
    assert "Put in force" not in said


def test_short_baselines_can_be_proposed_only(data, context, clock, words_of):
    said = words_of(limits.content(days(data, clock, 190, 200), context))
    assert "they would be provisional" in said
    assert "Put in force" not in said
    assert "Propose" in said


@pytest.mark.parametrize(
    ("who", "reason", "words"),
    [("", "calm week", "your name"), ("A. Person", "", "say why")],
)
def test_nothing_is_stored_without_name_and_reason(data, context, reader, who, reason, words):
    view = LimitsView(characteristic=data.characteristic.characteristic_id)
    said, stored = store_limits(context, view, who=who, reason=reason, activate=True, others=False)
    assert words in said
    assert not stored
    assert reader.asked == []


def test_what_is_shown_is_what_is_stored(data, context, reader, clock):
    view = replace(days(data, clock, 0, 130), exclude="pass 50")
    said, stored = store_limits(
        context, view, who="A. Person", reason="calm week", activate=True, others=False
    )
    assert (said, stored) == ("In force from the next run on.", True)
    ((what, row, who, activate),) = reader.asked
    shown = limits_draft(data, view, clock, context.settings.limit_rules, reason="calm week")
    assert (what, who, activate) == ("propose", "A. Person", True)
    assert (row, phase_from_dict(row.phase)) == (shown.row, shown.phase)
    assert phase_from_dict(row.phase).exclusions == ((50, "calm week"),)


def test_days_and_method_are_proposed_for_the_same_metric_elsewhere(
    data, context, reader, clock, make_series
):
    place = data.characteristic
    twin = replace(place, characteristic_id="B/x/y/z:stain_count")
    late = replace(place, characteristic_id="C/x/y/z:stain_count")
    other = replace(place, characteristic_id="D/x/y/z:scratch_count", metric="scratch_count")
    for row, series in ((twin, data.series), (late, make_series([4.0] * 5)), (other, data.series)):
        reader.charts[row.characteristic_id] = replace(data, characteristic=row, series=series)
    view = replace(days(data, clock, 0, 130), exclude="pass 50", method="nb")
    said, _ = store_limits(
        context, view, who="A. Person", reason="calm week", activate=True, others=True
    )
    assert said.endswith("Proposed for 1 other streams; 1 have no limits from this baseline.")
    proposed = [(one[1].characteristic_id, one[3]) for one in reader.asked]
    assert proposed == [(place.characteristic_id, True), (twin.characteristic_id, False)]
    # The points left out belong to the first stream only.
    assert phase_from_dict(reader.asked[1][1].phase).exclusions == ()
