"""The public log grows without a gap, proves what it says, and whoever changes it is found and named."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Engine, text

from registration import database
from registration.errors import NotFound
from registration.gateways.storage import storage
from registration.keys import log as log_keys
from registration.models import LogHead
from registration.operations import log
from registration.operations.sweeps import SWEEPS
from registration.queries import log as kept
from registration.queries.log_integrity import LogFinding, Walked, broken_log
from registration.rules import merkle, tree_heads
from registration.settings import Settings
from tests.fixtures.concurrently import concurrently
from tests.fixtures.database import SQLITE
from tests.fixtures.licences import issued, logged, revoked, sheets
from tests.fixtures.scenes import scene

pytestmark = pytest.mark.both_engines

ON_ONE = pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
TABLES = ("licence_event", "log_leaf", "log_node", "log_head")


def size() -> int:
    with database.reading() as session:
        return kept.size_of(session)


def heads() -> list[LogHead]:
    with database.reading() as session:
        return kept.recent_heads(session, limit=100)[::-1]


def findings(settings: Settings, now: datetime, *, published: tuple[str, ...] = ()) -> list[LogFinding]:
    with database.reading() as session:
        return list(
            broken_log(
                session,
                now=now,
                keys=log_keys.public_keys(settings),
                fetch=storage(settings).get,
                walked=Walked(),
                published=published,
            )
        )


def codes(settings: Settings, now: datetime) -> dict[str, int | None]:
    return {one.code: one.position for one in findings(settings, now)}


def without_guard(engine: Engine, *statements: str) -> None:
    """Somebody with the database's own password: past the triggers that refuse to change what was written."""
    with engine.begin() as connection:
        for table in TABLES:
            if connection.dialect.name == SQLITE:
                for verb in ("update", "delete"):
                    connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
            else:
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            connection.exec_driver_sql(statement)


@pytest.fixture
def written(office: Settings, clock: datetime) -> list[str]:
    """Three licences, one of them revoked an hour later, all in the log: eight entries under two heads."""

    def write() -> list[str]:
        refs = [issued(clock, named=False) for _ in range(3)]
        logged(clock + MINUTE)
        revoked(refs[0], clock + timedelta(hours=1))
        logged(clock + timedelta(hours=1, minutes=1))
        return refs

    return scene("three licences in the log", office, write)


def test_every_entry_is_proved_and_every_head_extends_the_one_before(
    office: Settings, clock: datetime, written: list[str]
) -> None:
    assert [head.size for head in heads()] == [6, 8]
    keys = log_keys.public_keys(office)
    with database.reading() as session:
        for position in range(8):
            proof = kept.proof_of(session, position)
            path = [bytes.fromhex(step) for step in proof.path]
            leaf = merkle.leaf_hash(proof.leaf.data.encode())
            head = tree_heads.read(proof.head.signed, keys)
            assert merkle.includes(leaf, position, head.size, path, bytes.fromhex(head.root))
        for older, newer in pairwise(heads()):
            _old, _new, steps = kept.consistency_of(session, older.size, newer.size)
            roots = (bytes.fromhex(older.root), bytes.fromhex(newer.root))
            assert merkle.is_extended(older.size, newer.size, *roots, [bytes.fromhex(step) for step in steps])
        for asked in (8, -1):
            with pytest.raises(NotFound):
                kept.proof_of(session, asked)
        with pytest.raises(NotFound):
            kept.consistency_of(session, 3, 8)
    assert findings(office, clock + DAY) == []


@ON_ONE
def test_an_entry_says_what_happened_and_nothing_of_anybody(
    office: Settings, clock: datetime, written: list[str]
) -> None:
    sheet = sheets(written[0])[0]
    with database.reading() as session:
        told = [json.loads(leaf.data) for leaf in kept.find(session, sheet.code)]
    assert told[0] == {
        "code": sheet.code,
        "serial": sheet.serial,
        "edition": 1,
        "paper": "original",
        "copy": 1,
        "sha256": sheet.sha256,
        "event": "issue",
        "time": "2026-10-12T01:30:00Z",
    }
    assert [(one["paper"], one["event"]) for one in told] == [
        ("original", "issue"),
        ("duplicate", "issue"),
        ("original", "revoke"),
        ("duplicate", "revoke"),
    ]


