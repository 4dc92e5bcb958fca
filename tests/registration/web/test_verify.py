"""The public check: what a stranger learns of a licence, by number, by QR code, by file, and what nobody does."""

import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pikepdf
import pytest
from sqlmodel import col, select
from werkzeug.test import TestResponse

from certificates.paper.pdf import render
from certificates.particulars import Particulars
from certificates.signatures.signer import Signer, make_sample_key
from registration import clock, database
from registration.gateways.storage import storage
from registration.models import Application, Entity, Licence, LicenceCheck
from registration.operations.act import act
from registration.sandboxed.licence import MOST_PAGES
from registration.settings import Settings
from tests.fixtures.cases import actor_of, five_numbers, person, submitted
from tests.fixtures.licences import LIN, logged, replaced, replacement, revoked, sheets
from tests.fixtures.statements import selects
from tests.fixtures.visitor import Visitor, words, work_off

Visit = Callable[..., Visitor]


@pytest.fixture
def sheet(sheet: Licence) -> Licence:
    """As of a deployment with a design of its own."""
    return real()


def real() -> Licence:
    """The original, once nothing says any more that it is a sample: as a deployment with its own design issues it."""
    with database.transaction() as session:
        for row in session.exec(select(Licence)).all():
            row.particulars = {**row.particulars, "sample": False}
    with database.reading() as session:
        return session.exec(select(Licence).where(Licence.paper == "original", Licence.edition == 1)).one()


def drop(visitor: Visitor, pdf: bytes, name: str = "licence.pdf") -> TestResponse:
    return visitor.post("/check", file=(io.BytesIO(pdf), name))


def pdf_of(sheet: Licence, settings: Settings) -> bytes:
    assert sheet.storage_key is not None
    return storage(settings).get(sheet.storage_key)


def checks() -> list[tuple[str, str, bool]]:
    with database.reading() as session:
        rows = session.exec(select(LicenceCheck).order_by(col(LicenceCheck.id))).all()
    return [(row.by, row.verdict, row.licence_id is not None) for row in rows]


def case_of_first() -> str:
    with database.reading() as session:
        return session.exec(select(Application.ref)).one()


def set_status(model: type[Licence] | type[Entity], status: str) -> None:
    with database.transaction() as session:
        for row in session.exec(select(model)).all():
            row.status = status


def test_a_licence_is_found_by_its_numbers_and_its_code(visit: Visit, sheet: Licence) -> None:
    stranger = visit()
    by_code = words(stranger.get(f"/check?q={sheet.code}"))
    assert "执照有效" in by_code
    assert "正本1份，副本1份" in by_code
    assert "存续（在业）" in by_code
    assert "演示样本" not in by_code
    assert "执照有效" in words(stranger.get(f"/check?q= {sheet.code.lower()} "))
    assert "执照有效" in words(stranger.get(f"/check?q={sheet.serial}"))
    by_token = words(stranger.get(f"/v/{sheet.ref}"))
    assert "执照有效" in by_token
    assert sheet.particulars["name"] in by_token
    assert checks() == [("code", "valid", True)] * 3 + [("token", "valid", True)]


def test_a_stranger_learns_what_the_law_publishes_and_no_more(visit: Visit, sheet: Licence) -> None:
    for path in (f"/check?q={sheet.code}", f"/v/{sheet.ref}"):
        page = visit().get(path).text
        assert sheet.particulars["domicile"] in page
        for private in (person("p1")["id_no"], "13800000001", "p1@example.cn", "浙江省金华市婺城区样例路1号"):
            assert private not in page


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("91330702MAT000034A", "校验码对不上"),
        ("9133070IMAT0000340", "第8位的“I”不能用在统一社会信用代码里"),
        ("9133070", "没有7位的号码"),
        ("330702000000002", "校验码对不上"),
    ],
)
def test_a_malformed_number_is_told_what_is_wrong(visit: Visit, typed: str, told: str) -> None:
    page = words(visit().get(f"/check?q={typed}"))
    assert "号码有误" in page
    assert told in page
    assert checks() == [("code", "malformed", False)]


def test_a_number_that_nobody_was_given_is_not_found(visit: Visit) -> None:
    assert "查不到" in words(visit().get("/check?q=91350100M000100Y43"))
    assert "查不到" in words(visit().get("/v/no-such-token"))
    assert checks() == [("code", "unknown", False), ("token", "unknown", False)]


@pytest.mark.thorough
def test_a_sheet_that_is_not_issued_yet_is_not_there(visit: Visit, sheet: Licence) -> None:
    set_status(Licence, "prepared")
    assert "查不到" in words(visit().get(f"/v/{sheet.ref}"))
    assert "查不到" in words(visit().get(f"/check?q={sheet.code}"))


