"""What a registrar prints of itself: one prepares, another decides, two at once do it once, issued paper stays."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import col, select

from certificates.paper.papers import Paper as Content
from certificates.paper.papers import render_paper
from certificates.paper.pdf import render
from certificates.particulars import Particulars
from registration import database
from registration.clock import local_date
from registration.errors import Conflict, Forbidden, InvalidInput, NotFound, StaleVersion
from registration.models import AuditEntry, Licence, Paper, Registrar, RegistrarProfile
from registration.operations import issue, registrar_profiles
from registration.operations.act import act
from registration.operations.registrar_profiles import ProfileProposal
from registration.operations.staff import add_staff
from registration.queries.registrar_profiles import overview, profile_on
from tests.fixtures.cases import actor_of, nameless, submitted
from tests.fixtures.concurrently import concurrently
from tests.fixtures.papers import fixed_paper

OFFICE = "330702"
DIRECTOR, APPROVER = "0320", "0319"
NEW = {
    "name_zh": "金华市婺城区行政审批局",
    "name_en": "Wucheng District Administrative Approval Bureau",
    "number_prefix": "婺行审",
    "officer_title": "主任",
    "officer_name": "梁见山",
    "address": "金华市婺城区样例街道新路1号",
    "phone": "0579-82000099",
    "reason": "机构更名（样例）",
}

pytestmark = pytest.mark.usefixtures("office")


def proposal(on: date, **changes: Any) -> ProfileProposal:
    return ProfileProposal(text=NEW | changes, valid_from=on)


def proposed(on: date, *, now: datetime, **changes: Any) -> str:
    director = actor_of(DIRECTOR)
    row = registrar_profiles.prepare(proposal(on, **changes), actor=director, now=now)
    registrar_profiles.propose(row.ref, actor=director, now=now, version=row.version)
    return row.ref


def printed_on(day: date) -> tuple[str, str]:
    with database.reading() as session:
        head = profile_on(session, session.get_one(Registrar, OFFICE), on=day)
        return head.name_zh, head.number_prefix


def codes(raised: pytest.ExceptionInfo[InvalidInput]) -> dict[str, str]:
    return {problem.path: problem.code for problem in raised.value.problems}


def test_what_a_second_person_approves_is_printed_from_its_day_on(clock: datetime) -> None:
    today = local_date(clock)
    ref = proposed(today + timedelta(days=3), now=clock)
    before = printed_on(today + timedelta(days=3))
    registrar_profiles.approve(ref, actor=actor_of(APPROVER), now=clock, version=2)
    assert before == printed_on(today + timedelta(days=2)) == ("金华市婺城区市场监督管理局", "婺市监")
    assert printed_on(today + timedelta(days=3)) == printed_on(date(2040, 1, 1)) == (NEW["name_zh"], "婺行审")
    with database.reading() as session:
        tags = [one.tag for one in session.exec(select(AuditEntry).order_by(col(AuditEntry.id))).all()]
        found = overview(session, OFFICE, now=clock)
    assert tags[-3:] == ["letterhead:prepare", "letterhead:propose", "letterhead:approve"]
    assert [row.ref for row in found.coming] == [ref]
    assert found.now.number_prefix == "婺市监"


def test_a_later_approval_for_the_same_day_takes_the_place_of_an_earlier(clock: datetime) -> None:
    day = local_date(clock) + timedelta(days=3)
    for prefix in ("婺行审", "婺审批"):
        ref = proposed(day, now=clock, number_prefix=prefix)
        clock += timedelta(minutes=1)
        registrar_profiles.approve(ref, actor=actor_of(APPROVER), now=clock)
    assert printed_on(day)[1] == "婺审批"


def test_who_prepared_it_may_not_decide(clock: datetime) -> None:
    ref = proposed(local_date(clock) + timedelta(days=1), now=clock)
    for decide in (registrar_profiles.approve, partial(registrar_profiles.refuse, reason="不同意")):
        with pytest.raises(Forbidden, match="letterhead_four_eyes"):
            decide(ref, actor=actor_of(DIRECTOR), now=clock)


def test_only_whoever_prepared_a_draft_edits_and_proposes_it(clock: datetime) -> None:
    day = local_date(clock) + timedelta(days=1)
    row = registrar_profiles.prepare(proposal(day), actor=actor_of(DIRECTOR), now=clock)
    add_staff("0399", "a-long-password-1", "0399", roles=["director"], registrar_code=OFFICE, now=clock)
    for step in (registrar_profiles.propose, partial(registrar_profiles.revise, proposal=proposal(day))):
        with pytest.raises(Forbidden, match="letterhead_not_preparer"):
            step(row.ref, actor=actor_of("0399"), now=clock)
    assert registrar_profiles.withdraw(row.ref, actor=actor_of("0399"), now=clock).status == "withdrawn"


@pytest.mark.parametrize("login", ["0217", "0219", "0220", "lin@example.cn", "0419"])
def test_to_another_office_it_is_not_there(login: str, clock: datetime) -> None:
    ref = proposed(local_date(clock) + timedelta(days=1), now=clock)
    for step in (registrar_profiles.approve, registrar_profiles.withdraw, registrar_profiles.propose):
        with pytest.raises(NotFound):
            step(ref, actor=actor_of(login), now=clock)


def test_a_clerk_of_the_office_may_not(clock: datetime) -> None:
    with pytest.raises(Forbidden):
        registrar_profiles.prepare(proposal(date(2027, 1, 1)), actor=actor_of("0318"), now=clock)
    with pytest.raises(Forbidden):
        registrar_profiles.prepare(proposal(date(2027, 1, 1)), actor=actor_of(APPROVER), now=clock)


def test_a_refusal_needs_its_reason_and_ends_the_proposal(clock: datetime) -> None:
    ref, approver = proposed(local_date(clock) + timedelta(days=1), now=clock), actor_of(APPROVER)
    with pytest.raises(InvalidInput) as raised:
        registrar_profiles.refuse(ref, reason="  ", actor=approver, now=clock)
    assert codes(raised) == {"decision": "letterhead.reason_missing"}
    assert registrar_profiles.refuse(ref, reason="没有任免文件", actor=approver, now=clock).decision == "没有任免文件"
    for step in (registrar_profiles.approve, registrar_profiles.propose, registrar_profiles.withdraw):
        with pytest.raises((Conflict, Forbidden)):
            step(ref, actor=approver, now=clock)


def test_an_older_version_changes_nothing(clock: datetime) -> None:
    row = registrar_profiles.prepare(proposal(date(2027, 1, 1)), actor=actor_of(DIRECTOR), now=clock)
    registrar_profiles.revise(row.ref, proposal(date(2027, 2, 1)), actor=actor_of(DIRECTOR), now=clock, version=1)
    with pytest.raises(StaleVersion, match="letterhead_changed"):
        registrar_profiles.revise(row.ref, proposal(date(2027, 3, 1)), actor=actor_of(DIRECTOR), now=clock, version=1)
    with database.reading() as session:
        assert session.get_one(RegistrarProfile, row.id).valid_from == date(2027, 2, 1)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name_zh": ""}, {"name_zh": "field.missing"}),
        ({"number_prefix": "JH"}, {"number_prefix": "letterhead.prefix"}),
        ({"officer_title": ""}, {"officer_title": "letterhead.officer_incomplete"}),
        ({"address": "好\u202e"}, {"address": "text.unseen"}),
        ({"officer_name": "梁😀"}, {"officer_name": "letterhead.no_glyph"}),
        ({"phone": "1" * 41}, {"phone": "text.too_long"}),
    ],
)
def test_wrong_words_are_refused_by_field(changes: dict[str, str], told: dict[str, str], clock: datetime) -> None:
    with pytest.raises(InvalidInput) as raised:
        registrar_profiles.prepare(proposal(date(2027, 1, 1), **changes), actor=actor_of(DIRECTOR), now=clock)
    assert codes(raised) == told


def test_a_seal_is_for_deployments_with_a_design_and_key_of_their_own(clock: datetime) -> None:
    given = ProfileProposal(text=NEW, valid_from=date(2027, 1, 1), seal=b"\x89PNG\r\n\x1a\nsample")
    with pytest.raises(InvalidInput) as raised:
        registrar_profiles.prepare(given, actor=actor_of(DIRECTOR), now=clock)
    assert codes(raised) == {"seal": "letterhead.seal_not_own"}


@pytest.fixture
def decided(clock: datetime) -> Callable[[datetime], int]:
    """Approves an individual business at the office and issues its papers and licence; returns the case's number."""

    def decide(now: datetime) -> int:
        ref = submitted("individual", nameless(), registrar=OFFICE, actor=actor_of("lin@example.cn"), now=now)
        act(ref, "claim", actor=actor_of("0318"), now=now)
        act(ref, "approve", actor=actor_of("0318"), now=now, opinion="符合法定形式")
        with database.reading() as session:
            case = db_case(session, ref)
        issue.prepare(case, now=now)
        fixed_paper(case, "approval", revision=1, now=now)
        return case

    return decide


