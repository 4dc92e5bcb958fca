"""Whether a receiver agrees to get events, asked before the first: CloudEvents, HTTP 1.1 Web Hooks 1.0.2, section 4.

An OPTIONS request names the host that will send. Only the headers of the answer count, because a server that knows
nothing of this may answer OPTIONS with any status. Each question offers a callback (section 4.1.3), by which the
receiver may agree later: an address with a key that cannot be guessed, valid for CALLBACK_DAYS.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

ASKED_BY, CALLBACK = "WebHook-Request-Origin", "WebHook-Request-Callback"
ALLOWED, RATE = "WebHook-Allowed-Origin", "WebHook-Allowed-Rate"
ANY = "*"
GRANTED, MISSING = "granted", "missing"
HIGHEST_RATE = 60_000
# Of the site; the receiver and a key follow.
CALLBACK_PATH = "/webhooks/consent/"
CALLBACK_DAYS = 3


@dataclass(frozen=True)
class Consent:
    """`rate`: so many requests a minute at most; None without a limit, and without consent."""

    granted: bool
    rate: int | None = None


def origin_header(public_url: str) -> dict[str, str]:
    """What every request to a receiver that was asked carries; `public_url` is the address of this office."""
    return {ASKED_BY: _host(public_url)}


def asking_headers(public_url: str, *, callback: str) -> dict[str, str]:
    """The headers of the question; `callback` are the parts of the address behind `CALLBACK_PATH`."""
    return origin_header(public_url) | {CALLBACK: f"{public_url.rstrip('/')}{CALLBACK_PATH}{callback}"}


def consent_in(headers: Mapping[str, str], *, public_url: str) -> Consent:
    """What the answer's headers say to this office."""
    said = {key.lower(): value.strip() for key, value in headers.items()}
    origins = {one.strip().lower() for one in said.get(ALLOWED.lower(), "").split(",")}
    if not origins & {ANY, _host(public_url)}:
        return Consent(granted=False)
    return Consent(granted=True, rate=rate_in(said.get(RATE.lower(), ANY)))


def rate_in(said: str) -> int | None:
    """Requests a minute. What is no number of 1 to 60,000 limits nothing."""
    known = said.isascii() and said.isdigit() and len(said) < 6 and 0 < int(said) <= HIGHEST_RATE
    return int(said) if known else None


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()
