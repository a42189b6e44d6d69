"""Queries without an end, or that take more memory than there is: none of them troubles anybody else."""

import resource
import threading
import time

import pytest

from warehouse.errors import QueryError

BOMBS = (
    "SELECT repeat('x', 4000000000)",
    "SELECT count(*) FROM range(10000000000000)",
    "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b",
    "SELECT list(range) FROM range(1000000000)",
    "SELECT string_agg(repeat('x', 1000000), '') FROM range(100000)",
    "SELECT * FROM range(100000000) ORDER BY hash(range) DESC",
    "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t",
    "SELECT count(DISTINCT range::VARCHAR) FROM range(1000000000)",
    "SELECT regexp_matches(repeat('a', 100000000), '(a*)*b')",
    "SELECT lpad('x', 2000000000, 'y')",
    "SELECT max(md5(range::VARCHAR)) FROM range(100000000000)",
    "SELECT unnest(range(1000000000))",
)
# Plans, parsers and single calls that grow beyond all bounds, where no operator looks at a clock.
BLOW_UPS = (
    f"SELECT {'(' * 9_000}1{')' * 9_000}",
    f"SELECT {'NOT ' * 4_500}true",
    f"SELECT {'[' * 9_000}1{']' * 9_000}",
    f"SELECT * FROM {'(FROM ' * 2_800}part{')' * 2_800}",
    f"SELECT count(*) FROM {', '.join(f'range(100) t{n}' for n in range(40))}",
    f"{'SELECT *, * FROM (' * 24}SELECT 1 a{')' * 24}",
    f"SELECT {', '.join('1' * 5_000)}",
    f"SELECT {'list_transform([1], x -> ' * 300}1{')' * 300}",
    "SELECT json_structure(repeat('{\"a\":', 100000) || '1' || repeat('}', 100000))",
    "SELECT (repeat('[', 10000000) || repeat(']', 10000000))::JSON",
    "SELECT levenshtein(repeat('a', 1000000), repeat('b', 1000000))",
    "SELECT format('{:>2000000000}', 1)",
    "SELECT bitstring('1', 2000000000)",
    "SELECT regexp_extract_all(repeat('a', 100000), '(a+)+$')",
    "SELECT replace(repeat('a', 10000000), 'a', repeat('b', 10000))",
    "SELECT list_reduce([repeat('x', 1000) FOR i IN range(100000)], (a, b) -> a || b)",
    "WITH RECURSIVE t AS (SELECT 'x' s UNION ALL SELECT s || s FROM t) SELECT max(length(s)) FROM t",
    "WITH RECURSIVE t(k, n) USING KEY (k) AS (SELECT 1, 1 UNION SELECT k, n + 1 FROM t) FROM t",
    "SELECT generate_series(TIMESTAMP '0001-01-01', TIMESTAMP '9999-01-01', INTERVAL 1 MICROSECOND)",
    "SUMMARIZE SELECT * FROM range(100000000) a, range(1000)",
    "EXPLAIN ANALYZE SELECT count(*) FROM range(10000000000000)",
)


@pytest.mark.parametrize(
    ("form", "bombs"),
    [
        ("parquet", BOMBS[:3]),
        ("rows", BOMBS),
        ("rows", BLOW_UPS[::3]),
        pytest.param("rows", BLOW_UPS, marks=pytest.mark.soak),
    ],
    ids=["parquet", "rows", "blow-ups", "every blow-up"],
)
def test_a_bomb_ends_at_its_limit_and_the_next_query_runs(hasty_gate, form, bombs):
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for sql in bombs:
        started = time.monotonic()
        try:
            if form == "rows":
                assert len(hasty_gate.rows(sql).rows) <= hasty_gate.limits.rows
            else:
                with hasty_gate.parquet(sql):
                    pass
        except QueryError:
            pass
        # Without the limit it would take hours; a busy machine takes seconds to start a process.
        assert time.monotonic() - started < hasty_gate.limits.seconds + 30, sql[:80]
        assert hasty_gate.rows("SELECT 42").rows == [[42]]
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - grown) // 1024
    print(f"{len(bombs)} bombs: the asking process grew by {grown} MiB")
    assert grown <= 50


WIDE = (
    "SELECT repeat('x', 50000000)",
    "SELECT repeat('x', 3000000) FROM range(300)",
    "SELECT list(range) FROM range(3000000)",
)


@pytest.mark.parametrize("sql", WIDE)
def test_a_row_of_any_width_is_not_held_by_who_asked(hasty_gate, sql):
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        with hasty_gate.stream(sql, whole=True) as stream:
            for piece in stream.rows():
                assert sum(len(str(row)) for row in piece) < 6 * 2**20
    except QueryError:
        pass
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - grown) // 1024
    print(f"the asking process grew by {grown} MiB")
    assert grown <= 50


@pytest.mark.soak
def test_bombs_do_not_slow_the_queries_of_others(hasty_gate):
    def p95(n=60):
        taken = []
        for _ in range(n):
            started = time.perf_counter()
            hasty_gate.rows("SELECT station, count(*) FROM latest_inspection GROUP BY station")
            taken.append(time.perf_counter() - started)
        return sorted(taken)[int(0.95 * n)]

    quiet = min(p95(), p95())
    stop = threading.Event()

    def attack():
        while not stop.is_set():
            for sql in BOMBS:
                try:
                    hasty_gate.rows(sql)
                except QueryError:
                    continue

    attacker = threading.Thread(target=attack)
    attacker.start()
    try:
        time.sleep(1)
        attacked = min(p95(), p95())
    finally:
        stop.set()
        attacker.join()
    print(f"p95 of others: {1000 * quiet:.0f} ms alone, {1000 * attacked:.0f} ms under attack")
    assert attacked <= 1.5 * quiet
