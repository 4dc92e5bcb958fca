"""Makes papers: fixes the number and the text, and records the sheet when the worker has made it.

Papers that are ordered together are fixed in one transaction, which reads their case once, and recorded in another.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from registration import database, outbox
from registration.clock import local_date
from registration.database.statements import Query, Rows, execute, prepare_update
from registration.keys.field_encryption import decrypt, encrypt
from registration.models import Account, Application, Paper, Registrar
from registration.models.columns import table_of
from registration.operations import numbers
from registration.queries.application_document import DOCUMENTS, PERSONS
from registration.queries.case_rows import REGISTRAR
from registration.queries.papers import content_of, noticed
from registration.queries.registrar_profiles import PrintedProfile, profile_on, seal_picture

_WRITTEN: Rows[Paper] = Rows(
    Paper,
    col(Paper.application_id) == bindparam("case_id"),
    col(Paper.kind) == bindparam("kind"),
    col(Paper.revision) == bindparam("revision"),
)
_KEYS = Query(
    select(col(Paper.application_id), col(Paper.kind), col(Paper.revision)).where(
        col(Paper.application_id).in_(bindparam("cases", expanding=True))
    )
)
_MADE = prepare_update(table_of(Paper), "storage_key", "sha256")
# A shared lock, so that no new letterhead takes effect for a day while a paper of that day is written.
_HOLD_REGISTRAR = Query(
    select(col(Registrar.code)).where(col(Registrar.code) == bindparam("code")).with_for_update(read=True)
)


@dataclass(frozen=True)
class OrderedPaper:
    """A paper of this kind for a revision of a locked case. `due_at` is the promised date."""

    case: Application
    kind: str
    revision: int
    due_at: datetime | None

    @property
    def key(self) -> tuple[int, str, int]:
        return self.case.id, self.kind, self.revision


@dataclass(frozen=True)
class PreparedPaper:
    paper_id: int
    content: Mapping[str, Any]
    seal: bytes | None = None


@dataclass(frozen=True)
class MadePaper:
    """A paper that was made and stored for a message."""

    message_id: int
    paper_id: int
    storage_key: str
    sha256: str


def prepared(session: Session, orders: Sequence[OrderedPaper], *, now: datetime) -> list[PreparedPaper]:
    """The paper of each order; a repeat returns the same number and text."""
    known = set(_KEYS.rows(session, cases=sorted({one.case.id for one in orders})))
    new = {one.key: one for one in orders if one.key not in known}
    rows = dict(zip(new, _write_all(session, list(new.values()), now=now), strict=True))
    found = []
    for one in orders:
        paper = rows.get(one.key) or written(session, one.case, one.kind, revision=one.revision)
        assert paper is not None
        content = opened(paper.content, case=one.case.ref)
        found.append(PreparedPaper(paper.id, content, seal_picture(session, content.get("seal"))))
    return found


def written(session: Session, case: Application, kind: str, *, revision: int) -> Paper | None:
    """The paper of this kind for this revision; None before it is written."""
    return _WRITTEN.first(session, case_id=case.id, kind=kind, revision=revision)


def write(
    session: Session, case: Application, kind: str, *, revision: int, due_at: datetime | None, now: datetime
) -> Paper:
    """Creates the row of a new paper of a locked case, with its number and its final text."""
    return _write_all(session, [OrderedPaper(case, kind, revision, due_at)], now=now)[0]


def _write_all(session: Session, orders: Sequence[OrderedPaper], *, now: datetime) -> list[Paper]:
    # Each paper reads the applicant of its case. The session keeps a row only while something refers to it.
    applicants = {one.case.account_id: session.get_one(Account, one.case.account_id) for one in orders}
    # All numbers before the texts, so that those of one series are taken together.
    taken = _numbers(session, orders, day=local_date(now))
    rows = [_row(session, one, number, now=now) for one, number in zip(orders, taken, strict=True)]
    session.add_all(rows)
    session.flush()
    applicants.clear()
    return rows


def _row(session: Session, order: OrderedPaper, number: str, *, now: datetime) -> Paper:
    case, kind, revision = order.case, order.kind, order.revision
    ref, day = token_urlsafe(16), local_date(now)
    head = held_profile(session, case, day)
    paper = content_of(
        session, case, kind, head=head, number=number, ref=ref, on=day, due_at=order.due_at, revision=revision
    )
    content = paper.model_dump(mode="json")
    return Paper(
        ref=ref,
        application_id=case.id,
        kind=kind,
        number=f"{case.registrar_code}:{kind}:{number}",
        revision=revision,
        content=sealed(content, case=case.ref) if kind == PERSONS else content,
        created_at=now,
    )


def held_profile(session: Session, case: Application, day: date) -> PrintedProfile:
    """The letterhead of the day, which stays until this transaction ends. Read once in it."""
    read: dict[tuple[str, date], PrintedProfile] = session.info.setdefault("held_profiles", {})
    key = case.registrar_code, day
    if key not in read:
        _HOLD_REGISTRAR.rows(session, code=case.registrar_code)
        (registrar,) = REGISTRAR.all(session, code=case.registrar_code)
        read[key] = profile_on(session, registrar, on=day)
    return read[key]


def sealed(content: Mapping[str, Any], *, case: str) -> dict[str, Any]:
    """The text of a paper with personal data as it is stored: encrypted with the field key."""
    return {"number": content["number"], "sealed": encrypt(json.dumps(content, ensure_ascii=False), case=case)}


def opened(content: Mapping[str, Any], *, case: str) -> Mapping[str, Any]:
    """The decrypted text of any paper."""
    found: Mapping[str, Any] = json.loads(decrypt(content["sealed"], case=case)) if "sealed" in content else content
    return found


def _numbers(session: Session, orders: Sequence[OrderedPaper], *, day: date) -> list[str]:
    """The numbers of papers. A notice has one already; an applicant's own paper bears the application's number."""
    known = [_known_number(session, one) for one in orders]
    series = [(one.case.registrar_code, one.kind) for one, number in zip(orders, known, strict=True) if not number]
    taken = iter(numbers.paper_numbers(session, series, on=day))
    return [number or next(taken) for number in known]


def _known_number(session: Session, order: OrderedPaper) -> str | None:
    if order.kind in DOCUMENTS:
        return f"{order.case.ref}-{order.revision}"
    return noticed(session, order.case) if order.kind == "correction" else None


def record(made: Sequence[MadePaper]) -> None:
    """Records the sheets in the transaction that ends their messages; not one whose message another delivery ended."""
    with database.transaction() as session:
        ended = outbox.finish_all(session, [one.message_id for one in made])
        mine = [one for one in made if one.message_id in ended]
        execute(
            session,
            [(_MADE, {"row_id": one.paper_id, "storage_key": one.storage_key, "sha256": one.sha256}) for one in mine],
        )
