"""A published snapshot, the gate on it, and a file of the server that a query might want."""

import shutil

import pytest

from warehouse.batch import write_batch
from warehouse.connection import open_master
from warehouse.gate.gate import QueryGate
from warehouse.gate.limits import MIB, QueryLimits
from warehouse.publish import publish
from warehouse.site import Site

MARK = "a word that only the file outside holds"


@pytest.fixture(scope="module")
def link(tmp_path_factory, empty_master, build):
    """A published snapshot; nothing here can change it."""
    site = Site(tmp_path_factory.mktemp("site"))
    site.create_folders()
    shutil.copyfile(empty_master, site.master)
    parts = [build.part(f"p{n}", at=build.at(n)) for n in range(50)]
    with open_master(site.master) as connection:
        write_batch(connection, build.batch(*parts))
    publish(site)
    return site.current


@pytest.fixture(scope="module")
def gate(link):
    gate = QueryGate(link, QueryLimits(memory_bytes=256 * MIB, rows=1000))
    yield gate
    gate.close()


@pytest.fixture(scope="module")
def hasty_gate(link):
    """A gate whose limits are reached soon: for queries that reach them."""
    gate = QueryGate(link, QueryLimits(seconds=1.5, memory_bytes=256 * MIB, rows=1000))
    yield gate
    gate.close()


@pytest.fixture(scope="session")
def mark():
    return MARK


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    """A folder of the server's own, with a file that a query might want."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "secret.csv").write_text(f"{MARK}\n")
    return folder
