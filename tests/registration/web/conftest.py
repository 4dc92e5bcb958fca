"""A demonstration's office behind its pages, on SQLite: one engine is enough for what a browser sees."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from registration import clock
from registration.app import create_app
from registration.gateways import openid
from registration.models import Licence
from registration.operations.act import act
from registration.settings import Settings
from tests.fixtures.cases import actor_of, individual, person, submitted
from tests.fixtures.database import sqlite_only
from tests.fixtures.identity_provider import IdentityProvider, identity_provider
from tests.fixtures.licences import issued, sheets
from tests.fixtures.office import CLERK, LIN, opened
from tests.fixtures.scenes import prepared, scene
from tests.fixtures.sign_in_providers import written_to
from tests.fixtures.visitor import Visitor

database_url = sqlite_only


@pytest.fixture
def desk_app(database_url: str, settings: Settings, database: Engine) -> Flask:
    opened(settings, now=clock.now())
    return create_app(settings)


@pytest.fixture
def visit(desk_app: Flask) -> Callable[..., Visitor]:
    """`visit("0318")` is a clerk at the desk, `visit()` a stranger."""
    return lambda login="", **more: Visitor(desk_app, login, **more)


@pytest.fixture
def ref(desk_app: Flask, settings: Settings) -> str:
    """The case of an individual business that has its licence, signed and stored."""
    return scene("a licence of today", settings, lambda: issued(clock.now()))


@pytest.fixture
def examined(desk_app: Flask) -> str:
    """A submitted case of an individual business, claimed by the examiner."""

    def make() -> str:
        filed = submitted("individual", individual(), registrar="330702", actor=actor_of(LIN), now=clock.now())
        act(filed, "claim", actor=actor_of(CLERK), now=clock.now())
        return filed

    return prepared("an individual business in examination", make)


@pytest.fixture
def sheet(ref: str) -> Licence:
    """The original of that licence."""
    return sheets(ref)[0]


@pytest.fixture
def provider() -> Iterator[IdentityProvider]:
    """A provider that runs, at which the first person of the sample forms signs in."""
    openid.forget()
    p1 = person("p1")
    with identity_provider() as found:
        found.person = {"sub": "subject-1", "name": p1["name"], "id_no": p1["id_no"], "acr": "face"}
        yield found


@pytest.fixture
def open_app(database_url: str, settings: Settings, database: Engine, provider: IdentityProvider, home: Path) -> Flask:
    """The office, whose users sign in by that provider too."""
    opened(settings, now=clock.now())
    return create_app(settings.model_copy(update={"oidc": written_to(home, provider.issuer)}))


@pytest.fixture
def arrive(open_app: Flask) -> Callable[..., Visitor]:
    """`visit` for that office."""
    return lambda login="", **more: Visitor(open_app, login, **more)