def db_case(session: Any, ref: str) -> int:
    from registration.models import Application

    return int(session.exec(select(Application.id).where(Application.ref == ref)).one())


def issued(case: int) -> tuple[Licence, Paper]:
    with database.reading() as session:
        sheet = session.exec(select(Licence).where(Licence.application_id == case)).first()
        paper = session.exec(select(Paper).where(Paper.application_id == case)).one()
        assert sheet is not None
        return sheet, paper


def test_paper_bears_the_words_of_its_own_day_for_ever(decided: Callable[[datetime], int], clock: datetime) -> None:
    old = decided(clock)
    sheet, paper = issued(old)
    first = render(Particulars.model_validate(sheet.particulars)), render_paper(Content.model_validate(paper.content))
    tomorrow = clock + timedelta(days=1)
    registrar_profiles.approve(proposed(local_date(tomorrow), now=clock), actor=actor_of(APPROVER), now=clock)
    new_sheet, new_paper = issued(decided(tomorrow))
    assert new_sheet.particulars["registrar"] == new_paper.content["registrar"] == NEW["name_zh"]
    assert new_paper.content["number"].startswith("婺行审准〔2026〕第")
    assert new_paper.content["officer"] == "签发人：主任　梁见山"
    assert new_paper.content["contacts"] == ["地址：金华市婺城区样例街道新路1号", "电话：0579-82000099"]

    sheet, paper = issued(old)
    assert sheet.particulars["registrar"] == "金华市婺城区市场监督管理局"
    assert paper.content["officer"] == "签发人：局长　方听澜"
    # Asked again on a later day, the same paper comes with the same number and words.
    again = fixed_paper(old, "approval", revision=1, now=tomorrow)
    assert again.content == paper.content
    later = render(Particulars.model_validate(sheet.particulars)), render_paper(Content.model_validate(again.content))
    assert later == first


