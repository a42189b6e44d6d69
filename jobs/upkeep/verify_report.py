"""What verifying a site found, check by check."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where both chains of evidence stood, as something outside the stores remembers it.

    Attributes
    ----------
    source
        Who remembers, in words.

    """

    audit_length: int
    audit_head: str
    seal_length: int
    seal_head: str
    source: str


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its findings, one sentence each, and how much it looked at."""

    name: str
    title: str
    findings: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """All checks; `facts_from` is "master", or "snapshot" where a run was in progress."""

    facts_from: str
    checks: tuple[Check, ...]

    @property
    def whole(self) -> bool:
        """Whether no check found anything."""
        return not any(check.findings for check in self.checks)
