"""One line of the doctor: what was looked at, what was seen, and what to do about it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked over.

    Attributes
    ----------
    name
        What it is, such as "time zone".
    seen
        What was seen.
    advice
        What to do; empty where all is well.

    """

    name: str
    seen: str
    advice: str = ""

    @property
    def well(self) -> bool:
        """Whether there is nothing to do."""
        return not self.advice
