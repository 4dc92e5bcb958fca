"""Names held for their applicants: by their parts, open ones decided on by a person, let go when the case ends."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from registration import database
from registration.errors import ActionRefused, Conflict, Forbidden, InvalidInput, NotFound
from registration.models import Application, HistoryEntry, NameKey, RegisteredName
from registration.operations import apply, names, papers_asked, sweeps
from registration.operations.act import act
from registration.operations.name_decisions import decide_name
from registration.operations.name_imports import bring_in
from registration.rules import names as rules
from registration.settings import Settings
from tests.fixtures.cases import actor_of, company, draft, sign_all, submitted
from tests.fixtures.marks import some_of

pytestmark = pytest.mark.both_engines

LIN, ZHOU = "lin@example.cn", "zhou@example.cn"
EXAMINER, ANOTHER, APPROVER, ELSEWHERE = "0318", "0317", "0319", "0418"
PARTS = {"region": "金华市", "trade": "兰亭", "industry": "翡翠", "form": "有限公司"}
OPEN = {"region": "金华市", "trade": "兰亭", "industry": "量子", "form": "有限公司"}


def begun(*, login: str = LIN, now: datetime) -> str:
    ref = apply.start(entity_type="llc", registrar_code="330702", actor=actor_of(login), now=now)
    apply.save_section(ref, "domicile", company()["domicile"], actor=actor_of(login), now=now)
    return ref


def ask(ref: str, name: Mapping[str, Any], *, login: str = LIN, now: datetime) -> None:
    apply.save_section(ref, "name", {**name, "near_name_accepted": True}, actor=actor_of(login), now=now)


def refusal(name: Mapping[str, Any], *, login: str, now: datetime) -> set[str]:
    """The rules by which a new draft is refused a name; none when it gets it."""
    try:
        ask(begun(login=login, now=now), name, login=login, now=now)
    except InvalidInput as refused:
        return {problem.code for problem in refused.problems}
    return set()


def held(ref: str) -> RegisteredName | None:
    with database.reading() as session:
        query = select(RegisteredName).join(Application, col(Application.id) == RegisteredName.application_id)
        found = session.exec(query.where(Application.ref == ref, RegisteredName.status != "released")).all()
        return found[0] if found else None


def with_open_name(*, now: datetime) -> str:
    """A file on the examiner's desk whose name a person must judge."""
    form = company() | {"name": OPEN}
    ref = submitted("llc", form, registrar="330702", actor=actor_of(LIN), now=now)
    act(ref, "claim", actor=actor_of(EXAMINER), now=now)
    return ref


def tags(ref: str) -> list[str]:
    with database.reading() as session:
        query = select(HistoryEntry.tag).join(Application, col(Application.id) == HistoryEntry.application_id)
        return list(session.exec(query.where(Application.ref == ref).order_by(col(HistoryEntry.seq))).all())


@pytest.mark.parametrize("name", [PARTS, OPEN])
def test_nobody_else_gets_the_name_with_another_form_or_region(
    office: Settings, clock: datetime, name: dict[str, str]
) -> None:
    ask(begun(now=clock), name, now=clock)
    others = [
        name,
        name | {"form": "有限责任公司"},
        name | {"region": "金华"},
        name | {"region": "金华市婺城区"},
        name | {"region": "金华", "region_place": "bracket"},
        name | {"region": "金华", "region_place": "before_form"},
        name | {"region": "浙江省金华市"},
        name | {"trade": name["trade"] + name["industry"], "industry": ""},
    ]
    assert [refusal(other, login=ZHOU, now=clock) for other in others] == [{"N20"}, *[{"N21"}] * 6, {"N20"}]


def test_the_parts_that_the_applicant_gave_are_kept(office: Settings, clock: datetime) -> None:
    ref = begun(now=clock)
    ask(ref, {**OPEN, "region": "金华", "region_place": "bracket"}, now=clock)
    row = held(ref)
    assert row is not None
    assert (row.region, row.trade, row.industry, row.form) == ("金华", "兰亭", "量子", "有限公司")
    assert (row.name, row.region_place, row.parts_given) == ("兰亭（金华）量子有限公司", "bracket", True)


