import json
from dataclasses import replace

from warehouse.batch import Batch, write_batch
from warehouse.facts_export import EXPORTED, export_digest, export_facts

# What is no fact, or says how it was stored.
NOT_EXPORTED = {
    "awaited_image",
    "characteristic_state",
    "chart_checkpoint",
    "evaluated_characteristic",
    "ingest_run",
    "location_baseline",
    "location_test",
    "manifest",
    "model_figure_fit",
    "monitor_mark",
    "monitored_stream",
    "part_group",
    # What a model not in use measured; made again by `blemish reprocess`.
    "shadow_inspection",
    "schema_version",
    "seal",
    "signal",
}


def lines(connection):
    return [json.loads(line) for line in export_facts(connection)]


def test_every_table_is_exported_or_is_no_fact(connection):
    found = connection.execute("SELECT table_name FROM duckdb_tables() WHERE NOT internal")
    assert {name for (name,) in found.fetchall()} - NOT_EXPORTED == set(EXPORTED)


def test_it_does_not_depend_on_order_batches_runs_and_times(connection, build):
    one, two = build.part("p1"), build.part("p2", at=build.at(5))
    connection.execute("BEGIN")
    connection.execute("ROLLBACK")
    write_batch(connection, build.batch(one, two))
    first = list(export_facts(connection))
    for table in ("arrival", "image", "defect", "inspection", "model"):
        connection.execute(f"DELETE FROM {table}")
    for part in (two, one):
        images = tuple(replace(row, run_id=9, inference_ms=1.0) for row in part.images)
        arrivals = tuple(
            replace(row, run_id=9, inode=77, first_seen_at=build.at(60)) for row in part.arrivals
        )
        write_batch(connection, replace(part, images=images, arrivals=arrivals))
    assert list(export_facts(connection)) == first
    assert first


def test_only_the_latest_revision_of_an_inspection_and_word_of_the_ledger_count(connection, build):
    write_batch(connection, build.part("p1"))
    again = build.inspection("p1", revision=2, stain_count=3)
    word = build.arrival("image-p1.png", change_no=2, outcome="known", reason="ALREADY_MEASURED")
    write_batch(connection, Batch(inspections=(again,), arrivals=(word,)))
    found = lines(connection)
    assert [row["stain_count"] for row in found if row["table"] == "inspection"] == [3]
    assert [row["reason"] for row in found if row["table"] == "arrival"] == ["ALREADY_MEASURED"]


def test_a_fact_that_changes_changes_the_digest(connection, build):
    write_batch(connection, build.part("p1"))
    before = export_digest(connection)
    assert export_digest(connection) == before
    connection.execute("UPDATE inspection SET stain_count = 2")
    assert export_digest(connection) != before
