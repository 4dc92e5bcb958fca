"""Whether a receiver agrees to get events, asked before the first: CloudEvents, HTTP 1.1 Web Hooks 1.0.2, section 4.

An OPTIONS request names the host that will send. Only the headers of the answer count, because a server that knows
nothing of this may answer OPTIONS with any status. The callback of section 4.1.2 is not offered: who agrees later is
asked again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

ASKED_BY = "WebHook-Request-Origin"
ALLOWED, RATE = "WebHook-Allowed-Origin", "WebHook-Allowed-Rate"
ANY = "*"
GRANTED, MISSING = "granted", "missing"
HIGHEST_RATE = 60_000


@dataclass(frozen=True)
class Consent:
    """`rate`: so many requests a minute at most; None without a limit, and without consent."""

    granted: bool
    rate: int | None = None


def asking_headers(public_url: str) -> dict[str, str]:
    """The headers of the question; `public_url` is the address of this office."""
    return {ASKED_BY: _host(public_url)}


def consent_in(headers: Mapping[str, str], *, public_url: str) -> Consent:
    """What the answer's headers say to this office. A rate that is no number of 1 to 60,000 limits nothing."""
    said = {key.lower(): value.strip() for key, value in headers.items()}
    origins = {one.strip().lower() for one in said.get(ALLOWED.lower(), "").split(",")}
    if not origins & {ANY, _host(public_url)}:
        return Consent(granted=False)
    rate = said.get(RATE.lower(), ANY)
    known = rate.isascii() and rate.isdigit() and len(rate) < 6 and 0 < int(rate) <= HIGHEST_RATE
    return Consent(granted=True, rate=int(rate) if known else None)


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()
