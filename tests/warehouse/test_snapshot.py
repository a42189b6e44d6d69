from concurrent.futures import ThreadPoolExecutor

import duckdb
import pytest

from warehouse.batch import write_batch
from warehouse.connection import open_master, open_snapshot
from warehouse.errors import NotPublishedError, WarehouseForeignError
from warehouse.publish import publish
from warehouse.snapshot import SnapshotReader


@pytest.fixture
def reader(site):
    publish(site)
    reader = SnapshotReader(site.current)
    yield reader
    reader.close()


def test_before_the_first_publication_there_is_nothing_to_read(site):
    reader = SnapshotReader(site.current)
    with pytest.raises(NotPublishedError, match="nothing is published yet"), reader.read():
        pass
    with pytest.raises(NotPublishedError, match="nothing is published yet"):
        reader.published_at()


def test_a_link_to_a_lost_file_is_nothing_published(site, reader):
    site.current.resolve().unlink()
    with pytest.raises(NotPublishedError, match="nothing is published yet"), reader.read():
        pass


def test_a_damaged_publication_is_an_error_until_the_next(site, reader):
    bad = site.warehouse / "serve-1.duckdb"
    bad.touch()
    site.current.unlink()
    site.current.symlink_to(bad.name)
    with pytest.raises(WarehouseForeignError, match="is empty"), reader.read():
        pass
    publish(site)
    with reader.read() as connection:
        assert connection.execute("SELECT count(*) FROM inspection").fetchone() == (0,)


def test_threads_read_at_once_while_new_snapshots_come(site, reader, build):
    def read(_):
        with reader.read() as connection:
            return connection.execute("SELECT count(*) FROM inspection").fetchone()[0]

    with ThreadPoolExecutor(4) as pool:
        found = pool.map(read, range(40))
        with open_master(site.master) as connection:
            write_batch(connection, build.part("p1"))
        publish(site)
        seen = set(found)
        assert seen <= {0, 1}
        assert read(0) == 1


def test_a_closed_reader_opens_again(reader):
    with reader.read() as connection:
        reader.close()
        assert connection.execute("SELECT 1").fetchone() == (1,)
    with reader.read() as connection:
        assert connection.execute("SELECT current_setting('TimeZone')").fetchone() == ("UTC",)


def test_a_snapshot_can_be_opened_beside_the_reader(site, reader):
    with reader.read(), open_snapshot(site.current) as other:
        assert other.execute("SELECT count(*) FROM inspection").fetchone() == (0,)


def test_a_snapshot_cannot_be_written(reader):
    with reader.read() as connection, pytest.raises(duckdb.Error, match="read-only"):
        connection.execute("DELETE FROM inspection")
