"""Agencies decide while somebody else ends, corrects or moves the case: one of them is first, and nothing is half done.

On both databases, each hand with its own connection.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from registration import database
from registration.models import Application, HistoryEntry, IssuedNumber, Message, Part
from registration.operations import move_runs
from registration.operations.act import act
from registration.operations.history import broken_at
from registration.queries.history import DaySpan
from registration.queries.integrity import Counted
from registration.queries.replays import differences
from registration.settings import Settings
from tests.fixtures.cases import actor_of, at_the_agencies
from tests.fixtures.concurrently import concurrently
from tests.fixtures.tables import own_tables, renamed, write_version

pytestmark = pytest.mark.both_engines

__all__ = ["own_tables"]

LIN = "lin@example.cn"
OFFICERS = {
    "organization_code": "3301",
    "national_tax": "3302",
    "local_tax": "3303",
    "social_insurance": "3304",
    "statistics": "3305",
}
# Whoever is started first is often, but not always, the first to get the lock: where both could be, both are tried.
RACES = pytest.mark.parametrize(
    ("database_url", "turned"),
    [
        pytest.param("sqlite", False, id="sqlite"),
        pytest.param("postgresql", False, id="postgresql, agency first", marks=pytest.mark.postgres),
        pytest.param("postgresql", True, id="postgresql, agency last", marks=pytest.mark.postgres),
    ],
    indirect=["database_url"],
)


def claim(ref: str, *keys: str, clock: datetime) -> None:
    for key in keys:
        act(ref, "claim", actor=actor_of(OFFICERS[key]), now=clock, part=key)


def assign(ref: str, *keys: str, clock: datetime) -> None:
    claim(ref, *keys, clock=clock)
    for key in keys:
        giving(ref, key, clock=clock)()


def giving(ref: str, key: str, *, clock: datetime) -> Callable[[], Any]:
    return partial(act, ref, "assign", actor=actor_of(OFFICERS[key]), now=clock, part=key)


def up_to_the_last(ref: str, *, clock: datetime) -> Callable[[], Any]:
    """Every agency but statistics is done, which has claimed its part; the call that is left completes the join."""
    assign(ref, "organization_code", clock=clock)
    assign(ref, "national_tax", "local_tax", "social_insurance", clock=clock)
    claim(ref, "statistics", clock=clock)
    return giving(ref, "statistics", clock=clock)


def case_of(ref: str) -> Application:
    with database.reading() as session:
        return session.exec(select(Application).where(Application.ref == ref)).one()


def tags(ref: str) -> Counter[str]:
    """What happened to the case; its history is whole, and tells what is stored of it and of its parts."""
    case = case_of(ref)
    with database.reading() as session:
        assert broken_at(session, case.id) is None
        assert list(differences(session, DaySpan(ref=ref), counted=Counted())) == []
        return Counter(session.exec(select(HistoryEntry.tag).where(HistoryEntry.application_id == case.id)).all())


def effects(ref: str) -> Counter[str]:
    case = case_of(ref)
    with database.reading() as session:
        return Counter(session.exec(select(Message.effect).where(Message.application_id == case.id)).all())


def in_order(turned: bool, *calls: Callable[[], Any]) -> Any:
    return concurrently(calls[::-1] if turned else calls)


@RACES
def test_a_withdrawal_during_the_join(office: Settings, clock: datetime, turned: bool) -> None:
    ref = at_the_agencies(clock)
    last = up_to_the_last(ref, clock=clock)
    withdraw = partial(act, ref, "withdraw", actor=actor_of(LIN), now=clock)
    happened = in_order(turned, last, withdraw)
    case, found, sent = case_of(ref), tags(ref), effects(ref)
    assert len(happened.done) == len(happened.refused) == 1
    withdrawn = case.state == "withdrawn"
    assert case.state in ("withdrawn", "approved")
    assert (found["application:withdraw"], found["application:parts_complete"]) == (withdrawn, not withdrawn)
    assert sent["issue.licence"] == (not withdrawn)
    with database.reading() as session:
        numbers = session.exec(select(IssuedNumber.status).where(IssuedNumber.application_id == case.id)).all()
    assert set(numbers) == ({"void"} if withdrawn else {"reserved"})


@RACES
def test_a_correction_while_an_agency_decides(office: Settings, clock: datetime, turned: bool) -> None:
    """The agency's number counts or is refused; the file goes back to the applicant either way, with one notice."""
    ref = at_the_agencies(clock)
    assign(ref, "organization_code", clock=clock)
    claim(ref, "national_tax", "social_insurance", clock=clock)
    act(ref, "object", actor=actor_of("3302"), now=clock, part="national_tax", reason="核算方式与申报不符")
    item = {"target": "section.tax", "reason_code": "S01", "problem": "与事实不符", "remedy": "请更正"}
    uphold = partial(act, ref, "objection_upheld", actor=actor_of("0417"), now=clock, items=[item])
    happened = in_order(turned, giving(ref, "social_insurance", clock=clock), uphold)
    assert case_of(ref).state == "correction_requested"
    counted = tags(ref)
    assert counted["application:objection_upheld"] == 1
    decided = counted["application:assign"] == 2
    assert len(happened.refused) == (not decided)
    with database.reading() as session:
        part = session.exec(select(Part).where(Part.key == "social_insurance")).one()
    assert (part.state == "assigned", part.number is not None) == (decided, decided)


@pytest.mark.thorough
@RACES
def test_a_move_during_the_join(office: Settings, own_tables: Path, clock: datetime, turned: bool) -> None:
    """Joined once and moved once, whoever is first; the other goes on from where the first left it."""
    second = write_version(own_tables, 9, renamed("approved", "granted"))
    ref = at_the_agencies(clock)
    last = up_to_the_last(ref, clock=clock)
    chosen = move_runs.course("establishment@4", second, names={"approved": "granted"})
    run = move_runs.begin(chosen, actor="test", now=clock)
    case_id = case_of(ref).id
    assert case_id is not None
    move = partial(move_runs.move, run, case_id, chosen, now=clock)
    happened = in_order(turned, last, move, move)
    assert happened.refused == []
    case, counted = case_of(ref), tags(ref)
    assert (case.definition, case.state) == (second, "granted")
    assert (counted["application:parts_complete"], counted[move_runs.TAG]) == (1, 1)
    assert effects(ref)["issue.licence"] == 1


def test_two_agencies_of_many_cases_at_once(office: Settings, clock: datetime) -> None:
    """Both tax offices of two cases in one moment: every share is kept, and nothing opens before both are done."""
    refs = [at_the_agencies(clock, trade=trade) for trade in ("双溪样例", "听泉样例")]
    for ref in refs:
        assign(ref, "organization_code", clock=clock)
        assign(ref, "social_insurance", clock=clock)
        claim(ref, "national_tax", "local_tax", clock=clock)
    calls = [giving(ref, key, clock=clock) for ref in refs for key in ("national_tax", "local_tax")]
    assert concurrently(calls).refused == []
    for ref in refs:
        found = tags(ref)
        assert (found["application:assign"], found["application:parts_complete"]) == (4, 0)
        with database.reading() as session:
            parts = session.exec(select(Part).where(Part.application_id == case_of(ref).id)).all()
        assert {part.key: part.state for part in parts}["statistics"] == "pending"
