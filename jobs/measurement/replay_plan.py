"""The order in which archived images are measured again: as they were measured the first time."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from jobs.measurement.sidecar import measurements
from warehouse.archive import Archive
from warehouse.errors import ArchiveError

BATCH_IMAGES = 64


@dataclass(frozen=True, slots=True, order=True)
class Circumstances:
    """What was the same for a batch: the run, how late its views were, the model, the settings."""

    run_id: int
    inspection_revision: int
    model_id: str
    settings_hash: str


@dataclass(frozen=True, slots=True)
class PassEvent:
    """One revision of one inspection, and the images that were new in it."""

    circumstances: Circumstances
    pass_id: str
    captured_at: str
    images: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReplayPlan:
    """The events in their order, and the images whose sidecar cannot be used, with the reason."""

    events: tuple[PassEvent, ...]
    unusable: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Noted:
    circumstances: Circumstances
    pass_id: str
    order: tuple[tuple[int, ...], str, str]
    image_id: str
    is_new: bool


def plan_replay(archive: Archive, image_ids: Iterable[str]) -> ReplayPlan:
    """Return how the images are measured again.

    An inspection gets the revisions it had: views that came late come late again, and views that a
    newer model measured anew are measured anew.
    """
    noted: list[_Noted] = []
    unusable: list[tuple[str, str]] = []
    for image_id in sorted(image_ids):
        try:
            noted.extend(_noted(archive, image_id))
        except (ArchiveError, KeyError, TypeError, ValueError) as error:
            unusable.append((image_id, f"sidecar: {error!r}"))
    noted.sort(key=lambda each: (each.circumstances, each.pass_id, each.order))
    events = [
        _event(circumstances, pass_id, list(group))
        for (circumstances, pass_id), group in groupby(
            noted, key=lambda each: (each.circumstances, each.pass_id)
        )
    ]
    events.sort(key=lambda each: (each.circumstances, each.captured_at, each.pass_id))
    return ReplayPlan(tuple(events), tuple(unusable))


def replay_batches(events: Collection[PassEvent]) -> Iterator[list[PassEvent]]:
    """Yield the events of one set of circumstances, about 64 images at a time, passes whole."""
    for _, group in groupby(events, key=lambda event: event.circumstances):
        batch: list[PassEvent] = []
        images = 0
        for event in group:
            if batch and images + len(event.images) > BATCH_IMAGES:
                yield batch
                batch, images = [], 0
            batch.append(event)
            images += len(event.images)
        if batch:
            yield batch


def _noted(archive: Archive, image_id: str) -> Iterator[_Noted]:
    content = archive.read_sidecar(image_id)
    place = tuple(content.get("view") or (0, 0))
    order = (place, str(content["captured_at"]), str(content["path"]))
    for made in measurements(content):
        yield _Noted(
            Circumstances(made.run_id, made.inspection_revision, made.model_id, made.settings_hash),
            content["pass_id"],
            order,
            image_id,
            is_new=made.revision == 1,
        )


def _event(circumstances: Circumstances, pass_id: str, members: list[_Noted]) -> PassEvent:
    new = [each for each in members if each.is_new]
    captured_at = min(each.order[1] for each in members)
    return PassEvent(circumstances, pass_id, captured_at, tuple(each.image_id for each in new))
