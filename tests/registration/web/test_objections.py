"""Objections of agencies by field: merged into the one notice, answered with a reason, and read by the agency."""

import re
from collections.abc import Callable

from sqlmodel import col, select

from certificates.numbers import make_organization_code
from registration import clock, database
from registration.models import NoticeItem, Objection, ObjectionItem, ReviewMark
from registration.operations import apply
from registration.operations.act import act
from registration.queries.papers import words_of
from registration.queries.papers_asked import Moment
from tests.fixtures.cases import actor_of, file_of, sign_all
from tests.fixtures.visitor import Visitor, words
from tests.registration.web.test_agencies import (
    EXAMINER,
    KEYS,
    LOCAL,
    NATIONAL,
    QUALITY,
    SOCIAL,
    WINDOW,
    ZHOU,
    assign,
    part_of,
    take,
    with_the_agencies,
)

Visit = Callable[..., Visitor]
DIRECTOR = "0420"
STREET, SCOPE, NAME = "section.domicile.street", "section.scope.items", "section.name"


def page_of(ref: str, login: str) -> str:
    return f"/agencies/cases/{ref}/{KEYS[login]}"


def objects(visit: Visit, ref: str, login: str, **points: str) -> None:
    """The officer takes the part, writes at the fields, and objects without a word besides."""
    officer = visit(login)
    assert take(officer, ref, login, "claim") == 303
    data = {f"what.{target}": text for target, text in points.items()}
    answer = officer.post(f"{page_of(ref, login)}/ask/object", data={**data, "revision": "1"})
    assert answer.status_code == 200, words(answer)
    for text in points.values():
        assert text in words(answer)
    assert officer.post(f"{page_of(ref, login)}/act/object", data={**data, "revision": "1"}).status_code == 303
    assert part_of(ref, login).state == "objected"


def refs_in(page: str) -> list[str]:
    return re.findall(r'name="shown\.o\.([^"]+)"', page)


def version_of(ref: str) -> str:
    return str(file_of(ref, actor=actor_of(WINDOW), now=clock.now()).case.version)


def uphold(visit: Visit, ref: str, data: dict[str, str]) -> int:
    answer = visit(WINDOW).post(f"/desk/cases/{ref}/act/objection_upheld", data={"version": version_of(ref), **data})
    return answer.status_code


def points_of(page: str, **changed: str) -> dict[str, str]:
    """The fields of the page as a browser would send them, all points chosen."""
    found = {f"{name}.o.{ref}": "1" for ref in refs_in(page) for name in ("shown", "in")}
    for ref in refs_in(page):
        for name in ("what", "how"):
            text = re.search(rf'name="{name}\.o\.{re.escape(ref)}"[^>]*>\n([^<]*)<', page)
            found[f"{name}.o.{ref}"] = text[1] if text else ""
        chosen = re.search(rf'name="why\.o\.{re.escape(ref)}".*?<option value="(\w+)" selected', page, re.DOTALL)
        found[f"why.o.{ref}"] = chosen[1] if chosen else "S05"
    return found | changed


def test_words_at_a_field_are_kept_and_are_the_agencys_alone(visit: Visit) -> None:
    ref = with_the_agencies()
    assign(visit, ref, QUALITY)
    tax = visit(NATIONAL)
    assert "有异议" not in words(tax.get(page_of(ref, NATIONAL)))
    take(tax, ref, NATIONAL, "claim")
    sent = {"target": STREET, f"what.{STREET}": "门牌号不存在", "revision": "1"}
    answer = tax.post(f"{page_of(ref, NATIONAL)}/marks", data=sent)
    assert answer.status_code == 200
    assert "有异议的1处" in answer.json["left"]
    page = tax.get(page_of(ref, NATIONAL))
    assert "门牌号不存在" in page.text
    with database.reading() as session:
        assert "门牌号不存在" not in session.exec(select(ReviewMark)).one().problem
    # No clerk reads them before the agency objects, and no other agency ever does.
    assert "门牌号不存在" not in visit(WINDOW).get(f"/desk/cases/{ref}").text
    assert "门牌号不存在" not in visit(SOCIAL).get(page_of(ref, SOCIAL)).text
    # Emptied words are deleted, what the agency does not see cannot be marked.
    tax.post(page_of(ref, NATIONAL), data={f"what.{STREET}": "", f"how.{STREET}": "", "revision": "1"})
    with database.reading() as session:
        assert session.exec(select(ReviewMark)).all() == []
    hidden = {"target": "section.owners", "what.section.owners": "看不到", "revision": "1"}
    assert tax.post(f"{page_of(ref, NATIONAL)}/marks", data=hidden).status_code == 422


