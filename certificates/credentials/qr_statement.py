"""The signed statement in a licence's QR code, which anyone can verify offline with the public key.

The code holds the address of the check and, in its fragment, which browsers do not send, the statement. The signature
covers the address too: a genuine statement after another address is invalid. docs/offline.md has the table of keys.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import cbor2

from certificates.credentials import base45, cose, jose
from certificates.errors import InvalidParticulars, InvalidStatement
from certificates.particulars import Particulars

FORMAT = 1
PURPOSE = "qr"
FORMAT_KEY, CODE, NAME, NAME_DIGEST, REGISTRAR, ISSUED_ON, EDITION, SERIAL, COPY, SAMPLE = range(10)
# Twenty Han characters; a longer name would make the modules too small to scan, and its digest can be compared instead.
NAME_BYTES = 60
# Far more than fits a QR code; longer input is refused unread.
LONGEST = 4000


@dataclass(frozen=True)
class Statement:
    """The statement about one sheet. `name` or `name_sha256` or neither; `copy_number` is 0 for the original."""

    address: str
    code: str
    name: str | None
    name_sha256: str | None
    registrar: str
    issued_on: date
    edition: int
    serial: str
    copy_number: int
    sample: bool

    @property
    def token(self) -> str:
        """The unguessable id of the sheet in the register."""
        return self.address.rpartition("/")[2]

    def bears(self, name: str) -> bool:
        """Whether this is the name that the licence was issued to."""
        return name == self.name if self.name_sha256 is None else _digest(name).hex() == self.name_sha256

    def plain(self) -> dict[str, Any]:
        """The statement as plain JSON data."""
        return asdict(self) | {"issued_on": self.issued_on.isoformat(), "token": self.token}


def statement_of(particulars: Particulars, *, registrar: str) -> Statement:
    """`registrar` is the office's code. It has no personal data: a business without a name has none here either."""
    if not particulars.check_url.isascii() or "#" in particulars.check_url:
        raise InvalidParticulars("url.not_plain", {"field": "check_url"})
    name = particulars.name or ""
    long = len(name.encode()) > NAME_BYTES
    return Statement(
        address=particulars.check_url,
        code=particulars.code,
        name=None if long else particulars.name,
        name_sha256=_digest(name).hex() if long else None,
        registrar=registrar,
        issued_on=particulars.issued_on,
        edition=particulars.edition,
        serial=particulars.serial,
        copy_number=0 if particulars.copy_kind == "original" else particulars.copy_number,
        sample=particulars.sample,
    )


def qr_text(particulars: Particulars, *, registrar: str, key: jose.PrivateKey) -> str:
    """The text of the QR code: `address#statement`. The same particulars and key give the same text."""
    statement = statement_of(particulars, registrar=registrar)
    payload = cbor2.dumps(_packed(statement), canonical=True)
    signed = cose.sign(payload, key, beside=statement.address.encode("ascii"))
    return f"{statement.address}#{base45.to_fragment(signed)}"


def check(text: str, *, keys: Mapping[str, jose.PublicKey]) -> Statement:
    """The statement of a genuine code. Raises InvalidStatement; its code gives the reason."""
    address, _, fragment = text.strip().partition("#")
    if not fragment:
        raise InvalidStatement("statement.absent")
    try:
        if len(text) > LONGEST:
            raise ValueError("too long")
        beside, data = address.encode("ascii"), base45.from_fragment(fragment)
    except ValueError:
        raise InvalidStatement("statement.unreadable") from None
    signed = cose.parse(data)
    cose.verify(signed, keys, beside=beside)
    return _unpacked(cose.decode(signed.payload), address)


def _packed(statement: Statement) -> dict[int, Any]:
    values = {
        FORMAT_KEY: FORMAT,
        CODE: statement.code,
        NAME: statement.name,
        NAME_DIGEST: bytes.fromhex(statement.name_sha256) if statement.name_sha256 else None,
        REGISTRAR: _short(statement.registrar),
        ISSUED_ON: int(statement.issued_on.strftime("%Y%m%d")),
        EDITION: statement.edition,
        SERIAL: _short(statement.serial),
        COPY: statement.copy_number,
        SAMPLE: statement.sample,
    }
    return {key: value for key, value in values.items() if value is not None}


def _unpacked(values: Any, address: str) -> Statement:
    """Validates signed content too, because a later format may contain unknown values."""
    try:
        if values[FORMAT_KEY] != FORMAT:
            raise InvalidStatement("statement.newer", {"format": values[FORMAT_KEY]})
        return Statement(
            address=address,
            code=values[CODE],
            name=values.get(NAME),
            name_sha256=values[NAME_DIGEST].hex() if NAME_DIGEST in values else None,
            registrar=str(values[REGISTRAR]),
            issued_on=date.fromisoformat(str(values[ISSUED_ON])),
            edition=values[EDITION],
            serial=str(values[SERIAL]),
            copy_number=values[COPY],
            sample=values[SAMPLE],
        )
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        raise InvalidStatement("statement.unreadable") from None


def _short(digits: str) -> int | str:
    """Eighteen digits as a number take half the space."""
    number = int(digits) if digits.isascii() and digits.isdigit() else -1
    return number if str(number) == digits and number < 2**63 else digits


def _digest(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()
