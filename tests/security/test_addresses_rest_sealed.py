"""E-mail addresses stand nowhere in the database in the clear, and staff sees them masked."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlmodel import SQLModel, select

from registration import clock
from registration import database as db
from registration.keys.account_names import address_of
from registration.models import Account
from registration.operations import accounts, samples, sign_up, staff
from registration.operations.act import act
from registration.operations.sensitive import reveal
from registration.rules.privacy_notice import notice_version
from tests.fixtures.cases import actor_of, company, submitted
from tests.fixtures.database import database_url
from tests.fixtures.sign_up import signed_up
from tests.fixtures.visitor import Visitor
from tests.registration.api.conftest import Program

# What rests must be sealed on both databases.
__all__ = ["database_url"]

LIN = "lin@example.cn"
PASSWORD = "窗前有一株老梅树"


def everything(engine: Engine) -> str:
    """All rows of all tables."""
    with engine.connect() as connection:
        tables = SQLModel.metadata.sorted_tables
        return "\n".join(str(connection.execute(text(f'SELECT * FROM "{one.name}"')).all()) for one in tables)


@pytest.fixture
def ref(app: object) -> str:
    form = company()
    form["domicile"]["email"] = "firm@example.cn"
    form["contacts"]["liaison"] = {"person": "p1", "email": "liaison@example.cn"}
    return submitted("llc", form, registrar="330702", actor=actor_of(LIN), now=clock.now())


def test_no_table_holds_an_address(ref: str, database: Engine) -> None:
    now = clock.now()
    signed_up("su@example.cn", PASSWORD, "苏知禾", now=now)
    sign_up.begin("waits@example.cn", PASSWORD, "周远舟", consent=notice_version(), now=now)
    staff.set_email("0318", "desk@example.cn", now=now)
    accounts.sign_in(LIN, samples.PASSWORD, now=now)
    found = everything(database)
    assert "苏知禾" in found
    assert "example.cn" not in found
    with db.reading() as session:
        kept = session.exec(select(Account)).all()
    assert {"su@example.cn", "desk@example.cn", LIN} <= {address_of(one) for one in kept}


def test_the_office_sees_masks_and_gives_a_reason_for_more(
    ref: str, program: Callable[[str], Program], visit: Callable[..., Visitor]
) -> None:
    clerk = program("0318")
    shown = json.dumps(clerk.get(f"/applications/{ref}").json, ensure_ascii=False)
    page = visit("0318").get(f"/desk/cases/{ref}").text
    for address in ("p1@example.cn", "firm@example.cn", "liaison@example.cn"):
        assert address not in shown + page
    assert "l***@example.cn" in shown
    owner = json.dumps(program(LIN).get(f"/applications/{ref}").json, ensure_ascii=False)
    assert "liaison@example.cn" in owner, "who typed it sees it"
    act(ref, "claim", actor=actor_of("0318"), now=clock.now())
    asked: dict[str, Any] = {"path": "contacts.liaison.email", "reason": "需要联系", "now": clock.now()}
    assert reveal(ref, actor=actor_of("0318"), **asked) == "liaison@example.cn"


def test_a_mask_that_comes_back_keeps_the_address(app: object, program: Callable[[str], Program]) -> None:
    lin = program(LIN)
    ref = lin.post("/applications", json={"entity_type": "llc", "registrar": "330702"}).json["ref"]
    people = company()["people"]
    assert lin.put(f"/applications/{ref}/form/people", json=people).status_code == 200
    people[0]["email"] = "p***@example.cn"
    assert lin.put(f"/applications/{ref}/form/people", json=people).status_code == 200
    assert lin.get(f"/applications/{ref}").json["form"]["people"][0]["email"] == "p1@example.cn"
