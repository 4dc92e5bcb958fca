"""Thousands of cases are overdue and all of it is to be said: a licence comes all the same, and rings stay few."""

import time
from datetime import timedelta

import click
import pytest
from sqlmodel import func, select

from registration import clock, database, outbox
from registration.models import Message
from registration.runtime import broker, relay
from tests.faults.deployment import Deployment, approve, issued
from tests.fixtures.database import SQLITE
from tests.fixtures.overdue import overdue

pytestmark = [pytest.mark.broker, pytest.mark.thorough, pytest.mark.timeout(2400)]
OVERDUE = 6400
LICENCES = 3


def waiting_now() -> int:
    with database.reading() as session:
        return int(session.exec(select(func.count()).select_from(Message)).one())


# On the database with one writer at a time, where a backlog would be felt most.
@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
def test_a_licence_comes_while_thousands_of_cases_are_overdue(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    overdue(OVERDUE, now=clock.now() - timedelta(days=90))
    deployment.start("relay")
    deployment.start("worker")
    deployment.wait_until(lambda: waiting_now() > 500)
    waits, rings = [], 0
    with broker.client(deployment.broker.url) as client:
        for number in range(1, LICENCES + 1):
            begun = time.monotonic()
            approve(1)
            while issued() < number:
                rings = max(rings, sum(int(client.llen(queue)) for queue in outbox.QUEUES))
                assert time.monotonic() < begun + 120, "\n".join(deployment.logs())
                time.sleep(0.02)
            waits.append(time.monotonic() - begun)
    assert rings <= len(outbox.QUEUES) * relay.MOST_RINGS
    with capsys.disabled():
        told = ", ".join(f"{wait:.1f}" for wait in waits)
        click.echo(
            f"\n{deployment.engine}: {OVERDUE} overdue, licences after {told} s; at most {rings} rings", nl=False
        )
