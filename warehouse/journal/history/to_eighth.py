"""From schema version 7 to 8: who gets which mails, and from when specification limits hold."""

from sqlalchemy import Connection, text


def to_eighth(connection: Connection) -> None:
    """Bring a journal of version 7 to version 8, within the transaction of the caller."""
    sqlite = connection.dialect.name == "sqlite"
    time = "DATETIME" if sqlite else "TIMESTAMP WITH TIME ZONE"
    double = "DOUBLE" if sqlite else "DOUBLE PRECISION"
    number = "INTEGER NOT NULL" if sqlite else "SERIAL"
    for statement in (
        f"""
        CREATE TABLE recipient (
            recipient_id {number} PRIMARY KEY,
            address VARCHAR(254) NOT NULL,
            name VARCHAR(80) NOT NULL,
            alerts BOOLEAN NOT NULL,
            digest BOOLEAN NOT NULL,
            failures BOOLEAN NOT NULL,
            line TEXT,
            station TEXT,
            tool TEXT,
            family TEXT,
            active BOOLEAN NOT NULL,
            created_by TEXT NOT NULL,
            created_at {time} NOT NULL
        )
        """,
        f"""
        CREATE TABLE specification_change (
            change_id {number} PRIMARY KEY,
            characteristic_id TEXT NOT NULL,
            valid_from {time} NOT NULL,
            lower_before {double},
            upper_before {double},
            spec_lower {double},
            spec_upper {double},
            changed_by TEXT NOT NULL,
            reason TEXT NOT NULL
        )
        """,
        """
        CREATE INDEX change_of_characteristic
        ON specification_change (characteristic_id, valid_from)
        """,
    ):
        connection.execute(text(statement))