def test_a_name_that_an_older_process_wrote_is_read(office: Settings, clock: datetime) -> None:
    with database.transaction() as session:
        row = names.record(session, "金华市兰亭翡翠有限公司", prefecture="330700")
        row.region = row.trade = row.industry = row.form = ""
    assert refusal(PARTS | {"form": "有限责任公司"}, login=ZHOU, now=clock) == {"N21"}


def test_a_name_from_outside_is_read_once_and_can_be_mended(office: Settings, clock: datetime) -> None:
    whole = "金华市兰亭量子有限公司"
    with database.transaction() as session:
        assert bring_in(session, [rules.ComparedName(whole)], prefecture="330700") == (1, 0)
        row = session.exec(select(RegisteredName).where(RegisteredName.name == whole)).one()
        assert (row.trade, row.industry, row.parts_given) == ("兰亭量子", "", False)
        mended = rules.ComparedName(whole, parts=rules.NameParts("金华市", "兰亭", "量子", "有限公司"))
        assert bring_in(session, [mended], prefecture="330700") == (0, 1)
        assert bring_in(session, [mended], prefecture="330700") == (0, 0)
        assert (row.trade, row.industry, row.parts_given) == ("兰亭", "量子", True)
        assert session.exec(select(NameKey).where(NameKey.name_id == row.id, NameKey.key == "t:兰亭")).one()
    assert refusal(OPEN | {"form": "有限责任公司"}, login=ZHOU, now=clock) == {"N21"}


def test_an_open_name_is_no_reservation_before_a_person_agreed(office: Settings, clock: datetime) -> None:
    ref = with_open_name(now=clock)
    with pytest.raises(Conflict):
        papers_asked.ask(ref, "name_reservation", actor=actor_of(LIN), now=clock)
    with pytest.raises(ActionRefused) as refused:
        act(ref, "approve", actor=actor_of(EXAMINER), now=clock, opinion="符合")
    assert {blocker.code for blocker in refused.value.blockers} == {"name_awaits_decision"}
    decide_name(ref, approve=True, reason="字号独特，行业为新材料", actor=actor_of(EXAMINER), now=clock)
    row = held(ref)
    assert row is not None
    assert (row.awaits_decision, row.decided_by, row.decision_reason) == (
        False,
        "staff:0318",
        "字号独特，行业为新材料",
    )
    assert "name:agree" in tags(ref)
    assert papers_asked.ask(ref, "name_reservation", actor=actor_of(LIN), now=clock).kind == "name_reservation"
    act(ref, "approve", actor=actor_of(EXAMINER), now=clock, opinion="符合")


def test_a_refused_name_is_free_and_the_file_waits_for_another(office: Settings, clock: datetime) -> None:
    ref = with_open_name(now=clock)
    decide_name(ref, approve=False, reason="行业表述不清", actor=actor_of(EXAMINER), now=clock)
    assert held(ref) is None
    assert "name:disagree" in tags(ref)
    with pytest.raises(ActionRefused) as refused:
        act(ref, "approve", actor=actor_of(EXAMINER), now=clock, opinion="符合")
    assert {blocker.code for blocker in refused.value.blockers} == {"name_is_not_reserved"}
    item = {"target": "section.name", "reason_code": "S01", "problem": "名称不能使用", "remedy": "换一个名称"}
    act(ref, "request_correction", actor=actor_of(EXAMINER), now=clock, items=[item])
    ask(ref, PARTS, now=clock)
    sign_all(ref, actor=actor_of(LIN), now=clock)
    act(ref, "claim", actor=actor_of(EXAMINER), now=clock)
    act(ref, "approve", actor=actor_of(EXAMINER), now=clock, opinion="符合")


def test_only_the_examiner_who_has_the_file_decides_and_says_why(office: Settings, clock: datetime) -> None:
    ref = with_open_name(now=clock)
    for login, error in ((LIN, Forbidden), (ELSEWHERE, NotFound), (APPROVER, Forbidden), (ANOTHER, ActionRefused)):
        with pytest.raises(error):
            decide_name(ref, approve=True, reason="符合", actor=actor_of(login), now=clock)
    with pytest.raises(InvalidInput):
        decide_name(ref, approve=True, reason=" ", actor=actor_of(EXAMINER), now=clock)
    decide_name(ref, approve=True, reason="符合", actor=actor_of(EXAMINER), now=clock)
    with pytest.raises(Conflict):
        decide_name(ref, approve=False, reason="不符合", actor=actor_of(EXAMINER), now=clock)


