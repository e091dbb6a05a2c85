"""What a clinic may get, as the family sees it: the exact text first, a box for each document, yes, no, and taking it back."""

import pytest

from quotes import actions
from quotes.models import Clinic, Sharing
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/en/case/sharing/"


@pytest.fixture
def case(coordinator, clinical_reviewer):
    return factories.accepted_case(coordinator=coordinator, clinical_reviewer=clinical_reviewer)


@pytest.fixture
def letter(case):
    return factories.attachment(case)


@pytest.fixture
def scan(case):
    return factories.attachment(case, slot="scan_report", name="scan.jpg")


@pytest.fixture
def proposed(case, coordinator, letter, scan) -> Sharing:
    return actions.propose_sharing(
        case=case, by=coordinator, summary="Age: 60 to 64\nGoals: walk", language="en", documents=[letter, scan]
    )


def state(sharing: Sharing) -> str:
    return Sharing.objects.get(pk=sharing.pk).state


def yes(sharing: Sharing, *documents, **more):
    return {"sharing": str(sharing.pk), "do": "agree", "agrees": "on", "documents": [str(one.pk) for one in documents]} | more


def test_before_anything_is_proposed_the_page_says_so(as_participant, patient):
    assert "There is nothing for a clinic yet." in as_participant(patient).get(URL).content.decode()


def test_the_family_reads_the_exact_summary_and_a_box_for_each_document(as_participant, patient, proposed):
    page = as_participant(patient).get(URL).content.decode()
    assert "Age: 60 to 64<br>Goals: walk" in page
    assert "Sample Clinic in Spain" in page
    assert page.count('name="documents"') == 2
    assert "checked" not in page
    assert "outside the European Union" not in page
    assert "The name of the patient is not in it." in page


def test_a_clinic_outside_the_union_is_said_plainly_and_agreed_to(as_participant, patient, proposed):
    Clinic.objects.update(country="TR")
    client = as_participant(patient)
    assert "outside the European Union and the EEA" in client.get(URL).content.decode()
    client.post(URL, yes(proposed))
    kept = Sharing.objects.get(pk=proposed.pk)
    assert kept.consent_kind == "share_clinic_outside"
    assert "Sample Clinic in Türkiye" in kept.consent_text
    assert "outside the European Union" in kept.consent_text


def test_the_overview_says_what_happens_now_and_leads_to_the_page(as_participant, patient, proposed):
    page = as_participant(patient).get("/en/case/").content.decode()
    for text in (
        "The next step is agreed",
        "Read the summary and decide",
        "What you can prepare",
        "We talked with you",
        URL,
    ):
        assert text in page, text


def test_agreeing_keeps_who_when_the_exact_words_and_only_the_ticked_document(as_participant, patient, proposed, letter):
    response = as_participant(patient).post(URL, yes(proposed, letter), follow=True)
    assert "Agreed: we pass the papers on" in response.content.decode()
    kept = Sharing.objects.get(pk=proposed.pk)
    assert (kept.state, kept.agreed_by, kept.consent_language) == ("agreed", patient, "en")
    assert "Sample Clinic in Spain" in kept.consent_text
    assert [row.attachment for row in kept.shared_documents.filter(is_agreed=True)] == [letter]


def test_without_the_tick_nothing_is_agreed_and_the_choice_of_documents_stays(as_participant, patient, proposed, letter):
    response = as_participant(patient).post(URL, yes(proposed, letter, agrees=""))
    page = response.content.decode()
    assert "Tick this box if you agree." in page
    assert page.count("checked") == 1
    assert state(proposed) == "proposed"


def test_no_is_one_press_and_ends_it(as_participant, patient, case, proposed):
    client = as_participant(patient)
    for _press in range(2):
        response = client.post(URL, {"sharing": str(proposed.pk), "do": "refuse"}, follow=True)
        assert response.status_code == 200
    assert "The answer was no: nothing went to the clinic" in response.content.decode()
    assert state(proposed) == "refused"
    assert case.events.filter(kind="refuse_sharing").count() == 1


def test_pressing_twice_is_one_agreement(as_participant, patient, case, proposed, letter):
    client = as_participant(patient)
    client.post(URL, yes(proposed, letter))
    assert client.post(URL, yes(proposed)).status_code == 302
    assert case.events.filter(kind="agree_sharing").count() == 1
    assert Sharing.objects.get().shared_documents.filter(is_agreed=True).count() == 1


def test_a_document_of_another_case_or_one_that_was_not_proposed_is_never_agreed_to(as_participant, patient, case, proposed):
    late = factories.attachment(case, name="late.jpg")
    theirs = factories.attachment(factories.sent_case(email="other@example.org"))
    for one in (late, theirs):
        assert as_participant(patient).post(URL, yes(proposed, one)).status_code == 200
        assert state(proposed) == "proposed"


@pytest.mark.parametrize("role", ["writer", "reader"])
def test_others_of_the_circle_may_read_it_and_not_decide(as_participant, case, proposed, role):
    client = as_participant(factories.participant(case=case, role=role))
    page = client.get(URL).content.decode()
    assert "Age: 60 to 64" in page
    assert "Yes, I agree" not in page
    assert "Only the person who owns this case can do this." in page
    for do in ("agree", "refuse"):
        assert client.post(URL, yes(proposed, do=do)).status_code == 403
    assert state(proposed) == "proposed"


def test_another_familys_papers_are_unknown(as_participant, other_patient, proposed):
    client = as_participant(other_patient)
    assert client.post(URL, yes(proposed)).status_code == 404
    assert client.get(f"{URL}{proposed.pk}/withdraw/").status_code == 404
    assert client.post(f"{URL}{proposed.pk}/withdraw/").status_code == 404
    assert "Age: 60 to 64" not in client.get(URL).content.decode()


def test_an_agreement_is_taken_back_on_a_page_of_its_own(as_participant, patient, case, proposed):
    client = as_participant(patient)
    client.post(URL, yes(proposed))
    withdraw = f"{URL}{proposed.pk}/withdraw/"
    assert "the clinic gets nothing at all" in client.get(withdraw).content.decode()
    for _press in range(2):
        assert client.post(withdraw).status_code == 302
    assert state(proposed) == "withdrawn"
    assert case.events.filter(kind="withdraw_sharing").count() == 1


def test_what_was_already_given_cannot_be_called_back_and_that_is_said(as_participant, patient, case, coordinator, proposed):
    client = as_participant(patient)
    client.post(URL, yes(proposed))
    actions.share_with_clinic(case=case, by=coordinator, sharing=proposed)
    withdraw = f"{URL}{proposed.pk}/withdraw/"
    assert "cannot be called back" in client.get(withdraw).content.decode()
    page = client.post(withdraw, follow=True).content.decode()
    assert "What we had already given to the clinic cannot be called back." in page


def test_a_page_opened_before_a_newer_proposal_agrees_to_nothing(as_participant, patient, case, coordinator, proposed):
    newer = actions.propose_sharing(case=case, by=coordinator, summary="Age: 60 to 64", language="en")
    response = as_participant(patient).post(URL, yes(proposed))
    assert response.status_code == 409
    assert "This has changed meanwhile." in response.content.decode()
    assert (state(proposed), state(newer)) == ("replaced", "proposed")
