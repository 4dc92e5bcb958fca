"""Receivers of events: registered by two persons, told in order with a signature, repeated when they were away."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from flask import Flask
from sqlmodel import col, delete, select

from registration import clock, database, tasks
from registration.models import (
    Application,
    AuditEntry,
    EventCursor,
    HistoryEntry,
    Message,
    SettingChange,
    Webhook,
    WebhookDelivery,
)
from registration.operations import webhook_deliveries
from registration.rules.signed_requests import is_signed
from registration.settings import settings as settings_now
from tests.fixtures.receivers import Receiver, receiver, serving
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
SYSADMIN, SECADMIN = "0904", "0901"
KINDS = ["case.received", "case.decided", "licence.issued", "register.changed"]
DOCS = Path(__file__).parents[3] / "docs"


@pytest.fixture(autouse=True)
def sent_over_http(desk_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("HEYI_WEBHOOKS", "http")
    monkeypatch.setenv("HEYI_WEBHOOK_PRIVATE_NETWORKS", "true")
    settings_now.cache_clear()
    yield
    settings_now.cache_clear()


def registered(visit: Visit, url: str, kinds: list[str] = KINDS, *, asks: bool = False) -> str:
    """A receiver that two persons have registered, for all that happened; returns its address on the site."""
    form: dict[str, Any] = {"name": "小程序网关", "url": url, "events": kinds, "reason": "方便群众"}
    form |= {"asks_consent": "yes"} if asks else {}
    assert visit(SYSADMIN).post("/admin/webhooks/new", data=form).status_code == 303
    with database.reading() as session:
        change = session.exec(select(SettingChange.ref).where(SettingChange.status == "open")).one()
    assert visit(SYSADMIN).post(f"/admin/changes/{change}", decision="confirm").status_code == 403
    assert visit(SECADMIN).post(f"/admin/changes/{change}", decision="confirm").status_code == 303
    with database.transaction() as session:
        hook = session.exec(select(Webhook).order_by(col(Webhook.id).desc())).all()[0]
        hook.created_at -= timedelta(days=100)
        for cursor in session.exec(select(EventCursor)).all():
            cursor.position = 0
        return f"/admin/webhooks/{hook.ref}"


def secret_of(visitor: Visitor, page: str) -> str:
    found = re.search(r"whsec_[\w+/=]+", visitor.post(f"{page}/secret").text)
    assert found is not None
    return found[0]


def spread(at: datetime) -> None:
    while webhook_deliveries.spread(now=at, most=100):
        pass


def turn(at: datetime) -> None:
    """Lets every receiver whose time has come have one turn."""
    query = select(Message.id).where(Message.effect == webhook_deliveries.EFFECT, col(Message.due_at) <= at)
    with database.reading() as session:
        due = session.exec(query.order_by(col(Message.id))).all()
    with patch.object(clock, "now", lambda: at):
        for message in due:
            tasks.work_on(message or 0)


def rows(page: str) -> list[WebhookDelivery]:
    ref = page.rpartition("/")[2]
    with database.reading() as session:
        query = select(WebhookDelivery).join(Webhook).where(Webhook.ref == ref).order_by(col(WebhookDelivery.id))
        return list(session.exec(query).all())


def begun(ref: str) -> datetime:
    """The moment at which the case began: its scene may be older than this test."""
    with database.reading() as session:
        query = select(HistoryEntry.at).join(Application).where(Application.ref == ref).order_by(col(HistoryEntry.id))
        return session.exec(query).first() or clock.now()


def test_a_receiver_is_registered_by_two_persons_and_its_secret_is_shown_once(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = visit(SYSADMIN)
    monkeypatch.setenv("HEYI_WEBHOOK_PRIVATE_NETWORKS", "false")
    settings_now.cache_clear()
    refused = admin.post("/admin/webhooks/new", name="名称留着", url="https://192.168.1.9/x", reason="试")
    assert refused.status_code == 422
    assert not [kept for kept in ('href="#url"', 'href="#events"', 'value="名称留着"') if kept not in refused.text]
    page = registered(visit, "https://example.cn/events")
    assert "等生成密钥" in words(admin.get("/admin/webhooks"))
    secret = secret_of(admin, page)
    assert secret not in admin.get(page).text
    assert "只显示这一次" not in words(admin.get(page))
    with database.reading() as session:
        hook = session.exec(select(Webhook)).one()
        lines = session.exec(select(AuditEntry.tag).where(col(AuditEntry.tag).like("webhook:%"))).all()
    assert secret not in str(hook.secret)
    assert lines == ["webhook:register", "webhook:secret"]
    for stranger in (SECADMIN, "0320", "lin@example.cn"):
        assert visit(stranger).get(page).status_code == 403


def test_events_reach_the_documented_receiver_signed_and_once(
    visit: Visit, ref: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    program: dict[str, Any] = {"__name__": "example"}
    now = clock.now()
    later = now + timedelta(minutes=3)
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)) as there:
        page = registered(visit, f"http://127.0.0.1:{there.server_port}/", asks=True)
        monkeypatch.setenv("WEBHOOK_SECRET", secret_of(visit(SYSADMIN), page))
        exec(re.findall(r"```python\n(.*?)```", (DOCS / "webhooks.md").read_text(encoding="utf-8"), re.S)[0], program)
        program["Receiver"].log_message = lambda *_given: None
        there.RequestHandlerClass = program["Receiver"]
        spread(begun(ref))
        assert not rows(page), "what is too new may still be overtaken by an earlier number"
        spread(later)
        with patch("time.time", lambda: later.timestamp()):
            turn(later)
    told = [json.loads(body) for body in program["DONE"].values()]
    assert {one["type"] for one in told} == {f"cn.heyi.{kind}" for kind in KINDS}
    decided = next(one for one in told if one["type"] == "cn.heyi.case.decided")
    assert (decided["subject"], decided["specversion"]) == (ref, "1.0")
    assert decided["data"]["state"]["label"]["zh"]
    assert [row.status for row in rows(page)] == ["delivered"] * len(told)
    spread(later)
    assert len(rows(page)) == len(told)
    assert visit().get("/webhooks/event.schema.json").json["type"] == "object"
    assert decided["dataschema"].endswith("/webhooks/event.schema.json")


def have_tested(visitor: Visitor, page: str) -> None:
    assert visitor.post(f"{page}/test").status_code == 303


def test_one_that_is_away_holds_up_nobody_is_parked_and_sent_again_with_a_click(visit: Visit) -> None:
    admin = visit(SYSADMIN)
    with receiver() as away, receiver() as there:
        away.status, away.answer = 503, b"<b>" + b"closed " * 100
        first, second = registered(visit, away.url), registered(visit, there.url)
        secrets = {page: secret_of(admin, page) for page in (first, second)}
        have_tested(admin, first)
        have_tested(admin, first)
        have_tested(admin, second)
        now = clock.now() + timedelta(seconds=1)
        turn(now)
        assert len(away.received) == 1, "what comes after it waits with it"
        assert len(there.received) == 1
        headers, body = there.received[0]
        assert is_signed(headers, body, secrets=[secrets[second]], now=now)
        for _attempt in range(4):
            now += timedelta(minutes=31)
            turn(now)
        assert [row.status for row in rows(first)] == ["parked", "waiting"]
        assert "后台任务停下了" not in words(admin.get("/admin"))
        assert "推送没有送达" in words(admin.get("/admin"))
        shown = admin.get(page := first)
        assert "没有送达" in words(shown)
        assert "<b>closed" not in shown.text
        assert len(rows(page)[0].answer) == 200
        away.status = 200
        with patch.object(clock, "now", lambda: now):
            assert admin.post(f"{first}/deliveries/{rows(first)[0].id}").status_code == 303
        turn(now + timedelta(hours=1))
        assert [row.status for row in rows(first)] == ["delivered", "delivered"]
    ids = [headers["webhook-id"] for headers, _body in away.received]
    assert ids == [ids[0]] * 6 + [ids[6]]
    assert ids[6] != ids[0]


def test_one_that_asks_for_rest_gets_nothing_before_its_time(visit: Visit) -> None:
    admin = visit(SYSADMIN)
    with receiver() as there:
        there.status, there.headers = 429, {"Retry-After": "7200"}
        page = registered(visit, there.url)
        secret_of(admin, page)
        have_tested(admin, page)
        now = clock.now() + timedelta(seconds=1)
        turn(now)
        there.status = 204
        turn(now + timedelta(minutes=119))
        assert [row.status for row in rows(page)] == ["waiting"]
        turn(now + timedelta(minutes=121))
        assert [row.status for row in rows(page)] == ["delivered"]
    assert len(there.received) == 2


def test_a_receiver_gets_nothing_before_it_agrees_and_then_as_much_as_it_wants(visit: Visit) -> None:
    admin = visit(SYSADMIN)
    assert 'name="asks_consent" value="yes" checked' in admin.get("/admin/webhooks/new").text
    with receiver() as there:
        page = registered(visit, there.url, asks=True)
        secret_of(admin, page)
        have_tested(admin, page)
        assert "等问对方" in words(admin.get("/admin/webhooks"))
        now = clock.now() + timedelta(seconds=1)
        for _time in range(7):
            turn(now)
            now += timedelta(minutes=31)
        assert (there.received, there.asked) == ([], ["127.0.0.1"] * 7)
        assert [(row.status, row.attempts) for row in rows(page)] == [("waiting", 0)], "nothing is set aside meanwhile"
        assert "接收方还没有同意接收，问过7次" in words(shown := admin.get(page))
        assert "OPTIONS: 405" in words(shown)
        assert "等对方同意" in words(shown)
        assert "接收方还没有同意接收" in words(admin.get("/admin"))
        there.consent = {"WebHook-Allowed-Origin": "elsewhere.example"}
        have_tested(admin, page)
        turn(clock.now() + timedelta(seconds=1))
        assert (there.received, len(there.asked), len(rows(page))) == ([], 8, 1), "it is asked at once"
        there.consent = {"WebHook-Allowed-Origin": "127.0.0.1, other.example", "WebHook-Allowed-Rate": "2"}
        turn(now)
        assert "每分钟最多2次" in words(admin.get(page))
        for _more in range(2):
            have_tested(admin, page)
        turn(now + timedelta(seconds=1))
        assert len(there.received) == 2
        turn(now + timedelta(seconds=29))
        assert len(there.received) == 2, "two a minute are one in thirty seconds"
        turn(now + timedelta(seconds=32))
    assert (len(there.received), len(there.asked)) == (3, 9)


def test_a_receiver_may_agree_later_by_the_callback_of_a_question(visit: Visit) -> None:
    admin, nobody = visit(SYSADMIN), visit(lang="en")
    with receiver() as there:
        page = registered(visit, there.url, asks=True)
        secret_of(admin, page)
        have_tested(admin, page)
        now = clock.now() + timedelta(seconds=1)
        turn(now)
        base, callback = settings_now().public_url, there.callbacks[0]
        assert callback.startswith(f"{base}/webhooks/consent/")
        address = callback.removeprefix(base)
        assert "回调地址同意，到" in words(admin.get(page))
        unknown = [f"{address[:-1]}{'1' if address[-1] == '0' else '0'}", address.replace("consent/", "consent/x")]
        until = address.rpartition("/")[2].partition("-")[0]
        unknown.append(address.replace(until, str(int(until) + 86400)))
        for wrong in unknown:
            assert (refused := nobody.get(wrong)).status_code == 404
            assert "copy all of WebHook-Request-Callback" in words(refused)
        with patch("registration.web.webhooks.now", lambda: now + timedelta(days=3, minutes=1)):
            assert (over := nobody.get(address)).status_code == 410
        assert "wait for the next OPTIONS request" in words(over)
        assert nobody.client.head(address).status_code == 405
        turn(now + timedelta(minutes=31))
        assert (there.received, len(there.callbacks)) == ([], 2), "none of these was consent"
        agreed = visit().client.post(address, headers={"WebHook-Allowed-Rate": "2"})
        assert agreed.status_code == 200, "no page of this site sends it, and so no token"
        turn(clock.now() + timedelta(seconds=1))
        headers, _body = there.received[0]
        assert headers["webhook-request-origin"] == "127.0.0.1"
        assert "Events are agreed to" in words(nobody.get(there.callbacks[1].removeprefix(base)))
        assert "用回调地址同意 · 每分钟最多2次" in words(admin.get(page))
        with database.reading() as session:
            lines = session.exec(select(AuditEntry).where(AuditEntry.tag == "webhook:consent")).all()
        assert [line.data.get("origin") for line in lines] == [None, "127.0.0.1"]
        assert lines[1].data["changed"] == {"before": "missing", "after": "granted"}
        assert admin.post(f"{page}/state", state="removed").status_code == 303
        assert nobody.get(address).status_code == 404


def test_both_secrets_sign_for_a_day_and_a_pause_keeps_events(visit: Visit) -> None:
    admin = visit(SYSADMIN)
    with receiver() as there:
        page = registered(visit, there.url)
        old, new = secret_of(admin, page), secret_of(admin, page)
        have_tested(admin, page)
        assert admin.post(f"{page}/state", state="paused").status_code == 303
        now = clock.now() + timedelta(seconds=1)
        turn(now)
        assert not there.received
        assert admin.post(f"{page}/test").status_code == 303
        assert len(rows(page)) == 1, "nothing is tested while it is paused"
        assert admin.post(f"{page}/state", state="active").status_code == 303
        turn(now)
        check(there, old, new, now)
        have_tested(admin, page)
        later = now + timedelta(days=2)
        turn(later)
        headers, body = there.received[1]
        assert not is_signed(headers, body, secrets=[old], now=later)
        assert is_signed(headers, body, secrets=[new], now=later)
    assert admin.post(f"{page}/state", state="removed").status_code == 303
    assert admin.get(page).status_code == 404


def check(there: Receiver, old: str, new: str, at: datetime) -> None:
    headers, body = there.received[0]
    assert all(is_signed(headers, body, secrets=[secret], now=at) for secret in (old, new))


def test_without_a_receiver_nothing_is_read_and_old_deliveries_are_forgotten(visit: Visit, examined: str) -> None:
    assert not webhook_deliveries.spread(now=clock.now(), most=10)
    with receiver() as there:
        page = registered(visit, there.url)
        secret_of(visit(SYSADMIN), page)
        have_tested(visit(SYSADMIN), page)
        turn(clock.now() + timedelta(seconds=1))
    with database.transaction() as session:
        webhook_deliveries.forget(session, now=clock.now() + timedelta(days=31))
    assert not rows(page)
    with database.transaction() as session:
        session.exec(delete(EventCursor))
