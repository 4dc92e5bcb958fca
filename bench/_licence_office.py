"""Licences through the whole back office: outbox, relay, Celery, two worker processes, signed and stored."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

from bench._office import server

ROOT = Path(__file__).resolve().parent.parent
FIRST = 2


def licences_per_second(cases: int, *, postgres: bool) -> dict[str, float]:
    """Approves `cases` cases, runs the processes, and counts signed sheets between the first and the last.

    The first sheets are left out: with them each worker process loads its fonts and keys. The other papers of the cases
    follow; `printed` counts them with the sheets, until nothing waits to be printed.
    """
    with server() if postgres else nullcontext("") as database, office(database) as home:
        _approve(cases)
        with _processes(home):
            began, before = _when(FIRST)
            ended, after = _when(None)
            over, printed = _when_all_is_printed()
    return {
        "licences": after - before,
        "seconds": round(ended - began, 2),
        "per_second": round((after - before) / (ended - began), 1),
        "printed": printed - before,
        "printed_per_second": round((printed - before) / (over - began), 1),
    }


@contextmanager
def office(database_url: str = "") -> Iterator[Path]:
    """A demonstration on this database, else on SQLite, with its samples and a key; yields its home, which goes
    afterwards."""
    with tempfile.TemporaryDirectory(prefix="heyi-bench-") as folder:
        home = Path(folder) / "home"
        os.environ |= {"HEYI_MODE": "demo", "HEYI_HOME": str(home), "HEYI_RELAY_SECONDS": "0.1"}
        os.environ |= {
            "HEYI_ARGON2_MEMORY_KIB": "64",
            "HEYI_ARGON2_TIME_COST": "1",
            "DATABASE_URL": database_url,
            "REDIS_URL": "",
        }
        from registration import database, keys
        from registration.database import schema
        from registration.operations import samples
        from registration.settings import settings

        settings.cache_clear()
        home.mkdir()
        keys.make(settings().keys)
        keys.make_sample_signing_key(settings(), now=datetime.now(UTC))
        schema.upgrade(settings().sqlalchemy_url)
        database.configure(settings())
        samples.load(now=datetime.now(UTC))
        yield home


def _approve(count: int) -> None:
    from bench._office import submitted_cases
    from registration.operations.act import act
    from tests.fixtures.cases import actor_of

    clerk = actor_of("0318")
    for ref in submitted_cases(count, registrar="330702"):
        act(ref, "claim", actor=clerk, now=datetime.now(UTC))
        act(ref, "approve", actor=clerk, now=datetime.now(UTC), opinion="符合")


@contextmanager
def _processes(home: Path) -> Iterator[None]:
    commands = (["broker"], ["worker", "--processes", "2", "--queue", "issue"], ["relay"])
    running = []
    with (home / "processes.log").open("wb") as log:
        try:
            for words in commands:
                command = [sys.executable, "-m", "registration.cli", *words]
                running.append(subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log))
                time.sleep(1)
            yield
        finally:
            for process in reversed(running):
                process.terminate()
                process.wait()


def _when(wanted: int | None) -> tuple[float, int]:
    """The time when `wanted` sheets, or all, are recorded, and their number."""
    from sqlalchemy import func
    from sqlmodel import col, select

    from registration import database
    from registration.models import Licence, Message

    until = time.monotonic() + 600
    while time.monotonic() < until:
        with database.reading() as session:
            made = session.exec(select(func.count()).where(col(Licence.sha256).is_not(None))).one()
            left = session.exec(select(func.count()).where(col(Message.effect) == "issue.licence")).one()
        if (made >= wanted) if wanted is not None else not left:
            return time.monotonic(), made
        time.sleep(0.05)
    raise SystemExit("the licences are not made: look at the worker")


def _when_all_is_printed() -> tuple[float, int]:
    """The same for sheets and papers together."""
    from sqlalchemy import func
    from sqlmodel import col, select

    from registration import database
    from registration.models import Licence, Message, Paper
    from registration.models.outbox import PRINTED

    left = 1
    while left:
        time.sleep(0.05)
        with database.reading() as session:
            left = session.exec(select(func.count()).select_from(Message).where(PRINTED)).one()
    with database.reading() as session:
        counts = [select(func.count()).where(col(kind.sha256).is_not(None)) for kind in (Licence, Paper)]
        return time.monotonic(), sum(session.exec(count).one() for count in counts)
