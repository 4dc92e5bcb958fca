"""The office behind its API and its pages, on SQLite, as the attacks of this folder find it."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.fixtures.visitor import Visitor
from tests.registration.api.conftest import Program, app, program, stranger, work
from tests.registration.web.conftest import database_url

__all__ = ["Program", "app", "database_url", "program", "stranger", "work"]


@pytest.fixture
def visit(app: Flask) -> Callable[..., Visitor]:
    """`visit("0318")` is a browser in which that person is signed in, `visit()` one of a stranger."""
    return lambda login="", **more: Visitor(app, login, **more)
