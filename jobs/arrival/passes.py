"""Which pictures belong to one pass of a part through a station."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from jobs.arrival.sightings import Sighting
from warehouse.records import Stream

View: TypeAlias = tuple[int, int] | None
PartKey: TypeAlias = tuple[Stream, str]


@dataclass(frozen=True, slots=True)
class KnownPass:
    """A pass the warehouse has: when it began and where its pictures lay.

    Attributes
    ----------
    folders : frozenset of str
        Folders of its pictures whose time is the file's; empty where a manifest named them all.
    views : frozenset
        Tiles that are measured.

    """

    pass_id: str
    captured_at: datetime
    folders: frozenset[str]
    views: frozenset[View]


@dataclass(frozen=True, slots=True)
class PlannedPass:
    """Pictures of one pass, views together, oldest first within a view.

    `known` is what the warehouse has of the same pass already.
    """

    pass_id: str
    sightings: tuple[Sighting, ...]
    known: KnownPass | None = None

    @property
    def captured_at(self) -> datetime:
        """When the first of these pictures was taken."""
        return min(sighting.captured_at for sighting in self.sightings)


def plan_passes(
    sightings: Iterable[Sighting],
    known: Mapping[PartKey, Sequence[KnownPass]],
    window: timedelta,
) -> list[PlannedPass]:
    """Group pictures into passes, oldest first.

    A manifest's `pass` decides. Otherwise pictures of one part in one stream belong together when
    taken within `window` after the first of them, or around a pass that is known. Without a
    manifest, pictures in different folders never do: the same file name under two days is two parts.

    Parameters
    ----------
    sightings : iterable of Sighting
        In any order; the result does not depend on it.
    known : mapping
        (stream, part) to the passes the warehouse has of it.
    window : timedelta
        From the first to the last picture of a pass.

    """
    parts: dict[tuple[Stream, str, str | None, str | None], list[Sighting]] = defaultdict(list)
    for sighting in sightings:
        key = (sighting.stream, sighting.part_id, sighting.folder, sighting.pass_name)
        parts[key].append(sighting)
    planned: list[PlannedPass] = []
    for (stream, part_id, _, name), group in parts.items():
        earlier = known.get((stream, part_id), ())
        group.sort(key=lambda each: (each.captured_at, each.found.path))
        planned.extend(_named(group, earlier) if name else _timed(group, earlier, window))
    return sorted(planned, key=lambda each: (each.captured_at, each.pass_id))


def near_known(sighting: Sighting, captured_at: datetime, window: timedelta) -> bool:
    """Tell whether a pass that began at `captured_at` may be the one of `sighting`."""
    return bool(sighting.pass_name) or abs(sighting.captured_at - captured_at) <= window


def pass_id(sighting: Sighting) -> str:
    """The id of a pass that begins with `sighting`: a hash, so that a repeat finds the same.

    The parts are joined by a control character, which no id may have.
    """
    began = sighting.pass_name or sighting.captured_at.isoformat()
    kind = "pass" if sighting.pass_name else f"time\x1f{sighting.folder}"
    text = f"{sighting.stream.key}\x1f{sighting.part_id}\x1f{kind}\x1f{began}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _named(group: list[Sighting], earlier: Sequence[KnownPass]) -> Iterator[PlannedPass]:
    identity = pass_id(group[0])
    known = next((each for each in earlier if each.pass_id == identity), None)
    yield PlannedPass(identity, _by_view(group), known)


def _timed(
    group: list[Sighting], earlier: Sequence[KnownPass], window: timedelta
) -> Iterator[PlannedPass]:
    """Split pictures of one part, oldest first, where the window is left."""
    members: list[Sighting] = []
    known: KnownPass | None = None
    began: datetime | None = None
    for sighting in group:
        match = _nearest(sighting, earlier, window)
        if began is None or sighting.captured_at - began > window or match is not known:
            if members:
                yield PlannedPass(_identity(members, known), _by_view(members), known)
            members, known, began = [], match, sighting.captured_at
        members.append(sighting)
    if members:
        yield PlannedPass(_identity(members, known), _by_view(members), known)


def _nearest(
    sighting: Sighting, earlier: Sequence[KnownPass], window: timedelta
) -> KnownPass | None:
    fitting = [
        each
        for each in earlier
        if near_known(sighting, each.captured_at, window)
        and (sighting.folder in each.folders if sighting.folder is not None else not each.folders)
    ]
    return min(
        fitting,
        key=lambda each: (abs(sighting.captured_at - each.captured_at), each.pass_id),
        default=None,
    )


def _identity(members: Sequence[Sighting], known: KnownPass | None) -> str:
    return known.pass_id if known else pass_id(members[0])


def _by_view(members: Iterable[Sighting]) -> tuple[Sighting, ...]:
    return tuple(
        sorted(members, key=lambda each: (each.view or (0, 0), each.captured_at, each.found.path))
    )
