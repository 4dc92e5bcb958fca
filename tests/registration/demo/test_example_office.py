"""The example office: the real operations fill it, an interruption breaks nothing, and visitors are served."""

import json
from collections import Counter
from collections.abc import Sequence

import pytest
from sqlalchemy import func
from sqlmodel import col, select

from registration import clock, database
from registration.app import create_app
from registration.demo.office import actions, plan
from registration.demo.office import fill as filling_module
from registration.demo.office.fill import fill
from registration.demo.office.plan import Case, Event
from registration.errors import Forbidden
from registration.models import Application, HistoryEntry, Licence, Material, Message, Party
from registration.operations import apply
from registration.queries.example_office import filling
from registration.rules.privacy_notice import notice_version
from registration.runtime.stop_flag import StopFlag
from registration.settings import Settings
from tests.fixtures.cases import actor_of
from tests.fixtures.visitor import Visitor, words
from tests.registration.cli.conftest import Heyi

# One of each kind of thing: a draft, one signature of three, a correction, an objection, a licence that was revoked.
COURSES = ("draft_begun", "signing_half", "corrected", "objected", "revoked")


def some(courses: Sequence[str] = COURSES) -> list[Case]:
    return [next(case for case in plan.cases() if case.course == course) for course in courses]


class StopsAfter(StopFlag):
    """Is set once it has been asked so many times: the filling asks before every step."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.looks = looks

    def is_set(self) -> bool:
        self.looks -= 1
        return self.looks < 0


def states() -> Counter[str]:
    with database.reading() as session:
        return Counter(session.exec(select(Application.state)).all())


def amounts() -> dict[str, int]:
    """What doubling would make larger."""
    with database.reading() as session:
        return {
            table.__name__: session.exec(select(func.count()).select_from(table)).one()
            for table in (Application, HistoryEntry, Licence, Material, Party)
        }


def complaints(settings: Settings, heyi: Heyi) -> set[str]:
    rows = json.loads(heyi("doctor", "--json").stdout)
    database.configure(settings)
    return {row["check"] for row in rows if row["state"] == "bad"}


@pytest.mark.thorough
def test_an_interrupted_filling_goes_on_and_makes_nothing_twice(
    demonstration: Settings, heyi: Heyi, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen, known = some(), complaints(demonstration, heyi)
    assert not fill(StopsAfter(4), cases=chosen)
    assert states().total() > 0

    def cut_off(event: Event) -> None:
        """The step is written, and what follows from it is not."""
        actions.take(event)
        if event.step.do == "approve":
            raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(filling_module, "take", cut_off)
        with pytest.raises(KeyboardInterrupt):
            fill(StopFlag(), cases=chosen)
    assert not fill(StopsAfter(6), cases=chosen)
    assert fill(StopFlag(), cases=chosen)

    assert states() == Counter(draft=1, signing=1, submitted=1, agency_review=1, archived=1)
    with database.reading() as session:
        # The original and its duplicate.
        assert session.exec(select(Licence.status)).all() == ["revoked", "revoked"]
        kinds = session.exec(
            select(Material.application_id, Material.kind).where(col(Material.removed_at).is_(None))
        ).all()
        assert len({*kinds}) == len(kinds)
        office = filling(session)
        assert office is not None
        assert (office.ended, office.cases) == (True, len(chosen))
        moments = session.exec(select(HistoryEntry.at).order_by(col(HistoryEntry.id))).all()
        assert moments == sorted(moments)
        assert moments[-1] < office.begun_at
    is_whole_and_stays_so(demonstration, heyi, known)


def is_whole_and_stays_so(settings: Settings, heyi: Heyi, known: set[str]) -> None:
    """Chains and log verify, the doctor finds nothing new, nothing waits; another start adds nothing."""
    for command in (("history", "verify"), ("log", "verify")):
        answer = heyi(*command)
        assert answer.exit_code == 0, answer.output
    assert complaints(settings, heyi) <= known
    with database.reading() as session:
        assert session.exec(select(Message.effect)).all() == []
    before = amounts()
    assert fill(StopFlag())
    assert amounts() == before


def test_an_office_with_cases_of_its_own_is_left_alone(demonstration: Settings) -> None:
    apply.start(entity_type="individual", registrar_code="330702", actor=actor_of("lin@example.cn"), now=clock.now())
    assert not fill(StopFlag(), cases=some(("draft_begun",)))
    assert amounts()["Application"] == 1


def test_an_office_that_has_gone_on_without_it_is_not_filled_any_more(demonstration: Settings) -> None:
    """Days that the relay has sealed get no further entries."""
    from registration.operations.roots import seal_days

    chosen = some(("signing_half", "draft_begun"))
    assert not fill(StopsAfter(1), cases=chosen)
    seal_days(now=clock.now())
    before = amounts()
    assert not fill(StopFlag(), cases=chosen)
    assert amounts() == before


@pytest.mark.thorough
def test_a_visitor_is_served_while_the_office_is_filled(demonstration: Settings) -> None:
    """What the present causes is done between two steps, at the present moment."""
    chosen = some(("draft_begun", "signing"))
    assert not fill(StopsAfter(1), cases=chosen)
    app = create_app(demonstration)
    with app.app_context():
        form = {"email": "wang@example.cn", "name": "王样例", "password": "a-long-one-7391", "locale": "zh"}
        Visitor(app).post("/sign-up", **form, consent=notice_version())
    with database.reading() as session:
        asked = session.exec(select(Message.effect)).all()
    fill(StopFlag(), cases=chosen)
    with database.reading() as session:
        assert asked
        assert session.exec(select(Message.effect)).all() == []


def test_the_home_page_says_how_far_it_is_and_what_waits_for_whom(demonstration: Settings) -> None:
    chosen = some(("draft_begun", "signing_half"))
    assert not fill(StopsAfter(1), cases=chosen)
    app = create_app(demonstration)
    home = words(Visitor(app).get("/"))
    assert "1/2件" in home
    fill(StopFlag(), cases=chosen)
    english = words(Visitor(app, lang="en").get("/"))
    assert "being filled" not in english
    assert "Applications: 2; to go on with: 2" in english


def test_it_is_filled_in_a_demonstration_only(demonstration: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from registration import settings as configuration

    monkeypatch.setenv("HEYI_MODE", "production")
    configuration.settings.cache_clear()
    with pytest.raises(Forbidden):
        fill(StopFlag(), cases=some(("draft_begun",)))
    with pytest.raises(RuntimeError), clock.moved_to(clock.now()):
        pass


@pytest.mark.exhaustive
@pytest.mark.timeout(1200)
def test_the_whole_office_is_at_work(demonstration: Settings, heyi: Heyi) -> None:
    known = complaints(demonstration, heyi)
    assert fill(StopFlag())
    found = states()
    returned = [case for case in plan.cases() if any(step.do == "later.begin" for step in plan.course(case.course))]
    assert found.total() == len(plan.cases()) + len(returned)
    wanted = "draft signing submitted correction_requested not_accepted accepted under_examination on_hold"
    wanted += " resumption_asked pending_approval agency_review rejected withdrawn licence_prepared archived"
    wanted += " noticed consulted"
    assert {*wanted.split()} <= {*found}
    with database.reading() as session:
        assert {*session.exec(select(Licence.status)).all()} == {"issued", "revoked", "superseded", "declared_void"}
        assert {*session.exec(select(Application.entity_type)).all()} == {case.entity_type for case in plan.cases()}
    is_whole_and_stays_so(demonstration, heyi, known)
