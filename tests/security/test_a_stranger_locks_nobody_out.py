"""Wrong passwords from elsewhere keep no owner out; wrong passwords in great number still get nowhere."""

import re
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from registration import clock
from registration.app import create_app
from registration.errors import NotSignedIn, TooManyAttempts
from registration.operations import accounts, samples
from registration.operations.sign_in_tries import FREE_TRIES
from registration.settings import Settings
from tests.fixtures.concurrently import concurrently
from tests.fixtures.database import database_url
from tests.registration.api.conftest import Program

pytestmark = pytest.mark.both_engines

# The count must hold on both databases, so these tests run on each.
__all__ = ["database_url"]

CLERK = "0318"
OWNER, STRANGER = "198.51.100.7", "203.0.113.9"


def sign_in(client: FlaskClient, login: str, password: str, *, address: str = STRANGER) -> TestResponse:
    origin = {"REMOTE_ADDR": address}
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in", environ_base=origin).text)
    assert found is not None
    form = {"csrf_token": found[1], "login": login, "password": password}
    return client.post("/sign-in", data=form, environ_base=origin)


def attack(app: Flask, login: str, *, address: str = STRANGER, times: int = FREE_TRIES) -> TestResponse:
    stranger = app.test_client()
    return [sign_in(stranger, login, "a wrong one", address=address) for _ in range(times)][-1]


def test_the_owner_signs_in_from_elsewhere_while_a_stranger_waits(app: Flask) -> None:
    attack(app, CLERK, times=FREE_TRIES + 3)
    waiting = sign_in(app.test_client(), CLERK, samples.PASSWORD)
    assert waiting.status_code == 429
    assert "账户没有锁定" in waiting.text
    assert sign_in(app.test_client(), CLERK, samples.PASSWORD, address=OWNER).status_code == 303


def test_a_known_device_is_let_in_from_the_strangers_own_address(app: Flask) -> None:
    """An office has one address for all, and the attacker may sit in it."""
    own = app.test_client()
    assert sign_in(own, CLERK, samples.PASSWORD).status_code == 303
    own.delete_cookie("heyi")
    attack(app, CLERK, times=FREE_TRIES + 3)
    assert sign_in(app.test_client(), CLERK, samples.PASSWORD).status_code == 429
    assert sign_in(own, CLERK, samples.PASSWORD).status_code == 303


def test_a_device_is_known_for_the_accounts_that_signed_in_on_it_only(app: Flask) -> None:
    own = app.test_client()
    sign_in(own, CLERK, samples.PASSWORD)
    own.delete_cookie("heyi")
    attack(app, "0317")
    assert sign_in(own, "0317", samples.PASSWORD).status_code == 429
    cookie = own.get_cookie("heyi-device")
    assert cookie is not None
    name, code = cookie.value.split(".")
    for forged in (f"{name}.{'0' * 32}", f"other.{code}", "", ".", "一"):
        thief = app.test_client()
        thief.set_cookie("heyi-device", forged)
        assert sign_in(thief, "0317", samples.PASSWORD).status_code == 429


def test_a_device_waits_for_its_own_wrong_tries(app: Flask) -> None:
    own = app.test_client()
    sign_in(own, CLERK, samples.PASSWORD)
    own.delete_cookie("heyi")
    answers = [sign_in(own, CLERK, "a wrong one").status_code for _ in range(FREE_TRIES + 1)]
    assert answers == [422] * FREE_TRIES + [429]


def test_half_an_ipv6_network_is_one_source(app: Flask) -> None:
    for place in range(FREE_TRIES):
        attack(app, CLERK, address=f"2001:db8:1:2::{place + 1:x}", times=1)
    assert attack(app, CLERK, address="2001:db8:1:2:ffff::1", times=1).status_code == 429
    assert attack(app, CLERK, address="2001:db8:1:3::1", times=1).status_code == 422


def test_an_account_that_is_not_there_waits_alike(app: Flask) -> None:
    known, unknown = (attack(app, login, times=FREE_TRIES + 1) for login in (CLERK, "0399"))
    assert known.status_code == unknown.status_code == 429


def test_tries_are_counted_over_all_processes(app: Flask, settings: Settings) -> None:
    for place in range(FREE_TRIES):
        attack(create_app(settings) if place % 2 else app, CLERK, times=1)
    assert sign_in(create_app(settings).test_client(), CLERK, samples.PASSWORD).status_code == 429


def test_tries_at_the_same_time_are_all_counted(app: Flask) -> None:
    guess = partial(accounts.sign_in, CLERK, "a wrong one", now=clock.now(), source="address:x")
    refused = concurrently([guess] * (FREE_TRIES + 7)).refused
    kinds = [type(error) for error in refused]
    assert kinds.count(NotSignedIn) == FREE_TRIES
    assert kinds.count(TooManyAttempts) == 7


def test_the_api_waits_too_and_says_how_long(app: Flask, stranger: Program) -> None:
    wrong = {"login": CLERK, "password": "a wrong one"}
    for _ in range(FREE_TRIES):
        assert stranger.post("/tokens", json=wrong).status_code == 401
    refused = stranger.post("/tokens", json=wrong | {"password": samples.PASSWORD})
    assert (refused.status_code, refused.json["code"]) == (429, "sign_in_waits")
    assert 0 < int(refused.headers["Retry-After"]) <= 31
    elsewhere = {"environ_base": {"REMOTE_ADDR": OWNER}}
    assert stranger.post("/tokens", json=wrong | {"password": samples.PASSWORD}, **elsewhere).status_code == 201
