"""Everything the dashboard itself refuses.

DashboardError
├── ViewError            an address asks for something a page does not have
└── SnapshotUnreadError  the published snapshot cannot be read; the message says why
"""


class DashboardError(Exception):
    """Base of the dashboard's own errors; the message is fit to be shown on a page."""


class ViewError(DashboardError):
    """An address asks for a characteristic, part or filter that does not exist."""


class SnapshotUnreadError(DashboardError):
    """The published snapshot is missing, damaged or of another version."""
