"""Sample staff and cases for a developer's machine, all made through the same verbs as real ones."""

import io
import os
import secrets
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import F, Model
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from portal import accounts, second_factor
from portal.models import User
from quotes import actions, attachments, catalogue, clinic_questions, clinic_summary, money, proposal, samples
from quotes.models import (
    Attachment,
    Clinic,
    ClinicAnswer,
    Complaint,
    Consent,
    Event,
    ExchangeRate,
    FollowUp,
    LineItem,
    Message,
    Option,
    Participant,
    Price,
    QuoteRequest,
    Recommendation,
    Sharing,
    Treatment,
    WorkProfile,
)
from quotes.readiness import content_digest, never_reviewed, obstacles
from quotes.workflow import ClosingReason

# likely amounts in euros of the sample lines, by place among the lines of an option
AMOUNTS = (180, 2900, 240, 350, 300)


class Command(BaseCommand):
    help = "Makes sample staff and sample cases in an empty development database, and prints how to sign in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="Do nothing, instead of failing, when there are cases.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("Sample sign-ins are for development only: DEBUG is off here, so nothing was made.")
        if QuoteRequest.objects.exists():
            if options["if_empty"]:
                self.stdout.write(
                    f"There are cases already, so no samples were made. Sample sign-ins, if any: {sign_in_file()}"
                )
                return
            raise CommandError("There are cases already. Samples are only made in an empty database.")
        with transaction.atomic():
            catalogue.load(say=lambda line: None)
            table, staff = make_staff()
            make_clinics(by=staff["Carmen"])
            Desk(staff).make_cases()
            make_profiles(staff)
        keep(table)
        self.stdout.write(table)
        self.stdout.write(f"Also in {sign_in_file()} (only you can read it).")
        self.stdout.write(
            f"Staff sign in at {settings.SITE_URL}/staff/ with the code of an authenticator app, or a recovery code."
        )
        self.stdout.write(f"The mails to the sample patients, with the links to their pages: {settings.SITE_URL}/dev/mail/")


def make_staff() -> tuple[str, dict[str, User]]:
    """Accounts with random passwords and an enrolled second factor; a table of how to sign in, and the people by first name."""
    rows, staff = [("Who", "E-mail", "Password", "Secret for the app", "Recovery code")], {}
    for name, role, public_role in samples.STAFF:
        email = f"{name.split()[0].lower()}@sample.example"
        password = "-".join(secrets.token_hex(3) for _ in range(3))
        User.objects.filter(email=email, is_active=True).update(is_active=False, email=f"{secrets.token_hex(6)}@former.example")
        user = accounts.create_staff(email=email, name=name, roles=[role], password=password, public_role=public_role)
        device = second_factor.device_to_enrol(user)
        second_factor.confirm(device)
        [recovery] = second_factor.new_recovery_codes(user, 1)
        rows.append((f"{name}, {role}", email, password, second_factor.secret_text(device), recovery))
        staff[name.split()[0]] = user
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]]), staff


def make_profiles(staff: dict[str, User]) -> None:
    """After the cases: those that nobody has in the samples are given by the worker, before everybody's eyes."""
    for name, (languages, takes_cases, mail_language) in samples.WORK.items():
        WorkProfile.objects.create(user=staff[name], languages=languages, takes_cases=takes_cases, mail_language=mail_language)


def sign_in_file() -> Path:
    return Path(settings.EMAIL_FILE_PATH).parent / "sample-staff.txt"


def keep(table: str) -> None:
    """Write the sign-ins where only the owner can read them."""
    path = sign_in_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(table + "\n")


