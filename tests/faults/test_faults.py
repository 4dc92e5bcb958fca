"""Processes are killed, brokers emptied and hung, disks filled: every case still gets its licence exactly once."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from registration import clock, database, outbox
from registration.models import Application, Message
from registration.queries.outbox import needing_care
from tests.faults.deployment import Deployment, approve, is_all_done, issued, losses, waiting
from tests.fixtures.cases import PEOPLE, actor_of
from tests.fixtures.database import POSTGRES, SQLITE

LIN = "lin@example.cn"
on_sqlite = pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
pytestmark = [pytest.mark.broker, pytest.mark.thorough, pytest.mark.timeout(2400)]


# test_recovery.py breaks the same and more with PostgreSQL.
@pytest.mark.parametrize(
    "database_url",
    [SQLITE, pytest.param(POSTGRES, marks=[pytest.mark.postgres, pytest.mark.exhaustive])],
    indirect=True,
)
def test_nothing_is_lost_and_nothing_is_made_twice(deployment: Deployment, database: Engine) -> None:
    deployment.stack.environment["HEYI_ATTEMPTS_BEFORE_PARKING"] = "50"
    count = 8 if database.name == SQLITE else 5
    approve(count)
    # Two relays, as on two machines: they share the messages and never ring twice for one.
    deployment.start("relay")
    deployment.start("relay again")
    deployment.start("worker")

    deployment.wait_until(lambda: issued() >= count // 6)
    deployment.kill("worker")
    deployment.start("worker")

    deployment.wait_until(lambda: issued() >= count // 3)
    deployment.lose_the_broker()
    deployment.kill("relay")
    deployment.start("relay")

    deployment.wait_until(lambda: issued() >= count // 2)
    deployment.hang_the_broker()
    # Whoever is at the desk now notices nothing: no operation talks to the broker.
    approve(1)
    assert ("issue.licence", 0, None) in waiting()
    deployment.wake_the_broker()

    deployment.wait_until(is_all_done)
    assert losses(deployment.settings) == []
    assert issued() == count + 1


def _file_in_its_place(folder: Path) -> Callable[[], None]:
    folder.write_text("somebody put a file here")
    return folder.unlink


def _full_disk(folder: Path) -> Callable[[], object]:
    folder.mkdir(exist_ok=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    return lambda: subprocess.run(["umount", "--lazy", str(folder)], check=True)


@on_sqlite
@pytest.mark.parametrize("breaks", [_file_in_its_place, _full_disk])
def test_a_disk_that_takes_nothing_is_waited_for(deployment: Deployment, breaks: Callable[[Path], Any]) -> None:
    mend = breaks(deployment.settings.home / "files")
    try:
        deployment.stack.environment["HEYI_ATTEMPTS_BEFORE_PARKING"] = "2"
        (ref,) = approve(1)
        deployment.start("relay")
        deployment.start("worker")
        deployment.wait_until(lambda: "issue.licence" in stopped())
    finally:
        mend()
    assert {(attempts, error) for _, attempts, error in waiting()} == {(2, "Unavailable: storage")}
    assert state_of(ref) == "approved"
    said = "\n".join(deployment.logs())
    assert "task.failed" in said
    assert not [one for one in PEOPLE.values() if one[0] in said or one[1][:14] in said]
    assert seen_by_staff(ref) == len(waiting())

    for message_id in parked():
        assert outbox.retry(message_id, by="staff:0220", now=clock.now())
    deployment.wait_until(is_all_done)
    assert losses(deployment.settings) == []


@on_sqlite
def test_work_that_kills_its_worker_is_put_aside_and_the_rest_goes_on(deployment: Deployment) -> None:
    deployment.stack.environment["HEYI_LEASE_SECONDS"] = "3"
    deployment.stack.environment["HEYI_ATTEMPTS_BEFORE_PARKING"] = "2"
    approve(2)
    deployment.start("relay")
    deployment.start("worker", module="tests.faults.poisoned_worker")
    deployment.wait_until(lambda: [effect for effect, _, _ in waiting()] == ["share.registration"] * 2)
    deployment.wait_until(lambda: len(parked()) == 2)
    assert issued() == 2
    assert waiting() == [("share.registration", 2, "the worker died while working on it")] * 2

    deployment.kill("worker")
    deployment.start("worker")
    for message_id in parked():
        outbox.retry(message_id, by="staff:0220", now=clock.now())
    deployment.wait_until(is_all_done)
    assert losses(deployment.settings) == []


def parked() -> list[int]:
    with database.reading() as session:
        return [found or 0 for found in session.exec(select(Message.id).where(col(Message.parked_at).is_not(None)))]


def stopped() -> set[str]:
    """The effects of what is parked, once nothing else waits."""
    with database.reading() as session:
        rows = session.exec(select(Message)).all()
        return {row.effect for row in rows} if all(row.parked_at for row in rows) else set()


def state_of(ref: str) -> str:
    with database.reading() as session:
        return session.exec(select(Application.state).where(Application.ref == ref)).one()


def seen_by_staff(ref: str) -> int:
    """How many stopped messages of the case the director of its registrar is shown."""
    with database.reading() as session:
        found = needing_care(session, actor=actor_of("0320"), now=clock.now())
        return len([one for one in found if one.is_parked and one.ref == ref])
