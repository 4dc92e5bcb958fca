"""The public check: what a stranger learns of a licence, by number, by QR code, by file, and what nobody does."""

import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from sqlmodel import select
from werkzeug.test import TestResponse

from certificates.particulars import Particulars
from certificates.render import render
from certificates.sign import Signer, make_sample_key
from registration import clock, db
from registration.gateways import examination
from registration.gateways.storage import storage
from registration.models import Entity, Licence, LicenceCheck
from registration.operations.act import act
from registration.settings import Settings
from tests.fixtures.cases import actor_of, five_numbers, individual, person, submitted
from tests.fixtures.visitor import Visitor, words, work_off

Visit = Callable[..., Visitor]
LIN, CLERK = "lin@example.cn", "0318"


@pytest.fixture
def sheet(desk_app: Flask) -> Licence:
    """The original of an individual business, issued, signed and stored."""
    now = clock.now()
    ref = submitted("individual", individual(), registrar="330702", actor=actor_of(LIN), now=now)
    act(ref, "claim", actor=actor_of(CLERK), now=now)
    act(ref, "approve", actor=actor_of(CLERK), now=now, opinion="符合法定形式")
    work_off()
    with db.reading() as session:
        return session.exec(select(Licence).where(Licence.paper == "original")).one()


def drop(visitor: Visitor, pdf: bytes, name: str = "licence.pdf") -> TestResponse:
    return visitor.post("/check", file=(io.BytesIO(pdf), name))


def pdf_of(sheet: Licence, settings: Settings) -> bytes:
    assert sheet.storage_key is not None
    return storage(settings).get(sheet.storage_key)


def checks() -> list[tuple[str, str, bool]]:
    with db.reading() as session:
        rows = session.exec(select(LicenceCheck).order_by(LicenceCheck.id)).all()  # type: ignore[arg-type]
    return [(row.by, row.verdict, row.licence_id is not None) for row in rows]


def set_status(model: type[Licence] | type[Entity], status: str) -> None:
    with db.transaction() as session:
        for row in session.exec(select(model)).all():
            row.status = status


def test_a_licence_is_found_by_its_numbers_and_its_code(visit: Visit, sheet: Licence) -> None:
    stranger = visit()
    by_code = words(stranger.get(f"/check?q={sheet.code}"))
    assert "执照有效" in by_code
    assert "正本1份，副本1份" in by_code
    assert "存续（在业）" in by_code
    assert "演示样本" in by_code
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


def test_a_sheet_that_is_not_issued_yet_is_not_there(visit: Visit, sheet: Licence) -> None:
    set_status(Licence, "prepared")
    assert "查不到" in words(visit().get(f"/v/{sheet.ref}"))
    assert "查不到" in words(visit().get(f"/check?q={sheet.code}"))


def test_an_old_edition_and_an_ended_business_are_told(visit: Visit, sheet: Licence) -> None:
    set_status(Licence, "superseded")
    assert "已换发新版" in words(visit().get(f"/v/{sheet.ref}"))
    set_status(Licence, "revoked")
    assert "执照不再有效" in words(visit().get(f"/v/{sheet.ref}"))
    set_status(Licence, "issued")
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
    assert "查不到" in page
    assert told in page


def test_a_file_that_costs_too_much_is_given_up(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examination, "SECONDS", 0.01)
    assert "已停止" in words(drop(visit(), b"%PDF-1.7 anything"))


def test_the_examining_process_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is given the roots and the file on its pipe, and of the environment only what Python needs to start."""
    seen: dict[str, object] = {}
    real = examination.subprocess.run

    def watched(command: list[str], **more: object) -> object:
        seen.update(more)
        return real(command, **more)  # type: ignore[call-overload]

    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    monkeypatch.setattr(examination.subprocess, "run", watched)
    examined = examination.examine(b"no pdf", sha256="0" * 64, trust_roots=[])
    assert examined.problems == ("pdf.not_pdf",)
    assert set(seen["env"]) == {"PATH", "PYTHONPATH", "LANG"}  # type: ignore[call-overload]


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
    with db.reading() as session:
        licence = session.exec(select(Licence).where(Licence.paper == "original")).one()
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
