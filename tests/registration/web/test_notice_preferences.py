"""How notices come: by the channels that the applicant chose, without what is switched off, as text and HTML."""

from collections.abc import Callable
from email import message_from_bytes, policy

from flask import Flask
from sqlmodel import select

from registration import clock, database
from registration.keys.account_names import set_addresses
from registration.models import Account, Party
from registration.operations import accounts, samples
from registration.operations.act import act
from registration.queries.notices import NOTICES, letters_to_applicant
from registration.queries.signing_messages import messages_for
from registration.rules.notice_preferences import notice_kinds
from registration.rules.push import REMINDER
from registration.settings import Settings
from tests.fixtures.cases import actor_of, draft, individual
from tests.fixtures.mails import plain_of
from tests.fixtures.office import LIN, case_of
from tests.fixtures.visitor import Visitor, words, work_off
from tests.registration.api.conftest import Program

Visit = Callable[..., Visitor]
MOBILE = "13800000007"


def with_mobile() -> None:
    with database.transaction() as session:
        account = session.get_one(Account, actor_of(LIN).account_id)
        set_addresses(account, email=LIN, mobile=MOBILE)


def ways(effect: str, case_id: int) -> list[str]:
    return [letter.to for letter in letters_to_applicant(effect, case_id)]


def test_notices_follow_the_choice_on_the_account_page(visit: Visit, settings: Settings) -> None:
    visitor, lin = visit(LIN), actor_of(LIN)
    ref = draft("individual", individual(), registrar="330702", actor=lin, now=clock.now())
    assert "通知发到lin@example.cn" in words(visitor.get("/account"))
    case = case_of(ref).id
    with_mobile()
    assert ways("notify.withdrawal", case) == [LIN]
    for channel, expected in (("both", [LIN, MOBILE]), ("sms", [MOBILE])):
        kept = visitor.post("/account/notices", channel=channel, wanted=["progress", "messages", "reminders"])
        assert kept.headers["Location"] == "/account#notices"
        assert ways("notify.withdrawal", case) == expected
    assert visitor.post("/account/notices", channel="pigeon").status_code == 422
    visitor.post("/account/address/remove", kind="mobile", password=samples.PASSWORD)
    assert ways("notify.withdrawal", case) == [LIN], "the channel that is left"
    visitor.post("/account/notices", channel="mail", wanted=["messages"])
    unsent = [effect for effect in NOTICES if not ways(effect, case)]
    assert sorted(unsent) == sorted(notice_kinds()["progress"].effects)
    assert 'name="wanted" value="messages" checked' in visitor.get("/account").text
    assert 'name="wanted" value="progress" checked' not in visitor.get("/account").text
    act(ref, "withdraw", actor=lin, now=clock.now())
    work_off()
    sent = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in settings.home.glob("mail/*.eml")]
    assert [mail["Subject"] for mail in sent if ref in mail["Subject"]] == []


def test_what_must_be_served_is_in_no_kind() -> None:
    assert {effect for kind in notice_kinds().values() for effect in kind.effects} <= {*NOTICES, REMINDER}
    served = {"correction", "decision", "licence", "not_accepted", "extension", "receipt", "misuse", "declined"}
    assert not {f"notify.{name}" for name in served} & {e for kind in notice_kinds().values() for e in kind.effects}


def test_a_signer_with_an_account_gets_no_reminder_that_nobody_asked_for(desk_app: Flask) -> None:
    lin = actor_of(LIN)
    form = individual()
    form["people"][0]["email"] = "zhou@example.cn"
    ref = draft("individual", form, registrar="330702", actor=lin, now=clock.now(), made=True)
    act(ref, "request_signatures", actor=lin, now=clock.now())
    case = case_of(ref)
    with database.reading() as session:
        (party,) = session.exec(select(Party).where(Party.application_id == case.id)).all()
    links = {party.id: "secret"}
    assert [one.to for one in messages_for(case.id, links, occasion="remind")] == ["zhou@example.cn"]
    accounts.change_notices(actor_of("zhou@example.cn"), channel="mail", off=["reminders"], now=clock.now())
    assert messages_for(case.id, links, occasion="remind") == []
    assert len(messages_for(case.id, links, occasion="remind", channel="mail")) == 1, "the applicant asked"
    assert len(messages_for(case.id, links, occasion="invite")) == 1


def test_a_mail_is_text_and_html_with_the_way_to_the_preferences(desk_app: Flask, settings: Settings) -> None:
    lin = actor_of(LIN)
    ref = draft("individual", individual(), registrar="330702", actor=lin, now=clock.now())
    act(ref, "withdraw", actor=lin, now=clock.now())
    work_off()
    found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in settings.home.glob("mail/*.eml")]
    (mail,) = [one for one in found if ref in one["Subject"]]
    plain, page = (plain_of(mail, kind) for kind in ("plain", "html"))
    assert "/account#notices" in plain.partition("\n-- \n")[2]
    assert f'<a href="{settings.public_url}/applications/{ref}">' in page
    assert f'<a href="{settings.public_url}/account#notices">' in page
    assert '<html lang="zh-Hans">' in page


def test_a_program_reads_and_sets_the_preferences(desk_app: Flask) -> None:
    caller = Program(desk_app.test_client())
    caller.token, _account = accounts.sign_in(LIN, samples.PASSWORD, now=clock.now(), kind="api")
    assert caller.get("/accounts/me").json["notices"] == {"channel": "mail", "off": []}
    kept = caller.put("/accounts/me/notices", json={"channel": "both", "off": ["progress"]})
    assert kept.json["notices"] == {"channel": "both", "off": ["progress"]}
    refused = caller.put("/accounts/me/notices", json={"channel": "both", "off": ["correction"]})
    assert (refused.status_code, refused.json["errors"][0]["path"]) == (422, "off")
