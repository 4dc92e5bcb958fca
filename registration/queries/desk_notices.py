"""Mails to the office about what applicants write, directors order, and files that change hands.

They go to the one person concerned, to the holder, or to those who could take the case.
"""

from collections.abc import Collection

from sqlalchemy import select
from sqlmodel import Session, col

from registration import database
from registration.access import HEADS, OFFICE
from registration.matters import definition_of
from registration.models import Account, Application
from registration.queries.letters import Letter, mail_texts, mail_to
from registration.rules.languages import known
from registration.rules.reference import texts
from registration.settings import settings

_FILE = "reference/desk_notices.yaml"
TO_HEADS = frozenset({"notify.desk_rating", "notify.desk_complaint", "notify.desk_late"}) | {
    *("notify.desk_order_answer", "notify.desk_order_late", "notify.desk_sample_late")
}
DESK_NOTICES: tuple[str, ...] = tuple(texts(_FILE))


def letters_to_desk(effect: str, application_id: int, *, account: int | None = None) -> list[Letter]:
    """A letter to each recipient with an address, in the recipient's language; `account` is the one concerned."""
    with database.reading() as session:
        case = session.get_one(Application, application_id)
        desk = f"{settings().public_url}/desk"
        values = {"ref": case.ref, "name": case.name or case.ref}
        values |= {"url": f"{desk}/cases/{case.ref}/messages", "feedback": f"{desk}/feedback"}
        values["order"] = f"{desk}/cases/{case.ref}/supervision"
        values["sample"] = f"{desk}/samples/{case.ref}"
        values["holder"] = f"{desk}/cases/{case.ref}/holder"
        return [
            mail_to(one, *mail_texts(_FILE, effect, known(one.locale), values))
            for one in (_reachable(session, account) if account else _recipients(session, case, effect))
        ]


def _recipients(session: Session, case: Application, effect: str) -> list[Account]:
    """Ratings and complaints go to those responsible for the office, and never to the clerk alone."""
    if effect in TO_HEADS:
        return staff_of(session, case.registrar_code, HEADS)
    if case.holder_id is not None:
        return _reachable(session, case.holder_id)
    roles = OFFICE & {*definition_of(case.definition).states[case.state].holder}
    return staff_of(session, case.registrar_code, roles or HEADS)


def _reachable(session: Session, account_id: int) -> list[Account]:
    return [one for one in [session.get_one(Account, account_id)] if one.email and one.disabled_at is None]


def staff_of(session: Session, registrar: str, roles: Collection[str]) -> list[Account]:
    """The staff of the registrar in any of these roles, as far as they have an address."""
    query = select(Account).where(
        col(Account.kind) == "staff",
        col(Account.registrar_code) == registrar,
        col(Account.disabled_at).is_(None),
    )
    found = session.scalars(query.order_by(col(Account.id)))
    return [one for one in found if one.email and set(one.roles) & set(roles)]
