from warehouse.records import SignalRow
from warehouse.signals import (
    all_signals,
    insert_signals,
    newest_open_signals,
    open_signals,
    plan_changes,
    signal_id,
    signals_from,
    signals_of,
    withdraw_signals,
    write_changes,
)

CHARACTERISTIC = "L1/S1/T1/HS:stain_count"


def make_signal(build, pass_id, *, characteristic=CHARACTERISTIC, minutes=0, evaluation=1):
    return SignalRow(
        signal_id=signal_id(characteristic, 1, "nelson-1", "individuals", pass_id),
        characteristic_id=characteristic,
        phase_id=1,
        rule="nelson-1",
        panel="individuals",
        completing_pass_id=pass_id,
        completing_at=build.at(minutes),
        evaluation_id=evaluation,
        value=12.0,
        center=4.0,
        lcl=None,
        ucl=11.5,
        run_pass_ids=("p0", pass_id),
        evaluated_at=build.at(600),
        withdrawn_at=None,
        withdrawn_reason=None,
    )


def test_a_signal_comes_back_as_it_was(connection, build):
    signal = make_signal(build, "p1")
    assert insert_signals(connection, [signal]) == 1
    assert signals_of(connection, CHARACTERISTIC) == [signal]


def test_the_same_evaluation_twice_gives_one_signal(connection, build):
    insert_signals(connection, [make_signal(build, "p1")])
    assert insert_signals(connection, [make_signal(build, "p1", evaluation=2)]) == 0
    assert len(all_signals(connection)) == 1


def test_ids_differ_in_every_part_of_the_key():
    key = ("c", 1, "nelson-1", "individuals", "p1")
    others = [("d", *key[1:]), (*key[:1], 2, *key[2:]), (*key[:4], "p2"), ("c1", 1, *key[2:])]
    assert len({signal_id(*one) for one in (key, *others)}) == 5


def test_a_signal_is_withdrawn_once_and_not_deleted(connection, build):
    signal = make_signal(build, "p1")
    insert_signals(connection, [signal])
    reasons = {signal.signal_id: "late data", "unknown": "x"}
    assert withdraw_signals(connection, reasons, now=build.at(700)) == 1
    assert withdraw_signals(connection, reasons, now=build.at(800)) == 0
    stored = all_signals(connection)[0]
    assert (stored.withdrawn_at, stored.withdrawn_reason) == (build.at(700), "late data")
    assert connection.execute("SELECT count(*) FROM open_signal").fetchone() == (0,)
    assert withdraw_signals(connection, {}, now=build.start) == 0


def test_one_that_holds_again_gets_a_row_of_its_own(connection, build):
    signal = make_signal(build, "p1")
    for _ in range(2):
        insert_signals(connection, [signal])
        for row in all_signals(connection):
            withdraw_signals(connection, {row.signal_id: "late data"}, now=build.at(700))
    insert_signals(connection, [signal])
    stored = all_signals(connection)
    assert len({row.signal_id for row in stored}) == 3
    assert sum(row.withdrawn_at is None for row in stored) == 1


def test_an_evaluation_inserts_what_is_new_and_withdraws_what_is_gone(connection, build):
    one, two, three = (make_signal(build, f"p{n}", minutes=n) for n in (1, 2, 3))
    other = make_signal(build, "p1", characteristic="other")
    insert_signals(connection, [one, two, other])
    stored = signals_of(connection, CHARACTERISTIC)
    changes = plan_changes(stored, [two, three], now=build.at(700), reason="late data")
    write_changes(connection, changes)
    assert changes.inserted == (three,)
    assert [row.signal_id for row in changes.withdrawn] == [one.signal_id]
    holding = [row.signal_id for row in all_signals(connection) if row.withdrawn_at is None]
    assert sorted(holding) == sorted([two.signal_id, three.signal_id, other.signal_id])
    stored = signals_of(connection, CHARACTERISTIC)
    again = plan_changes(stored, [two, three], now=build.at(800), reason="late data")
    assert (again.inserted, again.withdrawn) == ((), ())


def test_signals_since_a_time_are_oldest_first(connection, build):
    insert_signals(connection, [make_signal(build, f"p{n}", minutes=n) for n in (5, 1, 9)])
    found = all_signals(connection, since=build.at(5))
    assert [row.completing_pass_id for row in found] == ["p5", "p9"]


def test_only_signals_that_hold_and_may_matter_are_open(connection, build):
    rows = [make_signal(build, f"p{n}", minutes=n) for n in (1, 5, 9)]
    insert_signals(connection, rows)
    withdraw_signals(connection, {rows[2].signal_id: "late data"}, now=build.at(700))
    assert open_signals(connection, since=build.at(4)) == [rows[1]]
    assert open_signals(connection, since=build.at(4), also=[rows[0].signal_id]) == rows[:2]
    assert newest_open_signals(connection) == {(CHARACTERISTIC, 1): build.at(5)}
    found = signals_from(connection, CHARACTERISTIC, 1, build.at(5))
    assert [row.completing_pass_id for row in found] == ["p5", "p9"]
