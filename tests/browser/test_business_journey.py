"""The years of a business after its licence, by clicking: changed, filed, lost, reduced, objected to and closed."""

from datetime import datetime

import pytest
from playwright.sync_api import expect

from registration.operations.act import act
from registration.settings import settings
from tests.browser.applying import SIGNERS, type_person
from tests.browser.businesses import (
    APPROVER,
    EXAMINER,
    add_to_scope,
    approve,
    begin,
    check_says,
    edit_share,
    go_to,
    hand_in,
    register_says,
    save,
    submit,
)
from tests.browser.conftest import Arrivals
from tests.browser.visitor import PHONE, Visitor
from tests.browser.years import Years
from tests.fixtures.cases import actor_of, company, person, submitted
from tests.fixtures.closings import FOUNDED, announced, code_of, founder_of, licensed
from tests.fixtures.database import sqlite_only
from tests.fixtures.licences import CLERK, LIN, issued, sheets, worked_off
from tests.fixtures.scenes import scene

database_url = sqlite_only
OLD, NEW = "金华市双溪样例信息科技有限公司", "金华市云栖新样信息科技有限公司"
SAMPLE, REPLACED, VOID, LOST = "演示样本，没有法律效力", "已换发新版", "执照不再有效", "声明作废"


@pytest.fixture
def url(years: Years) -> str:
    return years.url


def founded_in_the_city() -> str:
    """At the registrar where one examines and another approves."""
    ref = submitted("llc", company(), registrar="330701", actor=actor_of(LIN), now=FOUNDED)
    act(ref, "claim", actor=actor_of(EXAMINER), now=FOUNDED)
    act(ref, "recommend", actor=actor_of(EXAMINER), now=FOUNDED, opinion="符合法定形式")
    act(ref, "approve", actor=actor_of(APPROVER), now=FOUNDED, opinion="同意")
    worked_off(FOUNDED)
    return code_of(ref)


def originals(code: str) -> list[str]:
    """The references of the originals, the oldest edition first."""
    return [one.ref for one in sheets(founder_of(code)) if one.paper == "original"]


@pytest.mark.timeout(300)
def test_a_company_changes_and_gets_new_licences(years: Years, arrive: Arrivals) -> None:
    """Name, scope and capital change, then a shareholder. One clerk examines, another approves; anybody can read it."""
    code = scene("a licensed company of the city", settings(), founded_in_the_city)
    years.on("2026-11-16")
    ref = change_name_scope_and_capital(arrive(login=LIN), arrive, code)
    approve(arrive, years, ref, EXAMINER, APPROVER, sees=(OLD, NEW, "壹佰伍拾万元整"))
    stranger = arrive()
    register_says(stranger, code, NEW, "壹佰伍拾万元整", "水果种植")
    first, second = originals(code)
    check_says(stranger, f"/v/{first}", REPLACED)
    check_says(stranger, f"/v/{second}", SAMPLE)
    stranger.sees(NEW)

    years.on("2027-03-08")
    owner = arrive(login=LIN, lang="en", at=PHONE)
    ref = hand_over_a_share(owner, arrive, code)
    approve(arrive, years, ref, EXAMINER, APPROVER, sees=(person("p4")["name"],), lang="en")
    register_says(stranger, code, person("p4")["name"])
    # No printed item changed, so the licence stays.
    assert originals(code) == [first, second]


def change_name_scope_and_capital(owner: Visitor, arrive: Arrivals, code: str) -> str:
    ref = begin(owner, code, "change_of_registration", "name", "scope", "capital")
    go_to(owner, ref, "name")
    owner.control("name.trade").fill("云栖新样")
    save(owner)
    go_to(owner, ref, "scope")
    add_to_scope(owner, "HY0006")
    save(owner)
    go_to(owner, ref, "capital")
    owner.type(capital__amount_wan="150")
    save(owner)
    edit_share(owner, ref, 1)
    owner.press("再加一笔出资")
    owner.type_in("shareholders.0.lines.1", {"amount_wan": "50", "due_on": "2031-11-15"})
    owner.press("保存")
    submit(owner, arrive, ref, *SIGNERS)
    return ref


