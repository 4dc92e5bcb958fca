"""What an office prints of itself: in force, coming, past; and how one person changes it and another decides."""

from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from flask import Response
from flask_openapi3 import Tag
from pydantic import BaseModel, Field

from registration import clock, database
from registration.access import access
from registration.api.v1.blueprint import blueprint, reply, version_asked
from registration.api.v1.shapes import Given
from registration.api.v1.values import Line, Name, Shown, choice
from registration.documents import sample_sheets, uploads
from registration.errors import InvalidInput, NotFound
from registration.gateways.storage import storage
from registration.http.context import settings_here, the_actor
from registration.models import RegistrarProfile
from registration.operations import registrar_profiles
from registration.operations.registrar_profiles import ProfileProposal
from registration.queries import registrar_profiles as known
from registration.queries.registrar_profile_samples import SAMPLES, sample_of
from registration.rules.problems import Problem
from registration.rules.registrar_profiles import FIELDS, SEAL_BYTES, differences

TAGS = [Tag(name="签发信息 Letterheads")]
PDF = {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}


class LetterheadPath(BaseModel):
    letterhead: Name


class SamplePath(LetterheadPath):
    sheet: Annotated[str, choice(*SAMPLES)]


class StepPath(LetterheadPath):
    step: Annotated[str, choice("propose", "approve", "refuse", "withdraw")]


def words(name: str) -> Shown:
    """The length of a text of a letterhead. The operation judges it, so that one answer names all faults."""
    field = FIELDS[name]
    return Shown(
        {"minLength": 1, "pattern": r"\S", "maxLength": field.most} if field.required else {"maxLength": field.most}
    )


class LetterheadGiven(Given):
    """What is left out is not printed. `seal` is a PNG in base64, only where the office has its own design and key."""

    name_zh: Annotated[Line, words("name_zh")]
    name_en: Annotated[Line, words("name_en")]
    number_prefix: Annotated[Line, words("number_prefix")]
    officer_title: Annotated[Line, words("officer_title")] = ""
    officer_name: Annotated[Line, words("officer_name")] = ""
    address: Annotated[Line, words("address")] = ""
    phone: Annotated[Line, words("phone")] = ""
    reconsideration_body: Annotated[Line, words("reconsideration_body")] = Field(
        "", description="Named where decisions say what may be done against them"
    )
    court: Annotated[Line, words("court")] = Field("", description="Likewise")
    seal_place: Annotated[Line, words("seal_place")] = ""
    seal: Annotated[str, Shown({"contentEncoding": "base64", "contentMediaType": "image/png"})] | None = Field(
        None, max_length=2 * SEAL_BYTES
    )
    no_seal: bool = False
    reason: Annotated[Line, words("reason")]
    valid_from: date


class StepGiven(Given):
    reason: Line = Field("", description="Needed to refuse")


class Printed(BaseModel):
    """The words of a letterhead."""

    name_zh: str
    name_en: str
    number_prefix: str
    officer_title: str
    officer_name: str
    address: str
    phone: str
    reconsideration_body: str
    court: str
    seal_place: str
    seal_sha256: str | None


class LetterheadRow(Printed):
    letterhead: str
    registrar: str
    valid_from: date
    reason: str
    status: Literal["draft", "proposed", "approved", "withdrawn", "refused"]
    version: int
    prepared_by: str
    prepared_at: datetime
    proposed_at: datetime | None
    decided_by: str | None
    decided_at: datetime | None
    decision: str


class LetterheadChange(BaseModel):
    field: str
    before: str
    after: str


class LetterheadDetail(LetterheadRow):
    changes: list[LetterheadChange] = Field(description="Against what is printed on the day before")


class SamplesOrdered(BaseModel):
    sheets: list[str]


class Letterheads(BaseModel):
    """`now` is printed today; a change may begin on `earliest` at the earliest."""

    now: Printed
    in_force: LetterheadRow | None
    coming: list[LetterheadRow]
    open: list[LetterheadRow]
    past: list[LetterheadRow]
    earliest: date


@blueprint.get("/letterheads", tags=TAGS, responses={200: Letterheads}, summary="签发信息 · Letterheads")
@access("letterheads.read")
def list_letterheads() -> Response:
    with database.reading() as session:
        found = known.overview(session, the_actor().registrar_code or "", now=clock.now())
    return reply(
        Letterheads(
            now=Printed(**{name: getattr(found.now, name) for name in Printed.model_fields}),
            in_force=_row(found.since) if found.since else None,
            coming=[_row(row) for row in found.coming],
            open=[_row(row) for row in found.open],
            past=[_row(row) for row in found.past],
            earliest=found.earliest,
        )
    )


