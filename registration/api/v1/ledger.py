"""What the office does with issued paper: prints it again, corrects, revokes and reinstates it, two persons each."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from flask import Response
from flask_openapi3 import Tag
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from registration import clock, database
from registration.access import access
from registration.api.v1 import shapes
from registration.api.v1.blueprint import PREFIX, blueprint, reply
from registration.api.v1.present import licence_row
from registration.api.v1.values import NOT_BLANK, Name
from registration.http.context import the_actor
from registration.models import LicenceProposal
from registration.operations import ledger, revocation
from registration.queries.ledger import LedgerPage, SheetView, ledger_of, proposals_for

TAGS = [Tag(name="执照台账 Ledger")]
LONGEST = 2000
Opinion = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST), NOT_BLANK]


class ProposalPath(BaseModel):
    proposal: Name


class EventRow(BaseModel):
    kind: Literal["issue", "supersede", "revoke", "reinstate", "declare_void", "restore"]
    at: datetime
    by: str
    reason_code: str | None
    log_position: int | None = Field(description="Its place in the public log, from 0; null while it waits")


class SheetRow(shapes.LicenceRow):
    design: str
    design_hash: str | None
    fonts_hash: str | None
    reprints: int
    checks: int = Field(description="How often somebody checked this sheet")
    events: list[EventRow]


class FactChange(BaseModel):
    before: str | list[str] | None
    after: str | list[str] | None


class ProposalRow(BaseModel):
    proposal: str
    kind: Literal["revoke", "reinstate", "correct"]
    edition: int
    reason_code: str
    opinion: str
    evidence: str = Field(description="Of a correction: the documents that prove the clerical error")
    changes: dict[str, FactChange] = Field(description="Of a correction: each fact with what it says and shall say")
    proposed_by: str
    proposed_at: datetime
    status: Literal["open", "confirmed", "refused"]
    decided_by: str | None
    decided_at: datetime | None
    decision: str | None


class Ledger(BaseModel):
    sheets: list[SheetRow]
    proposals: list[ProposalRow]
    blocked: dict[str, str | None] = Field(description="What can be done: null where you may now, else why not")


class WaitingRow(ProposalRow):
    ref: str
    name: str
    own: bool = Field(description="You proposed it, so somebody else decides")


class WaitingList(BaseModel):
    items: list[WaitingRow]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CorrectedFacts(_Body):
    """What the newest edition should say instead; only what differs from it."""

    representative: str | None = Field(default=None, max_length=200)
    domicile: str | None = Field(default=None, max_length=500)
    capital: Decimal | None = Field(default=None, ge=0, description="In 元")
    general_items: list[str] | None = None
    licensed_items: list[str] | None = None


class Propose(_Body):
    kind: Literal["revoke", "reinstate"]
    reason_code: str = Field(max_length=10)
    opinion: Opinion


class Correct(_Body):
    reason_code: str = Field(max_length=10)
    opinion: Opinion
    evidence: Opinion = Field(description="Which document of the file proves the clerical error")
    changes: CorrectedFacts


class Decide(_Body):
    decision: Literal["confirm", "refuse"]
    opinion: str = Field(default="", max_length=LONGEST)


class Reprinted(BaseModel):
    licence: str
    reprints: int
    download: str = Field(description="Where the file is fetched: the very one that was signed")


class Proposed(BaseModel):
    proposal: str


class Decided(BaseModel):
    ref: str
    status: Literal["confirmed", "refused"]


@blueprint.get(
    "/applications/<ref>/ledger", tags=TAGS, responses={200: Ledger}, summary="执照台账 · Its licence's story"
)
@access("ledger.read")
def show_ledger(path: shapes.CasePath) -> Response:
    with database.reading() as session:
        page = ledger_of(session, path.ref, actor=the_actor())
    return reply(_ledger(page))


@blueprint.post(
    "/applications/<ref>/licences/<licence>/reprint",
    tags=TAGS,
    responses={200: Reprinted},
    summary="重印 · The stored file once more",
)
@access("licence.reprint")
def print_again(path: shapes.LicencePath) -> Response:
    """Counts that the file is given out once more; the paper stays what it is."""
    sheet = ledger.reprint(path.ref, path.licence, actor=the_actor(), now=clock.now())
    address = f"{PREFIX}/applications/{path.ref}/licences/{sheet.ref}"
    return reply(Reprinted(licence=sheet.ref, reprints=sheet.reprints, download=address))


@blueprint.post(
    "/applications/<ref>/proposals", tags=TAGS, responses={200: Proposed}, summary="提议吊销或者恢复 · Propose"
)
@access("licence.propose")
def propose(path: shapes.CasePath, body: Propose) -> Response:
    """That the edition in force be revoked, or the revoked one reinstated. Another person decides."""
    ask = revocation.propose_revocation if body.kind == "revoke" else revocation.propose_reinstatement
    name = ask(path.ref, reason_code=body.reason_code, opinion=body.opinion, actor=the_actor(), now=clock.now())
    return reply(Proposed(proposal=name))


@blueprint.post(
    "/applications/<ref>/corrections-of-licence",
    tags=TAGS,
    responses={200: Proposed},
    summary="提议更正记载错误 · Propose to correct a clerical error",
)
@access("licence.propose")
def propose_correction(path: shapes.CasePath, body: Correct) -> Response:
    """That the licence say what the file proves. Another person decides; a change of facts is applied for instead."""
    name = revocation.propose_correction(
        path.ref,
        reason_code=body.reason_code,
        opinion=body.opinion,
        evidence=body.evidence,
        changes=body.changes.model_dump(mode="json", exclude_none=True),
        actor=the_actor(),
        now=clock.now(),
    )
    return reply(Proposed(proposal=name))


@blueprint.get(
    "/proposals", tags=TAGS, responses={200: WaitingList}, summary="待决提议 · What waits for a second person"
)
@access("ledger.inbox")
def list_proposals() -> Response:
    with database.reading() as session:
        waiting = proposals_for(session, actor=the_actor())
    rows = [
        WaitingRow(ref=one.ref, name=one.name, own=one.own, **_proposal(one.proposal).model_dump()) for one in waiting
    ]
    return reply(WaitingList(items=rows))


@blueprint.post("/proposals/<proposal>", tags=TAGS, responses={200: Decided}, summary="决定提议 · Decide it")
@access("licence.decide")
def decide(path: ProposalPath, body: Decide) -> Response:
    """Whoever proposed it may not decide it."""
    take = revocation.confirm_revocation if body.decision == "confirm" else revocation.refuse_revocation
    ref = take(path.proposal, opinion=body.opinion, actor=the_actor(), now=clock.now())
    return reply(Decided(ref=ref, status="confirmed" if body.decision == "confirm" else "refused"))


def _ledger(page: LedgerPage) -> Ledger:
    return Ledger(
        sheets=[_sheet(view) for view in page.sheets],
        proposals=[_proposal(one) for one in page.proposals],
        blocked=dict(page.blocked),
    )


def _sheet(view: SheetView) -> SheetRow:
    sheet = view.sheet
    return SheetRow(
        **licence_row(sheet).model_dump(),
        design=sheet.design,
        design_hash=sheet.design_hash,
        fonts_hash=sheet.fonts_hash,
        reprints=sheet.reprints,
        checks=view.checks,
        events=[
            EventRow(
                kind=one.event.kind,
                at=one.event.at,
                by=one.event.by,
                reason_code=one.event.reason_code,
                log_position=one.position,
            )
            for one in view.events
        ],
    )


def _proposal(one: LicenceProposal) -> ProposalRow:
    return ProposalRow(proposal=one.ref, **one.model_dump(exclude={"id", "ref", "application_id"}))
