"""The progress of an application without an account."""

from datetime import date, datetime

from flask import Response
from flask_openapi3 import Tag
from pydantic import BaseModel, Field

from registration import clock, database
from registration.access import access
from registration.api.v1.blueprint import blueprint, repeatable, reply
from registration.api.v1.present import state_label
from registration.api.v1.shapes import Given
from registration.http.context import SIGN_IN_LIMIT, limiter, say
from registration.matters import definition_of
from registration.queries.public_progress import public_progress

TAGS = [Tag(name="办理 Actions")]


class ProgressAsked(Given):
    ref: str = Field(min_length=1, max_length=60, description="An application's reference, such as HY-2026-000012")
    check_word: str = Field(min_length=1, max_length=60, description="What the applicant got with the receipt")


class ProgressShown(BaseModel):
    """The state and the dates of an application, without personal data."""

    ref: str
    state: str
    state_label: str
    stages: list[str] | None = Field(description="Null once the application has ended without its result")
    stages_behind: int | None
    stopped: bool = Field(description="A report of misuse is being checked")
    submitted_at: datetime
    due_on: date | None


@blueprint.post(
    "/progress",
    tags=TAGS,
    responses={200: ProgressShown},
    summary="不登录查进度 · The progress without an account",
)
@access("public")
@repeatable
@limiter.limit(SIGN_IN_LIMIT)
def ask_progress(body: ProgressAsked) -> Response:
    """The same refusal for a wrong reference and a wrong check word."""
    with database.reading() as session:
        found = public_progress(session, body.ref, body.check_word, now=clock.now())
        case = found.case
    assert case.submitted_at is not None
    return reply(
        ProgressShown(
            ref=case.ref,
            state=case.state,
            state_label=state_label(definition_of(case.definition), case.state),
            stages=[say(label) for label in found.stages[0]] if found.stages else None,
            stages_behind=found.stages[1] if found.stages else None,
            stopped=case.misuse_reported_at is not None,
            submitted_at=case.submitted_at,
            due_on=clock.local_date(case.due_at) if case.due_at else None,
        )
    )
