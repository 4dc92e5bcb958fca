"""Real cases replay to where they stand; what cannot have been, or is stored otherwise, is named."""

from datetime import datetime

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from registration import database
from registration.operations import samples
from registration.operations.act import act
from registration.queries.history import DaySpan
from registration.queries.integrity import Counted
from registration.queries.replays import ReplayDifference, differences
from registration.settings import Settings
from tests.fixtures.cases import actor_of, individual, submitted
from tests.fixtures.database import SQLITE
from tests.fixtures.records import LIN, past_the_guards, with_agencies

CASE = "HY-2026-000001"


@pytest.fixture
def full_office(office: Settings, clock: datetime) -> Settings:
    samples.load(now=clock)
    return office


def replayed(ref: str | None = None) -> list[ReplayDifference]:
    with database.reading() as session:
        return list(differences(session, DaySpan(ref=ref), counted=Counted()))


def test_cases_on_every_road_are_where_their_histories_lead(full_office: Settings, clock: datetime) -> None:
    lin, clerk = actor_of(LIN), actor_of("0318")
    approved = submitted("individual", individual(), registrar="330702", actor=lin, now=clock)
    act(approved, "claim", actor=clerk, now=clock)
    act(approved, "release", actor=clerk, now=clock)
    act(approved, "take_over", actor=clerk, now=clock)
    act(approved, "approve", actor=clerk, now=clock, opinion="符合法定形式")
    corrected = submitted("individual", individual(trade="双溪另样"), registrar="330702", actor=lin, now=clock)
    item = {"target": "section.domicile", "reason_code": "S01", "problem": "门牌号不完整", "remedy": "请补充室号"}
    act(corrected, "request_correction", actor=clerk, now=clock, items=[item])
    with_agencies(now=clock)
    counted = Counted()
    with database.reading() as session:
        assert list(differences(session, DaySpan(), counted=counted)) == []
    assert counted.cases == 3
    assert counted.entries > 30


STORED = {
    "UPDATE application SET state = 'approved' WHERE id = 1": ("state", "under_examination", "approved"),
    "UPDATE application SET holder_id = NULL WHERE id = 1": ("holder", "staff:0318", "nobody"),
    "UPDATE application SET version = 2 WHERE id = 1": ("version", ">= 4", "2"),
    "UPDATE application SET definition = 'establishment@9' WHERE id = 1": (
        "definition",
        "establishment@4",
        "establishment@9",
    ),
}
TOLD = {
    "UPDATE history_entry SET role = 'director' WHERE tag = 'application:claim'": "row",
    "UPDATE history_entry SET target = 'approved' WHERE tag = 'application:claim'": "row",
    "UPDATE history_entry SET source = 'accepted' WHERE tag = 'application:claim'": "source",
    "UPDATE history_entry SET tag = 'application:fly' WHERE tag = 'application:claim'": "row",
    "UPDATE history_entry SET target = 'submitted' WHERE tag = 'material:attach'": "note",
    "DELETE FROM history_entry WHERE seq = 1": "opening",
    "DELETE FROM history_entry WHERE tag = 'application:request_signatures'": "source",
    "DELETE FROM history_entry": "opening",
}


@pytest.fixture
def claimed(full_office: Settings, clock: datetime) -> str:
    ref = submitted("individual", individual(), registrar="330702", actor=actor_of(LIN), now=clock)
    act(ref, "claim", actor=actor_of("0318"), now=clock)
    return ref


@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
def test_what_is_stored_otherwise_and_what_cannot_have_been_is_named(claimed: str, database: Engine) -> None:
    """One case, each time changed back: to make a case costs more than to replay it."""
    assert replayed() == []
    for statement, (what, expected, found) in STORED.items():
        assert changed(database, statement) == [ReplayDifference(CASE, None, what, expected, found)], statement
    for statement, fault in TOLD.items():
        assert [one.what for one in changed(database, statement)] == [fault], statement
    assert replayed() == []


def test_parts_are_replayed_through_their_own_table(full_office: Settings, database: Engine, clock: datetime) -> None:
    ref = with_agencies(now=clock)
    assert replayed(ref) == []
    assert told(changed(database, "UPDATE part SET state = 'waived' WHERE key = 'organization_code'")) == {
        ("part organization_code", "assigned", "waived")
    }
    assert told(changed(database, "UPDATE part SET holder_id = NULL WHERE key = 'national_tax'")) == {
        ("part national_tax holder", "staff:3302", "nobody")
    }
    assert told(changed(database, "DELETE FROM part WHERE key = 'national_tax'")) == {
        ("part national_tax", "claimed", "none")
    }
    skipped = "DELETE FROM history_entry WHERE tag = 'part:open'"
    assert [one.what for one in changed(database, skipped)] == ["part_row"]


def told(found: list[ReplayDifference]) -> set[tuple[str, str, str]]:
    return {(one.what, one.expected, one.found) for one in found}


def changed(database: Engine, statement: str) -> list[ReplayDifference]:
    """What the replay finds under a change that is then forgotten."""
    with past_the_guards(database, forget=True) as connection:
        connection.execute(text(statement))
        return list(differences(Session(connection), DaySpan(), counted=Counted()))
