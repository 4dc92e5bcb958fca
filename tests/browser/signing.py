"""How the parties sign: each by the own link, in a browser of the own, without an account."""

from playwright.sync_api import expect

from tests.browser.conftest import Arrivals
from tests.browser.visitor import Visitor
from tests.fixtures.cases import person, with_check_digit


def links(applicant: Visitor) -> dict[str, str]:
    """Name and link of everybody who has still to sign, from the page that shows the links."""
    applicant.press("显示签名链接和二维码")
    rows = applicant.page.locator("li", has=applicant.page.locator("input.code"))
    return {row.locator("b").first.inner_text(): row.locator("input.code").input_value() for row in rows.all()}


def sign_all(
    applicant: Visitor, arrive: Arrivals, keys: tuple[str, ...], *, stumbles: str = "", refuses: str = ""
) -> None:
    """Everybody signs; `stumbles` first types a number that is somebody else's, `refuses` first does not agree."""
    addresses = links(applicant)
    assert set(addresses) == {person(key)["name"] for key in keys}, list(addresses)
    for place, key in enumerate(keys):
        signer = arrive(lang=applicant.lang, at=applicant.page.viewport_size)
        signer.open(addresses[person(key)["name"]])
        if key == stumbles:
            _stumble(signer)
        prove(signer, person(key)["id_no"])
        if key == refuses:
            _refuse(signer, applicant)
        sign(signer, last=place == len(keys) - 1)
        signer.context.close()


def _stumble(signer: Visitor) -> None:
    prove(signer, with_check_digit("330702189001010010"))
    signer.is_told_off("id_no")
    expect(signer.button("签名")).to_have_count(0)


def _refuse(signer: Visitor, applicant: Visitor) -> None:
    """With a reason, which the applicant sees; then thinks again."""
    signer.page.locator("details > summary").last.click()
    signer.press("拒绝签名")
    signer.is_told_off("reason")
    signer.type(reason="出资期限太短，想再商量一下")
    signer.press("拒绝签名")
    signer.sees("出资期限太短，想再商量一下")
    applicant.page.reload()
    applicant.sees("出资期限太短，想再商量一下")


def prove(signer: Visitor, number: str) -> None:
    signer.type(id_no=number)
    signer.press("核对身份")


def sign(signer: Visitor, *, last: bool) -> None:
    signer.does_not_scroll_sideways()
    signer.tick("agreed")
    signer.press("签名")
    signer.sees(signer.say("签名已经完成"))
    signer.sees(
        signer.say("全部签名已经完成，申请已经提交给登记机关。")
        if last
        else signer.say("您不用再做什么。内容如果修改，会请您重新签名。")
    )
