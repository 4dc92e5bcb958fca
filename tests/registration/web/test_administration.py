"""The system administrator's pages: calendars, pools of numbers, registrars and names, some with a second person."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from sqlmodel import col, select

from certificates.numbers import make_organization_code
from registration import clock, database
from registration.errors import Forbidden
from registration.matters import calendar
from registration.models import AuditEntry, CalendarDay, NumberPool, RegisteredName, Registrar, SettingChange
from registration.operations import calendars, number_pools
from registration.queries import working_days
from tests.fixtures.cases import actor_of
from tests.fixtures.visitor import Answer, Visitor, value_of, words

Visit = Callable[..., Visitor]
SYSADMIN, SECADMIN, AUDITOR = "0904", "0901", "0903"
PAGES = ("", "/calendars", "/calendars/load", "/calendars/2026", "/numbers", "/numbers/new", "/numbers/pools.csv")
MORE_PAGES = ("/numbers/schemes", "/registrars", "/names")
NOTICE = """一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至12日（周五）放假调休，共8天。1月31日（周日）、2月14日（周日）上班。
三、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。
四、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。"""


@pytest.fixture(autouse=True)
def calendar_read_anew() -> Iterator[None]:
    working_days.forget()
    yield
    working_days.forget()


def last_change() -> SettingChange:
    with database.reading() as session:
        return session.exec(select(SettingChange).order_by(col(SettingChange.id).desc())).all()[0]


def audited(tag: str) -> AuditEntry:
    with database.reading() as session:
        lines = select(AuditEntry).where(AuditEntry.tag == tag).order_by(col(AuditEntry.id).desc())
        return session.exec(lines).all()[0]


def confirmed(visitor: Visitor, **words_: str) -> Answer:
    return visitor.post(f"/admin/changes/{last_change().ref}", **{"decision": "confirm", **words_})


def test_each_administrator_lands_on_the_own_page_and_sees_no_case(visit: Visit, examined: str) -> None:
    homes = {SYSADMIN: "/admin", SECADMIN: "/admin/accounts", AUDITOR: "/admin/audit", "0905": "/archive"}
    for login, home in homes.items():
        visitor = visit(login)
        assert visitor.get("/sign-in").location == home
        assert "系统管理" in words(visitor.get(home)) or login != SYSADMIN
        for path in (f"/desk/cases/{examined}", f"/applications/{examined}"):
            assert visitor.get(path).status_code in (403, 404)
        for path in ("/desk/inbox", "/desk/search?q=HY", "/desk/dashboard", "/agencies/inbox"):
            assert visitor.get(path).status_code in (403, 404), path
    for login in (SECADMIN, AUDITOR, "0905", "0320", "lin@example.cn"):
        visitor = visit(login)
        assert {visitor.get(f"/admin{page}").status_code for page in (*PAGES, *MORE_PAGES)} == {403}
    admin = visit(SYSADMIN)
    assert {admin.get(f"/admin{page}").status_code for page in (*PAGES, *MORE_PAGES)} == {200}


def look(visitor: Visitor, text: str, *, year: str = "2027", **more: Any) -> Answer:
    return visitor.post("/admin/calendars/load", year=year, text=text, **more)


def taken(visitor: Visitor, shown: Answer, *, year: str = "2027", text: str, reason: str = "") -> Answer:
    seen = value_of(shown, "seen")
    return visitor.post("/admin/calendars/take", year=year, text=text, seen=seen, reason=reason)


def test_a_pasted_notice_is_looked_at_before_it_is_loaded(visit: Visit) -> None:
    admin = visit(SYSADMIN)
    wrong = look(admin, NOTICE.replace("1月1日（周五）", "1月1日（周四）"))
    assert wrong.status_code == 422
    assert "“1月1日（周四）”在2027年是星期五" in words(wrong)
    assert "国庆节：10月1日（周五）至7日" in words(wrong)
    assert "请选择年份" in words(look(admin, NOTICE, year=""))
    assert "请粘贴通知或者选择文件" in words(look(admin, " "))
    shown = look(admin, NOTICE)
    page = words(shown)
    assert "全年工作日250天" in page
    assert "2027年1月31日（周日）" in page
    assert "马上生效" in page
    assert not calendar().knows(2027)
    edited = admin.post("/admin/calendars/load", year="2027", text=NOTICE, edit="yes")
    assert "国庆节：10月1日（周五）至7日" in words(edited)
    other = taken(admin, shown, text=NOTICE.replace("至12日（周五）放假调休，共8天", "至11日（周四）放假调休，共7天"))
    assert other.status_code == 409  # Only what was shown is loaded.
    assert "日历在您看的时候变了" in words(other)
    table = shown.text.partition('tabindex="-1">\n')[2].partition("</textarea>")[0]
    assert taken(admin, shown, text=table).status_code == 303
    assert calendar().knows(2027)
    assert calendar().is_working(clock.local_date(clock.now()).replace(year=2027, month=1, day=31))
    listed = words(admin.get("/admin/calendars"))
    assert "2027 250整年载入0904号" in listed
    assert "2027年工作日历" in words(admin.get("/admin/calendars/2027"))
    line = audited("calendar:load")
    assert line.subject == f"staff:{SYSADMIN}"
    assert (line.data["before"]["loaded"], len(line.data["after"]["days"])) == (False, 27)


def test_a_year_in_force_is_changed_by_two(visit: Visit) -> None:
    admin, second = visit(SYSADMIN), visit(SECADMIN)
    table = "day,works,note\n2026-12-31,no,大雪\n"
    shown = look(admin, table, year="")
    assert "2026年的日历正在使用" in words(shown)
    mute = taken(admin, shown, year="", text=table)
    assert mute.status_code == 422
    assert "请写明理由" in words(mute)
    done = taken(admin, shown, year="", text=table, reason="市政府通知")
    assert done.location == "/admin/changes"
    again = taken(admin, look(admin, table, year=""), year="", text=table, reason="再来")
    assert "已有一项变更" in words(again) or "已有变更等待" in words(again)
    day = clock.local_date(clock.now()).replace(year=2026, month=12, day=31)
    assert calendar().is_working(day)
    assert confirmed(admin).status_code == 403
    assert confirmed(visit("0320")).status_code == 403
    page = words(second.get("/admin/changes"))
    assert "2026年工作日历" in page
    assert "2026年12月31日（周四）上班休息大雪" in page
    assert "设置变更 1" in page
    assert confirmed(second).status_code == 303
    assert not calendar().is_working(day)
    assert confirmed(second).status_code == 409
    assert audited("setting:confirm").subject == f"staff:{SECADMIN}"
    assert "已经生效" in words(admin.get("/admin/changes"))


def test_a_proposal_is_refused_withdrawn_or_stale(visit: Visit) -> None:
    admin, second = visit(SYSADMIN), visit(SECADMIN)

    def propose() -> None:
        table = "day,works,note\n2026-12-31,no,大雪\n"
        assert taken(admin, look(admin, table, year=""), year="", text=table, reason="通知").status_code == 303

    propose()
    assert second.post(f"/admin/changes/{last_change().ref}", decision="withdraw").status_code == 403
    assert "请写明理由" in words(second.post(f"/admin/changes/{last_change().ref}", decision="refuse"))
    assert confirmed(second, decision="refuse", words="没有文号").status_code == 303
    assert "没有文号" in words(admin.get("/admin/changes"))
    propose()
    assert confirmed(admin, decision="withdraw").status_code == 303
    propose()
    calendars.load(b"day,works,note\n2026-12-31,no,x\n", by="command line", now=clock.now())
    stale = confirmed(second)
    assert stale.status_code == 422
    assert "这项设置又变了" in words(stale)
    assert second.post("/admin/changes/unknown", decision="confirm").status_code == 404
    with database.reading() as session:
        assert session.exec(select(CalendarDay.note)).one() == "x"


def test_what_changes_nothing_is_refused(visit: Visit) -> None:
    admin = visit(SYSADMIN)
    table = "day,works,note\n2026-12-31,yes,\n"
    same = taken(admin, look(admin, table, year=""), year="", text=table, reason="x")
    assert same.status_code == 422
    assert "没有要变更的" in words(same)


def code(number: int) -> str:
    return make_organization_code(f"MB{number:06d}")


def test_a_block_of_numbers_takes_two_and_the_refusals_of_the_command_line(visit: Visit) -> None:
    admin, second = visit(SYSADMIN), visit(SECADMIN)
    asked = {"registrar": "330702", "scheme": "organization_code", "first": code(1), "last": code(9000)}
    wrong = admin.post("/admin/numbers/new", **asked | {"first": f"{code(1)[:8]}?"}, reason="号段")
    assert wrong.status_code == 422
    assert f'value="{code(9000)}"' in wrong.text
    assert "请写明理由" in words(admin.post("/admin/numbers/new", **asked, reason=" "))
    assert admin.post("/admin/numbers/new", **asked, reason="编码中心2026年12号").status_code == 303

    def blocks() -> int:
        with database.reading() as session:
            return len(session.exec(select(NumberPool).where(col(NumberPool.prefix).startswith("MB"))).all())

    assert blocks() == 0
    page = words(second.get("/admin/changes"))
    assert "新增号段：组织机构代码" in page
    assert f"{code(1)} – {code(9000)}" in page
    assert confirmed(admin).status_code == 403
    assert confirmed(second).status_code == 303
    assert blocks() == 1
    assert audited("numbers:add").subject == f"staff:{SYSADMIN}"
    overlap = admin.post("/admin/numbers/new", **asked, reason="再来一次")
    assert "重叠" in words(overlap)
    assert "MB000001 – MB009000" in words(admin.get("/admin/numbers"))
    exported = admin.get("/admin/numbers/pools.csv").text
    assert "330702,组织机构代码,MB000001,MB009000,0,0," in exported


def test_a_block_that_was_added_meanwhile_is_not_added_twice(visit: Visit) -> None:
    admin, second = visit(SYSADMIN), visit(SECADMIN)
    asked = {"registrar": "330702", "scheme": "organization_code", "first": code(1), "last": code(9000)}
    admin.post("/admin/numbers/new", **asked, reason="号段")
    number_pools.add(*asked.values(), by="command line", now=clock.now())
    assert "这项设置又变了" in words(confirmed(second))


def test_a_supply_that_is_nearly_used_is_to_do_on_the_home(visit: Visit) -> None:
    admin = visit(SYSADMIN)
    assert "现在没有要处理的" in words(admin.get("/admin")) or "2027年" in words(admin.get("/admin"))
    with database.transaction() as session:
        pool = session.get_one(NumberPool, ("330702", "organization_code"))
        pool.next = pool.first + (pool.last - pool.first + 1) * 81 // 100
    page = words(admin.get("/admin"))
    assert "金华市婺城区市场监督管理局 · 组织机构代码" in page
    assert "快用完" in page
    assert "用了81%" in words(admin.get("/admin/numbers"))


def test_schemes_are_explained_part_by_part(visit: Visit) -> None:
    page = words(visit(SYSADMIN).get("/admin/numbers/schemes"))
    for said in (
        "统一社会信用代码",
        "91330701MAT000018",
        "登记管理机关行政区划码",
        "GB 32100-2015",
        "社会保险登记证号",
    ):
        assert said in page
    assert "Registering department" in words(visit(SYSADMIN, lang="en").get("/admin/numbers/schemes"))


def test_the_folder_is_loaded_after_a_look_and_under_a_name(visit: Visit) -> None:
    admin = visit(SYSADMIN)
    assert "数据库和城市文件夹一致" in words(admin.get("/admin/registrars"))
    with database.transaction() as session:
        session.get_one(Registrar, "330702").approval = "two_person"
    page = admin.get("/admin/registrars")
    assert "核准方式另一人核准 → 审查员一人决定" in words(page)
    stale = admin.post("/admin/registrars/load", seen="another")
    assert stale.status_code == 303
    assert "再看一次" in words(admin.get("/admin/registrars"))
    assert admin.post("/admin/registrars/load", seen=value_of(page, "seen") or "").status_code == 303
    line = audited("registrar:load")
    assert line.subject == f"staff:{SYSADMIN}"
    assert line.data["before"] == {"330702": {"approval": "two_person"}}
    assert line.data["after"] == {"330702": {"approval": "one_person"}}
    assert "数据库和城市文件夹一致" in words(admin.get("/admin/registrars"))


def read_names(visitor: Visitor, text: str, reason: str = "旧系统导出") -> Answer:
    return visitor.post("/admin/names", reason=reason, file=(BytesIO(text.encode()), "names.csv"))


def test_names_are_read_shown_and_then_loaded(visit: Visit) -> None:
    admin = visit(SYSADMIN)
    wrong = read_names(admin, "name,status,since\n金华市甲有限公司,alive,\n金华市乙有限公司,registered,2026-13-01\n")
    assert wrong.status_code == 422
    assert "第2行：状态“alive”不认识" in words(wrong)
    assert "第3行：日期" in words(wrong)
    assert "请选择名称文件" in words(admin.post("/admin/names", reason="x"))
    good = "name,status,since\n金华市霁月样例有限公司,registered,2020-01-01\n"
    assert "请写明理由" in words(read_names(admin, good, ""))
    assert read_names(admin, good).status_code == 303

    def known() -> bool:
        with database.reading() as session:
            return (
                session.exec(select(RegisteredName).where(RegisteredName.name == "金华市霁月样例有限公司")).first()
                is not None
            )

    page = words(admin.get("/admin/names"))
    assert "names.csv" in page
    assert "新增1修改组成部分0不变0" in page
    assert not known()
    assert admin.post(f"/admin/names/changes/{last_change().ref}", decision="confirm").status_code == 303
    assert known()
    assert audited("names:load").data["new"] == 1
    assert read_names(admin, good).status_code == 303
    assert "新增0修改组成部分0不变1" in words(admin.get("/admin/names"))
    assert admin.post(f"/admin/names/changes/{last_change().ref}", decision="drop").status_code == 303
    assert "已经撤回" in words(admin.get("/admin/names"))


def test_nobody_else_proposes_past_the_pages(visit: Visit) -> None:
    visit()
    for login in (SECADMIN, AUDITOR, "0320", "lin@example.cn"):
        with pytest.raises(Forbidden):
            number_pools.propose(
                "330702", "organization_code", "", "", reason="x", actor=actor_of(login), now=clock.now()
            )
        with pytest.raises(Forbidden):
            calendars.begin_load([], year=2027, reason="x", actor=actor_of(login), now=clock.now())
