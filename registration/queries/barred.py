"""Persons of a case whom a loaded list bars from their offices."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, or_, select, true
from sqlmodel import Session, col

from registration.keys.field_encryption import DecryptedForm, blind_index
from registration.models import Application, BarredLoad, BarredPerson, IdentityIndex
from registration.queries.case_rows import Ahead, PageQuery
from registration.queries.new_offices import new_offices
from registration.rules.automatic_checks import Check, check
from registration.rules.barred import Ground, grounds
from registration.rules.entity_types import EntityType, type_row
from registration.rules.form import read_partly
from registration.rules.form.persons import NaturalPerson
from registration.rules.languages import dated, in_offered, joined, pair, said
from registration.rules.signers import CAPACITIES
from registration.rules.tidy import name_key

_NOTHING, _OTHER_NAME = (
    pair("", ""),
    pair("；名单上的姓名与申请不同，请核对", "; the list has another name: please compare"),
)
_MAY_NOT = pair("{name}不得担任{posts}", "{name} may not be: {posts}")
_LISTED = pair("{name}（{posts}）在登记机关的名单上", "{name} ({posts}) is on the bureau's list")
_SINCE = pair("{day}起", "since {day}")
# With the number of a loaded list, or None; then the entries of lists, or one row of None.
_PERSONS = (
    select(
        *(col(getattr(BarredPerson, name)) for name in ("number_hash", "name_hash", "id_type", "ground")),
        *(col(getattr(BarredPerson, name)) for name in ("from_on", "until_on", "source")),
    )
    .join(IdentityIndex, col(IdentityIndex.number_hash) == col(BarredPerson.number_hash))
    .where(
        col(IdentityIndex.application_id) == bindparam("case_id"),
        col(BarredPerson.ended_at).is_(None),
        col(BarredPerson.from_on) <= bindparam("today"),
        or_(col(BarredPerson.until_on).is_(None), col(BarredPerson.until_on) >= bindparam("today")),
    )
    .add_columns(col(BarredPerson.id).label("entry"))
    .subquery()
)
_LOADED = select(func.max(col(BarredLoad.id)).label("loaded")).subquery()
_FOUND = PageQuery(
    select(_LOADED.c.loaded, *(one for one in _PERSONS.c if one.key != "entry")).select_from(
        _LOADED.outerjoin(_PERSONS, true())
    ),
    order=[_PERSONS.c.entry],
)
MOST_LOADS = 100


def name_hash(name: str) -> str:
    """64 hex digits by which a name is compared, however it is written."""
    return blind_index(f"name:{name_key(name)}")


def barred_ahead(case: Application, *, today: date) -> list[Ahead]:
    """What `barred_checks` asks."""
    return [(_FOUND, {"case_id": case.id, "today": today})]


def barred_checks(session: Session, case: Application, *, today: date) -> list[Check]:
    """A check for each person and ground, or that nobody is on a list, or that no list was ever loaded."""
    kind = type_row(case.entity_type)
    rows = _FOUND.rows(session, case_id=case.id, today=today)
    entries = [entry for _loaded, *entry in rows if entry[0] is not None]
    found = list(_checks(session, case, entries, kind)) if entries else []
    is_loaded = any(loaded is not None for loaded, *_entry in rows)
    return found or [check("person_barred", "ok" if is_loaded else "info", kind=kind)]


def _checks(session: Session, case: Application, rows: Sequence[Any], kind: EntityType) -> Iterator[Check]:
    form, _ = read_partly(DecryptedForm(case.form, case=case.ref), entity_type=case.entity_type, regime=case.regime)
    for person, capacities in new_offices(session, case, form):
        number = blind_index(person.id_no)
        for row in rows:
            if row[0] == number and row[2] == person.id_type:
                yield _check(person, capacities, row, kind)


def _check(person: NaturalPerson, capacities: Sequence[str], row: Any, kind: EntityType) -> Check:
    """Bad for an office that the ground bars, otherwise to look at."""
    _number, name, _type, ground_key, since, until, source = row
    ground, is_other = grounds()[ground_key], name != name_hash(person.name)
    barred = ground.barred(kind, capacities)
    posts, lead = _posts(barred or capacities), _MAY_NOT if ground.law else _LISTED
    data = {
        "name": person.name,
        "posts": posts,
        "lead": in_offered(lambda lang: said(lead, lang).format(name=person.name, posts=said(posts, lang))),
        "ground": ground.words,
        "period": in_offered(lambda lang: _period(lang, since, until)),
        "source": source,
        "note": _OTHER_NAME if is_other else _NOTHING,
    }
    return check(
        "person_barred",
        "bad" if barred else "warn",
        kind=kind,
        data=data,
        subject=f"{person.key}.{ground_key}",
        law=ground.law,
        room=_has_room(ground, is_other=is_other),
    )


def _has_room(ground: Ground, *, is_other: bool) -> bool:
    """A document with another name is perhaps another person's: whether it is, a clerk can find out."""
    return ground.may_be_overridden or is_other


def _posts(capacities: Sequence[str]) -> dict[str, str]:
    return in_offered(lambda lang: joined("list", lang, [said(CAPACITIES[one], lang) for one in capacities]))


def _period(lang: str, since: date, until: date | None) -> str:
    if until is None:
        return said(_SINCE, lang).format(day=dated("day", lang, since))
    return "–".join((dated("day", lang, since), dated("day", lang, until)))


def loads(session: Session) -> Sequence[BarredLoad]:
    """The newest loads of lists first."""
    return session.scalars(select(BarredLoad).order_by(col(BarredLoad.id).desc()).limit(MOST_LOADS)).all()