def test_only_who_holds_the_part_marks(visit: Visit) -> None:
    ref = with_the_agencies()
    assign(visit, ref, QUALITY)
    sent = {"target": STREET, f"what.{STREET}": "门牌号不存在", "revision": "1"}
    assert visit(NATIONAL).post(f"{page_of(ref, NATIONAL)}/marks", data=sent).status_code == 403
    assert visit(SOCIAL).post(f"{page_of(ref, NATIONAL)}/marks", data=sent).status_code == 404


def test_two_agencies_and_the_clerk_ask_in_one_notice(visit: Visit) -> None:
    ref = with_the_agencies()
    assign(visit, ref, QUALITY)
    objects(visit, ref, NATIONAL, **{STREET: "门牌号不存在"})
    objects(visit, ref, SOCIAL, **{NAME: "与在册单位同名", STREET: "与参保地不符"})
    window = visit(WINDOW)
    listed = words(window.get("/desk/inbox?view=objections"))
    assert "国税登记有异议：住所" in listed
    assert "社会保险登记有异议" in listed
    shown = words(window.get(f"/desk/cases/{ref}/parts"))
    for said in ("门牌号不存在", "与在册单位同名", "与参保地不符"):
        assert said in shown
    own = {"mark.section.scope": "bad", "why.section.scope": "S09", "what.section.scope": "缺少许可项目"}
    asked = window.post(f"/desk/cases/{ref}/ask/objection_upheld", data=own)
    assert words(asked).count("提出") >= 3
    street_of_social = refs_in(asked.text)[-1]
    left_out = points_of(asked.text) | own | {"how.section.scope": "请改选"}
    del left_out[f"in.o.{street_of_social}"]
    refused = window.post(f"/desk/cases/{ref}/act/objection_upheld", data={"version": version_of(ref), **left_out})
    assert refused.status_code == 422
    assert f"left.o.{street_of_social}" in refused.text
    left_out[f"left.o.{street_of_social}"] = "与国税局提出的是同一处"
    preview = words(window.post(f"/desk/cases/{ref}/ask/objection_upheld", data={**left_out, "preview": "1"}))
    assert "有3处需要补正" in preview
    assert "（国家税务局提出）" in preview
    assert uphold(visit, ref, left_out) == 303

    assert_one_notice(ref)
    told = words(visit(ZHOU).get(f"/applications/{ref}"))
    assert "门牌号不存在" in told
    assert "国家税务局提出" in told
    for login, said in ((NATIONAL, "已写入告知书"), (SOCIAL, "没有写入告知书：与国税局提出的是同一处")):
        officer = visit(login)
        assert "异议成立（综合窗口），已请申请人补正" in words(officer.get("/agencies/inbox"))
        page = words(officer.get(page_of(ref, login)))
        assert said in page
        assert "告知书已经发给申请人，最迟" in page
    assert "同一处" not in words(visit(NATIONAL).get(page_of(ref, NATIONAL)))
    assert "同一处" not in told


