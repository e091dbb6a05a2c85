"""Papers for a clinic, by staff: nothing leaves without an agreement, whatever the state; what leaves is what was agreed to."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone

from portal.models import AuditEvent, OutgoingEmail
from quotes import actions, attachments, clinic_summary
from quotes.models import Attachment, QuoteRequest, Sharing
from quotes.workflow import NotAllowed
from tests import factories

pytestmark = pytest.mark.django_db
SUMMARY = "Age: 60 to 64"


@pytest.fixture
def case(coordinator, clinical_reviewer):
    return factories.accepted_case(coordinator=coordinator, clinical_reviewer=clinical_reviewer)


@pytest.fixture
def letter(case):
    return factories.attachment(case, name="María Sample letter.jpg", content=factories.image(size=(70, 70)))


@pytest.fixture
def scan(case):
    return factories.attachment(case, slot="scan_report", name="scan.jpg")


@pytest.fixture
def proposed(case, coordinator, letter, scan) -> Sharing:
    return actions.propose_sharing(case=case, by=coordinator, summary=SUMMARY, language="en", documents=[letter, scan])


@pytest.fixture
def agreed(case, patient, proposed, letter) -> Sharing:
    return actions.agree_sharing(case=case, by=patient, sharing=proposed, documents=[letter.pk], language="en")


def url(case, sharing=None, end: str = "") -> str:
    return f"/staff/quotes/quoterequest/{case.pk}/sharing/" + (f"{sharing.pk}/{end}/" if sharing else "")


def taken_out(response) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


def test_the_first_text_has_what_a_clinic_needs_and_nobodys_name(as_staff, coordinator, case):
    page = as_staff(coordinator).get(url(case)).content.decode()
    text = clinic_summary.summary_of(case, language="en")
    for part in ("Age: 60 to 64", "Kind of stroke", "March 2024", "2, lives alone", "Blood thinners", "Walk to the market"):
        assert part in text, part
    for private in ("María", "Sample", "maria@example.org", "612", "1962"):
        assert private not in text, private
    assert "Age: 60 to 64" in page


def test_proposing_by_the_form_tells_the_family_once(as_staff, coordinator, case, letter):
    client = as_staff(coordinator)
    form = client.get(url(case)).context["form"].initial
    data = {**form, "summary": SUMMARY, "documents": [str(letter.pk)]}
    before = OutgoingEmail.objects.filter(kind="news").count()
    for _press in range(2):
        assert client.post(url(case), data).status_code == 302
    assert case.sharings.count() == 1
    assert OutgoingEmail.objects.filter(kind="news").count() == before + 1


def test_a_name_or_number_that_was_not_ticked_is_refused_and_the_text_stays(as_staff, coordinator, case):
    for told in ("María is 62.", "Call +34 612 345 678.", "Write to maria@example.org"):
        response = as_staff(coordinator).post(url(case), {"summary": told, "language": "en"})
        assert response.status_code == 409
        assert told in response.content.decode()
    assert not case.sharings.exists()


def test_a_ticked_name_stands_above_and_the_family_is_told(case, coordinator, patient, as_participant):
    made = actions.propose_sharing(case=case, by=coordinator, summary=SUMMARY, language="en", names_patient=True)
    assert made.summary.startswith("Name: María Sample\n\n")
    assert "The name of the patient is in it." in as_participant(patient).get("/en/case/sharing/").content.decode()


def test_nothing_is_proposed_before_somebody_has_spoken_with_the_family(case, coordinator):
    QuoteRequest.objects.filter(pk=case.pk).update(confirmed_at=None, confirmed_by=None)
    with pytest.raises(NotAllowed, match="confirm the next step first"):
        actions.propose_sharing(case=case, by=coordinator, summary=SUMMARY, language="en")


def test_nothing_leaves_in_any_state_but_agreed(as_staff, coordinator, case, patient, proposed):
    """Walks every state; the two in which papers may leave are walked below."""
    client, now = as_staff(coordinator), timezone.now()
    whole = {"agreed_at": now, "agreed_by": patient, "consent_version": 1}
    states = {
        "proposed": {},
        "refused": {"refused_at": now, "refused_by": patient},
        "withdrawn": {"withdrawn_at": now, "withdrawn_by": patient} | whole,
        "replaced": {"replaced_at": now, "replaced_by": coordinator},
        "answered": {
            "sent_at": now, "sent_by": coordinator, "recorded_at": now, "recorded_by": coordinator, "outcome": "accepts",
            "answered_on": now.date(),
        } | whole,
    }  # fmt: skip
    assert set(states) == set(Sharing.State) - {"agreed", "sent"}
    for name, fields in states.items():
        blank = {"refused_at": None, "refused_by": None, "withdrawn_at": None, "withdrawn_by": None, "replaced_at": None}
        Sharing.objects.filter(pk=proposed.pk).update(**blank | {"replaced_by": None, "state": name} | fields)
        response = client.post(url(case, proposed, "papers"))
        assert response.status_code == 409, name
        assert not response.streaming, name
        blank = {"agreed_at": None, "agreed_by": None, "consent_version": None, "sent_at": None, "sent_by": None}
        Sharing.objects.filter(pk=proposed.pk).update(
            **blank, state="proposed", withdrawn_at=None, withdrawn_by=None, refused_at=None, refused_by=None,
            replaced_at=None, replaced_by=None, recorded_at=None, recorded_by=None, outcome="", answered_on=None,
        )  # fmt: skip
    assert not AuditEvent.objects.filter(action="take out papers for clinic").exists()


def test_the_archive_has_the_summary_and_the_agreed_documents_only(as_staff, coordinator, case, agreed, letter):
    archive = taken_out(as_staff(coordinator).post(url(case, agreed, "papers")))
    assert sorted(archive.namelist()) == ["documents/01-discharge-letter.jpg", "style.css", "summary.html"]
    assert archive.read("documents/01-discharge-letter.jpg") == b"".join(attachments.stream(letter))
    page = archive.read("summary.html").decode()
    assert SUMMARY in page
    assert "María" not in page
    assert "For Sample Clinic only." in page
    seen = AuditEvent.objects.get(action="take out papers for clinic")
    assert (seen.actor, str(letter.pk) in seen.fields) == (coordinator, True)
    assert Sharing.objects.get().state == "sent"


def test_taking_them_out_again_is_audited_and_is_no_second_event(as_staff, coordinator, case, agreed):
    client = as_staff(coordinator)
    for _press in range(2):
        assert taken_out(client.post(url(case, agreed, "papers"))).testzip() is None
    assert case.events.filter(kind="share_with_clinic").count() == 1
    assert AuditEvent.objects.filter(action="take out papers for clinic").count() == 2


def test_a_document_that_was_removed_stops_everything(as_staff, coordinator, case, patient, agreed, letter):
    actions.remove_attachment(case=case, by=patient, attachment=Attachment.objects.get(pk=letter.pk))
    response = as_staff(coordinator).post(url(case, agreed, "papers"))
    assert response.status_code == 409
    assert "A document that the family agreed to was removed." in response.content.decode()
    assert Sharing.objects.get().state == "agreed"


def test_an_agreement_taken_back_stops_everything(as_staff, coordinator, case, patient, agreed):
    actions.withdraw_sharing(case=case, by=patient, sharing=agreed)
    assert as_staff(coordinator).post(url(case, agreed, "papers")).status_code == 409


def test_an_agreement_for_another_option_or_clinic_does_not_hold(case, coordinator, agreed):
    other = Sharing.objects.get().option.recommendation.options.order_by("position").last()
    QuoteRequest.objects.filter(pk=case.pk).update(accepted_option=other)
    with pytest.raises(NotAllowed, match="another option"):
        actions.share_with_clinic(case=case, by=coordinator, sharing=agreed)


def test_another_cases_papers_are_unknown(as_staff, coordinator, clinical_reviewer, case, agreed):
    other = factories.accepted_case(coordinator=coordinator, clinical_reviewer=clinical_reviewer, email="o@example.org")
    client = as_staff(coordinator)
    for end in ("papers", "answer"):
        assert client.post(url(other, agreed, end)).status_code == 404


def test_a_colleagues_case_and_other_roles_see_nothing(as_staff, other_coordinator, editor, clinical_reviewer, case, agreed):
    assert as_staff(other_coordinator).get(url(case)).status_code == 404
    assert as_staff(editor).get(url(case)).status_code == 403
    assert as_staff(clinical_reviewer).post(url(case, agreed, "papers")).status_code == 409


def test_the_clinics_answer_is_shown_to_the_family_in_plain_words(as_staff, as_participant, coordinator, case, patient, agreed):
    client = as_staff(coordinator)
    today = timezone.localdate()
    data = {"outcome": "needs_more", "answered_on": today.isoformat(), "text": "They want a newer scan."}
    assert client.post(url(case, agreed, "answer"), data).status_code == 409  # it has nothing yet
    client.post(url(case, agreed, "papers"))
    late = data | {"answered_on": (today + timedelta(days=1)).isoformat()}
    assert client.post(url(case, agreed, "answer"), late).status_code == 409
    assert client.post(url(case, agreed, "answer"), data).status_code == 302
    assert client.post(url(case, agreed, "answer"), data).status_code == 409  # pressed twice
    page = as_participant(patient).get("/en/case/sharing/").content.decode()
    assert "The clinic needs to know more before it can say." in page
    assert "They want a newer scan." in page
    assert case.events.filter(kind="record_clinic_answer").count() == 1
    mail = OutgoingEmail.objects.filter(kind="news").latest("created_at")
    assert mail.subject_id == patient.pk


def test_the_desk_counts_what_waits_and_its_lines_lead_to_exactly_those(as_staff, coordinator, case, agreed):
    client = as_staff(coordinator)
    factories.sent_case(email="new@example.org")

    def counts() -> dict[str, int]:
        panel = next(one for one in client.get("/staff/").context["panels"] if one.title == "After accepting")
        for line in panel.lines:
            assert client.get(line.url).context["cl"].result_count == line.count, line.label
        return {line.url.rpartition("=")[2]: line.count for line in panel.lines}

    assert counts() == {"confirm": 0, "agreed": 1, "silent": 0}
    QuoteRequest.objects.filter(pk=case.pk).update(confirmed_at=None, confirmed_by=None)
    assert counts() == {"confirm": 1, "agreed": 1, "silent": 0}
    actions.share_with_clinic(case=case, by=coordinator, sharing=agreed)
    Sharing.objects.update(sent_at=timezone.now() - timedelta(days=8))
    assert counts() == {"confirm": 1, "agreed": 0, "silent": 1}
