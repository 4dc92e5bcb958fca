"""Encrypts sensitive values one by one with a key outside the database; a keyed hash (blind index) finds them.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce; the case's reference is authenticated with each value, so a
sealed number copied into another case does not open there. PIPL art. 51; GB/T 22239-2019 8.1.4.8.
"""

import hmac
import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from registration.keys.files import field_key, index_key
from registration.rules.email_address import address_key
from registration.rules.form import MODELS, well_shaped
from registration.rules.paths import places

MARK = "sealed:1:"
# A number in place of a text is decrypted to a number again: the signed content is the sent one.
NUMBER = "sealed:1:number:"


@lru_cache(maxsize=4)
def _cipher(key: bytes) -> AESGCM:
    """Setting one up takes longer than opening a short value."""
    return AESGCM(key)


def encrypt(value: str, *, case: str) -> str:
    nonce = os.urandom(12)
    return MARK + urlsafe_b64encode(nonce + AESGCM(field_key()).encrypt(nonce, value.encode(), case.encode())).decode()


def decrypt(value: str, *, case: str) -> str:
    raw = urlsafe_b64decode(value.removeprefix(MARK))
    return _cipher(field_key()).decrypt(raw[:12], raw[12:], case.encode()).decode()


def encrypt_bytes(content: bytes, *, of: str) -> bytes:
    """The same for the content of a file; `of` is authenticated with it."""
    nonce = os.urandom(12)
    return nonce + AESGCM(field_key()).encrypt(nonce, content, of.encode())


def decrypt_bytes(sealed: bytes, *, of: str) -> bytes:
    return AESGCM(field_key()).decrypt(sealed[:12], sealed[12:], of.encode())


def blind_index(number: str) -> str:
    """64 hex digits to look up an identity number; without the key they reveal nothing."""
    return hmac.new(index_key(), number.strip().upper().encode(), sha256).hexdigest()


def address_hash(address: str) -> str:
    """64 hex digits that find an e-mail address again, however its domain and its capitals are written."""
    return hmac.new(index_key(), f"e-mail:{address_key(address)}".encode(), sha256).hexdigest()


def mobile_hash(number: str) -> str:
    """64 hex digits that find a mobile number again; `number` is in its one spelling."""
    return hmac.new(index_key(), f"mobile:{number}".encode(), sha256).hexdigest()


def subject_hash(issuer: str, subject: str) -> str:
    """64 hex digits that find an identity at a provider again; the subject itself may be a document number."""
    return hmac.new(index_key(), f"subject:{issuer}\0{subject}".encode(), sha256).hexdigest()


def callback_key(receiver: str, url: str, until: int) -> str:
    """64 hex digits of the address by which this receiver agrees until this second; only the key can compute them."""
    return hmac.new(index_key(), f"callback:{receiver}\0{url}\0{until}".encode(), sha256).hexdigest()


def encrypt_form(form: Mapping[str, Any], paths: Iterable[str], *, case: str) -> dict[str, Any]:
    """A copy of `form` with the text or number at each path (`people.0.id_no`) encrypted; empty values are kept.

    A typed text that looks encrypted is encrypted, too, at any path, so that decryption never misreads it.
    """
    sealed: dict[str, Any] = _with_marks_encrypted(form, case=case)
    for holder, last in places(sealed, paths):
        value = holder[last]
        if isinstance(value, str) and value and not value.startswith(MARK):
            holder[last] = encrypt(value, case=case)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            holder[last] = NUMBER + encrypt(json.dumps(value), case=case).removeprefix(MARK)
    return sealed


def _with_marks_encrypted(value: Any, *, case: str) -> Any:
    if isinstance(value, Mapping):
        return {key: _with_marks_encrypted(item, case=case) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_marks_encrypted(item, case=case) for item in value]
    return encrypt(value, case=case) if isinstance(value, str) and value.startswith(MARK) else value


class DecryptedForm(Mapping[str, Any]):
    """A form of which each section is opened when it is first looked at: most guards look at one or none.

    Values of another shape than the form are left out (see well_shaped), so that readers need not check.
    """

    def __init__(self, form: Mapping[str, Any], *, case: str) -> None:
        self._form, self._case = form, case
        self._stored: dict[str, Any] = {}
        self._open: dict[str, Any] = {}

    def __getitem__(self, section: str) -> Any:
        if section not in self._open:
            opened = self._decrypted(section)
            self._open[section] = well_shaped(section, opened, model=MODELS[section]) if section in MODELS else None
        return self._open[section]

    def as_stored(self, sections: Iterable[str] | None = None) -> dict[str, Any]:
        """These sections in the clear, or every one: also values of another shape."""
        return {section: self._decrypted(section) for section in (self._form if sections is None else sections)}

    def _decrypted(self, section: str) -> Any:
        if section not in self._stored:
            self._stored[section] = decrypt_form(self._form[section], case=self._case)
        return self._stored[section]

    def __iter__(self) -> Iterator[str]:
        return iter(self._form)

    def __len__(self) -> int:
        return len(self._form)


def decrypt_form(value: Any, *, case: str) -> Any:
    """The same shape with every sealed text in the clear."""
    # Most values are texts: asked for first, they cost half.
    if isinstance(value, str):
        if not value.startswith(MARK):
            return value
        if value.startswith(NUMBER):
            return json.loads(decrypt(MARK + value.removeprefix(NUMBER), case=case))
        return decrypt(value, case=case)
    if isinstance(value, Mapping):
        return {key: decrypt_form(item, case=case) for key, item in value.items()}
    if isinstance(value, list):
        return [decrypt_form(item, case=case) for item in value]
    return value
