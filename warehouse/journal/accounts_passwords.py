"""Passwords: which are taken, and how they are kept (argon2id, never the password itself)."""

import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from warehouse.errors import AccountError

SHORTEST: Final = 12
LONGEST: Final = 256
FEWEST_SIGNS: Final = 5

# 19 MiB and two passes: the least that the OWASP Password Storage Cheat Sheet advises for argon2id.
# More memory for each of several logins at once would be felt by the readers of the pages.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Checked where there is no such account, so that the answer takes as long: no password fits it.
_NOBODY: Final = (
    "$argon2id$v=19$m=19456,t=2,p=1$"
    "YmxlbWlzaCBub2JvZHkhIQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)


def hashed(password: str, *, name: str) -> str:
    """Return what is kept of a password.

    Parameters
    ----------
    name
        Of the account; a password that holds it is refused.

    Raises
    ------
    AccountError
        The password is too short, too long, or too easy to guess.

    Examples
    --------
    >>> hashed("short", name="ann")
    Traceback (most recent call last):
    ...
    warehouse.errors.AccountError: the password has 5 letters; take at least 12, such as four words

    """
    text = _normal(password)
    if len(text) < SHORTEST:
        raise AccountError(
            f"the password has {len(text)} letters; take at least {SHORTEST}, such as four words"
        )
    if len(text) > LONGEST:
        raise AccountError(f"the password has {len(text)} letters; take at most {LONGEST}")
    if len(set(text)) < FEWEST_SIGNS:
        raise AccountError("the password repeats a few signs; take four words that nobody expects")
    if _normal(name).casefold() in text.casefold():
        raise AccountError("the password holds the name of the account; take another")
    return _HASHER.hash(text)


def fits(password_hash: str, password: str) -> bool:
    """Tell whether a password is the one; an account without one has none that fits.

    Takes as long where nothing can fit, so that the time does not tell which names exist.
    """
    text = _normal(password[: 4 * LONGEST])
    try:
        _HASHER.verify(password_hash or _NOBODY, text)
    except (Argon2Error, InvalidHashError):
        return False
    return bool(password_hash)


def _normal(text: str) -> str:
    """Return one spelling of a text: keyboards compose accents differently (NIST SP 800-63B)."""
    return unicodedata.normalize("NFKC", text)
