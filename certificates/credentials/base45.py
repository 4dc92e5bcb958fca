"""Base45 (RFC 9285): bytes as the 45 characters that a QR code packs most densely, and as a URL's fragment."""

from urllib.parse import quote, unquote

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
VALUES = {sign: value for value, sign in enumerate(ALPHABET)}
# What may stand in a fragment as it is; a blank becomes %20 and a percent sign %25, of the same alphabet.
_KEPT = "$*+-./:"


def encode(data: bytes) -> str:
    """Two bytes make three characters, a last single one two."""
    return "".join(_written(data[at : at + 2]) for at in range(0, len(data), 2))


def decode(text: str) -> bytes:
    """Raises ValueError for a character outside the alphabet, a length or a group that no bytes make."""
    return b"".join(_read(text[at : at + 3]) for at in range(0, len(text), 3))


def to_fragment(data: bytes) -> str:
    """Base45 that a URL can hold; still of the QR code's alphanumeric set."""
    return quote(encode(data), safe=_KEPT)


def from_fragment(fragment: str) -> bytes:
    """Raises ValueError; a fragment that some reader unescaped on its way is not base45 any more and is refused."""
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
