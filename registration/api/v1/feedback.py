"""Ratings of a step and complaints about one, and the office's answers."""

from flask import Response
from flask_openapi3 import Tag

from registration import clock, database
from registration.access import access
from registration.api.v1 import feedback_shapes, shapes
from registration.api.v1.blueprint import blueprint, reply
from registration.api.v1.present import entry_label
from registration.http.context import say, the_actor
from registration.operations import feedback
from registration.queries.feedback import FeedbackRow, ended_steps, feedback_at, feedback_of
from registration.rules.feedback import rated_steps

TAGS = [Tag(name="评价和投诉 Ratings and complaints")]


@blueprint.get(
    "/applications/<ref>/feedback",
    tags=TAGS,
    responses={200: feedback_shapes.CaseFeedback},
    summary="本人的评价和投诉 · What the applicant said of a case",
)
@access("feedback.give")
def list_case_feedback(path: shapes.CasePath) -> Response:
    with database.reading() as session:
        case, rows = feedback_of(session, path.ref, actor=the_actor())
        steps = ended_steps(session, case)
    return reply(feedback_shapes.CaseFeedback(items=[_item(row) for row in rows], steps=steps))


@blueprint.post(
    "/applications/<ref>/ratings/<rated>",
    tags=TAGS,
    responses={200: feedback_shapes.FeedbackGiven},
    summary="评价一步 · Rate a step that has ended",
)
@access("feedback.give")
def rate_step(path: feedback_shapes.RatingPath, body: feedback_shapes.Rating) -> Response:
    """Once for each step; a second rating changes the first for some days, until the office has answered it."""
    ref = feedback.rate(
        path.ref,
        path.rated,
        grade=body.grade,
        reasons=body.reasons,
        words=body.words,
        actor=the_actor(),
        now=clock.now(),
    )
    return reply(feedback_shapes.FeedbackGiven(feedback=ref))


@blueprint.post(
    "/applications/<ref>/complaints",
    tags=TAGS,
    responses={200: feedback_shapes.FeedbackGiven},
    summary="投诉 · Complain about a step of the office",
)
@access("feedback.give")
def make_complaint(path: shapes.CasePath, body: feedback_shapes.Complaint) -> Response:
    """The office answers within the working days that the city sets, and never by the person complained about."""
    ref = feedback.complain(path.ref, body.step, words=body.words, actor=the_actor(), now=clock.now())
    return reply(feedback_shapes.FeedbackGiven(feedback=ref))


@blueprint.get(
    "/feedback",
    tags=TAGS,
    responses={200: feedback_shapes.FeedbackList},
    summary="等待答复的差评和投诉 · What the office has to answer",
)
@access("feedback.read")
def list_feedback() -> Response:
    """Of the own registrar: the most urgent first, then the last answered."""
    with database.reading() as session:
        waiting, answered = feedback_at(session, actor=the_actor())
    return reply(feedback_shapes.FeedbackList(items=[_item(row) for row in (*waiting, *answered)]))


@blueprint.post(
    "/feedback/<feedback>/check",
    tags=TAGS,
    responses={200: feedback_shapes.FeedbackGiven},
    summary="已回访核实 · The office has called back",
)
@access("feedback.answer")
def check_feedback(path: feedback_shapes.FeedbackPath) -> Response:
    feedback.check(path.feedback, actor=the_actor(), now=clock.now())
    return reply(feedback_shapes.FeedbackGiven(feedback=path.feedback))


@blueprint.post(
    "/feedback/<feedback>/answer",
    tags=TAGS,
    responses={200: feedback_shapes.FeedbackGiven},
    summary="答复 · Answer a poor rating or a complaint",
)
@access("feedback.answer")
def answer_feedback(path: feedback_shapes.FeedbackPath, body: feedback_shapes.FeedbackAnswer) -> Response:
    """The applicant gets a notice and reads the answer word for word."""
    feedback.answer(path.feedback, words=body.words, actor=the_actor(), now=clock.now())
    return reply(feedback_shapes.FeedbackGiven(feedback=path.feedback))


def _item(row: FeedbackRow) -> feedback_shapes.FeedbackItem:
    item = row.item
    return feedback_shapes.FeedbackItem(
        feedback=item.ref,
        ref=row.case.ref,
        kind="rating" if item.kind == "rating" else "complaint",
        step=item.step,
        step_label=_step_label(row),
        grade=item.grade,
        reasons=item.reasons,
        words=row.words,
        made_at=item.made_at,
        check_due_at=item.check_due_at,
        checked_at=item.checked_at,
        due_at=item.due_at,
        answer=row.answer,
        answered_at=item.answered_at,
        late=row.is_late(now=clock.now()),
    )


def _step_label(row: FeedbackRow) -> str:
    if row.entry is not None:
        return entry_label(row.entry, row.case)
    step = rated_steps(row.case.matter).get(row.item.step)
    return say(step.words) if step else ""
