"""A worker makes the licences of several cases at a time: each gets its own once, whatever happens to the others."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any

import pytest
from sqlmodel import col, select

from registration import clock, database, outbox, tasks
from registration.gateways.storage import storage
from registration.models import Application, IssuedNumber, Licence, Message
from registration.operations import issue, register
from registration.operations.act import act
from registration.operations.issue import MadeSheet, Sheet
from registration.operations.papers import MadePaper, PreparedPaper
from registration.outbox import Work
from registration.settings import Settings
from registration.tasks.issue import licences
from tests.fixtures.cases import actor_of, nameless, submitted
from tests.fixtures.concurrently import concurrently

pytestmark = pytest.mark.both_engines

Approve = Callable[[int], list[str]]


class Killed(BaseException):
    """The end of a worker: nothing in it catches this."""


@pytest.fixture
def approve(office: Settings, clock: datetime, monkeypatch: pytest.MonkeyPatch) -> Approve:
    """Approves so many cases, whose licences and papers are made at once: what is tested is what is recorded."""

    def kept(content: object, files: dict[str, bytes]) -> str:
        text = repr(content).encode()
        key = f"made/{sha256(text).hexdigest()}.pdf"
        files[key] = text
        return key

    def sheet(one: Sheet, files: dict[str, bytes]) -> MadeSheet:
        return MadeSheet(one.licence_id, f"{one.licence_id:064x}", kept(one, files), 1, "样例", "0" * 64, "1" * 64)

    def paper(work: Work, one: PreparedPaper, files: dict[str, bytes]) -> MadePaper:
        return MadePaper(work.id, one.paper_id, kept(one, files), f"{one.paper_id:064x}")

    monkeypatch.setattr("registration.tasks.issue._made", sheet)
    monkeypatch.setattr("registration.tasks.papers._made", paper)
    clerk = actor_of("0318")

    def approve(count: int) -> list[str]:
        refs = []
        for _ in range(count):
            applicant = actor_of("lin@example.cn")
            refs.append(submitted("individual", nameless(), registrar="330702", actor=applicant, now=clock))
            act(refs[-1], "claim", actor=clerk, now=clock)
            act(refs[-1], "approve", actor=clerk, now=clock, opinion="符合")
        return refs

    return approve


def rows(model: Any, *where: Any) -> list[Any]:
    with database.reading() as session:
        return list(session.scalars(select(model).where(*where).order_by(model.id)))


def waiting() -> list[Message]:
    return rows(Message, col(Message.effect).like("issue.%") | col(Message.effect).like("paper.%"))


def require_one_licence_each(count: int) -> None:
    """As many codes and serials as cases, with no gap between the serials."""
    sheets = rows(Licence)
    assert {sheet.status for sheet in sheets} == {"issued"}
    assert sorted((sheet.application_id, sheet.paper) for sheet in sheets) == [
        (case.id, paper) for case in rows(Application) for paper in ("duplicate", "original")
    ]
    assert sorted({sheet.serial[-4:] for sheet in sheets}) == [f"{number:04d}" for number in range(1, count + 1)]
    assert len({sheet.code for sheet in sheets}) == count
    assert {number.status for number in rows(IssuedNumber)} == {"used"}
    assert len(rows(IssuedNumber)) == 2 * count


def test_workers_that_come_together_make_each_licence_once(approve: Approve, office: Settings) -> None:
    approve(5)

    def until_nothing_waits() -> None:
        while waiting():
            tasks.work_on_next(outbox.ISSUE)

    concurrently([until_nothing_waits] * 3)
    require_one_licence_each(5)
    assert all(storage(office).exists(sheet.storage_key) for sheet in rows(Licence))


@pytest.mark.parametrize("step", ["prepared", "recorded"])
def test_a_case_that_fails_holds_up_no_other(approve: Approve, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = approve(3)[1]
    place, name = {"prepared": (issue, "sheet_of"), "recorded": (register, "establish")}[step]
    right = getattr(place, name)

    def fail_for_one(*told: Any, **more: Any) -> Any:
        if any(isinstance(one, Application) and one.ref == bad for one in told):
            raise RuntimeError("this one")
        return right(*told, **more)

    with monkeypatch.context() as broken:
        broken.setattr(place, name, fail_for_one)
        while any(message.attempts == 0 for message in waiting()):
            tasks.work_on_next(outbox.ISSUE)
    (left,) = waiting()
    assert (left.effect, left.attempts, left.last_error) == ("issue.licence", 1, "RuntimeError: this one")
    states = {case.ref: case.state for case in rows(Application)}
    assert [ref for ref, state in states.items() if state == "approved"] == [bad]

    tasks.work_on(left.id)
    require_one_licence_each(3)


def test_a_worker_killed_before_it_records_loses_nothing(
    approve: Approve, office: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files are stored but not recorded. The next worker makes the same sheets with the same numbers."""
    approve(3)

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as killing:
        killing.setattr("registration.operations.issue.record_all", die)
        with pytest.raises(Killed):
            tasks.work_on_next(outbox.ISSUE)
    fixed = [(sheet.ref, sheet.serial, sheet.code, sheet.status) for sheet in rows(Licence)]
    assert {status for *_, status in fixed} == {"prepared"}
    tasks.work_on_next(outbox.ISSUE)
    assert [message.attempts for message in waiting() if message.effect == "issue.licence"] == [1, 1, 1]

    later = clock.now() + timedelta(seconds=office.lease_seconds)
    monkeypatch.setattr("registration.clock.now", lambda: later)
    claims = 0
    while waiting():
        tasks.work_on_next(outbox.ISSUE)
        claims += 1
    # Each alone: one of them may have been what killed the worker.
    assert claims >= 3
    assert [(sheet.ref, sheet.serial, sheet.code, "prepared") for sheet in rows(Licence)] == fixed
    require_one_licence_each(3)


def test_what_there_is_no_time_for_is_left_to_another_worker(approve: Approve, clock: datetime) -> None:
    approve(3)
    works = [work for work in outbox.claim(outbox.ISSUE, now=clock) if work.effect == "issue.licence"]
    assert len(works) == 3
    assert licences(works, end=0.0) == 1
    assert len([sheet for sheet in rows(Licence) if sheet.status == "issued"]) == 2
    outbox.give_back(works[1:])
    assert [message.attempts for message in waiting() if message.effect == "issue.licence"] == [0, 0]


def test_of_two_deliveries_one_is_recorded(approve: Approve, clock: datetime) -> None:
    """As when a worker was so slow that its lease ran out and another was given the same cases."""
    approve(2)
    works = [work for work in outbox.claim(outbox.ISSUE, now=clock) if work.effect == "issue.licence"]
    concurrently([partial(licences, works, end=float("inf"))] * 2)
    require_one_licence_each(2)
