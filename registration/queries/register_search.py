"""The search of the public register: by the code, the beginning of a name or its reading, a representative's name.

A page reads one range of an index for each kind of key, so that it costs the same however many entities there are.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import and_, func, or_, select
from sqlmodel import Session, col

from registration.models import Entity, EntityKey
from registration.queries.keyset import Branch, Order, Page, cursor_at, keys_after
from registration.queries.register import entity_with
from registration.rules.search_keys import plain, read_aloud
from registration.rules.tidy import typed_number

_ORDER = Order("register", col(EntityKey.key), col(EntityKey.entity_id))
# No text of a key has a character after this one.
_LAST = "\U0010ffff"
# One character would be the beginning of a large part of the register.
SHORTEST = 2
# The most keys that one page looks at; a page of names that are found by several keys may be short.
MOST_KEYS = 500


def search_register(session: Session, words: str, *, cursor: str | None = None, limit: int = 20) -> Page[Entity]:
    """The registered entities that match, in the order of what matched; ended ones, too.

    InvalidInput for a cursor that no page of this search gave.
    """
    exact = entity_with(session, typed_number(words)) if cursor is None else None
    if exact is not None:
        return Page((exact,), None)
    branches = _branches(words)
    if not branches:
        return Page((), None)
    numbers, after = _numbers(session, branches, cursor=cursor, limit=limit)
    found = {one.id: one for one in session.scalars(select(Entity).where(col(Entity.id).in_(numbers)))}
    return Page(tuple(found[number] for number in numbers), after)


def _branches(words: str) -> list[Branch]:
    text = plain(words)
    if len(text) < SHORTEST:
        return []
    if text.isascii() or "ü" in text:
        return [_beginning("pinyin", read_aloud(words)), _beginning("name", text)]
    return [_beginning("name", text), [col(EntityKey.kind) == "representative", col(EntityKey.key) == text]]


def _beginning(kind: str, text: str) -> Branch:
    key = col(EntityKey.key)
    return [col(EntityKey.kind) == kind, key >= text, key < text + _LAST]


def _numbers(
    session: Session, branches: Sequence[Branch], *, cursor: str | None, limit: int
) -> tuple[list[int], str | None]:
    found: list[int] = []
    looked, most = 0, 2 * limit + 1
    while looked < MOST_KEYS:
        rows = keys_after(session, select(EntityKey), branches, _ORDER, cursor=cursor, most=most)
        looked += len(rows)
        first = _first_keys(session, branches, {number for number, _ in rows})
        for number, key in rows:
            if len(found) == limit:
                return found, cursor
            cursor = cursor_at(_ORDER, key, number)
            # An entity with several keys in the ranges is listed at the first of them.
            if key == first[number] and number not in found:
                found.append(number)
        if len(rows) < most:
            return found, None
    return found, cursor


def _first_keys(session: Session, branches: Sequence[Branch], numbers: Iterable[int]) -> dict[int, str]:
    owner, key = col(EntityKey.entity_id), col(EntityKey.key)
    matching = or_(*(and_(*branch) for branch in branches))
    query = select(owner, func.min(key)).where(owner.in_(list(numbers)), matching).group_by(owner)
    return {row[0]: row[1] for row in session.execute(query)}
