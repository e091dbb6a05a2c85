"""What changed between two editions, in words."""

from datetime import date

import pytest

from articles import changes, editions
from articles.labels import LABELS
from articles.models import Article
from portal.templatetags.components import evidence_label
from tests import factories

URL = "/en/articles/sample-article/"


def shown(before: list[str], after: list[str]) -> list[str]:
    marks = {"same": "{}", "added": "+{}+", "removed": "-{}-"}
    return [
        f"{p.kind}: " + "".join(marks[piece.kind].format(piece.text) for piece in p.pieces)
        for p in changes.between(before, after)
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (["Same."], ["Same."], []),
        (["One."], ["One.", "Two."], ["added: +Two.+"]),
        (["One.", "Two."], ["Two."], ["removed: -One.-"]),
        (["It is proven."], ["It is far from sure."], ["changed: It is -proven.-+far from sure.+"]),
        (["Nine tests asked this."], ["Ten tests asked this."], ["changed: -Nine-+Ten+ tests asked this."]),
        (["An old thought."], ["Something else entirely here."], ["added: +Something else entirely here.+", "removed: -An old thought.-"]),
        ([], [], []),
        (["One", "Gone for good", "Two words here"], ["One", "Two other words here"], ["removed: -Gone for good-", "changed: Two+ other+ words here"]),
        (["قالت تسعة اختبارات ذلك"], ["قالت عشرة اختبارات ذلك"], ["changed: قالت -تسعة-+عشرة+ اختبارات ذلك"]),
    ],
)  # fmt: skip
def test_only_what_differs_is_shown(before, after, expected):
    assert shown(before, after) == expected


def test_readers_see_words_and_labels_without_tags_and_numbers_of_sources():
    html = (
        '<h2 id="x">What &amp; why</h2><p>Cells were <strong>given</strong>.<sup class="cite"><a href="#ref-1">1</a></sup> '
        f'{evidence_label(LABELS["D"])}</p><ul><li>One</li><li>A <button type="button" class="term">stroke</button>.</li></ul>'
    )
    assert changes.paragraphs(html) == ["What & why", "Cells were given. D: Research only", "One", "A stroke."]


def test_nothing_is_lost_between_old_and_new():
    before = [f"Sentence number {n} of the old text." for n in range(30)]
    after = [text.replace("old", "new") if n % 3 else text for n, text in enumerate(before) if n % 7]
    rebuilt_old, rebuilt_new = [], []
    for p in changes.between(before, after):
        rebuilt_old.append("".join(piece.text for piece in p.pieces if piece.kind != "added"))
        rebuilt_new.append("".join(piece.text for piece in p.pieces if piece.kind != "removed"))
    same = set(before) & set(after)
    assert [text for text in rebuilt_old if text] == [text for text in before if text not in same]
    assert [text for text in rebuilt_new if text] == [text for text in after if text not in same]


@pytest.fixture
def corrected(db) -> Article:
    factories.reference("R001")
    article = factories.article()
    first = article.latest_edition()
    first.published_at = article.published_at
    first.save()
    texts = {name: getattr(first, name) for name in editions.TEXTS}
    new = {"body": "## What was tried\n\nPeople were given many cells.[R001] {D}", "change_note": "One word was missing."}
    editions.save_draft(article=article, texts=texts | new, by=None)
    editions.publish(article=article, by=None)
    return article


def test_the_page_shows_what_an_edition_changed(client, corrected):
    assert f"{URL}editions/2/changes/" in client.get(URL).content.decode()
    text = client.get(f"{URL}editions/2/changes/").content.decode()
    assert "People were given<ins> many</ins> cells." in text and "One word was missing." in text
    assert "noindex" in text and "What we do not know" not in text
    assert f"{URL}editions/2/changes/" in client.get(f"{URL}editions/").content.decode()


def test_a_label_and_a_date_that_changed_are_named(client, corrected):
    texts = {name: getattr(corrected.latest_edition(), name) for name in editions.TEXTS}
    new = {"evidence_labels": "E", "body": texts["body"].replace("{D}", "{E}"), "regulatory_checked_on": date(2026, 3, 1)}
    editions.save_draft(article=corrected, texts=texts | new, by=None)
    editions.publish(article=corrected, by=None)
    text = client.get(f"{URL}editions/3/changes/").content.decode()
    assert "<del>D: Research only</del>" in text and "<ins>E: Tested: no benefit found</ins>" in text
    assert "People were given many cells. <del>D: Research only</del><ins>E: Tested: no benefit found</ins>" in text
    assert "1 <del>February</del><ins>March</ins> 2026" in text and "words and the labels are the same" not in text


def test_a_draft_shows_its_changes_to_nobody(client, corrected):
    texts = {name: getattr(corrected.latest_edition(), name) for name in editions.TEXTS}
    editions.save_draft(article=corrected, texts=texts | {"title": "A secret"}, by=None)
    assert client.get(f"{URL}editions/3/changes/").status_code == 404
    assert client.get(f"{URL}editions/1/changes/").status_code == 404  # nothing came before it


def test_the_page_takes_few_queries(client, corrected, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        client.get(f"{URL}editions/2/changes/")
