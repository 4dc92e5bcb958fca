"""The explanation over HTTP: the same for a program as on the pages, and a stranger finds nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from registration import clock
from registration.matters import definition_of
from registration.operations import promises
from registration.operations.act import act
from tests.fixtures.cases import actor_of, individual, submitted
from tests.fixtures.database import sqlite_only
from tests.registration.api.conftest import Program

Programs = Callable[[str], Program]
LIN, CLERK = "lin@example.cn", "0318"


database_url = sqlite_only


@pytest.fixture
def ref(app: Any) -> str:
    now = clock.now()
    ref = submitted("individual", individual(), registrar="330702", actor=actor_of(LIN), now=now)
    act(ref, "claim", actor=actor_of(CLERK), now=now)
    return ref


def test_who_is_waited_for_and_what_is_possible(program: Programs, stranger: Program, ref: str) -> None:
    inside = program(CLERK).get(f"/applications/{ref}/explanation").json
    outside = program(LIN).get(f"/applications/{ref}/explanation").json
    assert inside["state"] == "under_examination"
    assert inside["label"] == {"zh": "审查中", "en": "Under examination"}
    assert [one["action"] for one in outside["actions"]] == list(definition_of("establishment@4").actions)
    assert (inside["waiting"][0]["holder"], outside["waiting"][0]["holder"]) == (CLERK, None)
    assert inside["waiting"][0]["who"]["en"] == "Examiner (no. 0318)"
    assert CLERK not in str(outside)
    actions = {one["action"]: one for one in inside["actions"]}
    assert (actions["request_correction"]["allowed"], actions["request_correction"]["needs"]) == (True, ["items"])
    assert actions["extend"]["reasons"] == [
        {
            "code": "wrong_role",
            "words": {"zh": "这一步由登记机关负责人办理", "en": "This step is taken by: Director of the registrar"},
        }
    ]
    assert program("zhou@example.cn").get(f"/applications/{ref}/explanation").status_code == 404
    assert stranger.get(f"/applications/{ref}/explanation").status_code == 401


def test_a_list_says_what_is_overdue(program: Programs, ref: str) -> None:
    director = program("0320")
    assert director.get("/inbox?view=overdue").json["items"] == []
    due = program(CLERK).get("/inbox?view=mine").json["items"]
    assert [one["alert"] for one in due] == [None]
    promises.watch(now=clock.now() + timedelta(days=60))
    answer = director.get("/inbox?view=overdue").json
    assert [(one["ref"], one["alert"]) for one in answer["items"]] == [(ref, "overdue")]
    assert answer["counts"]["overdue"] == 1
