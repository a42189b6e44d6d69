import stat
from pathlib import Path

from warehouse.site import Site


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_every_path_lies_below_the_root():
    site = Site(Path("/plant"))
    paths = {
        site.settings_file: "blemish.toml",
        site.inbox: "inbox",
        site.quarantine: "quarantine",
        site.archive: "archive",
        site.master: "warehouse/master.duckdb",
        site.current: "warehouse/current.duckdb",
        site.lock_file: "warehouse/run.lock",
        site.journal: "journal.sqlite",
        site.secret: "secret.key",
    }
    assert {path.relative_to("/plant").as_posix() for path in paths} == set(paths.values())


def test_folders_are_for_their_owner_only_even_where_one_was_open(tmp_path):
    site = Site(tmp_path / "site")
    site.inbox.mkdir(parents=True, mode=0o755)
    site.create_folders()
    folders = (site.root, site.inbox, site.quarantine, site.archive, site.warehouse)
    assert [mode(folder) for folder in folders] == [0o700] * 5
