"""Whole roads through the door, on both databases: from a draft to a licence that is stored and signed."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from certificates.paper.papers import Paper, unwritten_paper
from certificates.signatures.verify import verify
from registration import database, keys, outbox, tasks
from registration.errors import ActionRefused
from registration.gateways.storage import storage
from registration.models import HistoryEntry, IssuedNumber, Message
from registration.operations import apply
from registration.operations.act import act
from registration.operations.history import broken_at
from registration.settings import Settings
from tests.fixtures.cases import actor_of, company, draft, file_of, five_numbers, individual, sign_all, submitted

LIN = "lin@example.cn"


def work_off() -> int:
    """What the workers would do: every message that waits, until none does."""
    done = 0
    while True:
        with database.reading() as session:
            waiting = session.exec(select(Message.id).where(Message.parked_at == None, Message.attempts < 2)).all()  # noqa: E711
        if not waiting:
            with database.reading() as session:
                assert [one.last_error for one in session.exec(select(Message)).all()] == []
            return done
        for message in waiting:
            tasks.work_on(message or 0)
            done += 1


def test_an_individual_business_comes_to_its_licence(office: Settings, clock: datetime) -> None:
    lin, clerk = actor_of(LIN), actor_of("0318")
    ref = submitted("individual", individual(), registrar="330702", actor=lin, now=clock)
    act(ref, "claim", actor=clerk, now=clock)
    act(ref, "approve", actor=clerk, now=clock, opinion="符合法定形式")
    work_off()

    seen = file_of(ref, actor=lin, now=clock)
    assert [sheet.paper for sheet in seen.licences] == ["original", "duplicate"]
    assert seen.case.state == "shared"
    for sheet in seen.licences:
        pdf = storage(office).get(sheet.storage_key)
        verdict = verify(pdf, trust_roots=keys.trust_roots(office))
        assert not verdict.problems
        assert verdict.sha256 == sheet.sha256
    with database.reading() as session:
        assert broken_at(session, seen.case.id) is None
        assert {one.status for one in session.exec(select(IssuedNumber)).all()} == {"used"}


@pytest.mark.thorough
def test_a_company_is_corrected_and_approved_by_two(office: Settings, clock: datetime) -> None:
    lin, examiner, approver = actor_of(LIN), actor_of("0218"), actor_of("0219")
    ref = submitted("llc", company(), registrar="330701", actor=lin, now=clock)
    act(ref, "claim", actor=examiner, now=clock)
    item = {"target": "section.domicile", "reason_code": "S01", "problem": "门牌号不完整", "remedy": "请补充室号"}
    act(ref, "request_correction", actor=examiner, now=clock, items=[item])

    with pytest.raises(ActionRefused):
        apply.save_section(ref, "capital", {"amount_wan": "200"}, actor=lin, now=clock)
    form = company()["domicile"] | {"street": "样例街道双溪路88号3幢202室"}
    apply.save_section(ref, "domicile", form, actor=lin, now=clock)
    with pytest.raises(ActionRefused) as refused:
        act(ref, "resubmit", actor=lin, now=clock)
    assert refused.value.blockers
    sign_all(ref, actor=lin, now=clock + timedelta(hours=1))

    later = clock + timedelta(hours=2)
    act(ref, "claim", actor=examiner, now=later)
    act(ref, "recommend", actor=examiner, now=later, opinion="拟准予登记")
    with pytest.raises(ActionRefused):
        act(ref, "approve", actor=examiner, now=later, opinion="同意")
    act(ref, "approve", actor=approver, now=later, opinion="同意")
    work_off()
    seen = file_of(ref, actor=lin, now=later)
    assert seen.case.state == "shared"
    submitted_twice = [
        (kind, number) for number in (1, 2) for kind in ("application", "application_persons", "receipt")
    ]
    assert sorted((paper.kind, paper.revision) for paper in seen.papers) == sorted(
        [*submitted_twice, ("correction", 1), ("approval", 2)]
    )
    for paper in seen.papers:
        assert verify(storage(office).get(paper.storage_key), trust_roots=keys.trust_roots(office)).intact


@pytest.mark.thorough
def test_five_agencies_give_five_numbers(office: Settings, clock: datetime) -> None:
    lin, window, examiner = actor_of(LIN), actor_of("0417"), actor_of("0418")
    ref = submitted("llc", five_numbers(), registrar="330784", actor=lin, now=clock)
    act(ref, "accept", actor=window, now=clock)
    act(ref, "start", actor=examiner, now=clock)
    act(ref, "approve", actor=examiner, now=clock, opinion="符合")
    for login, part in (
        ("3301", "organization_code"),
        ("3302", "national_tax"),
        ("3303", "local_tax"),
        ("3304", "social_insurance"),
        ("3305", "statistics"),
    ):
        officer = actor_of(login)
        act(ref, "claim", actor=officer, now=clock, part=part)
        act(ref, "assign", actor=officer, now=clock, part=part)
    work_off()
    seen = file_of(ref, actor=lin, now=clock)
    five = seen.licences[0].particulars["five_numbers"]
    assert five["tax_number"] == "330784" + five["organization_code"]
    assert seen.case.state == "shared"


def test_a_second_delivery_of_a_message_changes_nothing(office: Settings, clock: datetime) -> None:
    lin, clerk = actor_of(LIN), actor_of("0318")
    ref = submitted("individual", individual(), registrar="330702", actor=lin, now=clock)
    act(ref, "claim", actor=clerk, now=clock)
    act(ref, "approve", actor=clerk, now=clock, opinion="符合")
    with database.reading() as session:
        message = session.exec(select(Message.id).where(Message.effect == "issue.licence")).one()
    tasks.work_on(message or 0)
    with database.reading() as session:
        entries = len(session.exec(select(HistoryEntry)).all())
    tasks.work_on(message or 0)
    with database.reading() as session:
        assert len(session.exec(select(HistoryEntry)).all()) == entries


def test_numbers_of_a_withdrawn_case_are_void(office: Settings, clock: datetime) -> None:
    lin, window, examiner = actor_of(LIN), actor_of("0417"), actor_of("0418")
    ref = submitted("llc", five_numbers(), registrar="330784", actor=lin, now=clock)
    act(ref, "accept", actor=window, now=clock)
    act(ref, "start", actor=examiner, now=clock)
    act(ref, "approve", actor=examiner, now=clock, opinion="符合")
    act(ref, "withdraw", actor=lin, now=clock)
    with database.reading() as session:
        assert {one.status for one in session.exec(select(IssuedNumber)).all()} == {"void"}


def test_an_edit_voids_the_signatures(office: Settings, clock: datetime) -> None:
    lin = actor_of(LIN)
    ref = draft("llc", company(), registrar="330702", actor=lin, now=clock)
    act(ref, "request_signatures", actor=lin, now=clock)
    act(ref, "reopen", actor=lin, now=clock)
    sign_all(ref, actor=lin, now=clock)
    seen = file_of(ref, actor=lin, now=clock)
    assert seen.case.state == "submitted"
    assert all(signature.valid for signature in seen.signatures)


def test_a_message_that_fails_holds_up_no_other_of_its_application(
    office: Settings, clock: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The papers of a case are made together; where that fails, each alone."""

    def fail(content: Paper, **told: Any) -> Any:
        if content.kind == "application":
            raise RuntimeError("no paper")
        return unwritten_paper(content, **told)

    monkeypatch.setattr("registration.tasks.papers.unwritten_paper", fail)
    submitted("individual", individual(), registrar="330702", actor=actor_of(LIN), now=clock)
    tasks.work_on_next(outbox.ISSUE)
    with database.reading() as session:
        left = session.exec(select(Message).where(col(Message.effect).startswith("paper."))).all()
        assert [(one.effect, one.attempts) for one in left] == [("paper.application", 1)]
        assert left[0].last_error == "RuntimeError: no paper"


def test_the_papers_of_a_submission_are_claimed_together_and_each_once(office: Settings, clock: datetime) -> None:
    """What has failed once is worked on alone, so that it takes no attempt of the others when it kills its worker."""
    lin = actor_of(LIN)
    submitted("individual", individual(), registrar="330702", actor=lin, now=clock)
    claimed = outbox.claim(outbox.ISSUE, now=clock)
    effects = sorted(work.effect for work in claimed)
    assert effects == ["paper.application", "paper.application_persons", "paper.receipt"]
    assert len({work.owner for work in claimed}) == 1
    assert not outbox.claim(outbox.ISSUE, now=clock)
    outbox.give_back(claimed[1:])
    again = outbox.claim(outbox.ISSUE, now=clock)
    assert [(work.id, work.attempts) for work in again] == [(work.id, 1) for work in claimed[1:]]
    late = clock + timedelta(seconds=office.lease_seconds)
    alone = [outbox.claim(outbox.ISSUE, now=late) for _ in range(3)]
    assert sorted((work.id, work.attempts) for (work,) in alone) == sorted((work.id, 2) for work in claimed)
