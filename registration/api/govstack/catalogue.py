"""The services and their forms: for each service of the file the one form of its matter and type."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from registration import clock, database
from registration.access import access
from registration.api.govstack.blueprint import LIMIT, answer, blueprint, configured
from registration.api.v1.apply import LISTS
from registration.errors import NotFound
from registration.http.context import limiter, say
from registration.matters import current, definition_of, matter_title
from registration.models import Registrar
from registration.rules.entity_types import regime_on, type_row
from registration.rules.fields import form_schema
from registration.rules.govstack import Service, in_object
from registration.rules.kinds import Regime
from registration.rules.languages import pair

_NAME = pair("{matter}：{type}（{registrar}）", "{matter}: {type} ({registrar})")
_FORM = pair("{service}的申请表", "Application form: {service}")


@blueprint.get("/services")
@access("public")
@limiter.limit(LIMIT)
def list_services() -> Response:
    rows = [_row(key) for key in configured().services]
    name = request.args.get("name")
    return answer([row for row in rows if name is None or row["name"] == name])


@blueprint.get("/services/<service_id>")
@access("public")
@limiter.limit(LIMIT)
def show_service(service_id: str) -> Response:
    """A list of one: the scenarios want a list where the description has an object."""
    service_named(service_id)
    return answer([_row(service_id)])


@blueprint.get("/services/<service_id>/eForms")
@access("public")
@limiter.limit(LIMIT)
def list_forms(service_id: str) -> Response:
    return answer([_form(service_id)])


@blueprint.get("/eForms/<form_id>")
@access("public")
@limiter.limit(LIMIT)
def show_form(form_id: str) -> Response:
    """With the JSON Schema of the form. A form has the id of its service."""
    return answer(_form(form_id) | {"schema": _schema(form_id)})


def service_named(key: str) -> Service:
    """NotFound for a service that the file does not have."""
    found = configured().services.get(key)
    if found is None:
        raise NotFound(service=key)
    return found


def name_of(key: str) -> str:
    """The name of a service, in the reader's language."""
    service = service_named(key)
    if service.name is not None:
        return say(service.name)
    return say(_NAME).format(
        matter=say(matter_title(service.matter)),
        type=say(type_row(service.entity_type).name),
        registrar=say(_registrar(service).name),
    )


def _row(key: str) -> dict[str, Any]:
    service = service_named(key)
    kind = {"matter": service.matter, "entity_type": service.entity_type, "registrar": service.registrar}
    return {
        "id": key,
        "name": name_of(key),
        "version": _version(service),
        "type": "Public",
        "isExecutable": True,
        "isClosed": False,
        "description": say(_registrar(service).name),
        "serviceBody": [{"code": code, "value": value} for code, value in kind.items()],
    }


def _form(key: str) -> dict[str, Any]:
    words = say(_FORM).format(service=name_of(key))
    return {
        "eFormId": key,
        "name": words,
        "description": words,
        "version": _version(service_named(key)),
        "latest": True,
    }


def _schema(key: str) -> Mapping[str, Any]:
    """That of the form as it is sent; see ITEMS."""
    service = service_named(key)
    is_five = _registrar(service).regime == Regime.FIVE_NUMBERS_2015
    regime = regime_on(clock.local_date(clock.now()), entity_type=service.entity_type, five_numbers=is_five)
    schema = form_schema(service.entity_type, regime=regime, matter=service.matter)
    sections = {key: in_object(rows) if key in LISTS else rows for key, rows in schema["properties"].items()}
    return schema | {"properties": sections}


def _version(service: Service) -> str:
    """The number of the table that a new case uses here."""
    table = current(service.matter, chosen=_registrar(service).definitions)
    return str(definition_of(table or "").version)


def _registrar(service: Service) -> Registrar:
    # A request that reads has one session, so that each registrar of a list is read once.
    with database.reading() as session:
        found = session.get(Registrar, service.registrar)
    if found is None:
        raise NotFound(registrar=service.registrar)
    return found
