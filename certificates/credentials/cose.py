"""COSE_Sign1 (RFC 9052) with ES256: a payload, the key's id, and a signature over both and external data.

Only one encoding is accepted: deterministic CBOR (RFC 8949, 4.2.1), two headers, the lower of the two valid s. Any
other is refused, so that a valid text cannot be turned into a second valid text.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import cbor2
from cryptography.exceptions import InvalidSignature

from certificates.credentials import jose
from certificates.errors import InvalidStatement

ALGORITHM, KID, ES256 = 1, 4, -7
TAG = 18


@dataclass(frozen=True)
class Signed:
    """The parts of a COSE_Sign1, not yet verified."""

    protected: bytes
    payload: bytes
    signature: bytes
    kid: str


def sign(payload: bytes, key: jose.PrivateKey, *, beside: bytes) -> bytes:
    """A tagged COSE_Sign1. `beside` is signed too but not contained (external_aad)."""
    kid = bytes.fromhex(jose.kid(key.public_key()))
    protected = _protected(kid)
    signature = jose.sign(_to_be_signed(protected, payload, beside), key)
    return cbor2.dumps(cbor2.CBORTag(TAG, [protected, {}, payload, signature]), canonical=True)


def parse(data: bytes) -> Signed:
    """Raises InvalidStatement `statement.unreadable`."""
    tagged = decode(data)
    fields = tagged.value if isinstance(tagged, cbor2.CBORTag) and tagged.tag == TAG else None
    if not isinstance(fields, list | tuple) or len(fields) != 4:
        raise InvalidStatement("statement.unreadable")
    protected, unprotected, payload, signature = fields
    if unprotected != {} or not all(isinstance(part, bytes) for part in (protected, payload, signature)):
        raise InvalidStatement("statement.unreadable")
    header = decode(protected)
    kid = header.get(KID) if isinstance(header, Mapping) else None
    # Compare the bytes, since True equals 1 in Python.
    if not isinstance(kid, bytes) or len(kid) != jose.KID_BYTES or protected != _protected(kid):
        raise InvalidStatement("statement.unreadable")
    return Signed(protected, payload, signature, kid.hex())


def verify(signed: Signed, keys: Mapping[str, jose.PublicKey], *, beside: bytes) -> None:
    """Raises InvalidStatement: `statement.unknown_key` with the kid, `statement.altered`."""
    if signed.kid not in keys:
        raise InvalidStatement("statement.unknown_key", {"kid": signed.kid})
    if len(signed.signature) != 2 * jose.HALF or not jose.has_low_s(signed.signature):
        raise InvalidStatement("statement.altered")
    try:
        jose.verify(signed.signature, _to_be_signed(signed.protected, signed.payload, beside), keys[signed.kid])
    except InvalidSignature:
        raise InvalidStatement("statement.altered") from None


def decode(data: bytes) -> object:
    """Decode exactly one CBOR value in deterministic encoding. Raises InvalidStatement for anything else."""
    try:
        decoded: object = cbor2.loads(data)
        same = cbor2.dumps(decoded, canonical=True) == data
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError, EOFError, AttributeError):
        raise InvalidStatement("statement.unreadable") from None
    if not same:
        raise InvalidStatement("statement.unreadable")
    return decoded


def _protected(kid: bytes) -> bytes:
    return cbor2.dumps({ALGORITHM: ES256, KID: kid}, canonical=True)


def _to_be_signed(protected: bytes, payload: bytes, beside: bytes) -> bytes:
    return cbor2.dumps(["Signature1", protected, beside, payload])
