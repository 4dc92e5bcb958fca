"""The exchange with agencies: in order after a day away, done once, nonsense refused, and every day compared."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.request import Request

import pytest
from flask.testing import FlaskClient
from sqlmodel import col, select

from registration import clock, database, tasks
from registration.app import create_app
from registration.models import AgencyReceipt, Application, ExchangeDelivery, ExchangePeer, Message, Part
from registration.operations import exchange, exchange_days, share
from registration.queries import exchange as known_channels
from registration.queries.sharing import AgencyEnvelope, envelopes_for
from registration.rules.channels import Exchange, Sftp
from registration.rules.city import Agency, city
from registration.rules.signed_requests import is_signed, signed_headers
from registration.settings import Settings
from registration.settings import settings as settings_now
from tests.fixtures.agency_server import agency_server, make_key
from tests.fixtures.cases import actor_of
from tests.fixtures.cases_of_others import at_agencies
from tests.fixtures.database import sqlite_only
from tests.fixtures.licences import issued
from tests.fixtures.office import opened
from tests.fixtures.receivers import Receiver, receiver
from tests.fixtures.scenes import prepared, scene
from tests.fixtures.visitor import Visitor, words

Channels = Callable[..., None]
database_url = sqlite_only


@pytest.fixture
def ref(database_url: str, settings: Settings, database: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A registration of today. Events are sent, also to this machine."""
    opened(settings, now=clock.now())
    made = scene("a licence of today", settings, lambda: issued(clock.now()))
    monkeypatch.setenv("HEYI_WEBHOOKS", "http")
    monkeypatch.setenv("HEYI_WEBHOOK_PRIVATE_NETWORKS", "true")
    settings_now.cache_clear()
    yield made
    settings_now.cache_clear()


@pytest.fixture
def channels(monkeypatch: pytest.MonkeyPatch) -> Channels:
    """`channels(tax=…)` gives agencies of the city their channels."""

    def give(**by_name: Exchange) -> None:
        rows: dict[str, Agency] = {
            one.shared_as: one.model_copy(update={"exchange": by_name[one.shared_as]})
            for one in city().agencies
            if one.shared_as in by_name
        }
        for module in (known_channels, exchange, exchange_days):
            monkeypatch.setattr(module, "with_channel", lambda: rows)
        for name in ("operations.exchange_messages", "api.exchange", "queries.exchange_mails"):
            monkeypatch.setattr(f"registration.{name}.with_channel", lambda: rows)

    return give


def secret_of(agency: str) -> str:
    return exchange.give_secret(agency, actor=actor_of("0904"), now=clock.now())


def put(ref: str, agency: str, *, editions: int = 1) -> None:
    """Puts the agency's record of the registration down, and corrected ones after it."""
    with database.transaction() as session:
        case = session.exec(select(Application).where(Application.ref == ref)).one()
        [own] = [one for one in envelopes_for(case.id) if one.agency == agency]
        several = [replace(own, key=f"{own.key[:-1]}{number}") for number in range(1, editions + 1)]
        exchange.put(session, case, several, now=clock.now())
        exchange.put(session, case, several, now=clock.now())


def turn(at: datetime) -> None:
    with database.reading() as session:
        query = select(Message.id).where(Message.effect == exchange.EFFECT, col(Message.due_at) <= at)
        due = session.exec(query).all()
    with patch.object(clock, "now", lambda: at):
        for message in due:
            tasks.work_on(message or 0)


def deliveries(agency: str) -> list[ExchangeDelivery]:
    with database.reading() as session:
        query = select(ExchangeDelivery).where(ExchangeDelivery.agency == agency)
        return list(session.exec(query.order_by(col(ExchangeDelivery.sequence))).all())


def peer(agency: str) -> ExchangePeer:
    with database.reading() as session:
        return session.get_one(ExchangePeer, agency)


def receipt(agency: str) -> AgencyReceipt:
    with database.reading() as session:
        return session.exec(select(AgencyReceipt).where(AgencyReceipt.agency == agency)).one()


def bodies(there: Receiver) -> list[dict[str, Any]]:
    return [json.loads(body) for _headers, body in there.received]


