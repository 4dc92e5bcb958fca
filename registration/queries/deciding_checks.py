"""The automatic checks that stop an approval: they ask the register and the lists, and not only the form."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from registration.keys.field_encryption import decrypt
from registration.models import Application, CheckOverride
from registration.queries.barred import barred_checks
from registration.queries.same_domicile import domicile_check
from registration.rules.automatic_checks import Check, Override
from registration.rules.registered_entity import is_shut


def deciding_checks(session: Session, case: Application, *, today: date) -> list[Check]:
    """Those of a case, good and bad, with what a person has decided about a bad one in this revision.

    Of a case about a registered entity its address is looked at where it changes.
    """
    domicile = None if is_shut(case.matter, case.form, "section.domicile") else domicile_check(session, case)
    found = [*barred_checks(session, case, today=today), *([domicile] if domicile else [])]
    if not any(one.verdict == "bad" for one in found):
        return found
    overrides = overrides_of(session, case)
    return [replace(one, override=overrides.get(one.key)) if one.verdict == "bad" else one for one in found]


def overrides_of(session: Session, case: Application) -> Mapping[str, Override]:
    """By the key of the check, those of the present revision: what was changed since is judged anew."""
    of_revision = col(CheckOverride.application_id) == case.id, col(CheckOverride.revision) == case.revision
    rows = session.scalars(select(CheckOverride).where(*of_revision))
    return {row.check_key: Override(row.by, row.at, decrypt(row.reason, case=case.ref)) for row in rows}


def stopping_checks(session: Session, case: Application, *, today: date) -> tuple[Check, ...]:
    """The checks with which the case cannot be approved."""
    return tuple(one for one in deciding_checks(session, case, today=today) if one.stops)
