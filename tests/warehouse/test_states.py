import math

from warehouse.records import StateRow
from warehouse.states import replace_states, states


def make_state(build, name, state="in control", sparkline=(1.0, 2.0)):
    return StateRow(
        characteristic_id=name,
        state=state,
        since=None,
        latest_value=2.0,
        latest_at=build.start,
        center=1.5,
        lcl=None,
        ucl=4.0,
        unit="px",
        points=2,
        open_signals=0,
        sparkline=sparkline,
        phase_id=None,
        evaluated_at=build.at(60),
        reason="2 of 20 points",
    )


def test_new_states_replace_all_old_ones(connection, build):
    replace_states(connection, [make_state(build, "a"), make_state(build, "b")])
    kept = make_state(build, "b", state="too few points")
    assert replace_states(connection, [kept, make_state(build, "c")]) == 2
    assert states(connection) == [kept, make_state(build, "c")]
    assert replace_states(connection, []) == 0
    assert states(connection) == []


def test_a_missing_value_in_a_sparkline_stays_missing(connection, build):
    replace_states(connection, [make_state(build, "a", sparkline=(1.0, math.nan, 3.0))])
    first, gap, last = states(connection)[0].sparkline
    assert (first, last) == (1.0, 3.0)
    assert math.isnan(gap)