def test_writers_at_once_leave_no_gap_and_take_nothing_twice(
    office: Settings, clock: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "BATCH", 2)
    refs = [issued(clock, named=False) for _ in range(3)]
    concurrently([lambda: log.append(now=clock)] * 4 + [lambda: revoked(refs[0], clock)])
    logged(clock)
    assert size() == 8
    assert findings(office, clock + DAY) == []


@ON_ONE
def test_a_day_without_anything_is_signed_too_and_an_idle_sweep_signs_nothing(
    office: Settings, clock: datetime, written: list[str]
) -> None:
    SWEEPS["write_log"](now=clock + timedelta(hours=2))
    assert len(heads()) == 2
    SWEEPS["write_log"](now=clock + DAY)
    SWEEPS["write_log"](now=clock + DAY + MINUTE)
    SWEEPS["write_log"](now=clock + 9 * DAY)
    assert [head.size for head in heads()] == [6, 8, 8, 8]
    assert findings(office, clock + 9 * DAY) == []


@ON_ONE
def test_an_empty_log_has_nothing_to_sign(office: Settings, clock: datetime) -> None:
    SWEEPS["write_log"](now=clock)
    assert heads() == []
    assert findings(office, clock) == []


@ON_ONE
def test_what_is_not_written_soon_is_told(office: Settings, clock: datetime) -> None:
    issued(clock)
    assert findings(office, clock + MINUTE) == []
    late = findings(office, clock + timedelta(hours=1))
    assert [(one.code, one.serial) for one in late] == [("event_unlogged", "330702202610120001")] * 2
    with database.reading() as session:
        assert kept.lateness(session, now=clock + timedelta(hours=1)) == "unlogged"
    logged(clock)
    with database.reading() as session:
        assert kept.lateness(session, now=clock + DAY) is None
        assert kept.lateness(session, now=clock + 3 * DAY) == "head"


Tampering = tuple[str, tuple[str, ...], dict[str, int | None]]
REHASHED = "data = replace(data, '\"edition\":1', '\"edition\":2')"
TAMPERED: list[Tampering] = [
    ("removed", ("DELETE FROM log_leaf WHERE position = 2",), {"leaf_removed": 2, "event_unlogged": None}),
    ("removed at the end", ("DELETE FROM log_leaf WHERE position >= 6",), {"leaf_removed": 6, "event_unlogged": None}),
    ("altered", (f"UPDATE log_leaf SET {REHASHED} WHERE position = 3",), {"leaf_altered": 3}),
    (
        "reordered",
        (
            "UPDATE log_leaf SET position = 100 WHERE position = 1",
            "UPDATE log_leaf SET position = 1 WHERE position = 4",
            "UPDATE log_leaf SET position = 4 WHERE position = 100",
        ),
        # The second of the two comes after a larger number, and so does what follows the first.
        {"leaf_reordered": 4, "node_differs": 4, "head_differs": None},
    ),
    (
        "an event removed",
        ("DELETE FROM licence_event WHERE id = 5",),
        {"leaf_without_event": 4, "licence_unlogged": None},
    ),
    ("a sheet's digest", ("UPDATE licence SET sha256 = '00' WHERE id = 1",), {"leaf_differs": 6, "file_altered": None}),
    ("a revoked one valid", ("UPDATE licence SET status = 'issued'",), {"status_differs": None}),
    ("a subtree", ("UPDATE log_node SET hash = 'ab' WHERE level = 2 AND place = 1",), {"node_differs": 4}),
    ("a head's columns", ("UPDATE log_head SET root = 'ab' WHERE id = 1",), {"head_altered": None}),
    ("a head's signature", ("UPDATE log_head SET signed = signed || 'A' WHERE id = 2",), {"head_unsigned": None}),
    (
        "what the check page shows",
        ("UPDATE licence SET particulars = replace(particulars, '\"edition\": 1', '\"edition\": 7') WHERE id = 1",),
        {"record_differs": None},
    ),
    ("the ledger's digest", ("UPDATE licence SET digest = '00' WHERE id = 1",), {"record_differs": None}),
    ("a file gone", ("UPDATE licence SET storage_key = 'licences/none.pdf' WHERE id = 2",), {"file_missing": None}),
]


