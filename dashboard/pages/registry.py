"""Every page by its path."""

from dashboard.context import AnyPage
from dashboard.pages import (
    alerts,
    audit,
    chart,
    defect_map,
    health,
    limits,
    overview,
    pareto,
    part,
    parts,
    reprocess,
    screening,
    settings,
    settings_machine,
    settings_recipients,
    settings_streams,
    steps,
)
from dashboard.pages import help as help_page
from dashboard.pages import sql as sql_page

PAGES: tuple[AnyPage, ...] = (
    overview.PAGE,
    alerts.PAGE,
    chart.PAGE,
    limits.PAGE,
    defect_map.PAGE,
    parts.PAGE,
    part.PAGE,
    steps.PAGE,
    pareto.PAGE,
    screening.PAGE,
    health.PAGE,
    reprocess.PAGE,
    settings.PAGE,
    settings_streams.PAGE,
    settings_recipients.PAGE,
    settings_machine.PAGE,
    audit.PAGE,
    sql_page.PAGE,
    help_page.PAGE,
)


def page_at(path: str | None) -> AnyPage | None:
    """Return the page of a path; None when there is none.

    Examples
    --------
    >>> page_at("/chart/").label, page_at("/nowhere")
    ('Chart', None)

    """
    wanted = (path or "/").rstrip("/") or "/"
    return next((page for page in PAGES if page.path == wanted), None)
