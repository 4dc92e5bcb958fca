"""Actions: the address for every action of applicants, clerks and officers on an application."""

from flask import Response
from flask_openapi3 import Tag

from registration import clock, database
from registration.access import access
from registration.api.v1 import check_shapes, name_shapes, shapes
from registration.api.v1.blueprint import blueprint, reply, version_asked
from registration.http.context import lang_here, the_actor
from registration.operations.act import act
from registration.operations.name_decisions import decide_name
from registration.operations.overrides import override_check
from registration.operations.sensitive import reveal
from registration.queries.casefile import casefile, last_changes
from registration.rules.fields import label_of

TAGS = [Tag(name="办理 Actions")]


@blueprint.post(
    "/applications/<ref>/actions/<action>",
    tags=TAGS,
    responses={200: shapes.Done},
    summary="办理一步 · Take an action",
)
@access("signed_in")
def take_action(path: shapes.ActionPath, body: shapes.Inputs) -> Response:
    """The workflow's table defines who may take which action; a refusal names every rule that is not met."""
    inputs = body.model_dump(exclude_none=True)
    outcome = act(path.ref, path.action, actor=the_actor(), now=clock.now(), version=version_asked(), **inputs)
    return reply(shapes.Done.model_validate(outcome, from_attributes=True), version=outcome.version)


@blueprint.post(
    "/applications/<ref>/name-decision",
    tags=TAGS,
    responses={200: name_shapes.NameDecided},
    summary="对名称作出人工审查决定 · Decide on a name that the rules leave open",
)
@access("name.decide")
def take_name_decision(path: shapes.CasePath, body: name_shapes.NameDecision) -> Response:
    """For the clerk who has the file; a name that waits is not reserved, and its file cannot be approved."""
    version = decide_name(
        path.ref,
        approve=body.approve,
        reason=body.reason,
        actor=the_actor(),
        now=clock.now(),
        version=version_asked(),
    )
    return reply(name_shapes.NameDecided(ref=path.ref, approved=body.approve, version=version), version=version)


@blueprint.post(
    "/applications/<ref>/checks/<check>/override",
    tags=TAGS,
    responses={200: shapes.Version},
    summary="对一项自动检查说明理由 · Override an automatic check",
)
@access("check.override")
def override(path: check_shapes.CheckPath, body: check_shapes.OverrideReason) -> Response:
    """For the clerk who has the file, where law leaves room; the case can then be approved in spite of the check."""
    version = override_check(
        path.ref, path.check, reason=body.reason, actor=the_actor(), now=clock.now(), version=version_asked()
    )
    return reply(shapes.Version(ref=path.ref, version=version), version=version)


@blueprint.post(
    "/applications/<ref>/sensitive",
    tags=TAGS,
    responses={200: shapes.Revealed},
    summary="查看一项敏感信息 · See one masked value in full",
)
@access("sensitive.view")
def see_value(path: shapes.CasePath, body: shapes.Look) -> Response:
    """For the clerk or officer who holds the case, with a reason; each access is recorded in the audit log."""
    value = reveal(path.ref, body.path, reason=body.reason, actor=the_actor(), now=clock.now())
    return reply(shapes.Revealed(path=body.path, value=value))


@blueprint.get(
    "/applications/<ref>/changes",
    tags=TAGS,
    responses={200: shapes.Changes},
    summary="补正前后对照 · What the last correction changed",
)
@access("application.read")
def show_changes(path: shapes.CasePath) -> Response:
    with database.reading() as session:
        file = casefile(session, path.ref, actor=the_actor(), now=clock.now())
        changes = last_changes(session, file.case, actor=the_actor())
    lang = lang_here()
    rows = [
        shapes.ChangeRow(
            path=one.path,
            label=label_of(one.path, lang, entity_type=file.case.entity_type),
            before=one.before,
            after=one.after,
        )
        for one in changes
    ]
    return reply(shapes.Changes(items=rows))
