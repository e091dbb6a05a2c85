import pytest
from django.urls import reverse

from portal.models import AuditEvent
from quotes import rules
from quotes.models import Clinic, RuleSetApproval, Treatment
from tests import factories

pytestmark = pytest.mark.django_db
TREATMENT = {
    "name": "Sample", "language": "en", "translation_key": "sample", "kind": "procedure", "is_active": "on", "evidence_labels": "DW",
    "summary": "s", "risks": "r", "regulatory_status": "none", "checked_on": "2026-02-28", "article": "",
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
