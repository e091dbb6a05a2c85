"""Settings helpers: usable values, or a sentence that says what to set."""

import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal import env

ROOT = Path(__file__).resolve().parent.parent.parent


def test_every_setting_of_the_environment_stands_in_the_example():
    source = (ROOT / "portal" / "settings.py").read_text() + (ROOT / "portal" / "env.py").read_text()
    used = set(re.findall(r"""(?:env\.)?(?:text|flag|number|words|key_ring|database|shared_cache)\(\s*"([A-Z_]+)\"""", source))
    written = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert used == written


def test_a_missing_setting_says_where_to_look(monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY is not set"):
        env.text("SECRET_KEY")


@pytest.mark.parametrize(("written", "read"), [("1", True), ("no", False), ("ON", True), ("", False)])
def test_flags_are_read(monkeypatch, written, read):
    monkeypatch.setenv("SAMPLE", written)
    assert env.flag("SAMPLE", default=not read) is read


@pytest.mark.parametrize("call", [lambda: env.flag("SAMPLE", default=True), lambda: env.number("SAMPLE", 1)])
def test_nonsense_is_refused(monkeypatch, call):
    monkeypatch.setenv("SAMPLE", "perhaps")
    with pytest.raises(ImproperlyConfigured, match="perhaps"):
        call()


def test_a_postgres_address_becomes_a_database(monkeypatch):
    monkeypatch.setenv("SAMPLE", "postgres://regain:p%40ss@db:5433/site?sslmode=require")
    made = env.database("SAMPLE", "")
    assert (made["NAME"], made["USER"], made["PASSWORD"], made["HOST"], made["PORT"]) == ("site", "regain", "p@ss", "db", 5433)
    assert made["OPTIONS"]["sslmode"] == "require"


def test_an_sqlite_file_gets_its_folder_and_locks_at_once(monkeypatch, tmp_path):
    monkeypatch.setenv("SAMPLE", f"sqlite:///{tmp_path}/new/site.sqlite3")
    made = env.database("SAMPLE", "")
    assert made["NAME"] == f"{tmp_path}/new/site.sqlite3"
    assert (tmp_path / "new").is_dir()
    assert made["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_another_database_is_refused(monkeypatch):
    monkeypatch.setenv("SAMPLE", "mysql://x/y")
    with pytest.raises(ImproperlyConfigured, match="postgres"):
        env.database("SAMPLE", "")


def test_a_key_ring_keeps_its_order(monkeypatch):
    monkeypatch.setenv("SAMPLE", "k2:new, k1:old")
    assert list(env.key_ring("SAMPLE")) == ["k2", "k1"]


def test_the_environment_wins_over_the_file(monkeypatch, tmp_path):
    monkeypatch.setenv("SAMPLE", "outside")
    file = tmp_path / ".env"
    file.write_text("# words\nSAMPLE=inside\n")
    env.load(file)
    assert env.text("SAMPLE") == "outside"


def test_a_broken_line_is_named(tmp_path):
    file = tmp_path / ".env"
    file.write_text("A=1\nnonsense\n")
    with pytest.raises(ImproperlyConfigured, match="line 2"):
        env.load(file)


@pytest.mark.parametrize(
    ("written", "backend", "place"),
    [
        ("redis://cache:6379/1", "redis.RedisCache", "redis://cache:6379/1"),
        ("memcached://cache:11211", "memcached.PyMemcacheCache", "cache:11211"),
    ],
)
def test_a_shared_cache_is_read(monkeypatch, written, backend, place):
    monkeypatch.setenv("SAMPLE", written)
    shared = env.shared_cache("SAMPLE")["shared"]
    assert shared["BACKEND"].endswith(backend) and shared["LOCATION"] == place


def test_no_shared_cache_is_one_machine_and_an_unknown_one_is_refused(monkeypatch):
    assert env.shared_cache("SAMPLE") == {}
    monkeypatch.setenv("SAMPLE", "https://cache")
    with pytest.raises(ImproperlyConfigured, match="redis://"):
        env.shared_cache("SAMPLE")
