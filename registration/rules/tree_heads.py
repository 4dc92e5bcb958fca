"""The formats of the public log: the text of an entry, and the signed head of its tree.

A head is a JWS (RFC 7515) with ES256: P-256 and SHA-256. Its key id is the thumbprint of RFC 7638.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec

from certificates.canonical import canonical, canonical_text
from certificates.credentials import jose

TYPE = "heyi-log-head"
CURVE = ec.SECP256R1()
# The order of P-256's group: a secret is between 1 and one less.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True)
class Head:
    """The tree of the first `size` entries at the time `at`."""

    size: int
    root: str
    at: datetime


class UnsignedHead(Exception):
    """The text is not a head signed by one of the keys."""


def entry_text(
    *, code: str, serial: str, edition: int, paper: str, copy: int, sha256: str, event: str, at: datetime
) -> str:
    """An entry as canonical JSON (RFC 8785): the sheet, its event and the time; no personal data."""
    fields = {"code": code, "serial": serial, "edition": edition, "paper": paper, "copy": copy, "sha256": sha256}
    return canonical_text(fields | {"event": event, "time": moment(at)})


def moment(at: datetime) -> str:
    """RFC 3339 in UTC, to the second: 2026-10-12T01:30:00Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def private_key(secret: bytes) -> jose.PrivateKey:
    """The key whose secret is derived from these 32 random bytes."""
    return ec.derive_private_key(int.from_bytes(secret, "big") % (ORDER - 1) + 1, CURVE)


def public_jwk(key: jose.PublicKey) -> dict[str, str]:
    """The public key as a JWK (RFC 7517), named by its thumbprint."""
    named = jose.jwk(key)
    return named | {"alg": "ES256", "use": "sig", "kid": jose.b64url(sha256(canonical(named)).digest())}


def sign(head: Head, key: jose.PrivateKey) -> str:
    """The head as a compact JWS."""
    return sign_payload({"size": head.size, "root": head.root, "time": moment(head.at)}, key, kind=TYPE)


def sign_payload(payload: Mapping[str, Any], key: jose.PrivateKey, *, kind: str) -> str:
    """Any payload in the same manner; `kind` is the `typ` of its header."""
    header = {"alg": "ES256", "kid": public_jwk(key.public_key())["kid"], "typ": kind}
    signed = f"{jose.b64url(canonical(header))}.{jose.b64url(canonical(payload))}"
    return f"{signed}.{jose.b64url(jose.sign(signed.encode(), key))}"


def read(jws: str, keys: Iterable[Mapping[str, Any]]) -> Head:
    """The head in a JWS that one of the public keys (JWK) has signed; else UnsignedHead."""
    try:
        signed, _dot, signature = jws.rpartition(".")
        header, payload = (json.loads(jose.from_b64url(part)) for part in signed.split("."))
        if header["alg"] != "ES256" or header["typ"] != TYPE:
            raise UnsignedHead("kind")
        key = jose.public_key(next(one for one in keys if one["kid"] == header["kid"]))
        jose.verify(jose.from_b64url(signature), signed.encode(), key)
        return Head(int(payload["size"]), str(payload["root"]), datetime.fromisoformat(payload["time"]))
    except (ValueError, KeyError, TypeError, StopIteration, InvalidSignature) as error:
        raise UnsignedHead(type(error).__name__) from error
