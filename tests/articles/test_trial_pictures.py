"""The pictures of the trials: their numbers are the table's, and they run in the direction of reading."""

import re

import pytest

from articles.trial_pairs import PAIRS
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/en/trials/pictures/"


@pytest.fixture
def trials() -> None:
    factories.trial("T05", name="FIRST", comparison="none", outcome="safety", people=18, people_with_cells=18, people_without=0)
    factories.trial("T06", name="THEN", people=163, people_with_cells=111, people_without=52)
    factories.trial("T21", name="OPENLY", comparison="open", people=77)
    factories.trial("T22", name="SAFE", outcome="safety", people=35)
    factories.trial("T26", name="UNSEEN", comparison="assessor", outcome="unclear", people=None)
    factories.trial("T28", name="RUNNING", outcome="running", people=80)


def page(client, url: str = URL) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def table(text: str, caption: str) -> list[list[str]]:
    body = text[text.index(f"<caption>{caption}") :]
    lines = re.findall(r"<tr>(.*?)</tr>", body[: body.index("</table>")], re.DOTALL)
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", line, re.DOTALL)] for line in lines
    ]


def test_the_numbers_of_the_first_picture_are_those_of_its_table(client, trials):
    text = page(client)
    drawn = sorted(re.findall(r"<circle[^>]*><title>([A-Z]+): (\d+)</title>", text))
    rows = table(text, "Trials with a comparison group, by result")[1:]
    assert (
        drawn
        == sorted((row[0], row[2]) for row in rows if row[2] != "–")
        == [("OPENLY", "77"), ("SAFE", "35"), ("THEN", "163")]
    )
    assert [row[0] for row in rows] == ["THEN", "OPENLY", "SAFE", "UNSEEN"]
    for name, number in re.findall(r'class="chart__name">([^<]+): <strong>(\d+)', text):
        assert int(number) == sum(row[1] == name and row[2] != "–" for row in rows)


def test_each_row_of_dots_says_in_words_what_it_shows(client, trials):
    text = page(client)
    assert 'role="img" aria-label="Not met: 2 trials. People in each: 163, 77."' in text
    assert 'role="img" aria-label="Met: no trial"' in text
    assert "3 trials with a comparison group" in text and "1 more is only in the table" in text


def test_a_fair_test_is_marked_by_its_shape_and_not_by_colour_alone(client, trials):
    text = page(client)
    assert re.search(r'class="chart__dot chart__dot--filled"[^>]*><title>THEN', text)
    assert re.search(r'class="chart__dot"[^>]*><title>OPENLY', text)


def test_the_numbers_of_the_pairs_are_those_of_their_table(client, trials):
    text = page(client)
    rows = table(text, "First studies and what came next")[1:]
    assert rows[0][:4] == ["Donor cells put into the brain", "FIRST", "18", "0"] and rows[1][:3] == ["THEN", "111", "52"]
    shown = text[text.index('class="chart pair"') : text.index("The same as a table", text.index('class="chart pair"'))]
    for words in ("18 people got the cells", "Nobody to compare with", "111 people got the cells", "52 people to compare with"):
        assert words in shown
    widths = [float(width) for width in re.findall(r'<rect class="chart__bar[^"]*" x="[\d.]+%" y="1" width="([\d.]+)%"', shown)]
    assert widths == [pytest.approx(100 * people / 111, abs=0.01) for people in (18, 111, 52)]


def test_a_pair_of_which_one_is_missing_is_left_out(client):
    factories.trial("T05", name="FIRST", comparison="none", outcome="safety")
    assert 'class="chart pair"' not in page(client)


def test_results_of_a_pair_in_a_hundred_stand_in_picture_and_table(client):
    factories.trial("T10", name="MASTERS")
    factories.trial("T11", name="TREASURE")
    text = page(client)
    assert "23 in 100 with the cells" in text and "11 in 100 without" in text
    [pair] = [pair for pair in PAIRS if pair.rates]
    assert table(text, str(pair.rates_of))[1:] == [["MASTERS", "23", "8"], ["TREASURE", "15", "11"]]


def test_a_study_that_is_in_no_list_is_named_with_its_source_when_that_was_checked(client):
    factories.trial("T23", name="COBIS")
    source = factories.reference("R088", title="Cord blood in ten people")
    assert "Cord blood in ten people" in page(client) and "10 people got the cells" in page(client)
    type(source).objects.update(certainty="check")
    assert "Cord blood in ten people" not in page(client)


def test_in_arabic_the_pictures_run_from_right_to_left(client, trials):
    for key in ("T05", "T06"):
        factories.trial(key, language="ar")
    english, arabic = page(client), page(client, "/ar/trials/pictures/")
    [left] = re.findall(r'cx="([\d.]+)%"[^>]*><title>THEN', english)
    [right] = re.findall(r'cx="([\d.]+)%"[^>]*><title>THEN', arabic)
    assert float(left) > 50 > float(right)
    assert re.search(r'x="0.00%" y="1" width="46.85%"', english) and re.search(r'x="53.15%" y="1" width="46.85%"', arabic)


def test_numbers_in_drawings_have_a_point_in_every_language(client, trials):
    for key in ("T05", "T06"):
        factories.trial(key, language="es")
    text = page(client, "/es/trials/pictures/")
    assert 'width="46.85%"' in text and not re.search(r'(?:x|cx|width)="\d+,\d', text)


def test_the_pictures_take_two_queries_no_cookie_and_no_style_of_their_own(client, trials, django_assert_num_queries):
    factories.trial("T23")
    with django_assert_num_queries(2):
        response = client.get(URL)
    assert not response.cookies and " style=" not in response.content.decode()
    assert client.post(URL).status_code == 405


def test_a_study_that_could_not_be_checked_is_marked_in_picture_and_table(client):
    factories.trial("T02", name="EARLY", certainty="check")
    factories.trial("T15", name="LATER")
    text = page(client)
    assert text.count("How sure we are: not all of it could be checked at the source") == 1
    assert [row[-1] for row in table(text, "First studies and what came next")[1:]] == [
        "Not all of it could be checked at the source",
        "Sure",
    ]


@pytest.mark.parametrize(
    ("key", "other", "said"), [("T06", "T05", "Before it:"), ("T05", "T06", "After it:"), ("T13", "T06", "To compare with:")]
)
def test_the_page_of_a_trial_names_the_study_beside_it(client, key, other, said):
    for made in {key, other, "T05"}:
        factories.trial(made)
    text = page(client, f"/en/trials/{key}/")
    assert said in text and f'href="/en/trials/{other}/"' in text
    assert "/en/trials/?cells=bone-marrow&amp;route=vein" in text
