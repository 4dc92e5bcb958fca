"""Base45 (RFC 9285): bytes as the 45 characters of a QR code's alphanumeric mode, and as a URL's fragment."""

import struct
from urllib.parse import unquote

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
VALUES = {sign: value for value, sign in enumerate(ALPHABET)}
# The two characters of each number below 2025, which is 45 * 45; the lower first.
PAIRS = [low + high for high in ALPHABET for low in ALPHABET]


def encode(data: bytes) -> str:
    """Two bytes become three characters, a last single byte two."""
    numbers = struct.unpack(f">{len(data) // 2}H", data[: len(data) // 2 * 2])
    groups = [PAIRS[number % 2025] + ALPHABET[number // 2025] for number in numbers]
    return "".join(groups) + (PAIRS[data[-1]] if len(data) % 2 else "")


def decode(text: str) -> bytes:
    """Raises ValueError for a character outside the alphabet, and for an impossible length or group."""
    return b"".join(_read(text[at : at + 3]) for at in range(0, len(text), 3))


def to_fragment(data: bytes) -> str:
    """Base45 escaped for a URL, still within the QR code's alphanumeric set: of its characters, only the percent sign
    and the space are not allowed in a fragment."""
    return encode(data).replace("%", "%25").replace(" ", "%20")


def from_fragment(fragment: str) -> bytes:
    """Raises ValueError, also for a fragment that a reader has unescaped, which is no longer base45."""
    return decode(unquote(fragment, errors="strict"))


def _read(group: str) -> bytes:
    if len(group) == 1:
        raise ValueError("a single character is no group")
    try:
        number = sum(VALUES[sign] * 45**place for place, sign in enumerate(group))
        return int.to_bytes(number, len(group) - 1, "big")
    except (KeyError, OverflowError):
        raise ValueError("not base45") from None
