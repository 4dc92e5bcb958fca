"""Signing together: here, by link, mail and SMS; refusals, reminders, and what changed since the last signature."""

import json
from collections.abc import Callable
from datetime import timedelta
from email import policy
from email.parser import BytesParser
from typing import Any

import pytest
from flask import Flask
from sqlmodel import col, select

from registration import clock, database
from registration.errors import Conflict
from registration.models import HistoryEntry, MisuseReport, Party
from registration.operations import apply, misuse, reminders, sign
from registration.operations.act import act
from registration.operations.sign import Identity
from registration.operations.sweeps import remind_signers
from registration.queries.history import DaySpan
from registration.queries.integrity import Counted
from registration.queries.replays import differences
from registration.settings import Settings
from tests.fixtures.cases import actor_of, company, draft, file_of, individual, limited_partnership, person
from tests.fixtures.forms import branch
from tests.fixtures.mails import plain_of
from tests.fixtures.office import DIRECTOR, LIN, case_of
from tests.fixtures.visitor import Visitor, value_of, words, work_off

Visit = Callable[..., Visitor]
REASON = "出资额应当是二十万元，请改"


def asked(form: dict[str, Any], kind: str = "llc") -> str:
    actor, now = actor_of(LIN), clock.now()
    ref = draft(kind, form, registrar="330702", actor=actor, now=now)
    act(ref, "request_signatures", actor=actor, now=now)
    return ref


def links(ref: str) -> dict[str, str]:
    """Key of the person -> path of the link."""
    keys = {one.ref: one.person_key for one in parties(ref)}
    found = sign.links_for(ref, actor=actor_of(LIN), now=clock.now())
    return {keys[party]: f"/sign/{secret}" for party, secret in found.items()}


def parties(ref: str) -> list[Party]:
    with database.reading() as session:
        return list(session.exec(select(Party).where(Party.application_id == case_of(ref).id).order_by(col(Party.id))))


def party(ref: str, key: str) -> Party:
    return next(one for one in parties(ref) if one.person_key == key)


def proved(visit: Visit, link: str, key: str, **more: Any) -> Visitor:
    signer = visit(**more)
    assert signer.post(f"{link}/identity", id_no=person(key)["id_no"]).location == link
    return signer


def signed(visit: Visit, link: str, key: str) -> None:
    signer = proved(visit, link, key)
    digest = value_of(signer.get(link), "digest")
    assert signer.post(link, digest=digest, agreed="yes").status_code == 303


def mails(settings: Settings) -> list[tuple[str, str, str]]:
    """(to, subject, text) of each mail in the folder."""
    read = BytesParser(policy=policy.default)
    letters = [read.parsebytes(path.read_bytes()) for path in sorted((settings.home / "mail").glob("*.eml"))]
    return [(str(one["To"]), str(one["Subject"]), plain_of(one)) for one in letters]


def text_messages(settings: Settings) -> list[dict[str, str]]:
    return [json.loads(path.read_text()) for path in sorted((settings.home / "sms").glob("*.json"))]


def test_one_person_signs_once_for_all_entries_of_the_form(desk_app: Flask) -> None:
    """The representative of a parent, of a partner, of a shareholder: the number of the document decides."""
    form = branch()
    number = next(one for one in form["people"] if one["key"] == form["responsible"]["person"])
    form["parent"] |= {"representative": number["name"], "representative_id_no": number["id_no"]}
    ref = asked(form, "branch")
    (only,) = parties(ref)
    assert (only.person_key, set(only.capacities) >= {"parent", "responsible"}) == (number["key"], True)

    partners = limited_partnership(trade="双溪另样")
    representative = person("p3")["id_no"]
    partners["people"] = [
        {**one, "name": "江暮云", "id_no": representative, "sex": "male"} if one["key"] == "p2" else one
        for one in partners["people"]
    ]
    ref = asked(partners, "lp")
    assert {one.person_key for one in parties(ref)} == {"p1", "p2"}
    assert {"general_partner", "limited_partner"} <= set(party(ref, "p2").capacities)


def test_the_paper_names_the_organizations_of_one_signature(visit: Visit) -> None:
    form = branch()
    number = next(one for one in form["people"] if one["key"] == form["responsible"]["person"])
    form["parent"] |= {"representative": number["name"], "representative_id_no": number["id_no"]}
    ref = asked(form, "branch")
    ((_key, link),) = links(ref).items()
    signer = visit()
    signer.post(f"{link}/identity", id_no=number["id_no"])
    page = signer.get(link)
    assert f"，代表{form['parent']['name']}" in words(page)
    assert form["parent"]["representative_id_no"] in page.text
    signer.post(link, digest=value_of(page, "digest"), agreed="yes")
    assert case_of(ref).state == "submitted"
    from registration.queries.application_document import application_words

    with database.reading() as session:
        tables = application_words(session, case_of(ref), revision=1, on=clock.local_date(clock.now()))[3]
    assert [row[0] for row in tables["signatures"]] == [f"{number['name']}（代表{form['parent']['name']}）"]


