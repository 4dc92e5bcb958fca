"""The law of a case as text: the article of a reason, and the remedies against a decision."""

from collections.abc import Iterable
from datetime import date

from registration.database import reading
from registration.http.context import lang_here
from registration.models import Application, Registrar
from registration.queries.casefile import CaseFile
from registration.queries.registrar_profiles import profile_on
from registration.rules.reasons import bases, reason_article, remedies


def reason_article_of(case: Application, code: str, *, on: date) -> str:
    """The law behind a reason of refusal as it was in force on the day; empty where there was none."""
    return reason_article(
        code, matter=case.matter, entity_type=case.entity_type, regime=case.regime, on=on, lang=lang_here()
    )


def bases_of(case: Application, basis: Iterable[str], *, on: date) -> list[str]:
    """The law that a row of the case's table cites, as far as it is in force on the day."""
    return bases(basis, matter=case.matter, regime=case.regime, on=on, lang=lang_here())


def remedies_of(file: CaseFile, *, on: date) -> str:
    """Whom to turn to against a decision of this day, as the paper of that day names them."""
    case = file.case
    with reading() as session:
        head = profile_on(session, session.get_one(Registrar, case.registrar_code), on=on)
    return remedies(
        regime=case.regime,
        on=on,
        lang=lang_here(),
        reconsideration=head.reconsideration_body,
        court=head.court,
    )
