"""From schema version 2 to 3: protected tables have a seal each."""

from sqlalchemy import Connection, text


def to_third(connection: Connection) -> None:
    """Bring a journal of version 2 to version 3, within the transaction of the caller."""
    connection.execute(
        text(
            """
            CREATE TABLE decision_seal (
                table_name VARCHAR(64) NOT NULL PRIMARY KEY,
                row_count INTEGER NOT NULL,
                audit_length INTEGER NOT NULL,
                mac VARCHAR(64) NOT NULL
            )
            """
        )
    )
