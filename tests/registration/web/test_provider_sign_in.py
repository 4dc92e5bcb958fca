"""Sign-in by a provider, through the pages and against one that runs: whose account opens, and what opens none."""

from collections.abc import Callable
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine, text
from sqlmodel import select

from registration import database
from registration.app import create_app
from registration.models import Account, IdentityLink
from registration.operations import samples
from registration.rules.privacy_notice import notice_version
from registration.settings import Settings
from tests.fixtures.cases import person
from tests.fixtures.identity_provider import IdentityProvider, new_key
from tests.fixtures.office import CLERK, LIN
from tests.fixtures.sign_in_providers import (
    audit_lines,
    sent,
    sent_back,
    signed_in_at,
    whole_first_time,
    written_to,
)
from tests.fixtures.visitor import Visitor, value_of, words

Visit = Callable[..., Visitor]
FAULTS = ("nonce", "audience", "issuer", "expired", "key", "alg none", "shared secret", "person")


def links() -> list[IdentityLink]:
    with database.reading() as session:
        return list(session.exec(select(IdentityLink)))


def accounts() -> int:
    with database.reading() as session:
        return len(session.exec(select(Account.id)).all())


def test_nothing_shows_where_no_provider_is_configured(desk_app: Flask) -> None:
    somebody, lin = Visitor(desk_app), Visitor(desk_app, LIN)
    assert "不用密码登录" not in words(somebody.get("/sign-in"))
    assert "登录用的身份" not in words(lin.get("/account"))
    for path in ("/sign-in/with/city", "/account/identities/link/city", "/account/identities/unlink"):
        assert (somebody.post(path).status_code, lin.post(path).status_code) == (404, 404)
    assert somebody.get("/sign-in/with/city/return?state=x&code=y").status_code == 404


def test_a_first_sign_in_makes_an_account_and_the_next_one_opens_it(arrive: Visit, provider: IdentityProvider) -> None:
    provider.person |= {"email": "new@example.cn", "email_verified": True}
    somebody = arrive()
    assert "用市民一号通登录" in words(somebody.get("/sign-in"))
    page = signed_in_at(somebody, next="/applications")
    assert page.status_code == 303
    first = words(somebody.get(page.location))
    assert "new@example.cn" in first
    assert "核验程度高" in first
    assert somebody.post(page.location, what="create").status_code == 422
    made = somebody.post(page.location, what="create", consent=notice_version())
    assert (made.status_code, made.location) == (303, "/applications")
    asked = provider.asked[0]
    assert (asked["code_challenge_method"], asked["scope"], "nonce" in asked) == ("S256", "openid profile", True)

    again = signed_in_at(arrive(), next="/account")
    assert (again.status_code, again.location) == (303, "/account")
    account = words(somebody.get("/account"))
    assert "市民一号通，核验程度：高" in account
    assert "这个账户没有密码" in account
    assert audit_lines("account:link_identity") == [("done", "city", "high")]
    assert audit_lines("account:sign_in") == [("done", "city", "high")] * 2
    # No password opens the account, not even the one that stands in for accounts that do not exist.
    for password in ("x", "nobody has this password"):
        assert arrive().post("/sign-in", login="new@example.cn", password=password).status_code == 422


def test_number_and_subject_are_nowhere_in_the_clear(
    arrive: Visit, provider: IdentityProvider, database: Engine
) -> None:
    provider.person |= {"email": "new@example.cn", "email_verified": True}
    page = signed_in_at(arrive())
    somebody = arrive()
    whole_first_time(somebody, what="create", consent=notice_version())
    assert page.status_code == 303
    with database.connect() as connection:
        tables = ("identity_link", "provider_visit", "sign_in", "audit_entry")
        stored = str([connection.execute(text(f"select * from {table}")).all() for table in tables])
    assert "identity_link" not in stored
    for secret in (provider.person["id_no"], "subject-1", person("p1")["name"], "new@example.cn"):
        assert secret not in stored


def test_an_account_with_the_same_address_is_linked_by_its_password_alone(
    arrive: Visit, provider: IdentityProvider
) -> None:
    provider.person |= {"email": LIN, "email_verified": True}
    before, somebody = accounts(), arrive()
    page = signed_in_at(somebody, next="/account")
    assert f"{LIN}已经有账户" in words(somebody.get(page.location))
    assert somebody.post(page.location, what="create", consent=notice_version()).status_code == 409
    wrong = somebody.post(page.location, what="link", password="not this one")
    assert wrong.status_code == 422
    assert links() == []
    right = sent(somebody, page.location, what="link", password=samples.PASSWORD)
    assert right.location == "/account"
    assert "已经关联" in words(somebody.get("/account"))
    assert accounts() == before
    assert signed_in_at(arrive(), next="/account").location == "/account"
    # The page was used up.
    assert "已经用过或者过期" in words(somebody.post(page.location, what="link", password=samples.PASSWORD))


def test_an_address_that_is_not_verified_opens_and_makes_nothing(arrive: Visit, provider: IdentityProvider) -> None:
    provider.person |= {"email": LIN, "email_verified": False}
    somebody = arrive()
    page = signed_in_at(somebody)
    first = words(somebody.get(page.location))
    assert LIN not in first
    assert "没有给出核实过的邮箱或者手机号码" in first
    refused = somebody.post(page.location, what="create", consent=notice_version())
    assert refused.status_code == 422
    # Staff are not linked by a citizen's identity, and are signed in by it even less.
    staff = somebody.post(page.location, what="link", login=CLERK, password=samples.PASSWORD)
    assert staff.status_code == 403
    assert somebody.get("/desk/inbox").status_code == 303
    assert links() == []


