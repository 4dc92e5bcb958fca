"""A demonstration's office on each database."""

from datetime import datetime

import pytest
from sqlalchemy import Engine

from registration.operations import samples
from registration.settings import Settings
from tests.fixtures.scenes import scene


@pytest.fixture
def office(database_url: str, settings: Settings, database: Engine, clock: datetime) -> Settings:
    """The demonstration's registrars and accounts."""
    scene(f"accounts on {clock.date()}", settings, lambda: samples.load_accounts(now=clock))
    return settings
