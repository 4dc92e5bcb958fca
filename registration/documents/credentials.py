"""Published data for independent checks: public keys, roots, status lists, credentials."""

from base64 import b64encode
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from certificates.credentials import jose, sd_jwt, status_list
from certificates.particulars import Particulars
from registration import keys
from registration.keys import offline
from registration.models import Licence
from registration.queries.licence_status import place_of
from registration.settings import Settings


def key_set(settings: Settings) -> dict[str, Any]:
    """A JWK set (RFC 7517) with the use and start of each key, and the roots for signatures of PDFs."""
    roots = [root for pem in keys.trust_roots(settings) for root in x509.load_pem_x509_certificates(pem)]
    rows = [one.row() for one in offline.published(settings)]
    return {"issuer": settings.public_url, "keys": rows, "pdf_roots": [_root(root) for root in roots]}


def issuer_metadata(settings: Settings) -> dict[str, Any]:
    """The keys of credentials and status lists, where SD-JWT VC looks for them."""
    rows = [one.row() for one in offline.published(settings) if one.purpose == "credential"]
    return {"issuer": settings.public_url, "jwks": {"keys": rows}}


def kind_address(settings: Settings) -> str:
    return f"{settings.public_url}/credential-types/licence"


def list_address(settings: Settings, number: int) -> str:
    return f"{settings.public_url}/status-lists/{number}"


def credential_of(licence: Licence, settings: Settings, *, now: datetime) -> str:
    """The licence as an SD-JWT VC, made again for each request."""
    number, place = place_of(licence)
    return sd_jwt.credential(
        Particulars.model_validate(licence.particulars),
        issuer=settings.public_url,
        kind=kind_address(settings),
        status=(list_address(settings, number), place),
        issued_at=now,
        key=offline.signing_key("credential"),
    )


def signed_list(ended: list[int], number: int, settings: Settings, *, now: datetime) -> str:
    return status_list.signed(
        ended,
        uri=list_address(settings, number),
        issuer=settings.public_url,
        issued_at=now,
        key=offline.signing_key("credential"),
    )


def _root(root: x509.Certificate) -> dict[str, Any]:
    return {
        "subject": root.subject.rfc4514_string(),
        "not_before": root.not_valid_before_utc.isoformat(),
        "not_after": root.not_valid_after_utc.isoformat(),
        "x5t#S256": jose.b64url(root.fingerprint(hashes.SHA256())),
        "x5c": [b64encode(root.public_bytes(Encoding.DER)).decode("ascii")],
    }
