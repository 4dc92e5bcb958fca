"""Alerts about promises: their recipients (the holder of the work, and those responsible) and their text."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import Session, col

from registration import database
from registration.clock import local
from registration.matters import definition_of
from registration.models import Account, Application, Part
from registration.queries.letters import Letter, mail_texts, mail_to
from registration.rules.languages import known, said
from registration.rules.reference import texts
from registration.settings import settings

_FILE = "reference/alerts.yaml"
ALERTS: tuple[str, ...] = tuple(texts(_FILE))


def letters_about(effect: str, application_id: int, *, part_key: str, roles: Collection[str]) -> list[Letter]:
    """A letter to each recipient with an address; none if the case has taken another step since.

    The first recipient is the holder. Without a holder it is those who could take the work: at the office the roles
    that distribute it (`roles`). `roles` receive alerts about a broken promise in any case.
    """
    with database.reading() as session:
        case = session.get_one(Application, application_id)
        query = select(Part).where(col(Part.application_id) == application_id, col(Part.key) == part_key)
        part = session.scalars(query).one_or_none()
        due_at = part.due_at if part is not None else case.due_at
        if due_at is None:
            return []
        recipients = _recipients(session, case, part, roles=roles, overdue=effect == "notify.overdue")
        values = {"ref": case.ref, "name": case.name or case.ref, "due": f"{local(due_at):%Y-%m-%d %H:%M}"}
        return [
            _letter(effect, account, values | {"url": _address(case, part, account)}, case=case, part=part)
            for account in recipients
        ]


def _recipients(
    session: Session, case: Application, part: Part | None, *, roles: Collection[str], overdue: bool
) -> list[Account]:
    holder = part.holder_id if part is not None else case.holder_id
    wanted: list[ColumnElement[bool]] = [col(Account.id) == holder] if holder is not None else []
    if part is not None and holder is None:
        wanted.append(col(Account.agency) == part.agency)
    query = select(Account).where(
        col(Account.kind) == "staff",
        col(Account.registrar_code) == case.registrar_code,
        col(Account.disabled_at).is_(None),
    )
    found = list(session.scalars(query.where(or_(*wanted)).order_by(col(Account.id)))) if wanted else []
    if overdue or not wanted:
        heads = session.scalars(query.order_by(col(Account.id)))
        found += [one for one in heads if set(one.roles) & set(roles) and one not in found]
    return [one for one in found if one.email]


def _letter(effect: str, account: Account, values: dict[str, str], *, case: Application, part: Part | None) -> Letter:
    lang = known(account.locale)
    filled = values | {"what": _what(case, part, lang)}
    return mail_to(account, *mail_texts(_FILE, effect, lang, filled))


def _what(case: Application, part: Part | None, lang: str) -> str:
    """The work to be done: the part, or the state of the case."""
    definition = definition_of(case.definition)
    if part is not None and definition.parts is not None:
        return said(definition.parts.graph[part.key].label, lang)
    return said(definition.states[case.state].label, lang)


def _address(case: Application, part: Part | None, account: Account) -> str:
    if part is not None and account.agency is not None:
        return f"{settings().public_url}/agencies/cases/{case.ref}/{part.key}"
    return f"{settings().public_url}/desk/cases/{case.ref}"