def assert_one_notice(ref: str) -> None:
    with database.reading() as session:
        items = session.exec(select(NoticeItem).order_by(col(NoticeItem.id))).all()
        assert [(item.target, item.agency) for item in items] == [
            ("section.scope", None),
            ("section.domicile", "national_tax"),
            ("section.name", "social_insurance"),
        ]
        assert "门牌号不存在" in items[1].problem
        stored = session.exec(select(ObjectionItem)).all()
        assert not any("门牌号" in item.problem or "同一处" in item.left_out for item in stored)
        case = file_of(ref, actor=actor_of(WINDOW), now=clock.now()).case
        _before, rows, _after = words_of(session, case, "correction", moment=Moment(clock.local_date(clock.now())))
        assert [row[1].partition("）")[0] for row in rows[1:]] == ["（国家税务局提出", "（人力资源和社会保障局提出"]


def test_the_words_stand_beside_the_answer_after_the_correction(visit: Visit) -> None:
    ref = with_the_agencies()
    assign(visit, ref, QUALITY)
    objects(visit, ref, NATIONAL, **{STREET: "门牌号不存在"})
    asked = visit(WINDOW).get(f"/desk/cases/{ref}/ask/objection_upheld")
    assert uphold(visit, ref, points_of(asked.text)) == 303
    now, zhou = clock.now(), actor_of(ZHOU)
    domicile = dict(file_of(ref, actor=zhou, now=now).form["domicile"]) | {"street": "样例路99号"}
    apply.save_section(ref, "domicile", domicile, actor=zhou, now=now)
    sign_all(ref, actor=zhou, now=now)
    for action, login in (("accept", WINDOW), ("start", EXAMINER)):
        act(ref, action, actor=actor_of(login), now=now)
    act(ref, "approve", actor=actor_of(EXAMINER), now=now, opinion="符合")
    # Quality sees the address too, and looks again; its number stays.
    quality = visit(QUALITY)
    take(quality, ref, QUALITY, "claim")
    other = quality.post(f"{page_of(ref, QUALITY)}/act/assign", number=make_organization_code("MAT99999"))
    assert other.status_code == 422
    assert "这里已经有号码" in words(other)
    assert take(quality, ref, QUALITY, "assign") == 303
    tax = visit(NATIONAL)
    take(tax, ref, NATIONAL, "claim")
    page = words(tax.get(page_of(ref, NATIONAL)))
    assert "门牌号不存在" in page
    assert "重新提交" in page
    assert "原来：" in page
    assert "样例路99号" in page


def test_an_overruled_objection_is_announced_until_it_is_seen(visit: Visit) -> None:
    ref = with_the_agencies()
    assign(visit, ref, QUALITY)
    objects(visit, ref, NATIONAL, **{STREET: "门牌号不存在"})
    assert words(visit(NATIONAL).get("/agencies/inbox?view=with_registrar")).count(ref) == 1
    overruled = visit(WINDOW).post(
        f"/desk/cases/{ref}/act/objection_overruled", version=version_of(ref), reason="门牌已由公安机关核实"
    )
    assert overruled.status_code == 303
    tax = visit(NATIONAL)
    inbox = words(tax.get("/agencies/inbox"))
    assert "异议不成立（综合窗口）。理由：门牌已由公安机关核实" in inbox
    assert "0417" not in inbox
    page = words(tax.get(page_of(ref, NATIONAL)))
    assert "门牌已由公安机关核实" in page
    assert "综合窗口" in page
    assert "门牌已由公安机关核实" not in words(visit(SOCIAL).get("/agencies/inbox"))
    with database.reading() as session:
        kept = session.exec(select(Objection)).one()
    assert "核实" not in kept.answer
    assert visit(SOCIAL).post(f"{page_of(ref, NATIONAL)}/seen").status_code == 404
    assert tax.post(f"{page_of(ref, NATIONAL)}/seen").status_code == 303
    assert "门牌已由公安机关核实" not in words(tax.get("/agencies/inbox"))


