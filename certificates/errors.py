"""Errors of numbers, documents, keys and PDFs: a code and data, without texts for users and without HTTP."""

from typing import Any


class CertificateError(Exception):
    """Base of all errors of this library. `code` is stable (`number.length`); `data` holds what a message needs."""

    def __init__(self, code: str, data: dict[str, Any] | None = None) -> None:
        super().__init__(code, data or {})
        self.code = code
        self.data: dict[str, Any] = data or {}


class InvalidNumber(CertificateError):
    """A number that does not meet its standard.

    Codes: `number.length` (expected, found), `number.character` (position from 1, found),
    `number.region` (found), `number.department` (found), `number.class` (found), `number.date` (found),
    `number.check_digit` (expected, found), `number.inner_check_digit` (the organization code inside; expected, found),
    `number.sequence` (maximum), `number.unknown_scheme`. `data["scheme"]` names the scheme.
    """


class InvalidParticulars(CertificateError):
    """Particulars that must not be printed; `data["field"]` names the field: `text.control`, `item.missing` ..."""


class MissingGlyph(CertificateError):
    """The fonts have no glyph for `characters`: raised before drawing, since a licence must never show an empty box."""

    def __init__(self, characters: str) -> None:
        super().__init__("glyph.missing", {"characters": characters})
        self.args = (characters,)
        self.characters = characters


class RenderError(CertificateError):
    """The renderer refused: `render.forbidden_address`, `render.warning`, `render.overflow`, `render.qr_capacity`,
    `render.qr_address` (the code's address differs from the licence's), `render.too_slow` (seconds),
    `render.too_large` (megabytes)."""


class DesignError(CertificateError):
    """A design cannot be used: `design.manifest` (reason), `design.file_missing`, `design.file_changed` (file),
    `design.not_served` (what it does not print), `design.only_samples`, `design.template` (file, reason)."""


class MissingLibrary(CertificateError):
    """A system library is absent: `library.missing` with `library` and the `apt` line that installs it."""


class SigningError(CertificateError):
    """The key or its certificate cannot be used: `key.exists`, `key.permissions`, `key.passphrase`, `key.kind` ..."""


class InvalidAnswer(CertificateError):
    """An invalid answer of a responder about a certificate: the codes of `ocsp.answer_of`, and `ocsp.stale`,
    `ocsp.not_yet`."""


class InvalidStatement(CertificateError):
    """A QR code whose statement is invalid, or malformed keys.

    Codes: `statement.absent` (only an address), `.unreadable`, `.unknown_key` (kid), `.altered`, `.newer` (format);
    `keys.malformed`.
    """