def test_a_sample_is_none_but_a_sample(visit: Visit, sheet: Licence, settings: Settings) -> None:
    with database.transaction() as session:
        for row in session.exec(select(Licence)).all():
            row.particulars = {**row.particulars, "sample": True}
    for answer in (visit().get(f"/v/{sheet.ref}"), drop(visit(), pdf_of(sheet, settings))):
        page = words(answer)
        assert "演示样本，没有法律效力" in page
        assert "不是真实的营业执照" in page
        assert "执照有效" not in page
    assert [verdict for _by, verdict, _known in checks()] == ["sample", "sample"]
    set_status(Licence, "superseded")
    page = words(visit().get(f"/v/{sheet.ref}"))
    assert "已换发新版" in page
    assert "这是演示样本，没有法律效力" in page


def test_an_old_edition_shows_the_one_in_force(visit: Visit, sheet: Licence) -> None:
    ref = case_of_first()
    replaced(ref, clock.now())
    real()
    new = sheets(ref, edition=2)[0]
    page = words(visit().get(f"/v/{sheet.ref}"))
    assert "已换发新版" in page
    assert f"执照编号{new.serial}" in page
    assert "执照有效" in words(visit().get(f"/v/{new.ref}"))
    assert "执照有效" in words(visit().get(f"/check?q={sheet.code}"))


def test_a_lost_licence_is_shown_as_void_and_then_as_in_force_again(visit: Visit, sheet: Licence) -> None:
    ref, code = case_of_first(), sheet.code
    begun = replacement(ref, clock.now(), "lost")
    for path in (f"/v/{sheet.ref}", f"/check?q={code}", f"/register/{code}"):
        assert "声明作废" in words(visit().get(path))
    page = words(visit().get(f"/v/{sheet.ref}"))
    assert "营业执照遗失或者毁坏，企业声明作废" in page
    assert "申请撤回或者不予办理的，这份执照恢复有效" in page
    assert "The licence was lost or destroyed" in words(visit(lang="en").get(f"/v/{sheet.ref}"))
    assert "原执照恢复有效" in words(visit(LIN).get(f"/applications/{ref}"))
    act(begun, "withdraw", actor=actor_of(LIN), now=clock.now())
    page = words(visit().get(f"/v/{sheet.ref}"))
    assert "执照有效" in page
    assert "补领的申请没有办成" in page


def test_a_revoked_licence_shows_since_when_and_why_and_no_opinion(visit: Visit, sheet: Licence) -> None:
    revoked(case_of_first(), clock.now(), reason="V02")
    for path in (f"/v/{sheet.ref}", f"/check?q={sheet.code}"):
        page = words(visit().get(path))
        assert "执照不再有效" in page
        assert "失效时间" in page
        assert "伪造、涂改、出租、出借、转让营业执照，情节严重，吊销营业执照" in page
        assert "市场主体登记管理条例第四十八条" in page
        assert "经调查属实" not in page
    english = words(visit(lang="en").get(f"/v/{sheet.ref}"))
    assert "The licence was forged, altered, let, lent or sold; it was revoked" in english


def test_the_log_proves_what_the_page_says(visit: Visit, sheet: Licence) -> None:
    assert "正在写入" in words(visit().get(f"/v/{sheet.ref}"))
    logged(clock.now())
    with selects() as found:
        page = visit().get(f"/v/{sheet.ref}")
    assert len(found) <= 2, "the sheet, and all that is told beside it"
    assert "第1条，共2条" in words(page)
    assert 'href="/log/1"' in page.text
    proof = words(visit().get("/log/1"))
    assert str(sheet.sha256) in proof
    assert "签署于" in proof
    assert words(visit().get(f"/log?q={sheet.serial}")).count("签发") >= 2
    assert visit().get("/log/3").status_code == 404
    assert visit().get("/log/99999999999999999999").status_code == 404


def test_who_signed_and_when_is_told(visit: Visit, sheet: Licence) -> None:
    assert f"签署{sheet.signed_by}，" in words(visit().get(f"/v/{sheet.ref}"))


def test_an_ended_business_is_told(visit: Visit, sheet: Licence) -> None:
    set_status(Entity, "deregistered")
    page = words(visit().get(f"/check?q={sheet.code}"))
    assert "执照不再有效" in page
    assert "已注销" in page


def test_the_file_that_was_issued_is_valid(visit: Visit, sheet: Licence, settings: Settings) -> None:
    before = {path for path in settings.home.rglob("*") if path.is_file()}
    page = words(drop(visit(), pdf_of(sheet, settings)))
    assert "执照有效" in page
    assert "与签发时的文件每一位相同" in page
    assert checks() == [("file", "valid", True)]
    assert {path for path in settings.home.rglob("*") if path.is_file()} <= before


@pytest.mark.parametrize(
    ("alter", "told"),
    [
        (lambda pdf: pdf.replace(b"/Lang", b"/Lung", 1), "签名以后，文件内容被改动"),
        (lambda pdf: pdf + b"\n% more", "文件"),
    ],
)
def test_a_changed_file_is_not_what_was_issued(
    visit: Visit, sheet: Licence, settings: Settings, alter: Callable[[bytes], bytes], told: str
) -> None:
    page = words(drop(visit(), alter(pdf_of(sheet, settings))))
    assert "内容与签发时不一致" in page
    assert "请不要接受" in page
    assert told in page
    assert checks() == [("file", "altered", True)]


