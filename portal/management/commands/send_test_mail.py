from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from portal.outbox import message_id


class Command(BaseCommand):
    help = "Sends one plain mail now, past the outbox, to see whether the mail settings work."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_email(options["address"])
        except ValidationError as error:
            raise CommandError(f"{options['address']} is not an e-mail address. Write it like name@example.org.") from error
        message = EmailMessage(
            subject=f"Test mail from {settings.SITE_NAME}",
            body=f"This mail was sent by “manage.py send_test_mail” of {settings.SITE_URL}. If you read it, sending works.\n",
            to=[options["address"]],
            headers={"Message-ID": message_id(uuid4())},
        )
        try:
            message.send()
        except OSError as error:  # smtplib.SMTPException is an OSError
            where = f"{settings.EMAIL_HOST or 'the folder of mails'}, port {settings.EMAIL_PORT}"
            raise CommandError(
                f"Not sent: {type(error).__name__} from {where}: {error}. Look at EMAIL_HOST, EMAIL_PORT, EMAIL_USER, "
                "EMAIL_PASSWORD and EMAIL_TLS."
            ) from error
        via = settings.EMAIL_HOST or f"a file in {settings.EMAIL_FILE_PATH}, because EMAIL_HOST is not set"
        self.stdout.write(f"Handed over to {via}. Now look whether it arrives at {options['address']}.")