def hand_over_a_share(owner: Visitor, arrive: Arrivals, code: str) -> str:
    """The third shareholder transfers the whole share to a new one."""
    ref = begin(owner, code, "change_of_registration", "shareholders")
    go_to(owner, ref, "people")
    owner.follow("添加一个人")
    type_person(owner, "p4")
    owner.press("保存")
    edit_share(owner, ref, 3)
    owner.pick("shareholders.2.person", "p4")
    owner.press("保存")
    hand_in(owner, ref, "transfer")
    submit(owner, arrive, ref, "p1", "p2", "p4")
    return ref


@pytest.mark.timeout(300)
def test_a_company_files_and_loses_its_licence(years: Years, arrive: Arrivals) -> None:
    code = scene("a licensed company", settings(), licensed)
    years.on("2027-04-19")
    owner = arrive(login=LIN, lang="en", at=PHONE)
    ref = begin(owner, code, "filing_of_items", "beneficial_owners", "liaison", event_on="2027-03-08")
    go_to(owner, ref, "contacts")
    owner.pick("contacts.liaison.person", "p2")
    save(owner)
    go_to(owner, ref, "owners")
    owner.pick("owners.basis", "listed")
    owner.answer("owners.listed.0.owner", "p1")
    owner.answer("owners.listed.0.owner_relation", "equity")
    owner.answer("owners.listed.0.owner_percent", "51")
    owner.press("再加一位受益所有人")
    owner.answer("owners.listed.1.owner", "p2")
    owner.answer("owners.listed.1.owner_relation", "equity")
    owner.answer("owners.listed.1.owner_percent", "29")
    save(owner)
    submit(owner, arrive, ref, "p1", "p2")
    approve(arrive, years, ref, CLERK, lang="en")

    (first,) = originals(code)
    years.on("2027-06-14")
    owner = arrive(login=LIN, lang="en", at=PHONE)
    ref = begin(owner, code, "licence_replacement", "lost")
    submit(owner, arrive, ref, "p1")
    stranger = arrive(lang="en", at=PHONE)
    check_says(stranger, f"/v/{first}", LOST)
    approve(arrive, years, ref, CLERK)
    first, second = originals(code)
    check_says(stranger, f"/v/{first}", REPLACED)
    check_says(stranger, f"/v/{second}", SAMPLE)


@pytest.mark.timeout(300)
def test_a_company_reduces_its_capital(years: Years, arrive: Arrivals) -> None:
    code = scene("a licensed company", settings(), licensed)
    # A Wednesday: the forty-fifth day is Saturday 2027-10-16, so the creditors have until Monday.
    years.on("2027-09-01")
    owner = arrive(login=LIN)
    ref = begin(owner, code, "change_of_registration", "reduction")
    go_to(owner, ref, "reduction")
    owner.pick("reduction.way", "ordinary")
    owner.type(reduction__resolved_on="2027-08-25", reduction__told_on="2027-08-30")
    owner.pick("reduction.where", "here")
    save(owner)
    go_to(owner, ref, "capital")
    owner.type(capital__amount_wan="80")
    save(owner)
    edit_share(owner, ref, 1)
    owner.type(**{"shareholders.0.lines.0.amount_wan": "31"})
    owner.press("保存")
    owner.open(f"/applications/{ref}")
    owner.press("发布公告")
    stranger = arrive(at=PHONE)
    stranger.open("/notices")
    stranger.follow(OLD)
    stranger.sees("由100万元减少到80万元")
    stranger.does_not_scroll_sideways()
    stranger.press("申报")
    stranger.is_told_off("name")
    stranger.type(name="样例供货有限公司", contact="13800000009", amount="120000", basis="八月的供货合同")
    stranger.page.locator('[name="demand"]').first.check()
    stranger.press("申报")
    stranger.does_not_scroll_sideways()

    years.on("2027-10-18")
    owner = arrive(login=LIN)
    go_to(owner, ref, "check")
    owner.sees("2027年10月19日")
    years.on("2027-10-19")
    owner = arrive(login=LIN)
    owner.open(f"/applications/{ref}")
    owner.sees("样例供货有限公司", "120,000元")
    submit(owner, arrive, ref, *SIGNERS)
    approve(arrive, years, ref, CLERK, sees=("捌拾万元整",))
    register_says(arrive(), code, "捌拾万元整")


