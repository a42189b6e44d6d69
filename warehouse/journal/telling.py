"""Which episodes a mail is to tell of now: firing ones, and resolved ones that were told as firing."""

from dataclasses import replace
from datetime import datetime

from warehouse.journal.alert_plan import (
    HOLD,
    EpisodeRow,
    FiredSignal,
    Handled,
    HandledSignal,
    Standing,
    plan_signals,
)
from warehouse.journal.muting import muting


def plan_alerts(signals: list[FiredSignal], standing: Standing, *, now: datetime) -> Handled:
    """Return what to do with `signals` and with the episodes that stand.

    An episode is told when it fires and when it is resolved. It is held back, and stays pending or
    untold, while something mutes it and within an hour of the last mail on its story. Where a story
    fires again before its end was told, the new mail stands for both.
    """
    still_open = [row for row in standing.episodes if row.state != "resolved"]
    decided, changed = plan_signals(
        signals, handled=standing.joined, open_episodes=still_open, now=now
    )
    before = {row.episode_id: row for row in standing.episodes}
    rows = before | changed
    rows = {key: _muted(row, rows, standing) for key, row in rows.items()}
    firing = [row for row in rows.values() if _to_fire(row, standing, now)]
    for row in firing:
        rows[row.episode_id] = replace(
            row, state="firing" if row.state == "pending" else row.state, told="firing", told_at=now
        )
    resolved = []
    busy = {row.story for row in rows.values() if row.state != "resolved"}
    again = {row.story for row in firing}
    for row in list(rows.values()):
        if row.state != "resolved" or row.told != "firing":
            continue
        if row.story in again:
            rows[row.episode_id] = replace(row, told="resolved")
        elif row.story not in busy and not _held(row, standing, now):
            rows[row.episode_id] = replace(row, told="resolved", told_at=now)
            resolved.append(row.episode_id)
    told = {row.episode_id for row in firing}
    return Handled(
        signals=decided,
        opened=tuple(row for key, row in rows.items() if key not in before),
        updated=tuple(row for key, row in rows.items() if key in before and row != before[key]),
        firing=tuple(rows[key] for key in rows if key in told),
        resolved=tuple(rows[key] for key in resolved),
        members=_members(told, decided, standing),
    )


def _muted(row: EpisodeRow, rows: dict[str, EpisodeRow], standing: Standing) -> EpisodeRow:
    """Return an open episode with what mutes it now; a resolved one as it is."""
    if row.state == "resolved":
        return row
    cameras = [one for one in rows.values() if one.kind == "camera" and one.state != "resolved"]
    by, reason = muting(row, silences=standing.silences, cameras=cameras, known=rows)
    # What somebody works on, or mails have told of, is no longer waiting for anything.
    state = "firing" if by is not None and row.state == "pending" else row.state
    return replace(row, muted_by=by, muted_reason=reason, state=state)


def _to_fire(row: EpisodeRow, standing: Standing, now: datetime) -> bool:
    waits = row.state in {"pending", "firing"} and row.told == "nothing" and row.muted_by is None
    return waits and not _held(row, standing, now)


def _held(row: EpisodeRow, standing: Standing, now: datetime) -> bool:
    told_at = standing.told_at.get(row.story)
    return told_at is not None and now - told_at < HOLD


def _members(
    told: set[str], decided: tuple[HandledSignal, ...], standing: Standing
) -> dict[str, tuple[str, ...]]:
    """Return the signal ids of the episodes `told`."""
    found: dict[str, list[str]] = {episode_id: [] for episode_id in sorted(told)}
    for signal_id, episode_id in standing.joined.items():
        if episode_id in found:
            found[episode_id].append(signal_id)
    for one in decided:
        if one.episode_id in found:
            found[one.episode_id].append(one.signal.signal_id)
    return {episode_id: tuple(ids) for episode_id, ids in found.items()}
