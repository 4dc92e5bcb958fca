"""Companies founded before the Company Law of 2023 shorten their terms: the list, notices, the page of a business."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from registration import clock, database
from registration.models import Entity, Message
from registration.operations import capital_terms
from registration.queries.capital_terms import NOTICE, term_counts
from tests.fixtures.licences import worked_off
from tests.fixtures.office import LIN
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
DIRECTOR = "0320"
LIST = "/desk/capital-terms"
LONG = [{"name": "苏知禾", "amount_wan": "100", "paid_wan": "10", "due_on": "2044-06-30"}]


def filed(rows: list[dict[str, Any]], *, founded: date = date(2015, 5, 4)) -> str:
    """The entity is a company of that day whose contributions are these; returns its code."""
    with database.transaction() as session:
        entity = session.scalars(select(Entity).order_by(col(Entity.id).desc())).first()
        assert entity is not None
        entity.entity_type, entity.founded_on = "llc", founded
        capital_terms.follow(session, entity, rows, on=clock.now().date())
        return entity.code


def notices() -> int:
    with database.reading() as session:
        return len(session.scalars(select(Message).where(col(Message.effect) == NOTICE)).all())


def test_the_director_sees_who_must_shorten_and_tells_each_once_in_thirty_days(ref: str, visit: Visit) -> None:
    code, director = filed(LONG), visit(DIRECTOR)
    page = director.get(LIST).text
    assert code in page
    assert "2044" in page
    assert code in director.get(f"{LIST}/list.csv").text
    assert code not in director.get(f"{LIST}?q=91330000").text
    director.post(f"{LIST}/{code}/notice")
    assert notices() == 1
    director.post(f"{LIST}/{code}/notice")
    director.post(f"{LIST}/notices")
    worked_off(clock.now())
    with database.reading() as session:
        counts = term_counts(session, "330702", now=clock.now() + timedelta(days=1))
    assert (counts.open, counts.notified, counts.done, counts.running) == (1, 1, 0, False)
    own = visit(LIN).get(f"/businesses/{code}")
    assert "请在2027年6月30日前缩短出资期限" in words(own)
    (button,) = re.findall(r'href="(/businesses/[^"]*items=[^"]*)"', own.text)
    assert "checked" in visit(LIN).get(button).text


def test_a_shorter_term_is_done_and_new_companies_are_not_concerned(ref: str) -> None:
    filed(LONG, founded=date(2024, 7, 1))
    with database.reading() as session:
        assert term_counts(session, "330702", now=clock.now()).open == 0
    filed(LONG)
    filed([LONG[0] | {"due_on": "2032-06-30"}])
    with database.reading() as session:
        counts = term_counts(session, "330702", now=clock.now())
    assert (counts.open, counts.done) == (0, 1)
