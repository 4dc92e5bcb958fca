"""A small world for random walks: an office with five files at different places, and everybody who may try things."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from registration import database
from registration.actor import SYSTEM, Actor
from registration.models import Registrar
from registration.operations.act import act
from tests.fixtures.cases import actor_of, company, draft, five_numbers, individual, submitted

LIN, STRANGER = "lin@example.cn", "zhou@example.cn"
START = datetime(2026, 10, 12, 1, 30, tzinfo=UTC)
# Whoever might try something: the applicant, somebody else's applicant, three offices' desks, five agencies.
LOGINS = (
    LIN,
    STRANGER,
    *(f"0{office}{n}" for office in (2, 3, 4) for n in range(17, 22)),
    *map(str, range(3301, 3306)),
)
# Cases under the versions before are walked as well.
EARLIER = {
    "two decide": {"establishment": "establishment@1"},
    "a shop by post": {"establishment": "establishment@2"},
    "the agencies": {"establishment": "establishment@3"},
}
ITEM = {"target": "section.domicile", "reason_code": "S01", "problem": "门牌号不完整", "remedy": "请补充室号"}
COMPLETE: Mapping[str, Any] = {
    "reason": "情况属实",
    "opinion": "符合法定形式",
    "items": [ITEM],
    "reason_code": "R01",
    "competent_body": "金华市文化局",
    "recipient": "林知夏",
    "paper": "（2026）样例1号",
    "receipts": {"T": "1"},
}


@dataclass(frozen=True)
class World:
    """The files' references by what they are, who is there, and how to have all again as it was."""

    files: Mapping[str, str]
    actors: Mapping[str, Actor]
    begin: Callable[[], None]


def everybody() -> dict[str, Actor]:
    """The people by login. One of them examines and approves, so that two pairs of eyes are a rule and no accident."""
    people = {login: actor_of(login) for login in LOGINS}
    both = replace(people["0218"], roles=frozenset({"examiner", "approver"}))
    return people | {"0218": both, "system": SYSTEM}


def open_files() -> dict[str, str]:
    """Five files: one not yet sent, three with an office of each kind, one with the agencies."""
    lin = actor_of(LIN)
    sent: dict[str, tuple[str, dict[str, Any], str]] = {
        "a shop": ("individual", individual(trade="双溪样例"), "330702"),
        "a shop by post": ("individual", individual(trade="清渚样例") | by_post(), "330702"),
        "two decide": ("llc", company(trade="北岫样例"), "330701"),
        "the agencies": ("llc", five_numbers(trade="南屏样例"), "330784"),
    }
    files = {}
    for name, (kind, form, office) in sent.items():
        with database.transaction() as session:
            session.get_one(Registrar, office).definitions = EARLIER.get(name, {})
        files[name] = submitted(kind, form, registrar=office, actor=lin, now=START)
    with database.transaction() as session:
        session.get_one(Registrar, "330702").definitions = {}
    for login, action in (("0417", "accept"), ("0418", "start"), ("0418", "approve")):
        act(files["the agencies"], action, actor=actor_of(login), now=START, opinion="符合")
    unsent = company(trade="东麓样例")
    return {"a draft": draft("llc", unsent, registrar="330702", actor=lin, now=START), **files}


def by_post() -> dict[str, Any]:
    return {"addons": {"postal_delivery": True, "postal_address": "金华市婺城区样例路2号"}}
