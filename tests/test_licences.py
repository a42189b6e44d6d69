"""The list of dependencies with their licences is that of what is installed."""

import re
from pathlib import Path

import pytest

from benchmarks.licences import licence, needed

# Licences that would bind whoever passes the program on.
BINDING = re.compile(r"\b(A?GPL|LGPL|SSPL|BUSL|EUPL|CC-BY-NC|proprietary)\b", re.IGNORECASE)


@pytest.fixture
def listed(repository: Path) -> dict[str, str]:
    text = (repository / "docs" / "licences.md").read_text("utf-8")
    rows = re.findall(r"^\| ([\w.-]+) \| \d[\w.+]* \| (.+) \|$", text, re.MULTILINE)
    return dict(rows)


def test_every_dependency_is_listed_with_its_licence(listed):
    there = {
        str(package.metadata["Name"]): licence(package)
        for name, package in needed("blemish").items()
        if name != "blemish"
    }
    assert listed == there, "out of date: python -m benchmarks.licences docs/licences.md"


def test_every_licence_is_stated_and_lets_the_program_be_passed_on(listed):
    assert "not stated" not in listed.values()
    assert not [name for name, words in listed.items() if BINDING.search(words)]
