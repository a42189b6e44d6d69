"""What `blemish verify` finds; the claim of 100 edits is E11 of the list of faults."""

import json
import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from jobs.cli import main
from jobs.ingest import ingest
from jobs.settings import read_settings
from jobs.upkeep.verify import Anchor, facts_findings, verify_site
from jobs.upkeep.verify_journal import decision_check, trail_check
from warehouse.connection import open_master
from warehouse.evidence import read_key
from warehouse.journal.audit import record
from warehouse.journal.characteristics import (
    CharacteristicChange,
    change_characteristics,
    characteristics,
)
from warehouse.journal.decision_seals import PROTECTED
from warehouse.journal.recipients import Recipient, save_recipient
from warehouse.journal.store import open_journal
from warehouse.journal.trail_head import chain_head
from warehouse.rollups import ROLLUPS
from warehouse.seal_check import seal_head
from warehouse.seals import SEALED

pytestmark = pytest.mark.usefixtures("in_process")
EDITS = 100
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def found(site, **options):
    report = verify_site(site, **options)
    return {check.name: list(check.findings) for check in report.checks if check.findings}


def test_nothing_is_found_in_a_site_that_only_the_program_wrote(site):
    assert found(site) == {}


def other(value, chance):
    """Return another value of the same type, as a person might type it."""
    if value is None:
        return None
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + chance.choice((1, 2, 5))
    if isinstance(value, float):
        # The last digit of a share must stay in 0..1.
        return value * 0.999 if value else 1e-3
    if isinstance(value, datetime):
        return value + timedelta(seconds=chance.choice((1, 3600)))
    if isinstance(value, date):
        return value + timedelta(days=chance.choice((1, 40)))
    if isinstance(value, list):
        return [*value, "X"]
    return f"{value}x"


def edited(connection, table, chance):
    """Edit one cell of one row in the open transaction; say which, None where the schema refuses."""
    found = connection.execute(f"SELECT rowid, * FROM {table} ORDER BY rowid").fetchall()
    columns = [column[0] for column in connection.execute(f"FROM {table} LIMIT 0").description]
    row = chance.choice(found)
    index = chance.randrange(len(columns))
    name, value = columns[index], row[index + 1]
    new = other(value, chance)
    if new is None:
        # An empty cell is filled with what its type takes first.
        kind = connection.execute(
            "SELECT data_type FROM duckdb_columns() WHERE table_name = $t AND column_name = $c",
            {"t": table, "c": name},
        ).fetchone()[0]
        new = {"VARCHAR": "x", "DOUBLE": 1.5, "INTEGER": 1, "BIGINT": 1, "BOOLEAN": True}.get(
            kind, datetime(2026, 1, 1, tzinfo=UTC)
        )
    try:
        connection.execute(f'UPDATE {table} SET "{name}" = ? WHERE rowid = ?', [new, row[0]])
    except duckdb.Error:
        return None
    return f"{table}.{name}: {value!r} to {new!r}"


def test_e11_every_one_of_100_random_edits_of_a_cell_of_the_facts_is_found(site, capsys):
    chance = random.Random(11)
    key = read_key(site.evidence_key)
    tables = [*SEALED, *ROLLUPS]
    missed, made = [], 0
    with open_master(site.master) as connection:
        filled = [
            table
            for table in tables
            if connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        ]
        assert facts_findings(connection, key) == []
        while made < EDITS:
            connection.execute("BEGIN")
            edit = edited(connection, filled[made % len(filled)], chance)
            if edit is not None:
                made += 1
                if not facts_findings(connection, key):
                    missed.append(edit)
            connection.execute("ROLLBACK")
        assert facts_findings(connection, key) == []
    with capsys.disabled():
        print(f"\n{made - len(missed)} of {made} edits of {', '.join(filled)} found")
    assert set(ROLLUPS) <= set(filled)
    assert missed == []


@pytest.mark.parametrize("rollup", ROLLUPS)
def test_every_column_of_a_rollup_is_compared_with_the_rows_it_sums(site, rollup):
    chance = random.Random(13)
    key = read_key(site.evidence_key)
    with open_master(site.master) as connection:
        found = connection.execute(f"FROM {rollup} ORDER BY rowid LIMIT 1")
        columns = [column[0] for column in found.description]
        for column, value in zip(columns, found.fetchone(), strict=True):
            # The schema knows two classes, and no more parts without a defect than parts.
            word = {"stain": "scratch", "scratch": "stain"}.get(value)
            new = word or (value - 1 if column == "zeros" else other(value, chance))
            connection.execute("BEGIN")
            first = f"rowid = (SELECT min(rowid) FROM {rollup})"
            connection.execute(f'UPDATE {rollup} SET "{column}" = ? WHERE {first}', [new])
            said = facts_findings(connection, key)
            connection.execute("ROLLBACK")
            assert any(sentence.startswith(rollup) for sentence in said), column


