"""The watch over promises: said once, to whom it concerns, however long nobody swept; given late, and never guessed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlmodel import col, select

from registration import database, tasks
from registration.errors import ActionRefused
from registration.models import Account, Application, HistoryEntry, Message, Part, PromiseAlert
from registration.operations import calendars, promises
from registration.operations.act import act
from registration.operations.history import broken_at
from registration.operations.sweeps import SWEEPS
from registration.queries import promises as seen
from registration.queries import working_days
from registration.queries.inbox import inbox_for
from registration.queries.promises import lacking, lacking_years
from registration.rules.blockers import blocker_text
from registration.settings import Settings
from tests.fixtures.cases import actor_of, at_the_agencies, file_of, individual, submitted
from tests.fixtures.concurrently import concurrently

LIN, CLERK, DIRECTOR = "lin@example.cn", "0318", "0320"
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
YEAR_2027 = "day,works,note\n2027-01-01,no,元旦\n2027-01-02,yes,调休上班\n" + "".join(
    f"{day},no,\n" for day in ("2027-05-01", "2027-10-01", "2027-10-02", "2027-10-03")
)


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    working_days.forget()
    yield
    working_days.forget()


def at(day: str, hour: str = "10:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{hour}+08:00").astimezone(UTC)


def filed(now: datetime) -> str:
    return submitted("individual", individual(), registrar="330702", actor=actor_of(LIN), now=now)


def case_of(ref: str) -> Application:
    with database.reading() as session:
        return session.exec(select(Application).where(Application.ref == ref)).one()


def said() -> list[tuple[str, str]]:
    """(part, kind) of everything that was said, in the order in which it was due."""
    with database.reading() as session:
        rows = session.exec(select(PromiseAlert).where(PromiseAlert.said).order_by(col(PromiseAlert.alert_at))).all()
    return [(row.part_key, row.kind) for row in rows]


def told(ref: str, tag: str) -> list[HistoryEntry]:
    with database.reading() as session:
        query = select(HistoryEntry).where(HistoryEntry.application_id == case_of(ref).id, HistoryEntry.tag == tag)
        return list(session.exec(query).all())


def effects() -> list[str]:
    with database.reading() as session:
        found = session.exec(select(Message.effect).order_by(col(Message.id))).all()
    return [effect for effect in found if effect in promises.EFFECTS.values()]


def escalated(login: str) -> list[str]:
    with database.reading() as session:
        return [row.case.ref for row in inbox_for(session, actor=actor_of(login), view="overdue").rows]


def test_a_promise_is_warned_of_and_reported_once_each(office: Settings, clock: datetime) -> None:
    ref = filed(clock)
    act(ref, "claim", actor=actor_of(CLERK), now=clock)
    for now in (clock, at("2026-10-15", "12:24:00"), at("2026-10-15", "12:24:01"), at("2026-10-15", "12:25")):
        promises.watch(now=now)
    assert (said(), effects()) == ([("", "warning")], ["notify.warning"])
    for now in (at("2026-10-15", "17:30:00"), at("2026-10-15", "17:30:01"), at("2026-10-16"), at("2026-10-19")):
        promises.watch(now=now)
    assert said() == [("", "warning"), ("", "overdue")]
    assert effects() == ["notify.warning", "notify.overdue"]
    assert [entry.data["to"] for entry in told(ref, promises.ESCALATED)] == [["director"]]
    assert escalated(DIRECTOR) == [ref]
    with database.reading() as session:
        assert broken_at(session, case_of(ref).id or 0) is None


def test_after_a_week_without_sweeps_only_the_latest_is_said(office: Settings, clock: datetime) -> None:
    late, kept = filed(clock), at_the_agencies(clock)
    act(kept, "withdraw", actor=actor_of(LIN), now=at("2026-10-13"))
    for now in (at("2026-10-22"), at("2026-10-22", "10:01")):
        promises.watch(now=now)
    assert said() == [("", "overdue")]
    assert effects() == ["notify.overdue"]
    assert told(kept, promises.ESCALATED) == []
    assert len(told(late, promises.ESCALATED)) == 1


def test_relays_that_sweep_together_say_it_once(office: Settings, clock: datetime) -> None:
    ref = filed(clock)
    concurrently([partial(promises.watch, now=at("2026-10-16"))] * 4)
    assert (said(), effects()) == ([("", "overdue")], ["notify.overdue"])
    assert len(told(ref, promises.ESCALATED)) == 1


@on_sqlite
def test_a_decision_takes_the_case_off_the_director_s_list(office: Settings, clock: datetime) -> None:
    ref = filed(clock)
    act(ref, "claim", actor=actor_of(CLERK), now=clock)
    promises.watch(now=at("2026-10-16"))
    act(ref, "approve", actor=actor_of(CLERK), now=at("2026-10-16"), opinion="符合")
    promises.watch(now=at("2026-10-17"))
    assert escalated(DIRECTOR) == []
    assert said() == [("", "overdue")]


@on_sqlite
def test_an_extension_is_a_new_promise_with_a_warning_of_its_own(office: Settings, clock: datetime) -> None:
    ref = filed(clock)
    act(ref, "claim", actor=actor_of(CLERK), now=clock)
    promises.watch(now=at("2026-10-15", "14:00"))
    act(ref, "extend", actor=actor_of(DIRECTOR), now=at("2026-10-15", "15:00"), reason="需要实地核实")
    for day in ("2026-10-16", "2026-10-17", "2026-10-19"):
        promises.watch(now=at(day))
    assert said() == [("", "warning")], "six days now, of which four fifths end on Monday at 15:48"
    promises.watch(now=at("2026-10-19", "16:00"))
    promises.watch(now=at("2026-10-21"))
    assert said() == [("", "warning"), ("", "warning"), ("", "overdue")]


@on_sqlite
def test_while_the_case_rests_nothing_is_said(office: Settings, clock: datetime) -> None:
    ref = filed(clock)
    act(ref, "claim", actor=actor_of(CLERK), now=clock)
    promises.watch(now=clock)
    act(ref, "hold", actor=actor_of(DIRECTOR), now=at("2026-10-13"), reason="诉讼", paper="（2026）浙0702民初1号")
    promises.watch(now=at("2026-10-30"))
    assert said() == []
    act(ref, "resume", actor=actor_of(DIRECTOR), now=at("2026-10-30"), reason="已结案")
    promises.watch(now=at("2026-11-03", "12:00"))
    assert said() == []
    promises.watch(now=at("2026-11-03", "12:30"))
    assert said() == [("", "warning")]


@on_sqlite
def test_a_rest_that_leaves_the_day_as_it_was_leaves_the_report_as_well(office: Settings, clock: datetime) -> None:
    ref = filed(clock)
    act(ref, "claim", actor=actor_of(CLERK), now=clock)
    promises.watch(now=at("2026-10-15", "13:00"))
    act(
        ref,
        "hold",
        actor=actor_of(DIRECTOR),
        now=at("2026-10-15", "14:00"),
        reason="诉讼",
        paper="（2026）浙0702民初1号",
    )
    promises.watch(now=at("2026-10-15", "15:00"))
    act(ref, "resume", actor=actor_of(DIRECTOR), now=at("2026-10-15", "16:00"), reason="已结案")
    promises.watch(now=at("2026-10-16"))
    assert said() == [("", "warning"), ("", "overdue")]


@on_sqlite
def test_an_agency_s_silence_is_reported_and_decides_nothing(office: Settings, clock: datetime) -> None:
    ref = at_the_agencies(clock)
    act(ref, "claim", actor=actor_of("3301"), now=clock, part="organization_code")
    promises.watch(now=at("2026-10-13", "16:00"))
    assert said() == [("organization_code", "warning")]
    for sweep in SWEEPS.values():
        sweep(now=at("2026-11-20"))
    assert ("organization_code", "overdue") in said()
    assert ("", "overdue") in said()
    assert escalated("0420") == [ref]
    with database.reading() as session:
        parts = {part.key: part.state for part in session.exec(select(Part)).all()}
    assert parts["organization_code"] == "claimed"
    assert case_of(ref).state == "agency_review"


@on_sqlite
def test_mail_goes_to_the_holder_and_of_a_broken_promise_to_the_director_too(office: Settings, clock: datetime) -> None:
    with database.transaction() as session:
        for login in (CLERK, DIRECTOR, "0319"):
            session.exec(select(Account).where(Account.login == login)).one().email = f"{login}@example.cn"
        session.exec(select(Account).where(Account.login == DIRECTOR)).one().locale = "en"
    ref = filed(clock)
    promises.watch(now=at("2026-10-15", "14:00"))
    assert mails(office) == {"0320@example.cn": 1}, "nobody has taken it: whoever distributes the work is told"
    act(ref, "claim", actor=actor_of(CLERK), now=at("2026-10-15", "14:00"))
    promises.watch(now=at("2026-10-16"))
    assert mails(office) == {"0318@example.cn": 1, "0320@example.cn": 2}


def mails(office: Settings) -> dict[str, int]:
    with database.reading() as session:
        waiting = session.exec(select(Message.id).where(col(Message.effect).in_(promises.EFFECTS.values()))).all()
    for message in waiting:
        tasks.work_on(message or 0)
    found: dict[str, int] = {}
    for path in (office.home / "mail").glob("*.eml"):
        line = next(one for one in path.read_text().splitlines() if one.startswith("To: "))
        found[line.removeprefix("To: ")] = found.get(line.removeprefix("To: "), 0) + 1
    return found


@on_sqlite
def test_the_limit_is_extended_up_to_the_last_moment_and_not_after(office: Settings, clock: datetime) -> None:
    in_time, late = filed(clock), filed_elsewhere(clock)
    last = at("2026-10-15", "17:30:00")
    for ref in (in_time, late):
        act(ref, "claim", actor=actor_of(CLERK), now=clock)
    act(in_time, "extend", actor=actor_of(DIRECTOR), now=last, reason="需要实地核实")
    assert case_of(in_time).due_at == at("2026-10-20", "17:30")
    with pytest.raises(ActionRefused) as refused:
        act(late, "extend", actor=actor_of(DIRECTOR), now=last + timedelta(seconds=1), reason="需要实地核实")
    (blocker,) = refused.value.blockers
    assert "期限已经届满" in blocker_text(blocker, "zh")
    assert "limit has passed" in blocker_text(blocker, "en")
    with pytest.raises(ActionRefused) as again:
        act(in_time, "extend", actor=actor_of(DIRECTOR), now=at("2026-10-16"), reason="还需要时间")
    assert [blocker.code for blocker in again.value.blockers] == ["extended_already"]


def filed_elsewhere(now: datetime) -> str:
    form = individual(trade="婺州示例")
    return submitted("individual", form, registrar="330702", actor=actor_of("zhou@example.cn"), now=now)


@on_sqlite
def test_a_case_gets_its_promise_when_its_year_is_loaded(office: Settings) -> None:
    filed_at = at("2026-12-30")
    ref = filed(filed_at)
    act(ref, "claim", actor=actor_of(CLERK), now=at("2026-12-31"))
    assert case_of(ref).due_at is None
    with database.reading() as session:
        assert lacking_years(session, registrar_code="330702") == {2027: 1}
    assert promises.give(now=at("2027-01-02")) == 0
    calendars.load(YEAR_2027.encode(), by="command line", now=at("2027-01-02"), year=2027)
    assert [promises.give(now=at("2027-01-02")) for _ in range(2)] == [1, 0]
    case = case_of(ref)
    assert case.due_at == case.case_due_at == at("2027-01-04", "17:30"), "as if the year had been known on the day"
    (entry,) = told(ref, promises.GIVEN)
    assert entry.data == {"due_at": case.due_at.isoformat() if case.due_at else ""}
    with database.reading() as session:
        assert lacking_years(session) == {}
        assert broken_at(session, case.id or 0) is None
    assert file_of(ref, actor=actor_of(LIN), now=at("2027-01-02")).days_left == 1


@on_sqlite
def test_a_step_between_the_loading_and_the_sweep_does_not_start_the_time_anew(office: Settings) -> None:
    ref = filed(at("2026-12-30"))
    calendars.load(YEAR_2027.encode(), by="command line", now=at("2027-01-05"), year=2027)
    act(ref, "claim", actor=actor_of(CLERK), now=at("2027-01-05"))
    assert case_of(ref).due_at is None
    promises.give(now=at("2027-01-05"))
    promises.watch(now=at("2027-01-05"))
    assert case_of(ref).due_at == at("2027-01-04", "17:30")
    assert said() == [("", "overdue")]


@on_sqlite
def test_who_withdraws_while_the_sweep_looks_is_promised_nothing(
    office: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = filed(at("2026-12-30"))
    calendars.load(YEAR_2027.encode(), by="command line", now=at("2026-12-30"), year=2027)
    with database.reading() as session:
        found = lacking(session)
    act(ref, "withdraw", actor=actor_of(LIN), now=at("2026-12-30", "11:00"))
    monkeypatch.setattr(seen, "lacking", lambda session: found)
    assert promises.give(now=at("2026-12-30", "11:00")) == 0
    assert case_of(ref).due_at is None


@on_sqlite
def test_a_part_gets_its_promise_too(office: Settings) -> None:
    ref = at_the_agencies(at("2026-12-31"))
    with database.reading() as session:
        assert lacking_years(session) == {2027: 2}
    calendars.load(YEAR_2027.encode(), by="command line", now=at("2026-12-31"), year=2027)
    assert promises.give(now=at("2026-12-31")) == 2
    with database.reading() as session:
        dues = {part.key: part.due_at for part in session.exec(select(Part)).all() if part.due_at}
    assert dues == {"organization_code": at("2027-01-02", "17:30")}, "a Saturday that is worked"
    assert case_of(ref).due_at == at("2027-01-05", "17:30")
