"""COSE_Sign1 (RFC 9052) with ES256: a payload, the key's name, and a signature over both and something beside them."""

from collections.abc import Mapping
from dataclasses import dataclass

import cbor2
from cryptography.exceptions import InvalidSignature

from certificates import jose
from certificates.errors import InvalidStatement

ALGORITHM, KID, ES256 = 1, 4, -7
TAG = 18


@dataclass(frozen=True)
class Signed:
    """The parts of a COSE_Sign1, not yet believed."""

    protected: bytes
    payload: bytes
    signature: bytes
    kid: str


def sign(payload: bytes, key: jose.PrivateKey, *, beside: bytes) -> bytes:
    """A tagged COSE_Sign1. `beside` is signed too, but not contained (its external_aad)."""
    kid = bytes.fromhex(jose.kid(key.public_key()))
    protected = cbor2.dumps({ALGORITHM: ES256, KID: kid}, canonical=True)
    signature = jose.sign(_to_be_signed(protected, payload, beside), key)
    return cbor2.dumps(cbor2.CBORTag(TAG, [protected, {}, payload, signature]))


def parse(data: bytes) -> Signed:
    """Raises InvalidStatement `statement.unreadable`."""
    tagged = decode(data)
    fields = tagged.value if isinstance(tagged, cbor2.CBORTag) and tagged.tag == TAG else None
    if not isinstance(fields, list | tuple) or len(fields) != 4:
        raise InvalidStatement("statement.unreadable")
    protected, _, payload, signature = fields
    if not all(isinstance(part, bytes) for part in (protected, payload, signature)):
        raise InvalidStatement("statement.unreadable")
    header = decode(protected)
    if not isinstance(header, Mapping) or header.get(ALGORITHM) != ES256 or not isinstance(header.get(KID), bytes):
        raise InvalidStatement("statement.unreadable")
    return Signed(protected, payload, signature, header[KID].hex())


def verify(signed: Signed, keys: Mapping[str, jose.PublicKey], *, beside: bytes) -> None:
    """Raises InvalidStatement: `statement.unknown_key` with the kid, `statement.altered`."""
    if signed.kid not in keys:
        raise InvalidStatement("statement.unknown_key", {"kid": signed.kid})
    if len(signed.signature) != 2 * jose.HALF:
        raise InvalidStatement("statement.altered")
    try:
        jose.verify(signed.signature, _to_be_signed(signed.protected, signed.payload, beside), keys[signed.kid])
    except InvalidSignature:
        raise InvalidStatement("statement.altered") from None


def decode(data: bytes) -> object:
    """One CBOR value and nothing after it. Raises InvalidStatement, whatever a stranger put there."""
    try:
        decoded: object = cbor2.loads(data)
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError, EOFError):
        raise InvalidStatement("statement.unreadable") from None
    return decoded


def _to_be_signed(protected: bytes, payload: bytes, beside: bytes) -> bytes:
    return cbor2.dumps(["Signature1", protected, beside, payload])