@pytest.mark.timeout(300)
def test_a_company_closes_after_an_objection(years: Years, arrive: Arrivals) -> None:
    code = scene("a licensed company", settings(), licensed)
    (sheet,) = originals(code)
    years.on("2027-12-01")
    first = announced(code, now=years.now)
    years.on("2027-12-06")
    stranger = arrive(at=PHONE)
    stranger.open("/notices")
    stranger.follow(OLD)
    stranger.press("提出异议")
    stranger.is_told_off("name")
    stranger.type(name="样例债权人有限公司", contact="13800000001", reason="还欠货款三十万元")
    stranger.press("提出异议")
    stranger.sees("有异议，已经终止")
    owner = arrive(login=LIN, lang="en")
    owner.open(f"/applications/{first}")
    owner.sees("样例债权人有限公司", "还欠货款三十万元")
    register_says(stranger, code, "存续")

    years.on("2027-12-20")
    second = announce(arrive(login=LIN, lang="en"), arrive, code)
    register_says(stranger, code, "简易注销公告中")
    # Twenty days end on Sunday 2028-01-09, so objections are heard until Monday.
    years.on("2028-01-11")
    owner = arrive(login=LIN, lang="en")
    owner.open(f"/applications/{second}")
    owner.page.locator("main form button.btn").first.click()
    approve(arrive, years, second, CLERK)
    check_says(stranger, f"/v/{sheet}", VOID)
    register_says(stranger, code, "注销")
    owner.open(f"/businesses/{code}")
    expect(owner.page.locator("main .notice.warn")).to_have_count(1)


def announce(owner: Visitor, arrive: Arrivals, code: str) -> str:
    ref = begin(owner, code, "simple_deregistration")
    go_to(owner, ref, "closing")
    promise(owner)
    save(owner)
    submit(owner, arrive, ref, *SIGNERS)
    return ref


def promise(owner: Visitor) -> None:
    owner.pick("closing.debts", "none")
    for box in ("paid", "unencumbered", "undisputed", "unlicensed"):
        owner.tick(f"closing.{box}")


@pytest.mark.timeout(300)
def test_an_individual_business_is_handed_on_and_closed(years: Years, arrive: Arrivals, clock: datetime) -> None:
    founded = scene("a licence of October", settings(), lambda: issued(clock))
    code = sheets(founded)[0].code
    years.on("2027-05-10")
    owner = arrive(login=LIN, at=PHONE)
    ref = begin(owner, code, "change_of_registration", "operator", "name")
    go_to(owner, ref, "people")
    owner.follow("添加一个人")
    type_person(owner, "p2")
    owner.press("保存")
    go_to(owner, ref, "operator")
    owner.pick("operator.person", "p2")
    save(owner)
    go_to(owner, ref, "name")
    owner.control("name.trade").fill("枫桥望月")
    save(owner)
    hand_in(owner, ref, "transfer")
    submit(owner, arrive, ref, "p2")
    approve(arrive, years, ref, CLERK, sees=(person("p2")["name"],))
    stranger = arrive(at=PHONE)
    register_says(stranger, code, "枫桥望月", person("p2")["name"])
    years.on("2028-04-03")
    owner = arrive(login=LIN, at=PHONE)
    ref = begin(owner, code, "simple_deregistration")
    go_to(owner, ref, "closing")
    promise(owner)
    save(owner)
    submit(owner, arrive, ref, "p2")
    years.on("2028-04-14")
    approve(arrive, years, ref, CLERK)
    for sheet in originals(code):
        check_says(stranger, f"/v/{sheet}", VOID)
    register_says(stranger, code, "注销")