def make_clinics(*, by: User) -> None:
    """Sample clinics that were asked everything, with what the first one said, prices, and rates that are nobody's."""
    today = timezone.localdate()
    clinics = [Clinic.objects.get_or_create(name=fields["name"], defaults=fields)[0] for fields in samples.CLINICS]
    for clinic in clinics:
        said = samples.CLINIC_ANSWERS if clinic == clinics[0] else {}
        for question in clinic_questions.ASKS:
            days, answer, proof = said.get(question, (0, "", ""))
            ClinicAnswer.objects.get_or_create(
                clinic=clinic,
                question=question,
                defaults={
                    "asked_on": today - timedelta(days=samples.ASKED_DAYS_AGO),
                    "answered_on": today - timedelta(days=days) if answer else None,
                    "answer": answer,
                    "proof": proof,
                },
            )
    for place, treatment, label, low, high, days, excludes in samples.PRICES:
        words = {"low": low, "high": high, "currency": samples.CURRENCY, "excludes": excludes, "recorded_by": by}
        told = {"quoted_on": today - timedelta(days=days), **words}
        Price.objects.get_or_create(clinic=clinics[place], treatment_key=treatment, label=label, defaults=told)
    for quote, rate in samples.RATES:
        read = {"rate": Decimal(rate), "as_of": today, "recorded_by": by}
        ExchangeRate.objects.get_or_create(base=samples.CURRENCY, quote=quote, source=samples.RATE_SOURCE, defaults=read)


