import pytest

from jobs.configuration.site_choice import find_site
from jobs.configuration.site_setup import init_site
from jobs.errors import SiteError
from jobs.settings import Settings, read_settings
from warehouse.connection import open_master
from warehouse.journal.store import open_journal


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return init_site(tmp_path_factory.mktemp("new") / "site")


def test_a_new_site_has_its_folders_stores_and_settings(made):
    with open_master(made.master), open_journal(made.journal):
        pass
    assert read_settings(made.settings_file) == Settings()
    assert len(made.secret.read_text("ascii")) == 64


def test_a_new_site_is_for_its_owner_only(made):
    folders = [made.root, made.inbox, made.quarantine, made.archive, made.warehouse]
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}
    files = [made.settings_file, made.secret, made.master, made.journal]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_two_sites_do_not_share_a_secret(made, tmp_path):
    assert init_site(tmp_path / "other").secret.read_bytes() != made.secret.read_bytes()


def test_a_site_is_not_made_anew(made):
    with pytest.raises(SiteError, match="is a site already"):
        init_site(made.root)


def test_a_folder_with_something_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("x", encoding="utf-8")
    with pytest.raises(SiteError, match=r"is not empty: it holds 'thesis\.txt'"):
        init_site(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_path_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SiteError, match="no site can be made at"):
        init_site(tmp_path / "file")


def test_an_init_that_was_interrupted_is_completed(tmp_path):
    site = init_site(tmp_path / "site")
    site.settings_file.unlink()
    secret = site.secret.read_bytes()
    assert init_site(site.root).settings_file.exists()
    assert site.secret.read_bytes() == secret


def test_the_site_is_the_option_else_the_variable_else_the_current_folder(made, tmp_path):
    assert find_site(made.root, {"BLEMISH_SITE": "/nowhere"}, tmp_path) == made
    assert find_site(None, {"BLEMISH_SITE": str(made.root)}, tmp_path) == made
    assert find_site(None, {}, made.root) == made


def test_where_no_site_is_meant_the_message_says_how_to_name_one(tmp_path):
    with pytest.raises(SiteError, match="give --site SITE, set BLEMISH_SITE"):
        find_site(None, {}, tmp_path)
    with pytest.raises(SiteError, match="is not a site: it has no blemish"):
        find_site(tmp_path, {}, tmp_path)
