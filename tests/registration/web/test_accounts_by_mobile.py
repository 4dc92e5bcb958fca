"""An account by mobile number: sign-up with a code by text message, sign-in, notices; consent to the privacy notice."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlmodel import select

from registration import clock, database
from registration.app import create_app
from registration.errors import InvalidInput
from registration.models import Account, SignUp
from registration.operations import accounts, sign_up
from registration.operations.act import act
from registration.queries.accounts import account_by_login
from registration.queries.notices import letters_to_applicant
from registration.rules.account_address import mobile_in
from registration.rules.privacy_notice import notice_version
from registration.settings import Settings
from tests.fixtures.cases import draft, individual
from tests.fixtures.office import case_of
from tests.fixtures.sign_up import code_for, signed_up
from tests.fixtures.visitor import Visitor, words, work_off

Visit = Callable[..., Visitor]
MOBILE, PASSWORD, NAME = "13800000007", "窗前有一株老梅树", "苏知禾"
FORM = {"name": NAME, "password": PASSWORD, "email": MOBILE}


def text_messages(settings: Settings) -> list[dict[str, str]]:
    return [json.loads(path.read_text()) for path in sorted((settings.home / "sms").glob("*.json"))]


def test_from_the_first_page_to_the_account(visit: Visit, settings: Settings) -> None:
    visitor = visit()
    assert "邮箱或者手机号码" in words(visitor.get("/sign-up"))
    address = visitor.post("/sign-up", **FORM, consent=notice_version()).headers["Location"]
    code = code_for(MOBILE, now=clock.now())
    assert code in visitor.get(address).text
    work_off()
    (message,) = text_messages(settings)
    assert (message["to"], code in message["text"]) == (MOBILE, True)
    assert visitor.post(address, code=code).status_code == 303
    shown = words(visitor.get("/account"))
    assert MOBILE in shown
    assert f"同意处理个人信息 {notice_version()}版" in shown or f"{notice_version()}版" in shown


def test_the_number_opens_however_it_is_typed(desk_app: Flask) -> None:
    made = signed_up(MOBILE, PASSWORD, NAME, now=clock.now())
    for typed in ("138 0000 0007", "138-0000-0007", "+86 13800000007", "0086 138 0000 0007"):
        _secret, account = accounts.sign_in(typed, PASSWORD, now=clock.now())
        assert account.id == made.id


def test_the_number_rests_sealed(desk_app: Flask) -> None:
    made = signed_up(MOBILE, PASSWORD, NAME, now=clock.now())
    assert made.email is None
    assert MOBILE not in f"{made.login} {made.mobile}"
    # A text that looks like a stored key is not one.
    assert account_by_login(made.login) is None


def test_a_number_that_has_an_account_makes_no_second(desk_app: Flask, settings: Settings) -> None:
    signed_up(MOBILE, PASSWORD, NAME, now=clock.now())
    sign_up.begin("138 0000 0007", PASSWORD, NAME, consent=notice_version(), now=clock.now())
    work_off()
    assert any("已经有账户" in one["text"] for one in text_messages(settings))
    with database.reading() as session:
        assert len(session.exec(select(Account).where(Account.name == NAME)).all()) == 1


def test_notices_go_to_the_phone(desk_app: Flask, settings: Settings) -> None:
    actor = accounts.actor_of(signed_up(MOBILE, PASSWORD, NAME, now=clock.now()))
    ref = draft("individual", individual(), registrar="330702", actor=actor, now=clock.now())
    act(ref, "withdraw", actor=actor, now=clock.now())
    (letter,) = letters_to_applicant("notify.withdrawal", case_of(ref).id)
    assert (letter.to, letter.subject) == (MOBILE, "")
    work_off()
    assert any("申请已撤回" in one["text"] for one in text_messages(settings))


@pytest.mark.parametrize("consent", ["", "yes", "2020-01"])
def test_no_account_without_consent_to_this_version(visit: Visit, consent: str) -> None:
    refused = visit().post("/sign-up", **FORM, consent=consent)
    assert refused.status_code == 422
    assert 'href="#consent"' in refused.text
    with database.reading() as session:
        assert session.exec(select(SignUp)).all() == []


def test_the_consent_is_kept_with_version_and_time(desk_app: Flask) -> None:
    now = clock.now()
    made = signed_up("qin@example.cn", PASSWORD, NAME, now=now)
    assert (made.consent_version, made.consented_at) == (notice_version(), now)


def test_where_no_text_messages_are_sent_a_number_is_refused(desk_app: Flask, settings: Settings) -> None:
    real = create_app(settings.model_copy(update={"mode": "production"}))
    page = Visitor(real).get("/sign-up")
    assert "邮箱或者手机号码" not in words(page)
    assert not settings.model_copy(update={"mode": "production"}).sends_sms
    offered = {"mode": "production", "sms": "http", "sms_url": "https://sms.example.cn/send"}
    assert settings.model_copy(update=offered).sends_sms


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("13800000007", "13800000007"),
        (" 138-0000 0007 ", "13800000007"),
        ("+4915112345678", "+4915112345678"),
        ("0318", None),
        ("13800000007x", None),
        ("su@example.cn", None),
        ("1380000000\u202e7", None),
    ],
)
def test_what_is_a_mobile_number(typed: str, number: str | None) -> None:
    assert mobile_in(typed) == number


def test_the_privacy_page_says_who_why_how_long_and_what_rights(visit: Visit) -> None:
    for lang, wanted in (
        ("zh", ("谁负责", "婺城区", "第十三条", "保存多久", "您的权利", "第四十五条", notice_version())),
        ("en", ("Who is responsible", "art. 13", "How long it is kept", "Your rights", "art. 45", notice_version())),
    ):
        page = words(visit(lang=lang).get("/privacy"))
        assert [one for one in wanted if one not in page] == []


def test_a_consent_cannot_be_given_by_the_operation_alone(desk_app: Flask) -> None:
    more: dict[str, Any] = {"consent": "", "now": clock.now()}
    with pytest.raises(InvalidInput) as refusal:
        sign_up.begin(MOBILE, PASSWORD, NAME, **more)
    assert [one.path for one in refusal.value.problems] == ["consent"]
