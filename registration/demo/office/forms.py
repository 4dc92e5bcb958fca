"""The form of a case of the example office: a simple one of its type, with what its line says otherwise."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from registration.demo.office.plan import Case, persons, places
from registration.rules.entity_types import type_row
from registration.rules.form import sections_for


def form_of(case: Case, *, regime: str, on: date) -> dict[str, Any]:
    """Section -> value, of those sections that the rules ask of this type under this regime, as written on a day."""
    people = [_person(key, at) for at, key in enumerate(case.facts["people"], start=1)]
    people += _owner(case, people[-1])
    asked = [section.key for section in sections_for(case.entity_type, regime)]
    written = {**_firm(case, on), "people": people, **_posts(case, people, on), **_beside(case, people, on)}
    # An operator who runs the business alone names no finance officer.
    if "operator" in asked:
        written["contacts"] = {name: who for name, who in written["contacts"].items() if name != "finance"}
    return {key: written[key] for key in asked if key in written}


def street_of(case: Case) -> str:
    streets = places()["streets"]
    return case.facts.get("street") or f"{streets[case.number % len(streets)]}{case.number * 7 % 190 + 3}号2幢101室"


def _firm(case: Case, on: date) -> dict[str, Any]:
    facts, place = case.facts, places()["registrars"][case.registrar]
    form = facts.get("form", "有限公司")
    named = {"region": place["name"], "trade": facts["trade"], "industry": facts["industry"], "form": form}
    return {
        "name": {"region": facts["trade"], "form": form} if "parent" in facts else named,
        "domicile": {
            "region": place["region"],
            "street": street_of(case),
            "use": "commercial",
            "area_m2": str(case.number * 13 % 240 + 24),
            "phone": f"{places()['phone']}{case.number:05}",
            **(
                {"tenure": "own"}
                if case.number % 3 == 0
                else {"tenure": "lease", "lease_end_on": f"{on.year + 5}-10-31"}
            ),
        },
        "scope": {"items": case.scope},
        "capital": {"amount_wan": _capital(case), "currency": "CNY", "term": "long", "copies": 1},
        "addons": _delivery(case, place["name"]),
    }


def _capital(case: Case) -> str:
    return str(case.facts.get("pays", "100"))


def _delivery(case: Case, place: str) -> dict[str, Any]:
    if case.facts.get("by_post"):
        return {"e_licence": True, "postal_delivery": True, "postal_address": f"{place}样例街道{street_of(case)}"}
    return {"e_licence": True, "seal": True}


def _person(key: str, at: int) -> dict[str, Any]:
    person = persons()[key]
    return {
        "key": f"p{at}",
        "kind": "natural",
        "name": person["name"],
        "sex": person["sex"],
        "nation": "汉族",
        "id_type": "resident_id",
        "id_no": person["id_no"],
        "id_long": True,
        "mobile": f"138000{int(key[1:]):05}",
        "address": person["address"],
        "email": f"{key}@example.cn",
    }


def _posts(case: Case, people: list[dict[str, Any]], on: date) -> dict[str, Any]:
    """Who owns, runs and answers for the business; the sections of all types."""
    first, last = people[0]["key"], _last_of(case, people)
    alone = len(people) == 1
    return {
        "operator": {"person": first, "composition": "personal", "funds_wan": "5", "copies": 1},
        "investor": {"person": first, "amount_wan": "20", "method": "currency", "property": "personal", "copies": 1},
        "responsible": {"person": first, "copies": 1},
        "parent": _parent(case, people[-1]),
        "members": {"listed": _members(people), "copies": 1},
        "council": {"person": first, "supervisors": [] if alone else [people[1]["key"]]},
        "partners": {"listed": _partners(case, people, due_on=f"{on.year + 4}-12-31"), "term": "long", "copies": 1},
        "shareholders": _shares(case, people, on),
        "officers": _board(people) if "owner" in case.facts else _officers(first, last, alone=alone),
        "legal_rep": {"person": first, "post": "chair" if "owner" in case.facts else "director"},
        "contacts": {"liaison": {"person": last}, "finance": {"person": first}, "filer": {"person": first}},
        "owners": _beneficial_owners(case, first),
    }


def _last_of(case: Case, people: list[dict[str, Any]]) -> str:
    """The key of the last natural person."""
    return str(people[len(case.facts["people"]) - 1]["key"])


def _owner(case: Case, representative: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The authority that owns a company for the state, after the natural persons."""
    if "owner" not in case.facts:
        return []
    own = {"representative": representative["name"], "representative_id_no": representative["id_no"]}
    key = f"p{len(case.facts['people']) + 1}"
    return [{"key": key, "kind": "legal", "held_by": "state", **case.facts["owner"], **own}]


