"""What scripts add to the form, and that it works as well without them."""

import pytest
from playwright.sync_api import Route, expect

from registration import clock
from registration.operations import apply, samples
from registration.settings import Settings
from tests.browser.conftest import Arrivals
from tests.browser.visitor import PHONE, Visitor
from tests.fixtures.cases import actor_of, company

LIN = "lin@example.cn"


def begin(visitor: Visitor) -> str:
    visitor.open("/applications/new")
    visitor.pick("entity_type", "llc")
    visitor.pick("registrar", "330782")
    visitor.press("开始填写申请")
    return visitor.page.url.rpartition("/")[2]


@pytest.mark.thorough
def test_a_page_saves_itself_and_goes_on_at_another_device(arrive: Arrivals) -> None:
    lin = arrive(login=LIN)
    ref = begin(lin)
    lin.open(f"/applications/{ref}/name")
    lin.type(name__trade="观澜听松", name__industry="茶业")
    expect(lin.page.locator("#verdict")).to_contain_text("还没有写完整")
    expect(lin.page.locator("[data-saved]")).to_contain_text("已自动保存")
    lin.pick("name.form", "有限公司")
    expect(lin.page.locator("#verdict .tag")).to_have_text("可以使用")
    lin.press("保存并继续")

    elsewhere = arrive(login=LIN, at=PHONE)
    elsewhere.open(f"/applications/{ref}/name")
    expect(elsewhere.control("name.trade")).to_have_value("观澜听松")
    elsewhere.sees("已为您保留到")


@pytest.mark.thorough
def test_scope_items_are_picked_without_leaving_the_page(arrive: Arrivals) -> None:
    lin = arrive(login=LIN)
    ref = begin(lin)
    lin.open(f"/applications/{ref}/scope")
    lin.control("q").fill("cyfw")
    lin.button("添加", of="餐饮服务").click()
    chosen = lin.page.locator('[id="scope.items"] li')
    expect(chosen).to_contain_text("食品经营许可证")
    lin.control("q").fill("软件开发")
    lin.button("添加", of="软件开发").click()
    expect(chosen).to_have_count(2)
    lin.button("设为主营", of="软件开发").click()
    expect(chosen.first).to_contain_text("软件开发")
    assert lin.page.url.endswith("/scope")


@pytest.mark.thorough
def test_contributions_add_up_while_they_are_typed(arrive: Arrivals, at_work: Settings) -> None:
    """Exactly as the server adds them, and a screen reader hears the result after a pause only."""
    now, owner = clock.now(), actor_of(LIN)
    ref = apply.start(entity_type="llc", registrar_code="330701", actor=owner, now=now)
    form = company()
    for section in ("people", "capital", "shareholders"):
        apply.keep_typed(ref, section, form[section], actor=owner, now=now)
    lin = arrive(login=LIN, at=PHONE)
    lin.open(f"/applications/{ref}/shareholders")
    total, said = lin.page.locator("[data-total]"), lin.page.locator("[data-said]")
    for typed, sum_of_all in (
        ("0.1", "49.1"),
        ("0.2000001", "49"),
        ("１,０００.000001", "1049.000001"),
        ("33.333333", "82.333333"),
    ):
        lin.control("shareholders.0.lines.0.amount_wan").fill(typed)
        expect(total).to_have_text(sum_of_all)
    expect(said).to_be_empty()
    expect(lin.page.locator("[data-verdict]")).to_have_text("比注册资本少17.666667")
    expect(lin.page.locator('[data-percent-of="0"]')).to_have_text("40.49%")
    expect(said).to_contain_text("合计（万元） 82.333333，比注册资本少17.666667，苏知禾 40.49%")
    expect(lin.page.locator("[data-saved]")).to_contain_text("已自动保存")
    lin.open(f"/applications/{ref}/shareholders")
    expect(total).to_have_text("82.333333")


def test_the_same_pages_work_without_scripts(arrive: Arrivals) -> None:
    lin = arrive(login=LIN, java_script_enabled=False)
    ref = begin(lin)
    lin.open(f"/applications/{ref}/name")
    lin.type(name__trade="枕石漱流", name__industry="茶业")
    lin.press("只检查名称")
    lin.sees("还没有写完整")
    expect(lin.control("name.trade")).to_have_value("枕石漱流")
    lin.pick("name.form", "有限公司")
    lin.press("保存并继续")
    lin.sees("枕石漱流茶业有限公司”已为您保留")
    lin.open(f"/applications/{ref}/scope")
    lin.control("q").fill("cyfw")
    lin.press("查找")
    lin.press("添加", of="餐饮服务")
    lin.sees("食品经营许可证")
    lin.press("保存并继续")
    assert "/capital" in lin.page.url


