"""Random lives of a registered business: whatever is applied for, refused or registered, the records agree."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select
from sqlmodel import col

from registration import database
from registration.errors import ActionRefused, InvalidInput
from registration.models import Application, Entity, EntityFact, EntityLock, IssuedNumber, Licence, RegisteredName
from registration.operations import apply
from registration.operations.act import act
from registration.queries.register import registered_on
from registration.queries.registered_entities import registered_form
from registration.rules.scope import catalogue
from registration.settings import Settings
from tests.fixtures.cases import actor_of, person, sign_all
from tests.fixtures.licences import CLERK, LIN, issued, worked_off
from tests.fixtures.scenes import scene
from tests.registration.operations import test_entity_cases as steps
from tests.registration.operations.test_entity_cases import begun, broken, code_of, form_of, saved, with_documents

TRADES = ("云栖新样", "秋水长天", "枫桥望月", "松风问石", "晴川历历", "白鹭青田")


@pytest.fixture
def licensed(office: Settings, clock: datetime) -> str:
    return scene("a licence of October", office, lambda: issued(clock))


def move(ref: str, chance: Random) -> None:
    saved(ref, "domicile", street=f"样例街道双溪路{chance.randrange(1, 900)}号")


def widen(ref: str, chance: Random) -> None:
    codes = [code for code, item in catalogue().items() if item.permit == "-"]
    saved(ref, "scope", items=chance.sample(codes, 3))


def rename(ref: str, chance: Random) -> None:
    saved(ref, "name", trade=chance.choice(TRADES))


def hand_on(ref: str, chance: Random) -> None:
    new = chance.choice(("p2", "p3", "p4"))
    others = [one for one in form_of(ref)["people"] if one["key"] != new]
    apply.save_section(ref, "people", [*others, person(new)], actor=actor_of(LIN), now=steps.LATER)
    saved(ref, "operator", person=new)


CHANGES: dict[str, Callable[[str, Random], None]] = {
    "domicile": move,
    "scope": widen,
    "name": rename,
    "operator": hand_on,
}


def ended(ref: str, chance: Random) -> None:
    """The case is registered, refused or withdrawn, or waits for signatures and keeps its sections."""
    lin, clerk = actor_of(LIN), actor_of(CLERK)
    way = chance.choice(("register", "register", "refuse", "withdraw", "wait"))
    with_documents(ref)
    act(ref, "request_signatures", actor=lin, now=steps.LATER)
    if way == "wait":
        return
    if way == "withdraw":
        act(ref, "withdraw", actor=lin, now=steps.LATER)
        return
    sign_all(ref, actor=lin, now=steps.LATER, requested=True)
    act(ref, "claim", actor=clerk, now=steps.LATER)
    if way == "refuse":
        act(ref, "reject", actor=clerk, now=steps.LATER, reason_code="R05", reason="不符合规定", opinion="不符合规定")
        return
    act(ref, "approve", actor=clerk, now=steps.LATER, opinion="符合法定形式")
    worked_off(steps.LATER)


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_the_records_agree(licensed: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance, code = Random(seed), code_of(licensed)
    for step in range(6):
        monkeypatch.setattr(steps, "LATER", steps.LATER + timedelta(minutes=step))
        item = chance.choice(tuple(CHANGES))
        ref = begun(code, item, now=steps.LATER)
        assert refusals(ref, item, chance) <= {"sections_are_taken", "nothing_changes", "invalid name"}
        agree(code)


def refusals(ref: str, item: str, chance: Random) -> set[str]:
    """The codes with which the case was refused, if it was. A name that cannot be had leaves a draft."""
    try:
        CHANGES[item](ref, chance)
        ended(ref, chance)
    except ActionRefused as refused:
        return {one.code for one in refused.blockers}
    except InvalidInput:
        return {f"invalid {item}"}
    return set()


def agree(code: str) -> None:
    assert broken() == []
    with database.reading() as session:
        entity = session.scalars(select(Entity).where(col(Entity.code) == code)).one()
        sheets = session.scalars(select(Licence).where(col(Licence.application_id) == entity.application_id)).all()
        in_force = {one.edition for one in sheets if one.status == "issued"}
        assert in_force == {max(one.edition for one in sheets)}
        assert {one.status for one in sheets if one.edition not in in_force} <= {"superseded"}
        # The sheets of an edition share its serial; no two editions do, and no number is given twice.
        assert len({one.serial for one in sheets}) == len({one.edition for one in sheets})
        numbers = session.scalars(select(col(IssuedNumber.value))).all()
        assert len(numbers) == len(set(numbers))
        names = session.scalars(select(RegisteredName).where(col(RegisteredName.application_id).is_not(None))).all()
        assert [one.name for one in names if one.status == "registered"] == [entity.name]
        held = session.scalars(select(EntityLock).where(col(EntityLock.entity_id) == entity.id)).all()
        open_cases = {one.id for one in session.scalars(select(Application).where(col(Application.state) == "signing"))}
        assert {one.application_id for one in held} <= open_cases
        facts = session.scalars(select(EntityFact).where(col(EntityFact.entity_id) == entity.id)).all()
        assert max(Counter((one.item, one.version) for one in facts).values()) == 1
        now = registered_on(session, entity, steps.LATER.date(), public=False)
        form = registered_form(session, entity)
        assert str(now.value("domicile")).endswith(form["domicile"]["street"])
        assert form["name"]["trade"] in entity.name
