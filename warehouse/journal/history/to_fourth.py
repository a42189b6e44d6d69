"""From schema version 3 to 4: queries kept by name."""

from sqlalchemy import Connection, text


def to_fourth(connection: Connection) -> None:
    """Bring a journal of version 3 to version 4, within the transaction of the caller."""
    time = "DATETIME" if connection.dialect.name == "sqlite" else "TIMESTAMP WITH TIME ZONE"
    connection.execute(
        text(
            f"""
            CREATE TABLE saved_query (
                name VARCHAR(80) NOT NULL PRIMARY KEY,
                owner TEXT NOT NULL,
                sql TEXT NOT NULL,
                saved_at {time} NOT NULL
            )
            """
        )
    )
