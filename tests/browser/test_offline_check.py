"""The code on a paper, checked in a browser that reaches nobody; and beside the register, on the page that it opens."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import Browser, FilePayload, Page, expect
from sqlmodel import col, select

from certificates.credentials.qr_statement import qr_text
from certificates.paper import qr
from certificates.particulars import Particulars
from registration import clock, database
from registration.keys.offline import signing_key
from registration.models import Licence
from registration.operations.act import act
from registration.settings import Settings
from tests.browser.conftest import Arrivals
from tests.browser.visitor import DESKTOP, PHONE, Visitor
from tests.fixtures.cases import actor_of, individual, submitted
from tests.forgeries import codes

LONG_NAME = "金华双溪" + "样例" * 20 + "有限公司"
LIN, CLERK = "lin@example.cn", "0318"
Text = Callable[..., str]


@pytest.fixture
def text(at_work: Settings) -> Text:
    """The text of a QR code that this deployment signed, or another key, with changes of the facts."""

    def write(*, key: ec.EllipticCurvePrivateKey | None = None, **changes: object) -> str:
        facts = {
            "entity_type": "llc",
            "name": "金华双溪样例茶业有限公司",
            "type_text": "有限责任公司（自然人投资或控股）",
            "representative": "苏知禾",
            "domicile": "浙江省金华市婺城区样例街道双溪路88号3幢201室",
            "general_items": ("茶叶种植",),
            "founded_on": date(2026, 10, 12),
            "issued_on": date(2026, 10, 13),
            "registrar": "金华市市场监督管理局",
            "uscc": "91330701MAT000018L",
            "serial": "330701202610120001",
            "check_url": f"{at_work.public_url}/v/mS0mSr9_Jx2pVv-1kqR7aQ",
            "check_host": "heyi.example/v",
            "sample": False,
        }
        return qr_text(Particulars(**facts | changes), registrar="330701", key=key or signing_key("qr"))

    return write


def ask(page: Page, text: str) -> str:
    """Types the text into the page and reads the title of its verdict."""
    page.locator("textarea:visible").fill(text)
    page.locator("form[data-check] .btn:visible").click()
    return page.locator("[data-verdict]:visible h2").inner_text()


@pytest.mark.parametrize(("lang", "at"), [("zh", DESKTOP), ("en", PHONE)])
def test_a_code_is_checked_without_a_network(arrive: Arrivals, text: Text, lang: str, at: object) -> None:
    visitor = arrive(lang=lang, at=at)
    visitor.open("/offline-check")
    visitor.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    visitor.context.set_offline(True)
    visitor.page.reload()
    good = text()
    assert ask(visitor.page, good) == visitor.say("签名有效")
    visitor.sees("91330701MAT000018L", "金华双溪样例茶业有限公司", "2026-10-13", "330701202610120001")
    expect(visitor.page.locator("[data-sample]:visible")).to_have_count(0)
    visitor.does_not_scroll_sideways()
    assert ask(visitor.page, text(sample=True)) == visitor.say("签名有效")
    expect(visitor.page.locator("[data-sample]:visible")).to_have_count(1)
    assert ask(visitor.page, good.replace("127.0.0.1", "127.0.0.2")) == visitor.say("签名不符")
    assert ask(visitor.page, text(key=ec.generate_private_key(ec.SECP256R1()))) == visitor.say("不是本机关签署的")
    assert ask(visitor.page, good.partition("#")[0]) == visitor.say("没有可以离线核验的内容")
    assert ask(visitor.page, good[:-4]) == visitor.say("内容不完整")
    visitor.complaints.clear()  # the page's own icon and the like, asked for in vain


def test_every_changed_character_is_found_by_the_script_too(arrive: Arrivals, text: Text) -> None:
    visitor = arrive()
    visitor.open("/offline-check")
    good = text()
    found = visitor.page.evaluate(
        """async (good) => {
            const keys = JSON.parse(document.body.dataset.keys), codes = [];
            for (let at = 0; at < good.length; at += 2) {
                const other = good[at] === "B" ? "C" : "B";
                codes.push((await HeyiStatement.check(good.slice(0, at) + other + good.slice(at + 1), keys)).code);
            }
            return [(await HeyiStatement.check(good, keys)).code, codes.includes("valid"), codes.length];
        }""",
        good,
    )
    assert found == ["valid", False, (len(good) + 1) // 2]


def test_no_hostile_code_holds_in_the_script(arrive: Arrivals, text: Text) -> None:
    """The same codes as at the library: two readers that disagree would be a way in."""
    visitor = arrive()
    visitor.open("/offline-check")
    hostile = codes.corpus(text(), signing_key("qr"))
    found = visitor.page.evaluate(
        """async (texts) => {
            const keys = JSON.parse(document.body.dataset.keys), found = {};
            for (const [name, text] of Object.entries(texts)) {
                found[name] = await HeyiStatement.check(text, keys).then((told) => told.code, () => "broken");
            }
            return found;
        }""",
        hostile,
    )
    assert len(found) == len(hostile)
    assert [name for name, code in found.items() if code in ("valid", "broken")] == []
    assert found["the other s"] == "statement.altered"


def test_a_long_name_is_compared_by_its_digest(arrive: Arrivals, text: Text) -> None:
    visitor = arrive()
    visitor.open("/offline-check")
    ask(visitor.page, text(name=LONG_NAME))
    for name, words in ((LONG_NAME, "名称相符"), (LONG_NAME[:-4], "名称不符")):
        visitor.page.locator("form[data-compare]:visible input").fill(name)
        visitor.page.locator("form[data-compare]:visible .btn").click()
        visitor.sees(words)


def test_the_saved_file_calls_nobody(arrive: Arrivals, browser: Browser, text: Text, tmp_path: Path) -> None:
    visitor = arrive()
    visitor.open("/offline-check")
    with visitor.page.expect_download() as coming:
        visitor.page.locator("a[href$='heyi-check.html']:visible").click()
    coming.value.save_as(tmp_path / "heyi-check.html")
    context = browser.new_context(locale="en-GB")
    context.set_offline(True)
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / "heyi-check.html").as_uri())
    assert ask(page, text()) == "签名有效"
    page.locator("[data-show='en']:visible").click()
    assert page.locator("[data-verdict]:visible h2").inner_text() == visitor_words("签名有效")
    assert page.locator("html").get_attribute("lang") == "en"
    assert ask(page, text().replace("/v/", "/w/")) == visitor_words("签名不符")
    assert all(url.startswith("file:") for url in asked)
    context.close()


def visitor_words(text: str) -> str:
    from tests.browser.visitor import _catalogue

    return _catalogue().gettext(text)


def test_pictures_are_read_where_the_browser_can(arrive: Arrivals, text: Text) -> None:
    """This Chromium cannot, and says so; with a reader in its place the picture's text is checked like any other."""
    visitor, good = arrive(), text()
    visitor.open("/offline-check")
    assert not visitor.page.evaluate("() => 'BarcodeDetector' in globalThis")
    expect(visitor.page.locator("[data-no-reader]:visible")).to_have_count(1)
    script = f"globalThis.BarcodeDetector = class {{ async detect() {{ return [{{ rawValue: {good!r} }}] }} }}"
    visitor.context.add_init_script(script)
    visitor.open("/offline-check")
    picture: FilePayload = {"name": "code.png", "mimeType": "image/png", "buffer": qr.png(good)}
    visitor.page.locator("[data-picture]:visible").set_input_files(picture)
    visitor.sees("签名有效")
    blank: FilePayload = {**picture, "buffer": b"no picture"}
    visitor.page.locator("[data-picture]:visible").set_input_files(blank)
    visitor.sees("图里没有找到二维码")
    visitor.page.locator("[data-camera]:visible").click()
    visitor.sees("不能使用摄像头")


