import json

import pytest

from jobs.cli import main
from jobs.upkeep.doctor_sql import NAME, sql_finding
from warehouse.gate.confinement import Confinement
from warehouse.gate.probe import confinement_here


@pytest.mark.parametrize(
    ("found", "words", "well"),
    [
        (
            Confinement(no_new_privileges=True, namespaces=True, landlock=7),
            "resource limits, no new privileges, network namespace, Landlock 7",
            True,
        ),
        (
            Confinement(no_new_privileges=True, namespaces=False, landlock=1),
            "Landlock 1; without network namespace, Landlock for TCP",
            True,
        ),
        (
            Confinement(no_new_privileges=True, namespaces=True, landlock=0),
            "network namespace; without Landlock for files, Landlock for TCP",
            True,
        ),
        (
            Confinement(no_new_privileges=False, namespaces=False, landlock=0),
            "resource limits; without the no-new-privileges flag, network namespace, Landlock for files",
            False,
        ),
    ],
)
def test_what_holds_a_query_and_what_is_missing_is_said(found, words, well):
    finding = sql_finding(found)
    assert words in finding.seen
    assert finding.well is well
    assert well or "kernel with Landlock" in finding.advice


def test_the_doctor_asks_this_machine(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    main(["doctor", "--json"])
    findings = {one["name"]: one for one in json.loads(capsys.readouterr().out)["findings"]}
    assert confinement_here().words in findings[NAME]["seen"]
