"""How many points a week a stream has, by hand; the division itself is tested with `spc`."""

from datetime import UTC, datetime, timedelta

from jobs.monitoring.budget import points_per_week

MONDAY = datetime(2024, 5, 6, tzinfo=UTC)


def test_a_week_of_parts_is_its_own_rate():
    assert points_per_week(700, MONDAY, MONDAY + timedelta(days=7)) == 700


def test_old_files_loaded_in_a_second_count_as_one_day():
    # 30 files in a second: 30 a day is 210 a week.
    assert points_per_week(30, MONDAY, MONDAY + timedelta(seconds=1)) == 210
