import csv
import io

import pytest

from warehouse.spreadsheet import neutral, neutral_row


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=cmd|' /C calc'!A0", "-2+3"],
)
def test_a_text_that_a_spreadsheet_would_run_begins_with_an_apostrophe(text):
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "A1", "007", " =1", "'=1", "1E5", "<b>", "é"])
def test_every_other_text_is_left_as_it_is(text):
    assert neutral(text) == text


def test_numbers_and_times_are_no_texts():
    assert neutral_row([-1.5, 0, True, None, "-1.5"]) == [-1.5, 0, True, "", "'-1.5"]


def test_a_neutral_cell_survives_the_csv():
    out = io.StringIO()
    csv.writer(out).writerow(neutral_row(['=HYPERLINK("x","y")', "a,b"]))
    assert next(csv.reader([out.getvalue()])) == ['\'=HYPERLINK("x","y")', "a,b"]
