"""Public notices about entities: what runs now, objections and claims without a sign-in, and the notice of a draft."""

from datetime import date
from typing import Annotated

from flask import Response
from flask_openapi3 import Tag
from pydantic import BaseModel, Field

from registration import clock, database
from registration.access import access
from registration.api.v1.blueprint import blueprint, reply
from registration.api.v1.shapes import CasePath, Given, Page
from registration.api.v1.values import FilledLines, Name, Parameters, choice
from registration.http.context import PUBLIC_LIMIT, SIGN_UP_LIMIT, lang_here, limiter, say, the_actor
from registration.operations import creditor_claims, public_notices, reduction_notices
from registration.operations.creditor_claims import ClaimData
from registration.operations.public_notices import ObjectionData
from registration.queries.public_notices import NoticeRow, notices_for_all, public_notice
from registration.rules.public_notices import (
    LONGEST_AMOUNT,
    LONGEST_CONTACT,
    LONGEST_NAME,
    LONGEST_REASON,
    STATES,
    notice_kinds,
)

TAGS = [Tag(name="登记公告 Public notices")]
_Kind = Annotated[str, choice(*notice_kinds())]
_State = Annotated[str, choice(*STATES)]


class NoticesQuery(Parameters):
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
    claims_until: date | None = Field(description="Null where no creditor can declare a claim here")
    demands: list[str] = Field(description="What a creditor can ask for; one is chosen")


class ObjectionGiven(Given):
    name: FilledLines = Field(max_length=LONGEST_NAME)
    contact: FilledLines = Field(max_length=LONGEST_CONTACT, description="For the registrar alone")
    reason: FilledLines = Field(max_length=LONGEST_REASON)


class ObjectionMade(BaseModel):
    """The objection ended the notice."""

    objection: str
    notice: NoticeShown


class ClaimGiven(Given):
    name: FilledLines = Field(max_length=LONGEST_NAME)
    contact: FilledLines = Field(max_length=LONGEST_CONTACT)
    amount: FilledLines = Field(max_length=LONGEST_AMOUNT, description="In yuan, such as 12500.50")
    basis: FilledLines = Field(max_length=LONGEST_REASON)
    demand: str = Field("", max_length=40, description="Where the notice has `demands`: one of them")


class ClaimMade(BaseModel):
    """Passed on to the company or its liquidation group; never public."""

    claim: str


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


@blueprint.post("/notices/<notice>/claims", tags=TAGS, responses={201: ClaimMade}, summary="申报债权 · Declare a claim")
@access("public")
@limiter.limit(SIGN_UP_LIMIT)
def declare_claim(path: NoticePath, body: ClaimGiven) -> Response:
    """The applicant and the registrar read it; it ends nothing."""
    data = ClaimData(body.name, body.contact, body.amount, body.basis, body.demand)
    return reply(ClaimMade(claim=creditor_claims.declare(path.notice, data, now=clock.now())), 201)


@blueprint.post(
    "/applications/<ref>/notice", tags=TAGS, responses={201: NoticeShown}, summary="发布减资公告 · Publish the notice"
)
@access("application.edit")
def publish_notice(path: CasePath) -> Response:
    """The notice of a reduction of the capital, from its draft; its term is computed from today."""
    made = reduction_notices.publish(path.ref, actor=the_actor(), now=clock.now())
    with database.reading() as session:
        return reply(_shown(public_notice(session, made)), 201)


@blueprint.delete("/applications/<ref>/notice", tags=TAGS, responses={204: None}, summary="撤回公告 · Withdraw it")
@access("application.edit")
def withdraw_notice(path: CasePath) -> Response:
    reduction_notices.withdraw(path.ref, actor=the_actor(), now=clock.now())
    return Response(status=204)


def _shown(row: NoticeRow) -> NoticeShown:
    notice = row.notice
    today = clock.local_date(clock.now())
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
        objections_until=notice.last_on if row.takes_objections(today) else None,
        claims_until=notice.last_on if row.takes_claims(today) else None,
        demands=list(row.kind.demands),
    )
