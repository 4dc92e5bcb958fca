"""What the guide says of an entity type: its persons, documents, pages, time, and its row in the comparison of all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from flask_babel import gettext as _
from pydantic import BaseModel

from registration.clock import local_date
from registration.http.context import lang_here, say
from registration.matters import current, definition_of
from registration.models import Registrar
from registration.queries.promised import begins_with_acceptance, day_from_now
from registration.rules.entity_types import Capacity, EntityType, entity_types, regime_on
from registration.rules.form import ESTABLISHMENT, Form, read_partly, sections_for
from registration.rules.form.persons import LegalPerson, NaturalPerson
from registration.rules.form.values import About
from registration.rules.founding_documents.texts import rows_for
from registration.rules.jurisdiction import authorised
from registration.rules.kinds import Regime
from registration.rules.languages import CatalogueKey, catalogue_key, joined
from registration.rules.materials import MaterialNeed, material_label, possible_materials, required_materials
from registration.rules.matter_shapes import MaterialRow
from registration.rules.norms import cited, law_day, listed
from registration.rules.signers import CAPACITIES


@dataclass(frozen=True, slots=True)
class Preparation:
    """What to have at hand for one type at one registrar.

    `made` are the documents that the system makes. `days` is the registrar's promise in working days, `by` its last
    day for a submission of today, if it is known. `authorised` names the registrars for investors from abroad.
    """

    days: int
    by: date | None
    persons: list[str]
    numbers: list[str]
    documents: list[MaterialNeed]
    made: list[str]
    perhaps: list[MaterialRow]
    pages: list[tuple[str, bool]]
    authorised: str


def preparation(row: EntityType, registrar: Registrar, *, tenure: str, now: datetime) -> Preparation:
    """The rows and rules of the type, applied to the answers that are known before the form."""
    is_five = registrar.regime == Regime.FIVE_NUMBERS_2015
    regime = regime_on(local_date(now), entity_type=row.key, five_numbers=is_five)
    known, _problems = read_partly({"domicile": {"tenure": tenure}}, entity_type=row.key, regime=regime)
    asked = required_materials(known, entity_type=row.key, regime=regime)
    days, by = _promise(registrar, regime, now=now)
    return Preparation(
        days=days,
        by=by,
        persons=_persons(row),
        numbers=_numbers(row),
        documents=[need for need in asked if need.required],
        made=_made(row, regime),
        perhaps=possible_materials(entity_type=row.key),
        pages=[(say(one.label), one.optional) for one in sections_for(row.key, regime) if one.is_for_all],
        authorised=_authorised() if row.may_be_foreign_invested else "",
    )


def _authorised() -> str:
    return joined("list", lang_here(), (say(one.name) for one in authorised()))


def _made(row: EntityType, regime: Regime) -> list[str]:
    """The documents that every case of this type has and the system makes."""
    made = rows_for(Form(), entity_type=row.key, regime=regime)
    return [material_label(one.kind, lang_here()) for one in made.values()]


def _promise(registrar: Registrar, regime: Regime, *, now: datetime) -> tuple[int, date | None]:
    table = definition_of(current(ESTABLISHMENT, chosen=registrar.definitions) or "")
    limit = table.clock[regime].limit
    # Where the time begins with a later acceptance, no day is known yet.
    by = None if begins_with_acceptance(table, regime) else day_from_now(limit, now=now)
    return limit.amount, by


def _persons(row: EntityType) -> list[str]:
    """Every capacity that the form names, and how many persons have it; all of them sign or prove identity."""
    officers = ["finance", "liaison"] if row.finance_officer else ["liaison"]
    return _counted(row.capacities) + [
        _("%(who)s：%(count)s", who=say(CAPACITIES[key]), count=_number(1)) for key in officers
    ]


def _counted(capacities: Mapping[str, Capacity]) -> list[str]:
    rows = ((say(CAPACITIES[key]), _how_many(one)) for key, one in capacities.items())
    return [_("%(who)s：%(count)s", who=who, count=count) for who, count in rows]


def _how_many(one: Capacity) -> str:
    if one.least == one.most:
        return _number(one.least)
    if one.most:
        return _("%(least)s至%(most)s人", least=one.least, most=one.most)
    return _("至少%(count)s人", count=one.least) if one.least else _("可以没有")


def _number(count: int) -> str:
    return _("%(count)s人", count=count)


def _numbers(row: EntityType) -> list[str]:
    """The labels of what the form always asks of a person, and of an organization where one can take part."""
    persons = _("每个人：%(fields)s", fields=_labels(NaturalPerson))
    return [persons, *([_("单位：%(fields)s", fields=_labels(LegalPerson))] if row.has_firms else [])]


# Fields that the program fills in itself.
_OWN = frozenset({"key", "kind"})
# What every organization of the mainland is asked for; others have another number.
_ALSO = "uscc"


def _labels(model: type[BaseModel]) -> str:
    asked = (
        one for name, one in model.model_fields.items() if (one.is_required() or name == _ALSO) and name not in _OWN
    )
    return joined("list", lang_here(), (say(about) for one in asked for about in one.metadata if _is_label(about)))


def _is_label(value: object) -> bool:
    return isinstance(value, About)


@dataclass(frozen=True, slots=True)
class Compared:
    """One type in the comparison: `persons` and `documents` that it always has, and the law of its texts."""

    row: EntityType
    persons: list[str]
    documents: list[str]
    law: str


def compared(*, now: datetime) -> tuple[Compared, ...]:
    """All entity types, compared once for each language and day."""
    return _compared_in(catalogue_key(lang_here()), local_date(now))


@lru_cache(maxsize=16)
def _compared_in(_words: CatalogueKey, on: date) -> tuple[Compared, ...]:
    return tuple(_compared(row, on=on) for row in entity_types())


def _compared(row: EntityType, *, on: date) -> Compared:
    regime, lang = row.known_regimes[0], lang_here()
    nothing_known, _problems = read_partly({}, entity_type=row.key, regime=regime)
    asked = required_materials(nothing_known, entity_type=row.key, regime=regime)
    return Compared(
        row=row,
        persons=_counted({key: one for key, one in row.capacities.items() if one.least}),
        documents=[say(need.label) for need in asked if need.required],
        law=listed(cited(row.compare.law, law_day(regime, on), lang), lang),
    )
