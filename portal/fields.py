"""Model fields whose values exist in clear only in memory. Use them on models with a UUID key made in Python (SealedModel)."""

import json
import uuid
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from portal.encryption import key_id_of, seal, unseal


class Sealed(str):
    """A value as the database holds it. Says nothing of its content, wherever it ends up."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<sealed>"


class SealedAttribute(DeferredAttribute):
    """Opens a value when it is first read, so that a list page decrypts only what it shows."""

    field: "EncryptedTextField"

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if instance is not None and isinstance(value, Sealed):
            value = self.field.opened(value, instance)
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        """Makes this a data descriptor: otherwise the row's raw value would be found before `__get__` is asked."""
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField):
    """Text, sealed for its row. Cannot be searched, ordered by, or written with `update()`: those fail instead of leaking."""

    descriptor_class = SealedAttribute

    def context(self, instance: models.Model) -> str:
        return f"{self.model._meta.db_table}.{self.column}:{instance.pk}"

    def to_text(self, value: Any) -> str:
        return str(value)

    def from_text(self, text: str) -> Any:
        return text

    def opened(self, value: Sealed, instance: models.Model) -> Any:
        if value == "":  # the row is older than the field
            return self.get_default()
        return self.from_text(unseal(value, context=self.context(instance)))

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        raw = model_instance.__dict__.get(self.attname)
        if isinstance(raw, Sealed):  # never read since it was loaded: it stays as it is
            return raw
        return self.sealed(getattr(model_instance, self.attname), model_instance)

    def sealed(self, value: Any, instance: models.Model) -> Sealed | None:
        return None if value is None else Sealed(seal(self.to_text(value), context=self.context(instance)))

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, Sealed):
            return value if value is None else str(value)
        if value in ("", [], {}):  # nothing to seal: what a migration gives the rows that are there when the field is added
            return ""
        raise TypeError(f"{self.model.__name__}.{self.name} is encrypted: assign it to an instance and save().")

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def reseal(self, instance: models.Model, *, current_key: str) -> bool:
        """Rewrite a value that an older key sealed. True when something changed."""
        raw = instance.__dict__.get(self.attname)
        if not isinstance(raw, Sealed) or raw == "" or key_id_of(raw) == current_key:
            return False
        getattr(instance, self.attname)
        return True


class EncryptedJSONField(EncryptedTextField):
    """A JSON value, sealed for its row."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any
    _pyi_lookup_exact_type: Any

    def to_text(self, value: Any) -> str:
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)

    def from_text(self, text: str) -> Any:
        return json.loads(text)


class SealedModel(models.Model):
    """A row with a random key made in Python: its encrypted values can be bound to it before the INSERT."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True
