"""Messages about a case: the applicant and the office write to each other."""

from flask import Response
from flask_openapi3 import Tag

from registration import clock, database
from registration.access import access
from registration.api.v1 import correspondence_shapes, shapes
from registration.api.v1.blueprint import blueprint, reply
from registration.api.v1.materials import FILE
from registration.documents import uploads
from registration.documents.downloads import attachment, stored
from registration.gateways.storage import storage
from registration.http.context import settings_here, the_actor
from registration.operations import correspondence
from registration.queries.correspondence import MessageRow, correspondence_of, file_of_message

TAGS = [Tag(name="留言 Messages")]


@blueprint.get(
    "/applications/<ref>/messages",
    tags=TAGS,
    responses={200: correspondence_shapes.Messages},
    summary="留言 · The messages about an application",
)
@access("message.read")
def list_messages(path: shapes.CasePath) -> Response:
    """The oldest first, each with the files that were sent with it."""
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
    "/applications/<ref>/messages/with-files",
    tags=TAGS,
    responses={200: correspondence_shapes.Written},
    summary="写留言并附文件 · Write to the other side, with files",
)
@access("message.write")
def write_message_with_files(path: shapes.CasePath, form: correspondence_shapes.NewMessageWithFiles) -> Response:
    """As without files. Each is checked like a document of the application, and a refusal writes nothing."""
    words, actor, now, here = form.words, the_actor(), clock.now(), settings_here()
    # Before a file of ten megabytes is read and stored.
    correspondence.may_write(path.ref, words=words, actor=actor)
    sent = [uploads.received(one.stream, one.filename, settings=here) for one in form.file]
    files = uploads.checked_for_message(path.ref, sent, settings=here, actor=actor, now=now)
    ref = correspondence.write(path.ref, words=words, files=files, actor=actor, now=now)
    return reply(correspondence_shapes.Written(message=ref))


@blueprint.get(
    "/applications/<ref>/messages/files/<file>",
    tags=TAGS,
    responses={200: FILE},
    summary="下载留言附件 · A file of a message",
)
@access("message.read")
def fetch_message_file(path: correspondence_shapes.MessageFilePath) -> Response:
    with database.reading() as session:
        found = file_of_message(session, path.file, actor=the_actor(), case=path.ref)
    content = stored(storage(settings_here()), found.storage_key, digest=found.sha256)
    return attachment(content, filename=found.filename, mimetype=found.content_type, digest=found.sha256)


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
        files=[correspondence_shapes.MessageFile.model_validate(file, from_attributes=True) for file in one.files],
    )
