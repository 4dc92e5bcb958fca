"""What becomes of issued paper, on both databases: superseded at once, revoked by two, reinstated, printed again."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from certificates.paper.design import find
from certificates.paper.fingerprints import fonts_hash
from certificates.paper.pdf import render
from certificates.particulars import Particulars
from certificates.signatures.verify import verify
from registration import database, keys, outbox, tasks
from registration.actor import Actor
from registration.errors import Conflict, Forbidden, InvalidInput, NotFound, RegistrationError
from registration.gateways.storage import storage
from registration.models import AuditEntry, Entity, LicenceProposal, Message, Paper
from registration.operations import ledger, revocation
from registration.operations.history import broken_at
from registration.queries.ledger import ledger_of
from registration.settings import Settings
from tests.fixtures.cases import actor_of, file_of
from tests.fixtures.concurrently import concurrently
from tests.fixtures.database import SQLITE
from tests.fixtures.licences import (
    APPROVER,
    CLERK,
    DIRECTOR,
    LICENSING,
    LIN,
    WINDOW,
    events,
    issued,
    revoked,
    sheets,
    statuses,
)
from tests.fixtures.scenes import scene
from tests.fixtures.visitor import work_off

pytestmark = pytest.mark.both_engines

ON_ONE = pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
HOUR = timedelta(hours=1)


def entity_status() -> str:
    with database.reading() as session:
        return session.exec(select(Entity.status)).one()


def order(ref: str, now: datetime) -> None:
    """Another edition, by a correction."""
    proposal = propose_correction(ref, now)
    revocation.confirm_revocation(proposal, actor=actor_of(APPROVER), now=now)


def propose(ref: str, now: datetime, *, by: str = CLERK, reason: str = "V05") -> str:
    return revocation.propose_revocation(ref, reason_code=reason, opinion="属实", actor=actor_of(by), now=now)


def promoted(login: str) -> Actor:
    """Somebody who proposed as an examiner and has become an approver since."""
    return replace(actor_of(login), roles=frozenset({"approver"}))


@pytest.fixture
def ref(office: Settings, clock: datetime) -> str:
    """The case of an individual business that has its licence."""
    return scene("a licence of October", office, lambda: issued(clock))


def test_a_new_edition_ends_the_old_one_at_once(office: Settings, clock: datetime, ref: str) -> None:
    old = sheets(ref)
    order(ref, clock)
    # Until its paper is there nobody is without a licence.
    assert {one.status for one in sheets(ref, edition=1)} == {"issued"}
    work_off()
    assert statuses(ref) == [
        (1, "original", "superseded"),
        (1, "duplicate", "superseded"),
        (2, "original", "issued"),
        (2, "duplicate", "issued"),
    ]
    assert list(events()) == ["issue", "issue", "supersede", "supersede", "issue", "issue"]
    new = sheets(ref, edition=2)
    assert new[0].serial != old[0].serial
    assert {one.code for one in (*old, *new)} == {old[0].code}
    assert (new[0].design_hash, new[0].fonts_hash) == (find("jinhua").digest(), fonts_hash())
    for sheet in new:
        verdict = verify(storage(office).get(sheet.storage_key or ""), trust_roots=keys.trust_roots(office))
        assert verdict.genuine
        assert verdict.particulars is not None
        assert verdict.particulars.edition == 2
    seen = file_of(ref, actor=actor_of(CLERK), now=clock)
    assert seen.history[-1].tag == "licence:issue_edition"
    with database.reading() as session:
        assert broken_at(session, seen.case.id) is None


CHANGES = {"representative": "江暮云", "domicile": "浙江省金华市婺城区样例街道双溪路18号"}


def propose_correction(ref: str, now: datetime, *, by: str = LICENSING, **given: Any) -> str:
    usual: Any = {"reason_code": "E05", "opinion": "录入有误", "evidence": "身份证明第1页", "changes": CHANGES}
    return revocation.propose_correction(ref, actor=actor_of(by), now=now, **(usual | given))


def test_a_clerical_error_is_put_right_by_two_with_a_paper(office: Settings, clock: datetime, ref: str) -> None:
    before = sheets(ref)[0].particulars
    proposal = propose_correction(ref, clock + HOUR)
    work_off(papers=True)
    assert {one.edition for one in sheets(ref)} == {1}, "a proposal alone changes nothing"
    with pytest.raises(Conflict, match="own_proposal"):
        revocation.confirm_revocation(
            proposal, actor=replace(actor_of(LICENSING), roles=frozenset({"director"})), now=clock
        )
    revocation.confirm_revocation(proposal, actor=actor_of(APPROVER), now=clock + HOUR, opinion="属实")
    work_off(papers=True)
    new = sheets(ref, edition=2)
    assert {one.status for one in sheets(ref, edition=1)} == {"superseded"}
    assert {name: new[0].particulars[name] for name in CHANGES} == CHANGES
    assert new[0].particulars["founded_on"] == before["founded_on"]
    with database.reading() as session:
        entity = session.exec(select(Entity)).one()
        paper = session.exec(select(Paper).where(Paper.kind == "licence_correction")).one()
        entries = session.exec(select(AuditEntry).where(AuditEntry.tag == "licence:correct")).all()
    assert {name: entity.facts[name] for name in CHANGES} == CHANGES
    told = {name: {"before": before[name], "after": after} for name, after in CHANGES.items()}
    assert [entry.data["changes"] for entry in entries] == [told]
    assert (entries[0].data["evidence"], entries[0].data["proposed_by"]) == ("身份证明第1页", "staff:0321")
    assert paper.storage_key is not None
    assert [row[1:] for row in paper.content["rows"]] == [[before[name], after] for name, after in CHANGES.items()]


def test_a_correction_that_is_refused_changes_nothing(office: Settings, clock: datetime, ref: str) -> None:
    proposal = propose_correction(ref, clock)
    revocation.refuse_revocation(proposal, opinion="这是变更，不是更正", actor=actor_of(APPROVER), now=clock)
    work_off()
    assert {one.edition for one in sheets(ref)} == {1}


@ON_ONE
@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"reason_code": "E04"}, "reason_code"),
        ({"reason_code": "E02"}, "reason_code"),
        ({"opinion": " "}, "opinion"),
        ({"evidence": ""}, "evidence"),
        ({"changes": {}}, "changes"),
        ({"changes": {"name": "别家店"}}, "changes.name"),
        ({"changes": {"domicile": "\u202e样例"}}, "changes.domicile"),
    ],
)
def test_what_no_correction_may_be_made_of_is_refused(
    office: Settings, clock: datetime, ref: str, given: dict[str, Any], path: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        propose_correction(ref, clock, **given)
    assert [one.path for one in refused.value.problems] == [path]


@ON_ONE
def test_what_a_licence_says_already_is_no_correction(office: Settings, clock: datetime, ref: str) -> None:
    same = {name: sheets(ref)[0].particulars[name] for name in CHANGES}
    with pytest.raises(InvalidInput) as refused:
        propose_correction(ref, clock, changes=same)
    assert [one.path for one in refused.value.problems] == ["changes"]


@ON_ONE
def test_the_same_order_delivered_twice_makes_one_edition(office: Settings, clock: datetime, ref: str) -> None:
    order(ref, clock)
    with pytest.raises(Conflict, match="reissue_underway"):
        order(ref, clock)
    with database.reading() as session:
        message = session.exec(select(Message).where(Message.effect == "issue.edition")).one()
    work = outbox.begin(message.id or 0, now=clock)
    assert work is not None
    tasks.TASKS["issue.edition"](work)
    before = sheets(ref)
    tasks.TASKS["issue.edition"](work)
    assert [one.sha256 for one in sheets(ref)] == [one.sha256 for one in before]
    assert len(list(events())) == 6


@ON_ONE
def test_the_same_particulars_design_and_fonts_give_the_same_bytes(office: Settings, clock: datetime, ref: str) -> None:
    """Before it is signed, which is random: what was stored once can be made again and compared."""
    particulars = Particulars.model_validate(sheets(ref)[0].particulars)
    assert render(particulars) == render(Particulars.model_validate(particulars.model_dump(mode="json")))


def test_two_revoke_and_two_reinstate(office: Settings, clock: datetime, ref: str) -> None:
    proposal = propose(ref, clock)
    assert entity_status() == "active"
    with pytest.raises(Conflict, match="own_proposal"):
        revocation.confirm_revocation(proposal, actor=promoted(CLERK), now=clock)
    assert revocation.confirm_revocation(proposal, actor=actor_of(APPROVER), now=clock) == ref
    assert {one.status for one in sheets(ref)} == {"revoked"}
    assert entity_status() == "annulled"
    with pytest.raises(Conflict, match="proposal_decided"):
        revocation.refuse_revocation(proposal, opinion="晚了", actor=actor_of(DIRECTOR), now=clock)

    again = revocation.propose_reinstatement(
        ref, reason_code="B01", opinion="原决定有误", actor=actor_of(APPROVER), now=clock
    )
    with pytest.raises(Conflict, match="own_proposal"):
        revocation.confirm_revocation(again, actor=actor_of(APPROVER), now=clock)
    revocation.confirm_revocation(again, actor=actor_of(DIRECTOR), now=clock, opinion="同意")
    assert {one.status for one in sheets(ref)} == {"issued"}
    assert entity_status() == "active"
    assert list(events()) == [kind for kind in ("issue", "revoke", "reinstate") for _sheet in range(2)]
    tags = [entry.tag for entry in file_of(ref, actor=actor_of(CLERK), now=clock).history][-4:]
    told = ["licence:propose_revoke", "licence:revoke", "licence:propose_reinstate", "licence:reinstate"]
    assert tags == told
    with database.reading() as session:
        audited = session.exec(select(AuditEntry).where(col(AuditEntry.tag).in_(told))).all()
    assert [entry.subject for entry in audited] == ["staff:0318", "staff:0319", "staff:0319", "staff:0320"]


def test_a_refused_proposal_changes_nothing_and_another_may_follow(office: Settings, clock: datetime, ref: str) -> None:
    proposal = propose(ref, clock)
    with pytest.raises(Conflict, match="proposal_open"):
        propose(ref, clock)
    with pytest.raises(Conflict, match="proposal_open"):
        order(ref, clock)
    with pytest.raises(InvalidInput):
        revocation.refuse_revocation(proposal, opinion=" ", actor=actor_of(APPROVER), now=clock)
    revocation.refuse_revocation(proposal, opinion="证据不足", actor=actor_of(APPROVER), now=clock)
    assert {one.status for one in sheets(ref)} == {"issued"}
    propose(ref, clock, reason="V07")


def test_of_two_who_confirm_at_once_one_does_it(office: Settings, clock: datetime, ref: str) -> None:
    proposal = propose(ref, clock)

    def confirm(login: str) -> str:
        return revocation.confirm_revocation(proposal, actor=actor_of(login), now=clock)

    happened = concurrently([lambda: confirm(APPROVER), lambda: confirm(DIRECTOR)] * 2)
    assert happened.done == [ref]
    assert [one.reason for one in happened.refused] == ["proposal_decided"] * 3
    assert list(events()) == ["issue", "issue", "revoke", "revoke"]


def test_of_two_who_propose_at_once_one_does_it(office: Settings, clock: datetime, ref: str) -> None:
    happened = concurrently([lambda: propose(ref, clock), lambda: propose(ref, clock, by=LICENSING)])
    assert len(happened.done) == 1
    assert [one.reason for one in happened.refused] == ["proposal_open"]
    with database.reading() as session:
        assert len(session.exec(select(LicenceProposal)).all()) == 1


@ON_ONE
def test_paper_that_is_void_is_made_anew_and_a_business_that_ended_gets_none(
    office: Settings, clock: datetime, ref: str
) -> None:
    revoked(ref, clock, reason="V07")
    assert entity_status() == "active"
    order(ref, clock)
    with pytest.raises(Conflict, match="reissue_underway"):
        propose(ref, clock)
    work_off()
    assert [status for _edition, _paper, status in statuses(ref)] == ["revoked", "revoked", "issued", "issued"]
    with pytest.raises(Conflict, match="licence_not_revoked"):
        revocation.propose_reinstatement(ref, reason_code="B04", opinion="x", actor=actor_of(CLERK), now=clock)
    revoked(ref, clock, reason="V05")
    with pytest.raises(Conflict, match="entity_ended"):
        order(ref, clock)
    with pytest.raises(Conflict, match="licence_not_in_force"):
        ledger.reprint(ref, sheets(ref)[-1].ref, actor=actor_of(WINDOW), now=clock)


def test_printed_again_it_is_the_same_file_and_counted(office: Settings, clock: datetime, ref: str) -> None:
    sheet = sheets(ref)[0]
    many = concurrently([lambda: ledger.reprint(ref, sheet.ref, actor=actor_of(WINDOW), now=clock)] * 4)
    assert {one.storage_key for one in many.done} == {sheet.storage_key}
    assert sorted(one.reprints for one in many.done) == [1, 2, 3, 4]
    assert [one.reprints for one in sheets(ref)] == [4, 0]
    with database.reading() as session:
        audited = session.exec(select(AuditEntry).where(AuditEntry.tag == "licence:reprint")).all()
    assert [entry.data["count"] for entry in audited] == [1, 2, 3, 4]


@ON_ONE
@pytest.mark.parametrize(
    ("login", "refusal"), [(LIN, Forbidden), ("0218", NotFound), (WINDOW, Forbidden), ("zhou@example.cn", NotFound)]
)
def test_who_may_not_is_refused(
    office: Settings, clock: datetime, ref: str, login: str, refusal: type[RegistrationError]
) -> None:
    with pytest.raises(refusal):
        propose(ref, clock, by=login)
    with pytest.raises(refusal):
        propose_correction(ref, clock, by=login)
    proposal = propose(ref, clock)
    with pytest.raises(refusal):
        revocation.confirm_revocation(proposal, actor=actor_of(login), now=clock)
    with pytest.raises(NotFound):
        revocation.confirm_revocation("guessed", actor=actor_of(APPROVER), now=clock)


@ON_ONE
def test_the_desk_is_told_what_may_be_done_by_whom(office: Settings, clock: datetime, ref: str) -> None:
    propose(ref, clock)

    def blocked(login: str) -> dict[str, str | None]:
        with database.reading() as session:
            return dict(ledger_of(session, ref, actor=actor_of(login)).blocked)

    assert blocked(CLERK)["decide"] == "forbidden"
    assert blocked(APPROVER) == {
        "reprint": "forbidden",
        "propose_revoke": "proposal_open",
        "propose_reinstate": "licence_not_revoked",
        "propose_correct": "proposal_open",
        "decide": None,
    }
    assert blocked(LICENSING)["reprint"] is None
