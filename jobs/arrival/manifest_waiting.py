"""Rows and images that wait for each other, in words for the report of a run."""

from collections.abc import Collection, Sequence
from zoneinfo import ZoneInfo

from jobs.arrival.manifest_book import ManifestOutcome
from warehouse.connection import Connection
from warehouse.manifests import Waiting, forget_measured, rows_waiting


def waiting_rows(connection: Connection, present: Collection[str]) -> list[Waiting]:
    """Return the rows whose image has not arrived, by manifest, oldest first.

    Rows whose image is measured by now are forgotten on the way.

    Parameters
    ----------
    present : collection of str
        Paths of the manifests in the inbox: the rows of one that was taken away wait for nothing.

    """
    forget_measured(connection)
    return [each for each in rows_waiting(connection) if each.manifest_path in present]


def manifest_warnings(
    outcomes: Sequence[ManifestOutcome], waiting: Sequence[Waiting], zone: ZoneInfo
) -> list[str]:
    """Say which rows wait, since when, and which came too late to be used."""
    said = []
    if waiting:
        oldest = waiting[0]
        since = oldest.since.astimezone(zone)
        said.append(
            f"{sum(each.rows for each in waiting)} manifest rows wait for their image, the oldest "
            f"since {since:%Y-%m-%d %H:%M} ({oldest.manifest_path})"
        )
    said.extend(
        f"{each.rows_late} rows of {each.path} came after their images were measured by name: "
        "they were not used"
        for each in outcomes
        if each.rows_late
    )
    return said
