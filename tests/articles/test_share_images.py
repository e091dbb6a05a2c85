"""The picture that messengers show of an article: its own where it can be drawn, the general one everywhere else."""

import io
import re

import pytest
from django.conf import settings as real_settings
from django.utils import timezone
from PIL import Image

from articles import share_images
from articles.models import Article, Edition
from portal import share_picture
from tests import factories

pytestmark = pytest.mark.django_db
LONGEST = "What is known, what is not known " * 4 + "and where all of it is written"
TITLES = {
    "en": "Do stem cells work?", "es": "¿Funcionan las células madre?", "ar": "ماذا وجدت تجربة SB623 بعد السكتة الدماغية؟",
}  # fmt: skip
can_draw = pytest.mark.skipif(
    not all(share_picture.is_able(language) for language in TITLES), reason="no fonts here (Debian: fonts-noto-core)"
)


def article(language: str = "en", **edition: object) -> Article:
    factories.reference("R001")
    return factories.article(language=language, **{"title": TITLES[language], "published_at": timezone.now()} | edition)


def shared(client, made: Article) -> dict[str, str]:
    text = client.get(f"/{made.language}/articles/{made.slug}/").content.decode()
    return dict(re.findall(r'<meta property="og:(image[a-z:]*)" content="([^"]*)">', text))


def picture(client, address: str) -> bytes:
    answer = client.get(address.removeprefix(real_settings.SITE_URL))
    assert answer.status_code == 200 and answer["Content-Type"] == "image/png"
    return answer.getvalue()


def general(language: str) -> bytes:
    return (real_settings.BASE_DIR / "portal" / "static" / "portal" / "share" / f"{language}.png").read_bytes()


@can_draw
@pytest.mark.parametrize("language", TITLES)
def test_an_article_has_its_own_picture_with_measures_and_words(client, language):
    made = article(language, evidence_labels="DEW")
    found = shared(client, made)
    drawn = picture(client, found["image"])
    assert drawn != general(language) and len(drawn) < 60_000
    with Image.open(io.BytesIO(drawn)) as image:
        assert image.size == (int(found["image:width"]), int(found["image:height"])) == (1200, 630)
    assert found["image:alt"].startswith(TITLES[language]) and found["image:alt"].count(". ") == 3


@can_draw
def test_it_is_drawn_once_and_kept_by_every_cache_for_a_year(client, monkeypatch):
    address = share_images.address(article().published_edition, language="en")
    first = picture(client, address)
    monkeypatch.setattr(share_picture, "draw", lambda *_title, **_how: pytest.fail("drawn again"))
    answer = client.get(address)
    assert answer.getvalue() == first and answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin" and not answer.cookies
    assert client.post(address).status_code == 405


@can_draw
def test_another_title_has_another_address_and_an_old_address_shows_the_general_one(client):
    edition = article().published_edition
    before = share_images.address(edition, language="en")
    Edition.objects.update(title="Something else")
    edition.refresh_from_db()
    assert share_images.address(edition, language="en") != before
    answer = client.get(before)
    assert answer.getvalue() == general("en") and "immutable" not in answer["Cache-Control"]


@can_draw
@pytest.mark.parametrize("language", TITLES)
def test_the_longest_title_fits_beside_all_labels(language):
    chips = [(code, "Warning: harm reported", "label-w") for code in "ABCD"]
    assert share_picture.draw(LONGEST[:160], language=language, chips=chips)


@pytest.mark.parametrize(("title", "language"), [("𓀀", "en"), ("W" * 160, "en"), ("Ein Titel", "de")])
def test_what_cannot_be_drawn_legibly_is_not_drawn(title, language):
    with pytest.raises(share_picture.CannotDraw):
        share_picture.draw(title, language=language)


def test_a_title_with_a_letter_that_no_font_has_shows_the_general_one(client):
    edition = article(title="Cells 𓀀").published_edition
    assert picture(client, f"/share/{edition.pk}/{share_images.digest(edition, language='en')}.png") == general("en")


def test_a_machine_without_fonts_shows_the_general_one(client, monkeypatch):
    monkeypatch.setattr(share_picture, "is_able", lambda language: False)
    found = shared(client, article())
    assert found["image"].endswith("/static/portal/share/en.png") and found["image:alt"] == real_settings.SITE_NAME


def test_a_draft_and_what_is_offline_have_none(client):
    draft = factories.article("draft", published=False).editions.get()
    offline = article()
    Article.objects.filter(pk=offline.pk).update(retired_at=timezone.now())
    for edition in (draft, offline.published_edition):
        assert client.get(f"/share/{edition.pk}/{share_images.digest(edition, language='en')}.png").status_code == 404
