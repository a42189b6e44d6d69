"""From schema version 5 to 6: models measured in shadow, and which of them people approved."""

from sqlalchemy import Connection, text


def to_sixth(connection: Connection) -> None:
    """Bring a journal of version 5 to version 6, within the transaction of the caller."""
    time = "DATETIME" if connection.dialect.name == "sqlite" else "TIMESTAMP WITH TIME ZONE"
    connection.execute(
        text(
            f"""
            CREATE TABLE model_trial (
                model_id VARCHAR(64) NOT NULL PRIMARY KEY,
                name TEXT NOT NULL,
                status VARCHAR(16) NOT NULL CHECK (
                    status IN ('shadow', 'active', 'retired', 'turned down')
                ),
                measured_at {time} NOT NULL,
                report JSON NOT NULL,
                settings_model_id VARCHAR(64),
                decided_by TEXT,
                decided_at {time},
                reason TEXT
            )
            """
        )
    )
