"""A deployment of real processes over a migrated database, with the demonstration's office; nothing runs yet."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from registration import clock
from registration.database import schema
from registration.documents.signing import signer
from registration.runtime import broker
from registration.settings import Settings
from tests.faults.deployment import PATIENCE, Deployment
from tests.fixtures.database import POSTGRES, SQLITE, address_of, fresh_postgres, server_in
from tests.fixtures.servers import free_port, make_stack

DISK = "256m"


def owns(request: pytest.FixtureRequest) -> bool:
    return request.node.get_closest_marker("own_servers") is not None


@pytest.fixture
def home(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """For a test with `own_servers` on a small disk, if this user may mount one."""
    folder = tmp_path / "home"
    folder.mkdir()
    if owns(request) and os.geteuid() == 0:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)], check=False)
    yield folder
    if folder.is_mount():
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture(
    params=[
        pytest.param(SQLITE, id=SQLITE),
        pytest.param(POSTGRES, id=POSTGRES, marks=[pytest.mark.postgres, pytest.mark.thorough]),
    ]
)
def database_url(request: pytest.FixtureRequest, home: Path) -> Iterator[str]:
    """A database that was migrated, as processes want it before they start."""
    if request.param == SQLITE:
        url = f"sqlite:///{home / 'heyi.sqlite3'}"
        schema.upgrade(url)
        yield url
        return
    own = owns(request)
    server = request.getfixturevalue("own_postgres" if own else "postgres")
    with fresh_postgres(address_of(server) if own else server) as url:
        schema.upgrade(url)
        yield url


@pytest.fixture
def own_postgres() -> Iterator[Any]:
    """A PostgreSQL server that a test may kill: unlike the others' it loses no commit then."""
    folder = Path(tempfile.mkdtemp(prefix="heyi-fault-postgres-"))
    server = server_in(folder)
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def deployment(
    request: pytest.FixtureRequest, database_url: str, settings: Settings, database: Engine
) -> Iterator[Deployment]:
    """The demonstration's office and a broker; nothing else runs yet."""
    from registration import keys
    from registration.operations import samples

    keys.make_sample_signing_key(settings, now=clock.now())
    signer.cache_clear()
    samples.load(now=clock.now())
    folder = Path(tempfile.mkdtemp(prefix="heyi-fault-"))
    running = broker.start(folder, append_only=False)
    stack = make_stack(settings.home, port=free_port(), DATABASE_URL=database_url, REDIS_URL=running.url, **PATIENCE)
    own = request.getfixturevalue("own_postgres") if database_url.startswith(POSTGRES) and owns(request) else None
    made = Deployment(settings, stack, folder, running, own)
    yield made
    made.stop()
    shutil.rmtree(folder)
