"""The registrar's signing key as a working process holds it, and how papers are signed with it."""

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import structlog

from certificates.errors import SigningError
from certificates.signatures.ocsp import responder_of
from certificates.signatures.signer import Signer
from certificates.signatures.timestamping import Evidence, Timestamper
from certificates.signatures.unwritten_file import UnwrittenFile, written
from registration.errors import Unavailable
from registration.gateways.revocations import Responders, Revocations
from registration.gateways.timestamps import asking
from registration.keys import signing_key, timestamp_roots, trust_roots
from registration.settings import Settings, settings

log = structlog.get_logger(__name__)
AWAY = ("timestamp_away", "revocation_away", "timestamp.refused")


@cache
def signer() -> Signer:
    """Read once a process: parsing a key costs more than a signature."""
    return signing_key(settings())


def sign(made: bytes | UnwrittenFile, *, now: datetime, reason: str, location: str) -> bytes:
    """A paper signed now: with a timestamp where an authority is set, and with evidence where lists or responders are.

    While the authority is away papers are signed without one for as long as the settings allow, counted from its
    first failure; after that this raises, and the message waits in the outbox.
    """
    chosen = settings()
    if not chosen.timestamp_url:
        return signer().sign(made, signed_at=now, reason=reason, location=location)
    # A timestamp, and the data that proves it, are added to a file that is written.
    pdf = written(made)
    try:
        stamped = _timestamped(pdf, chosen, now=now, reason=reason, location=location)
    except (Unavailable, SigningError) as away:
        if away.args[0] not in AWAY or not _may_go_on(chosen, now):
            raise
        log.warning("signing.without_timestamp", why=away.args[0])
        return signer().sign(pdf, signed_at=now, reason=reason, location=location)
    outage_mark(chosen).unlink(missing_ok=True)
    return stamped


def _timestamped(pdf: bytes, chosen: Settings, *, now: datetime, reason: str, location: str) -> bytes:
    """An unavailable responder is no error if the revocation lists are sufficient."""
    evidence, away = _evidence(chosen, now)
    try:
        return timestamper().sign(pdf, signed_at=now, reason=reason, location=location, evidence=evidence)
    except SigningError as refused:
        if away is not None and refused.code == "evidence.insufficient":
            raise away from refused
        raise


@cache
def timestamper() -> Timestamper:
    """Cached for the process: it requests one timestamp from the authority to learn its size."""
    return Timestamper(signer(), ask=asking(settings().timestamp_url))


@cache
def revocations() -> Revocations:
    return Revocations(settings())


@cache
def responders() -> Responders:
    return Responders(settings())


def outage_mark(settings: Settings) -> Path:
    """A file that all workers see; it holds the time of the first failure since the authority last answered."""
    return settings.home / "timestamp-away-since"


def away_since(settings: Settings) -> datetime | None:
    """Since when the timestamp authority has not answered."""
    try:
        return datetime.fromisoformat(outage_mark(settings).read_text(encoding="ascii"))
    except FileNotFoundError:
        return None


def _may_go_on(settings: Settings, now: datetime) -> bool:
    since = away_since(settings)
    if since is None:
        outage_mark(settings).write_text(now.isoformat(), encoding="ascii")
    return now - (since or now) < timedelta(minutes=settings.timestamp_outage_minutes)


def _evidence(chosen: Settings, now: datetime) -> tuple[Evidence | None, Unavailable | None]:
    """The issuers' revocation data of the certificates, and the errors of responders."""
    if not chosen.revocation_urls and not chosen.ocsp:
        return None, None
    roots = [*trust_roots(chosen), *timestamp_roots(chosen)]
    crls = revocations().fetch(chosen.revocation_urls, now=now)
    answers, away = _answers(roots, now) if chosen.ocsp else ([], None)
    return Evidence(roots=roots, crls=crls, answers=answers), away


def _answers(roots: list[bytes], now: datetime) -> tuple[list[bytes], Unavailable | None]:
    answers, failed = [], None
    for certificate, issuer in timestamper().issued(roots):
        if (url := responder_of(certificate)) is None:
            continue
        try:
            answers.append(responders().ask(certificate, issuer, url=url, now=now))
        except Unavailable as away:
            log.warning("signing.without_answer", url=url, why=away.data.get("kind"))
            failed = away
    return answers, failed