def test_an_agency_that_was_away_for_a_day_gets_everything_in_order(ref: str, channels: Channels) -> None:
    with receiver() as there:
        channels(tax=Exchange(webhook=there.url))
        secret = secret_of("tax")
        put(ref, "tax", editions=3)
        there.status, now = 503, clock.now() + timedelta(seconds=1)
        begun = now
        for _attempt in range(6):
            turn(now)
            now += timedelta(hours=4)
        assert len({one["delivery"] for one in bodies(there)}) == 1, "only the first is tried"
        assert peer("tax").away_since == begun
        admin = Visitor(create_app(settings_now()), "0904")
        assert "有部门联系不上" in words(admin.get("/admin"))
        assert "联系不上" in words(admin.get("/admin/exchange"))
        assert admin.post("/admin/exchange/tax/try").status_code == 303
        there.received.clear()
        there.status, there.answer = 200, b"<html>not json</html>"
        turn(now + timedelta(hours=1))
        assert [one["sequence"] for one in bodies(there)] == [1, 2, 3]
    headers, body = there.received[0]
    assert is_signed(headers, body, secrets=[secret], now=now + timedelta(hours=1))
    sent = bodies(there)[0]
    text = body.decode()[body.decode().index('"record":') + len('"record":') : -1]
    assert sent["digest"] == sha256(text.encode()).hexdigest()
    assert "owners" not in sent["record"]["form"]
    assert [one.status for one in deliveries("tax")] == ["sent"] * 3
    assert peer("tax").away_since is None


@pytest.fixture
def program(ref: str, settings: Settings) -> FlaskClient:
    return create_app(settings).test_client()


