"""Who was revoked: lists (CRL) from their addresses, and answers (OCSP) from the responders that certificates name."""

import secrets
from datetime import datetime, timedelta

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from certificates.errors import InvalidAnswer
from certificates.signatures import ocsp
from registration.errors import Unavailable
from registration.keys import revocation_cache
from registration.settings import Settings

SECONDS = 10
# Lists of large authorities have some megabytes, an answer about one certificate some kilobytes.
MOST_LIST = 20 * 1024 * 1024
MOST_ANSWER = 64 * 1024
# The next answer is requested after this time at the latest, however long the present one is valid.
LONGEST = timedelta(hours=1)
QUESTION = {"Content-Type": "application/ocsp-request", "Accept": "application/ocsp-response"}


class Revocations:
    """Lists of revoked certificates by address, each kept until its issuer promises the next."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._kept: dict[str, x509.CertificateRevocationList] = {}

    def fetch(self, urls: tuple[str, ...], *, now: datetime) -> list[bytes]:
        """The lists in DER; Unavailable `revocation_away` when one cannot be had or read."""
        return [self._list(url, now).public_bytes(Encoding.DER) for url in urls]

    def _list(self, url: str, now: datetime) -> x509.CertificateRevocationList:
        kept = self._kept.get(url)
        if kept is None or kept.next_update_utc is None or kept.next_update_utc <= now:
            kept = self._kept[url] = _fetched_list(url)
            revocation_cache.cache_list(self._settings, url, kept.public_bytes(Encoding.DER))
        return kept


class Responders:
    """Answers about certificates, each cached for a while, and never longer than its responder allows."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._kept: dict[str, tuple[datetime, ocsp.OcspAnswer]] = {}

    def ask(self, certificate: x509.Certificate, issuer: x509.Certificate, *, url: str, now: datetime) -> bytes:
        """The answer in DER, which may be that the certificate is revoked. Unavailable `revocation_away` when none can
        be had, or none that is worth anything: not fresh, or not from one who may speak for the issuer."""
        name = certificate.fingerprint(hashes.SHA256()).hex()
        until, answer = self._kept.get(name, (now, None))
        if answer is None or until <= now:
            answer = _asked(url, certificate, issuer, now)
            self._kept[name] = (min(answer.until, now + LONGEST), answer)
            revocation_cache.cache_answer(self._settings, name, answer.der)
        return answer.der


def _asked(url: str, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> ocsp.OcspAnswer:
    nonce = secrets.token_bytes(16)
    content = ocsp.question(certificate, issuer, nonce=nonce)
    said = _fetched("POST", url, most=MOST_ANSWER, content=content, headers=QUESTION)
    try:
        answer = ocsp.answer_of(said, certificate=certificate, issuer=issuer, nonce=nonce)
        answer.require_fresh(now)
    except InvalidAnswer as worthless:
        raise Unavailable("revocation_away", url=url, kind=worthless.code) from worthless
    return answer


def _fetched_list(url: str) -> x509.CertificateRevocationList:
    content = _fetched("GET", url, most=MOST_LIST, follow_redirects=True)
    pem = content.startswith(b"-----BEGIN")
    try:
        return (x509.load_pem_x509_crl if pem else x509.load_der_x509_crl)(content)
    except ValueError as error:
        raise Unavailable("revocation_away", url=url, kind=type(error).__name__) from error


def _fetched(
    method: str,
    url: str,
    *,
    most: int,
    content: bytes | None = None,
    headers: dict[str, str] | None = None,
    follow_redirects: bool = False,
) -> bytes:
    """The body, of `most` bytes at the most."""
    got = bytearray()
    try:
        with httpx.stream(
            method, url, content=content, headers=headers, timeout=SECONDS, follow_redirects=follow_redirects
        ) as answer:
            answer.raise_for_status()
            for part in answer.iter_bytes():
                got += part
                if len(got) > most:
                    raise Unavailable("revocation_away", url=url, kind="too_large")
    except (httpx.HTTPError, httpx.InvalidURL) as away:
        raise Unavailable("revocation_away", url=url, kind=type(away).__name__) from away
    return bytes(got)
