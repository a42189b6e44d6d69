"""How long work tells how far it is."""

from typing import Protocol


class Progress(Protocol):
    """Told now and then: what is being done, how much is done, and out of how much."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take note; `stage` is a word or two, such as "measuring"."""


def no_progress(stage: str, done: int, total: int) -> None:
    """Take no note."""