def end_session(visitor: Visitor) -> None:
    visitor.context.clear_cookies(name="heyi")


def test_a_session_that_ends_while_typing_is_opened_again_on_the_page(arrive: Arrivals) -> None:
    lin = arrive(login=LIN, at=PHONE)
    ref = begin(lin)
    lin.open(f"/applications/{ref}/name")
    end_session(lin)
    lin.type(name__trade="观澜听松")
    expect(lin.page.locator("dialog[open]")).to_contain_text("您的登录已经结束")
    expect(lin.page.locator("[data-saved]")).to_contain_text("还没有保存")
    dialog = lin.page.locator("dialog[open]")
    dialog.get_by_label("工号").fill(LIN)
    dialog.get_by_label("密码").fill("wrong password 0")
    dialog.get_by_role("button", name="登录").click()
    expect(dialog).to_contain_text("密码不对")
    dialog.get_by_label("密码").fill(samples.PASSWORD)
    dialog.get_by_role("button", name="登录").click()
    expect(lin.page.locator("dialog[open]")).to_have_count(0)
    expect(lin.page.locator("[data-saved]")).to_contain_text("已自动保存")
    lin.open(f"/applications/{ref}/name")
    expect(lin.control("name.trade")).to_have_value("观澜听松")


def test_a_lost_connection_loses_nothing(arrive: Arrivals) -> None:
    lin = arrive(login=LIN, at=PHONE)
    ref = begin(lin)
    lin.open(f"/applications/{ref}/name")
    lin.context.set_offline(True)
    lin.type(name__trade="漱玉听泉")
    saved = lin.page.locator("[data-saved]")
    expect(saved).to_contain_text("还没有保存")
    lin.button("保存并继续").click()
    expect(lin.control("name.trade")).to_have_value("漱玉听泉")
    lin.context.set_offline(False)
    expect(saved).to_contain_text("已自动保存")
    # Chromium and htmx note each request that found no network.
    lin.complaints.clear()
    lin.open(f"/applications/{ref}/name")
    expect(lin.control("name.trade")).to_have_value("漱玉听泉")


@pytest.mark.thorough
def test_an_answer_that_was_late_does_not_ask_to_sign_in_once_more(arrive: Arrivals) -> None:
    lin = arrive(login=LIN)
    ref = begin(lin)
    lin.open(f"/applications/{ref}/name")
    held: list[Route] = []
    lin.page.route("**/name/check*", lambda route: held.append(route), times=1)
    end_session(lin)
    lin.type(name__trade="观澜听松")
    # The check of the name is asked for first; the save, which is refused, opens the dialog.
    dialog = lin.page.locator("dialog[open]")
    expect(dialog).to_contain_text("您的登录已经结束")
    [route] = held
    late = route.fetch()
    assert late.status == 401
    dialog.get_by_label("工号").fill(LIN)
    dialog.get_by_label("密码").fill(samples.PASSWORD)
    dialog.get_by_role("button", name="登录").click()
    expect(dialog).to_have_count(0)
    route.fulfill(response=late)
    expect(lin.page.locator("#verdict")).to_contain_text("还没有写完整")
    expect(lin.page.locator("[data-saved]")).to_contain_text("已自动保存")
    expect(dialog).to_have_count(0)


@pytest.mark.thorough
def test_a_form_sent_after_the_session_is_kept_without_scripts(arrive: Arrivals) -> None:
    lin = arrive(login=LIN, java_script_enabled=False)
    ref = begin(lin)
    lin.open(f"/applications/{ref}/name")
    lin.type(name__trade="枕石漱流", name__industry="茶业")
    end_session(lin)
    lin.press("保存并继续")
    lin.sees("填写的内容没有丢失")
    lin.type(login=LIN, password=samples.PASSWORD)
    lin.press("登录")
    lin.sees("您已经重新登录")
    lin.press("再发送一次")
    expect(lin.control("name.trade")).to_have_value("枕石漱流")
