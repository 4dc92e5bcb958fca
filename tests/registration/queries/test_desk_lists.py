"""The desk's lists and numbers, whatever changes a case: a page follows another, and each number is what is listed."""

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from registration import clock, database
from registration.actor import Actor
from registration.errors import InvalidInput
from registration.models import Application, DeskCount, DeskCountChange
from registration.operations import desk_counts, sweeps
from registration.operations.act import act
from registration.queries.desk_counts import inbox_counts
from registration.queries.desk_views import COUNTED, ORDERS, Narrowing
from registration.queries.inbox import inbox_for
from registration.queries.search import search
from registration.settings import Settings
from tests.fixtures.cases import actor_of, individual, submitted
from tests.fixtures.office import CLERK, LIN, WINDOW, opened

pytestmark = pytest.mark.both_engines
COPIES = 23


@pytest.fixture
def clerk(database_url: str, settings: Settings, database: Engine) -> Actor:
    opened(settings, now=clock.now())
    return actor_of(CLERK)


@pytest.fixture
def many(clerk: Actor) -> list[str]:
    """One submitted case, and copies of it that differ in what lists are ordered by."""
    ref = submitted("individual", individual(), registrar="330702", actor=actor_of(LIN), now=clock.now())
    chance = random.Random(1)
    with database.transaction() as session:
        first = session.exec(select(Application).where(Application.ref == ref)).one()
        told = first.model_dump(exclude={"id", "ref", "due_at", "name_pinyin", "submitted_at", "updated_at"})
        for number in range(COPIES):
            day = clock.now() - timedelta(days=chance.randrange(9))
            due = day if chance.random() < 0.6 else None
            letters = chance.choice(("", "a", "b'", "ü"))
            copy = Application(**told, ref=f"{ref}-{number}", due_at=due, submitted_at=day, updated_at=day)
            copy.name_pinyin = letters
            session.add(copy)
    return [ref, *(f"{ref}-{number}" for number in range(COPIES))]


def test_the_pages_of_each_order_have_every_case_once(many: list[str], clerk: Actor) -> None:
    for sort, order in ORDERS.items():
        with database.reading() as session:
            cases = [case for page in _pages(session, clerk, sort) for case in page]
            assert sorted(case.ref for case in cases) == sorted(many), sort
        places = [(getattr(case, order.column.key), case.id) for case in cases]
        valued = [place for place in places if place[0] is not None]
        assert valued == sorted(valued, reverse=order.descending), sort
        assert places[: len(valued)] == valued, "what has no value comes last"
    with database.reading() as session, pytest.raises(InvalidInput):
        inbox_for(session, actor=clerk, narrowing=Narrowing(sort="name"), cursor="WyJkdWUiLDEsbnVsbF0")


def test_what_is_narrowed_is_a_part_of_the_list(many: list[str], clerk: Actor) -> None:
    with database.reading() as session:
        for narrowing, number in (
            (Narrowing(district="330702", state="submitted", entity_type="individual"), len(many)),
            (Narrowing(matter="none"), 0),
            (Narrowing(agency="tax_number"), 0),
        ):
            assert len(inbox_for(session, actor=clerk, narrowing=narrowing, limit=100).rows) == number


def test_the_numbers_are_those_of_the_lists_before_and_after_they_are_added_up(many: list[str], clerk: Actor) -> None:
    now = clock.now()
    act(many[0], "claim", actor=clerk, now=now)
    act(many[1], "claim", actor=actor_of(WINDOW), now=now)
    with database.transaction() as session:
        for case in session.exec(select(Application).where(col(Application.ref).in_(many[2:6]))):
            case.asked, case.broken_due_at = True, case.due_at
        session.delete(session.exec(select(Application).where(Application.ref == many[6])).one())
    director = actor_of("0320")
    before = [_compared(one) for one in (clerk, director)]
    assert (before[0]["mine"], before[0]["unclaimed"], before[0]["asked"]) == (1, len(many) - 3, 4)
    assert sweeps.fold_desk_counts(now=now) is False
    with database.reading() as session:
        assert not session.exec(select(DeskCountChange)).all()
        assert sum(session.exec(select(DeskCount.number)).all()) == len(many) - 1
    assert [_compared(one) for one in (clerk, director)] == before
    act(many[0], "release", actor=clerk, now=now)
    assert _compared(clerk)["mine"] == 0
    assert desk_counts.fold(most=1) == 1, "a batch may end anywhere"
    assert desk_counts.fold(most=9) == 1
    assert _compared(clerk)["mine"] == 0


def test_a_case_of_before_is_found_when_the_sweep_has_written_its_keys(many: list[str], clerk: Actor) -> None:
    with database.reading() as session:
        assert [_found(session, clerk, words) for words in ("双溪样例", many[5])] == [[many[0]], []]
    with database.transaction() as session:
        for case in session.exec(select(Application)):
            case.keys_version = 0
    assert sweeps.write_search_keys(now=clock.now()) is False
    with database.reading() as session:
        assert sorted(_found(session, clerk, "双溪样例")) == sorted(many), "on several pages, each once"
        assert _found(session, clerk, many[5]) == [many[5]]
        assert not _found(session, actor_of("0218"), "双溪样例"), "another registrar"


def _pages(session: Session, actor: Actor, sort: str) -> Iterator[list[Application]]:
    cursor: str | None = None
    while True:
        page = inbox_for(session, actor=actor, narrowing=Narrowing(sort=sort), cursor=cursor, limit=5)
        yield [row.case for row in page.rows]
        cursor = page.next
        if cursor is None:
            return


def _compared(actor: Actor) -> dict[str, int]:
    """The numbers of the views, which are those of the rows in their lists."""
    with database.reading() as session:
        counts = inbox_counts(session, actor=actor)
        assert counts == {view: len(inbox_for(session, actor=actor, view=view, limit=100).rows) for view in COUNTED}
    return counts


def _found(session: Session, actor: Actor, words: str) -> list[str]:
    """The references of all pages of a search."""
    cursor, numbers = None, list[int]()
    while True:
        page = search(session, words, actor=actor, cursor=cursor, limit=5)
        numbers += [hit.number for hit in page.rows]
        cursor = page.next
        if cursor is None:
            break
    refs = dict(session.exec(select(Application.id, Application.ref)).all())
    return [refs[number] for number in numbers]
