"""Signing in and out in the browser, what guards it, and how the pages speak."""

import json
import re

import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from registration import clock, keys, logs
from registration.access import access
from registration.app import create_app
from registration.http.context import SIGN_IN_LIMIT, limiter
from registration.operations import accounts, samples
from registration.rules.privacy_notice import notice_version
from registration.settings import Settings
from registration.web.security import local_path
from registration.web.wording import device_words
from tests.fixtures.marks import some_of
from tests.fixtures.sign_up import code_for

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def app(database_url: str, settings: Settings, database: Engine) -> Flask:
    keys.make(settings.keys)
    samples.load_accounts(now=clock.now())
    return create_app(settings)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def token(client: FlaskClient, path: str = "/sign-in") -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found is not None
    return found[1]


def sign_in(client: FlaskClient, login: str = "lin@example.cn", **more: str) -> TestResponse:
    form = {"csrf_token": token(client), "login": login, "password": samples.PASSWORD, **more}
    return client.post("/sign-in", data=form, headers={"User-Agent": FIREFOX})


def cookie(client: FlaskClient) -> str:
    found = client.get_cookie("heyi")
    assert found is not None
    return found.value


def test_signing_in_leads_to_the_page_that_was_asked_for(client: FlaskClient) -> None:
    refused = client.get("/account?tab=1")
    assert refused.status_code == 303
    assert refused.headers["Location"] == "/sign-in?next=/account?tab%3D1"
    page = client.get(refused.headers["Location"])
    assert 'name="next" value="/account?tab=1"' in page.text
    answer = sign_in(client, next="/account?tab=1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account?tab=1")
    assert "林知夏" in client.get("/account").text


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "/%0d%0aX: 1\r\n", "evil"]
)
def test_next_leads_nowhere_else(client: FlaskClient, target: str) -> None:
    assert sign_in(client, next=target).headers["Location"].startswith("/")
    assert local_path(target) is None


@given(st.text(max_size=30))
def test_a_local_path_has_no_host(target: str) -> None:
    path = local_path(target)
    assert path is None or (path.startswith("/") and path[1:2] not in ("/", "\\"))


def test_a_stolen_cookie_is_worth_nothing_after_sign_out(app: Flask, client: FlaskClient) -> None:
    sign_in(client)
    stolen, form = cookie(client), client.get_cookie("heyi-form")
    thief = app.test_client()
    thief.set_cookie("heyi", stolen)
    assert thief.get("/account").status_code == 200
    client.post("/sign-out", data={"csrf_token": token(client, "/account")})
    thief.set_cookie("heyi-form", form.value if form else "")
    assert thief.get("/account").status_code == 303
    assert client.get_cookie("heyi") is None


def test_signing_in_changes_the_secret(client: FlaskClient) -> None:
    client.set_cookie("heyi", "planted-by-somebody")
    sign_in(client)
    first = cookie(client)
    assert first != "planted-by-somebody"
    assert client.get("/sign-in").status_code == 303, "who is signed in is led on"
    client.post("/sign-out", data={"csrf_token": token(client, "/account")})
    sign_in(client)
    assert cookie(client) != first


def test_a_wrong_password_and_an_unknown_account_read_alike(client: FlaskClient) -> None:
    pages = [sign_in(client, login, password="x" * 9) for login in ("lin@example.cn", "nobody@example.cn")]
    assert [page.status_code for page in pages] == [422, 422]
    said = [re.sub(r"csrf_token\" value=\"[^\"]+|\w+@example\.cn", "", page.text) for page in pages]
    assert said[0] == said[1]
    assert "<title>错误：登录" in pages[0].text
    assert 'class="errors" role="alert"' in pages[0].text
    assert 'href="#login"' in pages[0].text
    assert 'aria-describedby="login-h login-e"' in pages[0].text
    assert 'value="lin@example.cn"' in pages[0].text, "what was typed is kept"
    assert "x" * 9 not in pages[0].text, "the password is not sent back"


def test_every_post_needs_the_form_s_token(client: FlaskClient) -> None:
    form = {"login": "lin@example.cn", "password": samples.PASSWORD}
    answer = client.post("/sign-in", data=form)
    assert answer.status_code == 400
    assert "这一页已经过期" in answer.text
    assert "页面放得太久" in answer.text
    assert client.get_cookie("heyi") is None
    sign_in(client)
    assert client.post("/account/sessions/end", data={"mark": "0"}).status_code == 400


