from datetime import date

from warehouse.batch import Batch, write_batch
from warehouse.inspector import InspectorFacts, PictureDay, inspector_facts

DAY = 24 * 60


def test_refusals_days_and_models_are_those_of_the_period(connection, build):
    arrivals = [
        build.arrival("a.png", first_seen_at=build.at(0)),
        build.arrival(
            "b.png", first_seen_at=build.at(1), outcome="quarantined", reason="TRUNCATED"
        ),
        build.arrival(
            "c.png", first_seen_at=build.at(2), outcome="quarantined", reason="TRUNCATED"
        ),
        build.arrival(
            "d.png", first_seen_at=build.at(DAY), outcome="quarantined", reason="CORRUPT"
        ),
        build.arrival("e.png", first_seen_at=build.at(DAY), outcome="ignored", reason="HIDDEN"),
        build.arrival("f.png", first_seen_at=build.at(9 * DAY)),
    ]
    images = [
        build.image("i1", "p1", captured_at=build.at(0), inference_ms=10.0),
        build.image("i2", "p2", captured_at=build.at(1), inference_ms=20.0),
        build.image("i3", "p3", captured_at=build.at(9 * DAY)),
    ]
    newer = build.model(model_id="b" * 64, name="next", first_used_at=build.at(DAY))
    write_batch(
        connection,
        Batch(arrivals=tuple(arrivals), images=tuple(images), models=(build.model(), newer)),
    )
    facts = inspector_facts(connection, start=build.at(0), end=build.at(2 * DAY))
    assert [(one.reason, one.files, one.newest_path) for one in facts.refused] == [
        ("TRUNCATED", 2, "c.png"),
        ("CORRUPT", 1, "d.png"),
    ]
    assert facts.refused[0].last_seen_at == build.at(2)
    assert facts.days == (
        PictureDay(date(2026, 3, 2), 1, 2),
        PictureDay(date(2026, 3, 3), 0, 1),
    )
    assert [(one.name, one.images, one.inference_ms) for one in facts.models] == [
        ("next", 0, None),
        ("fast", 2, 15.0),
    ]


def test_an_empty_warehouse_has_nothing_to_say(connection):
    assert inspector_facts(connection) == InspectorFacts()
