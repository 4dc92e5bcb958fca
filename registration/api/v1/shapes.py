"""The API's input and output: one model for each shape, which is also its description."""

from datetime import date, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, RootModel, model_validator

from registration.api.v1.check_rows import CheckRow
from registration.api.v1.correction_shapes import CorrectionRow, PartObjectionRow
from registration.api.v1.values import CaseRef, Division, Line, Name, Parameters, Prose, Reason, Text, choice
from registration.matters import matters
from registration.rules.entity_types import entity_type_keys
from registration.rules.form import ESTABLISHMENT, MODELS

Row = TypeVar("Row")


class Given(BaseModel):
    """Base of input from programs: an unknown field is refused."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Paging(Parameters):
    cursor: str | None = Field(None, max_length=200, description="The `next` of the page before")
    limit: int = Field(20, ge=1, le=100)


class CasePath(BaseModel):
    ref: CaseRef = Field(description="An application's reference, such as HY-2026-000012")


class SectionPath(CasePath):
    section: Annotated[str, choice(*MODELS)]


class MaterialPath(CasePath):
    material: Name


class LicencePath(CasePath):
    licence: Name


class PaperPath(CasePath):
    paper: Name


class PartyPath(CasePath):
    party: Name


class ActionPath(CasePath):
    action: str = Field(description="An action of the application's `actions`")


class SecretPath(BaseModel):
    secret: Name = Field(description="The secret of a signing link: what follows /sign/ in its address")


class Fault(BaseModel):
    path: str
    code: str
    message: str


class Blocker(BaseModel):
    """Why an action cannot be taken."""

    code: str
    message: str
    errors: list[Fault] | None = None
    kinds: list[str] | None = None


class Refusal(BaseModel):
    """Problem details (RFC 9457). `code` is stable, `title` is in the language of `Accept-Language`."""

    type: str
    title: str
    status: int
    code: str
    request_id: str | None = None
    errors: list[Fault] | None = Field(None, description="Every field that is wrong, with status 422")
    blockers: list[Blocker] | None = Field(None, description="Every rule that is not met, with status 409")


class Office(BaseModel):
    code: str = Field(description="Six digits of GB/T 2260")
    name: str
    regions: list[str] = Field(description="The districts and counties that it serves")
    five_numbers: bool = Field(description="Whether it works by the five-number model of 2015")
    two_person: bool = Field(description="Whether one person examines and another approves")


class EntityKind(BaseModel):
    key: str
    name: str
    regimes: list[str]


class SectionInfo(BaseModel):
    key: str
    label: str
    group: str
    optional: bool


class FormInfo(BaseModel):
    matter: str
    entity_type: str
    regime: str
    sections: list[SectionInfo]
    form_schema: dict[str, Any] = Field(description="JSON Schema (2020-12) of the whole form")


class Permit(BaseModel):
    when: Literal["pre", "post"] = Field(description="Before the registration, or after it")
    name: str
    authority: str


class ScopeRow(BaseModel):
    code: str
    text: str = Field(description="The words that the licence prints")
    label: str
    kind: Literal["general", "licensed"]
    industry: str = Field(description="Class of GB/T 4754-2017")
    permit: Permit | None


class StartCase(Given):
    entity_type: Annotated[str, choice(*entity_type_keys())]
    registrar: Division = Field(description="Six digits of the registrar")
    matter: Annotated[str, choice(*matters())] = ESTABLISHMENT


class Elsewhere(Given):
    registrar: Division = Field(description="Six digits of the registrar that may register it")


class SectionValue(RootModel[dict[str, JsonValue] | list[dict[str, JsonValue]]]):
    """A section of the form; `people` and `shareholders` are lists."""


class FormValue(RootModel[dict[str, SectionValue]]):
    """Sections by key; one that is left out stays as it is."""


class Version(BaseModel):
    ref: str
    version: int


class CaseRow(BaseModel):
    ref: str
    name: str
    entity_type: str
    registrar: str
    state: str
    state_label: str
    due_at: datetime | None
    holder: str | None = Field(None, description="Number of the clerk who has claimed it, for staff")
    alert: str | None = Field(None, description="In an inbox: warning from four fifths of the time, overdue after it")
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None


class Page(BaseModel, Generic[Row]):
    items: list[Row]
    next: str | None = Field(description="Cursor of the next page; null at the end")


class CasePage(Page[CaseRow]):
    pass


class InboxPage(Page[CaseRow]):
    counts: dict[str, int]


class PartRow(BaseModel):
    ref: str
    part: str
    label: str
    name: str
    state: str
    state_label: str
    due_at: datetime | None
    alert: str | None = Field(None, description="warning, overdue, or null")


class PartPage(Page[PartRow]):
    pass


class TaskRow(BaseModel):
    section: str
    label: str
    group: str
    optional: bool
    state: Literal["empty", "started", "done"]
    open: bool = Field(description="Whether it may be edited now")
    errors: list[Fault]


class MaterialRow(BaseModel):
    ref: str
    kind: str
    filename: str
    content_type: str
    size: int
    pages: int
    sha256: str
    faults: list[str] = Field(description="Codes of messages: why a person may fail to read it, such as picture.dark")
    uploaded_at: datetime


class NeedRow(BaseModel):
    kind: str
    label: str
    hint: str
    why: str
    basis: str
    required: bool
    open: bool
    files: list[MaterialRow]


class Materials(BaseModel):
    needs: list[NeedRow]


class SignatureRow(BaseModel):
    party: str
    name: str
    capacities: list[str]
    identified_at: datetime | None
    signed_at: datetime | None
    valid: bool = Field(description="Whether the signature stands under exactly the present version")


class ActionRow(BaseModel):
    action: str
    label: str
    allowed: bool = Field(description="Whether nothing stands in the way but, at most, inputs that it asks for")
    asks: list[str] = Field(description="The inputs that it takes")
    blockers: list[Blocker]


class CasePart(BaseModel):
    part: str
    label: str
    state: str
    state_label: str
    number: str | None
    objection: str | None
    objections: list[PartObjectionRow] = Field(description="For the office, and for the agency of the part")
    waits_for: list[str]
    due_at: datetime | None
    decided_at: datetime | None
    actions: list[ActionRow]


class Actor(BaseModel):
    kind: Literal["applicant", "signer", "staff", "system"]
    number: str | None = Field(None, description="The number of a member of staff")


class HistoryRow(BaseModel):
    seq: int
    at: datetime
    tag: str
    label: str
    actor: Actor
    source: str
    target: str
    data: dict[str, Any]
    hash: str = Field(description="Covers this entry and the hash before it")


class LicenceRow(BaseModel):
    licence: str
    paper: Literal["original", "duplicate"]
    copy_no: int
    edition: int
    code: str
    serial: str
    status: str
    issued_at: datetime | None
    sha256: str | None
    size: int | None
    signed_by: str | None
    check_url: str
    numbers: dict[str, str]


class PaperRow(BaseModel):
    paper: str
    kind: str = Field(description="receipt, acceptance, correction, approval, refusal ...")
    number: str
    revision: int
    sha256: str | None
    created_at: datetime


class Papers(BaseModel):
    items: list[PaperRow]


class Licences(BaseModel):
    items: list[LicenceRow]


class Expected(BaseModel):
    """An estimate from recent applications of the same office, no promise; it does not foresee a correction."""

    median_on: date | None = Field(description="Half of the applications like this one are decided by this day")
    likely_on: date | None = Field(description="Nine of ten are decided by this day")
    median_working_days: int | None = Field(description="From today; 0 is today")
    likely_working_days: int | None
    cases: int = Field(description="How many decided applications it rests on")
    in_front: int | None = Field(description="How many wait in front; null once somebody has it at hand")
    reason: str | None = Field(description="Why not: too_few_cases, unknown_year or longer_than_usual")


class Case(CaseRow):
    """An application as the asker may see it: in the clear for its owner, masked for staff, cut for agencies."""

    matter: str
    regime: str
    definition: str
    version: int
    revision: int
    registrar_name: str
    days_left: int | None = Field(description="Working days left; negative when overdue")
    expected: Expected | None = Field(description="When it will probably be decided, while it waits for the office")
    form: dict[str, Any]
    tasks: list[TaskRow]
    needs: list[NeedRow]
    signatures: list[SignatureRow]
    correction: CorrectionRow | None
    parts: list[CasePart]
    flags: list[Fault] = Field(description="What a clerk should look at, for staff")
    being_checked: list[str] = Field(description="What the office checks now, for the applicant: whom to ask")
    checks: list[CheckRow] = Field(description="The automatic checks, the worst first, for staff")
    actions: list[ActionRow]
    history: list[HistoryRow]
    licences: list[LicenceRow]


class ChangeRow(BaseModel):
    path: str
    label: str
    before: Any
    after: Any


class Changes(BaseModel):
    items: list[ChangeRow]


class NoticeLine(Given):
    target: Line
    reason_code: Line
    problem: Prose
    remedy: Prose
    material_ref: Line = Field("", description="Of a document with several files: which of them is at fault")
    objection: Line = Field("", description="The point of an agency's objection that this item takes up")


class LeftOutLine(Given):
    """A point of an agency's objection that is not in the notice, and why: the agency reads it."""

    objection: Line
    reason: Prose


class Inputs(Given):
    """What an action may ask; see `asks` of the application's `actions`. An empty body is none of them."""

    reason: Prose | None = None
    reason_code: Line | None = None
    opinion: Prose | None = None
    items: list[NoticeLine] | None = Field(None, max_length=200)
    left_out: list[LeftOutLine] | None = Field(None, max_length=200, description="For `objection_upheld`")
    competent_body: Line | None = None
    paper: Line | None = None
    recipient: Line | None = None
    courier_number: Line | None = None
    number: Line | None = Field(None, description="For `assign`; left out, the system gives the next one")
    part: Line | None = Field(None, description="For agencies: which part")

    @model_validator(mode="before")
    @classmethod
    def _none_is_nothing(cls, raw: Any) -> Any:
        return {} if raw is None else raw


class Done(BaseModel):
    ref: str
    action: str
    source: str
    target: str
    version: int


class Look(Given):
    path: Text = Field(description="Such as people.0.id_no")
    reason: Reason


class Why(Given):
    reason: Reason


class Revealed(BaseModel):
    path: str
    value: str


class SigningLink(BaseModel):
    party: str
    secret: str
    address: str
    expires_in_days: int


class SigningLinks(BaseModel):
    items: list[SigningLink]
