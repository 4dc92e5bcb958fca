"""A deployment of real processes that a test breaks: worker, relay and broker, over the test's own database."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import func
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from registration import clock, database
from registration.gateways.storage import storage
from registration.models import Application, Entity, HistoryEntry, IssuedNumber, Licence, Message
from registration.operations.act import act
from registration.operations.history import broken_at
from registration.runtime import broker
from registration.settings import Settings
from tests.fixtures.cases import actor_of, nameless, submitted
from tests.fixtures.servers import ROOT, Stack

LIN = "lin@example.cn"

# What fails is tried again at once: the tests of the back-off wait without a clock.
PATIENCE = {
    "HEYI_RETRY_SECONDS": "[1]",
    "HEYI_RELAY_SECONDS": "0.1",
    "HEYI_SWEEP_SECONDS": "1",
}


@dataclass
class Deployment:
    """Processes by name; every end that a test brings about is by the id of what it started."""

    settings: Settings
    stack: Stack
    folder: Path
    broker: broker.Broker
    own_postgres: Any = None

    @property
    def has_own_disk(self) -> bool:
        """Whether the home is on a small disk of its own, which only root may mount."""
        return self.settings.home.is_mount()

    @property
    def url(self) -> str:
        """The address of the database."""
        return self.stack.environment["DATABASE_URL"]

    @property
    def engine(self) -> str:
        return self.url.partition(":")[0].partition("+")[0]

    def start(self, name: str, *options: str, module: str = "registration.cli") -> None:
        """Starts `relay`, `worker` ...; a second one of a kind is told apart by words after it (`relay again`)."""
        words = [name.partition(" ")[0], *options] if module == "registration.cli" else []
        with (self.stack.home / f"{name}.log").open("ab") as log:
            self.stack.running[name] = subprocess.Popen(
                [sys.executable, "-m", module, *words],
                cwd=ROOT,
                env=self.stack.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """No warning and no goodbye, for the process and all its children."""
        process = self.stack.running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def serve(self) -> None:
        """Two web processes, ready."""
        self.start("serve", "--port", str(self.stack.port), "--workers", "2")
        self.stack.wait_until_ready()

    def children_of(self, name: str) -> list[psutil.Process]:
        """The processes that this one started and that work: the web's, the worker's."""
        found: list[psutil.Process] = psutil.Process(self.stack.running[name].pid).children(recursive=True)
        return found

    def lose_the_broker(self) -> None:
        """Everything in it is gone, then it dies, then an empty one takes its place."""
        with broker.client(self.broker.url) as client:
            client.flushall()
        self.broker.process.kill()
        self.broker.process.wait()
        self.broker = broker.start(self.folder, append_only=False)

    def hang_the_broker(self) -> None:
        self.broker.process.send_signal(signal.SIGSTOP)

    def wake_the_broker(self) -> None:
        self.broker.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        self.wake_the_broker()
        for name in list(self.stack.running):
            self.kill(name)
        self.broker.stop()

    def wait_until(self, condition: Callable[[], bool], *, seconds: float = 600.0) -> None:
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise AssertionError("\n".join([f"waited {seconds} s; waiting: {waiting()}", *self.logs()]))
            time.sleep(0.2)

    def logs(self) -> list[str]:
        """The last of what each process wrote."""
        return [path.read_text(errors="replace")[-4000:] for path in sorted(self.stack.home.glob("*.log"))]


def approve(count: int) -> list[str]:
    """Individual businesses without names, each submitted and approved now: their licences wait to be made."""
    lin, clerk = actor_of(LIN), actor_of("0318")
    form = nameless()
    refs = []
    for _ in range(count):
        ref = submitted("individual", form, registrar="330702", actor=lin, now=clock.now())
        act(ref, "claim", actor=clerk, now=clock.now())
        act(ref, "approve", actor=clerk, now=clock.now(), opinion="符合")
        refs.append(ref)
    return refs


def waiting() -> list[tuple[str, int, str | None]]:
    """Effect, attempts and last error of every message about a case that is still there."""
    with database.reading() as session:
        rows = session.exec(
            select(Message).where(col(Message.application_id).is_not(None)).order_by(col(Message.id))
        ).all()
        return [(row.effect, row.attempts, row.last_error) for row in rows]


def issued() -> int:
    """How many cases have their licence; asked once more where a fault has broken the connection."""
    query = select(func.count(func.distinct(Licence.application_id))).where(Licence.status == "issued")
    for is_last in (False, True):
        with suppress(*(() if is_last else (OperationalError,))), database.reading() as session:
            return int(session.exec(query).one())
    raise AssertionError("the second try returns or raises")


def is_all_done() -> bool:
    """Whether every case has come to its end and nothing waits any more."""
    with database.reading() as session:
        open_cases = session.exec(select(Application.id).where(Application.state != "archived")).first()
    return open_cases is None and not waiting()


def losses(settings: Settings) -> list[str]:
    """What is wrong with the cases of the database, each of which must be at its end exactly once."""
    with database.reading() as session:
        cases = session.exec(select(Application).order_by(col(Application.id))).all()
    assert cases
    found = [f"{effect} waits" for effect, _, _ in waiting()]
    return found + [f"{case.ref}: {loss}" for case in cases for loss in _losses_of(case, settings)]


def _losses_of(case: Application, settings: Settings) -> list[str]:
    with database.reading() as session:
        assert case.id is not None
        broken = broken_at(session, case.id)
        tags = [entry.tag for entry in session.exec(select(HistoryEntry).where(HistoryEntry.application_id == case.id))]
        sheets = session.exec(select(Licence).where(Licence.application_id == case.id)).all()
        entities = session.exec(select(Entity).where(Entity.application_id == case.id)).all()
        numbers = session.exec(select(IssuedNumber).where(IssuedNumber.application_id == case.id)).all()
    found = [] if case.state == "archived" else [f"is {case.state}"]
    found += [] if broken is None else [f"history broken at {broken}"]
    for action in ("approve", "print", "issue", "share", "archive"):
        found += [] if tags.count(f"application:{action}") == 1 else [f"{action} happened {tags.count(action)} times"]
    found += [] if sorted(sheet.paper for sheet in sheets) == ["duplicate", "original"] else [f"{len(sheets)} sheets"]
    found += [] if len(entities) == 1 else [f"{len(entities)} entities"]
    found += [] if {one.status for one in numbers} == {"used"} and len(numbers) == 2 else [f"numbers {numbers}"]
    return found + [f"sheet {sheet.id} differs from its file" for sheet in sheets if not _is_whole(sheet, settings)]


def _is_whole(sheet: Licence, settings: Settings) -> bool:
    content = storage(settings).get(sheet.storage_key or "")
    return sheet.status == "issued" and sha256(content).hexdigest() == sheet.sha256
