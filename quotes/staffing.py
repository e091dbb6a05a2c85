"""Who of the office may be given a case today: present, writes the language, and has the fewest."""

from datetime import date

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from portal.models import User
from portal.roles import COORDINATOR
from quotes.models import Absence, CallRequest, QuoteRequest, Recommendation, SubstituteApprover, WorkProfile
from quotes.models.case import QuoteRequestQuerySet
from quotes.models.office import covers
from quotes.workflow import CARING, UNFINISHED, Status, Verb

IN_PLACE = ("approve", "return_for_changes")  # what a substitute does in the clinical reviewer's place; flags are not among it


def caring_colleagues() -> QuerySet[User]:
    """Who may look after a case, here today or not."""
    return User.objects.filter(is_active=True, groups__name__in=CARING).distinct().order_by("name", "pk")


def at_work(day: date | None = None) -> QuerySet[User]:
    """Those who look after cases and are not away on that day (today)."""
    today = day or timezone.localdate()
    away = Absence.objects.filter(covers(today), user=OuterRef("pk"))
    return caring_colleagues().filter(~Exists(away))


def colleagues_with_cases() -> dict[User, bool]:
    """Who looks after cases, and who has an unfinished one though they do not any more: whether they do."""
    has_case = QuoteRequest.objects.filter(coordinator=OuterRef("pk"), status__in=UNFINISHED)
    cares = Exists(caring_colleagues().order_by().filter(pk=OuterRef("pk")))
    found = User.objects.annotate(cares=cares).filter(Q(cares=True) | Exists(has_case)).order_by("name", "pk")
    return {user: getattr(user, "cares", False) for user in found}


def without_profile() -> QuerySet[User]:
    """Coordinators of whom nobody knows which languages they write: no case comes to them by itself, and no daily e-mail."""
    return (
        User.objects.filter(is_active=True, groups__name=COORDINATOR, work_profile__isnull=True)
        .distinct()
        .order_by("name", "pk")
    )


def calls_of_the_absent() -> QuerySet[CallRequest]:
    """Calls that somebody took who is not here: whoever is may take them."""
    return CallRequest.objects.to_make().filter(taken_by__isnull=False).exclude(taken_by__in=at_work().order_by().values("pk"))


def takers(language: str) -> QuerySet[User]:
    """Who is given a new case in this language automatically; the one with the fewest unfinished cases first."""
    load = Count("cases", filter=Q(cases__status__in=UNFINISHED), distinct=True)
    found = at_work().filter(work_profile__takes_cases=True).annotate(load=load).order_by("load", "name", "pk")
    profiles = WorkProfile.objects.filter(takes_cases=True).values_list("user", "languages")
    return found.filter(pk__in=[user for user, languages in profiles if language in languages])


def languages_served() -> set[str]:
    """The languages for which a new case finds somebody today."""
    profiles = WorkProfile.objects.filter(takes_cases=True, user__in=at_work()).values_list("languages", flat=True)
    return {language for languages in profiles for language in languages}


def taker_for(case: QuoteRequest) -> User | None:
    """Nobody for what may be a machine, or while automatic assignment is off."""
    if case.is_suspect or not settings.AUTO_ASSIGN:
        return None
    return takers(case.language).first()


def theirs(verbs: list[Verb], user: User) -> list[Verb]:
    """Those that are this person's: by role, or by standing in for the reviewer."""
    by_role = [verb for verb in verbs if not verb.roles or user.in_role(*verb.roles)]
    in_place = [verb for verb in verbs if verb.name in IN_PLACE and verb not in by_role]
    return by_role + in_place if in_place and stands_in(user) else by_role


def stands_in(user: User) -> SubstituteApprover | None:
    """The naming by which this person decides in the reviewer's place today."""
    return SubstituteApprover.objects.today().filter(user=user).order_by("-last_day").first()


def readable_by(user: User) -> QuoteRequestQuerySet:
    """Cases that this person may open, and while they stand in for the reviewer, to be read, those that wait for an approval."""
    waiting = Recommendation.objects.to_approve().filter(case=OuterRef("pk"))
    in_place = QuoteRequest.objects.of_somebody().filter(
        Exists(SubstituteApprover.objects.today().filter(user=user)),
        Exists(waiting),
        status=Status.IN_REVIEW,
        health_withdrawn_at__isnull=True,
    )
    return QuoteRequest.objects.visible_to(user) | in_place
