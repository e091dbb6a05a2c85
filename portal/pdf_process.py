"""The process behind portal/pdf.py: HTML and a style sheet in, PDF out. It knows no settings and no database, and reaches no file and no network."""

import json
import os
import resource
import sys

from weasyprint import CSS, HTML
from weasyprint.urls import URLFetcher

MEMORY = 1024 * 1024 * 1024
SECONDS = 30  # of computing time: one more belt than the time that its caller waits


def main() -> None:
    os.nice(10)  # pages that people read come first
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    given = json.loads(sys.stdin.buffer.read())
    fetcher = URLFetcher(allowed_protocols=["data"])
    document = HTML(string=given["html"], url_fetcher=fetcher)
    sheet = CSS(string=given["css"], url_fetcher=fetcher)
    # tagged, so that a screen reader can read it
    sys.stdout.buffer.write(document.write_pdf(stylesheets=[sheet], pdf_variant="pdf/ua-1") or b"")


if __name__ == "__main__":
    main()