@blueprint.post("/letterheads", tags=TAGS, responses={201: LetterheadDetail}, summary="准备变更 · Prepare a change")
@access("letterheads.read")
def prepare_letterhead(body: LetterheadGiven) -> Response:
    row = registrar_profiles.prepare(_proposal(body), actor=the_actor(), now=clock.now())
    return _answer(row.ref, 201)


@blueprint.get(
    "/letterheads/<letterhead>", tags=TAGS, responses={200: LetterheadDetail}, summary="一份变更 · One change"
)
@access("letterhead.read")
def show_letterhead(path: LetterheadPath) -> Response:
    return _answer(path.letterhead)


@blueprint.put(
    "/letterheads/<letterhead>", tags=TAGS, responses={200: LetterheadDetail}, summary="修改草稿 · Revise a draft"
)
@access("letterhead.prepare")
def revise_letterhead(path: LetterheadPath, body: LetterheadGiven) -> Response:
    registrar_profiles.revise(
        path.letterhead, _proposal(body), actor=the_actor(), now=clock.now(), version=version_asked()
    )
    return _answer(path.letterhead)


@blueprint.post(
    "/letterheads/<letterhead>/steps/<step>",
    tags=TAGS,
    responses={200: LetterheadDetail},
    summary="提交、批准、退回、撤销 · Propose, approve, refuse, withdraw",
)
@access("letterhead.read")
def step_letterhead(path: StepPath, body: StepGiven) -> Response:
    with database.reading() as session:
        known.one(session, path.letterhead, actor=the_actor())
    if path.step not in STEPS:
        raise NotFound(step=path.step)
    more = {"reason": body.reason} if path.step == "refuse" else {}
    STEPS[path.step](path.letterhead, actor=the_actor(), now=clock.now(), version=version_asked(), **more)
    return _answer(path.letterhead)


@blueprint.get(
    "/letterheads/<letterhead>/samples/<sheet>", tags=TAGS, responses={200: PDF}, summary="样张 · A sample as PDF"
)
@access("letterhead.read")
def sample_letterhead(path: SamplePath) -> Response:
    with database.reading() as session:
        content = sample_of(session, path.letterhead, path.sheet, actor=the_actor())
    kept, design = storage(settings_here()), settings_here().design
    printed = sample_sheets.read(kept, path.sheet, content, design=design, form="pdf")
    return Response(printed, mimetype="application/pdf")


@blueprint.post(
    "/letterheads/<letterhead>/samples", tags=TAGS, responses={202: SamplesOrdered}, summary="印样张 · Print samples"
)
@access("letterhead.read")
def print_samples(path: LetterheadPath) -> Response:
    """A worker prints them in a moment; a draft that is saved asks for them by itself."""
    registrar_profiles.ask_samples(path.letterhead, actor=the_actor(), now=clock.now())
    return reply(SamplesOrdered(sheets=list(SAMPLES)), 202)


STEPS: Mapping[str, Callable[..., RegistrarProfile]] = {
    "propose": registrar_profiles.propose,
    "approve": registrar_profiles.approve,
    "refuse": registrar_profiles.refuse,
    "withdraw": registrar_profiles.withdraw,
}


def _proposal(body: LetterheadGiven) -> ProfileProposal:
    text: dict[str, Any] = body.model_dump(include=set(FIELDS))
    return ProfileProposal(text=text, valid_from=body.valid_from, seal=_seal(body.seal), keeps_seal=not body.no_seal)


def _seal(text: str | None) -> bytes | None:
    if not text:
        return None
    wrong = InvalidInput([Problem("seal", "letterhead.seal_malformed", {"most": SEAL_BYTES // 1024})])
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        raise wrong from None
    return uploads.judge_seal(data)


def _answer(ref: str, status: int = 200) -> Response:
    with database.reading() as session:
        row = known.one(session, ref, actor=the_actor())
        pairs = differences(known.before(session, row), known.shown(row))
        changes = [LetterheadChange(field=name, before=old, after=new) for name, old, new in pairs]
        detail = LetterheadDetail(**_row(row).model_dump(), changes=changes)
    return reply(detail, status, version=detail.version)


def _row(row: RegistrarProfile) -> LetterheadRow:
    fields = row.model_dump(exclude={"id", "ref", "registrar_code", "seal_image"})
    return LetterheadRow(letterhead=row.ref, registrar=row.registrar_code, **fields)
