"""What an edition needs before it can go online, in plain words; and what is only worth a look."""

from django.utils.translation import gettext as _

from articles import dead_links, readability
from articles import library_rules as rules
from articles.models import Article, Edition, Reference


def missing(article: Article, edition: Edition, *, with_links: bool = True) -> list[str]:
    """Empty when it is ready. Not yet medically reviewed is no hindrance: readers are told by a banner."""
    needs: list[str] = []
    for name, text in (
        ("key_messages", _("Write the key messages: what a reader should take away.")),
        ("body", _("Write the text.")),
        ("limitations", _("Say what we do not know.")),
        ("regulatory_status", _("Say where the regulators stand.")),
        ("regulatory_checked_on", _("Give the date on which the regulatory status was checked.")),
        ("conflict_statement", _("Say who paid for the text and what conflicts of interest there are.")),
    ):
        if not getattr(edition, name):
            needs.append(text)
    if not article.next_review_on:
        needs.append(_("Set the date of the next review."))
    if not edition.evidence_labels:
        needs.append(_("Choose the evidence labels of the article. “i” stands for information only."))
    return needs + source_problems(edition) + (link_problems(edition) if with_links else [])


def source_problems(edition: Edition) -> list[str]:
    cited = [source["key"] for source in edition.rendered.get("cited", [])]
    needs = [] if cited else [_("Cite at least one reference, for example [R073].")]
    for kind, what in edition.rendered.get("problems", []):
        match kind:
            case "reference":
                needs.append(_("There is no reference %(key)s. Add it to the references, or correct the key.") % {"key": what})
            case "label":
                needs.append(_("{%(code)s} is not an evidence label. Use A, B, C, D, E, W or i.") % {"code": what})
            case "term":
                needs.append(
                    _("The glossary has no word “%(key)s” in this language. Add it, or correct the key.") % {"key": what}
                )
            case "trial":
                needs.append(_("There is no trial “%(key)s” with plain words in this language.") % {"key": what})
            case "drawing":
                needs.append(_("There is no drawing “%(key)s”, or it does not stand on a line of its own.") % {"key": what})
            case "picture":
                needs.append(_("There is no picture “%(key)s”, or it does not stand on a line of its own.") % {"key": what})
            case "picture-words":
                needs.append(_("Say in words what the picture “%(key)s” shows, between its square brackets.") % {"key": what})
            case "anchor":
                needs.append(
                    _("A link leads to “%(place)s” on this page, and there is no such place. Correct it.") % {"place": what}
                )
    unsure = Reference.objects.filter(key__in=cited).exclude(certainty=Reference.Certainty.SURE).values_list("key", flat=True)
    needs += [
        _("Reference %(key)s still has to be checked. Check it and mark it as sure, or take it out.") % {"key": key}
        for key in unsure.order_by("key")
    ]
    return needs


def link_problems(edition: Edition) -> list[str]:
    gone, _waiting = dead_links.unlinked_articles(edition)
    needs = [
        _("A link leads to the article “%(key)s”, which is not there in this language. Correct it, or take it out.")
        % {"key": key}
        for key in gone
    ]
    needs += [
        _("A link leads to %(path)s, and there is no such page here. Correct it, or take it out.") % {"path": path}
        for path in dead_links.lost_paths(edition)
    ]
    return needs


def worth_a_look(edition: Edition) -> list[str]:
    """Does not keep a text back."""
    _gone, waiting = dead_links.unlinked_articles(edition)
    found = [
        _("The article “%(key)s” is not online yet. Until it is, the words that lead to it stand without a link.")
        % {"key": key}
        for key in waiting
    ]
    used = set(edition.rendered.get("labels", []))
    if set("DE") & set(edition.evidence_labels) and "W" not in used:
        found.append(_("No statement carries the label W. Say what can go wrong with this treatment, and label it {W}."))
    if set("DE") & set(edition.evidence_labels) and not set("AB") & used and not edition.rendered.get("links"):
        found.append(_("Nothing here leads to care that is proven. Name it and label it {A} or {B}, or link to its article."))
    if not is_easy_enough(edition):
        found.append(_("The text is harder to read than we want. Shorten its sentences, and use simpler words."))
    return found


# ── How easy it is to read ────────────────────────────────────────────────────────────────────────────────────────────
def is_easy_enough(edition: Edition) -> bool:
    language = edition.article.language
    if language not in rules.BODY_LEVEL:  # a language that has no measure yet
        return True
    score, bound = reading_score(edition), rules.BODY_LEVEL[language]
    return score >= bound if language in rules.HIGHER_IS_EASIER else score <= bound


def reading_score(edition: Edition) -> float:
    return readability.score(edition.body, language=edition.article.language)


def reading_words(edition: Edition) -> str:
    """The figure by the measure of the language, and what we aim at."""
    language = edition.article.language
    if language not in rules.BODY_LEVEL:
        return ""
    figures = {"score": f"{reading_score(edition):.1f}", "bound": f"{rules.BODY_LEVEL[language]:.0f}"}
    match language:
        case "en":
            return _("School grade %(score)s (Flesch-Kincaid). Aim at %(bound)s or less.") % figures
        case "es":
            return _("%(score)s points of 100 (Fernández Huerta). Aim at %(bound)s or more.") % figures
    return _("%(score)s words in a sentence on average. Aim at %(bound)s or fewer.") % figures
