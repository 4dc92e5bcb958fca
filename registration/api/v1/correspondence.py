"""Messages about a case: the applicant and the office write to each other."""

from flask import Response
from flask_openapi3 import Tag

from registration import clock, database
from registration.access import access
from registration.api.v1 import correspondence_shapes, shapes
from registration.api.v1.blueprint import blueprint, reply
from registration.http.context import the_actor
from registration.operations import correspondence
from registration.queries.correspondence import MessageRow, correspondence_of

TAGS = [Tag(name="留言 Messages")]


@blueprint.get(
    "/applications/<ref>/messages",
    tags=TAGS,
    responses={200: correspondence_shapes.Messages},
    summary="留言 · The messages about an application",
)
@access("message.read")
def list_messages(path: shapes.CasePath) -> Response:
    """The oldest first. Files are sent and downloaded on the pages."""
    with database.reading() as session:
        found = correspondence_of(session, path.ref, actor=the_actor())
    rows = [_row(one) for one in found.messages]
    return reply(correspondence_shapes.Messages(items=rows, closed=found.closed))


@blueprint.post(
    "/applications/<ref>/messages",
    tags=TAGS,
    responses={200: correspondence_shapes.Written},
    summary="写留言 · Write to the other side",
)
@access("message.write")
def write_message(path: shapes.CasePath, body: correspondence_shapes.NewMessage) -> Response:
    """The other side gets a notice without the text. An answer of the office answers every message before it."""
    ref = correspondence.write(path.ref, words=body.words, actor=the_actor(), now=clock.now())
    return reply(correspondence_shapes.Written(message=ref))


@blueprint.post(
    "/applications/<ref>/messages/settlement",
    tags=TAGS,
    responses={200: correspondence_shapes.Settled},
    summary="留言不用答复 · The waiting messages need no answer",
)
@access("message.write")
def settle_messages(path: shapes.CasePath) -> Response:
    """For the office alone, such as after a word of thanks."""
    count = correspondence.settle(path.ref, actor=the_actor(), now=clock.now())
    return reply(correspondence_shapes.Settled(settled=count))


def _row(one: MessageRow) -> correspondence_shapes.MessageRow:
    return correspondence_shapes.MessageRow(
        message=one.ref,
        side="office" if one.from_office else "applicant",
        staff_no=one.author.partition(":")[2] if one.from_office else None,
        words=one.words,
        written_at=one.written_at,
        waits=one.waits,
        files=[file.filename for file in one.files],
    )
