"""Each fault with cases in flight: none is lost or made twice, and how long the last licence took is printed.

Six cases, or twenty with --exhaustive.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from threading import Event, Thread

import click
import psutil
import pytest
from sqlmodel import col, select, update

from registration import database
from registration.models import Lease, Message
from tests.faults.checker import faults_in
from tests.faults.deployment import Deployment, approve, is_all_done, issued
from tests.fixtures.database import POSTGRES, SQLITE

pytestmark = [pytest.mark.own_servers, pytest.mark.broker, pytest.mark.thorough, pytest.mark.timeout(2400)]
IN_FLIGHT, IN_FLIGHT_BEFORE_A_RELEASE = 6, 20
FULL_SECONDS = 5.0


def kill_a_child(deployment: Deployment) -> None:
    """As a kernel does that is short of memory; the worker makes another."""
    max(deployment.children_of("worker"), key=lambda process: process.memory_info().rss).kill()


def kill_the_worker(deployment: Deployment) -> None:
    deployment.kill("worker")
    deployment.start("worker")


def kill_the_relay(deployment: Deployment) -> None:
    deployment.kill("relay")
    deployment.start("relay")


def empty_the_broker(deployment: Deployment) -> None:
    deployment.lose_the_broker()


def deliver_twice(deployment: Deployment) -> None:
    """Every lease is taken away while the work is done, so that another worker begins with the same message."""
    stop = Event()

    def take_leases() -> None:
        while not stop.wait(0.5):
            with database.transaction() as session:
                session.execute(update(Message).values(working_until=None, owner=None))

    thief = Thread(target=take_leases)
    thief.start()
    licences = issued()
    try:
        # Most licences may have been made before the first lease was taken away.
        deployment.wait_until(lambda: issued() > licences + 1 or is_all_done())
    finally:
        stop.set()
        thief.join()


def set_the_clock_back(deployment: Deployment) -> None:
    """By two hours, across a restart: to who starts now, all that was written lies two hours ahead."""
    for name in ("relay", "worker"):
        deployment.kill(name)
    ahead = timedelta(hours=2)
    with database.transaction() as session:
        for name in ("due_at", "created_at", "working_until"):
            for row in session.exec(select(Message).where(col(getattr(Message, name)).is_not(None))):
                setattr(row, name, getattr(row, name) + ahead)
        for lease in session.exec(select(Lease)):
            lease.until += ahead
    for name in ("relay", "worker"):
        deployment.start(name)


def fill_the_disk(deployment: Deployment) -> None:
    """For some seconds, the disk on which files and logs are, and with SQLite the database."""
    filler = deployment.settings.home / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"\0" * 4096):
            pass
    over = time.monotonic() + FULL_SECONDS
    deployment.wait_until(lambda: time.monotonic() > over)
    filler.unlink()


def kill_postgres(deployment: Deployment) -> None:
    """The whole server, without a word to anybody; then it starts again and looks through its log."""
    server = deployment.own_postgres
    assert server is not None
    postmaster = psutil.Process(server.get_pid())
    for process in [postmaster, *postmaster.children(recursive=True)]:
        process.kill()
    postmaster.wait(10)
    server.ensure_postgres_running()


FAULTS: dict[str, Callable[[Deployment], None]] = {
    "nothing": lambda _deployment: None,
    "worker child killed": kill_a_child,
    "worker group killed": kill_the_worker,
    "relay killed": kill_the_relay,
    "broker killed and emptied": empty_the_broker,
    "every message twice": deliver_twice,
    "clock set back 2 h": set_the_clock_back,
    "disk full": fill_the_disk,
    "PostgreSQL killed": kill_postgres,
}


# SQLite takes as long again, and test_faults.py breaks the same with fewer cases on both.
@pytest.mark.parametrize(
    "database_url",
    [pytest.param(SQLITE, marks=pytest.mark.exhaustive), pytest.param(POSTGRES, marks=pytest.mark.postgres)],
    indirect=True,
)
def test_each_fault_is_recovered_from(
    deployment: Deployment, pytestconfig: pytest.Config, capsys: pytest.CaptureFixture[str]
) -> None:
    count = IN_FLIGHT_BEFORE_A_RELEASE if pytestconfig.getoption("--exhaustive") else IN_FLIGHT
    deployment.stack.environment["HEYI_ATTEMPTS_BEFORE_PARKING"] = "50"
    deployment.start("relay")
    deployment.start("worker")
    refs: list[str] = []
    for name, fault in FAULTS.items():
        if (fault is fill_the_disk and not deployment.has_own_disk) or (
            fault is kill_postgres and deployment.own_postgres is None
        ):
            continue
        seconds = recovered(deployment, fault, refs, count=count)
        with capsys.disabled():
            click.echo(f"\n{deployment.engine}: {name}: last of {count} licences after {seconds:.1f} s", nl=False)
    assert faults_in(deployment.url, licensed=refs, started=refs) == []


def recovered(deployment: Deployment, fault: Callable[[Deployment], None], refs: list[str], *, count: int) -> float:
    before = issued()
    refs += approve(count)
    deployment.wait_until(lambda: issued() > before)
    fault(deployment)
    over = time.monotonic()
    deployment.wait_until(lambda: issued() == len(refs))
    return time.monotonic() - over
