import json

import pytest

from jobs.cli import main
from warehouse.journal.audit import audit_trail
from warehouse.journal.characteristics import characteristics
from warehouse.journal.recipients import recipients
from warehouse.journal.store import open_journal

pytestmark = pytest.mark.usefixtures("in_process")


@pytest.fixture
def document(site, tmp_path):
    path = tmp_path / "decisions.json"
    assert main(["settings", "export", str(path), "--site", str(site.root)]) == 0
    content = json.loads(path.read_text("utf-8"))
    content["phases"] = []
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def changes(capsys, *arguments):
    capsys.readouterr()
    assert main(["settings", "import", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)["changes"]


def test_decisions_move_to_another_site_once_and_into_its_audit_trail(
    site, document, new_site, tmp_path, capsys
):
    other = tmp_path / "other"
    assert main(["init", str(other)]) == 0
    aim = (str(document), "--site", str(other), "--who", "QE-4", "--reason", "same product")
    planned = changes(capsys, *aim, "--dry-run")
    with open_journal(other / "journal.sqlite") as journal:
        assert characteristics(journal) == []
    # The silence of the site began in 2026-03 and is over: only characteristics move.
    assert changes(capsys, *aim) == planned
    assert changes(capsys, *aim) == []
    with open_journal(site.journal) as ours, open_journal(other / "journal.sqlite") as theirs:
        assert characteristics(theirs) == characteristics(ours)
        (newest,) = audit_trail(theirs, limit=1)
    assert (newest.who, newest.reason) == ("QE-4", "same product")
    assert len(planned) == len(json.loads(document.read_text("utf-8"))["characteristics"])


def test_a_changed_limit_is_said_with_what_it_was(site, document, capsys):
    content = json.loads(document.read_text("utf-8"))
    row = next(one for one in content["characteristics"] if one["metric"] == "stain_count")
    row["spec_upper"] = 4.0
    document.write_text(json.dumps(content), encoding="utf-8")
    assert changes(capsys, str(document), "--site", str(site.root)) == [
        "change line-1/station-1/tool-1/part:stain_count: spec_upper None → 4.0"
    ]


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("metric", "stains", "there is no metric 'stains'"),
        ("chart", "pie", "may not have the chart 'pie'"),
        ("rules", "mine", "site charts are not judged by the rules 'mine'"),
        ("spec_upper", "five", "Input should be a valid number"),
        ("colour", "red", "Extra inputs are not permitted"),
    ],
)
def test_a_document_that_does_not_fit_is_refused_as_a_whole(
    site, document, capsys, key, value, said
):
    content = json.loads(document.read_text("utf-8"))
    content["characteristics"][0][key] = value
    document.write_text(json.dumps(content), encoding="utf-8")
    with open_journal(site.journal) as journal:
        before = len(audit_trail(journal))
    assert main(["settings", "import", str(document), "--site", str(site.root)]) == 2
    assert said in capsys.readouterr().err
    with open_journal(site.journal) as journal:
        assert len(audit_trail(journal)) == before


def test_limits_that_are_upside_down_are_refused(site, document, capsys):
    content = json.loads(document.read_text("utf-8"))
    row = next(one for one in content["characteristics"] if one["metric"] == "stain_count")
    row |= {"spec_lower": 3.0, "spec_upper": 2.0}
    document.write_text(json.dumps(content), encoding="utf-8")
    assert main(["settings", "import", str(document), "--site", str(site.root)]) == 2
    assert "the lower limit 3 of stain_count is above its upper limit 2" in capsys.readouterr().err


def test_recipients_move_with_the_decisions_and_those_of_the_file_are_kept(
    site, document, tmp_path, capsys
):
    content = json.loads(document.read_text("utf-8"))
    assert (content["format"], content["recipients"]) == (2, [])
    person = {
        "address": "wash@plant.example", "name": "Wash", "alerts": True, "digest": False,
        "failures": False, "line": "line-1", "station": None, "tool": None, "family": None,
        "active": True,
    }  # fmt: skip
    content["recipients"] = [person]
    document.write_text(json.dumps(content), encoding="utf-8")
    other = tmp_path / "other"
    assert main(["init", str(other)]) == 0
    (other / "blemish.toml").write_text("[alerts]\nrecipients = ['lead@plant.example']\n", "utf-8")
    aim = (str(document), "--site", str(other), "--who", "QE-4")
    assert "add recipient wash@plant.example of line line-1" in changes(capsys, *aim)
    assert changes(capsys, *aim) == []
    with open_journal(other / "journal.sqlite") as journal:
        assert [(row.address, str(row.scope)) for row in recipients(journal)] == [
            ("lead@plant.example", "the whole plant"),
            ("wash@plant.example", "line line-1"),
        ]
    content["recipients"] = [person | {"address": "a@b, c@d"}]
    document.write_text(json.dumps(content), encoding="utf-8")
    assert main(["settings", "import", str(document), "--site", str(other)]) == 2
    assert "'a@b, c@d' is no mail address" in capsys.readouterr().err


def test_a_document_of_the_first_format_is_still_read(site, document):
    content = json.loads(document.read_text("utf-8"))
    del content["recipients"]
    content["format"] = 1
    document.write_text(json.dumps(content), encoding="utf-8")
    assert main(["settings", "import", str(document), "--site", str(site.root), "--dry-run"]) == 0
