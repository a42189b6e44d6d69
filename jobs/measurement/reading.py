"""Read the files of one batch: what is known by its bytes, what conflicts, what is to be measured."""

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from jobs.arrival.file_bytes import FileBytes, read_once
from jobs.arrival.outcomes import OTHER_BYTES, outcome_of
from jobs.arrival.passes import PlannedPass, View
from jobs.arrival.scan import age_seconds
from jobs.arrival.sightings import Sighting
from jobs.arrival.triage import Verdict
from jobs.errors import FileRefusedError
from jobs.measurement.ledger import LedgerBook
from jobs.measurement.pool import MeasuringPool
from jobs.measurement.worker import Answer
from warehouse.connection import Connection
from warehouse.ledger import image_exists


@dataclass(frozen=True, slots=True)
class Pending:
    """A picture that is being measured."""

    sighting: Sighting
    planned: PlannedPass
    content: FileBytes
    answer: Future[Answer]


@dataclass(frozen=True, slots=True)
class Settled:
    """A file of the batch that needs no measuring; `content` None where nothing was read."""

    verdict: Verdict
    content: FileBytes | None


@dataclass(frozen=True, slots=True)
class Twin:
    """A file with the bytes of another one of this run: shares its fate."""

    sighting: Sighting
    content: FileBytes


@dataclass(slots=True)
class ReadBatch:
    """One batch after reading, in the order of its plan."""

    pending: list[Pending] = field(default_factory=list)
    settled: list[Settled] = field(default_factory=list)
    twins: list[Twin] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many files were in it."""
        return len(self.pending) + len(self.settled) + len(self.twins)


@dataclass(slots=True)
class BatchReader:
    """Reads batches one after the other and hands pictures to the workers.

    A file younger than `quiet_seconds` that is not what its manifest says is still being written.
    `first_paths` holds, for each content of this run, the path under which it was met first;
    `taken` the views of each pass that are being measured.
    """

    inbox: Path
    ledger: LedgerBook
    max_bytes: int
    quiet_seconds: float = 0.0
    first_paths: dict[str, str] = field(default_factory=dict)
    taken: dict[str, set[View]] = field(default_factory=lambda: defaultdict(set))

    def read(
        self, batch: Sequence[PlannedPass], connection: Connection, pool: MeasuringPool
    ) -> ReadBatch:
        """Read every file of `batch` once and submit what is new."""
        result = ReadBatch()
        contents: list[tuple[PlannedPass, list[tuple[Sighting, FileBytes]]]] = [
            (planned, self._contents(planned, result)) for planned in batch
        ]
        hashes = {content.sha256 for _, pairs in contents for _, content in pairs}
        stored = image_exists(connection, hashes)
        for planned, pairs in contents:
            fresh = [pair for pair in pairs if not self._is_known(*pair, stored, result)]
            crowded = _crowded(fresh)
            for sighting, content in fresh:
                if content.sha256 in self.first_paths:
                    result.twins.append(Twin(sighting, content))
                elif other := self._conflict(sighting, planned, crowded):
                    self._settle(result, sighting, "NAME_CONFLICT", other, content)
                else:
                    self.first_paths[content.sha256] = sighting.found.path
                    self.taken[planned.pass_id].add(sighting.view)
                    answer = pool.submit(content.data, sighting.um_per_px)
                    result.pending.append(Pending(sighting, planned, content, answer))
        return result

    def _contents(
        self, planned: PlannedPass, result: ReadBatch
    ) -> list[tuple[Sighting, FileBytes]]:
        pairs = []
        for sighting in planned.sightings:
            found = sighting.found
            try:
                content = read_once(
                    self.inbox, found.raw, max_bytes=self.max_bytes, inode=found.inode
                )
            except FileRefusedError as error:
                self._settle(result, sighting, error.reason, str(error), None)
                continue
            if sighting.sha256 in (None, content.sha256):
                pairs.append((sighting, content))
            else:
                self._settle_other_bytes(result, sighting, content)
        return pairs

    def _settle_other_bytes(
        self, result: ReadBatch, sighting: Sighting, content: FileBytes
    ) -> None:
        """Refuse bytes that are not those the manifest names: the only sure sign of a changed bit."""
        young = age_seconds(sighting.found, self.ledger.now) < self.quiet_seconds
        detail = f"{OTHER_BYTES} {sighting.sha256}, the file has {content.sha256}"
        reason = "STILL_WRITING" if young else "CORRUPT"
        self._settle(result, sighting, reason, detail, content)

    def _is_known(
        self, sighting: Sighting, content: FileBytes, stored: dict[str, str], result: ReadBatch
    ) -> bool:
        first = stored.get(content.sha256)
        if first is None:
            return False
        if first == sighting.found.path:
            self._settle(result, sighting, "ALREADY_MEASURED", "", content)
        else:
            self._settle(result, sighting, "DUPLICATE_CONTENT", f"same bytes as {first}", content)
        return True

    def _conflict(
        self, sighting: Sighting, planned: PlannedPass, crowded: dict[View, list[str]]
    ) -> str:
        """Why the picture is held until a person decides; empty where it is not."""
        path = sighting.found.path
        if self.ledger.was_measured(path):
            return "other content under a name that is measured; rename it to have it measured"
        part = f"part {sighting.part_id}"
        if others := [each for each in crowded.get(sighting.view, ()) if each != path]:
            return f"{part} has another picture of this view in one pass: {others[0]}"
        if sighting.view in self.taken[planned.pass_id] or (
            planned.known is not None and sighting.view in planned.known.views
        ):
            return f"{part} has a measured picture of this view in the same pass"
        return ""

    @staticmethod
    def _settle(
        result: ReadBatch, sighting: Sighting, reason: str, detail: str, content: FileBytes | None
    ) -> None:
        verdict = Verdict(sighting.found, outcome_of(reason), reason, detail)
        result.settled.append(Settled(verdict, content))


def _crowded(fresh: Sequence[tuple[Sighting, FileBytes]]) -> dict[View, list[str]]:
    """The views of a pass that several different pictures claim, with their paths."""
    claims: dict[View, dict[str, str]] = defaultdict(dict)
    for sighting, content in fresh:
        claims[sighting.view].setdefault(content.sha256, sighting.found.path)
    return {view: list(paths.values()) for view, paths in claims.items() if len(paths) > 1}
