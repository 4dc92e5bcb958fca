"""Why an action is not possible, and for whom an application waits: in the texts of the pages, in every language."""

from collections.abc import Mapping
from datetime import datetime

from flask import Response
from flask_openapi3 import Tag
from pydantic import BaseModel, ConfigDict, Field

from registration import clock, database
from registration.access import access
from registration.api.v1 import shapes
from registration.api.v1.blueprint import blueprint, reply
from registration.http.context import the_actor
from registration.queries.explain import Explanation, explain
from registration.queries.waiting import Waiting
from registration.rules.languages import in_offered, said

TAGS = [Tag(name="办理 Actions")]


class Words(BaseModel):
    """The default languages, and each other language that is offered."""

    model_config = ConfigDict(extra="allow")

    zh: str
    en: str


class WhyNot(BaseModel):
    code: str
    words: Words


class ExplainedAction(BaseModel):
    action: str
    label: Words
    allowed: bool = Field(description="Whether nothing stands in the way but, at most, the inputs that it needs")
    needs: list[str] = Field(description="Inputs without which it is refused")
    reasons: list[WhyNot]


class WaitingFor(BaseModel):
    part: str | None = Field(description="The agency's part; null for the application itself")
    who: Words
    holder: str | None = Field(description="Number of the clerk who has taken it, for the office alone")
    since: datetime | None
    due_at: datetime | None
    day: int | None = Field(description="The working day it is; 0 before the first")
    of: int | None = Field(description="How many working days were promised")
    late: int | None = Field(description="Working days after the last; null while there is time")
    words: Words


class ExplanationOf(BaseModel):
    ref: str
    state: str
    label: Words
    waiting: list[WaitingFor]
    actions: list[ExplainedAction] = Field(description="Every action of the application's table, in its order")


@blueprint.get(
    "/applications/<ref>/explanation",
    tags=TAGS,
    responses={200: ExplanationOf},
    summary="为什么 · What is possible, what is not and why, and who is waited for",
)
@access("application.read")
def show_explanation(path: shapes.CasePath) -> Response:
    """The office gets every unmet rule; other actors get of another person's action only whose it is."""
    with database.reading() as session:
        return reply(_shape(explain(session, path.ref, actor=the_actor(), now=clock.now())))


def _shape(found: Explanation) -> ExplanationOf:
    return ExplanationOf(
        ref=found.ref,
        state=found.state,
        label=_words(found.label),
        waiting=[_waiting(one) for one in found.waiting],
        actions=[
            ExplainedAction(
                action=one.action,
                label=_words(one.label),
                allowed=one.allowed,
                needs=list(one.needs),
                reasons=[WhyNot(code=reason.code, words=_words(reason.words)) for reason in one.reasons],
            )
            for one in found.actions
        ],
    )


def _waiting(one: Waiting) -> WaitingFor:
    return WaitingFor(
        part=one.part,
        who=_words(one.who),
        holder=one.holder,
        since=one.since,
        due_at=one.due_at,
        day=one.pace.day,
        of=one.pace.of,
        late=one.pace.late,
        words=_words(one.words),
    )


def _words(text: Mapping[str, str]) -> Words:
    return Words.model_validate(in_offered(lambda lang: said(text, lang)))