class Desk:
    """The people at work on the sample cases."""

    def __init__(self, staff: dict[str, User]) -> None:
        self.carmen, self.omar, self.rana, self.mona = (staff[name] for name in ("Carmen", "Omar", "Rana", "Mona"))

    def make_cases(self) -> None:
        arrived(sent("new"), days=0)
        arrived(sent("emergency"), days=2, late=timedelta(hours=3))
        arrived(sent("suspect", is_suspect=True), days=0)
        self.in_conversation()
        self.waiting_for_the_patient()
        self.waiting_for_approval()
        self.recommended()
        self.accepted()
        self.together()
        self.closed()

    def in_conversation(self) -> None:
        case = sent("flagged")
        actions.assign(case=case, by=self.carmen)
        actions.send_message(case=case, by=self.carmen, body=samples.TEXTS["flagged-from-us"])
        actions.patient_writes(case=case, by=case.participants.get(), body=samples.TEXTS["flagged-from-them"])
        actions.add_note(case=case, by=self.carmen, body=samples.TEXTS["flagged-note"])
        arrived(case, days=3, late=timedelta(hours=26))

    def waiting_for_the_patient(self) -> None:
        case = sent("asked")
        actions.assign(case=case, by=self.omar)
        actions.ask_patient(case=case, by=self.omar, body=samples.TEXTS["asked"])
        arrived(case, days=4)

    def waiting_for_approval(self) -> None:
        case = sent("approval")
        actions.assign(case=case, by=self.carmen)
        draft = self.draft(case, by=self.carmen, summary=samples.TEXTS["approval-summary"], procedure=True)
        actions.request_approval(case=case, by=self.carmen, recommendation=draft)
        arrived(case, days=5)

    def recommended(self) -> None:
        case = sent("recommended")
        actions.assign(case=case, by=self.omar)
        for flag in case.flags.all():
            actions.resolve_flag(
                case=case, by=self.omar, flag=flag, text="He reads English well; an interpreter is booked for calls."
            )
        self.send(case, self.draft(case, by=self.omar, summary=samples.TEXTS["recommended-summary"]), by=self.omar)
        arrived(case, days=9)

    def accepted(self) -> None:
        case = sent("accepted")
        actions.assign(case=case, by=self.carmen)
        draft = self.draft(case, by=self.carmen, summary=samples.TEXTS["accepted-summary"])
        self.send(case, draft, by=self.carmen)
        option = draft.options.order_by("position")[0]
        actions.accept(case=case, by=case.participants.get(), option=option)
        actions.patient_writes(case=case, by=case.participants.get(), body=samples.TEXTS["accepted-message"])
        arrived(case, days=12)

    def together(self) -> None:
        """Months of a family that shares its case: chosen, complained, asked how things are, and papers agreed to for the clinic."""
        case = sent("together", more=["calls", "follow_up"])
        owner = case.participants.get()
        actions.agree_as_patient(case=case, by=owner, language=case.language)
        letter = actions.add_attachment(case=case, by=owner, slot=Attachment.Slot.DISCHARGE_LETTER, staged=letter_photo())
        for name, email, role in samples.CIRCLE:
            person = actions.invite(case=case, by=owner, name=name, email=email, role=role)
            actions.accept_invitation(case=case, by=person)
        actions.assign(case=case, by=self.carmen)
        draft = self.draft(case, by=self.carmen, summary=samples.TEXTS["together-summary"], second="GBP")
        self.send(case, draft, by=self.carmen)
        actions.accept(case=case, by=owner, option=draft.options.order_by("position")[0])
        actions.patient_writes(case=case, by=case.participants.get(role="writer"), body=samples.TEXTS["together-message"])
        actions.confirm_accept(case=case, by=self.carmen)
        what, wish = samples.TEXTS["together-complaint"], samples.TEXTS["together-wish"]
        complaint = actions.complain(case=case, by=owner, what=what, wish=wish)
        actions.answer_complaint(complaint=complaint, by=self.mona, text=samples.TEXTS["together-answer"])
        actions.open_answers(by=owner)
        arrived(case, days=93)
        actions.ask_how_things_are(case=case, months=3)
        actions.answer_follow_up(case=case, by=owner, follow_up=case.follow_ups.get(), answers={**samples.FOLLOW_UP})
        arrived(case, days=6)
        self.share(case, letter)
        arrived(case, days=1)

    def share(self, case: QuoteRequest, letter: Attachment) -> None:
        """The papers for the clinic of the chosen option; the owner agrees to the summary and this document."""
        summary, language = clinic_summary.summary_of(case, language=case.language), case.language
        owner = case.participants.get(role="owner")
        proposed = actions.propose_sharing(case=case, by=self.carmen, summary=summary, language=language, documents=[letter])
        actions.agree_sharing(case=case, by=owner, sharing=proposed, documents=[letter.pk], language=language)

    def closed(self) -> None:
        case = sent("closed")
        actions.assign(case=case, by=self.omar)
        actions.send_message(case=case, by=self.omar, body=samples.TEXTS["closed-message"])
        actions.close(case=case, by=self.omar, reason=ClosingReason.ADVISED_AGAINST)
        arrived(case, days=20)

    def draft(self, case: QuoteRequest, *, by: User, summary: str, procedure: bool = False, second: str = "") -> Recommendation:
        """A draft that only lacks approval, its first option with a clinic and amounts; `second`: the family's own currency."""
        draft = actions.draft_recommendation(case=case, by=by)
        if procedure:
            cells = Treatment.objects.get(translation_key="cells-by-vein-at-a-clinic", language=draft.language)
            actions.add_option(case=case, by=by, recommendation=draft, treatment=cells)
        self.price(case, draft.options.order_by("position")[0], by=by)
        draft.refresh_from_db()
        changes: dict[str, Any] = {"summary": summary, "commission": proposal.usual_commission(draft.language)}
        if second:
            rate = money.rates_from(draft.currency)[second]
            changes |= {"second_currency": second, "rate": rate.rate, "rate_as_of": rate.as_of, "rate_source": rate.source}
        actions.edit_recommendation(case=case, by=by, recommendation=draft, lock_version=draft.lock_version, changes=changes)
        if found := obstacles(draft, before_approval=True):
            raise CommandError(f"The samples need the starter library. Run `manage.py load_library` first. ({found[0]})")
        return draft

    def price(self, case: QuoteRequest, option: Option, *, by: User) -> None:
        lines = []
        for line in option.line_items.order_by("position"):
            fields = {name: getattr(line, name) for name in ("id", "position", "group", "label", "quantity", "inclusion")}
            euros = AMOUNTS[line.position - 1] if line.position <= len(AMOUNTS) else None
            is_quoted = line.position <= 2
            if euros is None:
                fields |= {"low": None, "likely": None, "high": None, "source": LineItem.Source.UNKNOWN, "quoted_on": None}
            elif is_quoted:
                fields |= dict.fromkeys(("low", "likely", "high"), euros * 100)
                fields |= {"source": LineItem.Source.QUOTED, "quoted_on": timezone.localdate()}
            else:
                fields |= {"low": euros * 80, "likely": euros * 100, "high": euros * 150}
                fields |= {"source": LineItem.Source.ESTIMATE, "quoted_on": None}
            lines.append(fields)
        changes = {"clinic": Clinic.objects.get(name=samples.CLINICS[0]["name"])}
        version = option.recommendation.lock_version
        actions.edit_option(case=case, by=by, option=option, lock_version=version, changes=changes, lines=lines)

    def send(self, case: QuoteRequest, draft: Recommendation, *, by: User) -> None:
        actions.request_approval(case=case, by=by, recommendation=draft)
        known, digest = never_reviewed(draft), content_digest(draft)
        remark = "Sample approval." if known else ""
        actions.approve(case=case, by=self.rana, recommendation=draft, reason=remark, digest=digest, unreviewed=known)
        actions.send_recommendation(case=case, by=by, recommendation=draft)


