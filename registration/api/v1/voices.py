"""Voices without an account: what can be asked, filing one, and reading what became of it."""

from datetime import datetime
from typing import Literal

from flask import Response
from flask_openapi3 import Tag
from pydantic import BaseModel, Field

from registration import clock, database
from registration.access import access
from registration.api.v1.blueprint import blueprint, reply
from registration.api.v1.shapes import Given
from registration.api.v1.values import Division, FilledLines, Line, Lines, Name, Parameters
from registration.http.context import SIGN_IN_LIMIT, SIGN_UP_LIMIT, limiter, say
from registration.matters import matters
from registration.operations import voices
from registration.operations.voices import VoiceData
from registration.queries.public_progress import check_word
from registration.queries.voices import VoiceRow, offices, read_voice
from registration.rules.city import city
from registration.rules.voices import KINDS, LONGEST, LONGEST_CONTACT

TAGS = [Tag(name="诉求 Voices")]
Kind = Literal["complaint", "report", "suggestion", "question"]


class VoiceKind(BaseModel):
    kind: Kind
    label: str


class VoiceOffice(BaseModel):
    registrar: str
    name: str


class VoiceServices(BaseModel):
    """The kinds, registrars and matters that a request can name."""

    kinds: list[VoiceKind]
    registrars: list[VoiceOffice]
    matters: list[str]
    answer_within: int = Field(description="Working days")


class VoiceGiven(Given):
    kind: Kind
    registrar: Division = Field(description="One of the `registrars`")
    matter: Line = Field(default="", description="One of the `matters`, or empty")
    words: FilledLines = Field(max_length=LONGEST)
    contact: Lines = Field(
        default="", max_length=LONGEST_CONTACT, description="A telephone or e-mail address, or empty"
    )
    with_numbers: bool = Field(default=False, description="A number of an identity or bank card is meant to be there")


class VoiceFiled(BaseModel):
    """The only answer with the check word."""

    voice: str
    check_word: str
    due_at: datetime


class VoicePath(BaseModel):
    voice: Name = Field(description="The number, such as SQ-2026-00001234")


class CheckWordHeader(Parameters):
    check_word: str = Field(default="", alias="Check-Word", max_length=60, description="What filing it returned")


class VoiceShown(BaseModel):
    """What became of it, without the contact."""

    voice: str
    kind: Kind
    registrar: str
    matter: str
    status: Literal["open", "answered", "closed"]
    taken: bool = Field(description="Whether somebody of the office works on it")
    words: str
    answer: str = Field(description="Of a closed one the reason why there is no answer")
    made_at: datetime
    due_at: datetime
    ended_at: datetime | None


@blueprint.get(
    "/voices/services",
    tags=TAGS,
    responses={200: VoiceServices},
    summary="可以提交什么 · What can be filed",
)
@access("public")
def list_voice_services() -> Response:
    with database.reading() as session:
        registrars = [VoiceOffice(registrar=one.code, name=say(one.name)) for one in offices(session)]
    return reply(
        VoiceServices(
            kinds=[VoiceKind.model_validate({"kind": key, "label": say(words)}) for key, words in KINDS.items()],
            registrars=registrars,
            matters=list(matters()),
            answer_within=city().about.service.voice_answer,
        )
    )


@blueprint.post(
    "/voices",
    tags=TAGS,
    responses={201: VoiceFiled},
    summary="提交诉求 · File a complaint, report, suggestion or question",
)
@access("public")
@limiter.limit(SIGN_UP_LIMIT)
def file_voice(body: VoiceGiven) -> Response:
    """Without an account. Number and check word are shown once."""
    given = body.model_dump()
    ref = voices.file(VoiceData(**given), now=clock.now())
    word = check_word(ref)
    with database.reading() as session:
        due_at = read_voice(session, ref, word).voice.due_at
    return reply(VoiceFiled(voice=ref, check_word=word, due_at=due_at), 201)


@blueprint.get(
    "/voices/<voice>",
    tags=TAGS,
    responses={200: VoiceShown},
    summary="查看答复 · What became of it",
)
@access("public")
@limiter.limit(SIGN_IN_LIMIT)
def read_one_voice(path: VoicePath, header: CheckWordHeader) -> Response:
    """The check word is sent as `Check-Word`, so that no address has it: 404 alike for a wrong number and word."""
    with database.reading() as session:
        return reply(_shown(read_voice(session, path.voice, header.check_word)))


def _shown(row: VoiceRow) -> VoiceShown:
    voice = row.voice
    return VoiceShown.model_validate(
        {
            "voice": voice.ref,
            "kind": voice.kind,
            "registrar": voice.registrar_code,
            "matter": voice.matter,
            "status": voice.status,
            "taken": voice.assignee_id is not None,
            "words": row.words,
            "answer": row.answer,
            "made_at": voice.made_at,
            "due_at": voice.due_at,
            "ended_at": voice.ended_at,
        }
    )