def test_a_draft_that_was_left_holds_no_name_against_its_own_owner(office: Settings, clock: datetime) -> None:
    left, later = begun(now=clock), clock + timedelta(days=20)
    ask(left, PARTS, now=clock)
    first = held(left)
    assert first is not None
    ref = begun(now=later)
    ask(ref, PARTS, now=later)
    moved = held(ref)
    assert moved is not None
    assert (moved.id, moved.expires_on) == (first.id, first.expires_on)
    assert held(left) is None
    another = begun(now=later)
    ask(another, PARTS | {"form": "有限责任公司"}, now=later)
    assert held(ref) is None
    assert refusal(PARTS, login=ZHOU, now=later) == {"N21"}


def test_a_name_that_is_with_the_office_is_not_taken_from_there(office: Settings, clock: datetime) -> None:
    submitted("llc", company() | {"name": PARTS}, registrar="330702", actor=actor_of(LIN), now=clock)
    assert refusal(PARTS, login=LIN, now=clock) == {"N20"}


@pytest.mark.parametrize("end", some_of(["withdraw a draft", "withdraw", "reject", "refuse_scope", "lapse"], every=2))
def test_a_case_that_ends_lets_its_name_go(office: Settings, clock: datetime, end: str) -> None:
    form, lin, examiner = company() | {"name": PARTS}, actor_of(LIN), actor_of(EXAMINER)
    if end == "withdraw a draft":
        ref = draft("llc", form, registrar="330702", actor=lin, now=clock)
        act(ref, "withdraw", actor=lin, now=clock)
    else:
        ref = submitted("llc", form, registrar="330702", actor=lin, now=clock)
    if end == "withdraw":
        act(ref, "withdraw", actor=lin, now=clock)
    if end == "refuse_scope":
        window = actor_of(ANOTHER)
        act(ref, "refuse_scope", actor=window, now=clock, reason="不属于本机关", competent_body="某局")
    if end == "reject":
        act(ref, "claim", actor=examiner, now=clock)
        act(ref, "reject", actor=examiner, now=clock, reason="材料不真实", reason_code="R01")
    if end == "lapse":
        item = {"target": "section.name", "reason_code": "S01", "problem": "名称不清", "remedy": "写清楚"}
        act(ref, "claim", actor=examiner, now=clock)
        act(ref, "request_correction", actor=examiner, now=clock, items=[item])
        sweeps.lapse_corrections(now=clock + timedelta(days=100))
    assert held(ref) is None
    assert refusal(PARTS, login=ZHOU, now=clock) == set()


def test_a_name_is_kept_two_months_and_a_year_where_approval_comes_first(office: Settings, clock: datetime) -> None:
    ref = begun(now=clock)
    ask(ref, PARTS, now=clock)
    assert expiry(ref) == date(2026, 12, 12)
    apply.save_section(ref, "scope", {"items": ["HY0190"]}, actor=actor_of(LIN), now=clock)
    assert expiry(ref) == date(2027, 10, 12)
    apply.save_section(ref, "scope", {"items": ["HY0154"]}, actor=actor_of(LIN), now=clock)
    assert expiry(ref) == date(2026, 12, 12)
    sweeps.release_names(now=clock + timedelta(days=61))
    assert held(ref) is not None
    sweeps.release_names(now=clock + timedelta(days=62))
    assert held(ref) is None


def expiry(ref: str) -> date | None:
    row = held(ref)
    return row.expires_on if row else None


def test_to_save_a_name_again_gives_no_new_term(office: Settings, clock: datetime) -> None:
    ref = begun(now=clock)
    ask(ref, PARTS, now=clock)
    ask(ref, PARTS, now=clock + timedelta(days=30))
    assert expiry(ref) == date(2026, 12, 12)
