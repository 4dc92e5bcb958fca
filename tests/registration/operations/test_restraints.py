"""Orders of courts: entered and lifted by a director, and every matter on what they bind is refused meanwhile."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from registration import database
from registration.errors import ActionRefused, Conflict, Forbidden, InvalidInput, NotFound
from registration.models import AuditEntry, Restraint
from registration.operations import entity_cases, restraints
from registration.operations.act import act
from registration.operations.restraints import RestraintData
from registration.queries.businesses import businesses_of, offered_matters
from registration.queries.entity_ties import orders_binding
from registration.settings import Settings
from tests.fixtures.cases import actor_of
from tests.fixtures.closings import NOTICED, entity, licensed, promised
from tests.fixtures.licences import CLERK, DIRECTOR, LIN
from tests.fixtures.scenes import scene

ORDER = RestraintData(
    code="",
    court="金华市婺城区人民法院",
    paper_number="（2026）浙0702执保1号",
    reason="收到协助执行通知书",
    from_on="2026-10-20",
    items=("investors", "contributions"),
)


@pytest.fixture
def code(office: Settings, clock: datetime) -> str:
    return scene("a licensed company", office, licensed)


def blockers(ref: str) -> list[str]:
    with pytest.raises(ActionRefused) as refusal:
        act(ref, "request_signatures", actor=actor_of(LIN), now=NOTICED)
    return [one.code for one in refusal.value.blockers]


def test_an_order_binds_what_it_names_until_it_is_lifted(code: str) -> None:
    director = actor_of(DIRECTOR)
    ref = restraints.enter(replace(ORDER, code=code), actor=director, now=NOTICED)
    ending = promised(code)
    assert blockers(ending) == ["restraint_binds"]
    domicile, shares = (
        entity_cases.start(code, matter="change_of_registration", items=[item], actor=actor_of(LIN), now=NOTICED)
        for item in ("domicile", "shareholders")
    )
    assert "restraint_binds" not in blockers(domicile)
    assert "restraint_binds" in blockers(shares)
    with database.reading() as session:
        ((own, _registrar),) = businesses_of(session, actor=actor_of(LIN))
        blocked = {one.matter: [each.code for each in one.blockers] for one in offered_matters(session, own)}
        row = session.exec(select(Restraint)).one()
        assert orders_binding(session, entity(code).id, on=(NOTICED - timedelta(days=9)).date()) == ()
    assert (blocked["simple_deregistration"], blocked["change_of_registration"]) == (["restraint_binds"], [])
    assert ORDER.reason not in row.reason
    with pytest.raises(InvalidInput):
        restraints.lift(ref, " ", actor=director, now=NOTICED)
    restraints.lift(ref, "法院解除冻结", actor=director, now=NOTICED)
    with pytest.raises(Conflict):
        restraints.lift(ref, "法院解除冻结", actor=director, now=NOTICED)
    act(ending, "request_signatures", actor=actor_of(LIN), now=NOTICED)
    with database.reading() as session:
        tags = session.exec(select(AuditEntry.tag).where(col(AuditEntry.tag).like("restraint:%"))).all()
    assert sorted(tags) == ["restraint:enter", "restraint:lift"]


def test_only_the_director_of_the_registrar_changes_it(code: str) -> None:
    with pytest.raises(InvalidInput) as faulty:
        restraints.enter(
            replace(ORDER, code="none", court="", from_on="gestern", items=("state",)),
            actor=actor_of(DIRECTOR),
            now=NOTICED,
        )
    assert {one.path for one in faulty.value.problems} == {"code", "court", "from_on", "items"}
    with pytest.raises((Forbidden, NotFound)):
        restraints.enter(replace(ORDER, code=code), actor=actor_of(CLERK), now=NOTICED)
    with pytest.raises(InvalidInput):
        restraints.enter(replace(ORDER, code=code), actor=actor_of("0420"), now=NOTICED)
