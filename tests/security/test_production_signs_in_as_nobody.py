"""Only a demonstration has the sign-in with one click: production does not offer it and has no address for it."""

from collections.abc import Iterator

import pytest
from flask import Flask

from registration import clock
from registration import settings as configuration
from registration.app import create_app
from registration.operations import samples
from registration.settings import Settings
from tests.fixtures.marks import some_of
from tests.fixtures.visitor import Visitor

ADDRESS = "/example-office/sign-in"
LOGINS = [sample.login for sample in samples.ACCOUNTS]


@pytest.fixture
def production(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The same database, with the sample accounts still in it, behind pages of a production."""
    monkeypatch.setenv("HEYI_MODE", "production")
    configuration.settings.cache_clear()
    yield create_app(configuration.settings())
    configuration.settings.cache_clear()


@pytest.mark.parametrize(
    "sent", some_of([{}, {"login": ""}, {"login": "0317' or 1=1"}, *({"login": login} for login in LOGINS)], every=5)
)
def test_production_has_no_such_address(production: Flask, sent: dict[str, str]) -> None:
    visitor = Visitor(production)
    for answer in (
        visitor.post(ADDRESS, **sent),
        visitor.client.post(ADDRESS, data=sent),
        visitor.client.post(ADDRESS, json=sent),
        visitor.client.post(ADDRESS, data=sent, headers={"Origin": "http://elsewhere.example"}),
        visitor.get(ADDRESS, query_string=sent),
    ):
        assert answer.status_code == 404
    assert visitor.client.get_cookie("heyi") is None


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_production_offers_nobody(production: Flask, lang: str) -> None:
    home = Visitor(production, lang=lang).get("/").text
    assert "example-office" not in home
    assert not [login for login in LOGINS if login in home]


def test_a_demonstration_takes_the_click_of_its_own_page_alone(app: Flask, settings: Settings) -> None:
    visitor = Visitor(app)
    assert visitor.client.post(ADDRESS, data={"login": "0318"}).status_code == 400
    assert visitor.client.get_cookie("heyi") is None
    answer = visitor.post(ADDRESS, login="0318")
    assert (answer.status_code, answer.location) == (303, "/desk/inbox")
    assert "0318" in visitor.get("/desk/inbox").text


@pytest.mark.parametrize("login", ["", "nobody@example.cn", "admin"])
def test_a_demonstration_opens_no_other_account(app: Flask, login: str) -> None:
    visitor = Visitor(app)
    assert visitor.post(ADDRESS, login=login).status_code == 404
    assert visitor.client.get_cookie("heyi") is None


def test_an_account_with_a_password_of_its_own_is_not_opened(app: Flask) -> None:
    from registration.operations import accounts
    from registration.queries.accounts import account_by_login

    found = account_by_login("0318")
    assert found is not None
    accounts.change_password(accounts.actor_of(found), samples.PASSWORD, "a-long-new-one-42", now=clock.now())
    visitor = Visitor(app)
    answer = visitor.post(ADDRESS, login="0318")
    assert answer.status_code in (303, 401)
    assert visitor.client.get_cookie("heyi") is None
