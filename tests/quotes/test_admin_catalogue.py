import pytest
from django.urls import reverse

from portal.models import AuditEvent
from quotes import rules
from quotes.models import Clinic, RuleSetApproval, Treatment
from quotes.proposal import standard_lines
from tests import factories

pytestmark = pytest.mark.django_db
TREATMENT = {
    "name": "Sample", "language": "en", "translation_key": "sample", "kind": "procedure", "is_active": "on", "evidence_labels": "DW",
    "summary": "s", "risks": "r", "regulatory_status": "none", "checked_on": "2026-02-28", "article": "",
    "regulatory_statuses-TOTAL_FORMS": "0", "regulatory_statuses-INITIAL_FORMS": "0",
}  # fmt: skip


def test_a_reviewer_writes_the_catalogue_and_it_is_recorded(as_staff, clinical_reviewer):
    client = as_staff(clinical_reviewer)
    assert client.post(reverse("admin:quotes_treatment_add"), TREATMENT).status_code == 302
    made = Treatment.objects.get()
    assert AuditEvent.objects.filter(action="add", object=f"quotes.treatment {made.pk}").exists()


def test_an_unknown_label_is_refused_in_words(as_staff, clinical_reviewer):
    page = as_staff(clinical_reviewer).post(reverse("admin:quotes_treatment_add"), {**TREATMENT, "evidence_labels": "Z"})
    assert "Use A, B, C, D, E, W or i." in page.content.decode()


def test_a_coordinator_reads_treatments_and_writes_clinics(as_staff, coordinator):
    client = as_staff(coordinator)
    factories.treatment("waiting", labels="i")
    assert client.get(reverse("admin:quotes_treatment_changelist")).status_code == 200
    assert client.get(reverse("admin:quotes_treatment_add")).status_code == 403
    client.post(
        reverse("admin:quotes_clinic_add"), {"name": "Sample clinic, Rome", "country": "IT", "city": "Rome", "is_active": "on"}
    )
    assert Clinic.objects.get().country == "IT"
    page = client.post(reverse("admin:quotes_clinic_add"), {"name": "Sample", "country": "XX"}).content.decode()
    assert "Select a valid choice" in page


def test_a_signature_under_a_rule_set_names_who_recorded_it_and_stays(as_staff, clinical_reviewer, coordinator):
    client = as_staff(clinical_reviewer)
    assert rules.VERSION in client.get(reverse("admin:quotes_rulesetapproval_add")).content.decode()
    data = {
        "version": rules.VERSION,
        "approved_by": "Dr Sample",
        "credentials": "Stroke physician",
        "approved_on": "2026-03-01",
    }
    client.post(reverse("admin:quotes_rulesetapproval_add"), data)
    made = RuleSetApproval.objects.get()
    assert made.recorded_by == clinical_reviewer
    address = reverse("admin:quotes_rulesetapproval_change", args=[made.pk])
    assert client.post(address, {**data, "approved_by": "Somebody else"}).status_code == 403
    assert as_staff(coordinator).get(address).status_code == 403


def test_a_clinic_is_written_with_its_languages_and_a_proof_has_its_day(as_staff, coordinator, clinical_reviewer):
    client, add = as_staff(coordinator), reverse("admin:quotes_clinic_add")
    data = {"name": "Sample clinic, Rome", "country": "IT", "languages": ["it", "ar"], "is_active": "on"}
    page = client.post(add, {**data, "accreditation": "Sample", "accreditation_proof": "Their letter"}).content.decode()
    assert "Write the day on which you saw the proof." in page and "Their letter" in page
    page = client.post(add, {**data, "accreditation_checked_on": "2026-03-01"}).content.decode()
    assert "Write where you saw the proof." in page
    assert "Select a valid choice" in client.post(add, {**data, "languages": ["xx"]}).content.decode()
    client.post(add, data)
    made = Clinic.objects.get()
    assert set(made.languages) == {"it", "ar"}
    address = reverse("admin:quotes_clinic_change", args=[made.pk])
    page = as_staff(clinical_reviewer).get(address).content.decode()
    assert "Italian" in page and "0 answered, 0 asked and not answered, 23 not asked yet." in page


def test_the_rows_people_forget_are_written_by_a_manager_and_start_the_next_draft(as_staff, manager, coordinator):
    row = {"kind": "waiting", "language": "en", "position": "1", "label": "A walking stick", "is_active": "on"}
    client, add = as_staff(manager), reverse("admin:quotes_usualline_add")
    page = client.post(add, {**row, "group": "made-up", "inclusion": "excluded"}).content.decode()
    assert "Select a valid choice" in page
    assert client.post(add, {**row, "group": "safety_net", "inclusion": "excluded"}).status_code == 302
    assert [line.label for line in standard_lines("waiting", language="es")] == ["A walking stick"]
    assert "A walking stick" in as_staff(coordinator).get(reverse("admin:quotes_usualline_changelist")).content.decode()
    assert as_staff(coordinator).get(add).status_code == 403
