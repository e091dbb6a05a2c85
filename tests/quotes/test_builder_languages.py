"""A family that reads no English: what came from the English catalogue does not go out unseen."""

import pytest
from django.urls import reverse

from quotes import actions, readiness
from quotes.models import LineItem, Recommendation, UsualLine
from quotes.workflow import NotAllowed
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(coordinator) -> Recommendation:
    """In Spanish, of a catalogue that has only English."""
    for kind in ("rehabilitation", "waiting"):
        factories.usual_lines(kind)
    UsualLine.objects.exclude(language="en").delete()
    return factories.ready_recommendation(factories.sent_case(language="es"), coordinator=coordinator)


def foreign(draft: Recommendation) -> list[str]:
    return [str(found) for found in readiness.obstacles(draft, before_approval=True) if "still has words in" in found]


def test_english_words_of_the_catalogue_stand_in_the_way_until_they_are_written_anew(coordinator, draft):
    assert len(foreign(draft)) == 2
    assert (
        "still has words in English from the catalogue: the title, the description. The patient reads Spanish."
        in foreign(draft)[0]
    )
    with pytest.raises(NotAllowed, match="still has words in English"):
        actions.request_approval(case=draft.case, by=coordinator, recommendation=draft)
    for option in draft.options.all():
        option.title, option.description = "Rehabilitación de muestra", "Qué es."
        option.save()
    assert foreign(draft) == []
    actions.request_approval(case=draft.case, by=coordinator, recommendation=draft)


def test_what_a_reader_of_english_gets_is_not_asked_about(case, coordinator):
    assert foreign(factories.ready_recommendation(case, coordinator=coordinator)) == []


def test_a_treatment_in_the_familys_language_is_not_asked_about(coordinator):
    for kind in ("rehabilitation", "waiting"):
        factories.treatment(kind, language="es")
    draft = factories.ready_recommendation(factories.sent_case(language="es"), coordinator=coordinator)
    assert foreign(draft) == []


def test_how_we_are_usually_paid_stands_beside_the_box_in_the_patients_language(as_staff, coordinator, draft):
    form = as_staff(coordinator).get(reverse("admin:quotes_recommendation_change", args=[draft.pk])).context["form"]
    assert '<span lang="es" dir="auto">La clínica nos paga solo si usted viaja.' in form.fields["commission"].help_text


def test_the_way_to_mend_it_leads_to_the_option(as_staff, coordinator, draft):
    page = as_staff(coordinator).get(reverse("admin:quotes_recommendation_change", args=[draft.pk]))
    for option in draft.options.all():
        there = reverse("admin:quotes_recommendation_option", args=[draft.pk, option.pk])
        assert [url for text, url in page.context["obstacles"] if option.title in text] == [there]


def test_risks_and_costs_in_english_are_marked(as_staff, coordinator, draft):
    option = draft.options.earliest("position")
    client, address = as_staff(coordinator), reverse("admin:quotes_recommendation_option", args=[draft.pk, option.pk])
    names = option.line_items.count()
    page = client.get(address).content.decode()
    assert "The risks and the regulatory status are in English" in page
    assert f"{names} costs still have their English names." in page
    LineItem.objects.filter(pk=option.line_items.earliest("position").pk).delete()
    line = option.line_items.earliest("position")
    line.label = "Alojamiento"
    line.save()
    assert f"{names - 2} costs still have their English names." in client.get(address).content.decode()
    row = UsualLine.objects.filter(kind="rehabilitation", language="en").latest("position")
    UsualLine.objects.create(kind="rehabilitation", language="es", group=row.group, label=row.label, inclusion=row.inclusion)
    assert f"{names - 3} costs still have their English names." in client.get(address).content.decode()
