"""What a program must know before it fills in a form: registrars, types, the form, the scope catalogue, names."""

from collections.abc import Callable, Collection
from typing import Annotated, Any

from flask import Response
from flask_openapi3 import Tag
from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError

from registration import clock, database
from registration.access import access
from registration.api.v1 import name_shapes, shapes
from registration.api.v1.blueprint import blueprint, reply
from registration.api.v1.values import Division, Parameters, choice
from registration.errors import InvalidInput
from registration.http.context import PUBLIC_LIMIT, lang_here, limiter, say
from registration.matters import matters
from registration.models import Registrar
from registration.queries.accounts import registrars
from registration.queries.names import verdict_on
from registration.rules import scope
from registration.rules.entity_types import entity_type_keys, entity_types, type_row
from registration.rules.fields import form_schema
from registration.rules.form import ESTABLISHMENT, groups_of, sections_for
from registration.rules.kinds import Regime
from registration.rules.languages import OF_PAPERS, said
from registration.rules.names import Finding, NameVerdict, basis_text, finding_text, name_types, outside_name
from registration.rules.problems import Problem
from registration.rules.scope_general import found_for, idea_in
from registration.rules.scope_trades import items_of_trade, trade_of

TAGS = [Tag(name="目录 Catalogues")]


def _one_of(keys: Callable[[], Collection[str]]) -> AfterValidator:
    def known(key: str) -> str:
        if key not in keys():
            raise PydanticCustomError("choice.unknown", "choice.unknown")
        return key

    return AfterValidator(known)


EntityTypeKey = Annotated[str, _one_of(entity_type_keys), choice(*entity_type_keys())]
MatterKey = Annotated[str, _one_of(matters), choice(*matters())]


class FormPath(BaseModel):
    entity_type: EntityTypeKey


class FormQuery(Parameters):
    matter: MatterKey = Field(ESTABLISHMENT, description="What is applied for")
    regime: Regime | None = Field(None, description="Left out: the present one")


class ScopeQuery(Parameters):
    q: str = Field("", max_length=60, description="Standard or everyday words, pinyin, first letters or a code")
    trade: str = Field(
        "", max_length=2, description="Section (letter) or division (two digits) of GB/T 4754-2017; only without `q`"
    )
    limit: int = Field(20, ge=1, le=100)


class NameQuery(Parameters):
    name: str = Field(min_length=1, max_length=120)
    entity_type: Annotated[str, choice(*name_types())] = name_types()[0]
    region: Division = Field(description="Six digits of the district of the domicile")
    registrar: Division | None = Field(None, description="Left out: the one that serves the region")


class Offices(BaseModel):
    items: list[shapes.Office]


class Kinds(BaseModel):
    items: list[shapes.EntityKind]


class ScopeAdvice(BaseModel):
    """The answer to a phrase such as 开公司. `trades`: code for the parameter `trade` -> its name."""

    text: str
    trades: dict[str, str]


class ScopeRows(BaseModel):
    advice: ScopeAdvice | None = None
    items: list[shapes.ScopeRow]


@blueprint.get("/registrars", tags=TAGS, responses={200: Offices}, summary="登记机关 · Registrars")
@access("public")
def list_registrars() -> Response:
    return reply(Offices(items=[_office(row) for row in registrars()]))


@blueprint.get("/entity-types", tags=TAGS, responses={200: Kinds}, summary="主体类型 · Types of entity")
@access("public")
def list_entity_types() -> Response:
    kinds = [
        shapes.EntityKind(
            key=row.key,
            name=say(row.name),
            regimes=[regime.value for regime in row.known_regimes],
        )
        for row in entity_types()
    ]
    return reply(Kinds(items=kinds))


