"""A downloaded table must not run anything in the program that opens it."""

import csv
from io import StringIO

import pytest

from portal import spreadsheet

HIDDEN = ["\u00a0=1", "\ufeff=1", "\u200b=1", "\u200f=1", "\u3000 @SUM(A1)", "\x00=1", "\x0b-2", "\u2066+1", "\u2028=1", "\u00ad=1", "\u061c\u00a0=1"]  # fmt: skip
WIDE = ["＝1+1", "＋1", "－2", "＠SUM(A1)", " ＝cmd", "﹦1", "﹢1", "﹣1", "﹫x", "⁼1", "⁺1", "₊1", "−2"]
TABLE_BREAKERS = ["\t=1", "\tx", "\rx", "\nx", " \nx"]


@pytest.mark.parametrize("text", ["=1+1", "+34 612", "-2", "@SUM(A1)", "\r=1", "  =cmd|x", *HIDDEN, *WIDE, *TABLE_BREAKERS])
def test_what_would_run_as_a_formula_is_text(text):
    response = spreadsheet.download([["a", text]], name="sample")
    [row] = csv.reader(StringIO(response.content.decode("utf-8-sig"), newline=""))
    assert row == ["a", f"'{text}"]


def test_numbers_and_plain_words_stay_as_they_are():
    response = spreadsheet.download([["stroke", -3, "a=b", " ", "\u200fسكتة", "–", "½", "¿Qué?"]], name="sample")
    assert response.content.decode("utf-8-sig").strip() == "stroke,-3,a=b, ,\u200fسكتة,–,½,¿Qué?"
    assert response["Content-Disposition"] == 'attachment; filename="sample.csv"'
