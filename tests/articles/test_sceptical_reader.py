"""What somebody who trusts no health site looks for, row by row (A1-A34), and where they find it here.

Each row is one thing and a page that shows it. Four rows have their tests elsewhere: A17 reading age (test_readability.py), A30 prices
with their source (tests/quotes/test_case_recommendation.py), A33 the gate before publishing (test_publishing_gate.py), and A34 pages
without scripts (tests/journeys/test_languages.py).
"""

import re
from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.utils import timezone

from articles import editions
from articles import library_rules as rules
from articles.library import LIBRARY
from articles.models import Article, Edition
from tests import factories
from tests.articles.editing_pages import save_draft

pytestmark = pytest.mark.django_db
ARTICLE = "/en/articles/sample-article/"

ROWS = [
    ("A1 who wrote it", ARTICLE, r'Written by <a href="/en/people/editorial-team/">'),
    ("A2 who reviewed it", ARTICLE, r'Medically reviewed by <a href="/en/people/sample-doctor/">Sample Doctor</a>'),
    ("A2 with credentials and interests", "/en/people/sample-doctor/", r"Stroke physician[\s\S]*None declared"),
    ("A3 when it was reviewed, and when again", ARTICLE, r"on 3 March 2026[\s\S]*Next review due on 1 January 2030"),
    (
        "A4 updated apart from reviewed",
        ARTICLE,
        r"Updated on 5 May 2026 \(edition 2\)[\s\S]*Medically reviewed by .* on 3 March 2026",
    ),
    ("A5 overdue is said", "/en/articles/overdue/", r"The review of this text is overdue"),
    ("A5 never reviewed is said", "/en/articles/never/", r"Not yet medically reviewed"),
    ("A6 numbered references, to and fro", ARTICLE, r'href="#ref-1"[\s\S]*id="ref-1"[\s\S]*href="#cite-1'),
    ("A6 that lead to the source", ARTICLE, r'href="https://doi\.org/10\.1000/sample"'),
    ("A7 how sure each claim is", ARTICLE, r"cells\.[^\n]*Research only[^\n]*</p>"),
    ("A8 what we do not know", ARTICLE, r"What we do not know</h2>[\s\S]*long-term effects"),
    ("A9 of which year each source is", ARTICLE, r'id="ref-1"[\s\S]*2024[\s\S]*href="#cite-1'),
    ("A9 and when the regulators were last asked", ARTICLE, r"Checked on 1 February 2026"),
    ("A10 key messages first", ARTICLE, r"Key messages[\s\S]*article__body"),
    ("A11 harms, marked as such", ARTICLE, r"Blood clots\.[^\n]*Warning: harm reported[^\n]*</p>"),
    ("A11 harms of each trial", "/en/trials/T01/", r"(?i)harms[\s\S]*Two people had a fit"),
    ("A12 what the regulators say", ARTICLE, r"What the regulators say</h2>[\s\S]*Not approved"),
    ("A13 other ways, and how sure they are", ARTICLE, r"Rehabilitation\.[^\n]*Proven[^\n]*</p>"),
    ("A14 who paid, and what we gain", ARTICLE, r"Who paid for this, and what we gain</h2>[\s\S]*commission"),
    ("A15 editorial policy", "/en/how-we-work/", r"(?i)how (we|our) (write|articles|texts)"),
    ("A16 what changed", ARTICLE, r"What changed</h2>[\s\S]*A number was corrected"),
    ("A16 and every word of it", f"{ARTICLE}editions/2/changes/", r"<ins|<del"),
    ("A18 hard words explained in place", ARTICLE, r"What stroke means\."),
    ("A19 easy to read", f"{ARTICLE}easy/", r"A sample, easy to read"),
    ("A20 print: which edition this is", ARTICLE, r"Edition 2 of 5 May 2026\. The newest version is at"),
    ("A21 other languages", ARTICLE, r'hreflang="es"[^>]*>Español'),
    ("A22 search", ARTICLE, r'role="search"'),
    ("A23 contents", ARTICLE, r'href="#what-was-tried"'),
    ("A24 feedback, without a form on the page", ARTICLE, r'/en/feedback/sample-article/\?edition=\d"[^>]*>Report a mistake'),
    ("A25 schema.org", ARTICLE, r'"MedicalWebPage"[\s\S]*"lastReviewed"|"lastReviewed"[\s\S]*"MedicalWebPage"'),
    ("A26 feeds", ARTICLE, r'type="application/atom\+xml"'),
    ("A27 sitemap", "/sitemap-articles.xml", r"/en/articles/sample-article/"),
    ("A28 emergency", ARTICLE, r'Sudden face droop[^\n]*Call your emergency number now: <a href="tel:112">'),
    ("A29 questions for a clinic", "/en/questions-to-ask/", r"Is this normal care after a stroke"),
    ("A30 what things cost, with who is paid", "/en/how-we-work/", r"commission"),
    ("A31 no testimonials, and why", "/en/how-we-work/", r"no patient stories as proof"),
    ("A32 trials as data", ARTICLE, r"Do cells help in the first days\?"),
    ("A32 with a page each and its source", "/en/trials/T01/", r"206"),
]


@pytest.fixture
def library() -> Article:
    factories.reference("R001", doi="10.1000/sample", identifiers_seen=True)
    factories.term("stroke")
    factories.trial("T01", harms="Two people had a fit.")
    doctor = factories.person(
        "sample-doctor", name="Sample Doctor", is_team=False, credentials="Stroke physician", interests="None declared"
    )
    text = (
        "## What was tried\n\nAfter a [stroke](term:stroke), cells.[R001]{D}\n\n::: trial T01\n:::\n\n"
        "## What can go wrong\n\nClots.[R001]{W}\n\n## What else there is\n\nRehabilitation.[R001]{A}"
    )
    made = factories.article(body=text, conflict_statement="A clinic may pay us a commission.", published_at=timezone.now())
    made.topics.add(factories.topic())
    factories.easy(made)
    factories.article(language="es")
    save_draft(made, body=text.replace("Clots", "Blood clots"), change_note="A number was corrected.")
    editions.publish(article=made, by=None)
    Edition.objects.filter(article=made, number=2).update(published_at=datetime(2026, 5, 5, 12, tzinfo=UTC))
    for key, reviewed in (("overdue", True), ("never", False)):
        other = factories.article(key)
        if reviewed:
            dates = {"reviewed_on": date(2025, 1, 1), "next_review_on": date(2026, 1, 1)}
            Article.objects.filter(pk=other.pk).update(reviewer=doctor, **dates)
    Article.objects.filter(pk=made.pk).update(reviewer=doctor, reviewed_on=date(2026, 3, 3), reviewed_edition=2)
    return made


def test_a_sceptical_reader_finds_every_row(client, library):
    pages = {address: client.get(address).content.decode() for _row, address, _shown in ROWS}
    assert [row for row, address, shown in ROWS if not re.search(shown, pages[address])] == []


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
@pytest.mark.parametrize("key", sorted(rules.CELL_ARTICLES))
def test_every_article_of_the_library_on_cells_names_harms_and_leads_to_what_is_proven(language, key):
    text = (LIBRARY / language / f"{key}.md").read_text()
    assert "{W}" in text, "A11"
    assert f"(article:{rules.REHABILITATION})" in text, "A13"
