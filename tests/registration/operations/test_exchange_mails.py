"""Who looks after the system gets a mail when an agency cannot be reached, once, and when a day differs."""

from datetime import datetime, time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from unittest.mock import patch

import pytest
from flask.testing import FlaskClient
from sqlmodel import col, select

from registration import clock, database, tasks
from registration.models import Message
from registration.operations import exchange_days, staff
from registration.queries.exchange_mails import AWAY, DIFFERS, MISSED
from registration.rules.channels import Exchange
from registration.settings import Settings
from tests.fixtures.database import sqlite_only
from tests.fixtures.mails import plain_of
from tests.fixtures.receivers import receiver
from tests.fixtures.visitor import Visitor, words
from tests.registration.operations.test_exchange import (
    Channels,
    channels,
    deliveries,
    program,
    put,
    ref,
    said,
    secret_of,
    turn,
)

__all__ = ["channels", "database_url", "program", "ref"]

database_url = sqlite_only
ADMINISTRATOR = "xitong@example.cn"


@pytest.fixture(autouse=True)
def _administrator(ref: str) -> None:
    staff.set_email("0904", ADMINISTRATOR, now=clock.now(), by="test")


def mails(settings: Settings, effect: str, now: datetime) -> list[EmailMessage]:
    """Those that are sent for the messages of this effect."""
    with database.reading() as session:
        waiting = session.exec(select(Message.id).where(col(Message.effect) == effect)).all()
    with patch.object(clock, "now", lambda: now):
        for message in waiting:
            tasks.work_on(message or 0)
    files = (settings.home / "mail").glob("*.eml")
    every = (message_from_bytes(path.read_bytes(), policy=policy.default) for path in files)
    return [mail for mail in every if mail["to"] == ADMINISTRATOR]


def test_an_agency_that_cannot_be_reached_is_told_once(ref: str, channels: Channels, settings: Settings) -> None:
    with receiver() as there:
        channels(tax=Exchange(webhook=there.url))
        secret_of("tax")
        put(ref, "tax")
        there.status, now = 503, clock.now() + timedelta(seconds=1)
        begun = f"{clock.local(now):%Y-%m-%d %H:%M}"
        for _attempt in range(7):
            turn(now)
            now += timedelta(hours=4)
    (mail,) = mails(settings, AWAY, now)
    assert str(mail["subject"]) == "国家税务局联系不上"
    assert f"从{begun}起" in plain_of(mail)
    assert "503" in plain_of(mail)


def test_a_day_that_differs_is_told(ref: str, channels: Channels, program: FlaskClient, settings: Settings) -> None:
    with receiver() as there:
        channels(tax=Exchange(webhook=there.url))
        secret = secret_of("tax")
        put(ref, "tax")
        now = clock.now() + timedelta(seconds=1)
        turn(now)
    (sent,) = deliveries("tax")
    day = clock.local_date(now).isoformat()
    good = {"kind": "received", "day": day, "deliveries": [{"delivery": sent.ref, "digest": sent.digest}]}
    assert said(program, secret, good).json["missing"] == 0
    assert mails(settings, DIFFERS, now) == []
    said(program, secret, {**good, "deliveries": []})
    (mail,) = mails(settings, DIFFERS, clock.now() + timedelta(minutes=1))
    assert "缺1条，内容不同0条" in plain_of(mail)


def test_a_list_that_does_not_come_by_its_hour_is_told_once_and_may_come_late(
    ref: str, channels: Channels, program: FlaskClient, settings: Settings
) -> None:
    with receiver() as there:
        channels(tax=Exchange(webhook=there.url, lists_by=11))
        secret = secret_of("tax")
        put(ref, "tax")
        turn(clock.now() + timedelta(seconds=1))
    (sent,) = deliveries("tax")
    assert sent.day is not None
    due = datetime.combine(sent.day + timedelta(days=1), time(11), tzinfo=clock.local(clock.now()).tzinfo)
    exchange_days.await_lists(now=due - timedelta(minutes=1))
    assert mails(settings, MISSED, due) == []
    for _round in range(2):
        exchange_days.await_lists(now=due)
    (mail,) = mails(settings, MISSED, due)
    assert str(mail["subject"]) == f"国家税务局没有报来{sent.day}的清单"
    assert "推送给国家税务局1条信息，其中0条已经有回执" in plain_of(mail)
    admin = Visitor(program.application, "0904")
    shown = words(admin.get("/admin/exchange"))
    assert "缺清单" in shown
    assert "到时没有清单" in shown
    assert "部门没有按时报清单" in words(admin.get("/admin"))
    late = {"kind": "received", "day": sent.day.isoformat(), "deliveries": []}
    assert said(program, secret, late).json["missing"] == 1
    shown = words(admin.get("/admin/exchange"))
    assert "晚到" in shown
    assert "到时没有清单" not in shown
