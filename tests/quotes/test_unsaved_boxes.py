"""Every box of the case screen and of the decision asks before its words are lost; without JavaScript the page says how to keep them."""

from html.parser import HTMLParser

import pytest
from django.urls import reverse

from quotes import actions
from quotes.models import Participant
from tests import factories

pytestmark = pytest.mark.django_db


class Boxes(HTMLParser):
    """Each box for words: its id, whether the script guards it, and whether its form has a line for browsers without scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, bool]] = []
        self.forms: list[dict[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        about = dict(attrs)
        if tag == "form":
            self.form = {"guarded": "data-unsaved" in about, "says": False}
            self.forms.append(self.form)
        if tag == "noscript" and self.forms:
            self.form["says"] = True
        if tag == "textarea" and "readonly" not in about:
            self.found.append((about["id"], self.form["guarded"] or "data-unsaved" in about))
            self.form["has_box"] = True


def boxes(response) -> set[str]:
    page = response.content.decode()
    assert "portal/js/unsaved.js" in page
    read = Boxes(page)
    assert [name for name, is_guarded in read.found if not is_guarded] == []
    assert all(form["says"] for form in read.forms if form.get("has_box"))
    return {name for name, _guarded in read.found}


def test_every_box_of_the_case_screen_is_guarded(as_staff, coordinator, clinical_reviewer, manager, patient, case):
    twin = factories.sent_case(email="x@example.org")
    Participant.objects.filter(pk=patient.pk).update(passphrase="x")
    factories.flag(case, level="R")
    screen = reverse("admin:quotes_quoterequest_change", args=[case.pk])
    actions.assign(case=case, by=coordinator)
    found = boxes(as_staff(coordinator).get(screen)) | boxes(as_staff(clinical_reviewer).get(screen))
    assert {"message-text", "note-text", "send-files-text", "link-why", f"link-{twin.pk}", f"reason-{patient.pk}"} <= found
    assert any(name.startswith("clear-") for name in found)


def test_the_reason_of_a_new_version_is_guarded(as_staff, coordinator, clinical_reviewer, case):
    factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    screen = reverse("admin:quotes_quoterequest_change", args=[case.pk])
    assert "revise-text" in boxes(as_staff(coordinator).get(screen))


def test_the_reviewers_boxes_are_guarded(as_staff, coordinator, clinical_reviewer, case):
    draft = factories.ready_recommendation(case, coordinator=coordinator)
    actions.request_approval(case=case, by=coordinator, recommendation=draft)
    preview = reverse("admin:quotes_recommendation_preview", args=[draft.pk])
    assert boxes(as_staff(clinical_reviewer).get(preview)) == {"reason", "comment"}


def test_the_papers_for_a_clinic_are_guarded(as_staff, coordinator, clinical_reviewer):
    case = factories.accepted_case(coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    papers = reverse("admin:quotes_quoterequest_sharing", args=[case.pk])
    assert "id_summary" in boxes(as_staff(coordinator).get(papers))
