"""The outbox and its relay: each message is claimed once, counted before it is tried, parked, and let run again."""

import json
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from registration import database as db
from registration import outbox
from registration.models import Application, AuditEntry, Party
from registration.operations.act import act
from registration.queries.notices import NOTICES, letters_to_applicant
from registration.queries.signing_messages import messages_for
from registration.settings import Settings
from tests.fixtures.cases import actor_of, company, draft, five_numbers, individual, sign_all, submitted
from tests.fixtures.concurrently import concurrently
from tests.fixtures.messages import message, put

pytestmark = pytest.mark.both_engines

LIN = "lin@example.cn"
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_workers_that_come_together_each_take_another_message(
    database: Engine, database_url: str, clock: datetime
) -> None:
    ids = put(40, now=clock)

    def until_nothing_waits() -> list[int]:
        return [work.id for (work,) in iter(partial(outbox.claim, outbox.NOTIFY, now=clock), [])]

    taken = [one for done in concurrently([until_nothing_waits] * 4).done for one in done]
    assert sorted(taken) == ids


def test_licences_are_made_before_all_other_papers(database: Engine, database_url: str, clock: datetime) -> None:
    """And letters, however many, wait in a queue of their own, which licences do not hold up either."""
    put(300, now=clock, effect="notify.overdue")
    put(3, now=clock, effect="paper.approval")
    late = clock + timedelta(minutes=1)
    *_, first, second = put(2, now=late, effect="issue.licence")
    (letter,), printed = (outbox.claim(queue, now=late) for queue in (outbox.NOTIFY, outbox.ISSUE))
    assert letter.effect == "notify.overdue"
    assert [work.effect for work in printed] == ["issue.licence"] * 2 + ["paper.approval"] * 3
    assert [work.id for work in printed[:2]] == [first, second]


def test_a_worker_takes_several_papers_at_a_time_and_what_has_failed_alone(
    database: Engine, database_url: str, clock: datetime
) -> None:
    ids, most = put(40, now=clock, effect="paper.approval"), outbox.MOST_PRINTED_AT_ONCE
    failed = outbox.begin(ids[0], now=clock)
    assert failed is not None
    outbox.fail(failed, "broken", now=clock)
    due = clock + timedelta(minutes=1)
    # Three claims for those that were never tried, and one for the other.
    assert outbox.waiting(outbox.ISSUE, now=due, most=50) == 4
    taken = [[work.id for work in works] for works in iter(partial(outbox.claim, outbox.ISSUE, now=due), [])]
    assert sorted(map(len, taken)) == [1, 39 - 2 * most, most, most]
    assert [ids[0]] in taken
    assert sorted(one for works in taken for one in works) == ids


def test_a_lease_that_ran_out_is_taken_again(
    database: Engine, database_url: str, settings: Settings, clock: datetime
) -> None:
    put(1, now=clock)
    lease = timedelta(seconds=settings.lease_seconds)
    (work,) = outbox.claim(outbox.NOTIFY, now=clock)
    outbox.renew([work], now=clock + lease / 2)
    assert outbox.claim(outbox.NOTIFY, now=clock + lease) == []
    assert outbox.waiting(outbox.NOTIFY, now=clock + lease, most=9) == 0
    assert outbox.waiting(outbox.NOTIFY, now=clock + 1.5 * lease, most=9) == 1
    (again,) = outbox.claim(outbox.NOTIFY, now=clock + 1.5 * lease)
    assert again.attempts == 2


def test_who_lost_the_lease_cannot_renew_it(
    database: Engine, database_url: str, settings: Settings, clock: datetime
) -> None:
    (slow,) = put(1, now=clock)
    (first,) = outbox.claim(outbox.NOTIFY, now=clock)
    (second,) = outbox.claim(outbox.NOTIFY, now=first.until)
    outbox.renew([first], now=first.until + timedelta(seconds=1))
    assert (message(slow).owner, message(slow).working_until) == (second.owner, second.until)


@pytest.mark.parametrize("back", [timedelta(minutes=10), timedelta(hours=2), timedelta(days=400)])
def test_a_clock_that_was_set_back_holds_no_message_up(
    database: Engine, database_url: str, settings: Settings, clock: datetime, back: timedelta
) -> None:
    """What was never tried, or was under way when its worker died, is due; what failed waits no longer than ever."""
    _fresh, under_way, put_off = put(3, now=clock)
    outbox.begin(under_way, now=clock)
    failed = outbox.begin(put_off, now=clock)
    assert failed is not None
    outbox.fail(failed, "Unavailable: storage", now=clock)
    now = clock - back
    assert outbox.waiting(outbox.NOTIFY, now=now, most=9) >= 2
    later = now + timedelta(seconds=max(settings.retry_seconds))
    assert outbox.waiting(outbox.NOTIFY, now=later, most=9) == 3


