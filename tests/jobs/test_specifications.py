"""One rule for specifications: the settings seed, the journal counts, each part by those of its time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jobs.configuration.chart_sections import SpecificationSettings
from jobs.ingest import ingest
from jobs.measurement.specifications import (
    LimitStage,
    Specifications,
    measuring_record,
    recorded_limits,
    specifications_of,
)
from jobs.monitor import monitor
from jobs.settings import Settings, measuring_settings, parse_settings, settings_hash
from jobs.upkeep.rebuild import rebuild
from warehouse.connection import open_master
from warehouse.journal.characteristics import (
    CharacteristicChange,
    CharacteristicRow,
    change_characteristics,
    characteristic_id,
    characteristics,
)
from warehouse.journal.specification_changes import SpecificationChange
from warehouse.journal.store import open_journal
from warehouse.records import Stream

STREAM = Stream("L1", "S10", "T1", "HS")
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
SEED = SpecificationSettings.model_validate({"stain_count": 5, "largest_stain_area_mm2": 0.5})
VERDICTS = "SELECT part_id, revision, passed, failed_criteria FROM inspection ORDER BY 1, 2"
TWO_STAINS = ((10, 10, 8), (40, 40, 5))


def row_of(metric="stain_count", upper=5.0, stream=STREAM, **fields):
    name = characteristic_id(stream, metric)
    row = CharacteristicRow(name, stream, metric, None, "beyond-limits", None, upper, "", True)
    return replace(row, **fields)


def change_of(upper, *, before=5.0, at=NOON):
    name = characteristic_id(STREAM, "stain_count")
    return SpecificationChange(name, at, None, before, None, upper, "QE-4", "drawing C")


def uppers(specifications, at=NOON, stream=STREAM):
    return {one.metric: one.upper for one in specifications.of(stream, at)}


def test_limits_like_those_of_the_settings_leave_the_record_as_it_was():
    same = specifications_of(SEED, [row_of()], {})
    assert same.own == {}
    settings = Settings(specification=SEED)
    assert measuring_record(settings, same) == (
        settings_hash(settings),
        measuring_settings(settings),
    )


def test_the_journal_counts_where_it_knows_the_metric_and_the_settings_elsewhere():
    found = specifications_of(SEED, [row_of(upper=7.0)], {})
    assert uppers(found) == {"stain_count": 7.0, "largest_stain_area_mm2": 0.5}
    other = Stream("L2", "S10", "T1", "HS")
    assert uppers(found, stream=other) == {"stain_count": 5.0, "largest_stain_area_mm2": 0.5}
    # Taken off in the journal is no limit, and switched off it judges parts as before.
    assert uppers(specifications_of(SEED, [row_of(upper=None)], {})) == {
        "largest_stain_area_mm2": 0.5
    }
    off = row_of(upper=7.0, enabled=False)
    assert uppers(specifications_of(SEED, [off], {}))["stain_count"] == 7.0


def test_a_part_is_judged_by_the_limits_of_its_time_of_capture():
    changes = {
        row_of().characteristic_id: (
            change_of(3.0),
            change_of(9.0, before=3.0, at=NOON + timedelta(days=1)),
        )
    }
    found = specifications_of(SEED, [row_of(upper=9.0)], changes)
    held = [
        uppers(found, NOON + timedelta(hours=hours))["stain_count"] for hours in (-1, 0, 23, 24)
    ]
    assert held == [5.0, 3.0, 3.0, 9.0]


def test_what_a_run_judged_by_comes_back_from_the_record():
    changes = {row_of().characteristic_id: (change_of(3.0),)}
    found = specifications_of(SEED, [row_of(upper=3.0)], changes)
    settings = Settings(specification=SEED)
    name, table = measuring_record(settings, found)
    assert name != settings_hash(settings)
    rest, own = recorded_limits(table)
    assert rest == measuring_settings(settings)
    assert own == found.own
    assert own[STREAM.key]["stain_count"] == (
        LimitStage(None, None, 5.0),
        LimitStage(NOON, None, 3.0),
    )


def verdicts(site):
    with open_master(site.master) as connection:
        return connection.execute(VERDICTS).fetchall()


def tighten(site, upper, now):
    with open_journal(site.journal) as journal:
        row = next(one for one in characteristics(journal) if one.metric == "stain_count")
        change = CharacteristicChange(row, replace(row, spec_upper=upper))
        change_characteristics(journal, [change], who="QE-4", now=now, reason="drawing C")


@pytest.fixture
def limited(settings):
    """The settings of the site with a wide limit."""
    wide = parse_settings("[specification]\nstain_count = 5", where="test").specification
    return settings.model_copy(update={"specification": wide})


@pytest.mark.usefixtures("in_process")
def test_a_tighter_limit_judges_new_parts_and_a_rebuild_gives_every_part_its_verdict_again(
    site, limited, picture
):
    clock = datetime.now(UTC)
    (site.inbox / "old.png").write_bytes(picture(*TWO_STAINS))
    ingest(site, limited)
    monitor(site, limited, clock=lambda: clock)
    tighten(site, 1.0, datetime.now(UTC))
    (site.inbox / "new.png").write_bytes(picture(*TWO_STAINS, shade=1))
    ingest(site, limited)
    expected = [
        ("new", 1, False, ["stain_count 2 > 1"]),
        ("old", 1, True, []),
    ]
    assert verdicts(site) == expected
    site.master.unlink()
    # Not even the settings of today need to be those of that time.
    rebuild(site, limited.model_copy(update={"specification": SEED}), clock=lambda: clock)
    assert verdicts(site) == expected


@pytest.mark.usefixtures("in_process")
def test_a_part_captured_before_the_change_and_measured_after_it_keeps_the_limits_of_its_time(
    site, limited, picture
):
    (site.inbox / "first.png").write_bytes(picture((10, 10, 8)))
    ingest(site, limited)
    monitor(site, limited, clock=lambda: datetime.now(UTC))
    (site.inbox / "waiting.png").write_bytes(picture(*TWO_STAINS, shade=1))
    tighten(site, 1.0, datetime.now(UTC) + timedelta(seconds=5))
    ingest(site, limited)
    assert [row[:3] for row in verdicts(site)] == [("first", 1, True), ("waiting", 1, True)]


@pytest.mark.usefixtures("in_process")
def test_without_a_readable_journal_parts_are_judged_by_the_settings_and_the_run_says_so(
    site, limited, picture
):
    site.journal.write_bytes(b"no journal")
    (site.inbox / "A1.png").write_bytes(picture(*TWO_STAINS))
    report = ingest(site, limited)
    assert any("judged by [specification] of the settings" in one for one in report.warnings)
    assert [row[:3] for row in verdicts(site)] == [("A1", 1, True)]


def test_no_limits_at_all_judge_nothing():
    assert Specifications(SpecificationSettings()).of(STREAM, NOON) == ()