def test_an_answer_that_proves_nothing_opens_nothing(arrive: Visit, provider: IdentityProvider) -> None:
    somebody = arrive()
    for fault in FAULTS:
        provider.fault = fault
        refused = signed_in_at(somebody)
        assert (fault, refused.status_code) == (fault, 403)
        assert "不能确认您的身份" in words(refused)
    provider.fault = ""
    assert signed_in_at(somebody).status_code == 303


def test_a_key_that_was_changed_is_fetched_anew(arrive: Visit, provider: IdentityProvider) -> None:
    assert signed_in_at(arrive()).status_code == 303
    provider.key = new_key("second")
    assert signed_in_at(arrive()).status_code == 303


def test_what_was_typed_comes_back_from_the_provider(arrive: Visit, provider: IdentityProvider) -> None:
    typed = {"carries": "yes", "typed.trade": "双溪 <样例>", "next": "/applications/x/name"}
    somebody = arrive()
    provider.error = "access_denied"
    declined = signed_in_at(somebody, **typed)
    assert "您在市民一号通取消了登录" in words(declined)
    assert value_of(declined, "typed.trade") == "双溪 <样例>"
    assert value_of(declined, "next") == "/applications/x/name"

    provider.error = ""
    provider.person |= {"email": LIN, "email_verified": True}
    page = signed_in_at(somebody, **typed)
    linked = somebody.post(page.location, what="link", password=samples.PASSWORD)
    assert value_of(linked, "trade") == "双溪 <样例>"
    assert 'action="/applications/x/name"' in linked.text


def test_a_provider_that_is_away_leaves_the_password(settings: Settings, open_app: Flask, home: Path) -> None:
    away = create_app(settings.model_copy(update={"oidc": written_to(home / "keys", "http://127.0.0.1:9")}))
    somebody = Visitor(away, lang="en")
    typed = {"carries": "yes", "typed.trade": "typed", "next": "/account"}
    page = somebody.post("/sign-in/with/city", data=typed)
    assert page.status_code == 503
    assert "City ID does not answer" in words(page)
    assert (value_of(page, "typed.trade"), value_of(page, "next")) == ("typed", "/account")
    assert somebody.post("/sign-in", login=LIN, password=samples.PASSWORD, next="/account").location == "/account"


def test_what_is_too_long_to_wait_stays_on_the_page(arrive: Visit, provider: IdentityProvider) -> None:
    long = "长" * 200_000
    page = arrive().post("/sign-in/with/city", data={"carries": "yes", "typed.words": long})
    assert page.status_code == 409
    assert "填写的内容太长" in words(page)
    assert value_of(page, "typed.words") == long


def test_a_visit_is_of_one_browser_and_used_once(arrive: Visit, provider: IdentityProvider) -> None:
    somebody, another = arrive(), arrive()
    signed_in_at(another)
    back = sent_back(somebody.post("/sign-in/with/city"))
    assert "不是从这个浏览器开始的" in words(another.get(back))
    assert "不是从这个浏览器开始的" in words(somebody.get(back.replace("/city/", "/office/")))
    assert somebody.get(back).status_code == 303
    assert somebody.get(back).status_code == 422


def test_the_session_is_a_new_one_and_leads_nowhere_else(arrive: Visit, provider: IdentityProvider) -> None:
    lin = arrive(LIN)
    provider.person |= {"email": LIN, "email_verified": True}
    whole_first_time(lin, what="link", password=samples.PASSWORD)
    before = lin.client.get_cookie("heyi")
    again = signed_in_at(lin, next="//evil.example/")
    after = lin.client.get_cookie("heyi")
    assert (again.status_code, again.location.startswith("/applications")) == (303, True)
    assert before is not None
    assert after is not None
    assert before.value != after.value
    lin.client.set_cookie("heyi", before.value)
    assert lin.get("/account").status_code == 303


def test_a_provider_for_staff_opens_accounts_that_exist(arrive: Visit, provider: IdentityProvider) -> None:
    provider.person = {"sub": "clerk", "employee": CLERK, "roles": ["director"]}
    before = accounts()
    clerk = arrive()
    assert signed_in_at(clerk, "office").status_code == 303
    assert clerk.get("/desk/inbox").status_code == 200
    assert clerk.get("/desk/dashboard").status_code == 403
    assert "核验程度：没有说明" in words(clerk.get("/account"))

    # Another person to whom the number passed, a number that nobody has, and the clerk with another number.
    for sub, number in (("another", CLERK), ("stranger", "9999"), ("clerk", "0319")):
        provider.person = {"sub": sub, "employee": number}
        refused = signed_in_at(arrive(), "office")
        assert (sub, refused.status_code) == (sub, 403)
        assert "请找安全管理员" in words(refused)
    assert (accounts(), len(links())) == (before, 1)
    assert "市民一号通" not in words(clerk.get("/account"))
    assert [result for result, _provider, _level in audit_lines("account:sign_in")][-4:] == ["done", *["refused"] * 3]
