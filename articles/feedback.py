"""What a reader says of an article: the form, its traps for machines, and how it is kept. Nothing is ever turned away."""

import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from crispy_forms.helper import FormHelper
from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Feedback

SALT, LIFE = "articles.feedback", 24 * 3600
QUICKEST_SECONDS = 3  # nobody reads the page and answers in less
LONGEST = 5000


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """Given with the form, signed: when it was shown, the edition that was read, and the key that the report will have, so that
    sending twice keeps one."""

    key: UUID
    given_at: int  # seconds since 1970; 0 when we did not give it
    edition: int  # 0 when nobody knows

    def sealed(self) -> str:
        return signing.dumps([self.key.hex, self.given_at, self.edition], salt=SALT)

    @property
    def is_suspect(self) -> bool:
        return time.time() - self.given_at < QUICKEST_SECONDS or not self.given_at


def new_ticket(*, edition: int) -> Ticket:
    return Ticket(key=uuid4(), given_at=int(time.time()), edition=edition)


def edition_read(article: Article, asked: str) -> int:
    """The one whose page the reader comes from, when it is one that readers have seen; else the one online."""
    online = article.published_edition.number if article.published_edition else 0
    number = int(asked) if asked.isdecimal() and len(asked) < 6 else online
    seen = article.editions.filter(number=number, number__lt=online, published_at__isnull=False)
    return number if number != online and seen.exists() else online


def read_ticket(text: str) -> Ticket:
    """One that is missing, old or changed counts as none: suspect, with a key of its own."""
    try:
        key, given_at, edition = signing.loads(text, salt=SALT, max_age=LIFE)
        return Ticket(key=UUID(key), given_at=given_at, edition=edition)
    except (signing.BadSignature, ValueError, TypeError):
        return Ticket(key=uuid4(), given_at=0, edition=0)


class FeedbackForm(forms.Form):
    useful = forms.ChoiceField(
        label=_("Was this text useful to you?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        required=False,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Is something wrong, missing or hard to understand?"),
        help_text=_("Tell us where. You can write in your own language. Please leave out names and what happened to you."),
        required=False,
        max_length=LONGEST,
        error_messages={"max_length": _("This is too long for us to keep. Please shorten it to 5,000 letters.")},
        widget=forms.Textarea(attrs={"rows": 7, "dir": "auto"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("useful") and not data.get("text"):
            raise forms.ValidationError(_("Choose yes or no, or write what is wrong. One of the two is enough."))
        return data


def record(*, article: Article, form: FeedbackForm, ticket: Ticket, is_suspect: bool) -> Feedback:
    """Keep it, once: the same ticket again changes nothing."""
    useful, text = form.cleaned_data["useful"], form.cleaned_data["text"]
    kept, _created = Feedback.objects.get_or_create(
        pk=ticket.key,
        defaults={
            "article": article,
            "edition": ticket.edition or edition_read(article, ""),
            "is_useful": {"yes": True, "no": False}.get(useful),
            "text": text,
            "has_text": bool(text),
            "is_suspect": is_suspect or ticket.is_suspect,
        },
    )
    return kept
