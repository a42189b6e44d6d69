"""What becomes of each listed file before anything is read: by its name, the ledger and manifests."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from jobs.arrival.manifest_book import ManifestBook
from jobs.arrival.outcomes import OTHER_BYTES, RETRIED, outcome_of
from jobs.arrival.scan import FoundFile
from jobs.arrival.sightings import Sighting, sighting_by_manifest, sighting_by_name
from jobs.configuration.inbox_sections import InboxSettings
from jobs.errors import FileRefusedError
from warehouse.records import ArrivalRow, Outcome


@dataclass(frozen=True, slots=True)
class Verdict:
    """The words one file gets in this run."""

    found: FoundFile
    outcome: Outcome
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Triage:
    """Sorts the listed files of one run.

    Attributes
    ----------
    ledger : mapping
        The latest row of every path.
    book : ManifestBook
        What the manifests say.
    now : datetime
        Of this run.

    """

    ledger: Mapping[str, ArrivalRow]
    book: ManifestBook
    inbox: InboxSettings
    now: datetime

    def sort(self, found: FoundFile, *, changed: bool = False) -> Sighting | Verdict:
        """Return the sighting of a file that is to be read, else its verdict.

        A verdict of known/UNCHANGED is for files that are as the ledger has them.

        Parameters
        ----------
        changed : bool
            The content is known to be another one, whatever size and time say.

        """
        earlier = self.ledger.get(found.path)
        same = earlier is not None and not changed and is_unchanged(found, earlier)
        if not changed and is_settled(found, earlier):
            return Verdict(found, "known", "UNCHANGED")
        sorted_as = self._by_name(found)
        if (
            isinstance(sorted_as, Verdict)
            and sorted_as.outcome != "deferred"
            and earlier is not None
            and same
            and (earlier.outcome, earlier.reason) == (sorted_as.outcome, sorted_as.reason)
        ):
            return Verdict(found, "known", "UNCHANGED")
        return sorted_as

    def _by_name(self, found: FoundFile) -> Sighting | Verdict:
        if found.outcome in ("ignored", "quarantined"):
            outcome = outcome_of(found.reason) if found.reason != "WRONG_TYPE" else "ignored"
            return Verdict(found, outcome, found.reason, found.detail)
        if waits := self.book.waits(found.path):
            return Verdict(found, "deferred", "WAITING", f"{waits}{self._age(found)}")
        if row := self.book.row(found.path):
            return sighting_by_manifest(found, row, self.inbox)
        if self.inbox.manifest == "required":
            return Verdict(found, "deferred", "WAITING", f"no manifest names it{self._age(found)}")
        try:
            return sighting_by_name(found, self.inbox, self.now)
        except FileRefusedError as error:
            return Verdict(found, outcome_of(error.reason), error.reason, str(error))

    def _age(self, found: FoundFile) -> str:
        earlier = self.ledger.get(found.path)
        return f", waiting since {earlier.first_seen_at:%Y-%m-%d %H:%M} UTC" if earlier else ""


def is_settled(found: FoundFile, earlier: ArrivalRow | None) -> bool:
    """Tell whether nothing can change for a file since its `earlier` row; rules and rights may."""
    return (
        earlier is not None
        and is_unchanged(found, earlier)
        and earlier.outcome not in ("deferred", "ignored")
        and earlier.reason not in RETRIED
        and not earlier.detail.startswith(OTHER_BYTES)
    )


def is_unchanged(found: FoundFile, earlier: ArrivalRow) -> bool:
    """Tell whether a file is, by size, time and inode, the one of the ledger."""
    return (found.size, found.mtime_ns, found.inode) == (
        earlier.size,
        earlier.mtime_ns,
        earlier.inode,
    )
