import subprocess
import sys

import pytest

from warehouse.connection import log_file, open_master
from warehouse.errors import WarehouseDamagedError, WarehouseError
from warehouse.recovery import set_log_aside

# Ends without a checkpoint, so that the last commit is in the log only.
WRITE = """
import os, sys
from pathlib import Path
from warehouse.connection import open_master
with open_master(Path(sys.argv[1])) as connection:
    connection.execute("INSERT INTO schema_version (version, name) VALUES (-1, 'checkpointed')")
    connection.execute("CHECKPOINT")
    connection.execute("INSERT INTO schema_version (version, name) VALUES (0, 'in the log')")
    os._exit(0)
"""


def damage(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


@pytest.fixture
def killed(site):
    subprocess.run([sys.executable, "-c", WRITE, str(site.master)], check=True)
    return site.master


def names(path):
    with open_master(path) as connection:
        sql = "SELECT name FROM schema_version WHERE version < 1 ORDER BY version"
        return [name for (name,) in connection.execute(sql).fetchall()]


def test_without_its_damaged_log_the_last_checkpoint_opens(killed):
    damage(log_file(killed))
    with pytest.raises(WarehouseDamagedError, match="cannot be read"):
        names(killed)
    before = log_file(killed).read_bytes()
    kept = set_log_aside(killed)
    assert kept.read_bytes() == before
    assert names(killed) == ["checkpointed"]


def test_a_log_that_is_whole_stays(killed):
    with pytest.raises(WarehouseError, match="is not at fault"):
        set_log_aside(killed)
    assert names(killed) == ["checkpointed", "in the log"]


def test_a_damaged_file_keeps_its_log(killed):
    killed.write_bytes(killed.read_bytes()[:4096] + b"\xff" * 8192)
    with pytest.raises(WarehouseDamagedError, match="without its log, either"):
        set_log_aside(killed)
    assert log_file(killed).exists()
