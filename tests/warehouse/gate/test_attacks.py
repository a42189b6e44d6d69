"""Statements that must not get through, in variants."""

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from warehouse.errors import QueryError
from warehouse.gate.reach import TABLE_FUNCTIONS

STATEMENTS = [
    line
    for line in Path(__file__).with_name("attacks.sql").read_text("utf-8").splitlines()
    if line and not line.startswith("--")
]


def swap_case(sql):
    """Change the case of the words outside of quotes."""
    return "'".join(
        part if number % 2 else part.swapcase() for number, part in enumerate(sql.split("'"))
    )


def spaced(sql):
    return sql.replace(" ", "/* ; */ ", 1).replace(" ", "\n\t", 1)


VARIANTS = {
    "plain": lambda sql: sql,
    "other case": swap_case,
    "comments": lambda sql: f"-- a remark\n/* SELECT 1; */ {spaced(sql)} -- the end",
    "after a SELECT": lambda sql: f"SELECT 1; {sql}",
    "explained": lambda sql: f"EXPLAIN ANALYZE {sql}",
    "unicode": lambda sql: f"\u00a0{sql.replace(' ', chr(0x2003), 1)};",
}
# Each statement in some of the variants, each variant with some of the statements.
SOME = [
    variant(sql)
    for number, sql in enumerate(STATEMENTS)
    for at, variant in enumerate(VARIANTS.values())
    if at == 0 or (number + at) % 5 == 0
]
EVERY = [variant(sql) for sql in STATEMENTS for variant in VARIANTS.values()]


def contents(folder):
    return {path: path.stat().st_mtime_ns for path in sorted(folder.rglob("*"))}


def filled(sql, outside, link):
    places = {"file": outside / "secret.csv", "out": outside / "new", "folder": outside}
    for name, path in (places | {"db": link.resolve()}).items():
        sql = sql.replace(f"{{{name}}}", str(path))
    return sql


@pytest.mark.parametrize(
    "attacks", [SOME, pytest.param(EVERY, marks=pytest.mark.soak)], ids=["some", "every"]
)
def test_an_attack_gets_nothing_and_leaves_nothing(gate, link, outside, mark, attacks):
    # A variable of the caller, which DuckDB would find by its name if it were let.
    secret_frame = pd.DataFrame({"token": [mark]})
    assert len(secret_frame) == 1
    before = contents(outside), contents(link.parent)
    passed, told = [], []
    for sql in attacks:
        try:
            passed.append((sql, gate.rows(filled(sql, outside, link)).rows[:1]))
        except QueryError as error:
            told.append(str(error))
    assert not any(mark in words for words in told)
    assert (contents(outside), contents(link.parent)) == before
    assert len(attacks) >= 600
    print(f"{len(attacks)} attacks, {len(passed)} successes")
    assert passed == []


def refused(gate, sql):
    try:
        gate.rows(sql)
    except QueryError as error:
        return str(error)
    return None


def test_no_table_function_of_this_duckdb_is_open_but_those_that_were_looked_at(gate):
    """A new version may bring new ones: they are refused until somebody names them."""
    found = duckdb.sql(
        "SELECT DISTINCT function_name FROM duckdb_functions() "
        "WHERE function_type IN ('table', 'table_macro', 'pragma')"
    )
    names = {name for (name,) in found.fetchall()}
    closed = sorted(names - TABLE_FUNCTIONS)
    assert len(closed) > 80
    for name in closed:
        said = refused(gate, f"SELECT * FROM \"{name}\"('/etc/hostname')")
        assert said is not None, name
        assert "not allowed here" in said or "Error" in said, (name, said)
    print(f"{len(closed)} of {len(names)} table functions refused")


@pytest.mark.soak
def test_no_scalar_function_of_this_duckdb_reads_a_file(gate, outside, mark):
    found = duckdb.sql(
        "SELECT DISTINCT function_name FROM duckdb_functions() "
        "WHERE function_type IN ('scalar', 'macro', 'aggregate') AND function_name ~ '^\\w+$'"
    )
    before, names = contents(outside), [name for (name,) in found.fetchall()]
    path = outside / "secret.csv"
    for name in names:
        for arguments in (f"'{path}'", f"'{path}', 'x'"):
            try:
                rows = gate.rows(f'SELECT "{name}"({arguments})').rows
            except QueryError as error:
                rows = [str(error)]
            assert mark not in str(rows), name
    assert contents(outside) == before
    print(f"{len(names)} functions, each called in two ways: no word of a file")


@pytest.mark.parametrize("sql", ["SELECT 1\x00; DROP TABLE part", "SELECT '\x00'", "\x00"])
def test_what_stands_behind_a_null_byte_is_not_passed_over(gate, sql):
    assert "a character with the code 0" in refused(gate, sql)


def test_a_text_that_is_none_is_refused_in_words(gate):
    assert refused(gate, "SELECT '\ud800'") == "the query holds characters that are no text"


@pytest.mark.parametrize(
    "sql", ["", " ;;; ", "--", "/* SELECT 1", "SELECT 'x", 'SELECT "x', "\ufeff", "SELECT"]
)
def test_half_a_statement_is_told_and_no_process_stays(gate, sql):
    assert refused(gate, sql)
    assert gate.rows("SELECT 1").rows == [[1]]


def test_signs_that_look_like_others_are_no_way_round_a_name(gate, outside, mark):
    # Full-width letters, a soft hyphen, a zero-width space, a Cyrillic а, quoted and not.
    for name in ("ｒｅａｄ＿ｔｅｘｔ", "read\u00ad_text", "read\u200b_text", "re\u0430d_text"):
        for form in (name, f'"{name}"'):
            said = refused(gate, f"SELECT * FROM {form}('{outside / 'secret.csv'}')")
            assert said is not None
            assert mark not in said
