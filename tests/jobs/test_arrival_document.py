"""The page on arrival has every word of the program, and no other."""

import re
from typing import get_args

import pytest

from inference.errors import RefusalReason
from inference.plausibility import DEFAULT_PLAUSIBILITY
from jobs.arrival.outcomes import DEFERRED, IGNORED, KNOWN, RETRIED, outcome_of
from jobs.errors import FileRefusedError
from warehouse.records import Outcome

# Words of the ingest itself, beside those of the pictures.
OWN = {"DECODER_CRASH", "NAME_CONFLICT"} | set(RETRIED)
# Kept for files outside the inbox, which the scan cannot meet: links are not followed.
UNMET = {"OUTSIDE"}


@pytest.fixture
def page(repository):
    return (repository / "docs" / "arrival.md").read_text("utf-8")


def reason_rows(page):
    section = page.split("## Reasons")[1].split("\n## ")[0]
    return {
        match[1]: match[2].split(", ")
        for match in re.finditer(
            r"^\| `(\w+)` \| ([a-z, ]+) \| .+ \| .+ \|$", section, re.MULTILINE
        )
    }


def test_every_reason_is_explained_under_its_outcome_with_what_to_do(page):
    rows = reason_rows(page)
    words = set(get_args(RefusalReason)) | OWN | DEFERRED | IGNORED | KNOWN
    assert rows.keys() == words - UNMET
    for reason, outcomes in rows.items():
        assert outcomes[0] == outcome_of(reason), reason
    assert FileRefusedError("VANISHED", "gone").reason in rows


def test_every_outcome_is_explained(page):
    for outcome in get_args(Outcome):
        assert f"| `{outcome}` |" in page


def test_the_limits_on_the_page_are_those_of_the_program(page):
    for name in ("contrast", "sharpness", "detail", "chroma"):
        limit = getattr(DEFAULT_PLAUSIBILITY, f"min_{name}")
        assert f"| `{name}` | at least {limit:g}" in page
    for name in ("dark", "saturated", "flat", "repeated", "noise"):
        limit = getattr(DEFAULT_PLAUSIBILITY, f"max_{name}_share")
        assert f"| `{name}_share` | at most {limit:g}" in page
