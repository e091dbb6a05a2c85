"""Treatments in the admin: what speaks against them, what holds in each country, and two people who save at once."""

import pytest
from django.urls import reverse

from portal.models import AuditEvent
from quotes import rules
from quotes.models import Treatment
from tests import factories

pytestmark = pytest.mark.django_db
ROW = "regulatory_statuses-{}-{}"


@pytest.fixture
def treatment() -> Treatment:
    made = factories.treatment("procedure", labels="DW")
    made.regulatory_statuses.create(country="US", status="Not approved.", checked_on="2026-02-28")
    return made


def url(treatment: Treatment) -> str:
    return reverse("admin:quotes_treatment_change", args=[treatment.pk])


def typed(client, treatment: Treatment, **changes) -> dict:
    """The page's fields as a browser would send them back."""
    page = client.get(url(treatment)).context
    form, formset = page["adminform"].form, page["inline_admin_formsets"][0].formset
    sent = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    sent |= {
        "regulatory_statuses-TOTAL_FORMS": len(formset.forms),
        "regulatory_statuses-INITIAL_FORMS": formset.initial_form_count(),
    }
    for place, row in enumerate(formset.forms):
        sent |= {ROW.format(place, name): row.get_initial_for_field(field, name) for name, field in row.fields.items()}
        sent[ROW.format(place, "id")] = row.instance.pk or ""
        sent[ROW.format(place, "treatment")] = treatment.pk
    sent = {name: "" if value is None else value for name, value in sent.items()}
    return sent | changes


def test_the_rules_are_chosen_by_their_reasons_and_kept_in_their_order(as_staff, clinical_reviewer, treatment):
    client = as_staff(clinical_reviewer)
    page = client.get(url(treatment)).content.decode()
    assert page.count('name="contra_indicating_rules"') == len(rules.RULES)
    assert "Cancer now or in the last 5 years: an oncologist must be asked first." in page
    client.post(url(treatment), typed(client, treatment, contra_indicating_rules=["cancer-recent", "new-signs"]))
    treatment.refresh_from_db()
    assert treatment.contra_indicating_rules == ["new-signs", "cancer-recent"]
    page = client.post(url(treatment), typed(client, treatment, contra_indicating_rules=["made-up"])).content.decode()
    assert "Select a valid choice" in page


def test_what_holds_in_a_country_is_written_beside_the_treatment_and_recorded(as_staff, clinical_reviewer, treatment):
    client = as_staff(clinical_reviewer)
    assert "European Union" in client.get(url(treatment)).content.decode()
    row = {ROW.format(1, "country"): "EU", ROW.format(1, "status"): "Not approved.", ROW.format(1, "checked_on"): "2026-03-01"}
    assert client.post(url(treatment), typed(client, treatment, **row)).status_code == 302
    assert [row["country"] for row in Treatment.objects.get().regulatory_rows] == ["EU", "US"]
    assert AuditEvent.objects.filter(action="change", fields="regulatory_statuses").exists()
    future = typed(client, treatment, **{ROW.format(0, "checked_on"): "2999-01-01"})
    assert "This day is in the future." in client.post(url(treatment), future).content.decode()


def test_of_two_who_save_at_once_the_second_sees_both_texts_and_loses_nothing(as_staff, clinical_reviewer, manager, treatment):
    mine, theirs = as_staff(clinical_reviewer), as_staff(manager)
    new = {ROW.format(1, "country"): "JP", ROW.format(1, "status"): "My new row", ROW.format(1, "checked_on"): "2026-03-01"}
    data = typed(mine, treatment, risks="My risks", contra_indicating_rules=["infection"], **new)
    data[ROW.format(0, "status")] = "My status"
    words = {"risks": "Their risks", "contra_indicating_rules": ["heart"], ROW.format(0, "status"): "Their status"}
    theirs.post(url(treatment), typed(theirs, treatment, **words))
    response = mine.post(url(treatment), data)
    page = response.content.decode()
    assert response.status_code == 409
    for text in ("My risks", "Their risks", "My status", "Their status", "My new row", "a cardiologist must be asked first"):
        assert text in page, text
    assert Treatment.objects.get().risks == "Their risks"
    treatment.refresh_from_db()
    assert mine.post(url(treatment), {**data, "opened_version": treatment.version}).status_code == 302
    assert {row["status"] for row in Treatment.objects.get().regulatory_rows} == {"My status", "My new row"}


def test_a_coordinator_reads_the_reasons_and_changes_nothing(as_staff, coordinator, treatment):
    client = as_staff(coordinator)
    Treatment.objects.update(contra_indicating_rules=["infection"])
    page = client.get(url(treatment)).content.decode()
    assert "An infection now: it must be treated before anything else." in page and "Not approved." in page
    assert client.post(url(treatment), {"name": "x"}).status_code == 403