@blueprint.get("/forms/<entity_type>", tags=TAGS, responses={200: shapes.FormInfo}, summary="申请表的结构 · The form")
@access("public")
def show_form(path: FormPath, query: FormQuery) -> Response:
    kind = path.entity_type
    regime = _regime(kind, query.regime)
    groups = {group.key: say(group.label) for group in groups_of(query.matter)}
    sections = [
        shapes.SectionInfo(key=one.key, label=say(one.label), group=groups[one.group], optional=one.optional)
        for one in sections_for(kind, regime, query.matter)
    ]
    schema = form_schema(kind, regime=regime, matter=query.matter)
    info = shapes.FormInfo(matter=query.matter, entity_type=kind, regime=regime, sections=sections, form_schema=schema)
    return reply(info)


@blueprint.get("/scope-items", tags=TAGS, responses={200: ScopeRows}, summary="查找经营范围 · Find scope items")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def find_scope_items(query: ScopeQuery) -> Response:
    if query.q.strip():
        found = found_for(query.q, limit=query.limit)
    else:
        found = items_of_trade(query.trade.upper()) if query.trade else list(scope.catalogue().values())
    return reply(ScopeRows(items=[_scope_row(item) for item in found[: query.limit]], advice=_advice(query.q)))


def _advice(text: str) -> ScopeAdvice | None:
    """For a text that names no trade."""
    idea = idea_in(text)
    if idea is None:
        return None
    trades = {code: say(known.name) for code in idea.trades if (known := trade_of(code))}
    return ScopeAdvice(text=say(idea.text), trades=trades)


@blueprint.get("/names/check", tags=TAGS, responses={200: name_shapes.NameAnswer}, summary="检查名称 · Check a name")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def check_name(query: NameQuery) -> Response:
    if query.entity_type not in name_types():
        raise InvalidInput([Problem("entity_type", "choice.unknown")])
    office = _office_for(query.region, query.registrar)
    with database.reading() as session:
        verdict = verdict_on(
            session,
            outside_name(query.name),
            entity_type=query.entity_type,
            region6=query.region,
            prefecture=office.prefecture,
            today=clock.local_date(clock.now()),
        )
    return reply(name_answer(query.name, verdict))


def name_answer(name: str, verdict: NameVerdict) -> name_shapes.NameAnswer:
    parts = {part: getattr(verdict.parts, part) for part in ("region", "trade", "industry", "form", "region_place")}
    findings = [_finding(one) for one in verdict.findings]
    return name_shapes.NameAnswer(name=name, verdict=verdict.verdict, parts=parts, findings=findings)


def _finding(one: Finding) -> name_shapes.NameFinding:
    plain: dict[str, Any] = one.as_dict()
    return name_shapes.NameFinding(
        rule=one.rule,
        severity=plain["severity"],
        part=one.part,
        other=one.other,
        message=finding_text(one, lang_here()),
        basis=basis_text(one.rule, lang_here()),
    )


def _office(row: Registrar) -> shapes.Office:
    return shapes.Office(
        code=row.code,
        name=say(row.name),
        regions=row.regions,
        five_numbers=row.regime == Regime.FIVE_NUMBERS_2015,
        two_person=row.approval == "two_person",
    )


def _regime(kind: str, asked: Regime | None) -> Regime:
    if asked is None:
        return type_row(kind).known_regimes[0]
    if asked not in type_row(kind).known_regimes:
        raise InvalidInput([Problem("regime", "regime.not_applicable")])
    return asked


def _office_for(region: str, code: str | None) -> Registrar:
    serving = [row for row in registrars() if region in row.regions and code in (None, row.code)]
    if not serving:
        place = Problem("region", "region.not_served") if code is None else Problem("registrar", "registrar.unknown")
        raise InvalidInput([place])
    return serving[0]


def _scope_row(item: scope.ScopeItem) -> shapes.ScopeRow:
    permit = scope.permit_of(item)
    return shapes.ScopeRow(
        code=item.code,
        text=said(item, OF_PAPERS),
        label=say(item),
        kind=item.kind,
        industry=item.gb4754,
        permit=None
        if permit is None or item.permit == "-"
        else shapes.Permit(
            when=item.permit,
            name=say(permit.name),
            authority=say(permit.authority),
        ),
    )
