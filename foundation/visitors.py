"""Where a request comes from."""

from ipaddress import IPv6Address, ip_address

from django.conf import settings


def address_of(meta: dict) -> str:
    """The visitor's address from request.META; behind our proxy, the last one it added."""
    if settings.SECURE_PROXY_SSL_HEADER:
        forwarded = meta.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        if forwarded:
            return forwarded
    return meta.get("REMOTE_ADDR", "")


def network_of(address: str) -> str:
    """What a limit counts as one: an IPv6 network of 64 bits is one household or office."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address):
        known = known.ipv4_mapped or int(known) >> 64
    return str(known)
