"""The automatic checks that stop an approval: they ask the register, and not only the form."""

from datetime import date

from sqlmodel import Session

from registration.models import Application
from registration.queries.same_domicile import domicile_check
from registration.rules.automatic_checks import Check


def deciding_checks(session: Session, case: Application, *, today: date) -> list[Check]:
    """Those of a case, good and bad."""
    domicile = domicile_check(session, case)
    return [domicile] if domicile else []
