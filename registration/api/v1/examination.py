"""Marks of an examination and internal notes: for the office alone."""

from flask import Response
from flask_openapi3 import Tag

from registration import clock, database
from registration.access import access
from registration.api.v1 import examination_shapes, shapes
from registration.api.v1.blueprint import blueprint, reply
from registration.http.context import the_actor
from registration.operations.marks import keep_marks
from registration.operations.notes import write_note
from registration.queries.marks import KeptMark, marks_on
from registration.queries.notes import notes_of
from registration.rules.marks import Mark

TAGS = [Tag(name="审查 Examination")]


@blueprint.get(
    "/applications/<ref>/marks",
    tags=TAGS,
    responses={200: examination_shapes.Marks},
    summary="审查标记 · What the clerks marked on an application",
)
@access("mark.read")
def list_marks(path: shapes.CasePath) -> Response:
    """Of every clerk, as far as what was marked has not changed since."""
    return _marks(path.ref)


@blueprint.put(
    "/applications/<ref>/marks",
    tags=TAGS,
    responses={200: examination_shapes.Marks},
    summary="保存审查标记 · Keep marks of one's own",
)
@access("mark.write")
def put_marks(path: shapes.CasePath, body: examination_shapes.NewMarks) -> Response:
    """Targets that are not named keep their marks."""
    marks = [Mark(**one.model_dump()) for one in body.items]
    keep_marks(path.ref, marks, actor=the_actor(), now=clock.now())
    return _marks(path.ref)


@blueprint.get(
    "/applications/<ref>/notes",
    tags=TAGS,
    responses={200: examination_shapes.Notes},
    summary="内部备注 · Internal notes of the office",
)
@access("note.read")
def list_notes(path: shapes.CasePath) -> Response:
    """The oldest first."""
    return _notes(path.ref)


@blueprint.post(
    "/applications/<ref>/notes",
    tags=TAGS,
    responses={200: examination_shapes.Notes},
    summary="写内部备注 · Write an internal note",
)
@access("note.write")
def post_note(path: shapes.CasePath, body: examination_shapes.NewNote) -> Response:
    """It is never changed, and neither applicants nor agencies see it."""
    write_note(path.ref, words=body.words, actor=the_actor(), now=clock.now())
    return _notes(path.ref)


def _marks(ref: str) -> Response:
    with database.reading() as session:
        rows = [_row(one) for one in marks_on(session, ref, actor=the_actor())]
    return reply(examination_shapes.Marks(items=rows))


def _notes(ref: str) -> Response:
    with database.reading() as session:
        rows = [examination_shapes.NoteRow(**vars(one)) for one in notes_of(session, ref, actor=the_actor())]
    return reply(examination_shapes.Notes(items=rows))


def _row(one: KeptMark) -> examination_shapes.MarkRow:
    return examination_shapes.MarkRow(**vars(one.mark), staff_no=one.staff_no, marked_at=one.marked_at, own=one.own)