def test_a_forgery_with_our_code_and_name_shows_what_differs(visit: Visit, sheet: Licence, tmp_path: Path) -> None:
    """Somebody prints another firm over our QR code and signs it with a key that bears our name."""
    make_sample_key(tmp_path / "key", common_name="合一演示登记机关", valid_from=clock.now())
    forged = Particulars.model_validate(sheet.particulars).model_copy(update={"name": "金华市婺城区假冒样例餐饮店"})
    signer = Signer.load(tmp_path / "key")
    signed = signer.sign(render(forged), signed_at=clock.now(), reason="核发营业执照", location=forged.registrar)
    page = words(drop(visit(), signed))
    assert "内容与签发时不一致" in page
    assert f"签发时：{sheet.particulars['name']}；文件里：金华市婺城区假冒样例餐饮店" in page
    assert "签名不是本登记机关的签发密钥作出的" in page


@pytest.mark.parametrize(
    ("data", "told"),
    [(b"not a pdf", "这不是PDF文件"), (b"%PDF-1.7\n" + bytes(2000), "文件损坏"), (b"%PDF-1.7 1 0 obj <<", "文件损坏")],
)
def test_a_stranger_s_file_is_told_what_it_is(visit: Visit, data: bytes, told: str) -> None:
    page = words(drop(visit(), data, "x.pdf"))
    assert "不是本登记机关签发的文件" in page
    assert told in page


def test_a_file_signed_by_another_is_not_ours(visit: Visit, sheet: Licence, tmp_path: Path) -> None:
    """A whole licence of an invented office, with an address that leads elsewhere."""
    make_sample_key(tmp_path / "key", common_name="某地登记机关", valid_from=clock.now())
    facts = {**sheet.particulars, "check_url": "https://check.example/v/abcdef"}
    signer = Signer.load(tmp_path / "key")
    strange = signer.sign(
        render(Particulars.model_validate(facts)), signed_at=clock.now(), reason="核发", location="某地"
    )
    page = words(drop(visit(), strange))
    assert "不是本登记机关签发的文件" in page
    assert "请不要接受" in page
    assert checks() == [("file", "not_ours", False)]


def test_a_file_of_many_pages_is_looked_at_no_further(visit: Visit) -> None:
    many, content = pikepdf.new(), io.BytesIO()
    for _page in range(MOST_PAGES + 1):
        many.add_blank_page()
    many.save(content)
    assert "页数太多" in words(drop(visit(), content.getvalue()))


def test_nothing_and_too_much_are_refused(visit: Visit, settings: Settings) -> None:
    stranger = visit()
    assert stranger.post("/check").status_code == 422
    big = drop(stranger, b"%PDF-" + bytes(settings.upload_bytes))
    assert big.status_code == 413
    assert "文件超过10 MB" in words(big)
    # The client wrote so large a form into a temporary file of its own.
    big.request.environ["wsgi.input"].close()
    assert checks() == []


def test_a_look_alike_address_is_told(visit: Visit) -> None:
    true = visit().get("/check", base_url="http://127.0.0.1:8000")
    assert "不是本系统公布的网址" not in words(true)
    false = visit().get("/check", base_url="http://127.0.0.1.example")
    assert "真正的查验页在 127.0.0.1:8000" in words(false)


def test_each_of_the_five_numbers_leads_to_the_licence(visit: Visit) -> None:
    now = clock.now()
    ref = submitted("llc", five_numbers(), registrar="330784", actor=actor_of("zhou@example.cn"), now=now)
    act(ref, "accept", actor=actor_of("0417"), now=now)
    act(ref, "start", actor=actor_of("0418"), now=now)
    act(ref, "approve", actor=actor_of("0418"), now=now, opinion="符合")
    parts = ("organization_code", "national_tax", "local_tax", "social_insurance", "statistics")
    for at, part in enumerate(parts, 3301):
        act(ref, "claim", actor=actor_of(str(at)), now=now, part=part)
        act(ref, "assign", actor=actor_of(str(at)), now=now, part=part)
    work_off()
    licence = real()
    five = licence.particulars["five_numbers"]
    for number in five.values():
        assert "执照有效" in words(visit().get(f"/check?q={number}"))
    page = words(visit(lang="en").get(f"/check?q={five['registration_number']}"))
    assert "Valid" in page
    assert five["tax_number"] in page
    assert f"CNY {Decimal(licence.particulars['capital']):,.2f}" in page


def test_what_is_typed_is_shown_as_text(visit: Visit) -> None:
    page = visit().get('/check?q="><script>alert(1)</script>').text
    assert "<script>alert" not in page


def test_checking_is_slowed_down_for_those_who_try_numbers(visit: Visit) -> None:
    stranger = visit()
    answers = {stranger.get("/v/none").status_code for _ in range(61)}
    assert answers == {200, 429}


def test_a_name_that_is_too_long_is_not_read_without_its_end(visit: Visit) -> None:
    name = f"金华市{'晨曦云栖竹径' * 10}餐饮管理有限公司"
    assert "60" in words(visit().get("/names", query_string={"name": name, "entity_type": "llc", "region": "330702"}))
