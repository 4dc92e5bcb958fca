"""Accounts of staff on the web: rights take two persons, an end takes one, and an auditor sees it all."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlmodel import col, select

from registration import clock, database
from registration.errors import Forbidden, InvalidInput, NotFound
from registration.models import Account, StaffChange
from registration.operations import accounts, staff_changes
from registration.operations.staff_changes import StaffData
from tests.fixtures.cases import actor_of
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
FIRST, SECOND, AUDITOR, SYSADMIN = "0901", "0902", "0903", "0904"
DATA = {"name": "何知秋", "roles": "examiner", "registrar": "330702", "agency": ""}


def exists(number: str) -> bool:
    with database.reading() as session:
        return session.exec(select(Account).where(Account.login == number)).first() is not None


def account(number: str) -> Account:
    with database.reading() as session:
        return session.exec(select(Account).where(Account.login == number)).one()


def last_change() -> StaffChange:
    with database.reading() as session:
        return session.exec(select(StaffChange).order_by(col(StaffChange.id).desc())).all()[0]


def test_a_new_account_takes_two_and_begins_with_a_password_of_its_own(visit: Visit, desk_app: Flask) -> None:
    first, second = visit(FIRST), visit(SECOND)
    unfit = first.post("/admin/accounts/new", **DATA | {"roles": ["examiner", "auditor"]}, number="0399", reason="")
    assert unfit.status_code == 422
    assert all(said in words(unfit) for said in ("不能兼任", "请写明理由"))
    assert 'value="何知秋"' in unfit.text
    assert first.post("/admin/accounts/new", **DATA, number="0399", reason="调入").status_code == 303
    assert not exists("0399")
    again = first.post("/admin/accounts/new", **DATA, number="0399", reason="调入")
    assert again.status_code == 422
    assert "人员账户 1" in words(second.get("/admin/accounts"))
    assert "由另一位安全管理员决定" in words(first.get("/admin/accounts"))
    change = f"/admin/accounts/changes/{last_change().ref}"
    assert first.post(change, decision="confirm").status_code == 403
    mute = second.post(change, decision="refuse", words="")
    assert mute.status_code == 422
    assert "请写明理由" in words(mute)
    assert second.post(change, decision="confirm").status_code == 303
    made = account("0399")
    assert (made.roles, made.registrar_code) == (["examiner"], "330702")

    given = first.post("/admin/accounts/0399/password", reason="本人当面领取")
    password = re.search(r'id="given">([^<]+)<', given.text)
    assert password is not None
    assert password[1] not in first.get("/admin/accounts/0399").text
    clerk = Visitor(desk_app)
    secret, _account = accounts.sign_in("0399", password[1], now=clock.now())
    clerk.client.set_cookie("heyi", secret)
    assert clerk.get("/desk/inbox").location == "/account"
    assert "先换一个只有您知道的密码" in words(clerk.get("/account"))
    assert clerk.post("/account/password", current=password[1], new="a-word-of-my-own-9").status_code == 303
    assert clerk.get("/desk/inbox").status_code == 200


def test_other_roles_an_end_and_a_return(visit: Visit) -> None:
    first, second, clerk = visit(FIRST), visit(SECOND), visit("0318")
    page = "/admin/accounts/0318"
    assert words(first.post(page, name="0318", roles="examiner", registrar="330702", reason="无")).count("没有要变更")
    assert first.post(page, name="0318", roles="approver", registrar="330702", reason="升任").status_code == 303
    assert "examiner" in account("0318").roles
    assert "审查员 → 核准人" in words(second.get("/admin/accounts"))
    second.post(f"/admin/accounts/changes/{last_change().ref}", decision="confirm")
    assert account("0318").roles == ["approver"]
    assert clerk.get("/desk/inbox").status_code == 303  # Its session has ended with its roles.

    assert first.post(f"{page}/end", reason="").status_code == 422
    assert first.post(f"{page}/end", reason="调出").status_code == 303
    assert account("0318").disabled_at is not None
    assert first.post(f"{page}/enable", reason="返岗").status_code == 303
    second.post(f"/admin/accounts/changes/{last_change().ref}", decision="refuse", words="没有文号")
    assert account("0318").disabled_at is not None
    shown = words(first.get(page))
    assert "没有文号" in shown
    assert "调出" in shown


def test_nobody_changes_the_own_account_and_no_other_role_changes_any(visit: Visit) -> None:
    now, data = clock.now(), StaffData("0902", ("secadmin",))
    first = actor_of(FIRST)
    for step in (
        lambda: staff_changes.propose("change", FIRST, data, reason="x", actor=first, now=now),
        lambda: staff_changes.end(FIRST, reason="x", actor=first, now=now),
        lambda: staff_changes.give_password(FIRST, reason="x", actor=first, now=now),
    ):
        with pytest.raises(Forbidden, match="own_account"):
            step()
    for login in ("0320", AUDITOR, SYSADMIN, "lin@example.cn"):
        assert visit(login).get("/admin/accounts").status_code == 403
        with pytest.raises(Forbidden):
            staff_changes.end("0318", reason="x", actor=actor_of(login), now=now)
    with pytest.raises(NotFound):
        staff_changes.end("lin@example.cn", reason="x", actor=first, now=now)
    with pytest.raises(InvalidInput):
        staff_changes.propose("add", "0318", StaffData("何", ("window",), "330702"), reason="x", actor=first, now=now)
    with pytest.raises(InvalidInput):
        staff_changes.propose("add", "0398", StaffData("何", ("window",), "999999"), reason="x", actor=first, now=now)


def test_an_auditor_finds_and_exports_what_was_done(visit: Visit) -> None:
    first, auditor = visit(FIRST), visit(AUDITOR)
    first.post("/admin/accounts/0318/end", reason="调出")
    assert auditor.get("/sign-in").location == "/admin/audit"
    found = words(auditor.get("/admin/audit?subject=0901&tag=account:end"))
    assert "停用账户" in found
    assert "0318" in found
    assert "没有这样的记录" in words(auditor.get("/admin/audit?subject=0902&tag=account:end"))
    wrong = auditor.get("/admin/audit?from=2026-13-01&to=")
    assert wrong.status_code == 422
    exported = auditor.get("/admin/audit/entries.csv?subject=0901")
    assert exported.text.startswith("\ufeff时间,谁,事项")
    assert "account:end" in exported.text
    assert "导出审计记录" in words(auditor.get("/admin/audit?tag=audit:"))
    for login in ("0320", FIRST, SYSADMIN):
        assert visit(login).get("/admin/audit").status_code == 403


def test_administrators_see_no_case(visit: Visit, examined: str) -> None:
    for login in (FIRST, AUDITOR, SYSADMIN):
        visitor = visit(login)
        assert visitor.get(f"/desk/cases/{examined}").status_code in (403, 404)
        assert visitor.get("/desk/inbox").status_code == 403
