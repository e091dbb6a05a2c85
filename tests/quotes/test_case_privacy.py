"""The privacy pages: who looked, what was agreed to, the code once more, and erasing by the owner alone."""

import re

import pytest

from portal import audit, outbox
from quotes import actions, consents
from quotes.models import CallAttempt, Consent, Erasure, Event, QuoteRequest
from quotes.workflow import ClosingReason, NotAllowed, Status
from tests import factories

pytestmark = pytest.mark.django_db
HUB, SEEN, AGREEMENTS = "/en/case/privacy/", "/en/case/privacy/seen/", "/en/case/privacy/agreements/"
ERASE, CODE = "/en/case/privacy/erase/", "/en/case/privacy/code/erase/"


def text(response) -> str:
    return response.content.decode()


def agree(case, *keys):
    consents.record(case=case, keys=keys, role="patient", language="en")


def digits_in(mailoutbox) -> str:
    outbox.send_due()
    [code] = re.findall(r"^\d{6}$", mailoutbox[-1].body, re.MULTILINE)
    return code


def test_every_right_is_one_link_away(as_participant, patient):
    page = text(as_participant(patient).get(HUB))
    for url in (SEEN, AGREEMENTS, "/en/case/privacy/download/", "/en/case/complaint/", ERASE):
        assert f'href="{url}"' in page
    assert 'aria-current="page">Privacy' in page


def test_a_relative_is_offered_nothing_that_only_the_owner_may_do(as_participant, daughter):
    page = text(as_participant(daughter).get(HUB))
    for url in (SEEN, AGREEMENTS, "/en/case/complaint/"):
        assert f'href="{url}"' in page
    for url in ("/en/case/privacy/download/", ERASE):
        assert f'href="{url}"' not in page


@pytest.mark.parametrize(
    "url", [HUB, SEEN, AGREEMENTS, ERASE, CODE, f"{AGREEMENTS}health/", "/en/case/complaint/", "/en/case/follow-up/"]
)
def test_nobody_comes_in_without_the_link_and_the_code(client, url):
    assert client.get(url).url == "/en/case/ended/"


# ── Who looked ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_look_is_shown_by_first_name_and_role(as_participant, as_staff, patient, coordinator, clinical_reviewer):
    attachment = factories.attachment(patient.case)
    as_staff(coordinator).get(f"/staff/quotes/quoterequest/{patient.case_id}/change/")
    as_staff(clinical_reviewer).get(f"/staff/quotes/quoterequest/{patient.case_id}/files/{attachment.pk}/")
    page = text(as_participant(patient).get(SEEN))
    assert re.search(r"Carmen</bdi></strong> \(coordinator\) opened your case\.", page)
    assert re.search(r"Rana</bdi></strong> \(clinical reviewer\) downloaded one of your files\.", page)
    for hidden in ("Carmen Sample", coordinator.email, str(patient.case_id), str(attachment.pk)):
        assert hidden not in page


def test_what_another_screen_writes_down_has_words_too(as_participant, patient, coordinator):
    audit.record("print summary", by=coordinator, case_id=patient.case_id)
    assert "printed something of your case." in text(as_participant(patient).get(SEEN))


def test_looks_at_another_case_are_not_shown(as_participant, as_staff, patient, other_patient, coordinator):
    as_staff(coordinator).get(f"/staff/quotes/quoterequest/{other_patient.case_id}/change/")
    assert "Nobody has opened your case yet." in text(as_participant(patient).get(SEEN))


def test_many_looks_come_page_by_page(as_participant, patient, coordinator, django_assert_num_queries):
    for _look in range(25):
        audit.record("view case", by=coordinator, case_id=patient.case_id)
    client = as_participant(patient)
    with django_assert_num_queries(4):  # session, participant with case, count, rows with their people
        first = text(client.get(SEEN))
    assert first.count('class="looks__row"') == 20
    assert text(client.get(f"{SEEN}?page=2")).count('class="looks__row"') == 5


# ── Agreements ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_exact_words_are_shown_with_their_date(as_participant, patient):
    page = text(as_participant(patient).get(AGREEMENTS))
    for consent in patient.case.consents.select_related("text"):
        assert consent.text.text.split("'")[0] in page
    assert page.count("Agreed on") == patient.case.consents.count()
    assert f"{AGREEMENTS}authority/" not in page  # a statement, which permits nothing


def test_taking_back_the_health_agreement_closes_the_case_and_locks_it(as_participant, as_staff, patient, coordinator, manager):
    case = patient.case
    attachment = factories.attachment(case)
    actions.assign(case=case, by=coordinator)
    client = as_participant(patient)
    assert "Nobody at the office can open your answers" in text(client.get(f"{AGREEMENTS}health/"))
    assert "You have taken it back." in text(client.post(f"{AGREEMENTS}health/", {"do": "withdraw"}, follow=True))
    case.refresh_from_db()
    assert (case.status, case.closing_reason) == (Status.CLOSED, ClosingReason.WITHDRAWN)
    for person in (coordinator, manager):
        screen = as_staff(person).get(f"/staff/quotes/quoterequest/{case.pk}/change/")
        assert "Nobody opens this case any more" in text(screen)
        assert "Walk to the market" not in text(screen)
        queue = text(as_staff(person).get("/staff/quotes/quoterequest/?q=" + case.reference))
        assert case.reference in queue
        assert "mRS" not in queue
        look_in = as_staff(person).post(f"/staff/quotes/quoterequest/{case.pk}/look_in/", {"reason": "covering"})
        assert look_in.status_code == 404
        assert as_staff(person).get(f"/staff/quotes/quoterequest/{case.pk}/files/{attachment.pk}/").status_code == 404
        with pytest.raises(NotAllowed, match="taken back its agreement"):
            actions.reopen(case=case, by=person)


