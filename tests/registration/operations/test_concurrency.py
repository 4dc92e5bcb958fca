"""Many hands on the same thing in the same moment, on both databases: nothing is given twice, nothing is lost."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from sqlmodel import select

from certificates.numbers import make_organization_code, organization_body
from registration import database
from registration.actor import Actor
from registration.errors import ActionRefused, InvalidInput, StaleVersion
from registration.models import (
    Application,
    HistoryEntry,
    IssuedNumber,
    Licence,
    Message,
    NumberPool,
    Party,
    RegisteredName,
    Revision,
)
from registration.operations import apply, issue, number_pools, sign
from registration.operations.act import act
from registration.operations.history import broken_at
from registration.operations.sign import Identity
from registration.operations.staff import add_staff
from registration.rules.number_blocks import ORGANIZATION
from registration.settings import Settings
from tests.fixtures.cases import actor_of, company, draft, file_of, five_numbers, nameless, submitted
from tests.fixtures.concurrently import concurrently

pytestmark = pytest.mark.both_engines

LIN, ZHOU = "lin@example.cn", "zhou@example.cn"
REFUSALS = (ActionRefused, StaleVersion)


@pytest.fixture
def apply_for(office: Settings, clock: datetime) -> Callable[..., str]:
    """Submits an individual business without a name in 330702, where one person decides; returns its reference."""
    return partial(submitted, "individual", nameless(), registrar="330702", actor=actor_of(LIN), now=clock)


def rows(model: Any, **equal: Any) -> list[Any]:
    with database.reading() as session:
        query = select(model).where(*(getattr(model, key) == value for key, value in equal.items()))
        return list(session.exec(query.order_by(next(iter(model.__table__.primary_key)))).all())


def tags(ref: str) -> Counter[str]:
    """How often each thing happened to the case; its history must be whole."""
    (case,) = rows(Application, ref=ref)
    with database.reading() as session:
        assert broken_at(session, case.id) is None
    return Counter(entry.tag for entry in rows(HistoryEntry, application_id=case.id))


def state_of(ref: str) -> str:
    (case,) = rows(Application, ref=ref)
    return str(case.state)


@pytest.mark.parametrize("many", [8, pytest.param(32, marks=pytest.mark.thorough)])
def test_as_many_approvals_give_as_many_numbers(apply_for: Callable[..., str], clock: datetime, many: int) -> None:
    clerk = actor_of("0318")
    refs = [apply_for() for _ in range(many)]
    claimed = concurrently([partial(act, ref, "claim", actor=clerk, now=clock) for ref in refs])
    assert len(claimed.done) == many
    approved = concurrently([partial(act, ref, "approve", actor=clerk, now=clock, opinion="符合") for ref in refs])
    assert {outcome.target for outcome in approved.done} == {"approved"}

    cases = [case.id for case in rows(Application) if case.ref in refs]
    # Every one twice, as when the same message is delivered to two workers.
    prepared = concurrently([partial(issue.prepare, case, now=clock) for case in [*cases, *cases]])
    assert len(prepared.done) == 2 * many
    assert all(len(sheets) == 2 for sheets in prepared.done)
    _numbers_are_given_once(many)


def _numbers_are_given_once(count: int) -> None:
    assert len({number.value for number in rows(IssuedNumber, scheme="uscc")}) == count
    pool = next(one for one in rows(NumberPool, registrar_code="330702") if one.scheme == "organization_code")
    assert pool.next - pool.first == count
    taken = {make_organization_code(organization_body(n, prefix=pool.prefix)) for n in range(pool.first, pool.next)}
    assert {number.value for number in rows(IssuedNumber, scheme="organization_code")} == taken
    serials = Counter(sheet.serial for sheet in rows(Licence))
    assert set(serials.values()) == {2}
    assert sorted(serial[-4:] for serial in serials) == [f"{n:04d}" for n in range(1, count + 1)]


def test_two_operators_add_blocks_that_meet(office: Settings, clock: datetime) -> None:
    """Of two blocks of two registrars that share a number, added in the same moment, one is refused."""
    ends = [make_organization_code(body) for body in ("MAB00001", "MAB00050", "MAB00090")]
    add = partial(number_pools.add, by="command line", now=clock)
    happened = concurrently(
        [
            partial(add, "330702", ORGANIZATION, ends[0], ends[1]),
            partial(add, "330703", ORGANIZATION, ends[1], ends[2]),
        ]
    )
    assert len(happened.done) == 1
    (refused,) = happened.refused
    assert isinstance(refused, InvalidInput)
    assert [problem.code for problem in refused.problems] == ["numbers.overlap"]


def test_eight_clerks_claim_one_case(apply_for: Callable[..., str], office: Settings, clock: datetime) -> None:
    ref = apply_for()
    for number in range(8):
        add_staff(
            f"07{number}",
            "a-long-password-1",
            f"样例{number}",
            roles=["examiner"],
            registrar_code="330702",
            now=clock,
        )
    clerks = [actor_of(f"07{number}") for number in range(8)]
    version = file_of(ref, actor=clerks[0], now=clock).case.version
    # Some send the version that they saw, as the pages do, some none, as a program may.
    happened = concurrently(
        [
            partial(act, ref, "claim", actor=clerk, now=clock, version=version if place % 2 else None)
            for place, clerk in enumerate(clerks)
        ]
    )
    assert len(happened.done) == 1
    assert len(happened.refused) == 7
    assert all(isinstance(refusal, REFUSALS) for refusal in happened.refused)
    (case,) = rows(Application, ref=ref)
    winner = next(place for place, answer in enumerate(happened.answers) if answer in happened.done)
    assert case.holder_id == clerks[winner].account_id
    assert tags(ref)["application:claim"] == 1


def test_two_approvers_decide_once(office: Settings, clock: datetime) -> None:
    lin, examiner, approver, director = (actor_of(login) for login in (LIN, "0218", "0219", "0220"))
    form = nameless()
    ref = submitted("individual", form, registrar="330701", actor=lin, now=clock)
    act(ref, "claim", actor=examiner, now=clock)
    act(ref, "recommend", actor=examiner, now=clock, opinion="拟准予")
    happened = concurrently(
        [partial(act, ref, "approve", actor=one, now=clock, opinion="同意") for one in (approver, director)]
    )
    assert len(happened.done) == 1
    assert [type(refusal) for refusal in happened.refused] == [ActionRefused]
    assert tags(ref)["application:approve"] == 1
    assert len(rows(Message, effect="issue.licence")) == 1


def test_an_approval_and_a_withdrawal_exclude_each_other(apply_for: Callable[..., str], clock: datetime) -> None:
    lin, clerk = actor_of(LIN), actor_of("0318")
    for _ in range(5):
        ref = apply_for()
        act(ref, "claim", actor=clerk, now=clock)
        happened = concurrently(
            [
                partial(act, ref, "approve", actor=clerk, now=clock, opinion="符合"),
                partial(act, ref, "withdraw", actor=lin, now=clock),
            ]
        )
        (outcome,) = happened.done
        (refusal,) = happened.refused
        assert isinstance(refusal, ActionRefused)
        assert state_of(ref) == outcome.target
        (case,) = rows(Application, ref=ref)
        to_make = [one for one in rows(Message, effect="issue.licence") if one.application_id == case.id]
        assert len(to_make) == (outcome.action == "approve")


def ask_for(name: dict[str, Any], *, login: str, now: datetime) -> Callable[[], int]:
    """A draft of its own that will ask for this name when it is called."""
    actor = actor_of(login)
    ref = apply.start(entity_type="llc", registrar_code="330701", actor=actor, now=now)
    apply.save_section(ref, "domicile", company()["domicile"], actor=actor, now=now)
    return partial(apply.save_section, ref, "name", name, actor=actor, now=now)


def rules_of(refusal: Exception) -> set[str]:
    assert isinstance(refusal, InvalidInput)
    return {problem.code for problem in refusal.problems}


def test_one_of_two_gets_the_same_name(office: Settings, clock: datetime) -> None:
    name = company()["name"]
    happened = concurrently([ask_for(name, login=login, now=clock) for login in (LIN, ZHOU)])
    assert len(happened.done) == 1
    assert rules_of(happened.refused[0]) == {"N20"}
    assert len(rows(RegisteredName, status="reserved", name="金华市双溪样例信息科技有限公司")) == 1


def test_one_of_many_gets_a_like_name(office: Settings, clock: datetime) -> None:
    """The trade name in the same industry: the whole names differ, so that no unique key would stop them.

    An applicant's second draft takes the name over from the first, so that only one is ever held.
    """
    name = company()["name"]
    likes = [name | {"industry": word} for word in ("信息科技", "网络科技", "信息技术", "软件科技")]
    happened = concurrently(
        [ask_for(like, login=login, now=clock) for like, login in zip(likes, [LIN, ZHOU] * 2, strict=True)]
    )
    assert len(happened.done) == 2
    assert all(rules_of(refusal) == {"N21"} for refusal in happened.refused)
    assert len([held for held in rows(RegisteredName, status="reserved") if "双溪样例" in held.name]) == 1


def test_near_names_see_each_other(office: Settings, clock: datetime) -> None:
    """Names that sound alike may both be held, but the second only by somebody who accepts it in writing."""
    name = company()["name"]
    happened = concurrently(
        [ask_for(name | {"trade": trade}, login=login, now=clock) for trade, login in (("清荷", LIN), ("清禾", ZHOU))]
    )
    assert len(happened.done) == 1
    assert rules_of(happened.refused[0]) == {"name.near_not_accepted"}


PARALLEL = (("3302", "national_tax"), ("3303", "local_tax"), ("3304", "social_insurance"))


def with_agencies(clock: datetime, **more: Any) -> str:
    window, examiner = actor_of("0417"), actor_of("0418")
    ref = submitted("llc", five_numbers(**more), registrar="330784", actor=actor_of(LIN), now=clock)
    act(ref, "accept", actor=window, now=clock)
    act(ref, "start", actor=examiner, now=clock)
    act(ref, "approve", actor=examiner, now=clock, opinion="符合")
    return ref


def give(ref: str, login: str, part: str, *, clock: datetime) -> None:
    officer: Actor = actor_of(login)
    act(ref, "claim", actor=officer, now=clock, part=part)
    act(ref, "assign", actor=officer, now=clock, part=part)


def test_agencies_that_finish_together_join_once(office: Settings, clock: datetime) -> None:
    ref = with_agencies(clock)
    give(ref, "3301", "organization_code", clock=clock)
    happened = concurrently([partial(give, ref, login, part, clock=clock) for login, part in PARALLEL])
    assert not happened.refused
    with database.reading() as session:
        (case,) = session.exec(select(Application).where(Application.ref == ref)).all()
        opened = session.exec(
            select(HistoryEntry).where(HistoryEntry.application_id == case.id, HistoryEntry.tag == "part:open")
        ).all()
        assert Counter(entry.data["part"] for entry in opened)["statistics"] == 1
    act(ref, "claim", actor=actor_of("3305"), now=clock, part="statistics")
    twice = partial(act, ref, "assign", actor=actor_of("3305"), now=clock, part="statistics")
    last = concurrently([twice, twice])
    assert len(last.done) == 1
    assert tags(ref)["application:parts_complete"] == 1
    assert tags(ref)["application:assign"] == 5
    assert len(rows(Message, effect="issue.licence")) == 1
    assert len({number.scheme for number in rows(IssuedNumber, application_id=case.id)}) == 5


def test_the_last_signers_sign_together(office: Settings, clock: datetime) -> None:
    lin = actor_of(LIN)
    ref = draft("llc", company(), registrar="330702", actor=lin, now=clock)
    act(ref, "request_signatures", actor=lin, now=clock)
    links = sign.links_for(ref, actor=lin, now=clock)
    people = {one["key"]: one for one in company()["people"]}
    proofs = {}
    for party in rows(Party):
        one = people[party.person_key]
        identity = Identity(True, "test", one["name"], one["id_no"])
        proofs[links[party.ref]] = sign.identify(links[party.ref], identity, now=clock)
    # Each presses twice, as an impatient finger does.
    happened = concurrently(
        [partial(sign.sign, secret, proof=proof, now=clock) for secret, proof in [*proofs.items()] * 2]
    )
    assert len(happened.done) == len(links)
    assert [outcome.target for outcome in happened.done].count("submitted") == 1
    assert state_of(ref) == "submitted"
    assert len(rows(Revision)) == 1
    assert len(rows(Message, effect="notify.receipt")) == 1
    assert tags(ref)["application:sign"] == len(links)


@pytest.mark.parametrize("many", [8, pytest.param(32, marks=pytest.mark.thorough)])
def test_writers_wait_for_each_other(office: Settings, clock: datetime, many: int) -> None:
    """A second writer waits its turn; on SQLite it would otherwise be told that the database is locked."""
    lin = actor_of(LIN)
    refs = [apply.start(entity_type="individual", registrar_code="330702", actor=lin, now=clock) for _ in range(many)]
    raw = {
        "region": "330702",
        "street": "样例街道双溪路16号",
        "tenure": "own",
        "phone": "0579-82000000",
        "area_m2": "36",
    }

    def write(ref: str) -> int:
        for street in range(2):
            apply.keep_typed(ref, "domicile", raw | {"street": f"样例街道双溪路{street}号"}, actor=lin, now=clock)
            file_of(ref, actor=lin, now=clock)
        return apply.save_section(ref, "domicile", raw, actor=lin, now=clock)

    happened = concurrently([partial(write, ref) for ref in refs], seconds=120)
    assert happened.done == [4] * many


def test_writers_of_one_draft_lose_no_section(office: Settings, clock: datetime) -> None:
    """Two devices on the same draft, each on another page: both pages are kept."""
    lin = actor_of(LIN)
    ref = apply.start(entity_type="llc", registrar_code="330702", actor=lin, now=clock)
    form = {key: value for key, value in company().items() if key != "name"}
    happened = concurrently(
        [partial(apply.keep_typed, ref, section, value, actor=lin, now=clock) for section, value in form.items()]
    )
    assert not happened.refused
    kept = file_of(ref, actor=lin, now=clock).form
    assert {section: kept[section] for section in form} == form
    assert rows(Application, ref=ref)[0].version == 1 + len(form)
