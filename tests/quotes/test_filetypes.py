"""Which files are taken, by what is in them; and the names they are shown under."""

import io

import pytest

from quotes import filetypes
from quotes.filetypes import KINDS, MB, Problem
from tests.quotes.hostile_files import BAD, DICOM, GOOD, PDF, huge_png


def judged(content: bytes) -> str:
    return filetypes.judge(io.BytesIO(content), size=len(content)).key


@pytest.mark.parametrize("kind", GOOD)
def test_each_kind_that_we_take_is_known_by_its_content(kind):
    assert judged(GOOD[kind]) == kind


@pytest.mark.parametrize("name", BAD)
def test_everything_else_is_refused_with_its_reason(name):
    content, problem = BAD[name]
    with pytest.raises(Problem) as refused:
        judged(content)
    assert refused.value.code == problem


def test_every_refusal_says_what_to_do_next():
    for code in filetypes.PROBLEMS:
        assert Problem(code).text.count(".") >= 2 or "We take" in Problem(code).text, code


def test_the_81_megapixels_would_have_fitted_into_any_limit_of_bytes():
    assert len(huge_png()) < 12_000


def test_a_photo_of_forty_megapixels_is_taken():
    assert judged(huge_png(8000, 5000)) == "png"


def test_a_photo_with_something_behind_it_is_taken_as_phones_append_films():
    assert judged(GOOD["jpeg"] + b"\0\0\0\x18ftypmp42" + b"\1" * 500) == "jpeg"


def test_a_large_file_is_refused_by_its_kind():
    for content in (GOOD["jpeg"], PDF, DICOM):
        with pytest.raises(Problem, match="too_big"):
            filetypes.judge(io.BytesIO(content), size=50 * MB + 1)
    assert filetypes.most_bytes(GOOD["dicom_zip"]) == 500 * MB
    assert filetypes.most_bytes(GOOD["jpeg"]) == 50 * MB


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("letter.pdf", "letter.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\María\\carta médica.pdf", "carta médica.pdf"),
        ("a\0b\nc\x1b.pdf", "a b c .pdf"),
        ("fdp.\u202eexe", "fdp. exe"),
        ("\u2066\u200f\ufeffتقرير.pdf", "تقرير.pdf"),
        ("..", ""),
        (" .hidden ", "hidden"),
        ("cafe\u0301.jpg", "café.jpg"),
    ],
)
def test_a_name_is_cleaned(given, shown):
    assert filetypes.clean_name(given) == shown


def test_an_endless_name_keeps_its_end():
    shown = filetypes.clean_name("x" * 1000 + ".pdf")
    assert len(shown) <= filetypes.NAME_LENGTH
    assert shown.endswith("….pdf")
    assert len(filetypes.clean_name("y" * 1000)) == filetypes.NAME_LENGTH


def test_a_download_ends_as_what_it_is():
    assert filetypes.download_name("letter.exe", KINDS["pdf"]) == "letter.exe.pdf"
    assert filetypes.download_name("Photo.JPEG", KINDS["jpeg"]) == "Photo.JPEG"
    assert filetypes.download_name("", KINDS["heic"]) == "file.heic"
