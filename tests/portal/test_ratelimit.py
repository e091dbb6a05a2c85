"""Limits count exactly, in the database, and keep no address."""

from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone

from portal import ratelimit
from portal.models import RateLimit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def limit(settings):
    settings.LIMITS = {"knock": (3, 900), "ring": (1, 900)}


def request(peer: str, forwarded: str = ""):
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)


def test_exactly_as_many_as_the_limit_says():
    assert [ratelimit.allowed("knock", "a") for _ in range(5)] == [True, True, True, False, False]
    assert RateLimit.objects.get().hits == 5


def test_each_value_and_each_kind_has_its_own_count():
    for _ in range(4):
        ratelimit.allowed("knock", "a")
    assert ratelimit.allowed("knock", "b")
    assert ratelimit.allowed("ring", "a")


def test_a_new_window_begins_at_one():
    for _ in range(4):
        ratelimit.allowed("knock", "a")
    RateLimit.objects.update(ends_at=timezone.now())
    assert [ratelimit.allowed("knock", "a") for _ in range(4)] == [True, True, True, False]


def test_hits_do_not_stretch_the_window():
    ratelimit.allowed("knock", "a")
    ends_at = RateLimit.objects.get().ends_at
    assert abs(ends_at - timezone.now() - timedelta(seconds=900)) < timedelta(seconds=5)
    ratelimit.allowed("knock", "a")
    assert RateLimit.objects.get().ends_at == ends_at


def test_no_address_is_kept_and_the_hash_changes_every_day(monkeypatch):
    ratelimit.allowed("knock", "192.0.2.7")
    today = RateLimit.objects.get().bucket
    assert "192.0.2.7" not in today
    tomorrow = timezone.localdate() + timedelta(days=1)
    monkeypatch.setattr(ratelimit.timezone, "localdate", lambda: tomorrow)
    ratelimit.allowed("knock", "192.0.2.7")
    assert RateLimit.objects.exclude(bucket=today).count() == 1


def test_the_peer_is_the_client_when_no_proxy_is_trusted(settings):
    settings.TRUSTED_PROXIES = []
    assert ratelimit.client_address(request("192.0.2.1", "6.6.6.6")) == "192.0.2.1"


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.9", "203.0.113.9"),  # the leftmost is what the client wrote itself
        ("10.0.0.1", "6.6.6.6, 203.0.113.9, 10.0.0.2", "203.0.113.9"),  # two proxies of ours
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "nonsense", "nonsense"),
        ("192.0.2.1", "203.0.113.9", "192.0.2.1"),
        ("fd00::1", "2001:db8::9", "2001:db8::9"),
    ],
)
def test_only_what_a_trusted_proxy_saw_counts(settings, peer, forwarded, client):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8", "fd00::/8"]
    assert ratelimit.client_address(request(peer, forwarded)) == client


def test_a_network_written_with_a_host_address_is_understood(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.1/8"]
    assert ratelimit.client_address(request("10.9.9.9", "203.0.113.9")) == "203.0.113.9"


def test_clients_are_counted_by_address():
    assert ratelimit.allowed_for_client("ring", request("192.0.2.1"))
    assert not ratelimit.allowed_for_client("ring", request("192.0.2.1"))
    assert ratelimit.allowed_for_client("ring", request("192.0.2.2"))


@pytest.mark.parametrize(
    ("first", "second"),
    [("2001:db8:0:7::1", "2001:db8:0:7:ffff::2"), ("::ffff:192.0.2.1", "192.0.2.1"), ("nonsense", "nonsense")],
)
def test_one_line_is_one_client_however_many_addresses_it_has(first, second):
    assert ratelimit.allowed_for_client("ring", request(first))
    assert not ratelimit.allowed_for_client("ring", request(second))
    assert ratelimit.allowed_for_client("ring", request("2001:db8:0:8::1"))