@pytest.mark.thorough
def test_the_page_of_a_code_compares_paper_and_register(arrive: Arrivals, text: Text, at_work: Settings) -> None:
    sheet = issue(arrive(login=LIN))
    particulars = Particulars.model_validate(sheet.particulars)
    good = qr_text(particulars, registrar="330702", key=signing_key("qr"))
    older = particulars.model_copy(update={"edition": 7, "issued_on": date(2025, 1, 2)})
    stranger = arrive()
    for fragment, words, listed in (
        (good, "二维码里的签名有效，内容与登记一致。", []),
        (good[:-3] + "000", "二维码里的签名不符：内容被改动过，或者不是登记机关签署的。", []),
        (qr_text(older, registrar="330702", key=signing_key("qr")), "不一致", ["签发日期", "第几版"]),
    ):
        stranger.page.goto("about:blank")
        stranger.open(f"/v/{sheet.ref}#{fragment.partition('#')[2]}")
        stranger.sees("演示样本，没有法律效力")
        expect(stranger.page.locator("[data-result]:visible")).to_contain_text(words)
        assert stranger.page.locator("[data-differs]:visible").all_inner_texts() == listed
    stranger.page.goto("about:blank")
    stranger.open(f"/v/{sheet.ref}")
    stranger.sees("演示样本，没有法律效力")
    expect(stranger.page.locator("[data-result]:visible")).to_have_count(0)


def issue(applicant: Visitor) -> Licence:
    """The original of an individual business, printed by the deployment's own worker."""
    now = clock.now()
    ref = submitted("individual", individual(trade="听雨煎茗"), registrar="330702", actor=actor_of(LIN), now=now)
    act(ref, "claim", actor=actor_of(CLERK), now=now)
    act(ref, "approve", actor=actor_of(CLERK), now=now, opinion="符合法定形式")
    applicant.open(f"/applications/{ref}")
    applicant.reload_until(lambda: applicant.page.get_by_text("营业执照已经制作"))
    with database.reading() as session:
        query = select(Licence).where(Licence.paper == "original").order_by(col(Licence.id).desc())
        made = session.exec(query).first()
    assert made is not None
    return made
