"""A changed specification: alerts follow the limits that held when a part was captured."""

from dataclasses import replace
from datetime import timedelta

import pytest

from warehouse.journal.characteristics import (
    CharacteristicChange,
    change_characteristics,
    characteristic,
    characteristics,
)
from warehouse.signals import all_signals
from warehouse.states import states


@pytest.fixture
def limited(plant):
    """A plant with a limit of 5 stains, and a part of 4 that passed."""
    plant.configure(specification={"stain_count": 5})
    plant.make([4])
    plant.monitor()
    return plant


def change(plant, name, upper):
    row = characteristic(plant.journal, name)
    one = CharacteristicChange(row, replace(row, spec_upper=upper))
    change_characteristics(plant.journal, [one], who="QE-4", now=plant.now, reason="drawing C")


def signalled(plant):
    return [
        (row.completing_pass_id, row.ucl, row.withdrawn_at is None)
        for row in all_signals(plant.connection)
        if row.rule == "specification"
    ]


def state_of(plant, name):
    return next(one for one in states(plant.connection) if one.characteristic_id == name)


def test_a_tighter_limit_alarms_on_new_parts_only(limited, characteristic):
    change(limited, characteristic, 3.0)
    report = limited.monitor()
    assert (report.new_signals, signalled(limited)) == ((), [])
    # The newest part was captured before the change: its tile does not turn red by it.
    assert state_of(limited, characteristic).state != "out of specification"
    (bad,) = limited.make([4])
    limited.monitor()
    assert signalled(limited) == [(bad, 3.0, True)]
    state = state_of(limited, characteristic)
    assert state.reason == "latest part 4 above the specification 3"


def test_a_wider_limit_withdraws_no_alert_of_before(limited, characteristic):
    (bad,) = limited.make([7])
    limited.monitor()
    change(limited, characteristic, 9.0)
    limited.make([8])
    assert limited.monitor().withdrawn == ()
    assert signalled(limited) == [(bad, 5.0, True)]


def test_a_late_part_is_judged_by_the_limits_of_its_time(limited, characteristic):
    change(limited, characteristic, 3.0)
    limited.make([2])
    limited.monitor()
    limited.make([4], first=limited.now - timedelta(hours=3))
    limited.monitor()
    assert signalled(limited) == []


def test_the_first_limit_of_a_stream_makes_its_nonconforming_parts_counted(plant, characteristic):
    plant.make([4])
    plant.monitor()
    metrics = {row.metric for row in characteristics(plant.journal)}
    assert "nonconforming_share" not in metrics
    change(plant, characteristic, 3.0)
    plant.make([2])
    plant.monitor()
    assert {row.metric for row in characteristics(plant.journal)} - metrics == {
        "nonconforming_share"
    }
