"""Who holds a case: given to a colleague, taken as a substitute; absences of the office."""

from flask import Response
from flask_openapi3 import Tag

from registration import clock, database
from registration.access import access
from registration.api.v1 import holding_shapes as own
from registration.api.v1 import shapes
from registration.api.v1.blueprint import blueprint, reply, version_asked
from registration.http.context import the_actor
from registration.http.problem_json import against
from registration.operations import absences, bulk, holding
from registration.operations.act import Outcome
from registration.operations.bulk import BulkStep
from registration.queries.absences import absences_at
from registration.queries.holding import changed_hands

TAGS = [Tag(name="经办 Who holds a case")]


@blueprint.get(
    "/applications/<ref>/holder",
    tags=TAGS,
    responses={200: own.ChangesOfHands},
    summary="交接经过 · How an application changed hands",
)
@access("note.read")
def list_changes_of_hands(path: shapes.CasePath) -> Response:
    """Given by a director, or put back by the system; the newest first."""
    with database.reading() as session:
        _case, changes = changed_hands(session, path.ref, actor=the_actor())
    items = [
        own.ChangeOfHands(
            by=one.by.removeprefix("staff:"),
            holder=one.holder.removeprefix("staff:"),
            former=one.former,
            reason=one.reason,
            at=one.at,
        )
        for one in changes
    ]
    return reply(own.ChangesOfHands(items=items))


@blueprint.post(
    "/applications/<ref>/holder",
    tags=TAGS,
    responses={200: shapes.Done},
    summary="交给他人办理 · Give an application to a colleague",
)
@access("case.assign")
def assign_case(path: shapes.CasePath, body: own.Assignment) -> Response:
    """For the director. Both the former and the new holder are told; the applicant is not."""
    outcome = holding.assign(
        path.ref, to=body.to, reason=body.reason, actor=the_actor(), now=clock.now(), version=version_asked()
    )
    return _done(outcome)


@blueprint.post(
    "/applications/<ref>/stand-in",
    tags=TAGS,
    responses={200: shapes.Done},
    summary="代班接办 · Take an application as the substitute of its holder",
)
@access("application.act")
def take_as_substitute(path: shapes.CasePath) -> Response:
    """For the substitute of a holder who is away; no reason is needed."""
    return _done(holding.take_as_substitute(path.ref, actor=the_actor(), now=clock.now()))


@blueprint.post("/bulk", tags=TAGS, responses={200: own.BulkReport}, summary="批量办理 · One step for several")
@access("inbox.read")
def take_in_bulk(body: own.BulkOrder) -> Response:
    """Each application is a transaction of its own: what is refused for one does not stop the others."""
    step = BulkStep(body.what, body.to.strip(), body.reason)
    work = bulk.look if body.dry_run else bulk.carry_out
    verdicts = work(body.refs, step, actor=the_actor(), now=clock.now())
    items = [
        own.BulkLine(
            ref=one.ref, done=one.is_good, code=one.error.reason if one.error else None, reasons=against(one.error)
        )
        for one in verdicts
    ]
    return reply(own.BulkReport(dry_run=body.dry_run, items=items))


@blueprint.get("/absences", tags=TAGS, responses={200: own.Absences}, summary="请假 · Absences")
@access("absence.own")
def list_absences() -> Response:
    """Those that are not over: for a director of the whole registrar, for others the own."""
    with database.reading() as session:
        rows = absences_at(session, actor=the_actor(), now=clock.now())
    items = [
        own.AbsenceItem(
            absence=row.absence.ref,
            number=row.number,
            first=row.absence.first_on,
            last=row.absence.last_on,
            substitute=row.substitute,
            entered_by=row.absence.entered_by.partition(":")[2],
        )
        for row in rows
    ]
    return reply(own.Absences(items=items))


@blueprint.post("/absences", tags=TAGS, responses={200: own.AbsenceGiven}, summary="登记请假 · Enter an absence")
@access("absence.own")
def enter_absence(body: own.NewAbsence) -> Response:
    """The first and the last day are included."""
    given = body.model_dump()
    return reply(own.AbsenceGiven(absence=absences.enter(**given, actor=the_actor(), now=clock.now())))


@blueprint.post(
    "/absences/<absence>/end", tags=TAGS, responses={200: own.AbsenceGiven}, summary="结束请假 · End an absence"
)
@access("absence.own")
def end_absence(path: own.AbsencePath) -> Response:
    absences.end(path.absence, actor=the_actor(), now=clock.now())
    return reply(own.AbsenceGiven(absence=path.absence))


def _done(outcome: Outcome) -> Response:
    return reply(shapes.Done.model_validate(outcome, from_attributes=True), version=outcome.version)
