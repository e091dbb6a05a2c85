"""A downloaded table must not run anything in the program that opens it."""

import csv
from io import StringIO

import pytest

from portal import spreadsheet


@pytest.mark.parametrize("text", ["=1+1", "+34 612", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =cmd|x"])
def test_what_would_run_as_a_formula_is_text(text):
    response = spreadsheet.download([["a", text]], name="sample")
    [row] = csv.reader(StringIO(response.content.decode("utf-8-sig"), newline=""))
    assert row == ["a", f"'{text}"]


def test_numbers_and_plain_words_stay_as_they_are():
    response = spreadsheet.download([["stroke", -3, "a=b"]], name="sample")
    assert response.content.decode("utf-8-sig").strip() == "stroke,-3,a=b"
    assert response["Content-Disposition"] == 'attachment; filename="sample.csv"'
