"""What is made of pip-audit's report. The reports are cut from real ones of pip-audit 2.10.1."""

import json
from datetime import date

import pytest

from benchmarks.audit import IGNORED, read_ignored, read_report, verdict

TODAY = date(2026, 11, 23)
SKIPPED = {
    "name": "torch",
    "skip_reason": "Dependency not found on PyPI and could not be audited: torch (2.13.0+cpu)",
}
CLEAN = {"name": "numpy", "version": "2.4.6", "vulns": []}
# Flask 0.5, with one of the entries that the registry has of it.
VULNERABLE = {
    "name": "flask",
    "version": "0.5",
    "vulns": [
        {
            "id": "PYSEC-2019-179",
            "fix_versions": ["1.0"],
            "aliases": ["CVE-2019-1010083", "GHSA-5wv5-4vpf-pj6m"],
            "description": "unexpected memory usage",
        }
    ],
}


def report(*rows):
    return json.dumps({"dependencies": list(rows), "fixes": []})


def ignored(name="CVE-2019-1010083", until="2026-12-31"):
    return read_ignored(
        f'[[ignored]]\nvulnerability = "{name}"\nreason = "no upload is read"\nuntil = {until}\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Traceback (most recent call last):\nrequests.exceptions.ConnectionError: …",
        "{}",
        "null",
        report(),
        report(SKIPPED, SKIPPED),
    ],
    ids=["nothing", "traceback", "empty", "null", "no packages", "all skipped"],
)
def test_a_registry_that_does_not_answer_is_said_and_is_no_failure(text):
    lines, status = verdict(text, [], TODAY)
    assert status == 0
    assert lines == ["not audited: the registry of packages does not answer here"]


def test_a_clean_report_says_how_much_was_looked_at():
    lines, status = verdict(report(CLEAN, SKIPPED), [], TODAY)
    assert status == 0
    assert lines == [
        "1 packages audited, 0 known vulnerabilities",
        "not known to the registry: torch",
    ]


def test_a_known_vulnerability_fails_with_what_mends_it():
    lines, status = verdict(report(CLEAN, VULNERABLE), [], TODAY)
    assert status == 1
    assert lines[-1] == (
        "VULNERABLE flask 0.5: CVE-2019-1010083, GHSA-5wv5-4vpf-pj6m, PYSEC-2019-179; install 1.0"
    )
    assert read_report(report(VULNERABLE))[0] == 1


def test_what_is_ignored_with_a_reason_is_named_and_fails_nothing_until_its_day():
    lines, status = verdict(report(VULNERABLE), ignored(), TODAY)
    assert status == 0
    assert any(line.startswith("ignored: flask 0.5") for line in lines)
    assert verdict(report(VULNERABLE), ignored(until="2026-11-22"), TODAY)[1] == 1
    assert verdict(report(VULNERABLE), ignored("CVE-2000-1"), TODAY)[1] == 1


def test_an_entry_that_nothing_needs_any_more_is_named():
    lines, status = verdict(report(CLEAN), ignored(), TODAY)
    assert status == 0
    assert lines[-1].startswith("CVE-2019-1010083 is ignored, but is not there any more")


def test_nothing_is_ignored_without_a_reason():
    with pytest.raises(ValueError, match="without a reason"):
        read_ignored('[[ignored]]\nvulnerability = "A"\nreason = " "\nuntil = 2026-12-31\n')
    assert isinstance(read_ignored(IGNORED.read_text("utf-8")), list)
