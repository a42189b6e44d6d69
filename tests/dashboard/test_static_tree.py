"""What only shows is sent as one component, what takes part in callbacks stays one of its own."""

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.components import table
from dashboard.static_tree import StaticTree, condensed


def test_a_table_of_any_size_is_one_component():
    rows = [[str(at), dcc.Link("part", href=f"/part?inspection={at}")] for at in range(200)]
    assert isinstance(condensed(table(["No.", "Part"], rows, caption="Parts")), StaticTree)


def test_links_of_the_pages_are_marked_and_keep_their_address():
    tree = condensed(html.P(dcc.Link("Map", href="/map", className="button"))).tree
    assert tree == [
        "p", {}, [["a", {"href": "/map", "className": "button", "data-inside": ""}, ["Map"]]],
    ]  # fmt: skip


def test_components_of_callbacks_stay_what_they_are():
    shown = condensed(
        html.Div([html.P("a"), dmc.TextInput(id="page-name"), html.Button("b", id="page-save")])
    )
    assert [type(part) for part in shown.children] == [StaticTree, dmc.TextInput, html.Button]


def test_an_id_deep_inside_keeps_every_element_around_it():
    shown = condensed([html.Div(html.Div([html.B("x"), html.I(id="page-mark")]))])
    inner = shown[0].children
    assert isinstance(shown[0], html.Div)
    assert isinstance(inner.children[0], StaticTree)
    assert isinstance(inner.children[1], html.I)


def test_texts_numbers_and_nothing_pass_as_they_are():
    assert condensed(["a", 3, None]) == ["a", 3, None]
    assert condensed(html.P(["a", None, 3])).tree == ["p", {}, ["a", 3]]


def test_attributes_arrive_as_the_browser_needs_them():
    shown = condensed(html.Th("No.", scope="col", className="number", **{"aria-label": "Number"}))
    assert shown.tree == [
        "th", {"scope": "col", "className": "number", "aria-label": "Number"}, ["No."],
    ]  # fmt: skip
