"""The machine settings as the pages show them: what stands in the file, and what it means."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MachineSetting:
    """One setting of the file, in words; `is_default` where the file does not set it otherwise."""

    section: str
    key: str
    value: str
    meaning: str
    is_default: bool
