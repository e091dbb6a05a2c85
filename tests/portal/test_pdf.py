"""A PDF by a process of its own: it reaches nothing, and whatever goes wrong there is a NoPdf here."""

import subprocess
import sys

import pytest

from portal import pdf

extra = pytest.mark.skipif(not pdf.is_available(), reason="the extra of requirements-pdf.txt is not installed")
PAGE = '<html lang="en"><head><title>Sample</title></head><body><p>Hello</p>{}</body></html>'


@extra
def test_a_page_becomes_a_tagged_pdf():
    assert pdf.from_html(PAGE.format(""), css="p { color: teal }").startswith(b"%PDF")


@extra
def test_no_file_of_the_machine_gets_into_it(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the key")
    with_file = PAGE.format(f'<a rel="attachment" href="{secret.as_uri()}">x</a><img src="{secret.as_uri()}" alt="">')
    made = pdf.from_html(with_file, css=f"@import url({secret.as_uri()});")
    assert b"EmbeddedFile" not in made


def test_without_the_extra_there_is_none(monkeypatch):
    monkeypatch.setattr(pdf, "is_available", lambda: False)
    with pytest.raises(pdf.NoPdf):
        pdf.from_html("<p>Hello</p>", css="")


@pytest.mark.parametrize("script", ["import sys; sys.exit(1)", "print('no PDF at all')", "import time; time.sleep(30)"])
def test_a_process_that_breaks_or_hangs_is_no_pdf_and_frees_the_next_one(monkeypatch, script):
    run = subprocess.run

    def instead(command, **how):
        return run([sys.executable, "-c", script], **how)

    monkeypatch.setattr(pdf, "is_available", lambda: True)
    monkeypatch.setattr(pdf, "SECONDS", 1)
    monkeypatch.setattr(pdf.subprocess, "run", instead)
    for _time in range(2):
        with pytest.raises(pdf.NoPdf):
            pdf.from_html("<p>Hello</p>", css="")


def test_only_one_is_drawn_at_a_time(monkeypatch):
    monkeypatch.setattr(pdf, "is_available", lambda: True)
    monkeypatch.setattr(pdf, "WAIT", 0.01)
    with pdf.one_at_a_time, pytest.raises(pdf.NoPdf, match="another"):
        pdf.from_html("<p>Hello</p>", css="")
