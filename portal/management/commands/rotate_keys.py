from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import models, transaction

from portal.encryption import CannotOpen
from portal.fields import EncryptedTextField, SealedModel


class Command(BaseCommand):
    help = (
        "Re-encrypts everything that an older key of FIELD_KEYS sealed with the first key. Works while the site runs; if it is "
        "cut, run it again. When it has finished without a complaint, the older keys can go."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=200, help="Rows locked at a time (200).")

    def handle(self, *args: Any, **options: Any) -> None:
        current = next(iter(settings.FIELD_KEYS))
        total, unreadable = 0, 0
        for model in apps.get_models():
            fields = [field for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)]
            if not fields or not issubclass(model, SealedModel) or model._meta.proxy:
                continue
            changed, bad = self.rotate(model, fields, current=current, batch=options["batch"])
            total, unreadable = total + changed, unreadable + bad
        if unreadable:
            raise CommandError(
                f"{unreadable} rows could not be opened with any key of FIELD_KEYS and were left as they are. Put the key that "
                "sealed them back into FIELD_KEYS, and run this again. Take no key away before."
            )
        self.stdout.write(f"Done: {total} rows re-encrypted. Everything is sealed with {current}; older keys can go.")

    def rotate(
        self, model: type[models.Model], fields: list[EncryptedTextField], *, current: str, batch: int
    ) -> tuple[int, int]:
        """How many rows were changed, and how many could not be opened."""
        last, seen, changed, unreadable = None, 0, 0, 0
        rows = model._base_manager.order_by("pk").only("pk", *(field.name for field in fields))
        while True:
            # the lock keeps a newer value, saved meanwhile, from being overwritten by the older one
            with transaction.atomic():
                page = list((rows if last is None else rows.filter(pk__gt=last)).select_for_update()[:batch])
                for row in page:
                    try:
                        resealed = self.resealed(row, fields, current=current)
                    except CannotOpen:
                        unreadable += 1
                        continue
                    if resealed:  # not save(): a model may refuse it, or derive other columns; the text stays the same
                        model._base_manager.filter(pk=row.pk).update(**resealed)
                        changed += 1
            if not page:
                break
            last, seen = page[-1].pk, seen + len(page)
            self.stdout.write(f"{model._meta.label}: {seen} rows looked at, {changed} re-encrypted")
        return changed, unreadable

    def resealed(self, row: models.Model, fields: list[EncryptedTextField], *, current: str) -> dict[str, Any]:
        return {
            field.name: field.sealed(getattr(row, field.attname), row)
            for field in fields
            if field.reseal(row, current_key=current)
        }