def test_nothing_begins_on_a_day_that_has_seen_paper(decided: Callable[[datetime], int], clock: datetime) -> None:
    today = local_date(clock)
    ref = proposed(today, now=clock)
    decided(clock)
    with pytest.raises(InvalidInput) as raised:
        registrar_profiles.approve(ref, actor=actor_of(APPROVER), now=clock)
    (problem,) = raised.value.problems
    assert (problem.path, problem.data["earliest"]) == ("valid_from", (today + timedelta(days=1)).isoformat())
    with pytest.raises(InvalidInput) as raised:
        registrar_profiles.prepare(proposal(today - timedelta(days=1)), actor=actor_of(DIRECTOR), now=clock)
    assert codes(raised) == {"valid_from": "letterhead.too_early"}
    assert printed_on(today)[1] == "婺市监"


def test_two_who_approve_at_once_approve_once(clock: datetime) -> None:
    add_staff("0398", "a-long-password-1", "0398", roles=["approver"], registrar_code=OFFICE, now=clock)
    ref = proposed(local_date(clock) + timedelta(days=1), now=clock)
    happened = concurrently(
        [
            partial(registrar_profiles.approve, ref, actor=actor_of(who), now=clock, version=2)
            for who in (APPROVER, "0398")
        ]
    )
    assert len(happened.done) == 1
    assert [type(refusal) for refusal in happened.refused] == [StaleVersion]
    with database.reading() as session:
        approved = session.exec(select(AuditEntry).where(AuditEntry.tag == "letterhead:approve")).all()
    assert len(approved) == 1


def test_an_approval_for_today_and_a_paper_of_today_exclude_each_other(clock: datetime) -> None:
    """Whichever is first: either the paper bears the new words, or the approval is told to wait a day."""
    ref = submitted("individual", nameless(), registrar=OFFICE, actor=actor_of("lin@example.cn"), now=clock)
    with database.reading() as session:
        case = db_case(session, ref)
    change = proposed(local_date(clock), now=clock)
    happened = concurrently(
        [
            partial(registrar_profiles.approve, change, actor=actor_of(APPROVER), now=clock),
            partial(fixed_paper, case, "receipt", revision=1, now=clock),
        ]
    )
    approved, paper = happened.answers
    wanted = "金华市婺城区市场监督管理局" if isinstance(approved, InvalidInput) else NEW["name_zh"]
    assert paper.content["registrar"] == wanted
