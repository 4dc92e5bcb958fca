"""Live cases follow a new version of their table, one by one, go on under it, and come back when the run is undone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from registration import database
from registration.errors import Conflict, InvalidInput, NotFound, StaleVersion, Unavailable
from registration.matters import definition_of
from registration.models import Application, DefinitionMove, HistoryEntry
from registration.operations import apply, move_runs, sweeps
from registration.operations.act import act
from registration.operations.history import broken_at
from registration.operations.move_runs import Course, MoveVerdict
from registration.queries.desk_counts import inbox_counts
from registration.queries.history import DaySpan
from registration.queries.inbox import inbox_for
from registration.queries.integrity import Counted
from registration.queries.replays import differences
from registration.runtime import definition_checksums
from registration.settings import Settings
from tests.fixtures.cases import actor_of, five_numbers, nameless, submitted
from tests.fixtures.concurrently import concurrently
from tests.fixtures.tables import own_tables, renamed, write_version

__all__ = ["own_tables"]

LIN, CLERK, DIRECTOR = "lin@example.cn", "0318", "0320"
V1, V2 = "establishment@4", "establishment@9"


@pytest.fixture
def apply_for(office: Settings, own_tables: Path, clock: datetime) -> Callable[..., str]:
    return partial(submitted, "individual", nameless(), registrar="330702", actor=actor_of(LIN), now=clock)


@pytest.fixture
def second(own_tables: Path) -> str:
    """A second version: another name for the examination, and a day less for everybody."""

    def shorter(table: dict[str, Any]) -> None:
        for policy in table["clock"].values():
            policy["limit"] = "2wd"

    return write_version(own_tables, 9, renamed("under_examination", "examining"), shorter)


NAMES = {"under_examination": "examining"}
# What has nothing to do with the database's own ways is shown on one of the two.
ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def case_of(ref: str) -> Application:
    with database.reading() as session:
        return session.exec(select(Application).where(Application.ref == ref)).one()


def entries(ref: str) -> list[HistoryEntry]:
    case = case_of(ref)
    with database.reading() as session:
        assert broken_at(session, case.id) is None
        query = select(HistoryEntry).where(HistoryEntry.application_id == case.id).order_by(col(HistoryEntry.seq))
        return list(session.exec(query).all())


def run_of(chosen: Course, *, now: datetime, size: int = 500) -> tuple[int, dict[str, MoveVerdict]]:
    run = move_runs.begin(chosen, actor="test", now=now)
    told = [
        move_runs.move(run, case, chosen, now=now) for cases in move_runs.batches(chosen, size=size) for case in cases
    ]
    move_runs.finish(run, now=now)
    return run, {verdict.ref: verdict for verdict in told if verdict}


def test_a_case_moves_goes_on_and_its_history_says_so(
    apply_for: Callable[..., str], second: str, clock: datetime
) -> None:
    ref, clerk = apply_for(), actor_of(CLERK)
    act(ref, "claim", actor=clerk, now=clock)
    before = case_of(ref)
    chosen = move_runs.course(V1, second, names=NAMES)
    run, told = run_of(chosen, now=clock)
    after, last = case_of(ref), entries(ref)[-1]

    assert (told[ref].state, told[ref].target, told[ref].obstacles) == ("under_examination", "examining", ())
    assert (after.definition, after.state, after.version) == (V2, "examining", before.version + 1)
    assert (last.tag, last.source, last.target) == ("application:migrate", "under_examination", "examining")
    assert last.data == {"from": V1, "to": V2, "run": run, "by": "test"}
    assert before.due_at is not None
    assert after.due_at == before.due_at - timedelta(days=1) == told[ref].due_then
    with pytest.raises(StaleVersion):
        act(ref, "approve", actor=clerk, now=clock, version=before.version, opinion="符合")
    assert act(ref, "approve", actor=clerk, now=clock, opinion="符合").target == "approved"
    assert case_of(ref).definition == V2
    with database.reading() as session:
        assert list(differences(session, DaySpan(), counted=Counted())) == [], "the history still tells where it stands"


@pytest.mark.thorough
@ON_ONE
def test_a_dry_run_tells_all_and_writes_nothing(apply_for: Callable[..., str], second: str, clock: datetime) -> None:
    """Without the map the claimed case cannot move; the other would."""
    one, other = apply_for(), apply_for()
    act(one, "claim", actor=actor_of(CLERK), now=clock)
    chosen = move_runs.course(V1, second, names={})
    before = [(case_of(ref).version, len(entries(ref))) for ref in (one, other)]
    (cases,) = move_runs.batches(chosen)
    told = {verdict.ref: verdict for verdict in move_runs.preview(chosen, cases, now=clock)}
    assert [blocker.code for blocker in told[one].obstacles] == ["state_is_gone"]
    assert told[other].obstacles == ()
    assert [(case_of(ref).version, len(entries(ref))) for ref in (one, other)] == before
    assert {case_of(ref).definition for ref in (one, other)} == {V1}
    _run, applied = run_of(chosen, now=clock)
    assert applied == told
    assert {case_of(one).definition, case_of(other).definition} == {V1, V2}


@ON_ONE
def test_an_interrupted_run_goes_on_under_its_number(
    apply_for: Callable[..., str], second: str, clock: datetime
) -> None:
    refs = [apply_for() for _ in range(3)]
    chosen = move_runs.course(V1, second, names=NAMES)
    run = move_runs.begin(chosen, actor="test", now=clock)
    first = next(move_runs.batches(chosen, size=1))
    assert move_runs.move(run, first[0], chosen, now=clock)
    again, told = run_of(chosen, now=clock, size=2)
    assert again == run
    assert len(told) == 2
    assert [case_of(ref).definition for ref in refs] == [V2] * 3
    assert [sum(one.tag == move_runs.TAG for one in entries(ref)) for ref in refs] == [1] * 3
    assert move_runs.begin(chosen, actor="test", now=clock) != run, "a finished run is not gone on with"


@ON_ONE
def test_a_finished_case_keeps_its_table(apply_for: Callable[..., str], second: str, clock: datetime) -> None:
    ref = apply_for()
    act(ref, "withdraw", actor=actor_of(LIN), now=clock)
    assert run_of(move_runs.course(V1, second, names=NAMES), now=clock)[1] == {}
    assert case_of(ref).definition == V1


def test_revert_takes_back_what_did_not_act_since_and_names_the_rest(
    apply_for: Callable[..., str], second: str, clock: datetime
) -> None:
    quiet, lively = apply_for(), apply_for()
    before = case_of(quiet)
    run, _ = run_of(move_runs.course(V1, second, names=NAMES), now=clock)
    act(lively, "claim", actor=actor_of(CLERK), now=clock)
    returned = {one.ref: one.acted for one in move_runs.revert(run, actor="test", now=clock)}
    assert returned == {quiet: False, lively: True}
    after, last = case_of(quiet), entries(quiet)[-1]
    assert (after.definition, after.state) == (V1, "submitted")
    assert (after.due_at, after.case_due_at, after.paused_at) == (before.due_at, before.case_due_at, before.paused_at)
    assert after.version == before.version + 2
    assert last.data == {"from": V2, "to": V1, "run": run, "reverts": True, "by": "test"}
    assert (case_of(lively).definition, case_of(lively).state) == (V2, "examining")
    with database.reading() as session:
        assert list(differences(session, DaySpan(), counted=Counted())) == []
    with pytest.raises(Conflict):
        list(move_runs.revert(run, actor="test", now=clock))
    with pytest.raises(NotFound):
        list(move_runs.revert(run + 1, actor="test", now=clock))


@ON_ONE
def test_one_registrars_cases_move_alone(
    apply_for: Callable[..., str], second: str, clock: datetime, office: Settings
) -> None:
    ours = apply_for()
    theirs = submitted("llc", five_numbers(), registrar="330784", actor=actor_of(LIN), now=clock)
    run_of(move_runs.course(V1, second, names=NAMES, registrar="330702"), now=clock)
    assert (case_of(ours).definition, case_of(theirs).definition) == (V2, V1)


@ON_ONE
@pytest.mark.parametrize(
    ("source", "target", "names", "registrar", "wrong"),
    [
        (V1, "establishment@77", {}, None, ["establishment@77"]),
        (V1, V1, {}, None, [V1]),
        (V1, V2, {"nowhere": "examining"}, None, ["map.nowhere"]),
        (V1, V2, {"on_hold": "nowhere"}, "999999", ["map.nowhere", "registrar"]),
    ],
)
def test_a_course_that_makes_no_sense_is_refused(
    office: Settings, second: str, source: str, target: str, names: dict[str, str], registrar: str, wrong: list[str]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        move_runs.course(source, target, names=names, registrar=registrar)
    assert [problem.path for problem in refused.value.problems] == wrong


@ON_ONE
def test_new_cases_use_the_table_that_their_registrar_is_set_to(
    apply_for: Callable[..., str], second: str, clock: datetime
) -> None:
    move_runs.use(second, "330702", actor="test", now=clock)
    ref, lin = apply_for(), actor_of(LIN)
    elsewhere = apply.start(entity_type="individual", registrar_code="330784", actor=lin, now=clock)
    assert (case_of(ref).definition, case_of(elsewhere).definition) == (V2, V1)
    assert act(ref, "claim", actor=actor_of(CLERK), now=clock).target == "examining"
    with pytest.raises(NotFound):
        move_runs.use("establishment@77", "330702", actor="test", now=clock)


def test_clerks_act_while_their_cases_move(apply_for: Callable[..., str], second: str, clock: datetime) -> None:
    """Each case is claimed exactly once, under the one table or the other, and moves exactly once."""
    refs, clerk = [apply_for() for _ in range(8)], actor_of(CLERK)
    chosen = move_runs.course(V1, second, names=NAMES)
    run = move_runs.begin(chosen, actor="test", now=clock)
    (cases,) = move_runs.batches(chosen)
    moves = [partial(move_runs.move, run, case, chosen, now=clock) for case in cases]
    claims = [partial(act, ref, "claim", actor=clerk, now=clock) for ref in refs]
    happened = concurrently([*moves, *moves, *claims])
    assert happened.refused == []
    for ref in refs:
        tags = [entry.tag for entry in entries(ref)]
        case = case_of(ref)
        assert (case.definition, case.state, case.version) == (V2, "examining", case.version)
        assert tags.count(move_runs.TAG) == tags.count("application:claim") == 1
        assert case.holder_id == clerk.account_id


@pytest.mark.thorough
def test_cases_act_while_their_run_is_taken_back(apply_for: Callable[..., str], second: str, clock: datetime) -> None:
    """Whoever is first has it: a case that acted stays, one that was taken back acts under its old table."""
    refs, clerk = [apply_for() for _ in range(6)], actor_of(CLERK)
    run, _ = run_of(move_runs.course(V1, second, names=NAMES), now=clock)
    claims = [partial(act, ref, "claim", actor=clerk, now=clock) for ref in refs]
    happened = concurrently([lambda: list(move_runs.revert(run, actor="test", now=clock)), *claims])
    assert happened.refused == []
    for one in happened.answers[0]:
        expected = (V2, "examining") if one.acted else (V1, "under_examination")
        assert (case_of(one.ref).definition, case_of(one.ref).state) == expected
        assert len(entries(one.ref)) == len({entry.seq for entry in entries(one.ref)})
    with database.reading() as session:
        assert session.get_one(DefinitionMove, run).reverted_at == clock


@pytest.mark.thorough
@ON_ONE
def test_the_desk_and_the_sweeps_find_cases_of_either_version(
    apply_for: Callable[..., str], second: str, clock: datetime
) -> None:
    """The same work under two names: an inbox that knows one of them only would hide a case."""
    old, new = apply_for(), apply_for()
    clerk, director = actor_of(CLERK), actor_of(DIRECTOR)
    act(old, "claim", actor=clerk, now=clock)
    run_of(move_runs.course(V1, second, names={}), now=clock)
    act(new, "claim", actor=clerk, now=clock)
    with database.reading() as session:
        found = {(row.case.ref, row.case.state) for row in inbox_for(session, actor=clerk, view="mine").rows}
        assert found == {(old, "under_examination"), (new, "examining")}
        assert inbox_counts(session, actor=director)["unclaimed"] == 0
    for ref in (old, new):
        item = {"target": "section.domicile", "reason_code": "S08", "problem": "门牌号不完整", "remedy": "请补充室号"}
        act(ref, "request_correction", actor=clerk, now=clock, items=[item])
    sweeps.lapse_corrections(now=clock + timedelta(days=120))
    assert [case_of(ref).state for ref in (old, new)] == ["lapsed", "lapsed"]


@ON_ONE
def test_a_limit_that_the_new_version_adds_counts_from_the_entry(
    apply_for: Callable[..., str], own_tables: Path, clock: datetime
) -> None:
    """On hold nothing ran; the new version gives the director two working days, from the day of the hold."""
    write_version(own_tables, 9, lambda table: table["states"]["on_hold"].update(within="2wd"))
    ref, later = apply_for(), clock + timedelta(days=1)
    act(ref, "claim", actor=actor_of(CLERK), now=clock)
    act(ref, "hold", actor=actor_of(DIRECTOR), now=clock, reason="法院冻结", paper="（2026）浙0702执1号")
    assert case_of(ref).due_at is None
    _run, told = run_of(move_runs.course(V1, V2, names={}), now=later)
    assert told[ref].due_then == case_of(ref).due_at == datetime(2026, 10, 14, 9, 30, tzinfo=UTC)
    assert case_of(ref).paused_at == clock


@ON_ONE
def test_a_table_that_was_tried_and_taken_back_may_go(
    apply_for: Callable[..., str], second: str, own_tables: Path, office: Settings, clock: datetime
) -> None:
    stays, acts = apply_for(), apply_for()
    chosen = move_runs.course(V1, V2, names=NAMES)
    run, _ = run_of(chosen, now=clock)
    act(acts, "claim", actor=actor_of(CLERK), now=clock)
    list(move_runs.revert(run, actor="test", now=clock))
    table = own_tables / "establishment" / "workflow@9.yaml"
    text = table.read_text(encoding="utf-8")
    table.unlink()
    definition_of.cache_clear()
    with pytest.raises(Unavailable):
        definition_checksums.require_unedited(office.sqlalchemy_url)  # `acts` went on under it

    table.write_text(text, encoding="utf-8")
    definition_of.cache_clear()
    back = move_runs.course(V2, V1, names={new: old for old, new in NAMES.items()})
    run_of(back, now=clock)
    table.unlink()
    definition_of.cache_clear()
    with pytest.raises(Unavailable):
        definition_checksums.require_unedited(office.sqlalchemy_url)  # its history still has a step of it
    with database.reading() as session:
        told = {(one.ref, one.what) for one in differences(session, DaySpan(), counted=Counted())}
    assert told == {(acts, "table")}
    assert case_of(stays).definition == V1


@ON_ONE
def test_a_table_that_no_case_uses_does_not_stop_a_start(
    apply_for: Callable[..., str], second: str, own_tables: Path, office: Settings, clock: datetime
) -> None:
    ref = apply_for()
    run, _ = run_of(move_runs.course(V1, V2, names=NAMES), now=clock)
    list(move_runs.revert(run, actor="test", now=clock))
    (own_tables / "establishment" / "workflow@9.yaml").unlink()
    definition_of.cache_clear()
    definition_checksums.require_unedited(office.sqlalchemy_url)
    with database.reading() as session:
        assert list(differences(session, DaySpan(), counted=Counted())) == []
    act(ref, "claim", actor=actor_of(CLERK), now=clock)
    move_runs.use(V1, "330702", actor="test", now=clock)
    definition_checksums.require_unedited(office.sqlalchemy_url)
