"""Settings from the environment: each helper either returns a usable value or stops with a sentence that says what to set."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def load(path: Path) -> None:
    """Put the lines `NAME=value` of a file into the environment; what is already set there wins."""
    if not path.exists():
        return
    for number, line in enumerate(path.read_text().splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, separator, value = line.partition("=")
        if not separator:
            raise ImproperlyConfigured(f"{path.name}, line {number}: write NAME=value")
        os.environ.setdefault(name.strip(), value.strip().strip('"'))


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set. .env.example says what it is for.")
    return value


def flag(name: str, *, default: bool) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in TRUE:
        return True
    if value.lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; write 1 or 0.")


def number(name: str, default: int) -> int:
    value = os.environ.get(name, "")
    if not value:
        return default
    if not value.isdigit():
        raise ImproperlyConfigured(f"{name} is {value!r}; write a whole number.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """A list, separated by commas or spaces."""
    return os.environ.get(name, default).replace(",", " ").split()


def database(name: str, default: str) -> dict:
    """A Django DATABASES entry from `postgres://user:password@host:port/name` or `sqlite:///path` (four slashes: absolute)."""
    url = urlsplit(text(name, default))
    if url.scheme == "sqlite":
        file = unquote(url.path)[1:] or ":memory:"
        if file != ":memory:":
            Path(file).parent.mkdir(parents=True, exist_ok=True)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": file,
            # With the default DEFERRED a web process and a worker deadlock into "database is locked"; measured.
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    if url.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(url.path)[1:],
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": unquote(url.hostname or ""),
            "PORT": url.port or "",
            "CONN_MAX_AGE": number("DATABASE_CONN_MAX_AGE", 60),
            "CONN_HEALTH_CHECKS": True,
            # A server that is away is found out in two seconds (the least that libpq takes), and one that falls silent in
            # the middle of a request too: the page that gives back what was typed comes while people still wait.
            "OPTIONS": {"connect_timeout": 2, "tcp_user_timeout": 2000, **dict(parse_qsl(url.query))},
        }
    raise ImproperlyConfigured(f"{name} must begin with postgres:// or sqlite:///, not {url.scheme!r}.")


def shared_cache(name: str) -> dict[str, dict[str, str]]:
    """A Django CACHES entry "shared" from `redis://…` or `memcached://host:port`; none when it is not set."""
    url = os.environ.get(name, "")
    if not url:
        return {}
    kinds = {"redis": "redis.RedisCache", "rediss": "redis.RedisCache", "memcached": "memcached.PyMemcacheCache"}
    scheme = urlsplit(url).scheme
    if scheme not in kinds:
        raise ImproperlyConfigured(f"{name} must begin with redis:// or memcached://, not {scheme!r}.")
    place = urlsplit(url).netloc if scheme == "memcached" else url
    return {"shared": {"BACKEND": f"django.core.cache.backends.{kinds[scheme]}", "LOCATION": place, "KEY_PREFIX": "regain"}}


def key_ring(name: str, default: str | None = None) -> dict[str, str]:
    """`k2:base64,k1:base64` → {"k2": …, "k1": …}: the first writes, all read."""
    ring = {}
    for entry in text(name, default).split(","):
        key_id, separator, key = entry.strip().partition(":")
        if not separator or not key_id.isalnum():
            raise ImproperlyConfigured(f"{name}: write k1:KEY, or k2:NEWKEY,k1:OLDKEY while you rotate.")
        ring[key_id] = key
    return ring