def test_an_attempt_is_counted_before_it_is_made(
    database: Engine, database_url: str, settings: Settings, clock: datetime
) -> None:
    """A message that kills its worker never says that it failed; it is parked all the same."""
    (poison,) = put(1, now=clock)
    now, lease = clock, timedelta(seconds=settings.lease_seconds)
    for attempt in range(1, settings.attempts_before_parking + 1):
        work = outbox.begin(poison, now=now)
        assert work is not None
        assert (work.attempts, message(poison).attempts) == (attempt, attempt)
        now += lease
    assert outbox.begin(poison, now=now) is None
    assert message(poison).parked_at == now
    assert message(poison).last_error
    assert outbox.waiting(outbox.NOTIFY, now=clock + timedelta(days=30), most=9) == 0
    assert outbox.claim(outbox.NOTIFY, now=clock + timedelta(days=30)) == []


def test_a_failure_waits_longer_each_time_and_is_parked_in_the_end(
    database: Engine, database_url: str, settings: Settings, clock: datetime
) -> None:
    (failing,) = put(1, now=clock)
    waits = []
    while (work := outbox.begin(failing, now=clock)) is not None:
        outbox.fail(work, "Unavailable: storage", now=clock)
        waits.append((message(failing).due_at - clock).total_seconds())
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]
    assert len(waits) == settings.attempts_before_parking
    assert message(failing).parked_at == clock
    assert message(failing).last_error == "Unavailable: storage"


def test_who_comes_while_another_works_on_it_goes_away_and_counts_for_nothing(
    database: Engine, database_url: str, settings: Settings, clock: datetime
) -> None:
    """A worker that was slow to start finds the doorbell rung twice."""
    (slow,) = put(1, now=clock)
    first = outbox.begin(slow, now=clock)
    assert first is not None
    almost = first.until - timedelta(seconds=1)
    assert outbox.begin(slow, now=almost) is None
    assert (message(slow).attempts, message(slow).parked_at) == (1, None)
    second = outbox.begin(slow, now=first.until)
    assert second is not None
    assert second.attempts == 2


def test_an_attempt_whose_lease_ran_out_says_nothing_about_the_message(
    database: Engine, database_url: str, settings: Settings, clock: datetime
) -> None:
    """It would else park again what staff has just let run."""
    (late,) = put(1, now=clock)
    now, last = clock, None
    while (work := outbox.begin(late, now=now)) is not None:
        now, last = work.until, work
    assert last is not None
    assert outbox.retry(late, by="staff:0220", now=now)
    outbox.fail(last, "SoftTimeLimitExceeded", now=now)
    assert (message(late).parked_at, message(late).last_error) == (None, "the worker died while working on it")
    again = outbox.begin(late, now=now)
    assert again is not None
    outbox.fail(last, "SoftTimeLimitExceeded", now=now)
    assert message(late).working_until == again.until


def test_one_click_lets_a_parked_message_run_again(
    database: Engine, database_url: str, settings: Settings, clock: datetime
) -> None:
    (parked,) = put(1, now=clock)
    assert not outbox.retry(parked, by="staff:0220", now=clock)
    while (work := outbox.begin(parked, now=clock)) is not None:
        outbox.fail(work, "broken", now=clock)
    assert outbox.retry(parked, by="staff:0220", now=clock)
    assert not outbox.retry(parked, by="staff:0220", now=clock)
    with db.reading() as session:
        noted = session.exec(select(AuditEntry).where(AuditEntry.tag == "message:retry")).one()
    assert (noted.subject, noted.data) == ("staff:0220", {"message": parked})
    (again,) = outbox.claim(outbox.NOTIFY, now=clock)
    assert again.attempts == 1


def test_of_two_deliveries_one_finishes(database: Engine, database_url: str, clock: datetime) -> None:
    (once,) = put(1, now=clock)

    def finish() -> bool:
        with db.transaction() as session:
            return outbox.finish(session, once)

    assert sorted(concurrently([finish] * 4).done) == [False, False, False, True]
    assert outbox.begin(once, now=clock) is None


def test_a_worker_that_comes_late_does_not_end_somebody_else_s_message(
    database: Engine, database_url: str, clock: datetime
) -> None:
    (done,) = put(1, now=clock)
    with db.transaction() as session:
        assert outbox.finish(session, done)
    (next_one,) = put(1, now=clock)
    with db.transaction() as session:
        assert not outbox.finish(session, done)
    assert next_one != done


