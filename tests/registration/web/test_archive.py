"""The archivist's home: closing what is due, finding closed files, consulting one for a recorded purpose."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from registration import clock, database
from registration.models import Account, Application, AuditEntry
from tests.fixtures.licences import sheets
from tests.fixtures.office import case_of
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
ARCHIVIST = "0905"


@pytest.fixture
def due(visit: Visit, ref: str) -> str:
    """An issued case whose time in the office is over, at the archivist's registrar."""
    with database.transaction() as session:
        session.exec(select(Account).where(Account.login == ARCHIVIST)).one().registrar_code = "330702"
        session.exec(select(Application).where(Application.ref == ref)).one().due_at = clock.now()
    return ref


def lines(tag: str) -> list[AuditEntry]:
    with database.reading() as session:
        return list(session.exec(select(AuditEntry).where(AuditEntry.tag == tag).order_by(col(AuditEntry.id))).all())


def test_a_file_is_closed_found_and_consulted_for_a_purpose(visit: Visit, due: str) -> None:
    archivist = visit(ARCHIVIST)
    assert archivist.get("/sign-in").location == "/archive"
    home = words(archivist.get("/archive"))
    assert due in home
    assert "可以归档" in home
    assert "没有这样的档案" in home
    assert archivist.post(f"/archive/{due}/close").status_code == 303
    home = words(archivist.get("/archive"))
    assert "没有等待归档的申请" in home
    assert due in home
    today = clock.local_date(clock.now()).isoformat()
    for query in (f"words={due[-6:]}", f"from={today}&to={today}", f"words={case_of(due).name[:4]}"):
        assert due in words(archivist.get(f"/archive?{query}")), query
    assert due not in words(archivist.get("/archive?words=无此企业"))
    assert due not in words(archivist.get("/archive?from=2020-01-01&to=2020-12-31"))
    assert archivist.get("/archive?from=x").status_code == 422

    assert "查阅事由" in words(archivist.get(f"/archive/consult?ref={due}"))
    mute = archivist.post(f"/archive/{due}", reason=" ")
    assert mute.status_code == 422
    assert "请写明查阅的事由" in words(mute)
    assert lines("archive:consult") == []
    shown = archivist.post(f"/archive/{due}", reason="法院（2026）1号函")
    assert "档案内容" in words(shown)
    assert "正本" in words(shown)
    (line,) = lines("archive:consult")
    assert (line.subject, line.data["ref"], line.data["reason"]) == (f"staff:{ARCHIVIST}", due, "法院（2026）1号函")
    file = sheets(due)[0].sha256
    assert f"/archive/{due}/files/{file}" in shown.text
    fetched = archivist.post(f"/archive/{due}/files/{file}", reason="法院（2026）1号函")
    assert fetched.status_code == 200
    assert lines("archive:fetch")[0].data["sha256"] == file
    assert archivist.post(f"/archive/{due}/files/{'0' * 64}", reason="x").status_code == 404


def test_only_the_archivist_of_the_registrar_and_only_closed_files(visit: Visit, due: str) -> None:
    archivist = visit(ARCHIVIST)
    assert archivist.get(f"/archive/consult?ref={due}").status_code == 404
    assert archivist.post(f"/archive/{due}", reason="x").status_code == 404
    for login in ("0318", "0320", "0904", "0901", "lin@example.cn"):
        visitor = visit(login)
        assert visitor.get("/archive").status_code == 403
        assert visitor.post(f"/archive/{due}/close").status_code == 403
    with database.transaction() as session:
        session.exec(select(Account).where(Account.login == ARCHIVIST)).one().registrar_code = "330784"
    other = visit(ARCHIVIST)
    assert due not in words(other.get("/archive"))
    assert other.post(f"/archive/{due}/close").status_code == 404


def test_what_is_not_due_is_refused_with_the_reason(visit: Visit, ref: str) -> None:
    with database.transaction() as session:
        session.exec(select(Account).where(Account.login == ARCHIVIST)).one().registrar_code = "330702"
        later = {"state": "licence_issued", "due_at": clock.now() + timedelta(days=9)}
        session.execute(update(Application).where(col(Application.ref) == ref).values(**later))
    archivist = visit(ARCHIVIST)
    assert ref in words(archivist.get("/archive"))
    assert "可以归档" not in words(archivist.get("/archive"))
    assert archivist.post(f"/archive/{ref}/close").status_code == 409
    assert case_of(ref).state != "archived"
