"""The form behind "was this useful / report a mistake". Never kept by a cache: the article's own page has no form and no cookie."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from articles import feedback
from articles.models import Article
from articles.views.public import current_edition, language
from portal import ratelimit


@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, key: str) -> HttpResponse:
    article = get_object_or_404(Article.objects.readable(), translation_key=key, language=language())
    if request.method != "POST":
        asked = feedback.FeedbackForm(initial={"useful": request.GET.get("useful", "")})
        read = feedback.edition_read(article, request.GET.get("edition", ""))
        return page(request, article, asked, ticket=feedback.new_ticket(edition=read))
    given = feedback.FeedbackForm(request.POST)
    ticket = feedback.read_ticket(request.POST.get("ticket", ""))
    if not given.is_valid():
        return page(request, article, given, ticket=ticket)
    # over the limit it is kept all the same, for a person to judge: a hospital has one address
    is_suspect = bool(request.POST.get("website")) or not ratelimit.allowed_for_client("feedback", request)
    kept = feedback.record(article=article, form=given, ticket=ticket, is_suspect=is_suspect)
    sent_to = reverse("articles:feedback_sent", args=[key])
    return redirect(sent_to if kept.has_text else f"{sent_to}?counted")


def page(request: HttpRequest, article: Article, given: feedback.FeedbackForm, *, ticket: feedback.Ticket) -> HttpResponse:
    context = {
        "form": given,
        "ticket": ticket.sealed(),
        "article": article,
        "title": current_edition(article).title,
        "action": request.path,
    }
    return render(request, "articles/feedback_form.html", context)


@require_safe
def sent(request: HttpRequest, key: str) -> HttpResponse:
    article = get_object_or_404(Article.objects.readable(), translation_key=key, language=language())
    context = {
        "article": article,
        "title": current_edition(article).title,
        "is_counted": "counted" in request.GET,
        "form_url": reverse("articles:feedback", args=[key]),
    }
    return render(request, "articles/feedback_sent.html", context)
