"""Whatever somebody with every right on the database changes in the record is found and named."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, text
from sqlmodel import Session

from registration import database as db
from registration.models import HistoryEntry
from registration.models.columns import table_of
from registration.operations import roots
from registration.queries.history import DaySpan
from registration.queries.integrity import Counted, HistoryFinding, broken_chains
from registration.queries.roots import differing, roots_in
from registration.rules.chain import digest, root_of
from registration.rules.merkle import Tree
from registration.settings import Settings
from tests.fixtures.database import SQLITE
from tests.fixtures.records import DAY, findings, found_in, past_the_guards, recorded, sealed

pytestmark = pytest.mark.both_engines

A, B, C = "HY-2026-000001", "HY-2026-000002", "HY-2026-000003"
PLACE = "330702"


def run(connection: Connection, *statements: str) -> None:
    for statement in statements:
        connection.execute(text(statement))


def named(*, now: datetime, span: DaySpan = DaySpan()) -> set[tuple[str, str | None, int | None]]:  # noqa: B008
    return {(one.code, one.ref, one.seq) for one in findings(now=now + 2 * DAY, span=span)}


def days(*, now: datetime) -> set[tuple[str, str | None, str]]:
    return {(one.code, one.registrar, str(one.day)) for one in findings(now=now + 2 * DAY) if one.ref is None}


def test_an_untouched_record_is_whole(office: Settings, clock: datetime) -> None:
    sealed(now=clock)
    assert findings(now=clock + 2 * DAY) == []
    assert findings(now=clock + 2 * DAY, span=DaySpan(ref=A)) == []
    assert findings(now=clock + 2 * DAY, span=DaySpan(registrar=PLACE, first=(clock + DAY).date())) == []


AT = "WHERE application_id = 1 AND seq = 2"
TAMPERED = {
    "a word": ([f"UPDATE history_entry SET role = 'agent' {AT}"], ("entry_changed", A, 2)),
    "its data": ([f"UPDATE history_entry SET data = '{{\"a\": 1}}' {AT}"], ("entry_changed", A, 2)),
    "a fraction among its data": ([f"UPDATE history_entry SET data = '{{\"a\": 1.5}}' {AT}"], ("entry_changed", A, 2)),
    "no data at all": ([f"UPDATE history_entry SET data = '' {AT}"], ("entry_unreadable", A, 2)),
    "a time that is none": ([f"UPDATE history_entry SET at = 'noon' {AT}"], ("entry_unreadable", A, 2)),
    "its hash": ([f"UPDATE history_entry SET hash = 'x' {AT}"], ("entry_changed", A, 2)),
    "its time": ([f"UPDATE history_entry SET at = '2026-10-12 01:31:00' {AT}"], ("entry_changed", A, 2)),
    "its case": ([f"UPDATE history_entry SET application_id = 2, seq = 9 {AT}"], ("entry_changed", B, 9)),
    "the order": (
        [
            "UPDATE history_entry SET seq = 99 WHERE application_id = 1 AND seq = 2",
            "UPDATE history_entry SET seq = 2 WHERE application_id = 1 AND seq = 3",
            "UPDATE history_entry SET seq = 3 WHERE application_id = 1 AND seq = 99",
        ],
        ("entry_moved", A, 3),
    ),
    "a gap": (["DELETE FROM history_entry WHERE application_id = 1 AND seq = 2"], ("entry_missing", A, 2)),
    "the tail": (["DELETE FROM history_entry WHERE application_id = 2 AND seq = 3"], ("tail_removed", B, 3)),
    "everything": (["DELETE FROM history_entry WHERE application_id = 2"], ("history_removed", B, None)),
    "the head": ([f"UPDATE application SET history_hash = '{'1' * 64}' WHERE id = 2"], ("head_differs", B, 3)),
    "the registrar": (["UPDATE application SET registrar_code = '330703' WHERE id = 2"], ("case_moved", B, 3)),
    "a case": (
        [
            "DELETE FROM history_entry WHERE application_id = 2",
            "DELETE FROM material WHERE application_id = 2",
            "DELETE FROM application WHERE id = 2",
        ],
        ("case_removed", B, None),
    ),
    "a case but not its history": (["DELETE FROM application WHERE id = 2"], ("entry_without_case", None, 1)),
}


# The statements are the same on either database, and so is what looks for their traces.
@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
def test_every_change_is_found_and_named(office: Settings, database: Engine, clock: datetime) -> None:
    """One record, each time changed back: to make it costs more than to look at it."""
    sealed(now=clock)
    for what, (statements, expected) in TAMPERED.items():
        found = {(one.code, one.ref, one.seq) for one in under(database, *statements, now=clock)}
        assert expected in found, (what, found)
    assert findings(now=clock + 2 * DAY) == []


def under(database: Engine, *statements: str, now: datetime) -> list[HistoryFinding]:
    """What is found under changes that are then forgotten."""
    with past_the_guards(database, forget=True) as connection:
        run(connection, *statements)
        return found_in(Session(connection), now=now + 2 * DAY)


def test_a_tail_is_missed_even_where_the_case_s_own_row_was_made_to_fit(
    office: Settings, database: Engine, clock: datetime
) -> None:
    sealed(now=clock)
    with past_the_guards(database) as connection:
        run(connection, "DELETE FROM history_entry WHERE application_id = 2 AND seq = 3")
        head = connection.execute(
            text("SELECT hash FROM history_entry WHERE application_id = 2 AND seq = 2")
        ).scalar_one()
        run(connection, f"UPDATE application SET history_seq = 2, history_hash = '{head}' WHERE id = 2")
    assert ("tail_removed", B, 3) in named(now=clock)
    assert ("day_differs", PLACE, "2026-10-12") in days(now=clock)


def test_a_chain_that_was_written_anew_isn_t_what_its_day_bound(
    office: Settings, database: Engine, clock: datetime
) -> None:
    sealed(now=clock)
    with past_the_guards(database) as connection:
        rewrite(connection, case=1, seq=2, role="agent")
    assert named(now=clock, span=DaySpan(ref=A)) >= {("entry_rewritten", A, 3), ("entry_rewritten", A, 4)}
    assert days(now=clock) == {("day_differs", PLACE, "2026-10-12"), ("day_differs", PLACE, "2026-10-13")}


def test_only_a_published_root_tells_when_the_roots_were_made_anew_too(
    office: Settings, database: Engine, clock: datetime
) -> None:
    sealed(now=clock)
    with db.reading() as session:
        published = list(roots_in(session, DaySpan()))
    with past_the_guards(database) as connection:
        rewrite(connection, case=1, seq=2, role="agent")
        run(connection, "DELETE FROM day_root", "DELETE FROM day_head")
    roots.seal_days(now=clock + 3 * DAY)
    assert findings(now=clock + 3 * DAY) == []
    with db.reading() as session:
        found = {(one.code, one.registrar, str(one.day)) for one in differing(session, published, DaySpan())}
    assert found == {("root_replaced", PLACE, "2026-10-12"), ("root_replaced", PLACE, "2026-10-13")}


@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
def test_a_published_root_that_is_gone_is_named(office: Settings, database: Engine, clock: datetime) -> None:
    sealed(now=clock)
    with db.reading() as session:
        published = list(roots_in(session, DaySpan(registrar=PLACE)))
    with past_the_guards(database) as connection:
        run(connection, "DELETE FROM day_root WHERE registrar_code = '330702' AND day = '2026-10-13'")
    with db.reading() as session:
        assert [(one.code, str(one.day)) for one in differing(session, published, DaySpan())] == [
            ("root_removed", "2026-10-13")
        ]


ROOTS = {
    "DELETE FROM day_head WHERE application_id = 2": "heads_changed",
    "UPDATE day_root SET entries = 8 WHERE registrar_code = '330702' AND day = '2026-10-12'": "root_changed",
    "UPDATE day_root SET root = 'x' WHERE registrar_code = '330702' AND day = '2026-10-12'": "root_unlinked",
    "DELETE FROM day_root WHERE registrar_code = '330702' AND day = '2026-10-12'": "root_missing",
}


@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
def test_every_change_of_a_root_is_found(office: Settings, database: Engine, clock: datetime) -> None:
    sealed(now=clock)
    for statement, expected in ROOTS.items():
        found = {one.code for one in under(database, statement, now=clock)}
        assert expected in found, statement


@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
def test_an_entry_that_was_slipped_into_a_sealed_day_is_named(
    office: Settings, database: Engine, clock: datetime
) -> None:
    sealed(now=clock)
    with past_the_guards(database) as connection:
        slip_in(connection, case=3, at=clock + timedelta(hours=2))
    assert named(now=clock) >= {("entry_added", C, 4), ("entry_late", C, 4)}


@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
def test_every_entry_is_looked_at_and_a_span_leaves_out_the_others(office: Settings, clock: datetime) -> None:
    recorded(now=clock)
    for span, expected in ((DaySpan(), (4, 13)), (DaySpan(registrar="330703"), (1, 3)), (DaySpan(ref=A), (1, 4))):
        counted = Counted()
        with db.reading() as session:
            assert list(broken_chains(session, span, counted=counted)) == []
        assert (counted.cases, counted.entries) == expected
    counted = Counted()
    with db.reading() as session:
        list(broken_chains(session, DaySpan(first=(clock + DAY).date()), counted=counted))
    assert (counted.cases, counted.entries) == (1, 4)


@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
def test_the_tree_is_what_its_description_says(office: Settings, clock: datetime) -> None:
    """Recomputed from the rows alone, in the order and form that the documentation gives."""
    sealed(now=clock)
    tree = Tree()
    with db.reading() as session:
        for hash_ in session.execute(
            text("SELECT hash FROM history_entry WHERE application_id < 4 AND seq < 4 ORDER BY application_id, seq")
        ).scalars():
            tree.add(hash_.encode())
        first = next(roots_in(session, DaySpan(registrar=PLACE)))
    day = clock.date()
    made = root_of(registrar=PLACE, day=day, entries=9, tree=tree.root.hex(), previous_root="0" * 64)
    assert (first["entries"], first["tree"], first["root"]) == (9, tree.root.hex(), made)


def rewrite(connection: Connection, *, case: int, seq: int, role: str) -> None:
    """Changes one entry and makes the whole chain after it fit, the case's own row included."""
    table = table_of(HistoryEntry)
    rows = connection.execute(table.select().where(table.c.application_id == case).order_by(table.c.seq)).mappings()
    previous = "0" * 64
    for row in list(rows):
        entry = {key: row[key] for key in row if key not in ("id", "hash")}
        entry |= {"previous_hash": previous} | ({"role": role} if row["seq"] == seq else {})
        previous = digest(entry)
        change = table.update().where(table.c.id == row["id"])
        connection.execute(change.values(role=entry["role"], previous_hash=entry["previous_hash"], hash=previous))
    connection.execute(text(f"UPDATE application SET history_hash = '{previous}' WHERE id = {case}"))


def slip_in(connection: Connection, *, case: int, at: datetime) -> None:
    table = table_of(HistoryEntry)
    last = (
        connection.execute(table.select().where(table.c.application_id == case).order_by(table.c.seq.desc()).limit(1))
        .mappings()
        .one()
    )
    entry = {key: last[key] for key in last if key not in ("id", "hash")}
    entry |= {"seq": last["seq"] + 1, "at": at, "previous_hash": last["hash"]}
    connection.execute(table.insert().values(**entry, hash=digest(entry)))
