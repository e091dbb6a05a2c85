"""Costs in the builder: what people forget, what a clinic told us, two currencies, copies; and what changed between versions."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from quotes import actions, versions
from quotes.admin.builder import reading_level
from quotes.models import ExchangeRate, LineItem, Price, Recommendation, Treatment
from quotes.money import converted, rates_from
from quotes.workflow import NotAllowed
from tests import factories
from tests.quotes.test_second_save import sent_from

pytestmark = pytest.mark.django_db


def at(name: str, recommendation: Recommendation, *more: object) -> str:
    return reverse(f"admin:quotes_recommendation_{name}", args=[recommendation.pk, *more])


def rate(base: str, quote: str, value: str, by, *, days_ago: int = 0) -> ExchangeRate:
    as_of = timezone.localdate() - timedelta(days=days_ago)
    return ExchangeRate.objects.create(
        base=base, quote=quote, rate=Decimal(value), as_of=as_of, source="Sample bank", recorded_by=by
    )


def test_the_newest_rate_counts_also_where_it_was_entered_the_other_way(coordinator):
    rate("EUR", "USD", "1.05", coordinator, days_ago=3)
    rate("USD", "EUR", "0.8", coordinator)
    rate("GBP", "EUR", "1.25", coordinator, days_ago=20)
    found = rates_from("EUR")
    assert (found["USD"].rate, found["GBP"].rate) == (Decimal("1.25"), Decimal("0.8"))
    assert found["GBP"].is_old and not found["USD"].is_old


@pytest.mark.parametrize(
    ("minor", "value", "base", "quote", "expected"),
    [(10000, "1.1", "EUR", "USD", 11000), (10000, "160.5", "EUR", "JPY", 16050), (10000, "0.33", "EUR", "KWD", 33000), (150, "0.01", "JPY", "EUR", 150)],
)  # fmt: skip
def test_each_currency_has_its_own_smallest_coin(minor, value, base, quote, expected):
    assert converted(minor, rate=Decimal(value), base=base, quote=quote) == expected


def test_the_rate_is_copied_and_stays_when_the_table_goes_on(as_staff, coordinator, draft):
    rate("EUR", "MAD", "10.8", coordinator)
    staff = as_staff(coordinator)
    page = staff.get(at("change", draft))
    form = page.context["form"]
    sent = {name: form.initial.get(name) or "" for name in form.fields} | {
        "family_currency": "MAD",
        "lock_version": draft.lock_version,
    }
    sent |= {"valid_until": draft.valid_until.isoformat(), "carried_flags": draft.carried_flags}
    sent.pop("advise_against")
    assert staff.post(at("change", draft), sent).status_code == 302
    rate("EUR", "MAD", "11.5", coordinator, days_ago=-1)
    draft.refresh_from_db()
    assert (draft.second_currency, draft.rate, draft.rate_source) == ("MAD", Decimal("10.8"), "Sample bank")
    assert "MAD" in staff.get(at("change", draft)).content.decode()


def test_both_currencies_can_change_in_one_save(as_staff, coordinator, draft):
    LineItem.objects.filter(option__recommendation=draft).update(low=None, likely=None, high=None, source="unknown")
    rate("EUR", "MAD", "10.8", coordinator)
    rate("USD", "MAD", "9.9", coordinator)
    staff = as_staff(coordinator)
    sent = sent_from(staff.get(at("change", draft)).context) | {"currency": "USD", "family_currency": "MAD"}
    assert staff.post(at("change", draft), sent).status_code == 302
    draft.refresh_from_db()
    assert (draft.currency, draft.second_currency, draft.rate) == ("USD", "MAD", Decimal("9.9"))


def test_a_familys_currency_without_a_rate_from_the_new_one_is_refused_and_not_dropped(as_staff, coordinator, draft):
    LineItem.objects.filter(option__recommendation=draft).update(low=None, likely=None, high=None, source="unknown")
    rate("EUR", "MAD", "10.8", coordinator)
    rate("EUR", "USD", "1.1", coordinator)
    staff = as_staff(coordinator)
    sent = sent_from(staff.get(at("change", draft)).context) | {"currency": "USD", "family_currency": "MAD"}
    page = staff.post(at("change", draft), sent).content.decode()
    assert "The catalogue has no exchange rate from USD to MAD." in page
    draft.refresh_from_db()
    assert draft.currency == "EUR"
    assert staff.post(at("change", draft), sent | {"family_currency": "USD"}).status_code == 302
    draft.refresh_from_db()
    assert (draft.currency, draft.second_currency) == ("USD", "")


def test_an_option_is_copied_with_its_lines(as_staff, coordinator, draft):
    option = draft.options.earliest("position")
    as_staff(coordinator).post(at("copy_option", draft, option.pk))
    twin = draft.options.latest("position")
    assert twin.title == option.title and twin.line_items.count() == option.line_items.count()


def test_what_people_forget_is_offered_and_added_once(as_staff, coordinator, draft):
    option = draft.options.earliest("position")
    option.line_items.filter(label__isnull=False).latest("position").delete()
    staff = as_staff(coordinator)
    before = option.line_items.count()
    assert "Costs people forget" in staff.get(at("option", draft, option.pk)).content.decode()
    staff.post(at("usual_lines", draft, option.pk))
    staff.post(at("usual_lines", draft, option.pk))
    assert option.line_items.count() == before + 1
    assert option.line_items.latest("position").source == LineItem.Source.UNKNOWN


@pytest.fixture
def price(draft) -> Price:
    option = draft.options.earliest("position")
    option.clinic = factories.clinic()
    option.save()
    return Price.objects.create(
        clinic=option.clinic, treatment_key=option.treatment.translation_key, low=100000, high=300000, currency="EUR",
        quoted_on=date(2026, 5, 4), label="Four weeks", excludes="Meals",
    )  # fmt: skip


def test_what_a_clinic_told_us_becomes_a_quoted_line(as_staff, coordinator, draft, price):
    option = draft.options.earliest("position")
    staff = as_staff(coordinator)
    page = staff.get(at("option", draft, option.pk)).content.decode()
    assert "Four weeks" in page and "Meals" in page
    staff.post(at("take_price", draft, option.pk), {"price": price.pk})
    line = option.line_items.latest("position")
    assert (line.label, line.low, line.likely, line.high) == ("Four weeks", 100000, 200000, 300000)
    assert (line.source, line.quoted_on) == ("quoted", date(2026, 5, 4))


def test_a_price_of_another_clinic_or_currency_is_refused(coordinator, draft, price):
    first, other = draft.options.order_by("position")
    with pytest.raises(NotAllowed, match="another clinic"):
        actions.take_price(case=draft.case, by=coordinator, option=other, price=price)
    price.currency = "USD"
    price.save()
    with pytest.raises(NotAllowed, match="USD"):
        actions.take_price(case=draft.case, by=coordinator, option=first, price=price)


def test_two_versions_are_compared_part_by_part(as_staff, case, coordinator, clinical_reviewer):
    factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    second = actions.revise(case=case, by=coordinator, reason="The clinic has written.")
    assert versions.changed_parts(second.supersedes, second) == []
    second.summary = "Practise first. Here is where and what it really costs."
    second.save()
    line = LineItem.objects.filter(option__recommendation=second, likely__isnull=False).get()
    line.likely = 130000
    line.save()
    page = as_staff(coordinator).get(at("compare", second)).content.decode()
    assert "<ins>really </ins>" in page or "<ins>really" in page
    assert "€1,300" in page and "€1,200" in page
    assert as_staff(coordinator).get(at("compare", second.supersedes)).status_code == 302


def test_the_builder_says_where_each_obstacle_is_mended(as_staff, coordinator, draft):
    draft.summary = ""
    draft.save()
    page = as_staff(coordinator).get(at("change", draft)).content.decode()
    assert f'href="{at("change", draft)}#id_summary"' in page


def overdue(treatment: Treatment) -> str:
    Article.objects.filter(pk=treatment.article_id).update(next_review_on=date(2020, 1, 1))
    return reverse("admin:articles_article_change", args=[treatment.article_id])


def retired(treatment: Treatment) -> str:
    Article.objects.filter(pk=treatment.article_id).update(retired_at=timezone.now())
    return reverse("admin:quotes_treatment_change", args=[treatment.pk])


def out_of_use(treatment: Treatment) -> str:
    Treatment.objects.filter(pk=treatment.pk).update(is_active=False)
    return reverse("admin:quotes_treatment_change", args=[treatment.pk])


@pytest.mark.parametrize("spoil", [overdue, retired, out_of_use])
def test_what_is_mended_outside_the_builder_leads_there_or_says_whom_to_ask(
    as_staff, coordinator, clinical_reviewer, draft, spoil
):
    address = spoil(draft.options.earliest("position").treatment)
    ((text, link),) = as_staff(coordinator).get(at("change", draft)).context["obstacles"][:-1]  # the last: not approved
    assert link == at("change", draft) + "#options"
    assert " ask " in text.lower() and "this option out" in text
    ((text, link),) = as_staff(clinical_reviewer).get(at("change", draft)).context["obstacles"][:-1]
    assert link == address


def test_the_builder_names_the_longest_sentences(as_staff, coordinator, draft):
    draft.summary = "Short. " + "This is a sentence with very many words " * 4 + "."
    draft.save()
    page = as_staff(coordinator).get(at("change", draft))
    assert page.context["readability"]["long"][0].startswith("This is a sentence")


@pytest.mark.parametrize("where", ["revision_reason", "summary", "commission", "elsewhere", "description", "title"])
def test_whatever_the_patient_reads_of_ours_counts_in_the_reading_level(draft, where):
    option, long = draft.options.earliest("position"), "This is a sentence with very many words " * 4 + "."
    setattr(option if where in ("description", "title") else draft, where, long)
    found = reading_level(draft, [option])
    assert found["long"][0].startswith("This is a sentence")


def test_short_titles_make_no_text_easier(draft):
    options = list(draft.options.all())
    plain = reading_level(draft, options)["score"]
    for option in options:
        option.title = "Go"
    assert reading_level(draft, options)["score"] == plain


def test_the_builder_costs_the_same_for_many_lines(as_staff, coordinator, draft, django_assert_max_num_queries):
    staff = as_staff(coordinator)
    for _number in range(3):
        actions.copy_option(case=draft.case, by=coordinator, option=draft.options.earliest("position"))
    for option in draft.options.all():
        for place in range(20):
            LineItem.objects.create(option=option, position=place + 50, group="medical", label="x", source="unknown")
    staff.get(at("change", draft))
    with django_assert_max_num_queries(45):
        staff.get(at("change", draft))
