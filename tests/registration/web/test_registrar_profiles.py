"""The desk's pages of letterheads: a director prepares, looks at samples, proposes; an approver decides."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from registration import clock, database
from registration.models import RegistrarProfile
from tests.fixtures.visitor import Visitor, value_of, words, work_off

Visit = Callable[..., Visitor]
DIRECTOR, APPROVER = "0320", "0319"
OLD, NEW = "金华市婺城区市场监督管理局", "金华市婺城区行政审批局"
FORM = {
    "name_zh": NEW,
    "name_en": "Wucheng District Administrative Approval Bureau",
    "number_prefix": "婺行审",
    "officer_title": "主任",
    "officer_name": "梁见山",
    "address": "金华市婺城区样例街道新路1号",
    "phone": "0579-82000099",
    "seal_place": "",
    "reason": "机构更名（样例）",
}


def in_days(days: int) -> str:
    return (clock.local_date(clock.now()) + timedelta(days=days)).isoformat()


def prepared(director: Visitor, **changes: str) -> str:
    answer = director.post("/desk/letterheads/new", **{**FORM, "valid_from": in_days(9), **changes})
    assert answer.status_code == 303, words(answer)
    return str(answer.headers["Location"])


def test_from_draft_to_what_is_printed(visit: Visit) -> None:
    director, approver = visit(DIRECTOR), visit(APPROVER)
    form = director.get("/desk/letterheads/new")
    assert value_of(form, "name_zh") == OLD
    assert value_of(form, "valid_from") == in_days(0)
    at = prepared(director)
    page = director.get(at)
    assert f'<del lang="zh-Hans">{OLD}</del>' in page.text
    assert f'<ins lang="zh-Hans">{NEW}</ins>' in page.text
    assert "等待批准" not in words(page)
    assert director.post(f"{at}/propose", version="1").status_code == 303

    own = director.get(at)
    assert f"{at}/approve" not in own.text
    assert "要由另一个人批准" in words(own)
    assert "机构更名（样例）" in words(approver.get("/desk/letterheads"))
    assert approver.post(f"{at}/approve", version="2").status_code == 303
    listed = words(approver.get("/desk/letterheads"))
    assert "将要生效" in listed
    assert "已批准，到日生效" in listed
    assert f"登记机关名称{OLD}" in listed


def test_four_eyes_hold_against_a_forged_form(visit: Visit) -> None:
    director = visit(DIRECTOR)
    at = prepared(director)
    director.post(f"{at}/propose", version="1")
    answer = director.post(f"{at}/approve", version="2")
    assert answer.status_code == 403
    assert "另一个人" in words(answer)


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(visit: Visit) -> None:
    answer = visit(DIRECTOR).post("/desk/letterheads/new", **{**FORM, "number_prefix": "JH", "valid_from": in_days(-1)})
    assert answer.status_code == 422
    assert 'href="#number_prefix"' in answer.text
    assert f"请把生效日期改到{in_days(0)}或者以后" in words(answer)
    assert value_of(answer, "name_zh") == NEW
    assert "机构更名（样例）" in answer.text


def test_a_draft_is_edited_by_whoever_read_its_latest_version(visit: Visit) -> None:
    director = visit(DIRECTOR)
    at = prepared(director)
    changed = {**FORM, "valid_from": in_days(10), "phone": "0579-1"}
    assert director.post(f"{at}/edit", version="1", **changed).status_code == 303
    late = director.post(f"{at}/edit", version="1", **{**changed, "phone": "0579-2"})
    assert late.status_code == 409
    assert "刚刚有人改过" in words(late)
    assert "0579-1" in words(director.get(at))


def test_a_refusal_says_why(visit: Visit) -> None:
    director, approver = visit(DIRECTOR), visit(APPROVER)
    at = prepared(director)
    director.post(f"{at}/propose", version="1")
    empty = approver.post(f"{at}/refuse", version="2", decision=" ")
    assert (empty.status_code, 'href="#decision"' in empty.text) == (422, True)
    assert approver.post(f"{at}/refuse", version="2", decision="没有任免文件").status_code == 303
    told = words(director.get(at))
    assert "已退回" in told
    assert "没有任免文件" in told
    again = director.get(f"/desk/letterheads/new?like={at.rpartition('/')[2]}")
    assert value_of(again, "name_zh") == NEW


@pytest.mark.thorough
def test_samples_are_printed_as_they_will_look(visit: Visit) -> None:
    director = visit(DIRECTOR)
    at = prepared(director)
    assert "样张还没有印好" in words(director.get(at))
    assert director.get(f"{at}/notice.pdf").status_code == 503
    work_off()
    assert "样张还没有印好" not in words(director.get(at))
    for sheet in ("licence", "notice"):
        pdf = director.get(f"{at}/{sheet}.pdf")
        assert (pdf.status_code, pdf.mimetype, pdf.data[:5]) == (200, "application/pdf", b"%PDF-")
    picture = director.get(f"{at}/notice.png")
    assert picture.data.startswith(b"\x89PNG")
    assert director.get(f"{at}/passport.pdf").status_code == 404
    (in_force,) = re.findall(r'href="(/desk/letterheads/\w+)">看样张', director.get("/desk/letterheads").text)
    assert director.post(f"{in_force}/samples").status_code == 303
    work_off()
    assert director.get(f"{in_force}/licence.png").status_code == 200


def test_who_may_come_in(visit: Visit) -> None:
    assert "/desk/letterheads" in visit(DIRECTOR).get("/desk/letterheads").text
    assert visit(APPROVER).get("/desk/letterheads").status_code == 200
    assert "准备变更" not in words(visit(APPROVER).get("/desk/letterheads"))
    assert visit(APPROVER).get("/desk/letterheads/new").status_code == 403
    for login in ("0318", "3301", "lin@example.cn"):
        assert visit(login).get("/desk/letterheads").status_code == 403
    assert "签发信息" not in words(visit("0318").get("/desk/inbox"))
    at = prepared(visit(DIRECTOR))
    for path in (at, f"{at}/edit", f"{at}/notice.pdf"):
        assert visit("0220").get(path).status_code == 404
    assert visit("0219").post(f"{at}/withdraw", version="1").status_code == 404
    with database.reading() as session:
        assert session.exec(select(RegistrarProfile).where(RegistrarProfile.status == "draft")).one().name_zh == NEW


@pytest.mark.parametrize("page", ["", "/new"])
def test_in_english(visit: Visit, page: str) -> None:
    told = words(visit(DIRECTOR, lang="en").get(f"/desk/letterheads{page}"))
    assert "Letterhead" in told
    assert "Prepare a change" in told
