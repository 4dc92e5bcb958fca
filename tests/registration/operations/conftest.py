"""A demonstration's office on each database."""

from datetime import datetime

import pytest
from sqlalchemy import Engine

from registration import keys
from registration.documents.signing import signer
from registration.operations import samples
from registration.settings import Settings


@pytest.fixture
def office(database_url: str, settings: Settings, database: Engine, clock: datetime) -> Settings:
    """The demonstration's registrars, accounts, names and number pools, and a sample key."""
    keys.make_sample_signing_key(settings, now=clock)
    signer.cache_clear()
    samples.load(now=clock)
    return settings