def journal_cells(path, table):
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(f"SELECT rowid, * FROM {table}").fetchall()
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    return [
        (row[0], name, value) for row in found for name, value in zip(columns, row[1:], strict=True)
    ]


def decide_on_settings(path):
    with open_journal(path) as journal:
        wanted = Recipient("lead@plant.example", alerts=True)
        save_recipient(journal, wanted, seen=None, seed=(), who="QE-4", now=NOW, reason="new")
        known = characteristics(journal)[0]
        change = CharacteristicChange(known, replace(known, spec_upper=7.0))
        change_characteristics(journal, [change], who="QE-4", now=NOW, reason="drawing C")


def test_e11_every_one_of_100_random_edits_of_a_cell_of_the_journal_is_found(site, capsys):
    chance = random.Random(12)
    decide_on_settings(site.journal)
    key = read_key(site.evidence_key)
    tables = [*PROTECTED, "audit"]
    cells = {table: journal_cells(site.journal, table) for table in tables}
    assert all(cells.values())
    missed, made = [], 0
    with open_journal(site.journal) as journal:

        def findings():
            trail = trail_check(journal, key, None, ())
            return [*trail.findings, *decision_check(journal, key).findings]

        assert findings() == []
        while made < EDITS:
            table = tables[made % len(tables)]
            rowid, name, value = chance.choice(cells[table])
            new = (
                7 if value is None else value + 1 if isinstance(value, int | float) else f"{value}x"
            )
            with closing(sqlite3.connect(site.journal, isolation_level=None)) as connection:
                connection.execute("PRAGMA ignore_check_constraints = 1")
                change = f'UPDATE {table} SET "{name}" = ? WHERE rowid = ?'
                try:
                    connection.execute(change, (new, rowid))
                except sqlite3.IntegrityError:
                    # The number of another row: nobody can make this edit at all.
                    continue
                made += 1
                if not findings():
                    missed.append(f"{table}.{name}: {value!r} to {new!r}")
                # A key that was edited is the row's own number where it is an integer.
                own_number = name in {f"{table}_id", "change_id"} and isinstance(new, int)
                where = new if own_number else rowid
                connection.execute(
                    f'UPDATE {table} SET "{name}" = ? WHERE rowid = ?', (value, where)
                )
        assert findings() == []
    with capsys.disabled():
        print(f"\n{made - len(missed)} of {made} edits of {', '.join(tables)} found")
    assert missed == []


@pytest.mark.parametrize(
    ("table", "where"),
    [("defect", "defect_no = 1"), ("arrival", "outcome = 'quarantined'"), ("signal", "true")],
)
def test_rows_that_were_deleted_by_hand_are_missed(site, table, where):
    with duckdb.connect(site.master) as connection:
        connection.execute(f"DELETE FROM {table} WHERE {where}")
    assert any(f"{table}, " in sentence and "(-" in sentence for sentence in found(site)["seals"])


