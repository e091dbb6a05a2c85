"""Limits counted in the database, so that every process counts together. Figures: settings.LIMITS."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from portal.encryption import keyed_hash
from portal.models import RateLimit


def client_address(request: HttpRequest) -> str:
    """The address a trusted proxy saw, or the peer's. Never the leftmost X-Forwarded-For: anyone can write that."""
    peer = request.META.get("REMOTE_ADDR", "")
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    while hops and _is_trusted(peer):
        peer = hops.pop()
    return peer


def client_network(request: HttpRequest) -> str:
    """What counts as one client: the address, or of IPv6 the /64 that a single line has to itself, to draw from at will."""
    address = client_address(request)
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    return str(ip.ipv4_mapped or ipaddress.ip_network((ip, 64), strict=False))


def _is_trusted(address: str) -> bool:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(ip in ipaddress.ip_network(network, strict=False) for network in settings.TRUSTED_PROXIES)


def allowed(name: str, value: str) -> bool:
    """Count a hit of this kind by this value (an address, an e-mail, a row's id); False when over the limit."""
    hits, seconds = settings.LIMITS[name]
    bucket = f"{name}:{keyed_hash(f'{name}:{timezone.localdate()}', value)}"
    return RateLimit.count(bucket, seconds=seconds) <= hits


def allowed_for_client(name: str, request: HttpRequest) -> bool:
    return allowed(name, client_network(request))
