"""Message-IDs made from what a mail tells: the same thing told again is the same mail."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from warehouse.journal.alerts import EpisodeRow


def message_id(kind: str, key: str, sender: str) -> str:
    """Return the Message-ID (without <>) of the one mail of this kind about `key`.

    Examples
    --------
    >>> message_id("digest", "2024-05-14", "blemish@plant.example").rpartition("@")[2]
    'plant.example'

    """
    domain = sender.rpartition("@")[2] or "localhost"
    digest = hashlib.sha256(f"{kind}\0{key}".encode()).hexdigest()[:32]
    return f"blemish-{kind}-{digest}@{domain}"


def episodes_message_id(kind: str, episodes: Iterable[EpisodeRow], sender: str) -> str:
    """Return the Message-ID of the mail that tells of these episodes."""
    return message_id(kind, "\n".join(sorted(one.episode_id for one in episodes)), sender)
