"""From address to page: the address is the whole state of a view."""

import logging
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update, set_props

from dashboard.address import changed, query_of, read_view
from dashboard.components import Content, heading, notice
from dashboard.context import AnyPage, PageContext
from dashboard.errors import without_folders
from dashboard.pages.registry import page_at
from dashboard.period_steps import period_steps
from dashboard.shell import navigation, status_line
from dashboard.static_tree import condensed
from dashboard.wiring import MakeContext
from spc.errors import SpcError
from warehouse.errors import NotPublishedError, WarehouseError

logger = logging.getLogger(__name__)


def register(app: Dash, make_context: MakeContext, site_name: str) -> None:
    """Wire address, filters and theme to the page."""

    @app.callback(
        Output("navigation", "children"),
        Output("page-heading", "children"),
        Output("page-filters", "children"),
        Output("page-content", "children"),
        Output("page-title", "data"),
        Output("shown", "data"),
        Output("filters-shown", "data"),
        Input("address", "pathname"),
        Input("address", "search"),
        Input("theme-now", "data"),
        Input("decisions", "data"),
        Input("tick", "n_intervals"),
        State("shown", "data"),
        State("filters-shown", "data"),
        State({"type": "filter", "name": ALL}, "value"),
        State({"type": "flag", "name": ALL}, "checked"),
        prevent_initial_call=True,
    )
    def show_page(
        path: str | None,
        search: str | None,
        theme: str | None,
        _decisions: int,
        _ticks: int | None,
        shown: str | None,
        shown_for: str | None,
        _values: list[Any],
        _flags: list[Any],
    ) -> tuple[Any, ...]:
        page = page_at(path)
        # Only the wall refreshes by itself: elsewhere a zoom would be lost.
        if theme is None or (ctx.triggered_id == "tick" and path != "/"):
            return (no_update,) * 7
        if ctx.triggered_id == "address":
            set_props("banner", {"children": None})
        if page is None:
            title = f"Not found · {site_name}"
            return navigation(None), *no_such_page(), title, None, None
        context = make_context(theme)
        in_place = shown == page.path and filters_agree(page, search, _given(ctx.states_list))
        filters = no_update if in_place else _filters(page, search, context)
        head, *content = page_content(page, search, context)
        followed = in_place and ctx.triggered_id == "address"
        stays = followed and content_stays(page, shown_for, search)
        title = f"{page.label} · {site_name}"
        return (
            navigation(page),
            condensed([head, period_steps(read_view(page.view, search), context.clock)]),
            filters,
            no_update if stays else condensed(content),
            title,
            page.path,
            search or "",
        )

    @app.callback(
        Output("address", "search"),
        Input({"type": "filter", "name": ALL}, "value"),
        Input({"type": "flag", "name": ALL}, "checked"),
        State("address", "pathname"),
        State("address", "search"),
        State("filters-shown", "data"),
        prevent_initial_call=True,
    )
    def follow_filters(
        _values: list[Any],
        _flags: list[Any],
        path: str | None,
        search: str | None,
        shown_for: str | None,
    ) -> Any:
        page = page_at(path)
        given = _given(ctx.inputs_list)
        if page is None or not filters_ask(page, search, shown_for, given):
            return no_update
        return filtered_search(page, search, given)

    @app.callback(
        Output("status-line", "children"),
        Input("tick", "n_intervals"),
        Input("shown", "data"),
    )
    def show_status(_ticks: int | None, _shown: str | None) -> Content:
        context = make_context("light")
        try:
            return status_line(
                context.reader.footing(), context.clock, context.settings.silent_after
            )
        except WarehouseError:
            return "The facts cannot be read"


def _given(groups: list[Any]) -> dict[str, Any]:
    """Return name and value of every filter on the page, from a callback's pattern lists."""
    found: dict[str, Any] = {}
    for group in groups:
        if isinstance(group, list):
            found |= {one["id"]["name"]: one.get("value") for one in group}
    return found


def filters_agree(page: AnyPage, search: str | None, given: dict[str, Any]) -> bool:
    """Tell whether the filters on the page show what the address says."""
    view = read_view(page.view, search)
    return bool(given) and changed(view, given) == view


def content_stays(page: AnyPage, before: str | None, search: str | None) -> bool:
    """Tell whether an address only says what the content itself did, and shows already."""
    usual = {name: getattr(page.view(), name) for name in page.own}
    views = (changed(read_view(page.view, one), usual) for one in (before, search))
    return bool(usual) and before != search and next(views) == next(views)


def filters_ask(
    page: AnyPage, search: str | None, shown_for: str | None, given: dict[str, Any]
) -> bool:
    """Tell whether a reader changed the filters, which were last shown for `shown_for`.

    Filters also report themselves when they appear. Who goes back just then has changed the
    address, not the filters: they must not bring the left address back.
    """
    untouched = shown_for is not None and filters_agree(page, shown_for, given)
    return not untouched and not filters_agree(page, search, given)


def filtered_search(page: AnyPage, search: str | None, given: dict[str, Any]) -> str:
    """Return the query string after a filter was changed; lists begin at their first page."""
    view = changed(read_view(page.view, search), given)
    return query_of(changed(view, {"page": 1, "signal": "", "phase": 0}))


def page_content(page: AnyPage, search: str | None, context: PageContext) -> list[Content]:
    """Return the heading and the content of a page; a store that cannot be read is said in words, never blank."""
    try:
        return page.content(read_view(page.view, search), context)
    except NotPublishedError:
        words = "The first run that measures a part fills this page: blemish run --site SITE"
        return [heading(page.label), notice("Nothing published yet", words)]
    except (WarehouseError, SpcError) as error:
        # The page names files only; the log keeps where they are.
        logger.warning("a page could not be read: %s", error)
        return [
            heading(page.label),
            notice("The facts cannot be read", without_folders(error), tone="bad"),
        ]


def _filters(page: AnyPage, search: str | None, context: PageContext) -> Content:
    try:
        return page.filters(read_view(page.view, search), context)
    except WarehouseError:
        # The content of the page names the cause.
        return None


def no_such_page() -> tuple[Content, Content, Content]:
    """Return heading, filters and content of an unknown path."""
    return heading("No such page"), None, notice("Nothing is at this address", tone="warn")
