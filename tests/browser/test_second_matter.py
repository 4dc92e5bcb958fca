"""The matter of the page "Write a workflow", as its applicant and its examiner meet it: from the start to the paper."""

from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from registration.runtime import broker
from tests.browser.conftest import sign_in
from tests.browser.visitor import DESKTOP, PHONE, Visitor
from tests.fixtures.servers import Commands, Stack, free_port, make_stack
from tests.fixtures.tutorial import first_look, project

__all__ = ["first_look", "project"]

CODE = "91330106673959654P"


@pytest.fixture(scope="module")
def office(project: Commands, first_look: str) -> Iterator[Stack]:
    """The copy of the project, with the matter in it, as a deployment of its own."""
    folder = Path(mkdtemp(prefix="heyi-matter-"))
    plain = make_stack(folder, port=free_port())
    own = {**plain.environment, "PYTHONPATH": project.environment["PYTHONPATH"]}
    stack = Stack(plain.home, own, plain.port, project=project.folder)
    running = broker.start(folder / "broker", append_only=False)
    try:
        stack.start("prepare").wait()
        stack.stop("prepare")
        stack.start_all()
        yield stack
    finally:
        stack.stop_all()
        running.stop()
        rmtree(folder)


def at(browser: Browser, office: Stack, login: str, *, size: ViewportSize = DESKTOP) -> Visitor:
    context = browser.new_context(viewport=size, accept_downloads=True)
    context.set_default_timeout(20_000)
    visitor = Visitor(context, office.url)
    sign_in(visitor, login)
    return visitor


@pytest.mark.thorough
def test_a_copy_of_a_lost_licence_is_applied_for_and_decided(browser: Browser, office: Stack) -> None:
    lin = at(browser, office, "lin@example.cn", size=PHONE)
    lin.open("/applications/new")
    lin.sees("您要办什么")
    lin.follow("补领营业执照")
    lin.sees("遗失执照的统一社会信用代码")
    lin.pick("entity_type", "individual")
    lin.pick("registrar", "330702")
    lin.press("开始填写申请")
    lin.sees("补领营业执照")
    ref = lin.page.url.rpartition("/")[2]
    lin.does_not_scroll_sideways()

    lin.follow("申请补领")
    lin.sees("先在国家企业信用信息公示系统声明作废")
    lin.type(number="91330106673959654Q", paper="公示系统")
    lin.press("申请补领")
    lin.sees("请填写遗失执照的统一社会信用代码")
    expect(lin.control("paper")).to_have_value("公示系统")
    lin.type(number=CODE, paper="国家企业信用信息公示系统 2026-10-08")
    lin.press("申请补领")
    lin.sees("已申请补领")
    lin.sees("等待登记机关审查")

    clerk = at(browser, office, "0318")
    clerk.open(f"/desk/cases/{ref}")
    clerk.sees("补领营业执照")
    clerk.press("领取")
    clerk.press("补发执照")
    clerk.sees("已办理：补发执照")

    lin.open(f"/applications/{ref}")
    lin.sees("登记机关已决定补发执照")
    link = lin.page.get_by_role("link", name="决定书")
    for _look in range(60):
        if link.count():
            break
        lin.page.wait_for_timeout(500)
        lin.open(f"/applications/{ref}")
    with lin.page.expect_download() as download:
        link.first.click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    assert [one for visitor in (lin, clerk) for one in visitor.complaints] == []
