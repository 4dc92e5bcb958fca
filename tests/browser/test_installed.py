"""The pages as an app: what a real browser keeps of them, and shows without a network."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Arrivals
from tests.browser.visitor import PHONE

LIN = "lin@example.cn"
ADDRESSES_KEPT = """async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith("heyi-app "));
    const found = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return found.flat().map((one) => new URL(one.url).pathname);
}"""


@pytest.mark.thorough
def test_without_a_network_there_is_a_page_and_nothing_of_who_was_signed_in(arrive: Arrivals) -> None:
    lin = arrive(login=LIN, at=PHONE)
    lin.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    for path in ("/applications", "/account", "/api/v1/matters", "/account"):
        lin.open(path)
    kept = lin.page.evaluate(ADDRESSES_KEPT)
    assert "/no-network" in kept
    assert [path for path in kept if not path.startswith(("/static/", "/city/", "/no-network"))] == []

    push = {"title": "合一", "text": "申请有新的进展", "path": "/applications/HY-2026-000001", "lang": "zh-Hans"}
    lin.context.grant_permissions(["notifications"])
    devtools = lin.context.new_cdp_session(lin.page)
    found: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: found.extend(one["registrationId"] for one in told["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    while not found:
        lin.page.wait_for_timeout(50)
    message = {"origin": lin.url, "registrationId": found[0], "data": json.dumps(push)}
    devtools.send("ServiceWorker.deliverPushMessage", message)
    shown = """async () => (await (await navigator.serviceWorker.ready).getNotifications()).map((one) => one.body)"""
    lin.page.wait_for_function(f"async () => (await ({shown})()).includes({json.dumps(push['text'])})")

    lin.context.set_offline(True)
    lin.control("current").fill("typed without a network")
    lin.button("更换密码").click()
    expect(lin.page.locator("[data-no-network]")).to_contain_text("填写的内容都在")
    expect(lin.control("current")).to_have_value("typed without a network")
    lin.open("/applications")
    lin.sees("没有网络", "No network")
    lin.does_not_scroll_sideways()
    assert "林" not in lin.page.locator("body").inner_text()
    lin.context.set_offline(False)
    lin.open("/applications")
    lin.sees("我的申请")
    # Chromium notes each request that found no network.
    lin.complaints.clear()
