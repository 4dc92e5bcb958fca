"""One search over everything that an office has: reference, name and its reading, number, licence, person, address.

A text is found by the beginning of a key (rules/search_keys.py), a number only as a whole. Each page reads a bounded
number of keys from one range of an index, so that the last page costs what the first does.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col

from registration import access
from registration.actor import Actor
from registration.keys.field_encryption import blind_index
from registration.models import Application, IssuedNumber, Licence, Part, SearchKey
from registration.queries.keyset import Order, Page, cursor_at, keys_query
from registration.rules.search_keys import IDENTITY, identity_key, plain, read_aloud
from registration.rules.tidy import typed_number

# A text that may be a whole number of a scheme, a licence or an identity document.
_NUMBER = re.compile(r"[0-9A-Z]{6,30}")
_ORDER = Order("key", col(SearchKey.key), col(SearchKey.application_id))
# No text of a key has a character after this one.
_LAST = "\U0010ffff"
# An agency knows a case by its names and numbers; persons and addresses it reads only in its own parts.
_FOR_AGENCIES = ("ref", "name", "pinyin")
# The most keys that one page looks at: where more belong to others, the page is short and the next one goes on.
MOST_KEYS = 1000


@dataclass(frozen=True)
class Reason:
    """Why a case was found: the kind of what matched, and its text where that may be shown."""

    kind: str
    text: str = ""


@dataclass(frozen=True)
class Hit:
    """The number of a case that was found, and why."""

    number: int
    reasons: tuple[Reason, ...]


def search(session: Session, words: str, *, actor: Actor, cursor: str | None = None, limit: int = 20) -> Page[Hit]:
    """The submitted cases that match; those of a number before the others, which are in the order of their keys.

    Staff find the cases of their registrar, officers those of them in which their agency has a part. Forbidden for
    others.
    """
    access.admit("search.read", actor)
    exact = _by_number(session, words, actor)
    text = _sought(words)
    hits = [Hit(number, tuple(reasons)) for number, reasons in exact.items()] if cursor is None else []
    if not text:
        return Page(tuple(hits), None)
    found, after = _by_text(session, text, actor, besides=exact.keys(), cursor=cursor, limit=max(1, limit - len(hits)))
    return Page((*hits, *found), after)


def _sought(words: str) -> str:
    text = plain(words)
    return read_aloud(words) if text.isascii() or "ü" in text else text


def _by_number(session: Session, words: str, actor: Actor) -> dict[int, list[Reason]]:
    """The cases with this number: an identity number is compared by its keyed hash, and by the office alone."""
    number = typed_number(words)
    if not _NUMBER.fullmatch(number):
        return {}
    ways: list[tuple[str, Mapped[Any], ColumnElement[bool]]] = [
        ("number", col(IssuedNumber.application_id), col(IssuedNumber.value) == number),
        ("number", col(Licence.application_id), col(Licence.code) == number),
        ("licence", col(Licence.application_id), col(Licence.serial) == number),
    ]
    if actor.agency is None:
        hashed = col(SearchKey.key) == identity_key(blind_index(number))
        here = col(SearchKey.registrar_code) == actor.registrar_code
        ways.append((IDENTITY, col(SearchKey.application_id), here & hashed))
    found: dict[int, list[Reason]] = {}
    for kind, owner, condition in ways:
        for case in session.scalars(select(owner).where(condition).limit(MOST_KEYS)):
            reason = Reason(kind, "" if kind == IDENTITY else number)
            if reason not in found.setdefault(case, []):
                found[case].append(reason)
    query = select(col(Application.id)).where(col(Application.id).in_(found), *_open_to(actor))
    open_to_actor = set(session.scalars(query))
    return {case: reasons for case, reasons in sorted(found.items(), reverse=True) if case in open_to_actor}


def _by_text(
    session: Session, text: str, actor: Actor, *, besides: Iterable[int], cursor: str | None, limit: int
) -> tuple[list[Hit], str | None]:
    hits, looked = list[Hit](), 0
    # Most cases are an office's own, and few are an agency's.
    most = 2 * limit + 1 if actor.agency is None else MOST_KEYS
    while looked < MOST_KEYS:
        rows = _next_keys(session, text, actor, cursor=cursor, most=most)
        looked += len(rows)
        wanted = {number for number, _key, is_open in rows if is_open}.difference(besides)
        reasons = _reasons(session, text, actor, wanted)
        for at, (number, key, _is_open) in enumerate(rows):
            if len(hits) == limit:
                return hits, _cursor_after(rows[:at]) or cursor
            # A case with several keys is shown at its first one.
            if number in wanted and key == reasons[number][0].text and all(hit.number != number for hit in hits):
                hits.append(Hit(number, tuple(dict.fromkeys(reasons[number]))))
        if len(rows) < most:
            return hits, None
        cursor = _cursor_after(rows)
    return hits, cursor


def _next_keys(
    session: Session, text: str, actor: Actor, *, cursor: str | None, most: int
) -> list[tuple[int, str, bool]]:
    """(number, key, whether the actor may find the case) of the next keys."""
    found = keys_query(select(SearchKey), [_range(SearchKey, text, actor)], _ORDER, cursor=cursor, most=most).subquery()
    # One look by the primary key for each: a join of a thousand keys would read all cases of the office.
    case = select(col(Application.id)).where(col(Application.id) == found.c.number, *_open_to(actor)).limit(1)
    query = select(found.c.number, found.c.place, case.scalar_subquery().is_not(None))
    return [(row[0], row[1], row[2]) for row in session.execute(query.order_by(found.c.place, found.c.number))]


def _cursor_after(rows: Sequence[tuple[int, str, bool]]) -> str | None:
    return cursor_at(_ORDER, rows[-1][1], rows[-1][0]) if rows else None


def _range(keys: type[SearchKey], text: str, actor: Actor) -> list[ColumnElement[bool]]:
    key = col(keys.key)
    found = [col(keys.registrar_code) == actor.registrar_code, key >= text, key < text + _LAST]
    return [*found, col(keys.kind).in_(_FOR_AGENCIES)] if actor.agency is not None else found


def _reasons(session: Session, text: str, actor: Actor, numbers: Iterable[int]) -> dict[int, list[Reason]]:
    """What matched of each of these cases, in the order of the keys."""
    # PostgreSQL underestimates the range of keys and would read all of it, so the keys of these cases are read first.
    of_cases = select(SearchKey).where(col(SearchKey.application_id).in_(numbers)).cte("of_cases")
    keys = aliased(SearchKey, of_cases.prefix_with("MATERIALIZED", dialect="postgresql"))
    query = select(col(keys.application_id), col(keys.kind), col(keys.key)).where(*_range(keys, text, actor))
    found: dict[int, list[Reason]] = {}
    for number, *reason in session.execute(query.order_by(col(keys.key), col(keys.kind))):
        found.setdefault(number, []).append(Reason(*reason))
    return found


def _open_to(actor: Actor) -> list[ColumnElement[bool]]:
    """That the actor may find a case: submitted, of the own registrar, with a part of the own agency."""
    found = [
        col(Application.registrar_code) == actor.registrar_code,
        col(Application.submitted_at).is_not(None),
    ]
    if actor.agency is None:
        return found
    own = select(col(Part.application_id)).where(
        col(Part.application_id) == col(Application.id), col(Part.agency) == actor.agency
    )
    return [*found, own.correlate(Application).exists()]
