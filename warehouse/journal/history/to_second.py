"""From schema version 1 to 2: episodes know what was mailed of them, mails know their thread."""

from sqlalchemy import Connection, text

from warehouse.journal.history.second import SECOND

# A check constraint cannot be altered in SQLite, and `signal_handled` refers to `episode`: both are
# set aside, made anew and filled again. What stands resolved was settled long ago; that no mail
# said so then must not give one now.
_ASIDE = (
    "CREATE TABLE episode_1 AS SELECT * FROM episode",
    "CREATE TABLE signal_handled_1 AS SELECT * FROM signal_handled",
    "DROP TABLE signal_handled",
    "DROP TABLE episode",
)
_BACK = (
    """
    INSERT INTO episode (
        episode_id, characteristic_id, rule_family, kind, state, opened_at, first_signal_at,
        last_signal_at, signals, closed_at, closed_reason, headline, muted_reason, told, told_at
    )
    SELECT
        episode_id, characteristic_id, rule_family, 'process', state, opened_at, first_signal_at,
        last_signal_at, signals, closed_at, '', headline, '',
        CASE WHEN state = 'resolved' THEN 'resolved' ELSE 'firing' END, opened_at
    FROM episode_1
    """,
    """
    INSERT INTO signal_handled (
        signal_id, characteristic_id, rule_family, completing_at, handled_at, outcome, episode_id,
        withdrawn_at
    )
    SELECT
        signal_id, characteristic_id, rule_family, completing_at, handled_at, outcome, episode_id,
        withdrawn_at
    FROM signal_handled_1
    """,
    "DROP TABLE signal_handled_1",
    "DROP TABLE episode_1",
    "ALTER TABLE outbox ADD COLUMN kind VARCHAR(16) DEFAULT 'alert' NOT NULL",
    "ALTER TABLE outbox ADD COLUMN refused JSON DEFAULT '{}' NOT NULL",
    "ALTER TABLE outbox ADD COLUMN thread JSON DEFAULT '[]' NOT NULL",
)


def to_second(connection: Connection) -> None:
    """Bring a journal of version 1 to version 2, within the transaction of the caller."""
    for statement in _ASIDE:
        connection.execute(text(statement))
    SECOND.create_all(connection)
    for statement in _BACK:
        connection.execute(text(statement))