def test_the_applicant_signs_in_place(visit: Visit) -> None:
    form = individual()
    form["people"][0] |= {"name": "林知夏"}
    ref = asked(form, "individual")
    lin = visit(LIN)
    listed = lin.get(f"/applications/{ref}/signatures")
    assert "现在签名" in words(listed)
    here = lin.post(f"/applications/{ref}/signatures/{parties(ref)[0].ref}/here").location
    assert here.startswith("/sign/")
    lin.post(f"{here}/identity", id_no=person("p1")["id_no"])
    lin.post(here, digest=value_of(lin.get(here), "digest"), agreed="yes")
    assert case_of(ref).state == "submitted"
    assert f'href="/applications/{ref}"' in lin.get(here).text
    again = lin.post(f"/applications/{ref}/signatures/{parties(ref)[0].ref}/here")
    assert again.status_code == 409 or again.location.startswith("/applications/")


def test_each_link_has_a_qr_code_and_a_share_button(visit: Visit) -> None:
    ref = asked(company())
    page = visit(LIN).post(f"/applications/{ref}/signatures")
    assert page.text.count('class="segno"') == page.text.count("data-share") == 3
    assert page.text.count("/sign/") >= 3
    assert "现在签名" not in words(page)


def test_invitations_go_by_mail_else_by_sms_in_each_signers_language(desk_app: Flask, settings: Settings) -> None:
    form = company()
    foreigner = {"id_type": "passport", "id_no": "XS1234567", "born_on": "1892-11-04", "name": "Mary Sample"}
    form["people"].append({**person("p4"), **foreigner})
    form["contacts"]["liaison"] = {"person": "p4"}
    form["people"][2].pop("email")
    asked(form)
    work_off()
    sent = {to: (subject, text) for to, subject, text in mails(settings)}
    assert sent["p1@example.cn"][0].startswith("请您签名")
    assert sent["p4@example.cn"][0].startswith("Please sign")
    assert "?lang=en" in sent["p4@example.cn"][1]
    (message,) = text_messages(settings)
    assert message["to"] == "13800000001"
    assert "/sign/" in message["text"]
    assert "不知情的，请在该页报告" in message["text"]


def test_a_signer_declines_and_the_applicant_reads_why(visit: Visit, settings: Settings) -> None:
    ref = asked(company())
    work_off()
    link = links(ref)["p2"]
    assert visit().post(f"{link}/decline", reason=REASON).location == link
    signer = proved(visit, link, "p2")
    digest = value_of(signer.get(link), "digest")
    empty = signer.post(f"{link}/decline", digest=digest, reason="  ")
    assert empty.status_code == 409
    assert "请写明理由" in words(empty)
    hidden = signer.post(f"{link}/decline", digest=digest, reason=f"{REASON}\u202e")
    assert hidden.status_code == 422
    assert REASON in hidden.text
    assert signer.post(f"{link}/decline", digest=digest, reason=REASON).location == link
    assert "您拒绝了签名" in words(signer.get(link))

    work_off()
    subject, text = next((subject, text) for to, subject, text in mails(settings) if to == LIN)
    assert subject == f"周远舟拒绝签名：{case_of(ref).name}"
    assert REASON in text
    lin = visit(LIN)
    listed = words(lin.get(f"/applications/{ref}/signatures"))
    assert REASON in listed
    assert "拒绝签名" in listed
    history = words(lin.get(f"/applications/{ref}"))
    assert "拒绝签名" in history
    assert "周远舟" in history

    # The applicant amends and asks again; the person now signs.
    assert lin.post(f"/applications/{ref}/act/reopen").status_code == 303
    apply.save_section(ref, "social", {"headcount": 9}, actor=actor_of(LIN), now=clock.now())
    act(ref, "request_signatures", actor=actor_of(LIN), now=clock.now())
    assert REASON not in words(lin.get(f"/applications/{ref}/signatures"))
    signed(visit, links(ref)["p2"], "p2")
    assert party(ref, "p2").refused_at is None


def test_a_person_who_declined_may_change_their_mind(visit: Visit) -> None:
    ref = asked(company())
    link = links(ref)["p2"]
    signer = proved(visit, link, "p2")
    digest = value_of(signer.get(link), "digest")
    signer.post(f"{link}/decline", digest=digest, reason=REASON)
    assert signer.post(link, digest=digest, agreed="yes").location == link
    assert "签名已经完成" in words(signer.get(link))


def test_content_that_was_changed_meanwhile_is_not_declined(visit: Visit) -> None:
    ref = asked(company())
    link = links(ref)["p2"]
    signer = proved(visit, link, "p2")
    digest = value_of(signer.get(link), "digest")
    act(ref, "reopen", actor=actor_of(LIN), now=clock.now())
    apply.save_section(ref, "social", {"headcount": 9}, actor=actor_of(LIN), now=clock.now())
    act(ref, "request_signatures", actor=actor_of(LIN), now=clock.now())
    assert signer.post(f"{link}/decline", digest=digest, reason=REASON).status_code == 409
    assert party(ref, "p2").refused_at is None