def test_who_took_it_back_agrees_again_before_writing(as_participant, patient):
    case = patient.case
    actions.withdraw_consent(case=case, by=patient, key="health")
    client = as_participant(patient)
    refused = client.post("/en/case/messages/", {"body": "I changed my mind"})
    assert refused.status_code == 409
    assert "Agree again under" in text(refused)
    assert "I changed my mind" in text(refused)
    client.post(f"{AGREEMENTS}health/", {"do": "give"})
    client.post("/en/case/messages/", {"body": "I changed my mind"})
    case.refresh_from_db()
    assert (case.status, case.health_withdrawn_at) == (Status.IN_REVIEW, None)
    rows = case.consents.filter(text__kind="health").order_by("given_at")
    assert [row.withdrawn_at is None for row in rows] == [False, True]  # both are kept
    assert [event.kind for event in Event.objects.filter(case=case, kind__contains="consent")] == [
        "withdraw_consent",
        "give_consent",
    ]


def test_pressing_twice_changes_nothing(as_participant, patient):
    client = as_participant(patient)
    for _press in range(2):
        assert client.post(f"{AGREEMENTS}health/", {"do": "withdraw"}).url == AGREEMENTS
    assert Consent.objects.filter(text__kind="health", case=patient.case).count() == 1


def test_taking_back_calls_stops_the_next_call(patient, coordinator, as_staff):
    case = patient.case
    agree(case, "calls")
    call = factories.call(case=case)
    actions.log_call(call=call, by=coordinator, outcome="later")
    actions.withdraw_consent(case=case, by=patient, key="calls")
    with pytest.raises(NotAllowed, match="Do not call"):
        actions.log_call(call=call, by=coordinator, outcome="reached")
    assert CallAttempt.objects.count() == 1
    assert "Do not call" in text(as_staff(coordinator).get(f"/staff/quotes/callrequest/{call.pk}/change/"))
    assert "Do not call" in text(as_staff(coordinator).get(f"/staff/quotes/quoterequest/{case.pk}/change/"))
    actions.finish_call(call=call, by=coordinator)
    later = factories.call(case=case)  # they ask for one themselves: that is a new agreement
    assert actions.log_call(call=later, by=coordinator, outcome="reached")


def test_a_call_that_nobody_made_is_done_when_the_agreement_is_gone(patient, coordinator):
    agree(patient.case, "calls")
    call = factories.call(case=patient.case)
    actions.withdraw_consent(case=patient.case, by=patient, key="calls")
    assert actions.finish_call(call=call, by=coordinator).is_done


def test_what_was_never_agreed_to_can_be_given_later(as_participant, patient):
    client = as_participant(patient)
    assert f"{AGREEMENTS}follow_up/" in text(client.get(AGREEMENTS))
    assert "You may ask me after 3, 6 and 12 months" in text(client.get(f"{AGREEMENTS}follow_up/"))
    client.post(f"{AGREEMENTS}follow_up/", {"do": "give"})
    assert consents.standing(patient.case, "follow_up")


def test_only_the_owner_takes_back_or_gives(as_participant, daughter, case):
    client = as_participant(daughter)
    assert client.post(f"{AGREEMENTS}health/", {"do": "withdraw"}).status_code == 403
    assert client.post(f"{AGREEMENTS}calls/", {"do": "give"}).status_code == 403
    assert client.get(f"{AGREEMENTS}storage/").status_code == 403
    assert consents.standing(case, "health")
    assert "Take this back" not in text(client.get(AGREEMENTS))


@pytest.fixture
def agreed_sharing(coordinator, clinical_reviewer):
    """The owner agreed that a clinic gets the summary and one document of two."""
    case = factories.accepted_case(coordinator=coordinator, clinical_reviewer=clinical_reviewer, email="clinic@example.org")
    letter, scan = factories.attachment(case), factories.attachment(case, slot="scan_report", name="scan.jpg")
    sharing = actions.propose_sharing(case=case, by=coordinator, summary="Goals: walk", language="en", documents=[letter, scan])
    return actions.agree_sharing(case=case, by=case.owner, sharing=sharing, documents=[letter.pk], language="en")


