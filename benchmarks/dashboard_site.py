"""A site with many parts behind every page: a generated warehouse, frozen limits, states, signals."""

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from benchmarks.bench_warehouse import fill
from spc.phase import evaluate_phase, freeze_phase, phase_to_dict
from spc.result import ChartResult
from warehouse.connection import connect_snapshot, open_master, resolve_snapshot
from warehouse.journal.characteristics import (
    CharacteristicRow,
    add_missing_characteristics,
    characteristic_id,
)
from warehouse.journal.phases import propose_phase
from warehouse.journal.store import Journal, create_journal, open_journal
from warehouse.publish import publish
from warehouse.records import SignalRow, StateRow, Stream
from warehouse.runs import RunTotals, finish_run, start_run
from warehouse.series import MetricSeries, metric_series, streams
from warehouse.signals import insert_signals, signal_id
from warehouse.site import Site
from warehouse.states import replace_states

METRICS = ("stain_count", "total_stain_pct", "scratch_count")
BASELINE = 300
JUDGED = 5_000
"""Newest points that are judged for states and signals; the charts judge what they show."""


def make_site(folder: Path, parts: int) -> Site:
    """Return a published site of `parts` parts on eight streams; one that is there already is kept."""
    site = Site(folder)
    if site.current.exists():
        return site
    site.create_folders()
    fill(site.master, parts)
    create_journal(site.journal)
    with open_master(site.master) as connection, open_journal(site.journal) as journal:
        now = datetime.now(UTC)
        run = start_run(connection, trigger="benchmark", started_at=now, model_id="a" * 64)
        states, signals = [], []
        for found in streams(connection):
            for metric in METRICS:
                series = metric_series(connection, found.stream, metric, limit=JUDGED)
                state, fired = _judged(journal, found.stream, series, now)
                states.append(state)
                signals += fired
        replace_states(connection, states)
        insert_signals(connection, signals)
        totals = RunTotals(seen=parts, measured=parts)
        finish_run(connection, run, totals, finished_at=now)
    publish(site)
    return site


def stream_of(site: Site) -> Stream:
    """Return the stream with most parts."""
    connection = connect_snapshot(resolve_snapshot(site.current))
    try:
        return max(streams(connection), key=lambda one: one.inspections).stream
    finally:
        connection.close()


def newest_part(site: Site, stream: Stream) -> tuple[str, date]:
    """Return the pass id of the newest part of a stream, and its day."""
    connection = connect_snapshot(resolve_snapshot(site.current))
    try:
        series = metric_series(connection, stream, METRICS[0], limit=1)
    finally:
        connection.close()
    return series.pass_ids[0], _moment(series, 0).date()


def _judged(
    journal: Journal, stream: Stream, series: MetricSeries, now: datetime
) -> tuple[StateRow, list[SignalRow]]:
    """Freeze limits on the first of the points, judge the others, and store what follows."""
    charted = characteristic_id(stream, series.metric)
    row = CharacteristicRow(
        charted, stream, series.metric, None, "beyond-limits", None, None, "", enabled=True
    )
    add_missing_characteristics(journal, [row], who="benchmark", now=now)
    phase = freeze_phase(series.values[:BASELINE], alpha=0.0005)
    number = propose_phase(
        journal, characteristic_id=charted, model_id="a" * 64, valid_from=_moment(series, 0),
        first_pass_at=_moment(series, 0), last_pass_at=_moment(series, BASELINE - 1),
        phase=phase_to_dict(phase), created_by="benchmark", created_at=now, reason="the first points",
        activate=True,
    )  # fmt: skip
    result = evaluate_phase(phase, series.values[BASELINE:])
    signals = _signals(result, series, charted, number, now)
    newest = series.values[-60:]
    state = StateRow(
        charted, "signal" if signals else "in control", now if signals else None,
        float(series.values[-1]), _moment(series, -1), phase.center, phase.lcl, phase.ucl, "",
        len(series), len(signals), tuple(newest[np.isfinite(newest)].tolist()), number, now,
        f"limits from {BASELINE} parts",
    )  # fmt: skip
    return state, signals


def _signals(
    result: ChartResult, series: MetricSeries, charted: str, number: int, now: datetime
) -> list[SignalRow]:
    panels = {panel.name: panel for panel in result.panels}
    rows = []
    for one in result.signals:
        at, panel = BASELINE + one.index, panels[one.panel]
        name = series.pass_ids[at]
        low, high = (float(level[one.index]) for level in (panel.lcl, panel.ucl))
        rows.append(
            SignalRow(
                signal_id(charted, number, one.rule, one.panel, name), charted, number, one.rule,
                one.panel, name, _moment(series, at), 1, float(panel.value[one.index]),
                float(panel.center[one.index]), low if np.isfinite(low) else None,
                high if np.isfinite(high) else None, (name,), now, None, None,
            )
        )  # fmt: skip
    return rows


def _moment(series: MetricSeries, at: int) -> datetime:
    moment: datetime = series.captured_at[at].astype("datetime64[us]").item()
    return moment.replace(tzinfo=UTC)
