"""The automatic checks at the desk: verdict, rule, article; what passed is folded."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from registration import clock
from registration import database as db
from registration.models import Entity
from registration.operations import samples
from registration.operations.act import act
from registration.rules.addresses import address_key
from registration.rules.city import PACKAGED
from tests.fixtures.cases import actor_of, company, submitted
from tests.fixtures.office import CLERK, LIN
from tests.fixtures.statements import selects
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
# The domicile of the sample company, as another register wrote it.
SAME = "浙江省金华市婺城区样例街道双溪路８８号３幢 201室"
LIMIT = """
  domicile_limit:
    most: 3
    source: {zh: 样例住所规定第三条, en: Sample rule on domiciles 3}
    shared: [{name: {zh: 样例众创园, en: Sample park}, address: 浙江省金华市婺城区样例街道众创路1号, most: 100}]
"""


@pytest.fixture
def limited(desk_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The city with a limit per address at one registrar."""
    folder = tmp_path / "city"
    copytree(PACKAGED, folder)
    file = folder / "registrars.yaml"
    file.write_text(file.read_text().replace('regions: ["330702"]\n', f'regions: ["330702"]{LIMIT}'), encoding="utf-8")
    monkeypatch.setenv("HEYI_CITY", str(folder))


def neighbours(count: int, *, address: str = SAME, status: str = "active") -> None:
    with db.transaction() as session:
        for number in range(count):
            session.add(
                Entity(
                    code=f"{address_key(address)[-4:]}{status[:1]}{number:04}",
                    name=f"邻户{number}号",
                    entity_type="individual",
                    registrar_code="330703",
                    status=status,
                    founded_on=date(2026, 1, 5),
                    address_key=address_key(address),
                    facts={"domicile": address},
                )
            )


def held(**more: object) -> str:
    now = clock.now()
    ref = submitted("llc", company() | more, registrar="330702", actor=actor_of(LIN), now=now)
    act(ref, "claim", actor=actor_of(CLERK), now=now)
    return ref


def checks_in(visitor: Visitor, ref: str, login: str = CLERK) -> dict[str, Any]:
    """The checks in the API's answer, by key."""
    signed_in = {"login": login, "password": samples.PASSWORD}
    token = visitor.client.post("/api/v1/tokens", json=signed_in, headers={"Idempotency-Key": f"{login}{ref}"})
    headers = {"Authorization": f"Bearer {token.get_json()['token']}"}
    answer = visitor.get(f"/api/v1/applications/{ref}", headers=headers).get_json()
    return {row["key"]: row for row in answer["checks"]}


@contextmanager
def looking_at(part: str) -> Iterator[list[tuple[str, Any]]]:
    """The statements with this part, and their values, when the block has ended."""
    seen: list[tuple[str, Any]] = []
    with selects() as found:
        yield seen
    seen += [one for one in found if part in one[0]]


def test_checks_stand_with_verdict_rule_and_article_and_those_that_passed_are_folded(visit: Visit) -> None:
    neighbours(7)
    neighbours(1, status="deregistered")
    ref, clerk = held(), visit(CLERK)
    page = clerk.get(f"/desk/cases/{ref}")
    panel = page.text.partition('id="checks"')[2].partition("</section>")[0]
    above, _fold, folded = panel.partition("<details>")
    assert "同一住所已登记7户" in above
    assert "《市场主体登记管理条例》第十一条" in above
    assert above.count("/check?q=") == 5
    assert "这里列出最早的5户" in above
    assert "名称已保留，到" in folded
    assert "《公司法》第十条" in folded
    assert 'class="tag bad"' not in panel
    passed = re.search(r"<summary>(\d+)项检查通过", folded)
    assert passed
    assert int(passed[1]) == folded.count('class="tag ok"') > 10
    english = words(visit(CLERK, lang="en").get(f"/desk/cases/{ref}"))
    assert "Registered at the same address already: 7" in english
    assert f"{passed[1]} checks passed" in english
    rows = checks_in(clerk, ref)
    assert rows["domicile_shared"]["count"] == 7
    assert rows["domicile_shared"]["verdict"] == "warn"
    assert rows["company_officers"]["law"][0].startswith("《公司法》第六十八条")
    assert checks_in(visit(), ref, LIN) == {}


@pytest.mark.usefixtures("limited")
def test_more_entities_than_an_address_may_have_stop_the_case_and_a_shared_address_has_its_own_limit(
    visit: Visit, database: Engine
) -> None:
    neighbours(3)
    clerk, ref = visit(CLERK), held()
    with looking_at("address_key = ") as asked:
        page = words(clerk.get(f"/desk/cases/{ref}"))
    assert asked
    for statement, values in asked:
        with database.connect() as connection:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
        assert "entity_at_address" in str(plan)
    assert "同一住所已登记3户，最多3户（样例住所规定第三条）" in page
    neighbours(4, address="浙江省金华市婺城区样例街道众创路1号")
    shared = company(trade="众创听禾")
    shared["domicile"] = shared["domicile"] | {"street": "样例街道众创路1号"}
    there = checks_in(clerk, held(**shared))
    assert there["domicile_shared"]["verdict"] == "info"
    assert there["domicile_shared"]["message"] == "集中登记地址“样例众创园”：已登记4户，最多100户"
