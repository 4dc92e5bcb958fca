"""A demonstration's office on each database."""

from datetime import datetime

import pytest
from sqlalchemy import Engine

from registration.settings import Settings
from tests.fixtures.office import opened


@pytest.fixture
def office(database_url: str, settings: Settings, database: Engine, clock: datetime) -> Settings:
    """The demonstration's registrars, accounts and numbers, to issue a licence from."""
    opened(settings, now=clock)
    return settings
