"""Signing up tells nobody whether an address has an account, and makes none without the owner of the address."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from flask import Flask
from sqlalchemy import Engine, event
from sqlmodel import select

from registration import clock, database
from registration.app import create_app
from registration.errors import InvalidInput, NotFound, TooManyAttempts
from registration.http.context import limiter
from registration.models import Account, AuditEntry, SignUp
from registration.operations import accounts, sign_up
from registration.operations.codes import MOST_MAILS, MOST_MAILS_A_DAY
from registration.operations.sweeps import forget
from registration.queries.accounts import account_by_login, secret_hash
from registration.queries.sign_ups import MOST_TRIES, code_of
from registration.rules.privacy_notice import notice_version
from registration.settings import Settings
from tests.fixtures.mails import plain_of
from tests.fixtures.sign_up import code_for, code_in, letters_to, signed_up
from tests.fixtures.visitor import Visitor, words, work_off
from tests.registration.api.conftest import Program

TAKEN, FREE = "lin@example.cn", "new@example.cn"
PASSWORD, NAME = "窗前有一株老梅树", "苏知禾"
FORM = {"name": NAME, "password": PASSWORD, "consent": notice_version()}


def begin(address: str) -> str:
    return sign_up.begin(address, PASSWORD, NAME, consent=notice_version(), now=clock.now())


def alike(page: str) -> str:
    """A page without what differs from one request to the next, and without the address itself."""
    return re.sub(r"[\w-]{40,}|name=\"csrf_token\" value=\"[^\"]+\"|\w+@example\.cn|v=\w+", "", page)


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """What the database is asked, without the values."""
    asked: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", hear)
    yield asked
    event.remove(engine, "before_cursor_execute", hear)


def test_the_pages_are_the_same_and_only_the_mails_differ(settings: Settings, app: Flask, database: Engine) -> None:
    # Outside a demonstration, where the page does not show the mail.
    real = create_app(settings.model_copy(update={"mode": "production"}))
    seen = []
    for address in (TAKEN, FREE):
        visitor = Visitor(real)
        with statements(database) as asked:
            answer = visitor.post("/sign-up", email=address, **FORM)
        page = visitor.get(answer.headers["Location"])
        wrong = visitor.post(answer.headers["Location"], code="12345")
        again = visitor.post(f"{answer.headers['Location'].partition('?')[0]}/mail")
        headers = sorted(name for name, _ in answer.headers)
        pages = [alike(one.text) for one in (answer, page, wrong)]
        statuses = [one.status_code for one in (answer, page, wrong, again)]
        seen.append((statuses, headers, pages, asked))
    assert seen[0] == seen[1]
    assert seen[0][0] == [303, 200, 422, 303]
    owner, new = (letters_to(address, now=clock.now())[-1] for address in (TAKEN, FREE))
    assert code_in(new.text) is not None
    assert code_in(owner.text) is None
    assert "/sign-in" in owner.text
    assert NAME not in owner.text + new.text, "a stranger's words do not reach the mailbox"


def test_the_answers_of_the_api_are_the_same(stranger: Program) -> None:
    told = [stranger.post("/accounts", json={**FORM, "email": address}) for address in (TAKEN, FREE)]
    assert [(one.status_code, sorted(one.json), len(one.json["secret"])) for one in told] == [
        (202, ["code_expires_at", "secret"], 43)
    ] * 2
    wrong = [
        stranger.post("/accounts/confirmation", json={"secret": one.json["secret"], "code": "12345"}) for one in told
    ]
    assert [one.status_code for one in wrong] == [422, 422]
    assert wrong[0].json["errors"] == wrong[1].json["errors"]


def test_no_account_without_the_code(app: Flask) -> None:
    secret, now = begin(FREE), clock.now()
    assert account_by_login(FREE) is None
    made = sign_up.confirm(secret, code_for(FREE, now=now), now=now)
    assert account_by_login(FREE) == made
    accounts.sign_in(FREE, PASSWORD, now=now)
    with database.reading() as session:
        entry = session.exec(select(AuditEntry).where(AuditEntry.tag == "account:sign_up")).one()
    assert (entry.subject, entry.result) == (f"account:{made.id}", "done")


def test_no_code_is_right_for_an_address_that_has_an_account(app: Flask) -> None:
    secret = begin(TAKEN)
    with pytest.raises(InvalidInput):
        sign_up.confirm(secret, code_of(secret_hash(secret)), now=clock.now())
    accounts.sign_in(TAKEN, "heyi-yanshi-2026", now=clock.now())


def test_a_code_is_tried_a_few_times(app: Flask) -> None:
    secret, now = begin(FREE), clock.now()
    right = code_for(FREE, now=now)
    for left in reversed(range(MOST_TRIES)):
        with pytest.raises(InvalidInput) as refusal:
            sign_up.confirm(secret, "not it", now=now)
        assert refusal.value.problems[0].data["left"] == left
    with pytest.raises(NotFound, match="sign_up_over"):
        sign_up.confirm(secret, right, now=now)


def test_a_code_runs_out(app: Flask, settings: Settings) -> None:
    secret, now = begin(FREE), clock.now()
    right = code_for(FREE, now=now)
    later = now + timedelta(minutes=settings.sign_up_code_minutes, seconds=1)
    with pytest.raises(NotFound, match="sign_up_over"):
        sign_up.confirm(secret, right, now=later)


def test_a_code_belongs_to_one_browser(app: Flask) -> None:
    """Who signs up with another's address and a password of their own never gets to use the owner's code."""
    attacker, _owner = begin(FREE), begin(FREE)
    code = code_for(FREE, now=clock.now())
    with pytest.raises(InvalidInput):
        sign_up.confirm(attacker, code, now=clock.now())


def test_nobodys_mailbox_is_filled(app: Flask) -> None:
    secret = begin(FREE)
    for _ in range(MOST_MAILS - 1):
        sign_up.send_again(secret, now=clock.now())
    with pytest.raises(TooManyAttempts, match="sign_up_mails"):
        sign_up.send_again(secret, now=clock.now())
    for _ in range(MOST_MAILS_A_DAY - MOST_MAILS):
        begin(FREE)
    with pytest.raises(TooManyAttempts, match="sign_up_mails"):
        begin(FREE)
    assert len(letters_to(FREE, now=clock.now())) == MOST_MAILS_A_DAY
    forget(now=clock.now() + timedelta(days=1, seconds=1))
    begin(FREE)


def test_an_account_ends_the_other_sign_ups_of_its_address(app: Flask) -> None:
    other = begin(FREE)
    signed_up(FREE, PASSWORD, NAME, now=clock.now())
    with pytest.raises(NotFound, match="sign_up_over"):
        sign_up.confirm(other, "000000", now=clock.now())
    with database.reading() as session:
        assert session.exec(select(SignUp)).all() == []


def test_the_mail_is_sent_and_says_the_code(app: Flask, settings: Settings) -> None:
    secret = begin("lan@例子.中国")
    code = code_for("lan@例子.中国", now=clock.now())
    work_off()
    (path,) = (settings.home / "mail").glob("*.eml")
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert mail["To"] == "lan@xn--fsqu00a.xn--fiqs8s"
    assert code in plain_of(mail)
    made = sign_up.confirm(secret, code, now=clock.now())
    assert account_by_login("LAN@xn--fsqu00a.xn--fiqs8s") == made


@pytest.mark.parametrize(("mode", "shown"), [("demo", True), ("production", False)])
def test_the_code_is_shown_in_a_demonstration_only(settings: Settings, app: Flask, mode: str, shown: bool) -> None:
    visitor = Visitor(create_app(settings.model_copy(update={"mode": mode})))
    page = visitor.get(visitor.post("/sign-up", email=FREE, **FORM).headers["Location"])
    code = code_for(FREE, now=clock.now())
    assert (code in page.text) == shown
    assert ("演示" in words(page)) == shown


def test_guessing_addresses_is_slowed_down(app: Flask) -> None:
    limiter.enabled = True
    visitor = Visitor(app)
    found = [visitor.post("/sign-up", email="x", **FORM).status_code for _ in range(11)]
    assert found == [422] * 10 + [429]


def test_an_account_of_two_addresses_that_are_one(app: Flask) -> None:
    made = signed_up("Qin@EXAMPLE.cn", PASSWORD, NAME, now=clock.now())
    for written in ("qin@example.cn", " QIN@example.cn ", "ｑｉｎ@example.cn"):
        assert account_by_login(written) == made
    with database.reading() as session:
        assert len(session.exec(select(Account).where(Account.name == NAME)).all()) == 1
