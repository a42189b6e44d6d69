"""The ledger rows of one run: one for each file whose outcome is new."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from jobs.arrival.file_bytes import FileBytes
from jobs.arrival.outcomes import PASSING
from jobs.arrival.triage import Verdict, is_unchanged
from jobs.measurement.report import FileOutcome, Tally
from warehouse.records import ArrivalRow

MAX_DETAIL = 4000


@dataclass(frozen=True, slots=True)
class LedgerBook:
    """Turns verdicts into rows and entries of the report.

    Attributes
    ----------
    earlier : mapping
        The latest row of every path before this run.
    now : datetime
        Of this run.

    """

    earlier: Mapping[str, ArrivalRow]
    run_id: int
    now: datetime
    tally: Tally

    def settle(self, verdict: Verdict, content: FileBytes | None = None) -> ArrivalRow | None:
        """Count `verdict`, list it in the report, and return its row where it needs one.

        Parameters
        ----------
        verdict : Verdict
            The last word on the file in this run.
        content : FileBytes, optional
            What was read; its size and times are those of the measured bytes.

        """
        found = verdict.found
        if verdict.reason == "UNCHANGED":
            self.tally.count("known")
            return None
        earlier = self.earlier.get(found.path)
        unchanged = earlier is not None and is_unchanged(found, earlier)
        if earlier is not None and verdict.outcome == "quarantined":
            # Tried again in vain: held as before, no news.
            same = content is None or content.sha256 == earlier.sha256
            if unchanged and same and _words(verdict) == _words(earlier):
                self.tally.count("known")
                return None
        entry = FileOutcome(found.path, verdict.outcome, verdict.reason, verdict.detail)
        self.tally.note(entry)
        if earlier is not None:
            # Read again and found to be other bytes: changed, whatever its size and time say.
            same = unchanged and (content is None or content.sha256 == earlier.sha256)
            if self._is_said(verdict, earlier, unchanged=same):
                return None
        return ArrivalRow(
            path=found.path,
            change_no=earlier.change_no + 1 if earlier else 1,
            outcome=verdict.outcome,
            reason=verdict.reason,
            sha256=content.sha256 if content else None,
            size=content.size if content else found.size,
            mtime_ns=content.mtime_ns if content else found.mtime_ns,
            inode=content.inode if content else found.inode,
            first_seen_at=earlier.first_seen_at if earlier and unchanged else self.now,
            run_id=self.run_id,
            detail=verdict.detail[:MAX_DETAIL],
        )

    def was_measured(self, path: str) -> bool:
        """Tell whether other content of this path is measured, or held until a person decides."""
        earlier = self.earlier.get(path)
        return earlier is not None and holds_content(earlier)

    @staticmethod
    def _is_said(verdict: Verdict, earlier: ArrivalRow, *, unchanged: bool) -> bool:
        """Tell whether the ledger should keep the row it has."""
        if verdict.reason in PASSING and holds_content(earlier):
            return True
        return unchanged and _words(verdict) == _words(earlier)


def holds_content(row: ArrivalRow) -> bool:
    """Tell whether the path stands for content that a new one must not replace."""
    return row.outcome == "measured" or row.reason in ("ALREADY_MEASURED", "NAME_CONFLICT")


def _words(judged: Verdict | ArrivalRow) -> tuple[str, str]:
    return judged.outcome, judged.reason
