"""Large files of names: workers read them in parts, say what is wrong, and load each part once."""

from collections.abc import Callable
from io import BytesIO

import pytest
from sqlmodel import col, func, select

from registration import clock, database
from registration.models import AuditEntry, Message, NameImportPart, RegisteredName, SettingChange
from registration.operations import name_import_parts, name_imports
from tests.fixtures.visitor import Answer, Visitor, words, work_off

Visit = Callable[..., Visitor]
SYSADMIN, PAGE = "0904", "/admin/names"
TRADES = ("霁月", "望津", "双溪", "长山", "白沙")


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_imports, "MOST_AT_ONCE", 3)
    monkeypatch.setattr(name_imports, "LINES_OF_A_PART", 2)


def lines(*, third: str = "registered") -> str:
    """A file with an empty line in it, so that line numbers are not those of the parts."""
    rows = [f"金华市{trade}样例有限公司,registered,2020-01-01" for trade in TRADES]
    rows[2] = f"金华市{TRADES[2]}样例有限公司,{third},2020-01-01"
    return "\n".join(["name,status,since", rows[0], "", *rows[1:]]) + "\n"


def sent(admin: Visitor, text: str) -> Answer:
    return admin.post(PAGE, reason="旧系统导出", file=(BytesIO(text.encode()), "large.csv"))


def decided(admin: Visitor, decision: str) -> Answer:
    with database.reading() as session:
        ref = session.exec(select(SettingChange.ref).order_by(col(SettingChange.id).desc())).first()
    return admin.post(f"{PAGE}/changes/{ref}", decision=decision)


def counted(model: type[RegisteredName] | type[NameImportPart] | type[Message]) -> int:
    with database.reading() as session:
        return session.exec(select(func.count()).select_from(model)).one()


def test_a_large_file_is_read_and_loaded_by_workers_in_parts(visit: Visit) -> None:
    admin, before = visit(SYSADMIN), counted(RegisteredName)
    assert sent(admin, lines()).status_code == 303
    page = words(admin.get(PAGE))
    assert "由后台分批读" in page
    assert "0 / 3批" in page
    early = decided(admin, "confirm")
    assert early.status_code == 422
    assert "文件还没有读完" in words(early)
    work_off()
    assert "新增5修改组成部分0不变0" in words(admin.get(PAGE))
    assert counted(RegisteredName) == before
    assert decided(admin, "confirm").status_code == 303
    with database.reading() as session:
        first = session.exec(select(Message).where(Message.effect == "names.part")).one()
    name_import_parts.work_on_part(first.payload["name_import"], message=first.id, now=clock.now())
    # A worker that was thought dead comes back with the same message.
    name_import_parts.work_on_part(first.payload["name_import"], message=first.id, now=clock.now())
    assert counted(RegisteredName) == before + 2
    assert "1 / 3批" in words(admin.get(PAGE))
    work_off()
    assert "已经载入" in words(admin.get(PAGE))
    assert counted(RegisteredName) == before + 5
    assert counted(NameImportPart) == 0
    with database.reading() as session:
        line = session.exec(select(AuditEntry).where(AuditEntry.tag == "names:load")).one()
    assert (line.subject, line.data["new"], line.data["mended"]) == (f"staff:{SYSADMIN}", 5, 0)


def test_wrong_lines_are_named_by_their_place_in_the_file_and_nothing_is_loaded(visit: Visit) -> None:
    admin = visit(SYSADMIN, lang="en")
    assert "has no" not in words(sent(admin, lines(third="alive")))
    work_off()
    page = words(admin.get(PAGE))
    assert "Line 5: the state “alive” is not known" in page
    assert "Lines that cannot be read" in page
    assert decided(admin, "confirm").status_code == 422
    assert decided(admin, "drop").status_code == 303
    assert counted(NameImportPart) == 0
    assert "Not loaded" in words(admin.get(PAGE))
    header = sent(admin, lines().replace("status", "state"))
    assert header.status_code == 422
    assert "please make a header with name and status" in words(header)
