import json
from datetime import UTC, datetime

from warehouse.journal.export import ALLOWED_JOURNAL_TABLES, journal_tables
from warehouse.journal.phases import propose_phase

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def test_only_the_allowed_tables_are_exported_as_plain_values(journal):
    propose_phase(
        journal,
        characteristic_id="c1",
        model_id="m",
        valid_from=NOW,
        first_pass_at=NOW,
        last_pass_at=NOW,
        phase={"ucl": 9.5},
        created_by="QE-4",
        created_at=NOW,
        reason="first",
    )
    exported = journal_tables(journal)
    assert tuple(exported) == ALLOWED_JOURNAL_TABLES
    phase = exported["phase"]
    row = dict(zip(phase.columns, phase.rows[0], strict=True))
    assert (row["valid_from"], row["valid_to"]) == ("2026-03-02T08:00:00+00:00", None)
    assert json.loads(row["phase"]) == {"ucl": 9.5}
    assert json.dumps([table.rows for table in exported.values()])
