"""The key of a site's evidence: what seals rows of the facts and chains the audit trail.

Whoever edits a store by hand does not have it (0600, beside the settings), so no edit can be made
to look as if this program had made it. It is made once, at `init`; a lost key is never replaced in
silence, for a new one would vouch for whatever it finds.
"""

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

from warehouse.durable import durable_file
from warehouse.errors import EvidenceError

_LENGTH: Final = 32


@dataclass(frozen=True, slots=True)
class EvidenceKey:
    r"""The secret of one site; two different uses never share a key.

    Attributes
    ----------
    secret : bytes
        32 random bytes; never shown.
    made_at : datetime
        Since when there is evidence.
    complete : bool
        False from the making of a key for a site that has rows already until all are sealed.

    Examples
    --------
    >>> key = EvidenceKey(b"\x00" * 32, datetime(2026, 1, 1, tzinfo=UTC))
    >>> key.name
    '6ff252782038d924'
    >>> key
    EvidenceKey(made_at=datetime.datetime(2026, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), complete=True)

    """

    secret: bytes = field(repr=False)
    made_at: datetime
    complete: bool = True

    @property
    def name(self) -> str:
        """What may be shown of it: 16 hexadecimal digits that tell two keys apart."""
        return self.derived("name").hex()[:16]

    def derived(self, use: str) -> bytes:
        """Return the key of one use, 32 bytes: HMAC-SHA-256 of the word under the secret."""
        return hmac.digest(self.secret, use.encode("ascii"), hashlib.sha256)

    def completed(self) -> Self:
        """Return it as the key of a site of which every row is sealed."""
        return replace(self, complete=True)


def new_key(*, complete: bool, now: datetime) -> EvidenceKey:
    """Return a new random key."""
    return EvidenceKey(secrets.token_bytes(_LENGTH), now, complete)


def write_key(path: Path, key: EvidenceKey) -> None:
    """Write a key file, durable and for its owner only."""
    content = {
        "made_at": key.made_at.astimezone(UTC).isoformat(),
        "complete": key.complete,
        "key": key.secret.hex(),
    }
    with durable_file(path) as file:
        file.write(json.dumps(content, indent=1).encode("ascii"))


def read_key(path: Path) -> EvidenceKey | None:
    """Return the key at `path`, None when there is no file.

    Raises
    ------
    EvidenceError
        The file is no key, or may not be read.

    """
    try:
        content = json.loads(path.read_bytes())
        secret = bytes.fromhex(content["key"])
        key = EvidenceKey(secret, datetime.fromisoformat(content["made_at"]), content["complete"])
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EvidenceError(f"the evidence key {path} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise EvidenceError(
            f"{path} is no evidence key; put back the one from a backup of this site"
        ) from error
    if len(secret) != _LENGTH:
        raise EvidenceError(f"{path} holds a key of {len(secret)} bytes instead of {_LENGTH}")
    return key
