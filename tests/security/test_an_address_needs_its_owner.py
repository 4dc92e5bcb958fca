"""An account's e-mail address and mobile number: only a person who knows the password and reads the messages there adds
one, an address of another account is refused without showing it, and every earlier address is told."""

import json
import re
from collections import defaultdict
from collections.abc import Callable
from email import message_from_bytes, policy

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlmodel import col, select

from registration import clock, database
from registration.app import create_app
from registration.errors import NotFound, NotSignedIn
from registration.models import AddressChange, AuditEntry, Message
from registration.operations import accounts, addresses, password_reset, samples
from registration.queries.accounts import account_by_login, secret_hash
from registration.queries.address_changes import EFFECT, address_letter
from registration.queries.sign_ups import code_of
from registration.settings import Settings
from tests.fixtures.cases import actor_of
from tests.fixtures.mails import plain_of
from tests.fixtures.sign_up import code_in
from tests.fixtures.visitor import Visitor, words, work_off
from tests.registration.api.conftest import Program
from tests.security.test_sign_up_tells_nothing import alike, statements

LIN, ZHOU, MOBILE, FREE = "lin@example.cn", "zhou@example.cn", "13800000007", "new@example.cn"
OWN = {"password": samples.PASSWORD}


def letters(settings: Settings) -> dict[str, str]:
    """Address -> all that was sent there."""
    found: dict[str, str] = defaultdict(str)
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in settings.home.glob("mail/*.eml")]
    texts = [json.loads(path.read_text()) for path in settings.home.glob("sms/*.json")]
    for mail in mails:
        found[str(mail["To"])] += plain_of(mail)
    for one in texts:
        found[one["to"]] += one["text"]
    return found


def code_sent() -> str:
    """The code of the latest message, as its reader sees it."""
    with database.reading() as session:
        payloads = session.exec(select(Message.payload).where(Message.effect == EFFECT).order_by(col(Message.id))).all()
    letter = address_letter(payloads[-1]["sign_up"], now=clock.now())
    assert letter is not None
    return code_in(letter.text) or ""


def test_an_account_gets_a_number_changes_its_address_and_loses_it(app: Flask, settings: Settings) -> None:
    visitor = Visitor(app, LIN)
    wrong = visitor.post("/account/address", address="13800", password="not it")
    assert (wrong.status_code, 'href="#address"' in wrong.text, 'href="#password"' in wrong.text) == (422, True, True)
    assert "您的账户已经在用它" in visitor.post("/account/address", address=" LIN@example.cn", **OWN).text
    assert "请先加上另一个" in visitor.get("/account/address/remove?kind=email").text
    for address in (MOBILE, FREE):
        page = visitor.post("/account/address", address=address, **OWN).headers["Location"]
        assert code_sent() in visitor.get(page).text
        assert visitor.post(page, code="12345").status_code == 422
        assert visitor.post(page, code=code_sent()).status_code == 303
        assert visitor.get(page).status_code == 404
        work_off()
    told = letters(settings)
    assert ("n***@example.cn" in told[LIN], "n***@example.cn" in told[MOBILE]) == (True, True)
    assert "138****0007" in told[MOBILE]
    for opens in (FREE, "138-0000-0007"):
        accounts.sign_in(opens, samples.PASSWORD, now=clock.now())
    with pytest.raises(NotSignedIn):
        accounts.sign_in(LIN, samples.PASSWORD, now=clock.now())
    assert "请再输入一次" in visitor.post("/account/address/remove", kind="email", password="not it").text
    assert visitor.post("/account/address/remove", kind="email", **OWN).status_code == 303
    shown = words(visitor.get("/account"))
    assert (MOBILE in shown, FREE in shown) == (True, False)
    assert visitor.post("/account/address/remove", kind="mobile", **OWN).status_code == 409
    account = account_by_login(MOBILE)
    assert account is not None
    assert account.id == actor_of(MOBILE).account_id
    with database.reading() as session:
        lines = session.exec(select(AuditEntry).where(AuditEntry.tag == "account:change_address")).all()
    done = [(line.data["kind"], line.data["change"]) for line in lines if line.result == "done"]
    assert done == [("mobile", "set"), ("email", "set"), ("email", "remove")]
    assert MOBILE not in str([line.data for line in lines])


def test_a_number_that_was_added_sets_a_new_password(app: Flask) -> None:
    addresses.confirm(
        actor_of(LIN), addresses.begin(actor_of(LIN), MOBILE, **OWN, now=clock.now()), code_sent(), now=clock.now()
    )
    secret = password_reset.begin(MOBILE, now=clock.now())
    password_reset.confirm(secret, code_of(secret_hash(secret)), "窗前有一株老梅树", now=clock.now())
    accounts.sign_in(LIN, "窗前有一株老梅树", now=clock.now())


def test_an_address_of_another_account_looks_like_a_free_one(settings: Settings, app: Flask, database: Engine) -> None:
    real, seen = create_app(settings.model_copy(update={"mode": "production"})), []
    for address in (ZHOU, FREE):
        visitor = Visitor(real, LIN)
        visitor.get("/check")
        with statements(database) as asked:
            answer = visitor.post("/account/address", address=address, **OWN)
        page = visitor.get(answer.headers["Location"])
        wrong = visitor.post(answer.headers["Location"], code="12345")
        again = visitor.post(f"{answer.headers['Location']}/mail")
        pages = [alike(re.sub(r"<time.*?</time>", "", one.text)) for one in (answer, page, wrong)]
        seen.append(([one.status_code for one in (answer, page, wrong, again)], pages, asked))
    assert seen[0] == seen[1]
    assert seen[0][0] == [303, 200, 422, 303]
    work_off()
    assert "已经属于您的账户" in letters(settings)[ZHOU]


def test_no_code_is_right_for_an_address_that_is_taken_nor_for_another_session(app: Flask) -> None:
    secret = addresses.begin(actor_of(LIN), ZHOU, **OWN, now=clock.now())
    visitor, code = Visitor(app, LIN), code_of(secret_hash(secret))
    assert visitor.post(f"/account/address/{secret}", code=code).status_code == 422
    free = addresses.begin(actor_of(LIN), FREE, **OWN, now=clock.now())
    with pytest.raises(NotFound, match="sign_up_over"):
        addresses.confirm(actor_of(ZHOU), free, code_sent(), now=clock.now())
    assert Visitor(app, ZHOU).get(f"/account/address/{free}").status_code == 404
    assert Visitor(app, "0318").get("/account/address").status_code == 404
    with database.reading() as session:
        assert [one.email for one in session.exec(select(AddressChange)) if "@example" in one.email] == []


def test_a_program_adds_and_removes_an_address(app: Flask, program: Callable[[str], Program]) -> None:
    caller = program(LIN)
    path = "/accounts/me/addresses"
    refused = caller.post(path, json={"address": "13800", "password": samples.PASSWORD})
    assert (refused.status_code, refused.json["errors"][0]["path"]) == (422, "address")
    begun = caller.post(path, json={"address": MOBILE, **OWN})
    assert begun.status_code == 202
    assert caller.post(f"{path}/code", json={"secret": begun.json["secret"]}).status_code == 204
    done = caller.post(f"{path}/confirmation", json={"secret": begun.json["secret"], "code": code_sent()})
    assert (done.json["email"], done.json["mobile"]) == (LIN, MOBILE)
    for kind, status in (("email", 200), ("mobile", 409)):
        assert caller.post(f"{path}/removal", json={"kind": kind, **OWN}).status_code == status
