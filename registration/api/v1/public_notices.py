"""Public notices about entities: what runs now, one of them, and an objection to it. No sign-in is needed."""

from datetime import date
from typing import Annotated

from flask import Response
from flask_openapi3 import Tag
from pydantic import BaseModel, Field

from registration import clock, database
from registration.access import access
from registration.api.v1.blueprint import blueprint, reply
from registration.api.v1.shapes import Given, Page
from registration.api.v1.values import FilledLines, Name, choice
from registration.http.context import PUBLIC_LIMIT, SIGN_UP_LIMIT, lang_here, limiter, say
from registration.operations import public_notices
from registration.operations.public_notices import ObjectionData
from registration.queries.public_notices import NoticeRow, notices_for_all, public_notice
from registration.rules.public_notices import (
    LONGEST_CONTACT,
    LONGEST_NAME,
    LONGEST_REASON,
    STATES,
    notice_kinds,
)

TAGS = [Tag(name="登记公告 Public notices")]
_Kind = Annotated[str, choice(*notice_kinds())]
_State = Annotated[str, choice(*STATES)]


class NoticesQuery(BaseModel):
    before: str = Field("", max_length=40, description="The `next` of the page before")


class NoticePath(BaseModel):
    notice: Name = Field(description="Its number, such as GG-2026-0A1B2C3D4E5F")


class NoticeShown(BaseModel):
    """A notice: others may object until the end of `last_on`."""

    notice: str
    kind: _Kind
    label: str
    code: str
    name: str
    registrar: str
    first_on: date
    last_on: date
    status: _State
    text: str
    objections_until: date | None = Field(description="Null where nobody can object any more")


class ObjectionGiven(Given):
    name: FilledLines = Field(max_length=LONGEST_NAME)
    contact: FilledLines = Field(max_length=LONGEST_CONTACT, description="For the registrar alone")
    reason: FilledLines = Field(max_length=LONGEST_REASON)


class ObjectionMade(BaseModel):
    """The objection ended the notice."""

    objection: str
    notice: NoticeShown


NoticePage = Page[NoticeShown]


@blueprint.get("/notices", tags=TAGS, responses={200: NoticePage}, summary="公告中的主体 · Notices that run now")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def list_notices(query: NoticesQuery) -> Response:
    with database.reading() as session:
        rows, further = notices_for_all(session, before=query.before)
        return reply(NoticePage(items=[_shown(one) for one in rows], next=further or None))


@blueprint.get("/notices/<notice>", tags=TAGS, responses={200: NoticeShown}, summary="一个公告 · One notice")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def show_notice(path: NoticePath) -> Response:
    with database.reading() as session:
        return reply(_shown(public_notice(session, path.notice)))


@blueprint.post(
    "/notices/<notice>/objections", tags=TAGS, responses={201: ObjectionMade}, summary="提出异议 · Object to a notice"
)
@access("public")
@limiter.limit(SIGN_UP_LIMIT)
def object_to_notice(path: NoticePath, body: ObjectionGiven) -> Response:
    """Ends the notice at once; the applicant reads name and reason."""
    data = ObjectionData(body.name, body.contact, body.reason)
    made = public_notices.object_to(path.notice, data, now=clock.now())
    with database.reading() as session:
        return reply(ObjectionMade(objection=made, notice=_shown(public_notice(session, path.notice))), 201)


def _shown(row: NoticeRow) -> NoticeShown:
    notice = row.notice
    open_now = row.takes_objections(clock.local_date(clock.now()))
    return NoticeShown(
        notice=notice.ref,
        kind=notice.kind,
        label=say(row.kind.label),
        code=row.entity.code,
        name=row.entity.name,
        registrar=notice.registrar_code,
        first_on=notice.first_on,
        last_on=notice.last_on,
        status=notice.status,
        text=row.words(lang_here()),
        objections_until=notice.last_on if open_now else None,
    )
