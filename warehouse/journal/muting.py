"""Why an open episode is not mailed: a silence covers it, or a camera episode explains it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from warehouse.journal.alert_plan import EpisodeRow
from warehouse.journal.silence_scope import SilenceRow
from warehouse.records import MODEL_METRICS

EXPLAINS_BEFORE: Final = timedelta(hours=24)
"""A camera episode explains what began up to so long before its own first signal: the charts of
the process may notice a dirty lens before those of the camera do."""

EXPLAINS_AFTER: Final = timedelta(hours=24)
"""The last that a camera episode explains lies at most so long after its own last signal: running
averages of the process may come back later. What signals still later is the process's own."""

Muting = tuple[str | None, str]


def muting(
    row: EpisodeRow,
    *,
    silences: Sequence[SilenceRow],
    cameras: Sequence[EpisodeRow],
    known: Mapping[str, EpisodeRow],
) -> Muting:
    """Return what mutes an open episode and why in words; (None, "") for nothing.

    Parameters
    ----------
    silences
        Those in force.
    cameras
        The open camera episodes.
    known
        Episodes by id: what muted the episode so far stands among them.

    """
    for silence in silences:
        if silence.covers(row.characteristic_id, row.rule_family):
            return (
                silence.name,
                f"silenced by {silence.created_by} until {_utc(silence.ends_at)}: {silence.reason}",
            )
    if row.kind == "camera":
        return None, ""
    for camera in sorted(cameras, key=lambda one: (one.first_signal_at, one.episode_id)):
        if _explains(camera, row):
            return camera.episode_id, f"explained by the camera: {camera.headline}"
    before = known.get(row.muted_by or "")
    # The camera was put right and the process has not signalled since: still its doing.
    if before is not None and before.kind == "camera" and _before_its_end(row, before):
        return row.muted_by, row.muted_reason
    return None, ""


def _explains(camera: EpisodeRow, row: EpisodeRow) -> bool:
    # What a model doubts moves with the process, too: as an explanation it would mute its own cause.
    if camera.characteristic_id.rpartition(":")[2] in MODEL_METRICS:
        return False
    same_stream = camera.stream_key == row.stream_key
    return same_stream and row.first_signal_at >= camera.first_signal_at - EXPLAINS_BEFORE


def _before_its_end(row: EpisodeRow, camera: EpisodeRow) -> bool:
    latest = camera.last_signal_at + EXPLAINS_AFTER
    # Whoever closed it said that the camera is right from then on.
    return row.last_signal_at <= min(camera.closed_at or latest, latest)


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
