"""The nightly tests of defect locations: one for each class of each stream with new parts."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, timedelta

import numpy as np

from jobs.mail.style import number
from jobs.monitoring.carried import Carried
from jobs.monitoring.evaluation import Evaluation
from jobs.monitoring.judging import LOCATION_RULE, NO_PHASE, aware
from jobs.monitoring.open_signals import still_open
from jobs.monitoring.proposals import NoLimits
from jobs.monitoring.round import Round
from jobs.monitoring.states import SPARKLINE_POINTS, Evidence, Tail, state_of
from jobs.monitoring.stream_view import StreamView
from spc.errors import TooFewPointsError
from spc.location.regions import SIDE, Region, coarse
from spc.location.scan import WINDOWS, LocationTest, scan_locations
from warehouse.journal.characteristics import CharacteristicRow
from warehouse.location_tests import (
    DayCounts,
    LocationBaseline,
    LocationKey,
    LocationTestRow,
    class_of_location,
    day_counts,
    location_baselines,
    location_tests,
)
from warehouse.records import SignalRow, Stream
from warehouse.signals import signal_id

LOCATION_PANEL = "location"
BASELINE_DAYS = 28
"""Days with parts that the baseline is frozen from; the first test comes after as many."""
LOOKS_BACK = timedelta(days=90)
"""Days of the calendar in which the newest days with parts, or those of a baseline, are sought."""


@dataclass(frozen=True, slots=True)
class LocationOutcome:
    """Baselines frozen now and tests made, to be written."""

    baselines: list[LocationBaseline] = field(default_factory=list)
    tests: list[LocationTestRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class LocationRound:
    """What the tests of one round share; `outcome` gathers what they find."""

    this_round: Round
    baselines: Mapping[LocationKey, LocationBaseline]
    counts: Mapping[LocationKey, DayCounts]
    outcome: LocationOutcome = field(default_factory=LocationOutcome)

    @classmethod
    def of_streams(cls, this_round: Round, streams: Collection[Stream]) -> LocationRound:
        """Read what the tests of `streams` need."""
        first = (this_round.now.astimezone(UTC) - LOOKS_BACK).date()
        connection = this_round.connection
        return cls(
            this_round, location_baselines(connection), day_counts(connection, streams, first=first)
        )

    def evaluate(self, row: CharacteristicRow, view: StreamView, carried: Carried) -> Evaluation:
        """Test the newest days of one class, and say what the tile shows."""
        key = (view.stream, view.in_use, class_of_location(row.metric))
        made: LocationTestRow | None = None
        refusal = ""
        signals: tuple[SignalRow, ...] = ()
        if view.is_touched:
            made, refusal = self._tested(row, view, key)
            if made is not None:
                self.outcome.tests.append(made)
                signals = self._signals(row, made)
        return self._evaluation(row, view, carried, made=made, refusal=refusal, signals=signals)

    def _tested(
        self, row: CharacteristicRow, view: StreamView, key: LocationKey
    ) -> tuple[LocationTestRow | None, str]:
        """The test of this night, or why there is none."""
        found = self.counts.get(key, {})
        baseline = self.baselines.get(key)
        if baseline is None:
            days = sorted(found)
            if len(days) <= BASELINE_DAYS:
                return None, f"{len(days)} of {BASELINE_DAYS} days with defects needed"
            baseline = self._frozen(key, days[:BASELINE_DAYS], found)
        newest = [day for day in sorted(found) if day.isoformat() > baseline.last_day][
            -max(WINDOWS) :
        ]
        if not newest:
            return None, "no defects since the baseline"
        before = np.array(baseline.counts).reshape(baseline.days, SIDE * SIDE)
        since = np.array([coarse(found[day]).ravel() for day in newest])
        try:
            # The same night tested again gives the same p value.
            seed = zlib.crc32(f"{row.characteristic_id} {newest[-1]}".encode())
            test = scan_locations(before, since, seed=seed)
        except TooFewPointsError as error:
            return None, str(error)
        return _row(row, view, test, newest, baseline.level), ""

    def _frozen(self, key: LocationKey, days: list[date], found: DayCounts) -> LocationBaseline:
        """Freeze the first days as a baseline, with the level that the budget gives a test now."""
        stream, model_id, defect_class = key
        baseline = LocationBaseline(
            stream.line, stream.station, stream.tool, stream.family, model_id, defect_class,
            days[0].isoformat(), days[-1].isoformat(), len(days),
            tuple(int(n) for day in days for n in coarse(found[day]).ravel()),
            self.this_round.location_level,
        )  # fmt: skip
        self.outcome.baselines.append(baseline)
        return baseline

    def _signals(self, row: CharacteristicRow, made: LocationTestRow) -> tuple[SignalRow, ...]:
        """The signal of a test whose p value is below its level; each night has its own."""
        if made.p_value > made.level:
            return ()
        key = (row.characteristic_id, NO_PHASE, LOCATION_RULE, LOCATION_PANEL, made.pass_id)
        return (
            SignalRow(
                signal_id=signal_id(*key),
                characteristic_id=row.characteristic_id,
                phase_id=NO_PHASE,
                rule=f"{LOCATION_RULE}: {made.words}",
                panel=LOCATION_PANEL,
                completing_pass_id=made.pass_id,
                completing_at=made.captured_at,
                evaluation_id=self.this_round.evaluation_id,
                value=made.ratio,
                center=1.0,
                lcl=None,
                ucl=None,
                run_pass_ids=(made.pass_id,),
                evaluated_at=self.this_round.now,
                withdrawn_at=None,
                withdrawn_reason=None,
            ),
        )

    def _evaluation(
        self,
        row: CharacteristicRow,
        view: StreamView,
        carried: Carried,
        *,
        made: LocationTestRow | None,
        refusal: str,
        signals: tuple[SignalRow, ...],
    ) -> Evaluation:
        """The state that follows; where nothing is new, it rests on the last test."""
        this_round, key = self.this_round, row.characteristic_id
        known = {one.signal_id for one in carried.open_signals.get(key, ())}
        new = tuple(one for one in signals if one.signal_id not in known)
        holding = still_open(
            [*carried.open_signals.get(key, ()), *new],
            this_round.joined,
            now=this_round.now,
            max_age=this_round.max_age,
        )
        previous = carried.states.get(key)
        stored = location_tests(this_round.connection, key, limit=SPARKLINE_POINTS)
        tests = [one for one in stored if made is None or one.day != made.day]
        tests += [] if made is None else [made]
        last = tests[-1] if tests else None
        limits = NoLimits(refusal or (previous.reason if previous and not last else ""))
        evidence = Evidence(row, _tail(tests, view), limits, holding, change=_said(holding))
        state = state_of(evidence, now=this_round.now, previous=previous)
        if last is not None and state.state == "too few points":
            reason = f"no change of positions (p = {number(last.p_value)})"
            since = previous.since if previous and previous.state == "in control" else state.since
            state = replace(state, state="in control", reason=reason, since=since)
        if last is not None:
            state = replace(state, center=None, ucl=float(-np.log10(last.level)))
        return Evaluation(state=state, evaluated=carried.evaluated_of(key), new_signals=new)


def _said(holding: list[SignalRow]) -> str:
    return holding[-1].rule.removeprefix(f"{LOCATION_RULE}: ") if holding else ""


def _tail(tests: list[LocationTestRow], view: StreamView) -> Tail:
    """The small line of -log10 p; without a test the tile still tells when the last part came."""
    line = tuple(float(-np.log10(one.p_value)) for one in tests)
    row = view.rows[view.in_use]
    return Tail(len(tests), line[-1] if line else None, row.last_at, line)


def _row(
    row: CharacteristicRow, view: StreamView, test: LocationTest, days: list[date], level: float
) -> LocationTestRow:
    """A test as a fact, named by the newest pass of its stream."""
    window = view.covering(view.rows[view.in_use].tail_at)
    newest = window.series("stain_count", view.in_use)
    region = test.region
    since = days[len(days) - test.window]
    return LocationTestRow(
        characteristic_id=row.characteristic_id,
        day=days[-1].isoformat(),
        pass_id=newest.pass_ids[-1],
        part_id=newest.part_ids[-1],
        captured_at=aware(newest.captured_at[-1]),
        model_id=view.in_use,
        p_value=max(test.p_value, 1e-12),
        level=level,
        statistic=test.statistic,
        ratio=min(test.ratio, 1e6),
        first_row=region.first_row,
        last_row=region.last_row,
        first_column=region.first_column,
        last_column=region.last_column,
        since=since.isoformat(),
        words=words_of(region, test.ratio, since),
    )


def words_of(region: Region, ratio: float, since: date) -> str:
    """Return the region, how much more it has, and since when.

    Examples
    --------
    >>> words_of(Region(0, 1, 6, 7), 3.14, date(2024, 5, 14))
    'upper right corner, 3.1 × expected since 14 May 2024'

    """
    times = "many" if ratio > 1000 else f"{ratio:.1f}"
    return f"{region.name}, {times} × expected since {since:%-d %B %Y}"
