"""Habits of the house that a machine can see."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import flatten, flatten_fieldsets
from django.db import models

from articles.models.base import Public, PublicQuerySet
from portal.fields import EncryptedTextField, SealedModel

ROOT = Path(__file__).resolve().parent.parent
OURS = ("portal", "articles", "quotes")
MODELS = [model for app in OURS for model in apps.get_app_config(app).get_models()]
SOURCES = [path for app in OURS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_what_is_sealed_has_a_key_made_in_python(model):
    if any(isinstance(field, EncryptedTextField) for field in model._meta.fields):
        assert issubclass(model, SealedModel)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_time_and_its_person_are_held_together_by_a_constraint(model):
    names = {field.name for field in model._meta.fields}
    conditions = " ".join(str(c.condition) for c in model._meta.constraints if isinstance(c, models.CheckConstraint))
    for name in names:
        verb = name.removesuffix("_at")
        # published_by and created_by are empty where the starter library or the system did it
        if name.endswith("_at") and f"{verb}_by" in names and verb not in {"published", "created", "recorded"}:
            assert f"{verb}_at__isnull" in conditions, f"{model.__name__}.{name}"
            assert f"{verb}_by__isnull" in conditions, f"{model.__name__}.{verb}_by"


# models of articles/ that no kept page shows: the search is asked anew each time
NOT_SHOWN = {"Feedback", "OldAddress", "SearchEntry", "SearchWord"}


@pytest.mark.parametrize("model", list(apps.get_app_config("articles").get_models()), ids=lambda model: model.__name__)
def test_the_page_cache_notices_every_way_to_write_what_readers_see(model):
    """Make a new model `Public` and its query set a `PublicQuerySet`, or say here that no public page shows it."""
    if model.__name__ not in NOT_SHOWN:
        assert issubclass(model, Public)
        assert isinstance(model._default_manager.all(), PublicQuerySet)


def test_each_field_that_staff_see_has_a_name_of_its_own():
    """What Django makes of `approval_requested_at` is English in every language."""
    for model, page in admin.site._registry.items():
        shown = {*page.list_display, *page.list_filter, *flatten(page.fields or ()), *flatten_fieldsets(page.fieldsets or ())}
        names = {field.name: field.verbose_name for field in model._meta.fields}
        bare = {name for name, words in names.items() if type(words) is str and words == name.replace("_", " ")}
        assert not bare & shown, model.__name__


def test_nothing_is_imported_inside_a_function():
    for path in SOURCES:
        functions = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]
        hidden = [node.lineno for f in functions for node in ast.walk(f) if isinstance(node, ast.Import | ast.ImportFrom)]
        assert not hidden, f"{path}: lines {hidden}"


def test_translated_words_are_marked_by_names_that_makemessages_knows():
    for path in SOURCES:
        assert not re.search(r"\bn?p?gettext(_lazy)? as (?!_\b)", path.read_text()), path


def test_no_room_has_a_drawer_for_everything():
    assert not [path for path in SOURCES if path.stem in {"utils", "helpers", "common", "signals", "services"}]


def test_only_actions_write_a_status():
    assigning = re.compile(r"case\.status\s*=[^=]|\.update\([^)]*\bstatus=")
    quotes = [path for path in SOURCES if path.relative_to(ROOT).parts[0] == "quotes"]
    assert [path.relative_to(ROOT).as_posix() for path in quotes if assigning.search(path.read_text())] == [
        "quotes/actions/core.py"
    ]


TEMPLATES = [path for path in (ROOT / "templates").rglob("*.html") if "emails" not in path.parts]


def test_no_template_has_an_inline_script_or_style():
    inline = re.compile(r"<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:", re.IGNORECASE)
    script = re.compile(r"<script(?![^>]*\b(?:src=|type=\"application/(?:ld\+)?json\"))", re.IGNORECASE)
    for path in TEMPLATES:
        assert not inline.search(path.read_text()), path
        assert not script.search(path.read_text()), path


def test_nothing_loads_from_another_origin():
    elsewhere = re.compile(r"""<(?:script|link|img|iframe|source)[^>]+(?:src|href)=["']https?:""")
    assert TEMPLATES
    for path in TEMPLATES:
        assert not elsewhere.search(path.read_text()), path


def test_styles_have_no_left_and_right():
    physical = re.compile(r"(?:margin|padding|border)-(?:left|right)|(?<![\w-])(?:left|right)\s*:|text-align:\s*(?:left|right)")
    for sheet in (ROOT / "portal" / "static" / "portal" / "css").glob("*.css"):
        assert not physical.search(sheet.read_text()), sheet.name
