"""Applications for applicants: start one, fill in its sections, read its state."""

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_openapi3 import Tag
from pydantic import Field

from registration import clock, database
from registration.access import access
from registration.actor import Actor
from registration.api.v1 import shapes
from registration.api.v1.blueprint import blueprint, reply, version_asked
from registration.api.v1.present import case_of, case_row, judges
from registration.api.v1.values import Parameters
from registration.errors import InvalidInput
from registration.http.context import the_actor
from registration.models import Application
from registration.operations import apply
from registration.operations.start_elsewhere import start_elsewhere
from registration.queries import inbox
from registration.queries.automatic_checks import automatic_checks
from registration.queries.casefile import case_for, casefile
from registration.queries.estimate import estimate_for
from registration.rules.form import sections_for
from registration.rules.problems import Problem

TAGS = [Tag(name="申请 Applications")]
LISTS = frozenset({"people", "shareholders"})
FIRST = 1


class SectionQuery(shapes.Given, Parameters):
    judge: bool = Field(True, description="false keeps what is typed so far and says nothing about it")


@blueprint.post(
    "/applications", tags=TAGS, responses={201: shapes.Version}, summary="开始一件申请 · Start an application"
)
@access("application.start")
def start_case(body: shapes.StartCase) -> Response:
    ref = apply.start(
        entity_type=body.entity_type,
        registrar_code=body.registrar,
        matter=body.matter,
        actor=the_actor(),
        now=clock.now(),
    )
    answer = reply(shapes.Version(ref=ref, version=FIRST), 201, version=FIRST)
    answer.headers["Location"] = f"/api/v1/applications/{ref}"
    return answer


@blueprint.post(
    "/applications/<ref>/elsewhere",
    tags=TAGS,
    responses={201: shapes.Version},
    summary="转到另一个登记机关 · Begin a draft again elsewhere",
)
@access("application.edit")
def begin_elsewhere(path: shapes.CasePath, body: shapes.Elsewhere) -> Response:
    """A new draft with the answers of this one, at a registrar that may register it; files are not taken along."""
    ref = start_elsewhere(path.ref, registrar_code=body.registrar, actor=the_actor(), now=clock.now())
    answer = reply(shapes.Version(ref=ref, version=_open(ref).version), 201)
    answer.headers["Location"] = f"/api/v1/applications/{ref}"
    return answer


@blueprint.get("/applications", tags=TAGS, responses={200: shapes.CasePage}, summary="我的申请 · My applications")
@access("application.start")
def list_cases(query: shapes.Paging) -> Response:
    with database.reading() as session:
        page = inbox.mine(session, actor=the_actor(), cursor=query.cursor, limit=query.limit)
        return reply(shapes.CasePage(items=[case_row(case) for case in page.rows], next=page.next))


@blueprint.get("/applications/<ref>", tags=TAGS, responses={200: shapes.Case}, summary="一件申请 · One application")
@access("application.read")
def show_case(path: shapes.CasePath) -> Response:
    with database.reading() as session:
        file = casefile(session, path.ref, actor=the_actor(), now=clock.now())
        expected = estimate_for(session, file.case, now=clock.now())
        checks = automatic_checks(session, file) if judges(the_actor()) else ()
        shown = case_of(file, actor=the_actor(), foreseen=expected, checks=checks)
        return reply(shown, version=file.case.version)


@blueprint.patch(
    "/applications/<ref>/form", tags=TAGS, responses={200: shapes.Version}, summary="填写多个部分 · Save sections"
)
@access("application.edit")
def save_form(path: shapes.CasePath, body: shapes.FormValue) -> Response:
    """Saves each section that is given, then says what is wrong with any of them; what was typed is kept."""
    sections = {key: value.root for key, value in body.root.items()}
    case = _open(path.ref, rule="application.edit")
    return _saved(path.ref, save_sections(case, sections, actor=the_actor(), version=version_asked()))


def save_sections(case: Application, sections: Mapping[str, Any], *, actor: Actor, version: int | None) -> int | None:
    """Saves each section in the order of the form and returns the version; InvalidInput with the faults of all."""
    _refuse_unknown(case, sections)
    keys = [one.key for one in sections_for(case.entity_type, case.regime, case.matter) if one.key in sections]
    if not keys:
        return version
    ordered = {key: sections[key] for key in keys}
    return apply.save_sections(case.ref, ordered, actor=actor, now=clock.now(), version=version)


@blueprint.put(
    "/applications/<ref>/form/<section>",
    tags=TAGS,
    responses={200: shapes.Version},
    summary="填写一个部分 · Save a section",
)
@access("application.edit")
def save_section(path: shapes.SectionPath, query: SectionQuery, body: shapes.SectionValue) -> Response:
    """A sensitive value that is sent back masked, as a reader got it, keeps what is stored."""
    _refuse_misshapen({path.section: body.root})
    if not query.judge:
        apply.keep_typed(path.ref, path.section, body.root, actor=the_actor(), now=clock.now())
        return _saved(path.ref, None)
    return _saved(path.ref, _save(path.ref, path.section, body.root, version=version_asked()))


@blueprint.delete(
    "/applications/<ref>/form/<section>", tags=TAGS, responses={204: None}, summary="删除一个部分 · Clear a section"
)
@access("application.edit")
def clear_section(path: shapes.SectionPath) -> Response:
    apply.clear_section(path.ref, path.section, actor=the_actor(), now=clock.now())
    return Response(status=204)


def _save(ref: str, section: str, raw: Any, *, version: int | None) -> int:
    return apply.save_section(ref, section, raw, actor=the_actor(), now=clock.now(), version=version)


def _saved(ref: str, version: int | None) -> Response:
    known = version if version is not None else _open(ref).version
    return reply(shapes.Version(ref=ref, version=known), version=known)


def _open(ref: str, *, rule: str = "application.read") -> Application:
    with database.reading() as session:
        return case_for(session, ref, actor=the_actor(), rule=rule)


def _refuse_unknown(case: Application, sections: Mapping[str, Any]) -> None:
    known = {one.key for one in sections_for(case.entity_type, case.regime, case.matter)}
    problems = [Problem(key, "section.unknown") for key in sections if key not in known]
    if problems:
        raise InvalidInput(problems)
    _refuse_misshapen(sections)


def _refuse_misshapen(sections: Mapping[str, Any]) -> None:
    """Refuses a section that is a list instead of an object: it could not be stored as a draft."""
    problems = [
        Problem(key, "list.malformed" if key in LISTS else "field.malformed")
        for key, value in sections.items()
        if isinstance(value, list) != (key in LISTS)
    ]
    if problems:
        raise InvalidInput(problems)
