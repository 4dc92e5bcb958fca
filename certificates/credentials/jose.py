"""P-256 keys as JWK, and signatures in the form of JOSE and COSE (ES256)."""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from certificates.canonical import canonical
from certificates.errors import InvalidStatement

HALF = 32
# Order of the group of P-256 (FIPS 186-5 with SP 800-186, 3.2.1.3).
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
KID_BYTES = 8
PrivateKey = ec.EllipticCurvePrivateKey
PublicKey = ec.EllipticCurvePublicKey


def b64url(data: bytes) -> str:
    """Base64 of RFC 4648 section 5, without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_b64url(text: str) -> bytes:
    """Raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def jwk(key: PublicKey) -> dict[str, str]:
    """The public key as a JWK (RFC 7517) with only the members that its thumbprint needs."""
    numbers = key.public_numbers()
    x, y = (b64url(number.to_bytes(HALF, "big")) for number in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def kid(key: PublicKey) -> str:
    """The first eight bytes of the key's SHA-256 thumbprint (RFC 7638), in hex: short enough for a QR code."""
    return hashlib.sha256(canonical(jwk(key))).digest()[:KID_BYTES].hex()


def public_keys(jwks: Mapping[str, Any], *, purpose: str) -> dict[str, PublicKey]:
    """The keys of a JWK set for `purpose`, by kid; a set without purposes is valid for all.

    The kid is computed again, so a set cannot give a key another key's id. Raises InvalidStatement `keys.malformed`.
    """
    try:
        rows = [row for row in jwks["keys"] if row.get("purpose", purpose) == purpose]
        found = [public_key(row) for row in rows]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InvalidStatement("keys.malformed") from None
    return {kid(key): key for key in found}


def sign(data: bytes, key: PrivateKey) -> bytes:
    """ES256 as in JOSE and COSE: r and s, 32 bytes each; deterministic (RFC 6979), so that documents are repeatable.

    If s is valid, n - s is valid too (n: the order of the curve). The lower one is written.
    """
    der = key.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    r, s = decode_dss_signature(der)
    return b"".join(number.to_bytes(HALF, "big") for number in (r, min(s, ORDER - s)))


def has_low_s(signature: bytes) -> bool:
    """Whether s is the lower of the two valid values."""
    return int.from_bytes(signature[HALF:], "big") <= ORDER // 2


def verify(signature: bytes, data: bytes, key: PublicKey) -> None:
    """Raises cryptography's InvalidSignature."""
    if len(signature) != 2 * HALF:
        raise InvalidSignature
    r, s = (int.from_bytes(half, "big") for half in (signature[:HALF], signature[HALF:]))
    key.verify(encode_dss_signature(r, s), data, ec.ECDSA(hashes.SHA256()))


def compact(header: Mapping[str, Any], payload: Mapping[str, Any], key: PrivateKey) -> str:
    """A JWS in compact form; `alg` and `kid` are added to the header."""
    head = {**header, "alg": "ES256", "kid": kid(key.public_key())}
    signed = ".".join(b64url(json.dumps(part, ensure_ascii=False).encode()) for part in (head, payload))
    return f"{signed}.{b64url(sign(signed.encode('ascii'), key))}"


def public_key(row: Mapping[str, Any]) -> PublicKey:
    """The key of a JWK. Raises KeyError or ValueError, also for a point that is not on the curve."""
    if (row["kty"], row["crv"]) != ("EC", "P-256"):
        raise ValueError("not a P-256 key")
    x, y = (int.from_bytes(from_b64url(row[name]), "big") for name in ("x", "y"))
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
