"""Orders the English summary of a licence and fixes its text. A second order returns the same page."""

from datetime import datetime
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from certificates.paper.design import find
from certificates.paper.english_summary import EnglishSummary
from certificates.particulars import Particulars
from registration import access, database, outbox
from registration.actor import Actor
from registration.errors import Conflict, NotFound
from registration.models import Application, Licence, Paper, Registrar
from registration.operations.papers import PreparedPaper
from registration.queries.object_facts import object_facts
from registration.rules import romanise
from registration.rules.official_types import english_name
from registration.rules.scope import catalogue
from registration.settings import settings

EFFECT = "paper.courtesy"
KIND = "courtesy"


def request(ref: str, *, actor: Actor, now: datetime) -> Paper:
    """The page of the licence in force, ordered now or before. Conflict while there is no licence."""
    with database.transaction() as session:
        case = session.scalars(select(Application).where(col(Application.ref) == ref).with_for_update()).one_or_none()
        if case is None:
            raise NotFound(ref=ref)
        access.require("licence.download", actor, object_facts(session, case, actor))
        sheet = _in_force(session, case)
        if sheet is None:
            raise Conflict("licence_not_issued", ref=ref)
        if not is_offered():
            raise Conflict("translation_not_offered", ref=ref)
        return _requested_before(session, sheet) or _ask(session, case, sheet, now=now)


def is_offered() -> bool:
    """Whether the design in use has an English page."""
    return KIND in find(settings().design, own=settings().designs).manifest.papers


def requested(paper_id: int) -> PreparedPaper:
    """The message for the worker that renders the page."""
    with database.reading() as session:
        return PreparedPaper(paper_id, session.get_one(Paper, paper_id).content)


def words_of(facts: Particulars, *, registrar: Registrar) -> EnglishSummary:
    """The licence in English, as far as the catalogues have English texts; persons in pinyin."""
    items = {item.zh: item.en for item in catalogue().values()}
    return EnglishSummary(
        particulars=facts,
        type_text=english_name(facts.type_text),
        representative=romanise.person(facts.representative),
        delegate=romanise.person(facts.delegate) if facts.delegate else None,
        domicile=romanise.place(facts.domicile),
        registrar=registrar.name_en,
        scope={item: items[item] for item in (*facts.general_items, *facts.licensed_items) if item in items},
    )


def _ask(session: Session, case: Application, sheet: Licence, *, now: datetime) -> Paper:
    registrar = session.get_one(Registrar, case.registrar_code)
    content = words_of(Particulars.model_validate(sheet.particulars), registrar=registrar)
    paper = Paper(
        ref=token_urlsafe(16),
        application_id=sheet.application_id,
        kind=KIND,
        number=f"{case.registrar_code}:{KIND}:{sheet.serial}-{sheet.edition}",
        revision=sheet.edition,
        content=content.model_dump(mode="json", exclude_none=True),
        created_at=now,
    )
    session.add(paper)
    session.flush()
    outbox.put(session, EFFECT, now=now, application_id=sheet.application_id, paper=paper.id)
    return paper


def _requested_before(session: Session, sheet: Licence) -> Paper | None:
    query = select(Paper).where(
        col(Paper.application_id) == sheet.application_id, col(Paper.kind) == KIND, col(Paper.revision) == sheet.edition
    )
    return session.scalars(query).one_or_none()


def _in_force(session: Session, case: Application) -> Licence | None:
    """The first duplicate, which a bank asks for; the original if there is none."""
    wanted: Any = (col(Licence.application_id) == case.id, col(Licence.status) == "issued")
    order: Any = (col(Licence.edition).desc(), col(Licence.paper) == "original", col(Licence.copy_no))
    return session.scalars(select(Licence).where(*wanted).order_by(*order).limit(1)).one_or_none()
