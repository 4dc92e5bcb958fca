"""Some seconds to take a decision back before it leaves the office."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from registration import clock, database, outbox, tasks
from registration.errors import ActionRefused
from registration.matters import definition_of, shipped, workflow_of
from registration.models import Account, AuditEntry, DelayedDecision, HistoryEntry, Message, Party
from registration.operations import bulk, holding, misuse, sign, undo
from registration.operations.act import act
from registration.operations.sweeps import let_decisions_leave, put_back_claims
from registration.settings import settings as current_settings
from tests.fixtures.cases import actor_of
from tests.fixtures.office import CLERK, DIRECTOR, LIN, WINDOW, case_of, file_in
from tests.fixtures.visitor import Visitor, words, work_off

Visit = Callable[..., Visitor]
OPINION = {"opinion.approve": "材料齐全，准予登记", "deciding": "approve", "warned": "approve"}


@pytest.fixture(autouse=True)
def _ten_seconds(settings: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("HEYI_UNDO_SECONDS", "10")
    current_settings.cache_clear()
    yield
    current_settings.cache_clear()


def decided(ref: str, visitor: Visitor, **more: str) -> str:
    """Approves on the page of the file; returns where that leads."""
    answer = visitor.post(f"/desk/cases/{ref}/act/approve", version=str(case_of(ref).version), data=OPINION | more)
    assert answer.status_code == 303, words(answer)
    return str(answer.location)


def rows() -> list[DelayedDecision]:
    with database.reading() as session:
        return list(session.exec(select(DelayedDecision)))


def tags(ref: str) -> list[str]:
    with database.reading() as session:
        query = select(HistoryEntry.tag).where(HistoryEntry.application_id == case_of(ref).id)
        return list(session.exec(query.order_by(col(HistoryEntry.seq))))


def audit() -> list[tuple[str, str, str]]:
    with database.reading() as session:
        query = select(AuditEntry.tag, AuditEntry.subject, AuditEntry.result).where(
            col(AuditEntry.tag).startswith("decision:")
        )
        return list(session.exec(query.order_by(col(AuditEntry.id))))


def soon() -> datetime:
    return clock.now() + timedelta(seconds=12)


def worked(at: datetime) -> bool:
    """Lets a worker take the next message of its queue that is due at this time."""
    works = outbox.claim(outbox.NOTIFY, now=at)
    for work in works:
        tasks.TASKS[work.effect](work)
    return bool(works)


def test_a_decision_waits_and_then_leaves(examined: str, visit: Visit) -> None:
    clerk, before, at = visit(CLERK), tags(examined), clock.now()
    work_off()
    assert decided(examined, clerk) == "/desk/inbox"
    inbox = clerk.get("/desk/inbox")
    assert "准予登记" in words(inbox)
    assert "秒可以撤销" in words(inbox)
    assert (case_of(examined).state, case_of(examined).decision_delayed) == ("under_examination", True)
    assert tags(examined) == before
    assert "准予登记" not in words(visit(LIN).get(f"/applications/{examined}"))

    assert not worked(at), "no worker begins before the seconds are over"
    assert worked(soon())
    assert (case_of(examined).state, case_of(examined).decision_delayed) == ("approved", False)
    assert tags(examined) == [*before, "application:approve"]
    assert rows() == []
    assert "秒可以撤销" not in words(clerk.get("/desk/inbox"))
    with database.reading() as session:
        entry = session.exec(select(HistoryEntry).order_by(col(HistoryEntry.id).desc())).first()
        assert entry is not None
        assert (entry.actor, entry.role, entry.data["opinion"]) == (f"staff:{CLERK}", "examiner", "材料齐全，准予登记")
    late = clerk.post(f"/desk/cases/{examined}/decision/undo")
    assert late.status_code == 409
    assert "这个决定已经送出，不能再撤销" in words(late)


def test_the_next_file_opens_at_once_with_the_way_back_on_top(examined: str, visit: Visit) -> None:
    """Two clicks and one page, as without the seconds."""
    following, clerk = file_in(claimed_by=CLERK, trade="听泉样例"), visit(CLERK)
    assert decided(examined, clerk, go_on_shown="1", go_on="1") == f"/desk/cases/{following}"
    page = clerk.get(f"/desk/cases/{following}").text
    notice = page.split('class="notice ok undo"')[1].split("</form>")[0]
    assert f'action="/desk/cases/{examined}/decision/undo"' in notice
    assert "准予登记" in notice
    # The file that waits is nobody's next one.
    assert decided(following, clerk) == "/desk/inbox"
    assert clerk.get("/desk/inbox").text.count('class="notice ok undo"') == 2


def test_undone_it_leaves_nothing_but_an_audit_line_and_what_was_typed(examined: str, visit: Visit) -> None:
    clerk, before = visit(CLERK), tags(examined)
    work_off()
    decided(examined, clerk)
    assert clerk.post(f"/desk/cases/{examined}/decision/undo").location == f"/desk/cases/{examined}"
    page = clerk.get(f"/desk/cases/{examined}")
    assert "已撤销，什么也没有送出" in words(page)
    assert "材料齐全，准予登记" in page.text
    assert tags(examined) == before
    assert worked(soon()), "the message finds nothing to do"
    assert case_of(examined).state == "under_examination"
    assert audit() == [(f"decision:{one}", f"staff:{CLERK}", "done") for one in ("delay", "undo")]
    # The next decision takes its place.
    decided(examined, clerk)
    assert worked(soon())
    assert (case_of(examined).state, rows()) == ("approved", [])


def test_every_refusal_comes_at_once_and_loses_nothing(examined: str, visit: Visit) -> None:
    clerk = visit(CLERK)
    page = f"/desk/cases/{examined}/act/reject"
    version = str(case_of(examined).version)
    unfit = clerk.post(page, version=version, data={"reason_code": "R01", "reason": "\ue000字", "opinion": "不符合"})
    assert unfit.status_code == 422
    assert "不符合" in unfit.text
    unmarked = clerk.post(f"/desk/cases/{examined}/act/request_correction", version=version)
    assert unmarked.status_code == 409
    other = visit(WINDOW).post(f"/desk/cases/{examined}/act/approve", version=version, data=OPINION)
    assert other.status_code == 409
    stale = clerk.post(f"/desk/cases/{examined}/act/approve", version="1", data=OPINION)
    assert stale.status_code == 409
    assert (rows(), case_of(examined).decision_delayed) == ([], False)


def test_meanwhile_nobody_else_of_the_office_can_do_anything_with_the_file(examined: str, visit: Visit) -> None:
    clerk, window, now = visit(CLERK), actor_of(WINDOW), clock.now()
    decided(examined, clerk)
    with pytest.raises(ActionRefused) as refused:
        act(examined, "take_over", actor=window, now=now, reason="急件")
    assert [one.code for one in refused.value.blockers] == ["decision_is_delayed"]
    with pytest.raises(ActionRefused):
        holding.assign(examined, to=WINDOW, reason="均衡工作量", actor=actor_of(DIRECTOR), now=now)
    verdicts = bulk.look([examined], bulk.BulkStep(bulk.GIVE_BACK), actor=actor_of(CLERK), now=now)
    assert [type(one.error) for one in verdicts] == [ActionRefused]
    again = clerk.post(f"/desk/cases/{examined}/act/approve", version=str(case_of(examined).version), data=OPINION)
    assert again.status_code == 409
    assert "几秒钟内还可以撤销" in words(again)
    colleague = visit(WINDOW).get(f"/desk/cases/{examined}")
    assert "送出以前，别的事项都不能办理" in words(colleague)
    assert "即将送出" in words(clerk.get("/desk/inbox?view=mine"))
    stranger = visit(WINDOW).post(f"/desk/cases/{examined}/decision/undo")
    assert (stranger.status_code, "由他本人撤销" in words(stranger)) == (403, True)
    with database.transaction() as session:
        session.exec(select(DelayedDecision)).one().leaves_at = now + timedelta(days=90)
    put_back_claims(now=now + timedelta(days=60))
    assert case_of(examined).holder_id == actor_of(CLERK).account_id


def test_the_applicant_withdraws_first_and_the_clerk_reads_it(examined: str, visit: Visit) -> None:
    clerk, at = visit(CLERK), clock.now()
    decided(examined, clerk)
    act(examined, "withdraw", actor=actor_of(LIN), now=at)
    assert (case_of(examined).state, case_of(examined).decision_delayed) == ("withdrawn", False)
    assert worked(soon())
    assert case_of(examined).state == "withdrawn"
    inbox = words(clerk.get("/desk/inbox"))
    assert "“准予登记”没有办成" in inbox
    assert "决定送出以前，这份申请有了变化" in inbox
    assert audit()[-1] == ("decision:leave", f"staff:{CLERK}", "refused")
    assert clerk.post(f"/desk/cases/{examined}/decision/undo").status_code == 409
    assert clerk.post(f"/desk/cases/{examined}/decision/read").location == "/desk/inbox"
    assert "没有办成" not in words(clerk.get("/desk/inbox"))


def test_a_report_of_misuse_ends_a_decision(examined: str, visit: Visit) -> None:
    clerk, now = visit(CLERK), clock.now()
    decided(examined, clerk)
    with database.transaction() as session:
        party = session.exec(select(Party).where(Party.application_id == case_of(examined).id)).first()
        assert party is not None
        link = sign.open_link(party, now=now)
    misuse.report(link, now=now)
    assert worked(soon())
    assert case_of(examined).state == "under_examination"
    assert "没有办成" in words(clerk.get("/desk/inbox"))


@pytest.mark.parametrize("change", ["disabled", "another role"])
def test_who_may_no_longer_decide_is_asked_again_when_it_leaves(examined: str, visit: Visit, change: str) -> None:
    clerk, director = visit(CLERK), visit(DIRECTOR)
    decided(examined, clerk)
    with database.transaction() as session:
        account = session.get_one(Account, actor_of(CLERK).account_id)
        if change == "disabled":
            account.disabled_at = clock.now()
        else:
            account.roles = ["licensing"]
    assert worked(soon())
    assert (case_of(examined).state, case_of(examined).decision_delayed) == ("under_examination", False)
    (row,) = rows()
    assert row.outcome == "refused"
    assert director.get(f"/desk/cases/{examined}").status_code == 200


def test_two_persons_approve_only_in_two_pairs_of_eyes(visit: Visit) -> None:
    ref, now = file_in(claimed_by="0218", registrar="330701"), clock.now()
    act(ref, "recommend", actor=actor_of("0218"), now=now, opinion="拟准予")
    with database.transaction() as session:
        session.get_one(Account, actor_of("0218").account_id).roles = ["examiner", "approver"]
    same = visit("0218").post(f"/desk/cases/{ref}/act/approve", version=str(case_of(ref).version), data=OPINION)
    assert same.status_code == 409
    decided(ref, visit("0219"))
    with database.transaction() as session:
        session.exec(select(DelayedDecision)).one().account_id = actor_of("0218").account_id or 0
    assert worked(soon())
    assert case_of(ref).state == "pending_approval"
    (row,) = rows()
    assert row.outcome == "refused"


def test_a_promise_that_ends_meanwhile_lets_it_leave_at_once(examined: str, visit: Visit) -> None:
    with database.transaction() as session:
        case = session.get_one(type(case_of(examined)), case_of(examined).id)
        case.due_at = case.state_due_at = clock.now() + timedelta(seconds=5)
    decided(examined, visit(CLERK))
    assert case_of(examined).state == "approved"


def test_what_stays_inside_the_office_acts_at_once_and_so_does_everything_without_the_seconds(
    examined: str, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = visit(CLERK)
    released = clerk.post(f"/desk/cases/{examined}/act/release", version=str(case_of(examined).version))
    assert released.status_code == 303
    assert case_of(examined).holder_id is None
    act(examined, "take_over", actor=actor_of(CLERK), now=clock.now())
    monkeypatch.setenv("HEYI_UNDO_SECONDS", "0")
    current_settings.cache_clear()
    decided(examined, clerk)
    assert (case_of(examined).state, rows()) == ("approved", [])


def test_a_sweep_takes_what_no_worker_took_and_nothing_is_taken_twice(examined: str, visit: Visit) -> None:
    at = clock.now()
    decided(examined, visit(CLERK))
    (row,) = rows()
    let_decisions_leave(now=at + timedelta(seconds=15))
    assert case_of(examined).state == "under_examination", "workers have some seconds first"
    let_decisions_leave(now=at + timedelta(seconds=40))
    assert case_of(examined).state == "approved"
    assert undo.leave(row.id, now=clock.now()) is False
    assert worked(soon())
    assert tags(examined).count("application:approve") == 1


def test_a_worker_that_dies_in_the_step_loses_nothing(
    examined: str, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided(examined, visit(CLERK))

    def die(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "finish", die)
        work_off()
    assert (case_of(examined).state, case_of(examined).decision_delayed) == ("under_examination", True)
    with database.reading() as session:
        message = session.exec(select(Message).where(Message.effect == "decision.leave")).one()
    tasks.work_on(message.id)
    assert (case_of(examined).state, rows()) == ("approved", [])


AT_ONCE = {"claim", "release", "take_over", "start", "recommend", "return", "archive"}


@pytest.mark.parametrize("key", sorted(shipped()))
def test_the_table_says_what_can_be_taken_back(key: str) -> None:
    """All that tells somebody outside, and nothing that only moves the file inside the office."""
    table, flow = definition_of(key), workflow_of(key)
    for row in table.rows:
        for source in row.sources:
            step = flow._step(row, row.target_from(source), source, row.by)
            assert undo.leaves_the_office(step, definition=key) is (
                step.role in {"window", "examiner", "approver", "director", "licensing"} and row.action not in AT_ONCE
            ), (row.action, source)