def _officers(first: str, last: str, *, alone: bool) -> dict[str, Any]:
    return {
        "board": "single",
        "directors": [{"person": first, "post": "director"}],
        "managers": [first],
        # A company of one person has no other person for the post, and its shareholder may leave it out.
        **({"supervision": "none_agreed"} if alone else {"supervision": "supervisors", "supervisors": [last]}),
    }


def _board(people: list[dict[str, Any]]) -> dict[str, Any]:
    """Three directors, the third of the employees, and one supervisor."""
    chair, director, employee, supervisor = (one["key"] for one in people[:4])
    posts = ((chair, "chair"), (director, "director"), (employee, "employee_director"))
    return {
        "board": "board",
        "directors": [{"person": key, "post": post} for key, post in posts],
        "supervision": "supervisors",
        "supervisors": [supervisor],
        "managers": [chair],
    }


def _beneficial_owners(case: Case, first: str) -> dict[str, Any]:
    if "owner" in case.facts:
        return {"basis": "listed", "listed": [{"owner": first, "owner_relation": "state"}]}
    return {"basis": "exempt", "promised": True}


def _partners(case: Case, people: list[dict[str, Any]], *, due_on: str) -> list[dict[str, Any]]:
    """The first executes the affairs; in a limited partnership the others are limited partners."""
    others = "limited" if "limited_partner" in type_row(case.entity_type).capacities else "general"
    return [
        {
            "person": one["key"],
            "liability": others if place else "general",
            "amount_wan": "10",
            "due_on": due_on,
            "executes": not place,
        }
        for place, one in enumerate(people)
    ]


def _parent(case: Case, representative: Mapping[str, Any]) -> dict[str, Any]:
    if "parent" not in case.facts:
        return {}
    own = {"representative": representative["name"], "representative_id_no": representative["id_no"]}
    return {**case.facts["parent"], **own}


def _members(people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Farmers, but for the last, who is another citizen: of five members, four are farmers."""
    kinds = [*["farmer"] * (len(people) - 1), "citizen"]
    return [
        {"person": one["key"], "kind": kind, "amount_wan": "2", "method": "currency"}
        for one, kind in zip(people, kinds, strict=True)
    ]


def _beside(case: Case, people: list[dict[str, Any]], on: date) -> dict[str, Any]:
    """What is done together with the registration of a company."""
    last = _last_of(case, people)
    if "pays" not in case.facts:
        return {}
    return {
        "tax": {"officer": {"person": last}, "accounting_system": "small_enterprise", "vat_kind": "small"},
        "social": {
            "headcount": 6,
            "insured_count": 4,
            "start_month": f"{on + timedelta(days=31):%Y-%m}",
            "handler": {"person": last},
        },
        "five": {"main_activities": [f"{case.facts['industry']}销售"], "open_on": f"{on + timedelta(days=45)}"},
    }


def _shares(case: Case, people: list[dict[str, Any]], on: date) -> list[Mapping[str, Any]]:
    """The first holds what the others leave, a fifth of the capital each. Paid ones are paid on the day of the form."""
    if "owner" in case.facts:
        people = people[-1:]
    total, paid = int(_capital(case)), case.facts.get("paid")
    due_on = f"{on}" if paid else f"{on.year + 4}-12-31"
    fifth = total // 5
    amounts = [total - fifth * (len(people) - 1), *[fifth] * (len(people) - 1)]
    return [
        {
            "person": one["key"],
            "lines": [
                {"method": "currency", "amount_wan": str(amount), "due_on": due_on}
                | ({"paid_wan": str(amount)} if paid else {})
            ],
        }
        for one, amount in zip(people, amounts, strict=True)
    ]