def said(program: FlaskClient, secret: str, body: Any, *, id: str = "", agency: str = "tax", **more: Any) -> Any:
    """The answer to a signed message; `more` replaces headers."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = signed_headers(id or sha256(raw).hexdigest()[:20], raw, secrets=[secret], now=clock.now())
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    return program.post(f"/exchange/v1/{agency}/messages", data=raw, headers=headers, content_type="application/json")


def test_a_receipt_counts_once_however_it_comes(ref: str, channels: Channels, program: FlaskClient) -> None:
    with receiver() as there:
        channels(tax=Exchange(webhook=there.url))
        secret = secret_of("tax")
        put(ref, "tax")
        [row] = deliveries("tax")
        answer = {"kind": "acknowledge", "delivery": row.ref, "digest": row.digest, "number": "税7788"}
        there.status, there.answer = 200, json.dumps(answer).encode()
        turn(clock.now() + timedelta(seconds=1))
    assert (receipt("tax").number, deliveries("tax")[0].status) == ("税7788", "acknowledged")
    first = said(program, secret, answer, id="m1")
    again = said(program, secret, answer, id="m1")
    assert (first.status_code, again.json) == (200, {**first.json, "repeated": True})
    assert said(program, secret, answer | {"number": "另一个"}, id="m1").json["code"] == "message_id_used"
    assert said(program, secret, answer | {"number": "另一个"}).json["errors"][0]["code"] == "number.assigned_already"
    assert receipt("tax").number == "税7788"
    refusal = {"kind": "refuse", "delivery": row.ref, "reason": "地址不在本辖区"}
    reports = [said(program, secret, refusal, id=one).json["report"] for one in ("r1", "r2")]
    assert reports[0] == reports[1]
    assert deliveries("tax")[0].status == "refused"


def test_the_documented_program_signs_as_an_agency(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (Path(__file__).parents[3] / "docs" / "exchange.md").read_text(encoding="utf-8")
    example: dict[str, Any] = {}
    exec(text.split("```python\n")[1].split("```")[0], example)
    asked: list[Request] = []
    monkeypatch.setattr("urllib.request.urlopen", lambda request, **_more: asked.append(request))
    example["send"]("https://heyi.example/exchange/v1/tax/messages", "whsec_c2VjcmV0", "m1", {"kind": "acknowledge"})
    headers = {name.lower(): value for name, value in asked[0].header_items()}
    body = asked[0].data
    assert isinstance(body, bytes)
    assert is_signed(headers, body, secrets=["whsec_c2VjcmV0"], now=datetime.now(UTC))


def test_nonsense_is_refused_and_changes_nothing(ref: str, channels: Channels, program: FlaskClient) -> None:
    channels(tax=Exchange(webhook="https://tax.example"), social=Exchange(webhook="https://social.example"))
    secret, other = secret_of("tax"), secret_of("social")
    put(ref, "tax")
    put(ref, "social")
    [own], [foreign] = deliveries("tax"), deliveries("social")
    good = {"kind": "acknowledge", "delivery": own.ref}
    old = str(int((clock.now() - timedelta(minutes=6)).timestamp()))
    found = {
        "signed by another": said(program, other, good),
        "no signature": said(program, secret, good, webhook_signature=""),
        "replayed later": said(program, secret, good, webhook_timestamp=old),
        "no such agency": said(program, secret, good, agency="nobody"),
        "no json": said(program, secret, b'{"kind": '),
        "deep": said(program, secret, b"[" * 100_000),
        "unknown kind": said(program, secret, good | {"kind": "delete"}),
        "unknown field": said(program, secret, good | {"more": 1}),
        "another agency's": said(program, secret, good | {"delivery": foreign.ref}),
        "unknown case": said(program, secret, {"kind": "number", "reference": "HY-2026-999999"}),
        "a case without a part": said(program, secret, {"kind": "number", "reference": ref}),
        "wrong digest": said(program, secret, good | {"digest": "0" * 64}),
        "a day to come": said(program, secret, {"kind": "received", "day": "2999-01-01", "deliveries": []}),
        "too large": said(program, secret, b'"' + b"x" * (1024 * 1024) + b'"'),
    }
    assert {name: answer.status_code for name, answer in found.items()} == {
        **dict.fromkeys(("signed by another", "no signature", "replayed later", "no such agency"), 401),
        **dict.fromkeys(("no json", "deep", "unknown kind", "unknown field", "wrong digest", "a day to come"), 422),
        **dict.fromkeys(("another agency's", "unknown case", "a case without a part"), 404),
        "too large": 413,
    }
    assert receipt("tax").acknowledged_at is None
    assert receipt("social").acknowledged_at is None
    assert {one.status for one in deliveries("tax")} == {"new"}


def test_a_day_is_compared_and_what_is_missing_is_sent_again(
    ref: str, channels: Channels, program: FlaskClient
) -> None:
    with receiver() as there:
        channels(tax=Exchange(webhook=there.url))
        secret = secret_of("tax")
        put(ref, "tax", editions=3)
        now = clock.now() + timedelta(seconds=1)
        turn(now)
        first, second, third = deliveries("tax")
        digests = {first.ref: first.digest, second.ref: "0" * 64, "stranger": ""}
        listed = [{"delivery": name, "digest": digest} for name, digest in digests.items()]
        day = clock.local_date(now).isoformat()
        answer = said(program, secret, {"kind": "received", "day": day, "deliveries": listed})
        assert answer.json == {"day": day, "sent": 3, "received": 3, "missing": 1, "differs": 1, "unknown": 1}
        there.received.clear()
        turn(now + timedelta(seconds=5))
        assert [one["delivery"] for one in bodies(there)] == [second.ref, third.ref]
    assert [one.repaired_at is not None for one in deliveries("tax")] == [False, True, True]
    whole = [{"delivery": one.ref, "digest": one.digest} for one in deliveries("tax")]
    assert said(program, secret, {"kind": "received", "day": day, "deliveries": whole}).json["missing"] == 0
    with database.reading() as session:
        [state] = known_channels.peer_states(session, actor=actor_of("0904"))
    [line] = state.days
    assert (line.sent, line.repaired, line.reported and line.reported.missing) == (3, 2, 1)
    shown = words(Visitor(program.application, "0904").get("/admin/exchange"))
    assert "送出对方收到缺少不同不认识的已补送核对时间" in shown


def test_a_program_gives_its_number_and_objects_as_its_officers_do(
    database_url: str, settings: Settings, database: Any, channels: Channels
) -> None:
    opened(settings, now=clock.now())
    ref = prepared("a case at the agencies", lambda: at_agencies(clock.now()))
    channels(**dict.fromkeys(("quality", "social"), Exchange(webhook="https://agency.example")))
    program = create_app(settings).test_client()
    quality, social = secret_of("quality"), secret_of("social")
    given = [
        said(program, quality, {"kind": "number", "reference": ref}, id=one, agency="quality") for one in ("n1", "n2")
    ]
    assert given[0].status_code == 200, given[0].json
    assert given[0].json["number"]
    items = [{"target": "section.domicile.street", "problem": "没有这个门牌"}]
    objection = {"kind": "object", "reference": ref, "reason": "地址有误", "items": items}
    hidden = objection | {"items": [{"target": "section.owners", "problem": "看不到"}]}
    assert said(program, social, hidden, agency="social").status_code == 422
    assert parts(ref)["social_insurance"].holder_id is None, "a refused message leaves nothing"
    made = said(program, social, objection, agency="social")
    assert made.json == {"reference": ref, "status": "objected"}, made.json
    assert said(program, social, objection, id="again", agency="social").json == made.json
    states = parts(ref)
    assert (states["organization_code"].state, states["social_insurance"].state) == ("assigned", "objected")
    assert states["organization_code"].number == given[0].json["number"] == given[1].json["number"]


def parts(ref: str) -> dict[str, Part]:
    with database.reading() as session:
        found = session.exec(select(Part).join(Application).where(Application.ref == ref)).all()
        return {one.key: one for one in found}


def test_a_folder_gets_whole_files_and_gives_receipts(
    ref: str, channels: Channels, settings: Settings, tmp_path: Path
) -> None:
    root = tmp_path / "agency"
    for folder in ("heyi/receipts", "heyi/done"):
        (root / folder).mkdir(parents=True)
    own = make_key(settings.keys / "exchange" / "tax")
    with agency_server(root, tmp_path, own) as there:
        place = Sftp(host="127.0.0.1", port=there.port, user="heyi", folder="/heyi", host_key=there.host_key)
        channels(tax=Exchange(sftp=place))
        put(ref, "tax")
        now = clock.now() + timedelta(seconds=1)
        turn(now)
        [file] = [one for one in (root / "heyi").iterdir() if one.is_file()]
        [row] = deliveries("tax")
        assert file.name == f"00000001-{row.ref}.json"
        assert json.loads(file.read_text())["digest"] == row.digest
        answer = {"kind": "acknowledge", "delivery": row.ref, "number": "税1"}
        (root / "heyi/receipts/1.json").write_text(json.dumps(answer))
        (root / "heyi/receipts/2.json").write_text("nonsense")
        exchange.visit_folders(now=now)
        turn(now)
        assert receipt("tax").number == "税1"
        assert {one.name for one in (root / "heyi/done").iterdir()} == {"1.json", "2.json", "2.json.refused"}
        other = make_key(tmp_path / "other")
        false = place.model_copy(update={"host_key": f"ssh-ed25519 {other.get_base64()}"})
        channels(tax=Exchange(sftp=false))
        exchange.visit_folders(now=now + timedelta(minutes=11))
        turn(now + timedelta(minutes=11))
    assert peer("tax").error == "BadHostKeyException"


def test_a_registration_goes_to_the_channel_and_not_into_a_file(
    ref: str, channels: Channels, settings: Settings
) -> None:
    channels(tax=Exchange(webhook="https://tax.example"))
    with database.transaction() as session:
        case = session.exec(select(Application).where(Application.ref == ref)).one()
        message = Message(
            effect="share.registration", application_id=case.id, due_at=clock.now(), created_at=clock.now()
        )
        session.add(message)
        session.flush()
        number = message.id
    with patch("registration.tasks.share.with_channel", known_channels.with_channel):
        tasks.work_on(number)
    assert [one.agency for one in deliveries("tax")] == ["tax"]
    assert not share.acknowledge(number, case.id, {}, now=clock.now(), queued=[AgencyEnvelope("tax", "k", {})])
    assert len(deliveries("tax")) == 1


def test_the_secret_of_an_agency_is_shown_once(ref: str, channels: Channels, program: FlaskClient) -> None:
    channels(tax=Exchange(webhook="https://tax.example/in"))
    admin = Visitor(program.application, "0904")
    put(ref, "tax")
    assert "等生成密钥" in words(admin.get("/admin/exchange"))
    assert "whsec_" in admin.post("/admin/exchange/tax/secret").text
    shown = admin.get("/admin/exchange")
    assert "whsec_" not in shown.text
    assert "等待1件" in words(shown)
    assert admin.post("/admin/exchange/nobody/secret").status_code == 404
    assert Visitor(program.application, "0320").get("/admin/exchange").status_code == 403
