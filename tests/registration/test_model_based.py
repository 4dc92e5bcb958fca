"""Random walks over every shipped table on real databases: whatever anybody tries, the invariants hold.

`HEYI_WALKS=500` walks longer than a usual run does.
"""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as profile
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Engine, create_engine, make_url
from sqlmodel import col, select

from registration import database
from registration.matters import founding_matters, shipped
from registration.models import Application
from registration.operations import samples
from registration.settings import Settings
from tests.fixtures.database import POSTGRES, SQLITE, with_database
from tests.registration.walking import Walk
from tests.registration.world import START, World, everybody, open_files

WALKS = int(os.environ.get("HEYI_WALKS", "0"))


def walks(usual: int, *, steps: int) -> profile:
    return profile(
        max_examples=WALKS or usual,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
    )


@pytest.fixture
def files(database_url: str, settings: Settings, database: Engine) -> dict[str, str]:
    samples.load(now=START)
    return open_files()


@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
def test_whatever_anybody_tries_the_invariants_hold(files: dict[str, str], settings: Settings, tmp_path: Path) -> None:
    # Matters on registered entities are walked by operations/test_lives.py.
    founding = {key for key in shipped() if key.partition("@")[0] in founding_matters()}
    assert tables_of(files) == founding, "a table that no file walks over"
    actors = everybody()
    database.dispose()
    stored, kept = settings.home / "heyi.sqlite3", tmp_path / "kept.sqlite3"
    shutil.copyfile(stored, kept)

    def begin() -> None:
        database.dispose()
        for leftover in settings.home.glob("heyi.sqlite3-*"):
            leftover.unlink()
        shutil.copyfile(kept, stored)
        database.configure(settings)

    Walk.world = World(files, actors, begin)
    run_state_machine_as_test(Walk, settings=walks(10, steps=12), _min_steps=10)


@pytest.mark.thorough
@pytest.mark.parametrize("database_url", [pytest.param(POSTGRES, marks=pytest.mark.postgres)], indirect=True)
def test_they_hold_on_postgresql_too(
    files: dict[str, str], database_url: str, settings: Settings, postgres: str
) -> None:
    kept = make_url(database_url).database
    copy = settings.model_copy(update={"database_url": with_database(postgres, f"{kept}_walk")})
    actors = everybody()

    def begin() -> None:
        database.dispose()
        maintain(postgres, f"DROP DATABASE IF EXISTS {kept}_walk", f"CREATE DATABASE {kept}_walk TEMPLATE {kept}")
        database.configure(copy)

    Walk.world = World(files, actors, begin)
    try:
        run_state_machine_as_test(Walk, settings=walks(3, steps=10), _min_steps=8)
    finally:
        database.dispose()
        maintain(postgres, f"DROP DATABASE {kept}_walk")


def tables_of(files: Mapping[str, str]) -> set[str]:
    with database.reading() as session:
        found = select(Application.definition).where(col(Application.ref).in_(files.values()))
        return set(session.exec(found).all())


def maintain(server: str, *statements: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()