def test_the_command_says_what_was_edited_and_ends_with_status_1(site, capsys):
    with duckdb.connect(site.master) as connection:
        connection.execute("UPDATE inspection SET stain_count = 0 WHERE stain_count = 3")
    assert main(["verify", "--site", str(site.root), "--quick", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    said = {check["check"]: check["findings"] for check in report["checks"] if check["findings"]}
    # Three parts of the twelve have three stains each; the seals, the sums and the rollups all say so.
    assert len(said["inspections"]) == 3
    assert said["inspections"][0].endswith("has stain_count 0.0, its images and defects give 3.0")
    assert "rollups" in said
    assert said["seals"][0].startswith("inspection, ")
    assert main(["verify", "--site", str(site.root), "--quick"]) == 1
    assert "rows were edited, added or removed by hand" in capsys.readouterr().out


def test_what_is_wrong_with_files_of_the_archive_is_named(site):
    originals = sorted(site.archive.glob("??/??/*.png"))
    masks = [path for path in originals if path.name.endswith(".mask.png")]
    images = [path for path in originals if path not in masks]
    images[0].write_bytes(images[0].read_bytes() + b"\0")
    images[1].unlink()
    masks[0].write_bytes(masks[0].read_bytes()[:-20])
    images[2].with_suffix(".json").write_text("{")
    said = found(site)["archive"]
    assert len(said) == 4
    assert sum("is damaged" in sentence for sentence in said) == 3
    assert f"image {images[1].stem} has no original in the archive" in said


def test_audit_entries_removed_at_the_end_are_missed_by_what_the_fact_store_remembers(site):
    # Every run notes where the trail stands.
    ingest(site, read_settings(site.settings_file))
    with closing(sqlite3.connect(site.journal, isolation_level=None)) as connection:
        (length,) = connection.execute("SELECT max(audit_id) FROM audit").fetchone()
        connection.execute("DELETE FROM audit WHERE audit_id > ?", (length - 2,))
    assert found(site)["audit"] == [f"2 entries at the end are gone: the fact store knew {length}"]


def test_a_trail_that_was_chained_anew_without_the_key_is_not_that_of_the_backup(site):
    with open_journal(site.journal) as journal, open_master(site.master) as facts:
        head, seals = chain_head(journal), seal_head(facts)
    anchor = Anchor(head.length, head.hash, seals.length, seals.mac, "the backup")
    assert found(site, anchors=(anchor,)) == {}
    other = Anchor(head.length, "f" * 64, seals.length + 1, "f" * 64, "the backup")
    said = found(site, anchors=(other,))
    assert said["audit"] == [f"entry {head.length} is not the one that the backup knew"]
    assert said["seals"] == [
        f"the seals are not those that the backup knew: {seals.length + 1} of them"
    ]


def test_a_trail_written_anew_by_somebody_without_the_key_is_found(site):
    with closing(sqlite3.connect(site.journal, isolation_level=None)) as connection:
        rows = connection.execute("SELECT * FROM audit ORDER BY audit_id").fetchall()
        connection.execute("DELETE FROM audit")
    assert len(rows) > 3
    key = site.evidence_key.read_bytes()
    site.evidence_key.unlink()
    with open_journal(site.journal) as journal:
        for number in range(3):
            record(journal, at=NOW, who="QE-7", what="x", subject=str(number), reason="r")
    site.evidence_key.write_bytes(key)
    said = found(site)["audit"]
    assert said[0] == "no entry is chained with the key of this site: the trail was written anew"
    with open_journal(site.journal) as journal:
        record(journal, at=NOW, who="QE-4", what="y", subject="s", reason="r")
    assert (
        "entries before 4 are not chained with the key: they were written anew"
        in found(site)["audit"]
    )


def test_a_published_decision_that_is_not_the_journals_is_named(site):
    path = site.current.resolve()
    path.chmod(0o600)
    with duckdb.connect(path) as connection:
        connection.execute("UPDATE phase SET reason = 'because'")
        connection.execute("UPDATE inspection SET passed = true")
    said = found(site)["published"]
    assert f"{path.name}: phase 1 is not as it is in the journal" in said
    assert any("inspection, " in sentence for sentence in said)


def test_a_decision_since_the_publication_is_no_finding(site):
    with open_journal(site.journal) as journal, journal.writing() as connection:
        connection.exec_driver_sql("UPDATE cause SET text = 'pump'")
    with open_journal(site.journal) as journal:
        (subject,) = [
            row[0] for row in sqlite3.connect(site.journal).execute("SELECT signal_id FROM cause")
        ]
        record(
            journal,
            at=datetime.now().astimezone(),
            who="QE-4",
            what="cause saved",
            subject=subject,
            reason="",
        )
    assert "published" not in found(site)


def test_a_lost_key_is_said_and_never_replaced(site, picture):
    site.evidence_key.unlink()
    (site.inbox / "late.png").write_bytes(picture(shade=40))
    assert ingest(site, read_settings(site.settings_file)).totals.measured == 1
    assert not site.evidence_key.exists()
    assert found(site)["seals"][0].startswith(f"{site.evidence_key} is missing")


def test_a_site_that_is_older_than_the_evidence_is_sealed_by_its_next_run(site):
    """What such a site holds: no key, no seals, an audit trail chained by SHA-256 alone."""
    site.evidence_key.unlink()
    with duckdb.connect(site.master) as connection:
        connection.execute("DELETE FROM seal")
    with closing(sqlite3.connect(site.journal, isolation_level=None)) as connection:
        connection.execute("DELETE FROM decision_seal")
        connection.execute("DELETE FROM audit")
    with open_journal(site.journal) as journal:
        record(
            journal, at=datetime.now().astimezone(), who="QE-4", what="old", subject="s", reason="r"
        )
    ingest(site, read_settings(site.settings_file))
    assert read_key(site.evidence_key).complete
    assert found(site) == {}
    with open_journal(site.journal) as journal:
        report = trail_check(journal, read_key(site.evidence_key), None, ())
    assert report.note == "2 entries, keyed from entry 2"
    with duckdb.connect(site.master) as connection:
        connection.execute("UPDATE image SET contrast = contrast + 1 WHERE path = 'P3.png'")
    assert len(found(site)["seals"]) == 1


def test_the_audit_trail_is_exported_with_its_hashes(site, tmp_path):
    table, document = tmp_path / "trail.csv", tmp_path / "trail.json"
    for path in (table, document):
        assert main(["verify", "--site", str(site.root), "--quick", "--trail", str(path)]) == 0
    entries = json.loads(document.read_text("utf-8"))
    assert entries[0]["what"] == "characteristic added"
    assert len({entry["hash"] for entry in entries}) == len(entries)
    assert len(entries[0]["hash"]) == 64
    assert len(table.read_text("utf-8").splitlines()) == len(entries) + 1
    assert main(["verify", "--site", str(site.root), "--trail", str(Path("x.txt"))]) == 2