def test_who_signs_again_sees_what_changed(visit: Visit) -> None:
    ref = asked(company())
    signed(visit, links(ref)["p1"], "p1")
    act(ref, "reopen", actor=actor_of(LIN), now=clock.now())
    domicile = {**company()["domicile"], "street": "样例街道双溪路99号5幢301室"}
    apply.save_section(ref, "domicile", domicile, actor=actor_of(LIN), now=clock.now())
    act(ref, "request_signatures", actor=actor_of(LIN), now=clock.now())
    first = words(proved(visit, links(ref)["p1"], "p1").get(links(ref)["p1"]))
    assert "您上次签名以后改了什么" in first
    assert "原来： 样例街道双溪路 88号3幢201室" in first or "88号3幢201室" in first
    assert "99号5幢301室" in first
    other = words(proved(visit, links(ref)["p2"], "p2").get(links(ref)["p2"]))
    assert "您上次签名以后改了什么" not in other
    english = proved(visit, links(ref)["p1"], "p1", lang="en").get(links(ref)["p1"])
    assert "What changed since you last signed" in words(english)


def test_the_applicant_reminds_once_a_day_in_the_language_chosen(visit: Visit, settings: Settings) -> None:
    ref = asked(company())
    lin, url = visit(LIN), f"/applications/{ref}/signatures/{party(ref, 'p2').ref}/send"
    assert lin.post(url, channel="sms", lang="en").status_code == 303
    work_off()
    assert "waits for your signature" in text_messages(settings)[0]["text"]
    lin.post(url, channel="mail")
    assert "今天已经提醒过了" in words(lin.get(f"/applications/{ref}/signatures"))
    signed(visit, links(ref)["p1"], "p1")
    with pytest.raises(Conflict, match="signature_not_missing"):
        reminders.remind(ref, party(ref, "p1").ref, channel="mail", actor=actor_of(LIN), now=clock.now())


def test_signers_are_reminded_by_themselves_and_not_for_ever(desk_app: Flask, settings: Settings) -> None:
    ref, now = asked(company()), clock.now()
    work_off()
    step = timedelta(days=settings.signing_reminder_days, minutes=1)
    remind_signers(now=now + timedelta(days=1))
    assert {one.reminders for one in parties(ref)} == {0}
    for round_ in range(1, settings.signing_reminders + 3):
        remind_signers(now=now + step * round_)
    assert {one.reminders for one in parties(ref)} == {settings.signing_reminders}
    with database.reading() as session:
        entries = session.exec(select(HistoryEntry).where(HistoryEntry.tag == "party:remind")).all()
    assert len(entries) == 3 * settings.signing_reminders
    assert {one.actor for one in entries} == {"system"}


def test_who_signed_or_declined_is_not_reminded(visit: Visit, settings: Settings) -> None:
    ref, now = asked(company()), clock.now()
    signed(visit, links(ref)["p1"], "p1")
    secret = links(ref)["p2"].rpartition("/")[2]
    proof = sign.identify(secret, Identity(True, "test", "周远舟", person("p2")["id_no"]), now=now)
    sign.decline(secret, reason=REASON, proof=proof, now=now)
    remind_signers(now=now + timedelta(days=settings.signing_reminder_days, minutes=1))
    assert {one.person_key: one.reminders for one in parties(ref)} == {"p1": 0, "p2": 0, "p3": 1}


def test_the_pages_of_a_stranger_are_not_there(visit: Visit) -> None:
    ref = asked(company())
    stranger, url = visit("zhou@example.cn"), f"/applications/{ref}/signatures/{party(ref, 'p2').ref}"
    assert stranger.post(f"{url}/send", channel="mail").status_code == 404
    assert stranger.post(f"{url}/here").status_code == 404
    assert file_of(ref, actor=actor_of(LIN), now=clock.now()).signatures


def test_the_history_of_all_this_replays(desk_app: Flask) -> None:
    ref, now = asked(company()), clock.now()
    reminders.remind(ref, party(ref, "p3").ref, channel="mail", actor=actor_of(LIN), now=now)
    secret = links(ref)["p2"].rpartition("/")[2]
    proof = sign.identify(secret, Identity(True, "test", "周远舟", person("p2")["id_no"]), now=now)
    sign.decline(secret, reason=REASON, proof=proof, now=now)
    misuse.report(links(ref)["p1"].rpartition("/")[2], now=now)
    with database.reading() as session:
        report = session.exec(select(MisuseReport.ref)).one()
    misuse.decide(report, "lift_stop", actor=actor_of(DIRECTOR), now=now, reason="已核实")
    counted = Counted()
    with database.reading() as session:
        assert list(differences(session, DaySpan(), counted=counted)) == []
    assert counted.cases == 1
