"""A forgotten password: only who reads the owner's mail or phone sets a new one, once, in a short time, and the answer
shows to no stranger whether an address has an account."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlmodel import col, select

from registration import clock, database
from registration.app import create_app
from registration.errors import InvalidInput, NotFound, NotSignedIn, TooManyAttempts
from registration.http.context import limiter
from registration.models import Account, AuditEntry, Message, PasswordReset, SignIn
from registration.operations import accounts, password_reset
from registration.operations.codes import MOST_MAILS, MOST_MAILS_A_DAY
from registration.operations.sweeps import forget
from registration.queries.accounts import account_by_login, secret_hash
from registration.queries.password_resets import EFFECT, reset_letter
from registration.queries.sign_ups import MOST_TRIES, code_of
from registration.settings import Settings
from tests.fixtures.sign_up import code_in
from tests.fixtures.visitor import Visitor, words, work_off
from tests.registration.api.conftest import Program
from tests.security.test_sign_up_tells_nothing import alike, statements

LIN, NOBODY, STAFF = "lin@example.cn", "nobody@example.cn", "0318"
OLD, NEW = "heyi-yanshi-2026", "窗前有一株老梅树"


def begin(address: str = LIN) -> str:
    return password_reset.begin(address, now=clock.now())


def code_of_latest() -> str:
    """The code in the latest message, as its reader sees it."""
    with database.reading() as session:
        payloads = session.exec(select(Message.payload).where(Message.effect == EFFECT).order_by(col(Message.id))).all()
    letter = reset_letter(payloads[-1]["sign_up"], now=clock.now())
    assert letter is not None
    return code_in(letter.text) or ""


def test_the_answer_and_the_statements_are_the_same_for_any_address(
    settings: Settings, app: Flask, database: Engine
) -> None:
    real = create_app(settings.model_copy(update={"mode": "production"}))
    seen = []
    for address in (LIN, NOBODY):
        visitor = Visitor(real)
        with statements(database) as asked:
            answer = visitor.post("/password-reset", email=address)
        page = visitor.get(answer.headers["Location"])
        wrong = visitor.post(answer.headers["Location"], code="12345", password=NEW)
        again = visitor.post(f"{answer.headers['Location']}/mail")
        pages = [alike(one.text) for one in (answer, page, wrong)]
        seen.append(([one.status_code for one in (answer, page, wrong, again)], pages, asked))
    assert seen[0] == seen[1]
    assert seen[0][0] == [303, 200, 422, 303]


def test_an_address_without_an_account_gets_no_message_and_no_code_is_right(app: Flask, settings: Settings) -> None:
    secret = begin(NOBODY)
    work_off()
    assert not list((settings.home / "mail").glob("*.eml"))
    with pytest.raises(InvalidInput):
        password_reset.confirm(secret, code_of(secret_hash(secret)), NEW, now=clock.now())
    assert account_by_login(NOBODY) is None


def test_the_new_password_opens_and_every_session_ends(app: Flask) -> None:
    session_secret, account = accounts.sign_in(LIN, OLD, now=clock.now())
    token, _ = accounts.sign_in(LIN, OLD, now=clock.now(), kind="api")
    secret = begin()
    password_reset.confirm(secret, code_of_latest(), NEW, now=clock.now())
    assert accounts.actor_for(session_secret, now=clock.now()) is None
    assert accounts.actor_for(token, now=clock.now(), kind="api") is None
    with pytest.raises(NotSignedIn):
        accounts.sign_in(LIN, OLD, now=clock.now())
    accounts.sign_in(LIN, NEW, now=clock.now())
    with database.reading() as session:
        line = session.exec(select(AuditEntry).where(AuditEntry.tag == "account:reset_password")).one()
    assert (line.subject, line.result) == (f"account:{account.id}", "done")


def test_the_owner_hears_of_the_change(app: Flask, settings: Settings) -> None:
    secret = begin()
    password_reset.confirm(secret, code_of_latest(), NEW, now=clock.now())
    work_off()
    texts = [path.read_bytes().decode("ascii", "replace") for path in (settings.home / "mail").glob("*.eml")]
    assert len(texts) == 1
    assert "To: lin@example.cn" in texts[0]


def test_a_code_works_once_and_ends_the_other_requests(app: Flask) -> None:
    other, secret = begin(), begin()
    code = code_of_latest()
    password_reset.confirm(secret, code, NEW, now=clock.now())
    for used in (secret, other):
        with pytest.raises(NotFound, match="sign_up_over"):
            password_reset.confirm(used, code, NEW, now=clock.now())


def test_a_code_is_tried_a_few_times_and_runs_out(app: Flask, settings: Settings) -> None:
    secret, now = begin(), clock.now()
    code = code_of_latest()
    for left in reversed(range(MOST_TRIES)):
        with pytest.raises(InvalidInput) as refusal:
            password_reset.confirm(secret, "not it", NEW, now=now)
        assert refusal.value.problems[0].data["left"] == left
    with pytest.raises(NotFound):
        password_reset.confirm(secret, code, NEW, now=now)
    late, code = begin(), code_of_latest()
    with pytest.raises(NotFound):
        password_reset.confirm(late, code, NEW, now=now + timedelta(minutes=settings.sign_up_code_minutes, seconds=1))


def test_a_poor_password_costs_no_try(app: Flask) -> None:
    secret = begin()
    for poor in ("short", "12345678", LIN):
        with pytest.raises(InvalidInput) as refusal:
            password_reset.confirm(secret, "000000", poor, now=clock.now())
        assert [one.path for one in refusal.value.problems] == ["password"]
    with database.reading() as session:
        assert session.exec(select(PasswordReset.tries)).one() == 0


def test_nobodys_mailbox_is_filled(app: Flask) -> None:
    secret = begin()
    for _ in range(MOST_MAILS - 1):
        password_reset.send_again(secret, now=clock.now())
    with pytest.raises(TooManyAttempts):
        password_reset.send_again(secret, now=clock.now())
    for _ in range(MOST_MAILS_A_DAY - MOST_MAILS):
        begin()
    with pytest.raises(TooManyAttempts):
        begin()
    forget(now=clock.now() + timedelta(days=1, seconds=1))
    begin()


def test_a_disabled_account_and_staff_get_none(app: Flask) -> None:
    with database.transaction() as session:
        account = account_by_login(LIN)
        assert account is not None
        session.exec(select(Account).where(Account.id == account.id)).one().disabled_at = clock.now()
    begin()
    with database.reading() as session:
        (payload,) = session.exec(select(Message.payload).where(Message.effect == EFFECT)).all()
    assert reset_letter(payload["sign_up"], now=clock.now()) is None
    with pytest.raises(InvalidInput):
        begin(STAFF)


def test_asking_is_slowed_down(app: Flask) -> None:
    limiter.enabled = True
    visitor = Visitor(app)
    assert [visitor.post("/password-reset", email="x").status_code for _ in range(11)] == [422] * 10 + [429]


def test_through_pages_and_api(app: Flask, stranger: Program) -> None:
    visitor = Visitor(app)
    assert "/password-reset" in visitor.get("/sign-in").text
    address = visitor.post("/password-reset", email=LIN).headers["Location"]
    page = visitor.get(address)
    assert "演示：这里不发邮件和短信" in words(page)
    assert visitor.post(address, code=code_of_latest(), password=NEW).headers["Location"] == "/sign-in"
    assert "请用新密码登录" in words(visitor.get("/sign-in"))
    assert visitor.post("/sign-in", login=LIN, password=NEW).status_code == 303

    begun: Any = stranger.post("/passwords", json={"email": LIN})
    assert begun.status_code == 202
    given = {"secret": begun.json["secret"], "code": code_of_latest(), "password": "another long phrase"}
    assert stranger.post("/passwords/confirmation", json=given).status_code == 204
    assert stranger.post("/passwords/confirmation", json=given).status_code == 404
    with database.reading() as session:
        assert session.exec(select(SignIn)).all() == []


Visit = Callable[..., Visitor]


def test_no_code_is_stored_in_the_clear(app: Flask) -> None:
    begin()
    code = code_of_latest()
    with database.reading() as session:
        row = session.exec(select(PasswordReset)).one()
    assert not re.search(code, f"{row.secret_hash} {row.email} {row.address_hash}")
    assert LIN not in row.email
