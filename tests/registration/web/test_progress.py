"""What an applicant is told after handing over: the day, who has it, what to mend, why not, and the licence itself."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from registration import clock
from registration.models import Application
from registration.operations.act import act
from registration.web.present.promise import promise_of
from tests.fixtures.cases import actor_of, company, file_of, individual, sign_all, submitted
from tests.fixtures.visitor import Visitor, words, work_off

Visit = Callable[..., Visitor]
LIN, CLERK = "lin@example.cn", "0318"
ITEMS = (
    ("section.domicile", "S08", "没有写门牌号。", "请写到门牌号"),
    ("material.premises_title", "S01", "第1页看不清。", "请重新拍照"),
)


def handed_in(kind: str = "llc") -> str:
    form = company() if kind == "llc" else individual()
    return submitted(kind, form, registrar="330702", actor=actor_of(LIN), now=clock.now())


def judged(ref: str, action: str, **inputs: Any) -> None:
    clerk = actor_of(CLERK)
    act(ref, "claim", actor=clerk, now=clock.now())
    act(ref, action, actor=clerk, now=clock.now(), **inputs)


def to_correct() -> str:
    ref = handed_in()
    items = [dict(zip(("target", "reason_code", "problem", "remedy"), item, strict=True)) for item in ITEMS]
    judged(ref, "request_correction", items=items, opinion="其他内容没有问题")
    return ref


def state_of(ref: str) -> str:
    return str(file_of(ref, actor=actor_of(LIN), now=clock.now()).case.state)


def test_a_submitted_case_says_when_and_who(visit: Visit) -> None:
    ref, lin = handed_in(), visit(LIN)
    page = words(lin.get(f"/applications/{ref}"))
    assert "承诺办结" in page
    assert "登记机关，等待办理" in page
    assert "苏知禾" in page
    act(ref, "claim", actor=actor_of(CLERK), now=clock.now())
    assert "登记机关，0318号" in words(lin.get(f"/applications/{ref}"))
    receipt = words(lin.get(f"/applications/{ref}/receipt"))
    assert ref in receipt
    assert "公司章程" in receipt


def test_only_what_the_notice_names_can_be_mended(visit: Visit) -> None:
    ref, lin = to_correct(), visit(LIN)
    page = words(lin.get(f"/applications/{ref}"))
    assert "有2处需要修改" in page
    assert "没有写门牌号。" in page
    assert "其他内容没有问题" in page
    assert lin.get(f"/applications/{ref}/capital").status_code == 409
    assert lin.get(f"/applications/{ref}/materials/articles").status_code == 409
    form = {f"domicile.{name}": text for name, text in company()["domicile"].items()}
    answer = lin.post(f"/applications/{ref}/domicile", data={**form, "domicile.street": "样例街道双溪路90号"})
    assert answer.location == f"/applications/{ref}"
    mended = lin.get(f"/applications/{ref}")
    assert "<ins>90号</ins>" in mended.text
    assert "还差1处" in words(mended)


def test_a_correction_is_signed_again_and_comes_back(visit: Visit) -> None:
    ref, lin = to_correct(), visit(LIN)
    form = {f"domicile.{name}": text for name, text in company()["domicile"].items()}
    lin.post(f"/applications/{ref}/domicile", data={**form, "domicile.street": "样例街道双溪路90号"})
    buffer = BytesIO()
    Image.new("RGB", (30, 40)).save(buffer, "JPEG")
    old = file_of(ref, actor=actor_of(LIN), now=clock.now()).needs
    replaced = next(need.files[0].ref for need in old if need.need.kind == "premises_title")
    address = f"/applications/{ref}/materials/premises_title"
    answer = lin.post(address, replaces=replaced, file=(BytesIO(buffer.getvalue()), "证明.jpg"))
    assert answer.location == address
    (kept,) = (need.files for need in file_of(ref, actor=actor_of(LIN), now=clock.now()).needs
               if need.need.kind == "premises_title")  # fmt: skip
    assert [one.filename for one in kept] == ["证明.jpg"]
    assert lin.post(f"/applications/{ref}/act/resubmit").status_code == 409
    assert lin.post(f"/applications/{ref}/act/request_signatures").location == f"/applications/{ref}/signatures"
    sign_all(ref, actor=actor_of(LIN), now=clock.now())
    assert state_of(ref) == "submitted"
    assert "上次补正改了什么" in words(lin.get(f"/applications/{ref}"))


def test_an_unfit_file_changes_nothing_and_says_what_to_do(visit: Visit) -> None:
    ref, lin = to_correct(), visit(LIN)
    address = f"/applications/{ref}/materials/premises_title"
    refused = lin.post(address, file=(BytesIO(b"MZ\x90\x00"), "证明.pdf"))
    assert refused.status_code == 422
    assert 'href="#file"' in refused.text
    assert "请上传PDF或者照片" in words(refused)
    assert lin.post(address).status_code == 422


def test_a_refusal_names_the_law_and_the_remedies(visit: Visit) -> None:
    ref = handed_in("individual")
    judged(ref, "reject", reason_code="R03", reason="第一项没有取得批准。", opinion="内部的意见")
    page = words(visit(LIN).get(f"/applications/{ref}"))
    assert "依法须经批准的事项未取得批准" in page
    assert "第一项没有取得批准。" in page
    assert "行政复议" in page
    assert "内部的意见" not in page


def test_withdrawing_asks_once(visit: Visit) -> None:
    ref, lin = handed_in("individual"), visit(LIN)
    assert "撤回以后不能恢复" in words(lin.get(f"/applications/{ref}/act/withdraw"))
    assert state_of(ref) == "submitted"
    assert lin.post(f"/applications/{ref}/act/withdraw").location == f"/applications/{ref}"
    assert state_of(ref) == "withdrawn"
    assert "您撤回了这份申请" in words(lin.get(f"/applications/{ref}"))
    assert lin.get(f"/applications/{ref}/act/withdraw").location == f"/applications/{ref}"


def test_the_licence_and_the_papers_are_downloaded_by_their_owner(visit: Visit) -> None:
    ref, lin = handed_in("individual"), visit(LIN)
    judged(ref, "approve", opinion="符合条件")
    work_off(papers=True)
    file = file_of(ref, actor=actor_of(LIN), now=clock.now())
    page = lin.get(f"/applications/{ref}")
    assert "营业执照已经制作" in words(page)
    addresses = [f"/applications/{ref}/licences/{one.ref}.pdf" for one in file.licences]
    addresses += [f"/applications/{ref}/papers/{one.ref}.pdf" for one in file.papers]
    assert len(addresses) > 2
    for address in addresses:
        assert address in page.text
        sheet = lin.get(address)
        assert sheet.data.startswith(b"%PDF")
        assert sheet.headers["Content-Disposition"].startswith("attachment")
        assert visit("zhou@example.cn").get(address).status_code == 404
    assert lin.get(f"/applications/{ref}/licences/none.pdf").status_code == 404


@pytest.mark.parametrize(
    ("submitted_at", "due_at", "told"),
    [
        ((2026, 9, 30), (2026, 10, 10), "10月1日至10月7日休息，不计；10月10日周六调休上班，计入。"),
        ((2026, 10, 9), (2026, 10, 13), "10月10日周六调休上班，计入；10月11日周日不计。"),
        ((2026, 10, 12), (2026, 10, 15), ""),
    ],
)
def test_a_promise_says_why_a_day_off_counts_or_not(
    desk_app: Flask, submitted_at: tuple[int, int, int], due_at: tuple[int, int, int], told: str
) -> None:
    begun, due = datetime(*submitted_at, 2, tzinfo=UTC), datetime(*due_at, 9, 30, tzinfo=UTC)
    case = Application(
        ref="HY-2026-000001",
        account_id=1,
        registrar_code="330702",
        matter="establishment",
        entity_type="llc",
        regime="company_law_2024",
        definition="establishment@1",
        state="submitted",
        submitted_at=begun,
        case_due_at=due,
        due_at=due,
        created_at=begun,
        updated_at=begun,
    )
    with desk_app.test_request_context("/"):
        promise = promise_of(case, now=begun)
    assert promise is not None
    assert promise.on == due.date()
    assert promise.why.striptags() == told
