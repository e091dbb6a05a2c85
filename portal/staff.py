"""Signing in: password, then second factor; enrolment and recovery codes. Everything else at /staff/ is the admin."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import authenticate, login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from portal import admin_site, audit, ratelimit, session_clock
from portal import second_factor as factor
from portal.models import TotpDevice, User

FEW_CODES = 3
ENROLLING = "second_factor_enrolling"  # the session has shown a first code and still has to keep its recovery codes

sign_out = admin_site.sign_out


class SignInForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True, "dir": "ltr"}),
        error_messages={
            "required": _("Write your e-mail address."),
            "invalid": _("This is not a whole e-mail address. It looks like name@example.org."),
        },
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Write your password.")},
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True, "dir": "ltr", "spellcheck": "false"}),
        error_messages={"required": _("Write the code that your app shows now.")},
    )

    def __init__(self, *args: Any, digits_only: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if digits_only:
            self.fields["code"].widget.attrs["inputmode"] = "numeric"


class KeptForm(forms.Form):
    kept = forms.BooleanField(
        label=_("I have kept them in a safe place"),
        error_messages={"required": _("Keep the codes first, then tick the box.")},
    )


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    wanted = safe_next(request)
    if request.user.is_authenticated:
        return redirect(wanted if factor.is_verified(request) else with_next("staff-second-factor", wanted))
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email, password = form.cleaned_data["email"].strip().lower(), form.cleaned_data["password"]
        if not ratelimit.allowed("sign-in", f"{email}|{ratelimit.client_network(request)}"):
            return wait(request, limit="sign-in")
        user = authenticate(request, username=email, password=password)
        if user is not None:
            return begin_session(request, user, wanted)
        audit.record("sign-in", by=None, outcome="refused")
        form.add_error(None, _("The e-mail address or the password is not right. Check both and try again."))
    context = {"form": form, "timed_out": request.session.get("staff_timed_out", False), "next": wanted}
    return page(request, "sign_in", _("Sign in"), context)


@transaction.atomic
def begin_session(request: HttpRequest, user: User, wanted: str) -> HttpResponse:
    login(request, user)
    request.session.cycle_key()
    request.session.pop("staff_timed_out", None)
    session_clock.start(request.session, "staff")
    audit.record("sign-in", by=user)
    return redirect(with_next("staff-second-factor", wanted))


@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Enrols who has no confirmed device yet, and asks everybody else for a code."""
    wanted = safe_next(request)
    user = request.user
    if not isinstance(user, User):
        return redirect(with_next("staff-sign-in", wanted))
    if factor.is_fresh(request):
        return redirect(wanted)
    device = factor.device_to_enrol(user)
    form = CodeForm(request.POST or None, digits_only=device.confirmed_at is None)
    if request.method == "POST" and form.is_valid():
        if not ratelimit.allowed("code-try", str(user.pk)):
            audit.record("second factor", by=user, outcome="too many tries")
            return wait(request, limit="code-try")
        used = factor.verify(user, form.cleaned_data["code"])
        if used and device.confirmed_at:
            return open_site(request, user, used, wanted)
        if used:
            request.session[ENROLLING] = str(user.pk)
            return show_codes(request, factor.new_recovery_codes(user), wanted)
        audit.record("second factor", by=user, outcome="refused")
        form.add_error(
            "code",
            _("This code is not right, or it was used already. Wait until your app shows the next one, then write that."),
        )
    if device.confirmed_at is None:
        return enrolment(request, device, form, wanted)
    context = {"form": form, "next": wanted, "again": factor.is_verified(request)}
    return page(request, "second_factor", _("Second step: your code"), context)


def enrolment(request: HttpRequest, device: TotpDevice, form: CodeForm, wanted: str) -> HttpResponse:
    secret = factor.secret_text(device)
    context = {
        "form": form,
        "next": wanted,
        "qr": factor.enrolment_qr(device),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    }
    return page(request, "enrol", _("Second step: connect your phone"), context)


@transaction.atomic
def open_site(request: HttpRequest, user: User, used: str, wanted: str) -> HttpResponse:
    factor.mark_verified(request)
    audit.record("second factor", by=user)
    if used == "recovery code":
        audit.record("recovery code used", by=user)
        left = factor.codes_left(user)
        if left < FEW_CODES:
            text = ngettext(
                "You have %(count)d recovery code left. Make new ones soon, under Recovery codes at the top.",
                "You have %(count)d recovery codes left. Make new ones soon, under Recovery codes at the top.",
                left,
            )
            messages.warning(request, text % {"count": left})
    return redirect(wanted)


@require_http_methods(["GET", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Ten codes, shown once, until their owner says that they are kept; how many are left; new ones."""
    wanted = safe_next(request)
    user = request.user
    enrolling = request.session.get(ENROLLING) == str(user.pk)
    if not isinstance(user, User) or not (enrolling or factor.is_verified(request)):
        return redirect(with_next("staff-second-factor", wanted))
    if request.method == "POST" and "shown" in request.POST:
        form = KeptForm(request.POST)
        if form.is_valid():
            return codes_kept(request, user, wanted)
        codes = factor.current_codes(user, request.POST["shown"].split())
        return show_codes(request, codes, wanted, form=form) if codes else redirect("staff-recovery-codes")
    if enrolling:
        return redirect(with_next("staff-second-factor", wanted))
    if request.method == "POST":
        if not factor.is_fresh(request):
            return redirect(with_next("staff-second-factor", reverse("staff-recovery-codes")))
        audit.record("new recovery codes", by=user)
        return show_codes(request, factor.new_recovery_codes(user), wanted)
    return page(
        request, "recovery_codes", _("Recovery codes"), {"left": factor.codes_left(user), "total": factor.RECOVERY_CODES}
    )


def show_codes(request: HttpRequest, codes: list[str], wanted: str, form: KeptForm | None = None) -> HttpResponse:
    context = {"codes": codes, "shown": " ".join(codes), "form": form or KeptForm(), "next": wanted}
    return page(request, "recovery_codes", _("Keep these recovery codes"), context)


@transaction.atomic
def codes_kept(request: HttpRequest, user: User, wanted: str) -> HttpResponse:
    if request.session.pop(ENROLLING, None):
        factor.confirm(factor.device_to_enrol(user))
        factor.mark_verified(request)
        audit.record("second factor enrolled", by=user)
        messages.success(request, _("Your phone is connected. From now on you sign in with your password and a code."))
    else:
        messages.success(request, _("Your new recovery codes are ready. The old ones no longer work."))
    return redirect(wanted)


def wait(request: HttpRequest, *, limit: str) -> HttpResponse:
    """The same page for known and unknown addresses, and before any password is looked at."""
    minutes = settings.LIMITS[limit][1] // 60
    return page(request, "wait", _("Too many tries"), {"minutes": minutes}, status=429)


def page(request: HttpRequest, name: str, title: object, context: dict[str, object], status: int = 200) -> HttpResponse:
    return render(request, f"admin/{name}.html", {**admin.site.each_context(request), "title": title, **context}, status=status)


def safe_next(request: HttpRequest) -> str:
    """Where to go afterwards: a page of the staff site on this host, or the desk."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    desk = reverse("admin:index")
    ours = wanted.startswith(desk) and not wanted.startswith(
        tuple(reverse(name) for name in ("staff-sign-in", "staff-sign-out"))
    )
    return wanted if safe and ours else desk


def with_next(name: str, wanted: str) -> str:
    return f"{reverse(name)}?{urlencode({'next': wanted})}"
