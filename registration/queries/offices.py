"""The offices for the check of tables: the roles that accounts have there, and the routes that its cases never take."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from registration.matters import CURRENT, current
from registration.models import Account, Registrar
from workflows.definition.values import Condition


@dataclass(frozen=True)
class OfficeOfTables:
    """`held` are the roles of its accounts, `given` the conditions that hold for all of its new cases."""

    code: str
    name: Mapping[str, str]
    held: frozenset[str]
    given: tuple[Condition, ...]
    tables: tuple[str, ...]


def offices(session: Session) -> list[OfficeOfTables]:
    """Every registrar, by its code, with the tables that its new cases use. A disabled account holds nothing."""
    held: dict[str | None, set[str]] = defaultdict(set)
    for account in session.exec(select(Account).where(col(Account.disabled_at).is_(None))):
        held[account.registrar_code] |= set(account.roles)
    registrars = session.exec(select(Registrar).order_by(col(Registrar.code))).all()
    return [_office(registrar, frozenset(held[registrar.code])) for registrar in registrars]


def _office(registrar: Registrar, held: frozenset[str]) -> OfficeOfTables:
    given = (
        Condition(name="two_person", holds=registrar.approval == "two_person"),
        # Individual businesses never go through the model of 2015, so where it is on, both routes are taken.
        *([] if registrar.regime == "five_numbers_2015" else [Condition(name="five_numbers", holds=False)]),
    )
    tables = (current(matter, chosen=registrar.definitions) for matter in CURRENT)
    return OfficeOfTables(registrar.code, registrar.name, held, given, tuple(filter(None, tables)))
