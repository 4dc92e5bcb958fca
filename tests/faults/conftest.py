"""A deployment of real processes over a migrated database, with the demonstration's office; nothing runs yet."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from registration import broker, clock, schema
from registration.settings import Settings
from registration.signing import signer
from tests.faults.deployment import PATIENCE, Deployment
from tests.fixtures.database import POSTGRES, SQLITE, fresh_postgres
from tests.fixtures.servers import free_port, make_stack


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
    with fresh_postgres(request.getfixturevalue("postgres")) as url:
        schema.upgrade(url)
        yield url


@pytest.fixture
def deployment(database_url: str, settings: Settings, database: Engine) -> Iterator[Deployment]:
    """The demonstration's office and a broker; nothing else runs yet."""
    from registration import keys
    from registration.operations import samples

    keys.make_sample_signing_key(settings, now=clock.now())
    signer.cache_clear()
    samples.load(now=clock.now())
    folder = Path(tempfile.mkdtemp(prefix="heyi-fault-"))
    running = broker.start(folder, append_only=False)
    stack = make_stack(settings.home, port=free_port(), DATABASE_URL=database_url, REDIS_URL=running.url, **PATIENCE)
    made = Deployment(settings, stack, folder, running)
    yield made
    made.stop()
    shutil.rmtree(folder)
