"""Whether an alert speaks of the process or of the camera and the model that watch it."""

from warehouse.journal.alert_plan import EpisodeKind
from warehouse.records import INSPECTOR_METRICS


def kind_of(metric: str) -> EpisodeKind:
    """Return the kind of episode that a signal on `metric` opens.

    Examples
    --------
    >>> kind_of("focus"), kind_of("stain_count")
    ('camera', 'process')

    """
    return "camera" if metric in INSPECTOR_METRICS else "process"
