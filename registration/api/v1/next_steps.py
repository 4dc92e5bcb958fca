"""What follows the licence of a case."""

from datetime import date, datetime
from typing import Literal

from flask import Response
from flask_openapi3 import Tag
from pydantic import BaseModel, Field

from registration import clock, database
from registration.access import access
from registration.api.v1.blueprint import blueprint, reply
from registration.api.v1.shapes import CasePath
from registration.http.context import say, the_actor
from registration.queries.casefile import casefile
from registration.queries.next_steps import NextStepState, next_steps_of

TAGS = [Tag(name="证照 Licences")]


class NextStepRow(BaseModel):
    step: str
    title: str
    state: Literal["part", "delivered", "confirmed", "clarifying", "sending", "asked", "own"] = Field(
        description="`part`: the agency has a part in the case; `confirmed`: it says itself that it has the data"
    )
    part_state: str | None
    where: str
    when: str
    due_on: date | None
    bring: list[str]
    receipt: str | None
    number: str | None = Field(description="The agency's own number for the record")
    delivered_at: datetime | None


class NextStepList(BaseModel):
    items: list[NextStepRow]


@blueprint.get(
    "/applications/<ref>/next-steps",
    tags=TAGS,
    responses={200: NextStepList},
    summary="领照以后 · What follows the licence",
)
@access("licence.download")
def list_next_steps(path: CasePath) -> Response:
    """The city's steps for this entity type; empty before the licence."""
    with database.reading() as session:
        file = casefile(session, path.ref, actor=the_actor(), now=clock.now(), rule="licence.download")
    return reply(NextStepList(items=[_row(one) for one in next_steps_of(file)]))


def _row(one: NextStepState) -> NextStepRow:
    return NextStepRow(
        step=one.step.key,
        title=say(one.step.title),
        state=one.state,
        part_state=one.part.state if one.part else None,
        where=say(one.step.where),
        when=say(one.step.when),
        due_on=one.due_on,
        bring=[say(words) for words in one.step.bring],
        receipt=one.receipt or None,
        number=one.number or None,
        delivered_at=one.at,
    )
