"""The words of the ledger, and which outcome each reason belongs to."""

from typing import Final

from warehouse.records import Outcome

DEFERRED: Final = frozenset({"STILL_WRITING", "WAITING"})
IGNORED: Final = frozenset({"NOT_A_FILE", "SYMLINK", "HIDDEN", "TEMPORARY", "VANISHED", "OUTSIDE"})
KNOWN: Final = frozenset({"UNCHANGED", "ALREADY_MEASURED", "DUPLICATE_CONTENT"})

MAYBE_UNFINISHED: Final = frozenset(
    {"TRUNCATED", "CORRUPT", "WRONG_TYPE", "BAD_FORMAT", "TRAILING_DATA"}
)
"""What a file looks like while it is still being copied."""

RETRIED: Final = frozenset({"BAD_NAME", "PERMISSION", "UNREADABLE"})
"""Quarantined for a reason that may go away without a change of the file itself."""

OTHER_BYTES: Final = "the manifest gives SHA-256"
"""How the sentence on a file begins that is not what its manifest says: either may be put right."""

PASSING: Final = frozenset({"PERMISSION", "UNREADABLE", "VANISHED", "STILL_WRITING", "WAITING"})
"""Says nothing about the content: must not hide in the ledger that the path was measured."""


def outcome_of(reason: str) -> Outcome:
    """Return the outcome a `reason` stands for, once a file was to be read.

    Examples
    --------
    >>> outcome_of("STILL_WRITING"), outcome_of("TRUNCATED")
    ('deferred', 'quarantined')

    """
    if reason in DEFERRED:
        return "deferred"
    if reason in IGNORED:
        return "ignored"
    if reason in KNOWN:
        return "known"
    return "quarantined"
