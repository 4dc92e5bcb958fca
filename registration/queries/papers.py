"""A paper of a case: its number, its facts, the letterhead of its day, and the text of its kind."""

from collections.abc import Mapping
from datetime import date, datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlmodel import Session, col

from certificates import chinese
from certificates.paper.design import find
from certificates.paper.papers import Paper as Content
from registration.clock import local_date
from registration.matters import definition_of
from registration.models import Account, Application, Notice
from registration.queries.application_document import (
    DOCUMENTS,
)
from registration.queries.opened_form import opened_form
from registration.queries.paper_words import WORDS
from registration.queries.papers_asked import Moment, Words
from registration.queries.registrar_profiles import PrintedProfile
from registration.rules.entity_types import type_row
from registration.rules.languages import OF_PAPERS
from registration.rules.matter_folders import own_paper
from registration.rules.norms import is_old_law
from registration.rules.official_types import official_type
from registration.settings import settings

# The character for the kind in a document's number, as registrars write it.
SIGNS = {
    "receipt": "收",
    "acceptance": "受",
    "correction": "补",
    "approval": "准",
    "refusal": "驳",
    "not_accepted": "不受",
    "extension": "延",
    "reexamination": "复",
    "withdrawal": "撤",
    "hold": "中",
    "name_reservation": "名",
    "joint_handling": "联",
    "licence_correction": "更",
    "decision": "决",
}
KINDS = (*SIGNS, *DOCUMENTS)
# In place of the number of a paper that is not sent.
PREVIEW = "预览，没有发出，没有编号"
# Decisions and notices, which name a responsible officer; the others only record what happened.
SIGNED = frozenset(
    {
        "acceptance",
        "correction",
        "approval",
        "refusal",
        "not_accepted",
        "extension",
        "reexamination",
        "hold",
        "licence_correction",
        "decision",
    }
)


def content_of(
    session: Session,
    case: Application,
    kind: str,
    *,
    head: PrintedProfile,
    number: str,
    ref: str,
    on: date,
    due_at: datetime | None,
    revision: int = 0,
) -> Content:
    """The content of a paper of `kind` with this number; all its text is fixed here. `due_at` is the promised date."""
    moment = Moment(on, due_at, revision, head.reconsideration_body, head.court)
    paper = framed(
        head,
        kind,
        words=words_of(session, case, kind, moment=moment),
        facts=_facts(session, case),
        number=number,
        ref=ref,
        on=on,
    )
    return paper.model_copy(update={"title": _title(case, kind)})


def preview_of(
    session: Session, case: Application, kind: str, *, head: PrintedProfile, words: Words, on: date
) -> Content:
    """A paper as it would be with these words: marked as a sample, without a number, a seal and an address to check."""
    paper = framed(head, kind, words=words, facts=_facts(session, case), number="", ref="", on=on)
    return paper.model_copy(update={"title": _title(case, kind), "number": PREVIEW, "sample": True, "seal": None})


def framed(
    head: PrintedProfile, kind: str, *, words: Words, facts: Mapping[str, str], number: str, ref: str, on: date
) -> Content:
    """The text of a paper with the letterhead of its day; `number` is like 2026-0017."""
    before, rows, after, *further = words
    officer = f"签发人：{head.officer_title}　{head.officer_name}" if kind in SIGNED and head.officer_name else None
    return Content(
        kind=kind,
        registrar=head.name_zh,
        number=_printed_number(head, kind, number),
        facts=dict(facts),
        before=before,
        # A text of several lines is printed as one: a cell breaks its lines itself.
        rows=tuple(tuple(" ".join(cell.split()) for cell in row) for row in rows),
        sections=further[0] if further else {},
        after=after,
        contacts=tuple(f"{label}：{text}" for label, text in (("地址", head.address), ("电话", head.phone)) if text),
        officer=officer,
        seal_place=head.seal_place or None,
        seal=head.seal,
        issued_on=on,
        check_url=f"{settings().public_url}/v/{ref}",
        check_host=f"{urlsplit(settings().public_url).netloc}/v",
        sample=is_sample(),
    )


def words_of(session: Session, case: Application, kind: str, *, moment: Moment) -> Words:
    """The text of a paper of this kind about the case now: paragraphs, rows, paragraphs, and further tables if any."""
    return WORDS[kind](session, case, moment)


def noticed(session: Session, case: Application) -> str:
    """The number of the latest correction notice, without its registrar."""
    query = (
        select(col(Notice.number)).where(col(Notice.application_id) == case.id).order_by(col(Notice.id).desc()).limit(1)
    )
    return session.scalars(query).one().partition("-")[2]


def is_sample() -> bool:
    """Whether papers are marked as samples here."""
    if settings().demo or not settings().design_is_own:
        return True
    return find(settings().design, own=settings().designs).manifest.sample


def _facts(session: Session, case: Application) -> dict[str, str]:
    applicant = session.get_one(Account, case.account_id)
    form = opened_form(session, case).answers
    facts = {
        "applicant": applicant.name,
        "reference": case.ref,
        "name": case.name or "（未使用名称）",
        "matter": definition_of(case.definition).title[OF_PAPERS],
        "entity_type": official_type(form, entity_type=case.entity_type).printed,
    }
    return facts | ({"received": chinese.day(local_date(case.submitted_at))} if case.submitted_at else {})


def _printed_number(head: PrintedProfile, kind: str, number: str) -> str:
    """An applicant's own paper has the number of the application, not one of the registrar."""
    if kind not in SIGNS:
        return number
    year, _, count = number.partition("-")
    return f"{head.number_prefix}{SIGNS[kind]}〔{year}〕第{count}号"


# The regulation on company registration has its own names for two decisions (art. 54).
_OLD_TITLES = {"approval": "准予设立登记通知书", "refusal": "登记驳回通知书"}


def _title(case: Application, kind: str) -> str | None:
    """The name of a paper in the law of the case's regime, if it is not the usual one."""
    if kind == "application":
        return type_row(case.entity_type).application
    if own := own_paper(case.matter, kind):
        return own.title
    return _OLD_TITLES.get(kind) if is_old_law(case.regime) else None
