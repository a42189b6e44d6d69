"""What a run of the ingest did with each file, and its totals."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from jobs.arrival.manifest_book import ManifestOutcome
from warehouse.records import Outcome
from warehouse.runs import RunTotals


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """One file: path relative to the inbox, the two words, and a sentence where one is needed."""

    path: str
    outcome: Outcome
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """One run of the ingest.

    Attributes
    ----------
    totals : RunTotals
        seen = measured + quarantined + ignored + deferred + known.
    files : tuple of FileOutcome
        Every file whose outcome is new in this run or that is deferred, by path; unchanged known
        files are only counted.
    manifests : tuple of ManifestOutcome
        Every manifest that is new in this run; they are not counted in the totals.
    rows_waiting : int
        Manifest rows whose image has not arrived.
    warnings : tuple of str
        Sentences a person should read.
    model_id : str or None
        The model that measured; None where nothing was to be measured.

    """

    run_id: int
    totals: RunTotals
    files: tuple[FileOutcome, ...]
    manifests: tuple[ManifestOutcome, ...]
    rows_waiting: int
    warnings: tuple[str, ...]
    model_id: str | None = None

    @property
    def measured_by(self) -> str:
        """The end of the sentence about a run: which model measured; empty where none did."""
        return "" if self.model_id is None else f"; measured by model {self.model_id[:12]}"

    def to_dict(self) -> dict[str, Any]:
        """The report as `blemish ingest --json` prints it."""
        return {
            "run_id": self.run_id,
            **asdict(self.totals),
            "files": [asdict(file) for file in self.files],
            "manifests": [asdict(manifest) for manifest in self.manifests],
            "rows_waiting": self.rows_waiting,
            "warnings": list(self.warnings),
            "model_id": self.model_id,
        }


@dataclass(slots=True)
class Tally:
    """Counts the files of a run as they are decided."""

    files: list[FileOutcome] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    _counts: Counter[str] = field(default_factory=Counter)

    def count(self, outcome: Outcome) -> None:
        """Count a file that needs no entry: unchanged and known."""
        self._counts[outcome] += 1

    def note(self, file: FileOutcome) -> None:
        """Count a file and list it."""
        self._counts[file.outcome] += 1
        self.files.append(file)

    def totals(self) -> RunTotals:
        """Return the totals; their identity holds by construction."""
        counts = self._counts
        return RunTotals(
            seen=counts.total(),
            measured=counts["measured"],
            quarantined=counts["quarantined"],
            ignored=counts["ignored"],
            deferred=counts["deferred"],
            known=counts["known"],
        )


def ledger_in_words(totals: RunTotals) -> str:
    """Return the ledger identity of a run as a sentence.

    Examples
    --------
    >>> ledger_in_words(RunTotals(seen=5, measured=3, quarantined=1, known=1))
    '5 files seen = 3 measured + 1 quarantined + 0 ignored + 0 deferred + 1 known'

    """
    return (
        f"{totals.seen} files seen = {totals.measured} measured + {totals.quarantined} quarantined"
        f" + {totals.ignored} ignored + {totals.deferred} deferred + {totals.known} known"
    )
