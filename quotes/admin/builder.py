"""What the pages of the recommendation builder show beside their forms: costs, obstacles, reading level, what changed."""

from typing import Any

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles import readability
from articles.labels import explained
from articles.library_rules import BODY_LEVEL
from portal.models import User
from quotes import readiness
from quotes.admin.cases import screen_url
from quotes.models import LineItem, Option, Recommendation
from quotes.money import in_second_currency, money, option_total, sureness
from quotes.questions import Text
from quotes.readiness import LINE_FIELDS
from quotes.views.option_pages import evidence_of
from quotes.wording import language_name

LONG_SENTENCE = 20  # words
MEASURES = {  # the language's measure, and how its aim is said
    "en": (_("school years needed (Flesch-Kincaid)"), _("%(aim)d or less")),
    "es": (_("ease of reading (Fernández Huerta)"), _("%(aim)d or more")),
    "ar": (_("words a sentence"), _("%(aim)d or less")),
}


def builder_url(recommendation: Recommendation) -> str:
    return reverse("admin:quotes_recommendation_change", args=[recommendation.pk])


def option_card(option: Option, recommendation: Recommendation, *, english: set[str]) -> dict[str, Any]:
    """`english`: names of costs that stand for want of others (proposal.english_labels)."""
    total, currency = option_total(option), recommendation.currency
    place = [recommendation.pk, option.pk]
    lines = list(option.line_items.all())
    return {
        "option": option,
        "evidence": evidence_of(option.treatment.article),
        "labels": explained(option.evidence_labels),
        "low": money(total.low, currency),
        "likely": money(total.likely, currency),
        "high": money(total.high, currency),
        "family": in_second_currency(total, recommendation),
        "is_priced": any(line.likely is not None for line in lines),
        "certainty": sureness(option),
        "unknown": total.unknown,
        "needs_reason": option.is_unapproved,
        "foreign": language_name(option.treatment.language) if option.treatment.language != recommendation.language else "",
        "english_lines": sum(line.label in english for line in lines),
        "edit_url": reverse("admin:quotes_recommendation_option", args=place),
        "copy_url": reverse("admin:quotes_recommendation_copy_option", args=place),
        "usual_url": reverse("admin:quotes_recommendation_usual_lines", args=place),
        "price_url": reverse("admin:quotes_recommendation_take_price", args=place),
        "remove_url": reverse("admin:quotes_recommendation_remove_option", args=place),
        "earlier_url": reverse("admin:quotes_recommendation_move_earlier", args=place),
        "later_url": reverse("admin:quotes_recommendation_move_later", args=place),
    }


def obstacle_links(recommendation: Recommendation, obstacles: list[readiness.Obstacle], *, user: User) -> list[tuple[str, str]]:
    """What stands in the way, and the address where this person mends it; none where somebody else has to act."""
    here, case = builder_url(recommendation), screen_url(recommendation.case)
    places = {"contact": f"{case}#allow-contact", "flags": f"{case}#flags", "options": f"{here}#options", "approval": ""}
    fields = {field.name for field in Recommendation._meta.get_fields()}
    found = []
    for obstacle in obstacles:
        where, row = obstacle.where, obstacle.row
        if row is not None and user.has_perm(f"{row._meta.app_label}.change_{row._meta.model_name}"):
            found.append((str(obstacle), reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])))
        elif where in places:
            found.append((str(obstacle), places[where]))
        elif where in fields:
            found.append((str(obstacle), f"{here}#id_{where}"))
        else:
            found.append((str(obstacle), reverse("admin:quotes_recommendation_option", args=[recommendation.pk, where])))
    return found


OUR_WORDS = ("revision_reason", "summary", "against_reasons", "could_change", "alternatives", "elsewhere", "commission")


def reading_level(recommendation: Recommendation, options: list[Option]) -> dict[str, Any]:
    """How hard all that the patient reads of ours is, by the measure of its language, and the longest sentences.

    Empty before anything is written. Titles are no sentences, so they only show when they are as long as one.
    """
    words = [getattr(recommendation, name) for name in OUR_WORDS]
    titles = [option.title for option in options if len(readability.words(option.title)) > LONG_SENTENCE]
    text = "\n\n".join([*words, *titles, *(option.description for option in options)])
    sentences = sorted(readability.sentences(text), key=lambda sentence: -len(readability.words(sentence)))
    if not sentences or recommendation.language not in MEASURES:
        return {}
    measure, aim = MEASURES[recommendation.language]
    return {
        "score": formats.number_format(round(readability.score(text, language=recommendation.language), 1)),
        "measure": measure,
        "aim": aim % {"aim": BODY_LEVEL[recommendation.language]},
        "long": [sentence for sentence in sentences[:3] if len(readability.words(sentence)) > LONG_SENTENCE],
    }


def differences(form: Any, saved: Any) -> list[tuple[Text, str]]:
    """The fields in which what was typed is not what is saved now, with what is saved."""
    return [
        (form.fields[name].label or name, str(getattr(saved, name) or "–"))
        for name, typed in getattr(form, "cleaned_data", {}).items()
        if hasattr(saved, name) and typed != getattr(saved, name)
    ]


def line_differences(lines: Any, option: Option) -> list[tuple[Text, str]]:
    """The costs that are not what was typed, as they are saved now; also those that were added meanwhile or taken out."""
    typed = {form.cleaned_data["id"]: form.cleaned_data for form in lines.forms if form.cleaned_data.get("id")}
    saved = {line.pk: line for line in option.line_items.order_by("position", "pk")}
    shown = [name for name in LINE_FIELDS if name != "position"]
    differing = [
        (line.label, line_text(line, option.recommendation.currency))
        for key, line in saved.items()
        if key not in typed or any(typed[key][name] != getattr(line, name) for name in shown)
    ]
    gone = [
        (data["label"], gettext("It was taken out. Save again to put it back, or tick “Remove”."))
        for key, data in typed.items()
        if key not in saved
    ]
    return differing + gone


def line_text(line: LineItem, currency: str) -> str:
    amounts = [money(amount, currency) for amount in (line.low, line.likely, line.high) if amount is not None]
    each = [f"{line.quantity} × {' – '.join(dict.fromkeys(amounts))}"] if amounts else []
    return " · ".join([line.get_group_display(), *each, line.get_inclusion_display(), line.get_source_display()])
