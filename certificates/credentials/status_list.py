"""Token Status List (draft of the IETF): one bit per credential says whether it is valid; compressed and signed."""

import zlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from certificates.credentials import jose

TYPE = "statuslist+jwt"
MEDIA_TYPE = "application/statuslist+jwt"
# 16 KB of bits, almost all 0: a request for the list does not reveal which credential it is about.
SIZE = 2**17
TTL = timedelta(minutes=5)
LIFE = timedelta(days=1)


def packed(ended: Iterable[int]) -> bytes:
    """The list compressed as in the draft; `ended` are the indexes of credentials that are no longer valid."""
    bits = bytearray(SIZE // 8)
    for place in ended:
        bits[place // 8] |= 1 << place % 8
    return zlib.compress(bytes(bits), 9)


def signed(ended: Iterable[int], *, uri: str, issuer: str, issued_at: datetime, key: jose.PrivateKey) -> str:
    """A JWT to be served at `uri`; it may be cached for five minutes and expires after a day."""
    payload = {
        "iss": issuer,
        "sub": uri,
        "iat": int(issued_at.timestamp()),
        "exp": int((issued_at + LIFE).timestamp()),
        "ttl": int(TTL.total_seconds()),
        "status_list": {"bits": 1, "lst": jose.b64url(packed(ended))},
    }
    return jose.compact({"typ": TYPE}, payload, key)