def test_agreements_to_clinics_stand_beside_the_others(as_participant, agreed_sharing):
    client = as_participant(agreed_sharing.case.owner)
    page = text(client.get(AGREEMENTS))
    for words in ("Sample Clinic", "(Spain)", "letter.jpg", agreed_sharing.consent_text, "the clinic gets nothing at all"):
        assert words in page, words
    assert "scan.jpg" not in page  # it was proposed, and not agreed to
    back = f"/en/case/sharing/{agreed_sharing.pk}/withdraw/"
    assert f'href="{back}"' in page
    assert client.get(back).status_code == 200
    assert f'id="paper-{agreed_sharing.pk}"' in text(client.get("/en/case/sharing/"))  # where the summary can be read


def test_taking_an_agreement_to_a_clinic_back_says_what_is_there_already(as_participant, agreed_sharing, coordinator):
    case = agreed_sharing.case
    client = as_participant(case.owner)
    actions.share_with_clinic(case=case, by=coordinator, sharing=agreed_sharing)
    assert "What it already has cannot be called back" in text(client.get(AGREEMENTS))
    actions.withdraw_sharing(case=case, by=case.owner, sharing=agreed_sharing)
    page = text(client.get(AGREEMENTS))
    assert "Taken back on" in page
    assert "What we had already given to the clinic cannot be called back." in page
    assert f"/en/case/sharing/{agreed_sharing.pk}/withdraw/" not in page


def test_a_relative_reads_an_agreement_to_a_clinic_and_takes_none_back(as_participant, agreed_sharing):
    page = text(as_participant(factories.participant(case=agreed_sharing.case)).get(AGREEMENTS))
    assert agreed_sharing.consent_text in page
    assert "Take this back" not in page


def test_a_proposal_that_nobody_agreed_to_is_no_agreement(as_participant, patient):
    factories.sharing(patient.case)
    assert "What a clinic may get" not in text(as_participant(patient).get(AGREEMENTS))


def test_agreements_cost_as_many_queries_however_many_there_are(
    as_participant, agreed_sharing, coordinator, django_assert_num_queries
):
    case = agreed_sharing.case
    actions.withdraw_sharing(case=case, by=case.owner, sharing=agreed_sharing)
    again = actions.propose_sharing(
        case=case, by=coordinator, summary="Once more", language="en", documents=case.attachments.all()
    )
    actions.agree_sharing(case=case, by=case.owner, sharing=again, documents=[], language="en")
    client = as_participant(case.owner)
    with django_assert_num_queries(6):  # session, open page with person and case, consents, sharings, their papers and files
        client.get(AGREEMENTS)


def test_staff_see_on_the_case_that_one_was_taken_back(as_staff, patient, coordinator):
    agree(patient.case, "calls")
    actions.withdraw_consent(case=patient.case, by=patient, key="calls")
    page = text(as_staff(coordinator).get(f"/staff/quotes/quoterequest/{patient.case_id}/change/"))
    assert "one was withdrawn" in page
    assert "took an agreement back." in page


# ── Erasing ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_erasing_asks_for_a_fresh_code_and_four_typed_signs(as_participant, patient, mailoutbox):
    client, last = as_participant(patient), patient.case.reference[-4:]
    page = text(client.get(ERASE))
    assert "What stays, and why" in page
    assert 'name="typed"' not in page  # a session of this minute is not enough
    assert client.post(ERASE, {"typed": last}).url == CODE
    assert client.post(CODE, {"send": "1"}).url == CODE
    assert "This is not the code." in text(client.post(CODE, {"digits": "000000"}))
    assert client.post(CODE, {"digits": digits_in(mailoutbox)}).url == ERASE
    assert QuoteRequest.objects.filter(pk=patient.case_id).exists()
    assert f"Type these four letters and figures: {last}" in text(client.post(ERASE, {"typed": "nope"}))
    done = text(client.post(ERASE, {"typed": f" {last.lower()} "}))
    proof = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", done)
    assert proof
    assert not QuoteRequest.objects.filter(pk=patient.case_id).exists()
    assert Erasure.objects.count() == 1
    assert client.get("/en/case/").url == "/en/case/ended/"


def test_a_code_is_good_once_and_for_its_browser(as_participant, patient, mailoutbox):
    client, other = as_participant(patient), as_participant(patient)
    client.post(CODE, {"send": "1"})
    digits = digits_in(mailoutbox)
    assert "too old" in text(other.post(CODE, {"digits": digits}))
    assert client.post(CODE, {"digits": digits}).url == ERASE
    assert "too old" in text(client.post(CODE, {"digits": digits}))


def test_tries_run_out(as_participant, patient, mailoutbox):
    client = as_participant(patient)
    client.post(CODE, {"send": "1"})
    digits = digits_in(mailoutbox)
    for _try in range(5):
        client.post(CODE, {"digits": "000000" if digits != "000000" else "111111"})
    assert "cannot be tried any more" in text(client.post(CODE, {"digits": digits}))


def test_nobody_but_the_owner_erases(as_participant, daughter, patient, other_patient):
    client = as_participant(daughter)
    assert client.get(ERASE).status_code == 403
    assert client.get(CODE).status_code == 403
    client.post(ERASE, {"typed": daughter.case.reference[-4:]})
    for person in (daughter, other_patient):
        with pytest.raises(NotAllowed):
            actions.erase(case=patient.case, by=person)
    assert QuoteRequest.objects.filter(pk=patient.case_id).exists()
