"""Token Status List (draft of the IETF): one bit for each credential, compressed and signed, tells which still hold."""

import zlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from certificates.credentials import jose

TYPE = "statuslist+jwt"
MEDIA_TYPE = "application/statuslist+jwt"
# 16 KB of bits, of which almost all are 0: who asks for a list does not tell which credential it is about.
SIZE = 2**17
TTL = timedelta(minutes=5)
LIFE = timedelta(days=1)


def packed(ended: Iterable[int]) -> bytes:
    """The list as the draft compresses it; `ended` are the places whose credential does not hold any more."""
    bits = bytearray(SIZE // 8)
    for place in ended:
        bits[place // 8] |= 1 << place % 8
    return zlib.compress(bytes(bits), 9)


def signed(ended: Iterable[int], *, uri: str, issuer: str, issued_at: datetime, key: jose.PrivateKey) -> str:
    """A JWT to be served at `uri`; it may be kept for five minutes, and after a day it counts no more."""
    payload = {
        "iss": issuer,
        "sub": uri,
        "iat": int(issued_at.timestamp()),
        "exp": int((issued_at + LIFE).timestamp()),
        "ttl": int(TTL.total_seconds()),
        "status_list": {"bits": 1, "lst": jose.b64url(packed(ended))},
    }
    return jose.compact({"typ": TYPE}, payload, key)