@pytest.mark.parametrize(("statements", "found"), [row[1:] for row in TAMPERED], ids=[row[0] for row in TAMPERED])
@ON_ONE
def test_whoever_changes_anything_is_found(
    office: Settings,
    database: Engine,
    clock: datetime,
    written: list[str],
    statements: tuple[str, ...],
    found: dict[str, int | None],
) -> None:
    without_guard(database, *statements)
    assert codes(office, clock + DAY) == found


def rewritten(connection: Any, position: int, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """An entry, its hash and the whole tree above made anew, as somebody would who knows how all of it works."""
    rows = connection.execute(text("SELECT position, data FROM log_leaf ORDER BY position")).all()
    data = {row.position: row.data for row in rows}
    data[position] = json.dumps(change(json.loads(data[position])), separators=(",", ":"))
    tree = merkle.Tree()
    for at, entry in data.items():
        leaf = merkle.leaf_hash(entry.encode())
        connection.execute(
            text("UPDATE log_leaf SET data = :data, hash = :hash WHERE position = :at"),
            {"data": entry, "hash": leaf.hex(), "at": at},
        )
        for level, place, node in tree.append(leaf):
            connection.execute(
                text("UPDATE log_node SET hash = :hash WHERE level = :level AND place = :place"),
                {"hash": node.hex(), "level": level, "place": place},
            )


@ON_ONE
def test_a_log_that_was_made_anew_is_not_what_was_signed(
    office: Settings, database: Engine, clock: datetime, written: list[str]
) -> None:
    without_guard(database, "UPDATE licence_event SET at = '2026-10-01 01:30:00.000000' WHERE id = 3")
    with database.begin() as connection:
        rewritten(connection, 2, lambda entry: entry | {"time": "2026-10-01T01:30:00Z"})
    assert codes(office, clock + DAY) == {"head_differs": None}
    # Nothing is signed any more, however long it waits.
    issued(clock + DAY, named=False)
    logged(clock + DAY)
    assert len(heads()) == 2


@ON_ONE
def test_a_licence_that_claims_to_be_old_is_found(
    office: Settings, database: Engine, clock: datetime, written: list[str]
) -> None:
    """Nothing that is kept was touched: a new one says that it was issued before a head that does not know of it."""
    issued(clock - DAY, named=False)
    logged(clock + timedelta(hours=2))
    assert codes(office, clock + DAY) == {"leaf_backdated": 9}


@ON_ONE
def test_a_licence_that_nothing_tells_of_is_named(
    office: Settings, database: Engine, clock: datetime, written: list[str]
) -> None:
    ref = issued(clock + timedelta(hours=2), named=False)
    without_guard(database, "DELETE FROM licence_event WHERE id > 8")
    found = findings(office, clock + DAY)
    assert [(one.code, one.serial) for one in found] == [("licence_unlogged", sheets(ref)[0].serial)] * 2


@ON_ONE
def test_a_head_that_somebody_kept_holds_the_office_to_it(
    office: Settings, database: Engine, clock: datetime, written: list[str]
) -> None:
    """Even whoever has the database and the key cannot make a head unsaid that lies elsewhere."""
    mine = heads()[0].signed
    assert findings(office, clock + DAY, published=(mine,)) == []
    without_guard(database, "DELETE FROM log_head")
    with database.begin() as connection:
        rewritten(connection, 2, lambda entry: entry | {"copy": 7})
    log.sign_head(now=clock + DAY)
    found = {one.code for one in findings(office, clock + DAY, published=(mine,))}
    assert "published_differs" in found
    assert "head_differs" not in found
    forged = findings(office, clock + DAY, published=("a.b.c",))
    assert "published_unsigned" in {one.code for one in forged}


@ON_ONE
def test_heads_of_a_key_that_was_replaced_are_still_believed(
    office: Settings, clock: datetime, written: list[str]
) -> None:
    retired = log_keys.public_keys(office)[0]
    (office.keys / "log.key").write_bytes(b"\x07" * 32)
    from registration.keys import files

    files._key_in.cache_clear()
    assert {one.code for one in findings(office, clock)} == {"head_unsigned"}
    (office.keys / log_keys.RETIRED).mkdir()
    (office.keys / log_keys.RETIRED / "2026.json").write_text(json.dumps(retired))
    assert findings(office, clock) == []
