from datetime import UTC, datetime, timedelta

from jobs.arrival.passes import KnownPass, plan_passes
from jobs.arrival.scan import FoundFile
from jobs.arrival.sightings import Sighting
from warehouse.records import Stream

START = datetime(2026, 1, 1, tzinfo=UTC)
STREAM = Stream("L1", "S1", "T1", "HS")
WINDOW = timedelta(minutes=10)


def sighting(path, minutes=0.0, *, part="A1", view=None, name=None, manifest=True, stream=STREAM):
    return Sighting(
        found=FoundFile(path.encode(), path),
        stream=stream,
        part_id=part,
        captured_at=START + timedelta(minutes=minutes),
        captured_at_source="manifest" if manifest else "file time",
        view=view,
        lot=None,
        pass_name=name,
        um_per_px=None,
    )


def grouped(*sightings, known=()):
    planned = plan_passes(sightings, {(STREAM, "A1"): known}, WINDOW)
    return [[each.found.path for each in one.sightings] for one in planned]


def test_views_within_ten_minutes_are_one_pass_and_later_ones_another():
    assert grouped(sighting("a", 0), sighting("b", 10), sighting("c", 10.1)) == [["a", "b"], ["c"]]


def test_parts_and_streams_are_kept_apart():
    other = Stream("L1", "S2", "T1", "HS")
    planned = grouped(sighting("a"), sighting("b", part="A2"), sighting("c", stream=other))
    assert sorted(planned) == [["a"], ["b"], ["c"]]


def test_a_named_pass_holds_together_whatever_the_time():
    pictures = (
        sighting("a", 0, name="P1"),
        sighting("b", 90, name="P1"),
        sighting("c", 1, name="P2"),
    )
    assert sorted(grouped(*pictures)) == [["a", "b"], ["c"]]


def test_without_a_manifest_the_same_name_in_two_folders_is_two_parts():
    pictures = (sighting("mon/A1.png", manifest=False), sighting("tue/A1.png", manifest=False))
    planned = plan_passes(pictures, {}, WINDOW)
    assert len({one.pass_id for one in planned}) == 2


def test_the_plan_does_not_depend_on_the_order_of_arrival():
    pictures = [sighting("a", 0), sighting("b", 6), sighting("c", 12), sighting("d", 18)]
    there = plan_passes(pictures, {}, WINDOW)
    back = plan_passes(pictures[::-1], {}, WINDOW)
    assert there == back
    assert [len(one.sightings) for one in there] == [2, 2]


def test_a_late_view_joins_the_pass_it_belongs_to():
    known = KnownPass("known", START, frozenset(), frozenset({(1, 1)}))
    planned = plan_passes([sighting("late", -5)], {(STREAM, "A1"): [known]}, WINDOW)
    assert (planned[0].pass_id, planned[0].known) == ("known", known)
    assert plan_passes([sighting("new", 11)], {(STREAM, "A1"): [known]}, WINDOW)[0].known is None


def test_a_late_view_by_name_joins_only_in_its_own_folder():
    known = KnownPass("known", START, frozenset({"mon"}), frozenset())
    same = sighting("mon/A1.png", 1, manifest=False)
    other = sighting("tue/A1.png", 1, manifest=False)
    planned = plan_passes([same, other], {(STREAM, "A1"): [known]}, WINDOW)
    assert [one.known is known for one in sorted(planned, key=lambda one: one.known is None)] == [
        True,
        False,
    ]


def test_views_stand_together_in_a_pass():
    pictures = (
        sighting("c", 0, view=(1, 2)),
        sighting("b", 1, view=(1, 1)),
        sighting("a", 2, view=(1, 2)),
    )
    assert grouped(*pictures) == [["b", "c", "a"]]
