"""The signed link by which a mail's reader reaches the page that acknowledges its alerts.

The link says which mail, until when it holds, and nothing about who follows it: it opens a page,
and only the form on that page changes anything. A mail scanner that follows every link does no
harm.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Self
from urllib.parse import urlencode

from itsdangerous import BadSignature, URLSafeSerializer

from dashboard.errors import LinkError

PATH: Final = "/acknowledge"
HOLDS_FOR: Final = timedelta(days=14)
_PURPOSE: Final = "blemish acknowledge"


@dataclass(frozen=True, slots=True)
class LinkSigner:
    """Writes and reads the links of a site with its secret key.

    Examples
    --------
    >>> signer = LinkSigner(b"secret")
    >>> now = datetime(2024, 5, 14, tzinfo=UTC)
    >>> signer.read(signer.token("night-1@plant", now), now + timedelta(days=13))
    'night-1@plant'

    """

    secret: bytes

    def token(self, message_id: str, now: datetime) -> str:
        """Return the signed name of a mail, good for 14 days."""
        expires = int((now + HOLDS_FOR).timestamp())
        return self._serializer().dumps([message_id, expires])

    def link(self, base_url: str, message_id: str, now: datetime) -> str:
        """Return the whole address for a mail."""
        query = urlencode({"token": self.token(message_id, now)})
        return f"{base_url.rstrip('/')}{PATH}?{query}"

    def read(self, token: str, now: datetime) -> str:
        """Return the Message-ID that a token names.

        Raises
        ------
        LinkError
            It was not signed here, or has expired.

        """
        try:
            message_id, expires = self._serializer().loads(token)
        except (BadSignature, ValueError, TypeError) as error:
            raise LinkError("this link was not made by this site, or is cut off") from error
        if now.timestamp() > expires:
            day = datetime.fromtimestamp(expires, UTC)
            raise LinkError(f"this link expired on {day:%Y-%m-%d}; open the alert on the pages")
        return str(message_id)

    @classmethod
    def of_site(cls, secret: Path) -> Self | None:
        """Return the signer with the key in a file; None where the site has lost it."""
        try:
            return cls(secret.read_bytes())
        except OSError:
            return None

    def _serializer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret, salt=_PURPOSE)