def test_guessing_is_slowed_down_before_any_hash(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    form = {"csrf_token": token(client), "password": "x" * 9}
    most = int(SIGN_IN_LIMIT.partition("/")[0])
    logins = [f"nobody-{place}@example.cn" for place in range(most)]
    assert {client.post("/sign-in", data={**form, "login": login}).status_code for login in logins} == {422}
    monkeypatch.setattr(accounts, "sign_in", lambda *_a, **_k: pytest.fail("hashed after the limit"))
    answer = client.post("/sign-in", data={**form, "login": "nobody@example.cn"})
    assert answer.status_code == 429
    assert "操作太频繁" in answer.text


def test_a_new_account_is_signed_in_and_told_what_is_wrong(client: FlaskClient) -> None:
    form = {"csrf_token": token(client, "/sign-up"), "name": "秦望舒", "email": "qin@example.cn", "password": "short"}
    form["consent"] = notice_version()
    refused = client.post("/sign-up", data=form)
    assert refused.status_code == 422
    assert "密码太短，请至少用8个字符" in refused.text
    assert 'value="qin@example.cn"' in refused.text
    asked = client.post("/sign-up", data={**form, "password": "窗前有一株老梅树"})
    assert asked.status_code == 303
    page = client.get(asked.headers["Location"])
    assert "qin@example.cn" in page.text
    code = code_for("qin@example.cn", now=clock.now())
    wrong = client.post(asked.headers["Location"], data={**form, "code": f"{(int(code) + 1) % 10**6:06d}"})
    assert wrong.status_code == 422
    assert "还可以再试4次" in wrong.text
    made = client.post(asked.headers["Location"], data={**form, "code": f" {code[:3]} {code[3:]} "})
    assert (made.status_code, made.headers["Location"]) == (303, "/applications")
    assert "账户已经建立" in client.get("/applications").text
    assert "秦望舒" in client.get("/account").text
    assert "qin@example.cn" in client.get("/account").text
    over = client.get(asked.headers["Location"])
    assert (over.status_code, "这个验证码不能再用" in over.text) == (404, True)


def test_one_sees_and_ends_the_sessions_on_other_devices(app: Flask, client: FlaskClient) -> None:
    other = app.test_client()
    sign_in(other)
    sign_in(client)
    page = client.get("/account").text
    assert page.count("Firefox · Linux") == 2
    marks = re.findall(r'name="mark" value="(\w+)"', page)
    assert len(marks) == 1, "one's own session has no button"
    assert cookie(other) not in page
    form = {"csrf_token": token(client, "/account"), "mark": marks[0]}
    assert client.post("/account/sessions/end", data=form).status_code == 303
    assert other.get("/account").status_code == 303
    assert client.post("/account/sessions/end", data=form).status_code == 404


def test_a_changed_password_is_the_only_one(client: FlaskClient) -> None:
    sign_in(client)
    form = {"csrf_token": token(client, "/account"), "current": "wrong", "new": "short"}
    refused = client.post("/account/password", data=form)
    assert refused.status_code == 422
    assert 'href="#current"' in refused.text
    assert 'href="#new"' in refused.text
    form |= {"current": samples.PASSWORD, "new": "窗前有一株老梅树"}
    assert client.post("/account/password", data=form).status_code == 303
    assert "密码已经更换" in client.get("/account").text
    fresh = client.application.test_client()
    assert sign_in(fresh).status_code == 422
    assert sign_in(fresh, password="窗前有一株老梅树").status_code == 303


def test_staff_see_their_desk_by_number(client: FlaskClient) -> None:
    sign_in(client, "0218")
    page = client.get("/account").text
    assert 'class="desk"' in page
    assert "0218号" in page
    assert "金华市市场监督管理局" in page


def test_chinese_comes_first_and_english_by_a_link_that_keeps_the_query(client: FlaskClient) -> None:
    first = client.get("/sign-in?next=/account", headers={"Accept-Language": "en"})
    assert '<html lang="zh-Hans">' in first.text
    assert 'href="/sign-in?next=%2Faccount&amp;lang=en"' in first.text
    turned = client.get("/sign-in?next=%2Faccount&lang=en")
    assert (turned.status_code, turned.headers["Location"]) == (303, "/sign-in?next=%2Faccount")
    page = client.get(turned.headers["Location"]).text
    assert '<html lang="en">' in page
    assert "<title>Sign in - Heyi</title>" in page
    assert "Demo" in page
    assert client.get("/?lang=xx").status_code == 200


def test_the_language_of_letters_is_kept_with_the_account(client: FlaskClient) -> None:
    sign_in(client)
    form = {"csrf_token": token(client, "/account"), "locale": "en"}
    client.post("/account/language", data=form)
    page = client.get("/account").text
    assert "My account" in page
    assert re.search(r'value="en" checked', page)
    assert client.post("/account/language", data={**form, "locale": "fr"}).status_code == 422


def test_large_text_is_a_plain_link(client: FlaskClient) -> None:
    client.get("/?size=large")
    assert '<html lang="zh-Hans" class="large">' in client.get("/").text
    client.get("/help?size=normal")
    assert '<html lang="zh-Hans">' in client.get("/").text


@pytest.mark.parametrize(
    "path", some_of(["/", "/help", "/privacy", "/sign-in", "/accessibility", "/sign-up", "/nowhere"], every=3)
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_public_pages_stand_under_a_strict_policy(client: FlaskClient, path: str, lang: str) -> None:
    client.set_cookie("lang", lang)
    answer = client.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert re.search(r"style=|<script(?![^>]*src=)", answer.text) is None
    assert answer.text.count("<h1") == 1
    assert len(answer.headers["X-Request-Id"]) == 16


def test_signed_in_pages_are_not_kept_by_the_browser(client: FlaskClient) -> None:
    sign_in(client)
    assert client.get("/account").headers["Cache-Control"] == "no-store"
    assert client.get("/").headers["Cache-Control"] == "no-store"
    sheet = re.search(r'href="(/static/heyi\.css\?v=\w+)"', client.get("/").text)
    assert sheet is not None
    with client.get(sheet[1]) as answer:
        assert "immutable" in answer.headers["Cache-Control"]


def test_https_binds_the_cookie_to_the_host(app: Flask, settings: Settings) -> None:
    safe = create_app(settings.model_copy(update={"public_url": "https://heyi.example"}))
    client = safe.test_client()
    page = client.get("/sign-in", base_url="https://heyi.example")
    assert page.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    form = {"csrf_token": found[1] if found else "", "login": "lin@example.cn", "password": samples.PASSWORD}
    headers = {"Referer": "https://heyi.example/sign-in"}
    answer = client.post("/sign-in", data=form, base_url="https://heyi.example", headers=headers)
    kept = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("__Host-heyi=")]
    assert len(kept) == 1
    assert all(word in kept[0] for word in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"))
    assert "Domain" not in kept[0]


def test_samples_are_told_in_a_demonstration_only(settings: Settings, client: FlaskClient) -> None:
    assert samples.PASSWORD in client.get("/sign-in").text
    real = create_app(settings.model_copy(update={"mode": "production"})).test_client()
    page = real.get("/sign-in").text
    assert samples.PASSWORD not in page
    assert "lin@example.cn" not in page
    assert 'class="phase"' not in page


def test_a_bearer_token_opens_no_page_and_a_cookie_no_api(app: Flask, client: FlaskClient) -> None:
    program, _ = accounts.sign_in("lin@example.cn", samples.PASSWORD, now=clock.now(), kind="api")
    assert client.get("/account", headers={"Authorization": f"Bearer {program}"}).status_code == 303
    client.set_cookie("heyi", program)
    assert client.get("/account").status_code == 303


def test_a_fault_of_ours_says_its_number_and_nothing_inside(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> str:
        raise RuntimeError("password of 330702189003071236 and 13800138000")

    app.add_url_rule("/broken", "broken", access("public")(broken))
    answer = app.test_client().get("/broken")
    assert answer.status_code == 500
    assert answer.headers["X-Request-Id"] in answer.text
    assert "RuntimeError" not in answer.text
    written = capsys.readouterr().err
    assert "RuntimeError" in written
    assert "330702********1236" in written
    assert "138****8000" in written
    assert "18900307" not in written


def test_requests_are_logged_without_paths_or_secrets(client: FlaskClient, capsys: pytest.CaptureFixture[str]) -> None:
    sign_in(client)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    posted = next(line for line in lines if line.get("method") == "POST")
    assert (posted["route"], posted["status"]) == ("/sign-in", 303)
    assert "request_id" in posted
    assert cookie(client) not in str(lines)
    assert samples.PASSWORD not in str(lines)


def test_log_lines_hide_what_is_personal() -> None:
    event = {"event": "x", "password": "p", "who": ["lin@example.cn", {"id_no": "1"}], "n": 3}
    assert logs.without_secrets(None, "", event) == {
        "event": "x",
        "password": "***",
        "who": ["***@***", {"id_no": "***"}],
        "n": 3,
    }


@pytest.mark.broker
def test_attempts_are_counted_in_the_broker_for_all_processes(
    valkey: redis.Redis, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One limiter serves a process: that an earlier test's broker was away must not be remembered here.
    monkeypatch.setattr(limiter, "_storage_dead", False)
    sign_in(client)
    counted = [key.decode() for key in valkey.keys("*") if isinstance(key, bytes)]
    assert any("heyi" in key and "account.sign_in" in key for key in counted)


def test_devices_are_named_as_people_do() -> None:
    assert device_words(FIREFOX) == "Firefox · Linux"
