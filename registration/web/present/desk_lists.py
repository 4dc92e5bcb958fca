"""The desk's lists: what their addresses ask for, the choices of their filters, and why a search found a case."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _
from sqlmodel import Session

from registration.actor import Actor
from registration.http.context import say
from registration.matters import definition_of, shipped
from registration.models import Registrar, SavedView
from registration.operations.saved_views import PARTS
from registration.queries.desk_views import ORDERS, Narrowing
from registration.queries.search import Reason
from registration.rules.city import city
from registration.rules.kinds import is_five_numbers
from registration.rules.regions import region
from registration.web.present.kinds import matter_choices, type_choices

Choices = list[tuple[str, str]]
FILTERS = tuple(part for part in PARTS if part not in ("view", "sort"))


@dataclass(frozen=True)
class SavedLink:
    number: int
    name: str
    href: str
    is_current: bool


def asked_of(given: Mapping[str, str]) -> Narrowing:
    """What an address asks for; an order that does not exist counts as the usual one."""
    chosen = {name: given.get(name, "").strip() for name in FILTERS}
    sort = given.get("sort", "")
    return Narrowing(**chosen, sort=sort if sort in ORDERS else "")


def query_of(view: str, narrowing: Narrowing) -> dict[str, str]:
    """The parts of the address of a list."""
    return {"view": view} | {name: value for name, value in vars(narrowing).items() if value}


def address_of(query: Mapping[str, str], **more: str | None) -> str:
    given = {key: value for key, value in {**query, **more}.items() if value}
    return f"{url_for('review.inbox')}?{urlencode(given)}"


def choices_for(session: Session, actor: Actor) -> dict[str, Choices]:
    """The choices of each filter; a filter that could choose nothing has none."""
    registrar = session.get_one(Registrar, actor.registrar_code)
    tables = [definition_of(key) for key in shipped()]
    labels = {key: state.label for table in tables for key, state in table.states.items() if state.kind != "start"}
    districts = [one for one in map(region, sorted(registrar.regions)) if one]
    five = is_five_numbers(registrar.regime)
    found: dict[str, Choices] = {
        "matter": matter_choices(),
        "entity_type": type_choices(),
        "district": [(one.code, say(one.short_name)) for one in districts],
        "state": sorted((key, say(label)) for key, label in labels.items()),
        "agency": [(one.key, say(one.name)) for one in city().agencies] if five else [],
    }
    return {name: choices for name, choices in found.items() if len(choices) > 1}


def order_words() -> Choices:
    return [("due", _("期限")), ("sent", _("提交时间")), ("name", _("企业名称")), ("closed", _("最近变动"))]


def filter_words() -> dict[str, str]:
    return {
        "matter": _("登记事项"),
        "entity_type": _("主体类型"),
        "district": _("辖区"),
        "state": _("环节"),
        "agency": _("正在办理的部门"),
    }


def saved_links(rows: Iterable[SavedView], query: Mapping[str, str]) -> list[SavedLink]:
    here = urlencode(query)
    return [SavedLink(row.id, row.name, f"{url_for('review.inbox')}?{row.query}", row.query == here) for row in rows]


def reason_words(reason: Reason) -> str:
    """Why a case was found, with the text that matched where that may be shown."""
    kind = {
        "ref": _("申请号"),
        "name": _("企业名称"),
        "pinyin": _("名称的拼音"),
        "person": _("人员"),
        "address": _("住所"),
        "number": _("代码或者登记号码"),
        "licence": _("执照编号"),
        "identity": _("证件号码"),
    }[reason.kind]
    return _("%(kind)s：%(text)s", kind=kind, text=reason.text) if reason.text else kind
