"""The public register: found by name, reading, code and representative; public items alone, as of any day."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from registration import clock, database
from registration.models import Entity, EntityKey
from registration.operations import revocation
from registration.queries.register_search import search_register
from registration.rules.search_keys import keys_of_entity
from tests.fixtures.cases import actor_of, person
from tests.fixtures.database import sqlite_only
from tests.fixtures.licences import APPROVER, CLERK, revoked, sheets, worked_off
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
database_url = sqlite_only
NAME = "金华市婺城区双溪样例餐饮店"


@pytest.mark.parametrize(
    "sought", [NAME, "双溪样例", "样例餐", "餐饮店", "shuangxi", "sxyl", "jhswcq", "苏知禾", "CODE"]
)
def test_an_entity_is_found_by(visit: Visit, ref: str, sought: str) -> None:
    code = sheets(ref)[0].code
    found = words(visit().get("/register", query_string={"q": sought.replace("CODE", code.lower())}))
    assert NAME in found
    assert code in found


@pytest.mark.parametrize(
    "sought", ["溪", "苏知", "知禾", "有限公司", "13800000000", person("p1")["id_no"], "%", "例 x"]
)
def test_nothing_else_finds_it(visit: Visit, ref: str, sought: str) -> None:
    assert NAME not in words(visit().get("/register", query_string={"q": sought}))


def test_the_page_shows_what_is_public_as_of_a_day(visit: Visit, ref: str) -> None:
    code, today = sheets(ref)[0].code, clock.local_date(clock.now())
    later = clock.now() + timedelta(days=3)
    proposal = revocation.propose_correction(
        ref,
        reason_code="E05",
        opinion="笔误",
        evidence="租赁合同",
        changes={"domicile": "浙江省金华市婺城区新桥路9号"},
        actor=actor_of(CLERK),
        now=later,
    )
    revocation.confirm_revocation(proposal, actor=actor_of(APPROVER), now=later)
    worked_off(later)
    with clock.moved_to(later + timedelta(days=1)):
        page = visit().get(f"/register/{code}").text
        assert "新桥路9号" in page
        assert "更正执照" in page
        before = visit().get(f"/register/{code}", query_string={"on": today.isoformat()}).text
        assert "新桥路9号" not in before
        assert "双溪路16号" in before
        assert before.count(code) >= 1
        for early in ("2001-01-01", "2999-01-01", "gestern"):
            refused = visit().get(f"/register/{code}", query_string={"on": early})
            assert (refused.status_code, "新桥路9号" in refused.text) == (422, True)
            assert f'value="{early}"' in refused.text
    mine = person("p1")
    for private in (mine["id_no"], mine["mobile"], mine["address"], "登记联络员"):
        assert private not in page
    assert visit().get("/register/9133").status_code == 404


def test_an_ended_one_says_so_and_why(visit: Visit, ref: str) -> None:
    revoked(ref, clock.now(), reason="V01")
    code = sheets(ref)[0].code
    assert f'href="/register/{code}"' in visit().get("/check", query_string={"q": code}).text
    page = words(visit().get(f"/register/{code}"))
    assert "已吊销" in page
    assert "执照不再有效" in page
    assert "提交虚假材料取得登记" in page


def test_pages_of_a_long_list_have_everybody_once_and_read_ranges(visit: Visit, ref: str) -> None:
    with database.transaction() as session:
        for number in range(45):
            name = f"金华市婺城区双溪双溪{number:03}餐饮店"
            entity = Entity(
                code=f"T{number:05}",
                name=name,
                entity_type="individual",
                registrar_code="330702",
                founded_on=clock.local_date(clock.now()),
                facts={"representative": "周行远", "type_text": "个体工商户"},
            )
            session.add(entity)
            session.flush()
            keys = keys_of_entity(name=name, representative="周行远")
            session.add_all(EntityKey(kind=kind, key=key, entity_id=entity.id) for kind, key in keys)
    seen, cursor = list[str](), None
    while True:
        with database.reading() as session:
            page = search_register(session, "双溪", cursor=cursor)
        seen += [one.name for one in page.rows]
        cursor = page.next
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 46
    with database.reading() as session:
        how = session.connection().exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT key FROM entity_key WHERE kind = 'name' AND key >= '双' AND key < '另' "
            "AND (key, entity_id) > ('双溪', 3) ORDER BY key, entity_id LIMIT 21"
        )
        assert all("SEARCH" in row[3] and "TEMP" not in row[3] for row in how)
    first = visit().get("/register", query_string={"q": "双溪"}).text
    assert first.count("/register/T") == 20
    assert "下一页" in first
