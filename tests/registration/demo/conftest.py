"""A demonstration on SQLite, as `heyi prepare` leaves it."""

import pytest
from sqlalchemy import Engine

from registration import clock
from registration.settings import Settings
from tests.fixtures.office import opened
from tests.registration.cli.conftest import Heyi, heyi
from tests.registration.web.conftest import database_url

__all__ = ["Heyi", "database_url", "heyi"]


@pytest.fixture
def demonstration(database_url: str, settings: Settings, database: Engine) -> Settings:
    opened(settings, now=clock.now())
    return settings
