"""Names as the register has them: the verdict on a proposed one."""

from datetime import date

from sqlalchemy import or_, select
from sqlmodel import Session

from registration.models import Application, NameKey, RegisteredName, Registrar
from registration.rules import names as rules
from registration.rules.form.firm import Name
from registration.rules.names import NameParts, NameVerdict, keys_for
from registration.sealing import open_form


def verdict_in(session: Session, name: Name, *, case: Application, registrar: Registrar, today: date) -> NameVerdict:
    """The verdict on the name that a case proposes; what the case itself holds never stands in its way."""
    return verdict_on(
        session,
        parts_of_form(name),
        entity_type=case.entity_type,
        region6=_region_of(case, registrar),
        prefecture=registrar.prefecture,
        today=today,
        case_id=case.id,
        investors=_investors(case),
    )


def verdict_on(
    session: Session,
    proposed: NameParts | str,
    *,
    entity_type: str,
    region6: str,
    prefecture: str,
    today: date,
    case_id: int | None = None,
    investors: tuple[str, ...] = (),
) -> NameVerdict:
    """The verdict on any name against the prefecture's register. The keys bound what is compared."""
    sought = keys_for(proposed).sought
    mine = RegisteredName.application_id == case_id if case_id is not None else None
    rows = session.execute(
        select(RegisteredName.name, RegisteredName.status, RegisteredName.since_on)
        .join(NameKey, NameKey.name_id == RegisteredName.id)  # type: ignore[arg-type]
        .where(
            NameKey.prefecture == prefecture,
            NameKey.key.in_(sought),
            RegisteredName.status != "released",
            *([or_(RegisteredName.application_id.is_(None), ~mine)] if mine is not None else []),
        )
        .distinct()
    ).all()
    candidates = [rules.RegisteredName(row.name, row.status, row.since_on) for row in rows]
    return rules.check_name(
        proposed, entity_type=entity_type, region6=region6, candidates=candidates, today=today, investors=investors
    )


def parts_of_form(name: Name) -> NameParts:
    return rules.parts_of(name)


def _region_of(case: Application, registrar: Registrar) -> str:
    domicile = case.form.get("domicile") or {}
    return str(domicile.get("region") or registrar.regions[0])


def _investors(case: Application) -> tuple[str, ...]:
    """The organizations among the shareholders: their own trade names may be used (Name Regulation art. 17)."""
    people = open_form(case.form.get("people") or [], case=case.ref)
    return tuple(one["name"] for one in people if one.get("kind") == "legal" and one.get("name"))
