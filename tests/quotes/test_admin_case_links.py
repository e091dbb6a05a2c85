import pytest
from django.db import connection
from django.urls import reverse

from quotes import actions, search
from quotes.models import CaseLink, QuoteRequest
from quotes.timeline import event_text_for_patient, event_text_for_staff
from quotes.workflow import NotAllowed
from tests import factories

pytestmark = pytest.mark.django_db

NAMELESS = {"birth_year": "1970", "filler_name": "Somebody Else", "email": "else@example.org", "phone": "+49 30 555 000 11"}


def screen(case):
    return reverse("admin:quotes_quoterequest_change", args=[case.pk])


def press(client, case, verb, **data):
    return client.post(reverse(f"admin:quotes_quoterequest_{verb}", args=[case.pk]), data)


def reasons(client, case):
    rows = client.get(screen(case)).context["similar"]
    return {row.case.pk: [str(reason) for reason in row.reasons] for row in rows}


@pytest.fixture
def twin(db):
    """Another request of the same person, a year later and with another phone."""
    return factories.sent_case(phone="+34 699 000 000", filler_name="M. Sample")


@pytest.fixture
def linked(case, twin, coordinator):
    return actions.link_case(case=case, by=coordinator, other=twin, why="The same person, asking again")


# ── Similar cases ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("same", "reason"),
    [
        ({"email": "MARIA@example.org"}, "same e-mail address"),
        ({"phone": "0034 612-345-678"}, "same phone number"),
        ({"filler_name": "sample, maria"}, "same name"),
    ],
)
def test_each_reason_finds_the_other_case_alone(as_staff, coordinator, case, same, reason):
    other = factories.sent_case(**NAMELESS | same)
    factories.sent_case(**NAMELESS | {"email": "stranger@example.org"})
    assert reasons(as_staff(coordinator), case) == {other.pk: [reason]}
    assert reasons(as_staff(coordinator), other)[case.pk] == [reason]


def test_an_address_of_a_relative_counts_too(as_staff, coordinator, case, daughter):
    other = factories.sent_case(**NAMELESS | {"email": daughter.email})
    assert reasons(as_staff(coordinator), case) == {other.pk: ["same e-mail address"]}


def of_a_mother(**answers):
    return factories.sent_case(
        **{"filler_role": "family", "patient_knows": "yes", "patient_name": "Amparo", "birth_year": "1950"} | answers
    )


def test_two_relatives_who_ask_for_one_patient_are_found(as_staff, coordinator):
    one = of_a_mother(filler_name="Dolores Sample")
    other = of_a_mother(filler_name="Juan Ruiz", patient_name="AMPARO ", email="juan@example.org", phone="")
    herself = of_a_mother(
        filler_role="patient", filler_name="Amparo", patient_name="A. R.", email="", phone="+49 30 555 000 11"
    )
    of_a_mother(**NAMELESS | {"birth_year": "1951"})
    of_a_mother(**NAMELESS | {"birth_year": "1950", "patient_name": "Consuelo"})
    reason = "same name and year of birth of the patient"
    assert reasons(as_staff(coordinator), one) == {other.pk: [reason], herself.pk: [reason]}


def test_a_patient_corrected_is_another_patient(coordinator, as_staff):
    one, other = of_a_mother(filler_name="Dolores Sample"), of_a_mother(**NAMELESS | {"birth_year": "1951"})
    actions.correct_answers(case=other, by=other.owner, answers={"birth_year": "1950"})
    assert [*reasons(as_staff(coordinator), one)] == [other.pk]
    actions.correct_answers(case=one, by=one.owner, answers={"patient_name": "Consuelo"})
    assert reasons(as_staff(coordinator), one) == {}


def test_what_very_many_patients_share_says_nothing(monkeypatch):
    monkeypatch.setattr(search, "TOO_COMMON", 1)
    one, _two = of_a_mother(), of_a_mother(**NAMELESS | {"birth_year": "1950"})
    assert len(search.same_patient(one)) == 1
    of_a_mother(**NAMELESS | {"birth_year": "1950", "email": "third@example.org"})
    assert search.same_patient(one) == []


def test_a_first_name_alone_is_no_reason(as_staff, coordinator):
    one = factories.sent_case(**NAMELESS | {"filler_name": "María", "birth_year": "1950"})
    factories.sent_case(filler_name="María", phone="+49 30 555 000 12")
    assert reasons(as_staff(coordinator), one) == {}


def test_only_what_the_reader_may_open_is_named(as_staff, coordinator, other_coordinator, manager, case, twin):
    actions.assign(case=twin, by=other_coordinator)
    assert reasons(as_staff(coordinator), case) == {}
    assert twin.reference not in as_staff(coordinator).get(screen(case)).content.decode()
    assert [*reasons(as_staff(manager), case)] == [twin.pk]


def test_nothing_of_the_other_case_is_opened_to_find_it(case, twin, monkeypatch):
    opened = []
    monkeypatch.setattr("portal.fields.unseal", lambda value, context: opened.append(context) or "")
    found = search.similar(QuoteRequest.objects.prefetch_related("participants").get(pk=case.pk))
    assert [*found] == [twin.pk]
    assert not any(str(person.pk) in context for person in twin.participants.all() for context in opened)


