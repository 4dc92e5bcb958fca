"""Which addresses this office sends to: encrypted and on the public internet, so that nobody reaches an inner service.

A name is judged by the addresses that it has when the request is made (OWASP, server-side request forgery).
"""

from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from registration.rules.problems import Problem

LONGEST = 500
LONGEST_LABEL = 63
Address = IPv4Address | IPv6Address


def address_problems(path: str, url: str, *, private: bool) -> list[Problem]:
    """What is wrong with an address that somebody typed; `private`: an intranet is allowed, also without encryption."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if not _are_labels(host) or len(url) > LONGEST or not url.isascii() or any(map(str.isspace, url)) or port == 0:
        return [Problem(path, "webhook.address")]
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        return [Problem(path, "webhook.not_https")]
    if parts.username is not None or parts.fragment:
        return [Problem(path, "webhook.address")]
    try:
        named = ip_address(host)
    except ValueError:
        # `localhost` and names without a dot are never public.
        is_inner = "." not in host.rstrip(".") or host.rstrip(".").endswith((".localhost", ".local", ".internal"))
    else:
        is_inner = not is_public(named)
    return [Problem(path, "webhook.private")] if is_inner and not private else []


def _are_labels(host: str) -> bool:
    """Whether each label has 1 to 63 characters (RFC 1035, 2.3.4): no other name can be resolved."""
    return all(1 <= len(label) <= LONGEST_LABEL for label in host.removesuffix(".").split("."))


def is_public(address: Address) -> bool:
    """Whether the address is one of the internet: not private, local, shared, reserved or a group."""
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    if inner is not None:
        return is_public(inner)
    # 64:ff9b::/96 leads to any IPv4 address (RFC 6052).
    if address.version == 6 and address.packed[:12] == b"\x00\x64\xff\x9b" + bytes(8):
        return is_public(IPv4Address(address.packed[12:]))
    return address.is_global and not address.is_multicast
