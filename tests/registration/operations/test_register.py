"""The register as versions: founding, correction, revocation and reinstatement each add some and change none."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from registration import database
from registration.keys.field_encryption import MARK
from registration.models import Application, Entity, EntityFact
from registration.operations import register, revocation
from registration.queries.register import entity_with, registered_on
from registration.rules.register_facts import printed_values
from registration.rules.register_items import register_items
from registration.settings import Settings
from tests.fixtures.cases import actor_of, person
from tests.fixtures.licences import APPROVER, CLERK, issued, revoked, sheets, worked_off
from tests.fixtures.scenes import scene

NOW = datetime(2026, 10, 12, 1, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=3)


@pytest.fixture
def licensed(office: Settings, clock: datetime) -> str:
    return scene("a licence of October", office, lambda: issued(clock))


def versions(ref: str) -> list[tuple[str, int, str]]:
    query = select(EntityFact).join(Application).where(col(Application.ref) == ref).order_by(col(EntityFact.id))
    with database.reading() as session:
        return [(one.item, one.version, one.cause) for one in session.scalars(query)]


def on(ref: str, day: date) -> dict[str, object]:
    with database.reading() as session:
        entity = session.scalars(select(Entity).join(Application).where(col(Application.ref) == ref)).one()
        found = entity_with(session, entity.code)
        assert found is not None
        return {one.item: one.value for one in registered_on(session, found, day, public=False).versions}


def test_the_first_licence_enters_every_item_and_says_the_same(licensed: str) -> None:
    facts = on(licensed, NOW.date())
    (particulars, *_) = [one.particulars for one in sheets(licensed)]
    assert printed_values(particulars).items() <= facts.items()
    assert facts["state"] == {"state": "active"}
    assert set(facts) > {"name", "liaison"}
    assert on(licensed, NOW.date() - timedelta(days=1)) == {}
    assert {(number, cause) for _, number, cause in versions(licensed)} == {(1, "establish")}


def test_what_is_not_public_is_nowhere_in_the_clear(licensed: str) -> None:
    with database.reading() as session:
        stored = {one.item: one.value for one in session.scalars(select(EntityFact))}
    private = {item for item, row in register_items().items() if not row.is_public}
    sealed = {item for item, value in stored.items() if str(value).startswith(MARK)}
    assert private & stored.keys() == sealed == {"liaison", "residences"}
    assert on(licensed, NOW.date())["liaison"] == {"name": person("p1")["name"]}
    assert person("p1")["mobile"] not in json.dumps(stored)


def test_a_correction_adds_a_version_from_its_day(licensed: str) -> None:
    before = on(licensed, NOW.date())["domicile"]
    after = f"{before}（2幢）"
    proposal = revocation.propose_correction(
        licensed,
        reason_code="E05",
        opinion="笔误",
        evidence="租赁合同",
        changes={"domicile": after},
        actor=actor_of(CLERK),
        now=LATER,
    )
    revocation.confirm_revocation(proposal, actor=actor_of(APPROVER), now=LATER)
    worked_off(LATER)
    assert [one for one in versions(licensed) if one[1] > 1] == [("domicile", 2, "correct")]
    assert on(licensed, LATER.date())["domicile"] == after
    assert on(licensed, LATER.date() - timedelta(days=1))["domicile"] == before
    newest = sheets(licensed, edition=2)[0].particulars
    assert printed_values(newest).items() <= on(licensed, LATER.date()).items()


def test_an_item_that_the_newest_licence_has_not_ends_and_one_that_it_adds_begins(licensed: str) -> None:
    before = sheets(licensed)[0].particulars
    newest = sheets(licensed)[0]
    newest.particulars = before | {"composition": None, "delegate": "周样例"}
    with database.transaction() as session:
        case = session.scalars(select(Application).where(col(Application.ref) == licensed)).one()
        entity = session.scalars(select(Entity).where(col(Entity.application_id) == case.id)).one()
        register.follow(session, case, entity, newest, now=LATER)
    assert before["composition"]
    assert "composition" not in on(licensed, LATER.date())
    assert on(licensed, LATER.date())["delegate"] == "周样例"
    assert on(licensed, NOW.date())["composition"] == before["composition"]
    with database.reading() as session:
        history = registered_on(session, entity, LATER.date(), public=True).history
    assert [(one.item, one.value) for one in history[:2]] == [("composition", None), ("delegate", "周样例")]


def test_a_revocation_changes_the_state_with_its_reason(licensed: str) -> None:
    revoked(licensed, LATER, reason="V01")
    assert on(licensed, LATER.date())["state"] == {"state": "revoked", "reason_code": "V01"}
    assert on(licensed, NOW.date())["state"] == {"state": "active"}
    later = LATER + timedelta(days=1)
    proposal = revocation.propose_reinstatement(
        licensed, reason_code="B01", opinion="撤销处罚", actor=actor_of(CLERK), now=later
    )
    revocation.confirm_revocation(proposal, actor=actor_of(APPROVER), now=later)
    assert on(licensed, later.date())["state"] == {"state": "active", "reason_code": "B01"}


def test_the_database_knows_no_other_state(licensed: str) -> None:
    with database.transaction() as session, pytest.raises(DBAPIError, match="entity_status"):
        session.execute(text("UPDATE entity SET status = 'gone'"))
