"""One search over an office's cases: reference, name and its reading, number, licence, person."""

import re
from typing import Any

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Mapped
from sqlmodel import col

from registration.keys.field_encryption import blind_index
from registration.models import Application, IdentityIndex, IssuedNumber, Licence, Party
from registration.rules.tidy import search_text, typed_number

_PINYIN = re.compile(r"[a-zv' ]+")
# A text that may be a whole number of a scheme, a licence or an identity document.
_NUMBER = re.compile(r"[0-9A-Z]{6,30}")


def matching(words: str) -> ColumnElement[bool]:
    """The condition for cases that match the typed text; no character is a wildcard.

    The text is normalized like saved names and numbers. An identity number is compared by its
    keyed hash, and only as a whole.
    """
    text = search_text(words)
    if not text:
        return false()
    ways = [
        col(Application.ref).icontains(text.replace(" ", ""), autoescape=True),
        col(Application.name).icontains(text, autoescape=True),
        _of_case(col(Party.application_id), col(Party.name).icontains(text, autoescape=True)),
    ]
    letters = text.casefold().replace("ü", "v")
    if _PINYIN.fullmatch(letters):
        read = letters.replace(" ", "").replace("'", "")
        ways.append(col(Application.name_pinyin).contains(read, autoescape=True))
    number = typed_number(words)
    if _NUMBER.fullmatch(number):
        ways += [
            _of_case(col(IssuedNumber.application_id), col(IssuedNumber.value) == number),
            _of_case(col(Licence.application_id), or_(col(Licence.code) == number, col(Licence.serial) == number)),
            _of_case(col(IdentityIndex.application_id), col(IdentityIndex.number_hash) == blind_index(number)),
        ]
    return or_(*ways)


def _of_case(owner: Mapped[Any], condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """A subquery of case ids instead of a check of each case: few rows match, and an index finds them."""
    return col(Application.id).in_(select(owner).where(condition))
