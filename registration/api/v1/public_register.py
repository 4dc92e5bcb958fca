"""The public register: the search, and one entity as of a day. No sign-in is needed."""

from flask import Response
from flask_openapi3 import Tag

from registration import clock, database
from registration.access import access
from registration.api.v1.blueprint import blueprint, reply
from registration.api.v1.register_shapes import (
    EntityPath,
    ItemVersion,
    OnQuery,
    RegisteredEntity,
    RegisterPage,
    RegisterQuery,
    RegisterRow,
)
from registration.errors import NotFound
from registration.http.context import PUBLIC_LIMIT, lang_here, limiter, say
from registration.models import Entity
from registration.queries.register import Registered, Version, day_asked, entity_with, registered_on
from registration.queries.register_search import search_register
from registration.rules.register_items import STATE, STATES
from registration.rules.register_words import item_label, value_lines

TAGS = [Tag(name="登记簿 Register")]


@blueprint.get("/register", tags=TAGS, responses={200: RegisterPage}, summary="查登记簿 · Search the register")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def find_entities(query: RegisterQuery) -> Response:
    with database.reading() as session:
        page = search_register(session, query.q, cursor=query.cursor, limit=query.limit)
        return reply(RegisterPage(items=[_row(entity) for entity in page.rows], next=page.next))


@blueprint.get(
    "/register/<code>",
    tags=TAGS,
    responses={200: RegisteredEntity},
    summary="登记簿中的一个主体 · One entity of the register",
)
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def show_entity(path: EntityPath, query: OnQuery) -> Response:
    with database.reading() as session:
        entity = entity_with(session, path.code.upper())
        if entity is None:
            raise NotFound(entity=path.code)
        day = day_asked(query.on, entity, today=clock.local_date(clock.now()))
        found = registered_on(session, entity, day, public=True)
        state = (found.value(STATE) or {"state": entity.status})["state"]
        row = _row(entity).model_dump(exclude={"name", "entity_type", "representative", "state", "state_label"})
        return reply(
            RegisteredEntity(
                **row,
                name=found.name,
                entity_type=found.entity_type,
                on=day,
                state=state,
                state_label=say(STATES[state]),
                items=[_version(found, one) for one in found.versions],
                history=[_version(found, one) for one in found.history],
            )
        )


def _row(entity: Entity) -> RegisterRow:
    return RegisterRow(
        code=entity.code,
        name=entity.name,
        entity_type=entity.entity_type,
        representative=str(entity.facts.get("representative") or ""),
        registrar=entity.registrar_code,
        founded_on=entity.founded_on,
        state=entity.status,
        state_label=say(STATES[entity.status]),
    )


def _version(found: Registered, one: Version) -> ItemVersion:
    return ItemVersion(
        item=one.item,
        label=item_label(one.item, entity_type=found.entity_type, lang=lang_here()),
        version=one.number,
        valid_on=one.valid_on,
        cause=one.cause,
        value=one.value,
        text=value_lines(one.item, one.value, lang_here()),
    )
