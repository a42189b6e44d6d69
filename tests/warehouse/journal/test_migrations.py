"""An older journal becomes a newer one with everything in it, and both end up the same."""

import sqlite3
from datetime import UTC, datetime

from sqlalchemy import inspect, text

from warehouse.journal.alerts import episodes, signals_of_episode
from warehouse.journal.history.first import FIRST
from warehouse.journal.migrations import MIGRATIONS
from warehouse.journal.outbox import outbox
from warehouse.journal.store import create_journal, open_journal
from warehouse.journal.tables import METADATA

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def make_first(path):
    """A journal of version 1 with an open episode, a resolved one and a mail."""
    create_journal(path)
    with open_journal(path) as journal, journal.writing() as connection:
        for name in inspect(connection).get_table_names():
            if name != "schema_version":
                connection.execute(text("PRAGMA defer_foreign_keys = ON"))
                connection.execute(text(f"DROP TABLE {name}"))
        FIRST.create_all(connection)
        connection.execute(text("DELETE FROM schema_version WHERE version > 1"))
        for name, state, closed in (("e1", "firing", None), ("e2", "resolved", NOW)):
            connection.execute(
                FIRST.tables["episode"].insert(),
                {
                    "episode_id": name,
                    "characteristic_id": "L/S/T/F:stain_count",
                    "rule_family": "control",
                    "state": state,
                    "opened_at": NOW.replace(tzinfo=None),
                    "first_signal_at": NOW.replace(tzinfo=None),
                    "last_signal_at": NOW.replace(tzinfo=None),
                    "signals": 1,
                    "closed_at": closed and closed.replace(tzinfo=None),
                    "headline": name,
                },
            )
            connection.execute(
                FIRST.tables["signal_handled"].insert(),
                {
                    "signal_id": f"signal of {name}",
                    "characteristic_id": "L/S/T/F:stain_count",
                    "rule_family": "control",
                    "completing_at": NOW.replace(tzinfo=None),
                    "handled_at": NOW.replace(tzinfo=None),
                    "outcome": "opened",
                    "episode_id": name,
                },
            )
        connection.execute(
            FIRST.tables["outbox"].insert(),
            {
                "message_id": "m1",
                "created_at": NOW.replace(tzinfo=None),
                "recipients": ["ann@plant"],
                "delivered_to": [],
                "subject": "s",
                "body_text": "t",
                "body_html": "",
                "state": "pending",
                "attempts": 0,
            },
        )


def test_a_journal_of_the_first_version_keeps_all_it_had(tmp_path):
    path = tmp_path / "journal.sqlite"
    make_first(path)
    with open_journal(path) as journal:
        found = {row.episode_id: row for row in episodes(journal)}
        assert signals_of_episode(journal, "e1") == ["signal of e1"]
        (mail,) = outbox(journal)
    # What was settled before must give no mail now.
    assert {name: (row.state, row.told, row.kind) for name, row in found.items()} == {
        "e1": ("firing", "firing", "process"),
        "e2": ("resolved", "resolved", "process"),
    }
    assert (mail.kind, mail.refused, mail.thread, mail.remaining) == (
        "alert",
        {},
        (),
        ("ann@plant",),
    )
    with sqlite3.connect(path) as connection:
        versions = [one for (one,) in connection.execute("SELECT version FROM schema_version")]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()
    assert versions == list(range(1, len(MIGRATIONS) + 1))


def test_the_tables_of_the_program_are_those_that_the_migrations_make(journal):
    with journal.reading() as connection:
        found = inspect(connection)
        for table in METADATA.sorted_tables:
            columns = {one["name"]: one["nullable"] for one in found.get_columns(table.name)}
            wanted = {one.name: bool(one.nullable) for one in table.columns}
            assert columns == wanted, table.name
            indexes = {one["name"] for one in found.get_indexes(table.name)}
            assert {one.name for one in table.indexes} <= indexes