def test_a_message_of_a_change_that_failed_does_not_exist(database: Engine, database_url: str, clock: datetime) -> None:
    def change_and_fail() -> None:
        with db.transaction() as session:
            outbox.put(session, "notify.receipt", now=clock)
            raise ValueError("in the middle")

    with pytest.raises(ValueError, match="in the middle"):
        change_and_fail()
    assert outbox.waiting(outbox.NOTIFY, now=clock, most=9) == 0


@on_sqlite
def test_every_message_survives_json(
    office: Settings, database: Engine, clock: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    lin, window, examiner = actor_of(LIN), actor_of("0417"), actor_of("0418")
    seen: list[dict[str, Any]] = []
    write = outbox.message

    def see(effect: str, **told: Any) -> Any:
        """What is handed to the outbox, before the database has turned it into JSON."""
        statement, row = write(effect, **told)
        seen.append(row["payload"])
        return statement, row

    monkeypatch.setattr(outbox, "message", see)
    ref = submitted("llc", five_numbers(), registrar="330784", actor=lin, now=clock)
    act(ref, "accept", actor=window, now=clock)
    act(ref, "start", actor=examiner, now=clock)
    item = {"target": "section.domicile", "reason_code": "S01", "problem": "门牌号不完整", "remedy": "请补充"}
    act(ref, "request_correction", actor=examiner, now=clock, items=[item])
    act(ref, "withdraw", actor=lin, now=clock)
    assert len(seen) >= 4
    assert all(json.loads(json.dumps(payload)) == payload for payload in seen)


@on_sqlite
def test_every_notice_can_be_written_in_both_languages(office: Settings, clock: datetime) -> None:
    lin = actor_of(LIN)
    ref = submitted("individual", individual(), registrar="330702", actor=lin, now=clock)
    with db.transaction() as session:
        case = session.exec(select(Application).where(Application.ref == ref)).one()
    for locale in ("zh", "en"):
        _speak(locale, lin.account_id)
        letters = [letter for notice in NOTICES for letter in letters_to_applicant(notice, case.id or 0)]
        assert len(letters) == len(NOTICES)
        assert {letter.to for letter in letters} == {LIN}
        assert all(ref in letter.subject + letter.text for letter in letters)
        assert not [letter for letter in letters if "{" in letter.subject + letter.text]
        assert len({letter.text for letter in letters}) == len(letters)


def _speak(locale: str, account_id: int | None) -> None:
    from registration.models import Account

    with db.transaction() as session:
        session.get_one(Account, account_id).locale = locale


def _parties(ref: str) -> tuple[int, dict[str, int]]:
    """The case's number, and that of each party by the person's key."""
    with db.reading() as session:
        case = session.exec(select(Application).where(Application.ref == ref)).one()
        return case.id, {
            one.person_key: one.id for one in session.exec(select(Party).where(Party.application_id == case.id))
        }


@on_sqlite
@pytest.mark.parametrize(("locale", "word"), [(None, "签名"), ("en", "sign")])
def test_signers_are_written_to_in_their_own_language(
    office: Settings, clock: datetime, locale: str | None, word: str
) -> None:
    """Whatever the applicant's is: Chinese goes with a resident identity card, unless the applicant chose another."""
    lin = actor_of(LIN)
    _speak("en", lin.account_id)
    ref = draft("llc", company(), registrar="330702", actor=lin, now=clock)
    sign_all(ref, actor=lin, now=clock)
    case_id, parties = _parties(ref)
    with db.transaction() as session:
        session.get_one(Party, parties["p1"]).locale = locale
    (message,) = messages_for(case_id, {parties["p1"]: "eins"}, occasion="invite")
    assert word in message.subject


@on_sqlite
def test_each_signer_gets_the_own_link(office: Settings, clock: datetime) -> None:
    lin = actor_of(LIN)
    ref = draft("llc", company(), registrar="330702", actor=lin, now=clock)
    sign_all(ref, actor=lin, now=clock)
    case_id, parties = _parties(ref)
    links = {parties["p1"]: "eins", parties["p2"]: "zwei"}
    messages = {one.to: one.text for one in messages_for(case_id, links, occasion="invite")}
    assert messages.keys() == {"p1@example.cn", "p2@example.cn"}
    assert f"{office.public_url}/sign/eins" in messages["p1@example.cn"]
    assert "zwei" not in messages["p1@example.cn"]