def sent(key: str, *, is_suspect: bool = False, more: Sequence[str] = ()) -> QuoteRequest:
    """`more`: agreements beside those that sending needs."""
    language, months, answers = samples.CASES[key]
    today = timezone.localdate()
    month = today.year * 12 + today.month - 1 - months
    whole = {**samples.BASE, **answers, "stroke_date": f"{month // 12}-{month % 12 + 1:02d}"}
    draft = actions.open_draft(language=language, answers={name: value for name, value in whole.items() if value != ""})
    return actions.submit(case=draft, agreed=["health", "authority", "understood", *more], is_suspect=is_suspect)


def letter_photo() -> attachments.Staged:
    """A page that says that it is a sample, as if somebody had photographed and uploaded it."""
    page = Image.new("RGB", (1240, 1754), "white")
    ImageDraw.Draw(page).multiline_text((120, 160), samples.LETTER_TEXT, fill="black", font=ImageFont.load_default(48))
    drawn = io.BytesIO()
    page.save(drawn, "JPEG")
    handler = attachments.SealingHandler(room=attachments.CASE_BYTES)
    handler.new_file(None, "sample-letter.jpg", "image/jpeg", drawn.tell(), None, None)
    handler.receive_data_chunk(drawn.getvalue(), 0)
    staged: attachments.Staged = handler.file_complete(drawn.tell())
    return staged


# what has a time, beside the case itself → the fields that move with it
MOMENTS: dict[type[Model], tuple[str, ...]] = {
    Attachment: ("added_at",),
    Complaint: ("made_at", "answered_at", "read_at"),
    Consent: ("given_at",),
    Event: ("at",),
    FollowUp: ("sent_at", "answered_at"),
    Message: ("sent_at",),
    Participant: ("created_at", "invited_at", "accepted_at", "authority_said_at"),
    Recommendation: ("sent_at",),
    Sharing: ("proposed_at", "agreed_at"),
}
MOMENTS_OF_CASE = ("created_at", "submitted_at", "first_answered_at", "accepted_at", "confirmed_at")


def arrived(case: QuoteRequest, *, days: int, late: timedelta | None = None) -> None:
    """Move a case into the past, as if it had come these days ago; `late`: our next step is overdue by this much."""
    ago = timedelta(days=days)
    rows = QuoteRequest.objects.filter(pk=case.pk)
    rows.update(**{name: F(name) - ago for name in MOMENTS_OF_CASE})
    if late is not None:
        rows.update(due_at=timezone.now() - late)
    for model, names in MOMENTS.items():
        model._default_manager.filter(case=case).update(**{name: F(name) - ago for name in names})
    case.refresh_from_db()
