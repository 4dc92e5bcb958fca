"""Whole forms that are right, for tests to spoil."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from random import Random
from typing import Any

from tests.fixtures.identity_numbers import Sex, sample_id

TODAY = date(2026, 10, 12)
REGIONS = ("330702", "330703")


def natural(key: str, name: str, *, seed: int, sex: Sex = "female", **more: Any) -> dict[str, Any]:
    number = sample_id(Random(seed), sex=sex)
    return {
        "key": key,
        "kind": "natural",
        "name": name,
        "sex": sex,
        "nation": "汉族",
        "id_no": number,
        "id_long": True,
        "mobile": f"1380000{seed:04d}",
        "address": "浙江省金华市婺城区样例街道1号",
        "email": f"{key}@example.cn",
        **more,
    }


_COMPANY = {
    "name": {"region": "金华市", "trade": "晨曦", "industry": "餐饮管理", "form": "有限公司"},
    "domicile": {
        "region": "330702",
        "street": "样例街道双溪路88号",
        "tenure": "lease",
        "lease_end_on": "2028-10-11",
        "phone": "0579-12345678",
    },
    "scope": {"items": ["HY0155", "HY0154"]},
    "capital": {"amount_wan": "100", "term": "long", "copies": 1},
    "people": [
        natural("p1", "林知夏", seed=1),
        natural("p2", "周远舟", seed=2, sex="male"),
        natural("p3", "叶栖云", seed=3),
    ],
    "shareholders": [
        {"person": "p1", "lines": [{"amount_wan": "51", "method": "currency", "due_on": "2031-10-12"}]},
        {"person": "p2", "lines": [{"amount_wan": "29.5", "method": "currency", "due_on": "2028-12-31"}]},
        {"person": "p3", "lines": [{"amount_wan": "19.5", "method": "currency", "due_on": "2027-06-30"}]},
    ],
    "officers": {
        "board": "single",
        "directors": [{"person": "p1", "post": "director"}],
        "supervision": "supervisors",
        "supervisors": ["p3"],
        "managers": ["p2"],
    },
    "legal_rep": {"person": "p1", "post": "director"},
    "contacts": {"liaison": {"person": "p2"}, "finance": {"person": "p2"}, "filer": {"person": "p1"}},
    "owners": {"basis": "exempt", "promised": True},
}
_FIVE = {
    "tax": {"officer": {"person": "p2"}},
    "social": {"headcount": 5, "insured_count": 5, "start_month": "2026-11", "handler": {"person": "p3"}},
    "five": {"main_activities": ["餐饮管理"], "open_on": "2026-11-01"},
}
_INDIVIDUAL = {
    "name": {"region": "金华市婺城区", "trade": "晨曦", "industry": "餐饮", "form": "店"},
    "domicile": {"region": "330702", "street": "样例街道双溪路16号", "tenure": "own", "phone": "13800000001"},
    "scope": {"items": ["HY0154"]},
    "people": [natural("p1", "叶栖云", seed=4)],
    "operator": {"person": "p1", "composition": "personal"},
    "contacts": {"liaison": {"person": "p1"}, "filer": {"person": "p1"}},
}


def company(**changed: Any) -> dict[str, Any]:
    return deepcopy({**_COMPANY, **changed})


def company_of_2015(**changed: Any) -> dict[str, Any]:
    """The law of that year knows no beneficial owners."""
    form = deepcopy({**_COMPANY, **_FIVE, **changed})
    del form["owners"]
    return form


def single(**changed: Any) -> dict[str, Any]:
    """One shareholder, one director, a supervisor from outside."""
    one = [{"person": "p1", "lines": [{"amount_wan": "100", "method": "currency", "due_on": "2030-01-01"}]}]
    return company(**{"shareholders": one, **changed})


def individual(**changed: Any) -> dict[str, Any]:
    return deepcopy({**_INDIVIDUAL, **changed})


def changed(form: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The form with one value set, by its path; the value ... removes it."""
    copy = deepcopy(dict(form))
    at: Any = copy
    *above, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    for part in above:
        at = at[part]
    if value is ...:
        del at[last]
    elif isinstance(at, list) and last == len(at):
        at.append(value)
    else:
        at[last] = value
    return copy
