"""Ratings by matter and month without small numbers, and the page of reconsideration and suit."""

from collections.abc import Callable
from datetime import date, timedelta

from sqlmodel import select

from registration import clock, database
from registration.models import Application, Feedback, Registrar
from registration.queries import public_ratings
from registration.queries.registrar_profiles import profile_on
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]


def test_months_with_few_ratings_are_not_shown(examined: str, visit: Visit) -> None:
    today = clock.local_date(clock.now())
    this_month, before = today.replace(day=1), (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    public_ratings.forget()
    with database.transaction() as session:
        case = session.exec(select(Application.id).where(Application.ref == examined)).one()
        for month, grades in ((this_month, (1, 1, 1, 1, 2, 4, 4, 5, 5, 5)), (before, (5, 5))):
            for number, grade in enumerate(grades):
                at = clock.begins(month) + timedelta(hours=number)
                step = f"{month}-{number}"
                session.add(Feedback(ref=step, application_id=case, kind="rating", step=step, grade=grade, made_at=at))
    assert public_ratings.ratings_by_month() == (
        public_ratings.MonthOfRatings("establishment", this_month, 10, 2.9, 0.5),
        public_ratings.MonthOfRatings("establishment", before, None, None, None),
    )
    page = words(visit().get("/lists/ratings"))
    assert f"{this_month:%Y-%m}102.950%" in page
    assert f"{before:%Y-%m}不公开——" in page
    public_ratings.forget()


def test_months_go_back_over_the_turn_of_a_year() -> None:
    months = public_ratings._months(date(2027, 2, 14))
    assert (months[0], months[2], months[-1]) == (date(2027, 2, 1), date(2026, 12, 1), date(2026, 2, 1))


def test_appeals_name_the_bodies_of_the_papers(visit: Visit) -> None:
    page, english = words(visit().get("/lists/appeals")), words(visit(lang="en").get("/lists/appeals"))
    with database.reading() as session:
        registrar = session.exec(select(Registrar).where(Registrar.code == "330702")).one()
        printed = profile_on(session, registrar, on=clock.local_date(clock.now()))
    assert printed.reconsideration_body
    assert printed.reconsideration_body in page
    assert printed.court in page
    assert "60日内" in page
    assert "6个月内" in page
    assert "within 60 days" in english
    assert 'href="/lists/appeals"' in visit().get("/lists/complaints").text
