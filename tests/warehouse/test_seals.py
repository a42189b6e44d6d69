"""Seals are kept with every change and disagree with every other one."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime

import duckdb
import pytest

from warehouse import schema
from warehouse.batch import write_batch
from warehouse.connection import open_master
from warehouse.errors import BatchError, EvidenceError
from warehouse.evidence import new_key, read_key, write_key
from warehouse.runs import RunTotals, finish_run, mark_interrupted, start_run
from warehouse.seal_check import anchor, check_seals, seal_everything, seal_head
from warehouse.site import Site
from warehouse.sql import migrations

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def sealed(tmp_path, empty_master):
    """A site with a key and an empty warehouse."""
    site = Site(tmp_path / "site")
    site.create_folders()
    shutil.copyfile(empty_master, site.master)
    write_key(site.evidence_key, new_key(complete=True, now=NOW))
    return site


def agrees(connection, site):
    report = check_seals(connection, read_key(site.evidence_key))
    return report.disagreements == () and report.broken is None


def test_what_the_program_writes_agrees_in_any_order_and_after_a_repeat(sealed, build):
    parts = [build.part(f"p{number}", at=build.at(700 * number)) for number in range(6)]
    with open_master(sealed.master) as connection:
        run_id = start_run(connection, trigger="test", started_at=NOW, model_id=None)
        write_batch(connection, build.batch(*parts[3:]))
        write_batch(connection, build.batch(*parts[:4]))
        write_batch(connection, parts[0])
        revised = replace(parts[1].inspections[0], revision=2, stain_count=0)
        write_batch(connection, replace(parts[1], inspections=(revised,)))
        finish_run(connection, run_id, RunTotals(seen=6, measured=6), finished_at=NOW)
        start_run(connection, trigger="test", started_at=NOW, model_id=None)
        mark_interrupted(connection, now=NOW)
        assert agrees(connection, sealed)
        # 6 arrivals, images and defects, 7 inspections, 1 model, 2 runs.
        assert check_seals(connection, read_key(sealed.evidence_key)).sealed == 28


def test_a_batch_that_is_refused_leaves_no_seal(sealed, build):
    part = build.part("p1")
    with open_master(sealed.master) as connection:
        bad = replace(part, inspections=(replace(part.inspections[0], stain_count=-1),))
        with pytest.raises(BatchError):
            write_batch(connection, bad)
        assert seal_head(connection).length == 0
        assert agrees(connection, sealed)


def test_texts_that_read_alike_when_joined_have_other_digests(sealed, build):
    part = build.part("p1")
    image = replace(part.images[0], path="a|lot=1:b", lot=None)
    with open_master(sealed.master) as connection:
        write_batch(connection, replace(part, images=(image,)))
        connection.execute("UPDATE image SET path = 'a', lot = 'b'")
        assert not agrees(connection, sealed)


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE seal SET row_count = row_count + 1 WHERE seal_no = 2",
        "UPDATE seal SET sum_low = sum_low + 1 WHERE seal_no = 2",
        "DELETE FROM seal WHERE seal_no = 2",
        "DELETE FROM seal",
    ],
)
def test_seals_that_were_edited_or_removed_are_seen(sealed, build, harm):
    with open_master(sealed.master) as connection:
        write_batch(connection, build.part("p1"))
    with duckdb.connect(sealed.master) as connection:
        connection.execute(harm)
    with open_master(sealed.master) as connection:
        assert not agrees(connection, sealed)


def test_rows_sealed_with_another_key_do_not_pass_for_ours(sealed, build):
    with open_master(sealed.master) as connection:
        write_batch(connection, build.part("p1"))
        report = check_seals(connection, new_key(complete=True, now=NOW))
    assert report.broken == 1
    assert report.disagreements


def test_a_column_with_values_that_a_migration_adds_is_sealed_and_an_edit_before_stays(
    sealed, build, monkeypatch
):
    with open_master(sealed.master) as connection:
        write_batch(connection, build.batch(build.part("p1"), build.part("p2", at=build.at(3000))))
    newest = migrations()[-1][0]
    added = "ALTER TABLE image ADD COLUMN checked BOOLEAN DEFAULT false;"
    later = (*migrations(), (newest + 1, f"{newest + 1:04}_more.sql", added))
    monkeypatch.setattr(schema, "migrations", lambda: later)
    monkeypatch.setattr("warehouse.connection.newest_version", lambda: newest + 1)
    with duckdb.connect(sealed.master) as connection:
        connection.execute("UPDATE image SET contrast = 11 WHERE pass_id = 'p2'")
    with open_master(sealed.master) as connection:
        (only,) = check_seals(connection, read_key(sealed.evidence_key)).disagreements
        # p2 was captured 3,000 minutes, two days and two hours, after 2 March, 8:00.
        assert (only.table, only.part, only.rows) == ("image", "2026-03-04", 0)


def test_what_a_new_key_finds_is_sealed_as_it_is(tmp_path, empty_master, build):
    site = Site(tmp_path / "old")
    site.create_folders()
    shutil.copyfile(empty_master, site.master)
    with open_master(site.master) as connection:
        write_batch(connection, build.part("p1"))
        assert seal_head(connection).length == 0
    write_key(site.evidence_key, new_key(complete=False, now=NOW))
    with open_master(site.master) as connection:
        seal_everything(connection)
        seal_everything(connection)
        assert agrees(connection, site)
        anchor(connection, 3, "f" * 64)
        anchor(connection, 3, "f" * 64)
        assert check_seals(connection, read_key(site.evidence_key)).anchors == ((3, "f" * 64),)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b'{"key": "00", "made_at": "2026-01-01", "complete": true}']
)
def test_a_key_file_that_holds_no_key_is_refused(tmp_path, content):
    (tmp_path / "evidence.key").write_bytes(content)
    with pytest.raises(EvidenceError):
        read_key(tmp_path / "evidence.key")


def test_a_key_is_for_its_owner_only_and_says_nothing_of_itself(tmp_path):
    key = new_key(complete=True, now=NOW)
    write_key(tmp_path / "evidence.key", key)
    assert read_key(tmp_path / "evidence.key") == key
    assert (tmp_path / "evidence.key").stat().st_mode & 0o777 == 0o600
    assert key.secret.hex() not in repr(key)
    assert read_key(tmp_path / "none") is None
