from dataclasses import replace
from datetime import timedelta

import duckdb
import pytest

from warehouse.connection import open_snapshot
from warehouse.copy_file import add_journal_tables
from warehouse.errors import JournalError, TransitionError
from warehouse.journal.audit import audit_trail, first_broken
from warehouse.journal.export import SNAPSHOT_VIEWS, journal_tables
from warehouse.journal.reviews import Box, Opinion, standing_reviews, store_review
from warehouse.journal.store import open_journal
from warehouse.publish import publish


@pytest.fixture
def image(build):
    return build.image("ab" * 32, "p1")


def say(journal, image, verdict, *, who="QE-4", now, **values):
    opinion = Opinion(verdict, values.pop("defect_class", "stain"), **values)
    return store_review(journal, image, opinion, who=who, now=now)


def test_of_several_verdicts_on_a_defect_the_latest_counts(journal, image, build):
    say(journal, image, "agree", defect_no=1, now=build.start)
    say(journal, image, "false call", defect_no=1, who="QE-7", remark="dust", now=build.start)
    say(journal, image, "agree", defect_no=2, now=build.start)
    found = standing_reviews(journal, image_ids=[image.image_id])
    assert [(row.defect_no, row.verdict, row.created_by) for row in found] == [
        (1, "false call", "QE-7"),
        (2, "agree", "QE-4"),
    ]


def test_a_verdict_that_is_taken_back_counts_no_more(journal, image, build):
    say(journal, image, "agree", defect_no=1, now=build.start)
    say(journal, image, "withdrawn", defect_no=1, now=build.start)
    assert standing_reviews(journal) == []
    with pytest.raises(TransitionError, match="no verdict to take back"):
        say(journal, image, "withdrawn", defect_no=1, who="QE-7", now=build.start)


def test_the_same_said_again_adds_nothing(journal, image, build):
    first = say(journal, image, "agree", defect_no=1, now=build.start)
    again = say(journal, image, "agree", defect_no=1, now=build.start + timedelta(seconds=1))
    assert first == again
    assert len(audit_trail(journal)) == 1


def test_a_measurement_by_another_model_begins_without_verdicts(journal, image, build):
    say(journal, image, "agree", defect_no=1, now=build.start)
    measured_again = replace(image, revision=2, model_id="f" * 64)
    say(journal, measured_again, "false call", defect_no=1, now=build.start)
    found = standing_reviews(journal, image_ids=[image.image_id])
    assert [(row.revision, row.verdict) for row in found] == [(1, "agree"), (2, "false call")]


def test_missed_defects_are_numbered_and_keep_their_boxes(journal, image, build):
    for at in (1, 2):
        say(journal, image, "missed", box=Box(at, 2, 30, 4), now=build.start)
    say(journal, image, "withdrawn", missed_no=1, now=build.start)
    say(journal, image, "missed", box=Box(9, 9, 1, 1), defect_class="scratch", now=build.start)
    found = standing_reviews(journal)
    assert [(row.missed_no, row.box, row.defect_class) for row in found] == [
        (2, Box(2, 2, 30, 4), "stain"),
        (3, Box(9, 9, 1, 1), "scratch"),
    ]


@pytest.mark.parametrize(
    ("verdict", "values", "said"),
    [
        ("missed", {"box": Box(0, 0, 10_000, 4)}, "does not lie in the image"),
        ("missed", {"box": Box(-1, 0, 4, 4)}, "does not lie in the image"),
        ("missed", {"box": Box(0, 0, 0, 4)}, "does not lie in the image"),
        ("missed", {}, "a missed defect has a box"),
        ("missed", {"box": Box(0, 0, 4, 4), "defect_no": 1}, "a missed defect has a box"),
        ("agree", {}, "said of one defect"),
        ("agree", {"defect_no": 1, "missed_no": 1}, "said of one defect"),
        ("agree", {"missed_no": 1}, "can only be taken back"),
        ("agree", {"defect_no": 1, "who": " "}, "needs the name"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_stored(
    journal, image, build, verdict, values, said
):
    with pytest.raises(TransitionError, match=said):
        say(journal, image, verdict, now=build.start, **values)
    assert audit_trail(journal) == []


def test_a_class_that_there_is_not_is_refused_by_the_table(journal, image, build):
    with pytest.raises(JournalError, match="nothing was written"):
        say(journal, image, "agree", defect_no=1, defect_class="dent", now=build.start)


def test_only_images_of_the_period_are_told(journal, image, build):
    for hours in (0, 24, 48):
        row = replace(
            image, image_id=f"{hours:064x}", captured_at=build.start + timedelta(hours=hours)
        )
        say(journal, row, "agree", defect_no=1, now=build.start)
    start, end = build.start + timedelta(hours=24), build.start + timedelta(hours=48)
    assert [row.captured_at for row in standing_reviews(journal, start=start, end=end)] == [start]


def test_every_verdict_is_in_the_chained_trail_with_the_one_before(journal, image, build):
    say(journal, image, "agree", defect_no=1, now=build.start)
    say(journal, image, "false call", defect_no=1, remark="dust", now=build.start)
    newest, oldest = audit_trail(journal)
    assert (oldest.what, oldest.before) == ("review: agree", None)
    assert (newest.what, newest.reason, newest.before["verdict"]) == (
        "review: false call",
        "dust",
        "agree",
    )
    assert newest.subject == f"{image.pass_id}: defect 1 of image {image.image_id[:12]}.1"
    assert first_broken(journal) is None


def test_queries_of_a_snapshot_see_what_counts_and_the_rate(site, image, build):
    with open_journal(site.journal) as journal:
        for number, verdict in enumerate(("agree", "false call", "agree", "agree"), start=1):
            say(journal, image, verdict, defect_no=number, now=build.start)
        say(journal, image, "agree", defect_no=2, remark="a stain", now=build.start)
        say(journal, image, "false call", defect_no=3, now=build.start)
        say(journal, image, "withdrawn", defect_no=4, now=build.start)
        say(journal, image, "missed", box=Box(1, 2, 3, 4), now=build.start)
        publish(site, journal_tables=journal_tables(journal))
    with open_snapshot(site.current) as connection:
        counted = connection.execute(
            "SELECT defect_no, missed_no, verdict, box_width FROM latest_review ORDER BY ALL"
        ).fetchall()
        (rate,) = connection.execute(
            "SELECT line, reviewed, false_calls, missed, round(rate, 4) FROM false_call_rate"
        ).fetchall()
    assert counted == [
        (1, None, "agree", None),
        (2, None, "agree", None),
        (3, None, "false call", None),
        (None, 1, "missed", 3),
    ]
    # 1 of the 3 reviewed defects is a false call; what was missed is no defect of the model.
    assert rate == (image.line, 3, 1, 1, 0.3333)


def test_the_views_are_known_by_name(tmp_path):
    add_journal_tables(tmp_path / "made.duckdb", {"review": []})
    with duckdb.connect(tmp_path / "made.duckdb") as connection:
        found = connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal")
        assert {name for (name,) in found.fetchall()} == set(SNAPSHOT_VIEWS)
