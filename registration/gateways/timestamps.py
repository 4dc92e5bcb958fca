"""The authorities outside that a signature may need: one for its time (RFC 3161), others for what they revoked."""

from collections.abc import Callable
from datetime import datetime

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from registration.errors import Unavailable

SECONDS = 10


def asking(url: str) -> Callable[[bytes], bytes]:
    """Sends requests to the timestamp authority at this address; Unavailable `timestamp_away` without an answer."""

    def ask(request: bytes) -> bytes:
        kind = {"Content-Type": "application/timestamp-query"}
        try:
            answer = httpx.post(url, content=request, headers=kind, timeout=SECONDS)
            answer.raise_for_status()
        except httpx.HTTPError as away:
            raise Unavailable("timestamp_away", url=url, kind=type(away).__name__) from away
        return answer.content

    return ask


class Revocations:
    """Lists of revoked certificates (CRL) by address, each kept until its issuer promises the next."""

    def __init__(self) -> None:
        self._kept: dict[str, x509.CertificateRevocationList] = {}

    def fetch(self, urls: tuple[str, ...], *, now: datetime) -> list[bytes]:
        """The lists in DER; Unavailable `revocation_away` when one cannot be had or read."""
        return [self._list(url, now).public_bytes(Encoding.DER) for url in urls]

    def _list(self, url: str, now: datetime) -> x509.CertificateRevocationList:
        kept = self._kept.get(url)
        if kept is None or kept.next_update_utc is None or kept.next_update_utc <= now:
            kept = self._kept[url] = _fetched(url)
        return kept


def _fetched(url: str) -> x509.CertificateRevocationList:
    try:
        answer = httpx.get(url, timeout=SECONDS, follow_redirects=True)
        answer.raise_for_status()
        pem = answer.content.startswith(b"-----BEGIN")
        return (x509.load_pem_x509_crl if pem else x509.load_der_x509_crl)(answer.content)
    except (httpx.HTTPError, ValueError) as away:
        raise Unavailable("revocation_away", url=url, kind=type(away).__name__) from away