def test_an_objection_as_a_whole_gets_its_place_in_the_notice_from_the_clerk(visit: Visit) -> None:
    ref = with_the_agencies()
    assign(visit, ref, QUALITY)
    tax = visit(NATIONAL)
    take(tax, ref, NATIONAL, "claim")
    assert take(tax, ref, NATIONAL, "object", reason="经营范围与税种不符") == 303
    asked = visit(WINDOW).get(f"/desk/cases/{ref}/ask/objection_upheld")
    assert "整份申请" in words(asked)
    data = points_of(asked.text)
    place = f"target.o.{refs_in(asked.text)[0]}"
    refused = visit(WINDOW).post(f"/desk/cases/{ref}/act/objection_upheld", data={"version": version_of(ref), **data})
    assert refused.status_code == 422
    assert f'href="#{place}"' in refused.text
    data |= {place: "section.scope", f"how.o.{refs_in(asked.text)[0]}": "请改选"}
    assert uphold(visit, ref, data) == 303
    with database.reading() as session:
        item = session.exec(select(NoticeItem)).one()
    assert (item.target, item.problem, item.agency) == ("section.scope", "经营范围与税种不符", "national_tax")


def test_the_next_part_opens_after_a_decision(visit: Visit) -> None:
    first, second = with_the_agencies(), with_the_agencies_again()
    officer = visit(QUALITY)
    take(officer, first, QUALITY, "claim")
    answer = officer.post(f"{page_of(first, QUALITY)}/act/assign", go_on_shown="1", go_on="1")
    assert answer.status_code == 303
    assert answer.location.endswith(page_of(second, QUALITY))
    following = words(officer.get(answer.location))
    assert "已办理：赋号" in following
    last = officer.post(f"{page_of(second, QUALITY)}/act/assign")
    assert last.location.endswith("/agencies/inbox")
    assert "没有下一件了" in words(officer.get(last.location))
    assert officer.post("/agencies/next").location.endswith("/agencies/inbox")
    counts = words(visit(NATIONAL).get("/agencies/inbox"))
    assert "要办的 2" in counts
    assert "待领取 2" in counts
    assert "我领取的 0" in counts


def with_the_agencies_again() -> str:
    from tests.fixtures.cases import five_numbers, submitted

    now = clock.now()
    ref = submitted(
        "llc", five_numbers(trade="听泉晚舟"), registrar="330784", actor=actor_of("lin@example.cn"), now=now
    )
    act(ref, "accept", actor=actor_of(WINDOW), now=now)
    act(ref, "start", actor=actor_of(EXAMINER), now=now)
    act(ref, "approve", actor=actor_of(EXAMINER), now=now, opinion="符合法定形式")
    return ref


def test_the_page_proposes_the_number_that_the_system_gives(visit: Visit) -> None:
    ref = with_the_agencies()
    for login in (QUALITY, NATIONAL, LOCAL):
        officer = visit(login)
        take(officer, ref, login, "claim")
        page = officer.get(f"{page_of(ref, login)}/ask/assign")
        proposed = re.search(r'<dd class="code big">([^<]+)</dd>', page.text)
        assert take(officer, ref, login, "assign") == 303
        assert (proposed[1] if proposed else None) == part_of(ref, login).number


def test_a_refusal_answers_the_objection_and_a_withdrawal_ends_it(visit: Visit) -> None:
    ref = with_the_agencies()
    assign(visit, ref, QUALITY)
    objects(visit, ref, NATIONAL, **{STREET: "门牌号不存在"})
    act(ref, "reject", actor=actor_of(DIRECTOR), now=clock.now(), reason_code="R03", reason="住所不实")
    inbox = words(visit(NATIONAL).get("/agencies/inbox"))
    assert "异议成立（登记机关负责人）。理由：住所不实" in inbox
    other = with_the_agencies_again()
    assign(visit, other, QUALITY)
    objects(visit, other, NATIONAL, **{STREET: "门牌号不存在"})
    act(other, "withdraw", actor=actor_of("lin@example.cn"), now=clock.now())
    assert "申请已经结束，不用再答复" in words(visit(NATIONAL).get(page_of(other, NATIONAL)))
