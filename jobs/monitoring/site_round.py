"""A round over the whole site: what is new, evaluated characteristic by characteristic."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from jobs.monitoring.budget import LOCATION_SHARE, points_per_week
from jobs.monitoring.carried import carried
from jobs.monitoring.characteristics import ensure_characteristics
from jobs.monitoring.level_drift import LOOKS_BACK, DailyMeans
from jobs.monitoring.open_signals import episode_signals
from jobs.monitoring.outcome import Outcome
from jobs.monitoring.round import MeansKey, Round
from jobs.monitoring.shares import GROUP, REFUSED, refused_groups
from jobs.monitoring.site_walk import SiteWalk
from jobs.monitoring.sources import GroupsByStream, Sources
from jobs.monitoring.stream_news import StreamNews, stream_news
from jobs.settings import Settings
from spc.run_lengths.budget import CHARTS, LOCATION, Budget, divide_budget
from warehouse.connection import Connection
from warehouse.figure_fits import figure_fits
from warehouse.journal.characteristics import CharacteristicRow, characteristics
from warehouse.journal.specification_changes import specification_changes
from warehouse.journal.store import Journal
from warehouse.monitor_mark import MonitorMark
from warehouse.monitored_streams import news, stored_streams, touched_times
from warehouse.new_arrivals import new_arrivals
from warehouse.part_groups import recent_groups
from warehouse.records import LOCATION_METRICS, SHARE_METRICS
from warehouse.series import daily_means

TESTS_PER_WEEK = 7.0
"""Location tests of a class and stream: one a night."""


def evaluate_news(
    journal: Journal,
    connection: Connection,
    settings: Settings,
    *,
    mark: MonitorMark | None,
    arrivals_after: int,
    now: datetime,
    evaluation_id: int,
) -> Outcome:
    """Evaluate what is new since `mark`, None for everything; nothing but proposals is written.

    `arrivals_after` is the row of the ledger after which pictures are not counted yet.
    """
    after = -1 if mark is None else mark.inspection_row
    new = news(connection, after)
    times = {} if mark is None or not new else touched_times(connection, after)
    found = stream_news([] if mark is None else stored_streams(connection), new, times)
    sources = Sources(
        connection, recent_groups(connection), figure_fits(connection), settings.spc.approve_points
    )
    refused = refused_groups(
        new_arrivals(connection, arrivals_after),
        settings.inbox,
        GroupsByStream(sources, REFUSED),
    )
    sources.changed_groups += [row for rows in refused.values() for row in rows]
    added = ensure_characteristics(
        journal, found.rows, settings.specification, now=now, arrivals=refused
    )
    rows = characteristics(journal, enabled_only=True)
    budget = budget_of(rows, found, settings.spc.false_alarms_per_week)
    max_age = timedelta(hours=settings.alerts.max_age_hours)
    joined = episode_signals(journal, since=now - max_age)
    this_round = Round(
        journal=journal,
        connection=connection,
        settings=settings,
        alpha=budget.point_probability,
        now=now,
        evaluation_id=evaluation_id,
        joined=joined,
        location_level=dict(budget.test_levels).get(LOCATION, 1.0),
        means=_means(connection, rows, now),
        limit_changes=specification_changes(journal),
    )
    known = carried(
        journal,
        connection,
        since=now - max_age,
        of_open_episodes=joined.in_open,
        anew=mark is None,
    )
    walk = SiteWalk(this_round, found, known, sources, refused, rows)
    evaluations = walk.evaluations()
    return Outcome(
        evaluations=sorted(evaluations, key=lambda one: one.state.characteristic_id),
        streams=walk.streams,
        groups=sources.changed_groups,
        fits=sources.new_fits,
        location=walk.location.outcome,
        added=len(added),
        alpha=this_round.alpha,
        late={stream.key: count for stream, count in found.late.items() if count},
    )


def budget_of(
    rows: Iterable[CharacteristicRow], found: StreamNews, false_alarms_per_week: float
) -> Budget:
    """Divide the budget of the site over the points of all charts and the tests of locations."""
    rates = {
        stream: points_per_week(
            sum(one.passes for one in own.values()),
            min(one.first_at for one in own.values()),
            max(one.last_at for one in own.values()),
        )
        for stream, own in found.rows.items()
    }
    whole = sum(rates.values())
    points: list[float] = []
    tests = 0.0
    for row in rows:
        rate = rates.get(row.stream, 0.0 if row.metric != REFUSED else whole)
        if row.metric in LOCATION_METRICS:
            tests += TESTS_PER_WEEK if rate else 0.0
        else:
            points.append(rate / GROUP if row.metric in SHARE_METRICS else rate)
    if not tests:
        return divide_budget(false_alarms_per_week, points)
    return divide_budget(
        false_alarms_per_week,
        points,
        tests_per_week={LOCATION: tests},
        shares={CHARTS: 1 - LOCATION_SHARE, LOCATION: LOCATION_SHARE},
    )


def _means(
    connection: Connection, rows: Iterable[CharacteristicRow], now: datetime
) -> dict[MeansKey, DailyMeans]:
    """The daily means of every metric that has a specification somewhere."""
    limited = {row.metric for row in rows if (row.spec_lower, row.spec_upper) != (None, None)}
    found = daily_means(connection, limited, first=(now - LOOKS_BACK).date())
    return {key: DailyMeans(*columns) for key, columns in found.items()}
