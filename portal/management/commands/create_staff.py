import secrets
import sys
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from portal.accounts import create_staff
from portal.models import User
from portal.roles import COORDINATOR, MATRIX


class Command(BaseCommand):
    help = "Makes an account for a member of staff. At the first sign-in they connect a phone as their second step."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", required=True, help="First and last name; patients are shown the first.")
        parser.add_argument("--role", required=True, action="append", choices=list(MATRIX), help="Repeat it for several roles.")
        parser.add_argument("--public-role", default="", choices=list(MATRIX), help="What patients read beside the name.")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"].strip().lower()
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email} is not an e-mail address. Write it like name@example.org.") from error
        if User.objects.filter(email=email).exists():
            raise CommandError(f"{email} has an account already. Change its name or roles at /staff/.")
        generated = not sys.stdin.isatty()
        password = secrets.token_urlsafe(15) if generated else self.ask(User(email=email, name=options["name"]))
        user = create_staff(
            email=email, name=options["name"], roles=options["role"], password=password, public_role=options["public_role"]
        )
        self.stdout.write(f"Made the account of {user.name} ({', '.join(options['role'])}). They sign in at /staff/.")
        if COORDINATOR in options["role"]:
            self.stdout.write(
                "Their desk asks which languages they write. Until they say it, no new case comes to them by itself."
            )
        if generated:
            self.stdout.write(f"Password: {password}")
            self.stdout.write("It is shown only now. Hand it over in person or by phone, and ask them to change it.")

    def ask(self, user: User) -> str:
        password = getpass("Password (at least 12 characters): ")
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if getpass("The same again: ") != password:
            raise CommandError("The two were not the same. Nothing was made; run the command again.")
        return password
