"""Every field of every model is classified: whose it is, whether it is given, how it goes."""

from django.apps import apps
from django.db import models

from portal.fields import EncryptedTextField
from quotes import privacy

FIELDS = {
    model._meta.label_lower: {field.name for field in (*model._meta.fields, *model._meta.many_to_many)}
    for model in apps.get_models()
}


def test_every_field_of_every_model_is_classified():
    assert not privacy.gaps(FIELDS), "\n".join(privacy.gaps(FIELDS))


def test_a_new_model_and_a_new_field_are_named_with_what_to_do():
    assert privacy.gaps(FIELDS | {"quotes.diary": {"id"}}) == [
        "quotes.diary is not in quotes/privacy.py. Add a row: whose is it, how is it given, how does it go?"
    ]
    [said] = privacy.gaps(FIELDS | {"quotes.message": FIELDS["quotes.message"] | {"mood"}})
    assert said.startswith("quotes.message.mood is in none of")
    [gone] = privacy.gaps(FIELDS | {"quotes.message": FIELDS["quotes.message"] - {"body"}})
    assert gone == "quotes.message.body is in quotes/privacy.py, but there is no such field."


def test_what_is_sealed_is_about_somebody():
    """Sealed and called plain would contradict each other."""
    for label, row in privacy.FIELDS.items():
        sealed = {field.name for field in apps.get_model(label)._meta.fields if isinstance(field, EncryptedTextField)}
        assert not sealed & set(row.plain.split()), label


def test_the_way_to_the_case_is_right():
    for label, row in privacy.rows_of_family().items():
        model = apps.get_model(label)
        assert model._default_manager.filter(row.of(None)).query.model is model
        for name in row.only:
            assert model._default_manager.filter(**{name: False}).query


def test_every_model_that_points_at_a_case_is_of_the_family():
    """Rows of a case that the table does not know would be forgotten by the copy and by erasing."""
    family = {apps.get_model(label) for label in privacy.rows_of_family()}
    for model in apps.get_models():
        for field in model._meta.fields:
            if isinstance(field, models.ForeignKey) and field.related_model in family:
                assert model in family, f"{model._meta.label}.{field.name}"


def test_what_points_at_a_row_is_deleted_before_it():
    order = list(privacy.rows_of_family())
    for label in order:
        for field in apps.get_model(label)._meta.fields:
            target = field.related_model._meta.label_lower if field.is_relation and field.related_model else ""
            if target in order and target != label and not field.null:
                assert order.index(label) < order.index(target), f"{label}.{field.name}"
