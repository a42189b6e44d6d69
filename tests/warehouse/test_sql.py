from importlib.resources import files

from warehouse.rollups import touched_days
from warehouse.sql import migrations, query


def test_every_query_file_says_its_name_in_its_first_line():
    folder = files("warehouse") / "queries"
    for entry in folder.iterdir():
        assert entry.read_text().startswith(f"-- warehouse/queries/{entry.name}: "), entry.name


def test_migrations_are_numbered_without_a_gap():
    assert [number for number, _, _ in migrations()] == list(range(1, len(migrations()) + 1))


def test_no_query_selects_every_column_or_names_a_catalogue():
    for entry in (files("warehouse") / "queries").iterdir():
        text = query(entry.name.removesuffix(".sql"))
        assert "SELECT *" not in text
        assert "main." not in text
        assert "master." not in text


def test_nothing_touched_is_an_empty_set(connection):
    assert touched_days(connection, [], []) == set()