# ── Links ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_linking_shows_each_the_others_status_and_why(as_staff, coordinator, case, twin):
    client = as_staff(coordinator)
    answer = press(client, case, "link_case", reference=twin.reference.replace("-", " ").lower(), text="The same person")
    assert answer.url.endswith("#together")
    for one, other in ((case, twin), (twin, case)):
        response = client.get(screen(one))
        page = response.content.decode()
        head = page[page.index('<header class="case-head">') : page.index("</header>", page.index("case-head__first"))]
        assert other.reference in head
        assert "The same person" in page
        assert response.context["similar"] == []


def test_who_may_not_open_the_other_case_reads_what_the_queue_says_of_it(
    as_staff, other_coordinator, coordinator, case, twin, linked
):
    actions.assign(case=case, by=coordinator)
    actions.assign(case=twin, by=other_coordinator)
    client = as_staff(coordinator)
    assert twin.reference in client.get(screen(case)).content.decode()
    assert "A colleague has this case" in client.get(screen(twin)).content.decode()


def test_a_link_needs_a_reason_a_reference_and_another_case(as_staff, coordinator, other_coordinator, case, twin):
    client = as_staff(coordinator)
    for data, words in (
        ({"reference": twin.reference, "text": " "}, "Write down why"),
        ({"reference": "", "text": "Kept"}, "Type the reference"),
        ({"reference": "RG-0000-0000", "text": "Kept"}, "No case that you may open"),
        ({"reference": "maria@example.org", "text": "Kept"}, "No case that you may open"),
        ({"reference": case.reference, "text": "Kept"}, "This is the same case."),
    ):
        refused = press(client, case, "link_case", **data)
        page = refused.content.decode()
        assert refused.status_code == 409
        assert words in page
        assert f'value="{data["reference"]}"' in page
        assert data["text"].strip() in page
    actions.assign(case=twin, by=other_coordinator)
    refused = press(client, case, "link_case", reference=twin.reference, text="x")
    assert "No case that you may open" in refused.content.decode()
    assert not CaseLink.objects.exists()


def test_two_cases_are_linked_once_from_whichever_side(coordinator, case, twin, linked):
    for one, other in ((case, twin), (twin, case)):
        with pytest.raises(NotAllowed, match="linked already"):
            actions.link_case(case=one, by=coordinator, other=other, why="Again")
    assert CaseLink.objects.count() == 1


def test_a_link_goes_from_either_side_also_when_a_colleague_has_the_other(
    as_staff, coordinator, other_coordinator, case, twin, linked
):
    actions.assign(case=case, by=other_coordinator)
    press(as_staff(coordinator), twin, "unlink_case", link=linked.pk)
    assert not CaseLink.objects.exists()
    with pytest.raises(NotAllowed, match="not there any more"):
        actions.unlink_case(case=twin, by=coordinator, link=linked.pk)


def test_a_link_of_other_cases_cannot_be_taken_away_from_here(as_staff, coordinator, linked):
    stranger = factories.sent_case(**NAMELESS)
    assert press(as_staff(coordinator), stranger, "unlink_case", link=linked.pk).status_code == 409
    assert press(as_staff(coordinator), stranger, "unlink_case", link="nonsense").status_code == 409
    assert CaseLink.objects.count() == 1


def test_both_timelines_say_so_to_staff_and_nothing_to_the_family(coordinator, case, twin, linked):
    actions.unlink_case(case=case, by=coordinator, link=linked.pk)
    for one, other in ((case, twin), (twin, case)):
        events = one.events.filter(kind__in=("link_case", "unlink_case"))
        texts = [event_text_for_staff(event) for event in events]
        assert texts == [
            "Carmen Sample linked this case with another one.",
            "Carmen Sample took the link with another case away.",
        ]
        assert not any(event_text_for_patient(event) for event in events)
        assert not any(other.reference in str(event.data) for event in events)


def test_the_family_never_sees_a_link(case, patient, twin, linked):
    client = factories.case_client(patient)
    for name in ("case", "case_privacy"):
        page = client.get(reverse(f"quotes:{name}")).content.decode()
        assert twin.reference not in page
        assert "linked" not in page


def test_why_is_sealed(linked):
    with connection.cursor() as cursor:
        cursor.execute("SELECT why FROM quotes_caselink")
        assert "same person" not in cursor.fetchone()[0]


@pytest.mark.parametrize("side", ["first", "second"])
def test_it_goes_with_either_case(manager, linked, side):
    actions.erase(case=getattr(linked, side), by=manager)
    assert not CaseLink.objects.exists()
    assert QuoteRequest.objects.count() == 1


@pytest.mark.parametrize("side", ["first", "second"])
def test_it_goes_when_either_case_becomes_a_figure(coordinator, linked, side):
    gone = getattr(linked, side)
    actions.close(case=gone, by=coordinator, reason="completed")
    actions.anonymise(case=gone)
    assert not CaseLink.objects.exists()
    assert QuoteRequest.objects.count() == 2
