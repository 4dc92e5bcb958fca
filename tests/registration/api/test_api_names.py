"""A name that the rules leave open, over the API: submitted, not reserved, decided on by who has the file."""

from collections.abc import Callable

import pytest
from flask import Flask

from registration import clock
from registration.operations.act import act
from tests.fixtures.cases import actor_of, company, submitted
from tests.registration.api.conftest import Program

NAME = {"region": "金华市", "trade": "云岫听禾", "industry": "典当", "form": "有限公司"}


@pytest.fixture
def ref(app: Flask) -> str:
    now = clock.now()
    form = company() | {"name": NAME}
    ref = submitted("llc", form, registrar="330702", actor=actor_of("lin@example.cn"), now=now)
    act(ref, "claim", actor=actor_of("0318"), now=now)
    return ref


def test_a_program_of_the_office_decides(ref: str, program: Callable[[str], Program]) -> None:
    clerk, owner = program("0318"), program("lin@example.cn")
    address = f"/applications/{ref}/name-decision"
    waiting = clerk.act(ref, "approve", opinion="符合")
    assert (waiting.status_code, waiting.json["blockers"][0]["code"]) == (409, "name_awaits_decision")
    assert owner.post(f"/applications/{ref}/papers", json={"kind": "name_reservation"}).status_code == 409
    assert owner.post(address, json={"approve": True, "reason": "符合"}).status_code == 403
    assert program("0317").post(address, json={"approve": True, "reason": "符合"}).status_code == 409
    assert clerk.post(address, json={"approve": True, "reason": " "}).status_code == 422
    decided = clerk.post(address, json={"approve": True, "reason": "已核对批准文件"})
    assert (decided.status_code, decided.json["approved"]) == (200, True)
    again = clerk.post(address, json={"approve": True, "reason": "符合"})
    assert (again.status_code, again.json["code"]) == (409, "name_not_pending")
    assert clerk.act(ref, "approve", opinion="符合").status_code == 200
