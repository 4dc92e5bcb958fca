"""`heyi users`: add, list, new password, disable."""

import json
from datetime import datetime

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from registration.cli.users import users
from registration.errors import NotSignedIn
from registration.operations import accounts, samples
from registration.operations.sign_in_tries import FREE_TRIES
from tests.fixtures.database import sqlite_only

PASSWORD = "longer-than-ten"


database_url = sqlite_only


@pytest.fixture(autouse=True)
def office(database_url: str, database: Engine, clock: datetime) -> None:
    samples.load_accounts(now=clock)


def heyi(*words: str) -> Result:
    return CliRunner().invoke(users, words)


def test_a_clerk_is_added_listed_and_disabled(clock: datetime) -> None:
    options = ("--name", "方言", "--role", "examiner", "--role", "window", "--registrar", "330783")
    assert heyi("add", "0919", *options, "--password", PASSWORD).exit_code == 0
    rows = json.loads(heyi("list", "--registrar", "330783", "--json").output)
    assert [(row["number"], row["roles"], row["state"]) for row in rows] == [("0919", "examiner, window", "active")]
    accounts.sign_in("0919", PASSWORD, now=clock)
    assert heyi("disable", "0919").exit_code == 0
    assert "disabled" in heyi("list", "--registrar", "330783").output
    with pytest.raises(NotSignedIn):
        accounts.sign_in("0919", PASSWORD, now=clock)


def test_what_is_wrong_is_said_and_nothing_made() -> None:
    options = ("--name", "方言", "--role", "examiner", "--registrar", "999999")
    refused = heyi("add", "0919", *options, "--password", "short")
    assert refused.exit_code == 1
    assert "six digits of a registrar" in refused.output
    assert "at least 10 characters" in refused.output
    assert heyi("add", "0217", *options[:-1], "330784", "--password", PASSWORD).exit_code == 1
    assert heyi("disable", "0919").exit_code == 1
    assert "0919" not in heyi("list").output


def test_mail_for_staff_goes_where_the_administrator_says() -> None:
    def address(number: str) -> str:
        rows = json.loads(heyi("list", "--registrar", "330702", "--json").output)
        found: str = next(row["email"] for row in rows if row["number"] == number)
        return found

    assert address("0318") == ""
    assert heyi("email", "0318", "desk@example.cn").exit_code == 0
    assert address("0318") == "desk@example.cn"
    assert heyi("email", "0318", "desk@nowhere\r\nBcc: x@example.cn").exit_code == 1
    assert address("0318") == "desk@example.cn"
    assert heyi("email", "0318").exit_code == 0
    assert address("0318") == ""
    assert heyi("email", "lin@example.cn", "a@example.cn").exit_code == 1
    options = ("--name", "方言", "--role", "examiner", "--registrar", "330702", "--password", PASSWORD)
    assert heyi("add", "0919", *options, "--email", "no address").exit_code == 1
    assert heyi("add", "0919", *options, "--email", "fang@example.cn").exit_code == 0
    assert address("0919") == "fang@example.cn"


@pytest.mark.parametrize("login", ["0318", "lin@example.cn"])
def test_who_forgot_a_password_gets_a_new_one_and_is_out_everywhere(clock: datetime, login: str) -> None:
    secret, _account = accounts.sign_in(login, samples.PASSWORD, now=clock)
    for _ in range(FREE_TRIES):
        with pytest.raises(NotSignedIn):
            accounts.sign_in(login, "what was it", now=clock)
    assert "well known" in heyi("password", login, "--password", "password123").output
    done = heyi("password", login, "--password", PASSWORD)
    assert done.output == f"{login}: password set, signed out everywhere\n"
    assert accounts.actor_for(secret, now=clock) is None
    accounts.sign_in(login, PASSWORD, now=clock)
    with pytest.raises(NotSignedIn):
        accounts.sign_in(login, samples.PASSWORD, now=clock)
    assert heyi("password", "0919", "--password", PASSWORD).exit_code == 1
