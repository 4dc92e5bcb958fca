"""The check of a name with the register's keys says what a comparison with every name of the register says."""

import random
from datetime import date
from typing import Any

import pytest
from sqlmodel import col, select

from registration import database
from registration.models import RegisteredName
from registration.operations import names
from registration.queries.names import verdict_on
from registration.rules.names import ComparedName, Finding, NameParts, check_name
from registration.settings import Settings

pytestmark = pytest.mark.both_engines

TODAY = date(2026, 10, 12)
PLACE: dict[str, Any] = {"entity_type": "llc", "region6": "330702", "today": TODAY}
# Polyphones and homophones, so that there are likenesses by every rule.
CHARACTERS = "红鸿轰行航形重虫众山头"
INDUSTRIES = ("酒业", "酒类", "机械", "酒业科技", "", "觅影")
RULES = {"N20", "N21", "N22a", "N22b", "N23", "N24", "N25"}


def invented(count: int, *, seed: int) -> list[NameParts]:
    chance = random.Random(seed)
    made = (
        NameParts(
            chance.choice(("金华市", "金华", "义乌市")),
            "".join(chance.choices(CHARACTERS, k=chance.choice((2, 2, 3, 3, 4, 5)))),
            chance.choice(INDUSTRIES),
            chance.choice(("有限公司", "食堂", "商店")),
        )
        for _ in range(count)
    )
    return list({parts.full: parts for parts in made}.values())


def test_the_keys_find_what_a_comparison_with_every_name_finds(office: Settings) -> None:
    with database.transaction() as session:
        for number, parts in enumerate(invented(150, seed=1)):
            row = names.record(session, parts.full, prefecture="330700", parts=parts)
            if number % 25 == 0:
                names.let_go(session, row, today=TODAY)
            elif number % 25 == 1:
                row.status, row.since_on = "deregistered", date(2026, 4, 1)
    found: set[str] = set()
    with database.reading() as session:
        rows = session.scalars(select(RegisteredName).where(col(RegisteredName.status) != "released")).all()
        register = [
            ComparedName(row.name, row.status, row.since_on, parts=names.parts_stored(row))  # type: ignore[arg-type]  # one of its statuses
            for row in rows
        ]
        for parts in (*invented(30, seed=2), *invented(150, seed=1)[:10]):
            by_keys = verdict_on(session, parts, prefecture="330700", **PLACE).findings
            of_all = check_name(parts, candidates=register, **PLACE).findings
            assert sorted(by_keys, key=_order) == sorted(of_all, key=_order)
            found |= {one.rule for one in of_all}
    assert found >= RULES


def _order(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, finding.other or "", finding.status or ""
