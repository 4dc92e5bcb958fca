"""Simple deregistration: the notice that ends by itself or by an objection, and the end of the registration."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from registration import database
from registration.errors import ActionRefused, Conflict, InvalidInput, NotFound
from registration.models import Licence, NoticeObjection, RegisteredName
from registration.operations import apply, entity_cases, public_notices
from registration.operations.act import act
from registration.operations.public_notices import ObjectionData
from registration.queries.businesses import businesses_of, offered_matters
from registration.queries.integrity import Counted
from registration.queries.licence_status import ended_places, place_of
from registration.queries.licences import check_code, check_token
from registration.queries.public_notices import notices_for_all, objections_of
from registration.queries.register_integrity import broken_register
from registration.settings import Settings
from tests.fixtures.cases import actor_of, attach, limited_partnership, person, scope_codes
from tests.fixtures.closings import (
    NOTICED,
    announced,
    day,
    decided,
    entity,
    licensed,
    notice_of,
    promised,
    state_of,
    swept,
)
from tests.fixtures.forms import branch
from tests.fixtures.licences import LIN
from tests.fixtures.scenes import scene

# Day 20 is Tuesday 2026-11-10; midnight in Shanghai is 16:00 UTC.
MIDNIGHT = datetime(2026, 11, 10, 16, 0, tzinfo=UTC)
REASON = ObjectionData("样例债权人有限公司", "13800000001", "公司还欠货款三十万元，有合同和对账单")


@pytest.fixture
def code(office: Settings, clock: datetime) -> str:
    return scene("a licensed company", office, licensed)


@pytest.fixture
def noticed(code: str, office: Settings) -> str:
    return scene("a simple deregistration in its notice", office, lambda: announced(code))


def refused(ref: str, action: str, now: datetime) -> list[str]:
    with pytest.raises(ActionRefused) as refusal:
        act(ref, action, actor=actor_of(LIN), now=now)
    return [one.code for one in refusal.value.blockers]


def test_the_notice_runs_twenty_days_and_ends_by_itself(noticed: str, code: str) -> None:
    notice = notice_of(noticed)
    assert (notice.first_on, notice.last_on) == (date(2026, 10, 21), date(2026, 11, 10))
    assert (state_of(noticed), entity(code).status) == ("noticed", "notice_simple")
    swept(MIDNIGHT - timedelta(seconds=2))
    assert state_of(noticed) == "noticed"
    swept(MIDNIGHT)
    assert (state_of(noticed), notice_of(noticed).status) == ("notice_ended", "ended")
    assert entity(code).status == "notice_simple"


def test_after_the_registration_no_channel_says_valid(noticed: str, code: str) -> None:
    with database.reading() as session:
        assert check_code(session, code).verdict != "revoked"
    swept(MIDNIGHT)
    applied = MIDNIGHT + timedelta(hours=10)
    act(noticed, "apply_after_notice", actor=actor_of(LIN), now=applied)
    decided(noticed, now=applied + timedelta(hours=1))
    assert (state_of(noticed), entity(code).status) == ("recorded", "deregistered")
    with database.reading() as session:
        sheets = list(session.scalars(select(Licence).where(col(Licence.code) == code)))
        assert sheets
        assert check_code(session, code).verdict == "revoked"
        assert list(broken_register(session, counted=Counted())) == []
        for sheet in sheets:
            number, position = place_of(sheet)
            assert check_token(session, sheet.ref).verdict == "revoked"
            assert position in (ended_places(session, number) or ())
        name = session.scalars(select(RegisteredName).where(col(RegisteredName.name) == entity(code).name)).one()
    assert (name.status, name.since_on) == ("deregistered", date(2026, 11, 11))


def test_an_objection_ends_the_notice_and_gives_the_state_back(noticed: str, code: str) -> None:
    ref, now = notice_of(noticed).ref, day(NOTICED, 3)
    with pytest.raises(InvalidInput) as faulty:
        public_notices.object_to(ref, ObjectionData("", "", " "), now=now)
    assert {one.path for one in faulty.value.problems} == {"name", "contact", "reason"}
    public_notices.object_to(ref, REASON, now=now)
    assert (state_of(noticed), entity(code).status, notice_of(noticed).status) == ("objected", "active", "objected")
    with database.reading() as session:
        (read,) = objections_of(session, notice_of(noticed))
        stored = session.scalars(select(NoticeObjection)).one()
        assert notices_for_all(session)[0] == []
    assert (read.name, read.contact, read.reason) == (REASON.name, REASON.contact, REASON.reason)
    assert REASON.reason not in stored.reason + stored.name + stored.contact
    with pytest.raises(Conflict):
        public_notices.object_to(ref, REASON, now=now)
    assert state_of(announced(code, now=day(NOTICED, 5))) == "noticed"


def test_who_does_not_apply_in_time_begins_again(noticed: str, code: str) -> None:
    # The sweep was off for a day: the twenty days still count from the last day of the notice.
    swept(MIDNIGHT + timedelta(days=1))
    with pytest.raises(Conflict):
        public_notices.object_to(notice_of(noticed).ref, REASON, now=MIDNIGHT + timedelta(days=1))
    last = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
    swept(last - timedelta(seconds=2))
    assert state_of(noticed) == "notice_ended"
    swept(last)
    assert (state_of(noticed), entity(code).status) == ("notice_lapsed", "active")


def test_withdrawing_ends_the_notice_and_gives_the_state_back(noticed: str, code: str) -> None:
    act(noticed, "withdraw", actor=actor_of(LIN), now=day(NOTICED, 2))
    assert (entity(code).status, notice_of(noticed).status) == ("active", "withdrawn")


def test_the_promise_is_asked_in_full(code: str) -> None:
    ref = promised(code)
    apply.save_section(ref, "closing", {"debts": "none", "paid": True}, actor=actor_of(LIN), now=NOTICED)
    assert refused(ref, "request_signatures", NOTICED) == ["form_is_invalid"]
    assert entity(code).status == "active"


def test_an_individual_business_goes_to_the_agencies_for_ten_days(office: Settings, clock: datetime) -> None:
    code = licensed("individual")
    ref = announced(code)
    assert (state_of(ref), entity(code).status) == ("consulted", "active")
    with database.reading() as session:
        assert notices_for_all(session)[0] == []
    with pytest.raises(NotFound):
        public_notices.object_to(notice_of(ref).ref, REASON, now=NOTICED)
    # Day 10 is a Saturday, so the period ends on Monday 2026-11-02.
    assert notice_of(ref).last_on == date(2026, 11, 2)
    ended = datetime(2026, 11, 2, 16, 0, tzinfo=UTC)
    swept(ended)
    assert state_of(ref) == "submitted"
    decided(ref, now=ended + timedelta(hours=10))
    assert entity(code).status == "deregistered"


def test_branches_investments_and_open_cases_are_found_in_the_register(code: str) -> None:
    own = {"uscc": code, "name": entity(code).name, "representative": "苏知禾"}
    own["representative_id_no"] = person("p1")["id_no"]
    part = licensed("branch", form=branch(parent=own))
    firm = {"key": "p3", "kind": "legal", "email": "p3@example.cn", **own}
    invested = limited_partnership(trade="云上样例")
    invested["people"] = [one for one in invested["people"] if one["key"] != "p3"] + [firm]
    licensed("lp", form=invested)
    ref = promised(code)
    change = entity_cases.start(
        code, matter="change_of_registration", items=["scope"], actor=actor_of(LIN), now=NOTICED
    )
    scope = {"items": list(scope_codes()[:3])}
    apply.save_section(change, "scope", scope, actor=actor_of(LIN), now=NOTICED)
    for kind in ("resolution", "articles_amendment"):
        attach(change, kind, actor=actor_of(LIN), now=NOTICED)
    act(change, "request_signatures", actor=actor_of(LIN), now=NOTICED)
    wanted = ["other_cases_are_open", "branches_are_registered", "investments_are_held"]
    assert refused(ref, "request_signatures", NOTICED) == wanted
    with database.reading() as session:
        found = businesses_of(session, actor=actor_of(LIN))
        offered = {one.code: offered_matters(session, one) for one, _registrar in found}
        simple, general = (
            next(one for one in offered[code] if one.matter == matter)
            for matter in ("simple_deregistration", "deregistration")
        )
    assert [one.code for one in simple.blockers] == wanted
    assert simple.blockers[1].data["names"] == entity(part).name
    assert [one.code for one in general.blockers] == wanted[:2]
