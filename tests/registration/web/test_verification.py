"""The checks of the records with a button: done in batches by the workers, the result in words, an alert for faults."""

import json
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from registration import clock, database
from registration.errors import Conflict, Forbidden
from registration.models import Message, Verification
from registration.operations import staff, verification
from registration.queries import verification as known
from registration.rules.verification import CHECKS
from registration.settings import Settings
from tests.fixtures.cases import actor_of
from tests.fixtures.mails import plain_of
from tests.fixtures.visitor import Visitor, words, work_off

Visit = Callable[..., Visitor]
SYSADMIN, AUDITOR = "0904", "0903"
PAGE = "/admin/verify"


def begun(visitor: Visitor) -> str:
    answer = visitor.post(PAGE)
    assert answer.status_code == 303
    return str(answer.location)


def run() -> Verification:
    with database.reading() as session:
        return session.exec(select(Verification).order_by(col(Verification.id).desc())).all()[0]


def test_whole_records_are_called_whole(visit: Visit) -> None:
    administrator = visit(SYSADMIN)
    assert "还没有核验过" in words(administrator.get(PAGE))
    page = begun(administrator)
    assert "0 / 9项" in words(administrator.get(page))
    with pytest.raises(Conflict, match="verification_runs"):
        verification.begin(actor=actor_of(AUDITOR), now=clock.now())
    work_off()
    shown = words(administrator.get(page))
    assert "全部完整" in shown
    assert "0904号" in shown
    assert set(run().counts) == set(CHECKS)
    assert "Everything is whole" in words(visit(AUDITOR, lang="en").get(PAGE))
    assert "开始核验" in words(visit(AUDITOR).get("/admin/audit?tag=verification:"))


def test_every_check_looks_at_what_there_is(visit: Visit, ref: str) -> None:
    begun(visit(SYSADMIN))
    work_off()
    counts = run().counts
    # The document of this case is a row alone: its file was never stored.
    assert {name for name, one in counts.items() if one["faults"]} == {"materials"}
    assert {name for name, one in counts.items() if not one["checked"]} <= {"roots", "log", "papers"}


def test_faults_are_found_in_batches_named_exported_and_announced(
    visit: Visit, ref: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "CASES", 1)
    monkeypatch.setattr(known, "SHEETS", 1)
    staff.set_email(AUDITOR, "auditor@example.cn", now=clock.now(), by="test")
    with database.transaction() as session:
        for table in ("history_entry",):
            session.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_update"))
        session.execute(text("UPDATE history_entry SET actor = 'staff:9999' WHERE seq = 2"))
    lost = next((settings.home / "files").rglob("*.pdf"), None)
    assert lost is not None
    Path(lost).unlink()
    auditor = visit(AUDITOR)
    page = begun(auditor)
    work_off()
    assert run().faults >= 2
    shown = words(auditor.get(page))
    assert f"申请 {ref} 历史第 2" in shown
    assert "内容被改动" in shown
    assert "请先保留现状" in shown
    assert "核验" in words(auditor.get(PAGE))
    result = json.loads(auditor.get(f"{page}/result.json").text)
    assert not result["whole"]
    assert {"histories"} <= {one["check"] for one in result["faults"]}
    assert "entry_changed" in auditor.get(f"{page}/faults.csv").text
    sent = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in settings.home.glob("mail/*.eml")]
    (told,) = [mail for mail in sent if "核验发现" in str(mail["subject"])]
    assert page in plain_of(told)
    assert f"核验记录 {run().faults}" in words(auditor.get("/admin/audit"))


def test_a_batch_that_is_done_again_writes_nothing_twice(visit: Visit, ref: str) -> None:
    begun(visit(SYSADMIN))
    with database.reading() as session:
        message = session.exec(select(Message).where(Message.effect == known.EFFECT)).one()
    batch = known.Batch(1, (known.Fault("table_edited", {}, {"key": "x"}),), None)
    for _ in range(2):
        verification.record(run().ref, CHECKS[0], 0, batch, message=message.id, now=clock.now())
    assert (run().faults, run().step) == (1, CHECKS[1])


@pytest.mark.parametrize("login", ["0318", "0320", "0901", "lin@example.cn", "3301"])
def test_nobody_else_verifies_or_reads_the_result(visit: Visit, login: str) -> None:
    page = begun(visit(SYSADMIN))
    other = visit(login)
    assert other.get(PAGE).status_code == 403
    assert other.post(PAGE).status_code == 403
    assert all(other.get(f"{page}{more}").status_code == 403 for more in ("", "/faults.csv", "/result.json"))
    with pytest.raises(Forbidden):
        verification.begin(actor=actor_of(login), now=clock.now())


def test_an_unknown_run_is_not_there(visit: Visit) -> None:
    assert visit(SYSADMIN).get(f"{PAGE}/nothing").status_code == 404
