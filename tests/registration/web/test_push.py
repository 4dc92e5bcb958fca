"""Pushes to devices: by choice, without personal data, gone with the device, and nobody else's."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlmodel import col, select

from registration import clock, database, outbox
from registration import settings as configuration
from registration.keys.field_encryption import MARK
from registration.keys.push import public_key
from registration.models import AuditEntry, Message, PushSubscription
from registration.operations import push, reminders
from registration.operations.act import act
from registration.queries.push import EFFECT
from registration.rules.notice_preferences import notice_kinds
from registration.settings import Settings
from tests.fixtures.cases import actor_of, draft, individual
from tests.fixtures.office import CLERK, LIN, case_of
from tests.fixtures.push_service import PushService
from tests.fixtures.visitor import Visitor, words, work_off

Visit = Callable[..., Visitor]
ANOTHER = "zhou@example.cn"


@pytest.fixture
def service(desk_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    """A push service on this machine, which the office calls."""
    for name, value in {"PUSH": "web", "PUSH_LOOPBACK": "1", "PUSH_CONTACT": "mailto:it@example.cn"}.items():
        monkeypatch.setenv(f"HEYI_{name}", value)
    configuration.settings.cache_clear()
    with PushService() as running:
        yield running


def withdrawn() -> str:
    """A case of the applicant that was withdrawn, which is a notice of the kind `progress`."""
    lin = actor_of(LIN)
    ref = draft("individual", individual(), registrar="330702", actor=lin, now=clock.now())
    act(ref, "withdraw", actor=lin, now=clock.now())
    return ref


def rows() -> list[PushSubscription]:
    with database.reading() as session:
        return list(session.exec(select(PushSubscription).order_by(col(PushSubscription.id))).all())


def waiting() -> list[Message]:
    with database.reading() as session:
        return list(session.exec(select(Message).where(col(Message.effect) == EFFECT)).all())


def test_a_device_gets_what_its_owner_wants(visit: Visit, service: PushService, settings: Settings) -> None:
    lin, phone, computer = visit(LIN), service.browser("phone"), service.browser("computer")
    assert f'data-push="{public_key(settings)}"' in lin.get("/account").text
    for browser in (phone, computer, phone):
        assert lin.post("/account/push", **browser.form).headers["Location"] == "/account#push"
    assert len(rows()) == 2, "a browser that was there already is one device"
    assert all(row.endpoint.startswith(MARK) and row.secret.startswith(MARK) for row in rows())
    ref = withdrawn()
    work_off()
    for browser in (phone, computer):
        (content,) = service.read(browser)
        assert (content["kind"], content["path"], content["lang"]) == ("withdrawal", f"/applications/{ref}", "zh-Hans")
        assert content["text"] == f"申请{ref}有新的进展，请登录查看。"
        assert not {"林", "双溪"} & set(str(content))
    _path, headers, body = service.received[0]
    assert (headers["Content-Encoding"], headers["Urgency"], headers["TTL"]) == ("aes128gcm", "normal", "259200")
    assert len(headers["Topic"]) == 32
    assert ref.encode() not in body
    claims = service.claims(headers["Authorization"], key=public_key(settings))
    assert (claims["aud"], claims["sub"]) == (service.origin, "mailto:it@example.cn")
    assert 0 < claims["exp"] - clock.now().timestamp() <= 24 * 3600
    lin.post("/account/notices", channel="mail", wanted=[key for key in notice_kinds() if key != "progress"])
    withdrawn()
    work_off()
    assert len(service.received) == 2, "the kind is switched off"


def test_what_needs_an_answer_is_urgent_and_in_the_readers_language(visit: Visit, service: PushService) -> None:
    lin, phone = visit(LIN), service.browser("phone")
    lin.post("/account/push", **phone.form)
    lin.post("/account/language", locale="en")
    ref = draft("individual", individual(), registrar="330702", actor=actor_of(LIN), now=clock.now())
    with database.transaction() as session:
        outbox.put(session, "notify.correction", now=clock.now(), application_id=case_of(ref).id)
    work_off()
    assert [one["text"] for one in service.read(phone)] == [
        f"Application {ref} needs something of you. Please sign in."
    ]
    assert service.received[0][1]["Urgency"] == "high"


def test_who_is_asked_to_sign_gets_a_push_without_the_link(visit: Visit, service: PushService) -> None:
    phone, own = service.browser("phone"), service.browser("own")
    signer = visit(ANOTHER)
    signer.post("/account/push", **phone.form)
    visit(LIN).post("/account/push", **own.form)
    form = individual()
    form["people"][0] |= {"email": ANOTHER}
    ref = draft("individual", form, registrar="330702", actor=actor_of(LIN), now=clock.now())
    act(ref, "request_signatures", actor=actor_of(LIN), now=clock.now())
    work_off()
    (content,) = service.read(phone)
    assert (content["kind"], content["path"]) == ("invite", "/"), "the application is another person's"
    assert content["text"] == f"申请{ref}请您签名，链接已经发到您的邮箱或者手机。"
    assert service.received[0][1]["Urgency"] == "high"
    signer.post("/account/notices", channel="mail", wanted=[key for key in notice_kinds() if key != "reminders"])
    with clock.moved_to(clock.now() + timedelta(days=3)):
        reminders.remind_waiting(now=clock.now(), most=10)
        work_off()
    assert len(service.read(phone)) == 1, "reminders are switched off"
    assert service.read(own) == []


@pytest.mark.parametrize(("status", "left", "still"), [(410, 0, 0), (429, 1, 1), (403, 1, 1)])
def test_what_the_push_service_answers_counts(
    visit: Visit, service: PushService, caplog: pytest.LogCaptureFixture, status: int, left: int, still: int
) -> None:
    caplog.set_level("INFO")
    visit(LIN).post("/account/push", **service.browser("phone").form)
    service.status = status
    withdrawn()
    work_off()
    assert (len(rows()), len(waiting()), len(service.received)) == (left, still, 1)
    assert "/send/phone" not in caplog.text, "the address of a device is a secret"
    if still:
        (message,) = waiting()
        assert message.last_error
        assert service.origin not in message.last_error


def test_devices_are_their_owners(visit: Visit, service: PushService) -> None:
    lin, other, phone = visit(LIN), visit(ANOTHER), service.browser("phone")
    lin.post("/account/push", **phone.form)
    (row,) = rows()
    mark = row.endpoint_hash[:16]
    assert f'data-device="{mark}"' in lin.get("/account").text
    assert mark not in other.get("/account").text
    assert other.post("/account/push/off", mark=mark).status_code == 404
    assert other.post("/account/push/off", mark="").status_code == 404
    assert len(rows()) == 1
    other.post("/account/push", **phone.form)
    assert mark not in lin.get("/account").text, "one browser shows the notices of one person"
    withdrawn()
    work_off()
    assert service.received == []
    assert other.post("/account/push/off", mark=mark).status_code == 303
    assert rows() == []
    with database.reading() as session:
        chosen = select(AuditEntry).where(col(AuditEntry.tag).startswith("account:push"))
        lines = [(line.tag, line.data["mark"]) for line in session.exec(chosen.order_by(col(AuditEntry.id))).all()]
    assert lines == [("account:push_on", mark)] * 2 + [("account:push_off", mark)]


def test_a_device_that_is_removed_meanwhile_gets_nothing(visit: Visit, service: PushService) -> None:
    lin = visit(LIN)
    lin.post("/account/push", **service.browser("phone").form)
    case = case_of(withdrawn())
    (row,) = rows()
    about = {"device": row.id, "account": row.account_id, "about": "notify.decision"}
    with database.transaction() as session:
        outbox.put(session, EFFECT, now=clock.now(), application_id=case.id, **about)
    lin.post("/account/push/off", mark=row.endpoint_hash[:16])
    work_off()
    assert (service.received, waiting()) == ([], [])


def test_a_subscription_that_cannot_be_used_is_refused_in_words(
    visit: Visit, service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    lin, phone = visit(LIN), service.browser("phone")
    for wrong in ({"endpoint": "https://intranet.example/x"}, {"p256dh": "AA"}, {"auth": ""}):
        refused = lin.post("/account/push", **phone.form | wrong)
        assert refused.status_code == 422
        assert "请换一个浏览器" in words(refused)
    monkeypatch.setattr(push, "MOST_DEVICES", 2)
    for number in range(3):
        answer = lin.post("/account/push", **service.browser(str(number)).form)
    assert answer.status_code == 422
    assert "已经有2台设备" in words(answer)
    assert len(rows()) == 2
    assert visit(CLERK).post("/account/push", **phone.form).status_code == 404


def test_nothing_is_offered_where_nothing_is_sent(
    desk_app: Flask, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 'id="push"' in visit(LIN).get("/account").text
    assert 'id="push"' not in visit(CLERK).get("/account").text
    monkeypatch.setattr(Settings, "pushes", False)
    page = visit(LIN).get("/account")
    assert 'id="push"' not in page.text
    assert "添加到主屏幕" in words(page)
    phone = {"endpoint": "https://fcm.googleapis.com/x", "p256dh": "AA", "auth": "AA"}
    assert visit(LIN).post("/account/push", **phone).status_code == 404
