import json
from datetime import UTC, datetime, timedelta

import pytest

from jobs.cli import main
from jobs.settings import parse_settings, read_settings
from jobs.upkeep import doctor_machine, doctor_program
from jobs.upkeep.doctor_machine import machine_findings
from jobs.upkeep.doctor_program import OURS, foreign_packages, program_findings
from jobs.upkeep.doctor_site import site_findings
from jobs.upkeep.doctor_smtp import smtp_finding

pytestmark = pytest.mark.usefixtures("in_process")


def seen(site, *, text=None, now=None, environment=None):
    settings = (
        read_settings(site.settings_file) if text is None else parse_settings(text, where="t")
    )
    now = now or datetime.now(UTC)
    return {
        one.name: one
        for one in site_findings(site, settings, now=now, environment=environment or {})
    }


def test_a_whole_site_on_this_machine_is_well(site, capsys):
    assert main(["doctor", "--site", str(site.root), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["well"]
    names = {one["name"] for one in report["findings"]}
    assert {
        "python",
        "packages",
        "clock",
        "disk",
        "model",
        "inbox",
        "mail",
        "evidence key",
    } <= names


def test_each_thing_that_is_wrong_says_what_to_do(site):
    site.journal.chmod(0o644)
    site.evidence_key.unlink()
    site.inbox.rename(site.root / "elsewhere")
    site.current.unlink()
    wrong = {name: one for name, one in seen(site).items() if not one.well}
    assert sorted(wrong) == ["evidence key", "inbox", "permissions", "warehouse"]
    assert "journal.sqlite is open to others" in wrong["permissions"].seen
    assert wrong["permissions"].advice.startswith("chmod -R go-rwx")
    assert "from a backup" in wrong["evidence key"].advice


def test_a_clock_that_was_set_back_shows_by_the_last_run(site):
    assert seen(site)["last run"].well
    assert not seen(site, now=datetime.now(UTC) - timedelta(days=1))["last run"].well


def test_a_model_that_does_not_load_is_named(site):
    (site.root / "half.onnx").write_bytes(b"half")
    found = seen(site, text="[inference]\nmodel = 'half.onnx'")["model"]
    assert not found.well
    assert "half.onnx" in found.seen


@pytest.mark.parametrize(
    ("smtp", "environment", "well"),
    [
        ("", {}, False),
        ("host = 'mail.test'", {}, True),
        ("host = 'mail.test'\nuser = 'u'", {}, False),
        ("host = 'mail.test'\nuser = 'u'", {"BLEMISH_SMTP_PASSWORD": "p"}, True),
    ],
)
def test_mail_settings_must_be_complete_where_anybody_is_mailed(site, smtp, environment, well):
    text = f"[alerts]\nrecipients = ['a@b.test']\n[smtp]\n{smtp}"
    assert seen(site, text=text, environment=environment)["mail"].well is well


def test_a_server_that_does_not_answer_is_said_with_its_address():
    # Nothing listens on port 1 of this machine.
    settings = parse_settings("[smtp]\nhost = '127.0.0.1'\nport = 1", where="t")
    found = smtp_finding(settings.smtp, None)
    assert not found.well
    assert found.seen.startswith("127.0.0.1:1: ")


def test_a_foreign_package_in_our_place_is_named(tmp_path, monkeypatch):
    assert all(one.well for one in foreign_packages())
    owners = {name: ["blemish"] for name in OURS} | {"inference": ["blemish", "roboflow"]}
    monkeypatch.setattr(doctor_program, "packages_distributions", lambda: owners)
    (found,) = foreign_packages()
    assert found.seen == "the package roboflow has a inference of its own"
    (found,) = foreign_packages(tmp_path)
    assert "spc is loaded from" in found.seen


def test_a_package_in_another_version_is_named(monkeypatch):
    monkeypatch.setattr(
        doctor_program, "requires", lambda _name: ["numpy<1", "torch; extra == 'train'"]
    )
    found = {one.name: one for one in program_findings()}["packages"]
    assert found.seen.startswith("numpy ")
    assert found.seen.endswith(" is not <1")


def test_little_memory_is_said_with_what_limits_it(tmp_path, monkeypatch):
    (tmp_path / "limit").write_text("300000000\n")
    monkeypatch.setattr(doctor_machine, "_CGROUP", tmp_path / "limit")
    monkeypatch.setattr(doctor_machine, "_SHM", tmp_path / "none")
    found = {one.name: one for one in machine_findings(datetime.now(UTC), folder=tmp_path)}
    assert found["memory"].seen == "300 MB available (container limit)"
    assert not found["memory"].well
    assert not found["shared memory"].well
    assert found["clock"].well


def test_without_a_site_program_and_machine_are_looked_over(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BLEMISH_SITE", raising=False)
    assert main(["doctor"]) == 0
    assert "none was named" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
