"""From schema version 4 to 5: accounts, their sessions, and failed logins."""

from sqlalchemy import Connection, text


def to_fifth(connection: Connection) -> None:
    """Bring a journal of version 4 to version 5, within the transaction of the caller."""
    time = "DATETIME" if connection.dialect.name == "sqlite" else "TIMESTAMP WITH TIME ZONE"
    for statement in (
        f"""
        CREATE TABLE account (
            account_key VARCHAR(80) NOT NULL PRIMARY KEY,
            name VARCHAR(80) NOT NULL,
            role VARCHAR(16) NOT NULL CHECK (role IN ('viewer', 'engineer', 'admin')),
            password_hash TEXT NOT NULL,
            password_at {time},
            must_change BOOLEAN NOT NULL,
            expires_at {time},
            disabled_at {time},
            created_by TEXT NOT NULL,
            created_at {time} NOT NULL
        )
        """,
        f"""
        CREATE TABLE login_session (
            token_hash VARCHAR(64) NOT NULL PRIMARY KEY,
            account_key VARCHAR(80) NOT NULL REFERENCES account (account_key),
            opened_at {time} NOT NULL,
            seen_at {time} NOT NULL
        )
        """,
        "CREATE INDEX session_of_account ON login_session (account_key)",
        f"""
        CREATE TABLE login_failure (
            account_key VARCHAR(80) NOT NULL PRIMARY KEY,
            failures INTEGER NOT NULL,
            locked_until {time}
        )
        """,
    ):
        connection.execute(text(statement))
