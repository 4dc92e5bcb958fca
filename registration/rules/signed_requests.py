"""Signatures of requests between this office and programs of others, after the Standard Webhooks specification.

The headers are `webhook-id`, `webhook-timestamp` (seconds since 1970) and `webhook-signature` (`v1,` and Base64 of
HMAC-SHA256 over `id.timestamp.body`, several with a space between). A receiver refuses an old timestamp and an id that
it has seen, so that a recorded request is worth nothing.
"""

import hmac
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
# How far the clocks of both sides may differ.
TOLERANCE = timedelta(minutes=5)
PREFIX = "whsec_"
# So long after a replacement the earlier secret is valid beside the new one.
OVERLAP_HOURS = 24


def secret_text(random: bytes) -> str:
    """The secret as both sides keep it; `random` has 24 to 64 bytes."""
    return PREFIX + b64encode(random).decode()


def valid_secrets(secret: str | None, previous: str | None, until: datetime | None, *, now: datetime) -> list[str]:
    """The secrets that are valid now, the newest first; the one before is until the moment `until`."""
    earlier = previous if until is not None and now < until else None
    return [one for one in (secret, earlier) if one is not None]


def overlap_end(now: datetime) -> datetime:
    """Until when a secret is valid that is replaced now."""
    return now + timedelta(hours=OVERLAP_HOURS)


def signed_headers(message_id: str, body: bytes, *, secrets: Iterable[str], now: datetime) -> dict[str, str]:
    """The three headers, with a signature for each secret that is valid now."""
    seconds = str(int(now.timestamp()))
    signatures = [f"v1,{_signature(secret, message_id, seconds, body)}" for secret in secrets]
    return {ID: message_id, TIMESTAMP: seconds, SIGNATURE: " ".join(signatures)}


def is_signed(headers: Mapping[str, str], body: bytes, *, secrets: Iterable[str], now: datetime) -> bool:
    """Whether one of the secrets signed this body with this id at about this time."""
    message_id, seconds = headers.get(ID, ""), headers.get(TIMESTAMP, "")
    if not message_id or not (seconds.isascii() and seconds.isdigit() and len(seconds) < 12):
        return False
    if abs(datetime.fromtimestamp(int(seconds), UTC) - now) > TOLERANCE:
        return False
    given = [one.removeprefix("v1,").encode() for one in headers.get(SIGNATURE, "").split() if one.startswith("v1,")]
    expected = [_signature(secret, message_id, seconds, body).encode() for secret in secrets]
    return any(hmac.compare_digest(one, other) for one in given for other in expected)


def _signature(secret: str, message_id: str, seconds: str, body: bytes) -> str:
    signed = b".".join((message_id.encode(), seconds.encode(), body))
    return b64encode(hmac.new(_key(secret), signed, sha256).digest()).decode()


def _key(secret: str) -> bytes:
    try:
        return b64decode(secret.removeprefix(PREFIX), validate=True)
    except Error:
        return secret.encode()
