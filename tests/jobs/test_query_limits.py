"""What one query may use, from the settings to the process that holds it."""

from types import SimpleNamespace

import pytest

from jobs import page_server
from jobs.configuration.access import query_limits
from jobs.errors import SettingsError
from jobs.settings import Settings, parse_settings
from warehouse.gate.limits import MIB, QueryLimits

TEXT = """
[sql]
seconds = 3
memory_mib = 128
at_once = 4
wait_seconds = 0.5
rows = 500
answer_mib = 1
file_rows = 2000
file_mib = 8
"""


def test_without_a_word_the_limits_are_the_usual_ones():
    # As docs/sql.md states them.
    usual = QueryLimits(
        seconds=20, memory_bytes=512 * MIB, rows=10_000, answer_bytes=4 * MIB,
        file_rows=1_000_000, file_bytes=256 * MIB, at_once=2, queue_seconds=5, sql_bytes=20_000,
    )  # fmt: skip
    assert query_limits(Settings().sql) == usual == QueryLimits()


def test_each_setting_reaches_the_gate_of_the_pages(site, monkeypatch):
    given = {}

    def create_app(_site, **options):
        given.update(options)
        return SimpleNamespace(server=None)

    monkeypatch.setattr(page_server, "create_app", create_app)
    page_server.make_server(site, parse_settings(TEXT, where="test"), open_here=True)
    assert given["queries"] == QueryLimits(
        seconds=3, memory_bytes=128 * MIB, rows=500, answer_bytes=MIB,
        file_rows=2_000, file_bytes=8 * MIB, at_once=4, queue_seconds=0.5,
    )  # fmt: skip


@pytest.mark.parametrize(
    "line",
    ["seconds = 0", "memory_mib = 8", "at_once = 0", "rows = 1", "file_mib = 100000", "x = 1"],
)
def test_a_limit_that_would_hold_nothing_or_nobody_is_refused(line):
    with pytest.raises(SettingsError, match=r"\[sql\]"):
        parse_settings(f"[sql]\n{line}", where="blemish.toml")
