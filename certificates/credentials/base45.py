"""Base45 (RFC 9285): bytes as the 45 characters of a QR code's alphanumeric mode, and as a URL's fragment."""

from urllib.parse import quote, unquote

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
VALUES = {sign: value for value, sign in enumerate(ALPHABET)}
# Characters allowed in a fragment; a space becomes %20 and a percent sign %25, which are in the same alphabet.
_KEPT = "$*+-./:"


def encode(data: bytes) -> str:
    """Two bytes become three characters, a last single byte two."""
    return "".join(_written(data[at : at + 2]) for at in range(0, len(data), 2))


def decode(text: str) -> bytes:
    """Raises ValueError for a character outside the alphabet, and for an impossible length or group."""
    return b"".join(_read(text[at : at + 3]) for at in range(0, len(text), 3))


def to_fragment(data: bytes) -> str:
    """Base45 escaped for a URL, still within the QR code's alphanumeric set."""
    return quote(encode(data), safe=_KEPT)


def from_fragment(fragment: str) -> bytes:
    """Raises ValueError, also for a fragment that a reader has unescaped, which is no longer base45."""
    return decode(unquote(fragment, errors="strict"))


def _written(pair: bytes) -> str:
    number, signs = int.from_bytes(pair, "big"), ""
    for _ in range(len(pair) + 1):
        number, value = divmod(number, 45)
        signs += ALPHABET[value]
    return signs


def _read(group: str) -> bytes:
    if len(group) == 1:
        raise ValueError("a single character is no group")
    try:
        number = sum(VALUES[sign] * 45**place for place, sign in enumerate(group))
        return int.to_bytes(number, len(group) - 1, "big")
    except (KeyError, OverflowError):
        raise ValueError("not base45") from None
