"""What became of every alert that fired: nothing is lost that is not counted somewhere."""

from dataclasses import asdict, dataclass

from sqlalchemy import select

from warehouse.journal import tables
from warehouse.journal.store import Journal


@dataclass(frozen=True, slots=True)
class AlertLedger:
    """Episodes by what became of their first mail; the six add up to `fired`.

    Attributes
    ----------
    delivered, pending, dead
        The mail was sent to all, still waits for somebody, or was given up and stands in the outbox.
    suppressed
        Kept back by a silence, or explained by a camera alert; the episode names which.
    held
        Waits because its story was mailed within the last hour.
    settled
        A person took it on, or it was over, before a mail was due.

    """

    fired: int = 0
    delivered: int = 0
    pending: int = 0
    dead: int = 0
    suppressed: int = 0
    held: int = 0
    settled: int = 0

    def __str__(self) -> str:
        """Write the identity as a sentence."""
        counts = asdict(self)
        fired = counts.pop("fired")
        return f"alerts: {fired} fired = " + " + ".join(
            f"{count} {name}" for name, count in counts.items()
        )


def alert_ledger(journal: Journal) -> AlertLedger:
    """Count every episode of the journal by what became of it."""
    episode, outbox = tables.episode, tables.outbox
    wanted = select(episode.c.state, episode.c.muted_by, outbox.c.state.label("mail")).select_from(
        episode.outerjoin(outbox, episode.c.thread == outbox.c.message_id)
    )
    counts = dict.fromkeys(AlertLedger.__slots__, 0)
    with journal.reading() as connection:
        for state, muted_by, mail in connection.execute(wanted):
            counts["fired"] += 1
            counts[_became(state, muted_by, mail)] += 1
    return AlertLedger(**counts)


def _became(state: str, muted_by: str | None, mail: str | None) -> str:
    if mail is not None:
        return "delivered" if mail == "sent" else mail
    if muted_by is not None:
        return "suppressed"
    return "held" if state in {"pending", "firing"} else "settled"
