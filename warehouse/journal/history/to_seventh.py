"""From schema version 6 to 7: what reviewers say of each defect the model found, or missed."""

from sqlalchemy import Connection, text


def to_seventh(connection: Connection) -> None:
    """Bring a journal of version 6 to version 7, within the transaction of the caller."""
    sqlite = connection.dialect.name == "sqlite"
    time = "DATETIME" if sqlite else "TIMESTAMP WITH TIME ZONE"
    number = "INTEGER NOT NULL" if sqlite else "SERIAL"
    for statement in (
        f"""
        CREATE TABLE review (
            review_id {number} PRIMARY KEY,
            image_id VARCHAR(64) NOT NULL,
            revision INTEGER NOT NULL,
            model_id VARCHAR(64) NOT NULL,
            pass_id TEXT NOT NULL,
            line TEXT NOT NULL,
            station TEXT NOT NULL,
            tool TEXT NOT NULL,
            family TEXT NOT NULL,
            captured_at {time} NOT NULL,
            defect_no INTEGER,
            missed_no INTEGER,
            defect_class VARCHAR(16) NOT NULL CHECK (defect_class IN ('scratch', 'stain')),
            verdict VARCHAR(16) NOT NULL CHECK (
                verdict IN ('agree', 'false call', 'missed', 'withdrawn')
            ),
            box_x INTEGER,
            box_y INTEGER,
            box_width INTEGER,
            box_height INTEGER,
            remark TEXT NOT NULL,
            created_by TEXT NOT NULL,
            created_at {time} NOT NULL,
            CHECK ((defect_no IS NULL) <> (missed_no IS NULL))
        )
        """,
        "CREATE INDEX review_of_image ON review (image_id, revision)",
        "CREATE INDEX review_of_time ON review (captured_at)",
    ):
        connection.execute(text(statement))
