"""A demonstration on SQLite, as `heyi prepare` leaves it."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import Engine

from registration import clock, keys
from registration.documents.signing import signer
from registration.operations import samples
from registration.settings import Settings
from tests.registration.cli.conftest import Heyi, heyi

__all__ = ["Heyi", "heyi"]


@pytest.fixture
def database_url(home: Path, sqlite_template: Path) -> str:
    shutil.copyfile(sqlite_template, home / "heyi.sqlite3")
    return f"sqlite:///{home / 'heyi.sqlite3'}"


@pytest.fixture
def demonstration(database_url: str, settings: Settings, database: Engine) -> Settings:
    keys.make_sample_signing_key(settings, now=clock.now())
    signer.cache_clear()
    samples.load(now=clock.now())
    return settings
