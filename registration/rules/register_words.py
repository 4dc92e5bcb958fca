"""What the register has of an entity, in words: labels of items and lines of values, in one language."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from registration.rules.choices import choice_text
from registration.rules.currencies import in_currency, money_text
from registration.rules.entity_types import Word, type_row
from registration.rules.languages import dated, pair, said
from registration.rules.reasons import licence_reason
from registration.rules.register_items import STATES, register_items

# What a type calls by a word of its own.
_OF_TYPE: Mapping[str, Word] = {"representative": "representative", "capital": "capital", "domicile": "place"}
CAUSES = {
    "establish": pair("设立登记", "Establishment"),
    "correct": pair("更正执照", "Correction of the licence"),
    "revoke": pair("吊销或者撤销", "Revocation or annulment"),
    "reinstate": pair("恢复", "Reinstatement"),
}
_SCOPE = {"general": pair("一般项目：", "General items: "), "licensed": pair("许可项目：", "Licensed items: ")}
_SUPERVISORS = {
    "supervisor_chair": pair("监事会主席", "Chair of the supervisors"),
    "supervisor": pair("监事", "Supervisor"),
}
_POSTS = _SUPERVISORS | {"manager": pair("经理", "Manager")}


def item_label(item: str, *, entity_type: str, lang: str) -> str:
    """What this type of entity calls the item."""
    return said(type_row(entity_type).words[_OF_TYPE[item]] if item in _OF_TYPE else register_items()[item].label, lang)


_NONE = pair("（无）", "(none)")


def value_lines(item: str, value: Any, lang: str) -> list[str]:
    """The value of an item in lines of text; None where there is none."""
    if value is None:
        return [said(_NONE, lang)]
    write = _LINES.get(item)
    if write is not None:
        return write(value, lang)
    return [str(value)]


def _state(value: Mapping[str, Any], lang: str) -> list[str]:
    reason = licence_reason(value.get("reason_code"))
    return [said(STATES[value["state"]], lang), *([said(reason, lang)] if reason else [])]


def _capital(value: Mapping[str, Any], lang: str) -> list[str]:
    return [money_text(Decimal(value["amount"]), value["currency"], lang)]


def _scope(value: Mapping[str, Any], lang: str) -> list[str]:
    return [said(words, lang) + "；".join(value[kind]) for kind, words in _SCOPE.items() if value.get(kind)]


def _investors(value: list[Mapping[str, Any]], lang: str) -> list[str]:
    return ["，".join(filter(None, (_named(one), _liability(one, lang)))) for one in value]


def _named(one: Mapping[str, Any]) -> str:
    return f"{one['name']}（{one['code']}）" if one.get("code") else str(one["name"])


def _liability(one: Mapping[str, Any], lang: str) -> str:
    liability = one.get("liability")
    return choice_text("partners.listed.0.liability", liability, lang) if liability else ""


def _contributions(value: list[Mapping[str, Any]], lang: str) -> list[str]:
    return [_contribution(one, lang) for one in value]


def _contribution(one: Mapping[str, Any], lang: str) -> str:
    """Name: method, amount, by when, and how much is paid."""
    methods = ("shareholders.0.lines.0.method", "partners.listed.0.method")
    method = next((text for path in methods if (text := choice_text(path, one["method"], lang)) != one["method"]), "")
    parts = [method, _amount(one["amount_wan"], one["currency"], lang)]
    if one.get("due_on"):
        due = dated("day", lang, date.fromisoformat(one["due_on"]))
        parts.append(said(pair(f"{due}前缴付", f"due by {due}"), lang))
    if one.get("paid") or Decimal(str(one.get("paid_wan") or 0)):
        paid = _amount(one.get("paid_wan") or one["amount_wan"], one["currency"], lang)
        parts.append(said(pair(f"已缴{paid}", f"{paid} paid in"), lang))
    return f"{one['name']}{said(pair('：', ': '), lang)}{said(pair('，', ', '), lang).join(filter(None, parts))}"


def _amount(wan: Any, currency: str, lang: str) -> str:
    amount = Decimal(str(wan)).normalize()
    figures = said(pair(f"{amount:,f}万元", f"CNY {amount * 10000:,f}"), lang)
    return in_currency(figures, currency, lang)


def _officers(value: list[Mapping[str, Any]], lang: str) -> list[str]:
    return [f"{one['name']}{said(pair('：', ': '), lang)}{_post(one['post'], lang)}" for one in value]


def _post(post: str, lang: str) -> str:
    return said(_POSTS[post], lang) if post in _POSTS else choice_text("officers.directors.0.post", post, lang)


def _term(value: Mapping[str, Any], lang: str) -> list[str]:
    until = value.get("until")
    return [dated("day", lang, date.fromisoformat(until)) if until else choice_text("capital.term", "long", lang)]


def _names(value: Any, lang: str) -> list[str]:
    rows = value if isinstance(value, list) else [value]
    return [str(one.get("name")) if isinstance(one, Mapping) else str(one) for one in rows]


_FILED = pair("已备案，内容摘要", "Filed, checksum")
_LINES: Mapping[str, Callable[[Any, str], list[str]]] = {
    "state": _state,
    "composition": lambda value, lang: [choice_text("operator.composition", value, lang)],
    "capital": _capital,
    "scope": _scope,
    "investors": _investors,
    "contributions": _contributions,
    "officers": _officers,
    "term": _term,
    "finance_officer": _names,
    "members": _names,
    "family": _names,
    "liaison": _names,
    "recipient": _names,
    "residences": lambda value, lang: [f"{one['name']} {one['address']}" for one in value],
    "articles": lambda value, lang: [f"{said(_FILED, lang)} {value['digest'][:16]}"],
    "beneficial_owners": lambda value, lang: [choice_text("owners.basis", value["basis"], lang)],
}
