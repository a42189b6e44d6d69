"""The budget formula, by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from jobs.monitoring.budget import LARGEST_SHARE, points_per_week, share_per_point

MONDAY = datetime(2024, 5, 6, tzinfo=UTC)


def test_a_week_of_parts_is_its_own_rate():
    assert points_per_week(700, MONDAY, MONDAY + timedelta(days=7)) == 700


def test_old_files_loaded_in_a_second_count_as_one_day():
    # 30 files in a second: 30 a day is 210 a week.
    assert points_per_week(30, MONDAY, MONDAY + timedelta(seconds=1)) == 210


def test_one_false_alarm_a_week_over_two_streams_of_six_metrics():
    # 6 x 1000 + 6 x 200 points a week share one false alarm: 1 / 7200 each.
    assert share_per_point(1.0, 6 * [1000.0] + 6 * [200.0]) == pytest.approx(1 / 7200)


def test_the_expected_number_of_false_alarms_is_the_budget():
    rates = [10_000.0, 350.0, 70.0]
    alpha = share_per_point(0.5, rates)
    assert sum(alpha * rate for rate in rates) == pytest.approx(0.5)


@pytest.mark.parametrize("rates", [[], [0.0], [3.0]])
def test_a_small_plant_gets_no_looser_limits_than_three_sigma(rates):
    # Two-sided tail of the standard normal law beyond 3: 0.0026998 (any table).
    assert share_per_point(1000.0, rates) == LARGEST_SHARE == pytest.approx(0.0026998, abs=1e-7)
