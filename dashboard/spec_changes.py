"""Changes of a specification as the chart marks them."""

from datetime import UTC

import numpy as np

from dashboard.clock import PlantClock
from dashboard.figures.inputs import SpecChange
from dashboard.reader import ChartData


def spec_changes(data: ChartData, clock: PlantClock) -> tuple[SpecChange, ...]:
    """Return the changes of a characteristic's specification, oldest first, with who and why."""
    moments = [
        np.datetime64(one.valid_from.astimezone(UTC).replace(tzinfo=None), "us")
        for one in data.limit_changes
    ]
    local = clock.local_ms(np.array(moments, dtype="datetime64[us]"))
    return tuple(
        SpecChange(
            local_ms=float(at),
            before=one.before,
            after=one.limits,
            provenance=(
                f"Changed {clock.words(one.valid_from)} by {one.changed_by}\n{one.reason}\n"
                "It judges parts captured from then on."
            ),
        )
        for at, one in zip(local, data.limit_changes, strict=True)
    )
