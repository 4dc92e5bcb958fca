"""The registered entities of an account: what can be done, the start of an application, and what it changes."""

from flask import Response
from flask_openapi3 import Tag
from sqlmodel import Session

from registration import clock, database
from registration.access import access
from registration.api.v1 import shapes
from registration.api.v1.blueprint import blueprint, reply
from registration.api.v1.business_shapes import (
    BusinessList,
    BusinessRow,
    ChosenItems,
    ItemChange,
    ItemChanges,
    OfferedMatter,
    StartForBusiness,
)
from registration.api.v1.register_shapes import EntityPath
from registration.http.context import lang_here, say, the_actor
from registration.matters import matter_title
from registration.models import Entity
from registration.operations import entity_cases
from registration.queries.businesses import businesses_of, offered_matters, require_business
from registration.queries.casefile import case_for
from registration.queries.register_changes import shown_changes
from registration.rules.blockers import blocker_text
from registration.rules.register_items import STATES
from registration.rules.registered_entity import items_of_type

TAGS = [Tag(name="企业 Businesses")]


@blueprint.get("/businesses", tags=TAGS, responses={200: BusinessList}, summary="我的企业 · My businesses")
@access("application.start")
def list_businesses() -> Response:
    with database.reading() as session:
        found = businesses_of(session, actor=the_actor())
        return reply(BusinessList(items=[_row(session, entity) for entity, _registrar in found]))


@blueprint.get("/businesses/<code>", tags=TAGS, responses={200: BusinessRow}, summary="一家企业 · One business")
@access("business.use")
def show_business(path: EntityPath) -> Response:
    with database.reading() as session:
        return reply(_row(session, require_business(session, path.code, actor=the_actor())))


@blueprint.post(
    "/businesses/<code>/applications",
    tags=TAGS,
    responses={201: shapes.Version},
    summary="办理变更、备案等 · Start an application about a business",
)
@access("business.use")
def start_for_business(path: EntityPath, body: StartForBusiness) -> Response:
    """The draft has everything that is registered; only the sections of the chosen items can be changed."""
    ref = entity_cases.start(
        path.code,
        matter=body.matter,
        items=body.items,
        event_on=body.event_on.isoformat() if body.event_on else "",
        actor=the_actor(),
        now=clock.now(),
    )
    with database.reading() as session:
        version = case_for(session, ref, actor=the_actor()).version
    answer = reply(shapes.Version(ref=ref, version=version), 201, version=version)
    answer.headers["Location"] = f"/api/v1/applications/{ref}"
    return answer


@blueprint.put(
    "/applications/<ref>/chosen", tags=TAGS, responses={200: ItemChanges}, summary="改选事项 · Choose other items"
)
@access("application.edit")
def choose_items(path: shapes.CasePath, body: ChosenItems) -> Response:
    """An item that is left out is as it is registered again."""
    day = body.event_on.isoformat() if body.event_on else ""
    entity_cases.choose(path.ref, body.items, event_on=day, actor=the_actor(), now=clock.now())
    with database.reading() as session:
        return reply(_changes(session, path.ref))


@blueprint.get(
    "/applications/<ref>/register-changes",
    tags=TAGS,
    responses={200: ItemChanges},
    summary="变更前后 · Before and after",
)
@access("application.act")
def show_register_changes(path: shapes.CasePath) -> Response:
    """What the application changes of the register; empty for one that founds a business."""
    with database.reading() as session:
        return reply(_changes(session, path.ref))


def _row(session: Session, entity: Entity) -> BusinessRow:
    return BusinessRow(
        code=entity.code,
        name=entity.name,
        entity_type=entity.entity_type,
        registrar=entity.registrar_code,
        founded_on=entity.founded_on,
        state=entity.status,
        state_label=say(STATES[entity.status]),
        matters=[
            OfferedMatter(
                matter=one.matter,
                title=say(matter_title(one.matter)),
                can_begin=not one.blockers,
                reasons=[blocker_text(blocker, lang_here()) for blocker in one.blockers],
                items={key: say(row.words) for key, row in items_of_type(one.matter, entity.entity_type).items()},
            )
            for one in offered_matters(session, entity)
        ],
    )


def _changes(session: Session, ref: str) -> ItemChanges:
    case = case_for(session, ref, actor=the_actor(), rule="application.act")
    found = [
        ItemChange(
            item=one.change.item,
            label=one.label,
            before=one.change.before,
            after=one.change.after,
            before_text=list(one.before),
            after_text=list(one.after),
        )
        for one in shown_changes(session, case, lang_here())
    ]
    return ItemChanges(items=found)
