"""A limited company from the first page to the checked licence, by clicking: applicant, signers, clerks, a stranger."""

from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import expect

from certificates.numbers import make_organization_code, make_uscc
from registration.rules.materials import material_label
from tests.browser.applying import (
    SIGNERS,
    Firm,
    begin,
    fill_in,
    hand_in_materials,
    png,
    read_articles,
    sign_up,
    title_of,
)
from tests.browser.conftest import Arrivals
from tests.browser.desk import action_words, decide, download_licence
from tests.browser.signing import sign_all
from tests.browser.visitor import DESKTOP, PHONE, Visitor

WHOLE_STREET = "样例街道双溪路88号3幢201室"
# Well formed, so that nothing but the register can tell.
NEVER_GIVEN = make_uscc(make_organization_code("Q7Q7Q7Q7"), region="330701")
WHERE_AND_HOW = [
    pytest.param("zh", DESKTOP, Firm("云岫听禾", "desk@example.cn"), marks=pytest.mark.exhaustive, id="desktop-zh"),
    pytest.param("en", PHONE, Firm("枕浪观澜", "phone@example.cn"), id="phone-en"),
]


@pytest.mark.thorough
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("lang", "at", "firm"), WHERE_AND_HOW)
def test_a_company_gets_its_licence(arrive: Arrivals, tmp_path: Path, lang: str, at: Any, firm: Firm) -> None:
    applicant = arrive(lang=lang, at=at)
    sign_up(applicant, firm)
    ref = begin(applicant)
    fill_in(applicant, firm)
    hand_in_materials(applicant)
    read_articles(applicant)
    ask_for_signatures(applicant)
    sign_all(applicant, arrive, SIGNERS, stumbles="p2", refuses="p3")
    show_receipt(applicant, ref)

    examiner = arrive(lang=lang, at=at, login="0218")
    ask_for_corrections(examiner, ref, firm)
    correct(applicant, ref)
    sign_all(applicant, arrive, SIGNERS)
    recommend(examiner, ref)
    approve(arrive(lang=lang, at=at, login="0219"), ref)

    paper = download_licence(applicant, ref, tmp_path)
    check_as_a_stranger(arrive(lang=lang, at=at), paper, firm)


def ask_for_signatures(applicant: Visitor) -> None:
    applicant.follow("核对并请%(count)s人签名", count=3)
    applicant.does_not_scroll_sideways()
    applicant.tick("declared")
    applicant.press("请%(count)s人签名", count=3)


def show_receipt(applicant: Visitor, ref: str) -> None:
    applicant.open(f"/applications/{ref}")
    applicant.follow("收件凭证")
    applicant.sees(ref, applicant.say("申请已经提交"))
    applicant.does_not_scroll_sideways()


def ask_for_corrections(examiner: Visitor, ref: str, firm: Firm) -> None:
    """Claims the file out of the common heap, finds one section and one document wrong, and says so in one notice."""
    examiner.open("/desk/inbox?view=unclaimed")
    examiner.press(action_words("claim", examiner), of=firm.name)
    find_fault(examiner, "section.domicile", "住所没有写到室")
    find_fault(examiner, "material.premises_title", "照片太暗，看不清地址")
    examiner.press(action_words("request_correction", examiner))
    examiner.sees("住所没有写到室", "照片太暗，看不清地址")
    examiner.press(action_words("request_correction", examiner))
    examiner.does_not_scroll_sideways()


def find_fault(clerk: Visitor, target: str, words: str) -> None:
    clerk.pick(f"mark.{target}", "bad")
    clerk.control(f"what.{target}").fill(words)


def correct(applicant: Visitor, ref: str) -> None:
    """Two things to mend, nothing else; then everybody is asked to sign again."""
    applicant.open(f"/applications/{ref}")
    applicant.does_not_scroll_sideways()
    domicile, title = title_of("domicile", applicant), material_label("premises_title", applicant.lang)
    expect(applicant.page.locator("ol.fixes > li")).to_have_count(2)
    applicant.follow("修改", of=domicile)
    applicant.type(domicile__street=WHOLE_STREET)
    applicant.press("保存并继续")
    applicant.follow("重新上传", of=title)
    applicant.hand_in("file", "产权证-重拍.png", png("clear"), "image/png")
    applicant.press("上传")
    applicant.go_back()
    applicant.press("请人重新签名")


def recommend(examiner: Visitor, ref: str) -> None:
    """Sees what was changed beside what it was, and hands the file on."""
    examiner.open(f"/desk/cases/{ref}")
    examiner.press(action_words("claim", examiner))
    examiner.page.get_by_role("link", name=examiner.say("修改前后")).click()
    examiner.sees("样例街道双溪路88号3幢", WHOLE_STREET, "产权证-重拍.png")
    examiner.follow("对照审查")
    expect(examiner.page.locator("ins").filter(has_text="201室").first).to_be_visible()
    decide(examiner, "recommend", "材料齐全，符合法定形式，建议准予登记。")


def approve(approver: Visitor, ref: str) -> None:
    approver.open(f"/desk/cases/{ref}")
    approver.sees("材料齐全，符合法定形式，建议准予登记。")
    decide(approver, "approve", "同意。")


def check_as_a_stranger(stranger: Visitor, paper: Path, firm: Firm) -> None:
    """By the code on the paper, by the file, by a file with one byte changed, and by a number that was never given."""
    told = ("演示样本，没有法律效力", "内容与签发时不一致", "查不到")
    sample, altered, unknown = (stranger.say(words) for words in told)
    stranger.open(qr_code_of(paper))
    stranger.sees(sample, firm.name, WHOLE_STREET)
    stranger.does_not_scroll_sideways()
    assert drop(stranger, paper.read_bytes()) == sample
    assert drop(stranger, with_one_byte_changed(paper.read_bytes())) == altered
    stranger.open("/check")
    stranger.type(q=NEVER_GIVEN)
    stranger.press("查验")
    assert verdict(stranger) == unknown


def qr_code_of(paper: Path) -> str:
    with pypdfium2.PdfDocument(paper) as document:
        picture = document[0].render(scale=2).to_pil()
    [code] = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return str(code.text)


def drop(stranger: Visitor, pdf: bytes) -> str:
    stranger.open("/check")
    stranger.hand_in("file", "licence.pdf", pdf, "application/pdf")
    stranger.press("查验文件")
    return verdict(stranger)


def verdict(stranger: Visitor) -> str:
    return stranger.page.locator(".result h2").inner_text()


def with_one_byte_changed(pdf: bytes) -> bytes:
    """In the middle of the signed content: everything still opens as before."""
    changed = bytearray(pdf)
    changed[len(pdf) // 3] ^= 1
    return bytes(changed)
