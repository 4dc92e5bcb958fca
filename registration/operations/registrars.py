"""Writes the registrars of the city's folder to the database. They are changed only in the folder."""

from datetime import datetime
from typing import Any

from sqlmodel import select

from registration.database import transaction
from registration.models import Registrar
from registration.operations.audit import note
from registration.rules.city import CityRegistrar, city
from workflows.definition.values import CHINESE, ENGLISH


def load(*, now: datetime, by: str = "command line") -> tuple[list[str], list[str]]:
    """Creates missing registrars and updates the others; returns the codes of both.

    One that is no longer in the folder stays, because cases name it. The folder does not say which tables it uses.
    """
    with transaction() as session:
        known = {row.code: row for row in session.exec(select(Registrar)).all()}
        new = [one.code for one in city().registrars if one.code not in known]
        changed = [one.code for one in city().registrars if one.code in known and _update(known[one.code], one)]
        session.add_all(registrar_row(one, sample=False) for one in city().registrars if one.code in new)
        if new or changed:
            note(session, "registrar:load", subject=by, now=now, new=new, changed=changed)
    return new, changed


def registrar_row(one: CityRegistrar, *, sample: bool) -> Registrar:
    """A new row of the table for a registrar of the folder."""
    return Registrar(code=one.code, sample=sample, **_said(one))


def _update(row: Registrar, one: CityRegistrar) -> bool:
    said = _said(one)
    differing = [name for name, value in said.items() if getattr(row, name) != value]
    for name in differing:
        setattr(row, name, said[name])
    return bool(differing)


def _said(one: CityRegistrar) -> dict[str, Any]:
    return {
        "name_zh": one.name[CHINESE],
        "name_en": one.name[ENGLISH],
        "prefecture": city().about.prefecture,
        "regions": list(one.regions),
        "regime": one.regime.value,
        "approval": one.approval,
        "declared_domicile": one.declared_domicile,
    }
