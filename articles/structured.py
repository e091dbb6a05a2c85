"""schema.org, for search engines: the same facts as on the page, never more. Tests hold each property against its definition."""

import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from articles.models import Article, ClinicalTrial, EasyRead, Edition, GlossaryTerm, Person, Topic, TrialSummary
from portal.page_head import absolute

Node = dict[str, Any]
JSON_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}

ABOUT: dict[str, str] = {Topic.Kind.CONDITION: "MedicalCondition", Topic.Kind.TREATMENT: "MedicalTherapy"}
DESIGNS = {
    ClinicalTrial.Comparison.NONE: "OpenTrial",
    ClinicalTrial.Comparison.OPEN: "OpenTrial",
    ClinicalTrial.Comparison.ASSESSOR: "SingleBlindedTrial",
    ClinicalTrial.Comparison.BLIND: "PlaceboControlledTrial",
}
# "running when we looked" is left out: a machine would read it as running now
STATES = {
    ClinicalTrial.Status.PUBLISHED: "ResultsAvailable",
    ClinicalTrial.Status.REGISTRY: "Completed",
    ClinicalTrial.Status.STOPPED: "Terminated",
}


def json_ld(data: Node) -> SafeString:
    """JSON that cannot end the script element it stands in, as django.utils.html.json_script does."""
    return mark_safe(json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(JSON_ESCAPES))


def graph(*nodes: Node | None) -> SafeString:
    """What a page says of itself, in one block. Values that are not known are left out."""
    found = [{name: value for name, value in node.items() if value not in (None, "", [])} for node in nodes if node]
    return json_ld({"@context": "https://schema.org", "@graph": found})


def breadcrumbs(crumbs: Iterable[tuple[str, str]], *, here: str) -> Node:
    """`crumbs`: label and path, as the page shows them; the last has no path, it is the page itself."""
    return {
        "@type": "BreadcrumbList",
        "@id": f"{here}#breadcrumbs",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": str(label), "item": {"@id": absolute(path) if path else here}}
            for place, (label, path) in enumerate(crumbs, start=1)
        ],
    }


def office() -> Node:
    return {"@type": "Organization", "name": settings.OFFICE_NAME or settings.SITE_NAME, "url": absolute("/")}


def website() -> Node:
    home = absolute(reverse("articles:home"))
    return {
        "@type": "WebSite",
        "@id": f"{home}#site",
        "url": home,
        "name": settings.SITE_NAME,
        "publisher": office(),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{home}search/?q={{search_term_string}}"},
            "query-input": "required name=search_term_string",
        },
    }


def who(person: Person) -> Node:
    return {
        "@type": "Organization" if person.is_team else "Person",
        "name": person.name,
        "url": absolute(person.get_absolute_url()),
    }


def profile(person: Person) -> Node:
    here = absolute(person.get_absolute_url())
    about = who(person) | ({"description": person.biography} if person.biography else {})
    return {"@type": "ProfilePage", "@id": here, "url": here, "name": person.name, "mainEntity": about}


def article(page: Article, *, edition: Edition, topics: Iterable[Topic], url: str, picture: str) -> Node:
    """`reviewedBy` and `lastReviewed` only where a person has reviewed this very edition."""
    data: Node = {
        "@type": "MedicalWebPage",
        "@id": url,
        "url": url,
        "name": edition.title,
        "headline": edition.title,
        "description": edition.summary,
        "image": absolute(picture) if picture else None,
        "inLanguage": page.language,
        "datePublished": timezone.localdate(page.published_at).isoformat() if page.published_at else None,
        "dateModified": edition.dated_on.isoformat(),
        "version": edition.number,
        "timeRequired": f"PT{edition.reading_minutes}M",
        "author": who(page.author),
        "publisher": office(),
        "audience": {"@type": "MedicalAudience", "audienceType": "Patient"},
        "about": [{"@type": ABOUT[topic.kind], "name": topic.title} for topic in topics if topic.kind in ABOUT],
        "citation": edition.rendered.get("citations", []),
        "breadcrumb": {"@id": f"{url}#breadcrumbs"},
        "isAccessibleForFree": True,
    }
    if page.reviewed_on and page.reviewer and page.reviewed_edition in {None, edition.number}:
        data |= {"lastReviewed": page.reviewed_on.isoformat(), "reviewedBy": who(page.reviewer)}
    return data


def easy(text: EasyRead, *, description: str, url: str) -> Node:
    """No doctor has read the short version: a review of the article is none of it."""
    return {
        "@type": "MedicalWebPage",
        "@id": url,
        "url": url,
        "name": text.title,
        "headline": text.title,
        "description": description,
        "inLanguage": text.article.language,
        "isBasedOn": absolute(text.article.get_absolute_url()),
        "author": who(text.article.author),
        "publisher": office(),
        "audience": {"@type": "MedicalAudience", "audienceType": "Patient"},
        "breadcrumb": {"@id": f"{url}#breadcrumbs"},
        "isAccessibleForFree": True,
    }


def glossary(terms: Iterable[GlossaryTerm], *, here: str, language: str) -> Node:
    rows = list(terms)
    return {
        "@type": "DefinedTermSet",
        "@id": here,
        "url": here,
        "name": _("Words explained"),
        "inLanguage": language,
        "hasDefinedTerm": [
            {
                "@type": "DefinedTerm",
                "@id": f"{here}#{term.anchor}",
                "name": term.term,
                "description": term.definition,
                **({"alternateName": term.others} if term.others else {}),
            }
            for term in rows
        ],
    }


def trial(words: TrialSummary, *, here: str) -> Node:
    facts = words.trial
    designs = ["RandomizedTrial"] if facts.is_randomised else []
    designs.append(DESIGNS[ClinicalTrial.Comparison(facts.comparison)])
    state = STATES.get(ClinicalTrial.Status(facts.status))
    return {
        "@type": "MedicalTrial",
        "@id": here,
        "url": here,
        "name": words.title,
        "alternateName": facts.name,
        "description": words.meaning,
        "identifier": facts.registry_id,
        "healthCondition": {"@type": "MedicalCondition", "name": "Stroke"},
        "studySubject": {"@type": "MedicalTherapy", "name": str(facts.get_cells_display())},
        "trialDesign": [f"https://schema.org/{design}" for design in designs],
        "status": f"https://schema.org/{state}" if state else None,
    }
