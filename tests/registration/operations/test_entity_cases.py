"""Applications about a registered entity: begun with the register, reserved by section, registered with an edition."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlmodel import col

from registration import database
from registration.errors import ActionRefused, InvalidInput, NotFound
from registration.models import Application, Entity, EntityFact, Licence, RegisteredName
from registration.operations import apply, entity_cases, sweeps
from registration.operations.act import act
from registration.queries.archive import manifest
from registration.queries.businesses import business, businesses_of, offered_matters
from registration.queries.integrity import Counted
from registration.queries.register import registered_on
from registration.queries.register_changes import changes_of
from registration.queries.register_integrity import broken_register
from registration.queries.sharing import envelopes_of_state
from registration.settings import Settings
from tests.fixtures.cases import actor_of, attach, file_of, person, sign_all
from tests.fixtures.licences import CLERK, LIN, issued, statuses, worked_off
from tests.fixtures.scenes import scene

NOW = datetime(2026, 10, 12, 1, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=3)


@pytest.fixture
def licensed(office: Settings, clock: datetime) -> str:
    return scene("a licence of October", office, lambda: issued(clock))


def code_of(ref: str) -> str:
    with database.reading() as session:
        query = select(Entity).join(Application, col(Application.id) == col(Entity.application_id))
        return session.scalars(query.where(col(Application.ref) == ref)).one().code


def begun(code: str, *items: str, now: datetime = LATER) -> str:
    return entity_cases.start(code, matter="change_of_registration", items=items, actor=actor_of(LIN), now=now)


def form_of(ref: str) -> dict[str, Any]:
    return dict(file_of(ref, actor=actor_of(LIN), now=LATER).form)


def saved(ref: str, section: str, **changed: Any) -> None:
    apply.save_section(ref, section, form_of(ref)[section] | changed, actor=actor_of(LIN), now=LATER)


def with_documents(ref: str) -> None:
    for need in file_of(ref, actor=actor_of(LIN), now=LATER).needs:
        if need.need.required and not need.files:
            attach(ref, need.need.kind, actor=actor_of(LIN), now=LATER)


def decided(ref: str) -> None:
    with_documents(ref)
    sign_all(ref, actor=actor_of(LIN), now=LATER)
    act(ref, "claim", actor=actor_of(CLERK), now=LATER)
    act(ref, "approve", actor=actor_of(CLERK), now=LATER, opinion="符合法定形式")
    worked_off(LATER)


def changes(ref: str) -> dict[str, tuple[Any, Any]]:
    with database.reading() as session:
        case = session.scalars(select(Application).where(col(Application.ref) == ref)).one()
        return {one.item: (one.before, one.after) for one in changes_of(session, case)}


def test_a_change_begins_with_what_is_registered_and_opens_only_what_is_chosen(licensed: str) -> None:
    ref = begun(code_of(licensed), "domicile")
    file = file_of(ref, actor=actor_of(LIN), now=LATER)
    assert [task.section.key for task in file.tasks] == ["chosen", "domicile"]
    assert form_of(ref)["domicile"] == form_of(licensed)["domicile"]
    assert [one.code for one in refusal(ref)] == ["nothing_changes"]
    with pytest.raises(ActionRefused) as refused:
        apply.save_section(ref, "scope", {"items": []}, actor=actor_of(LIN), now=LATER)
    assert refused.value.blockers[0].code == "section_not_chosen"


def refusal(ref: str) -> list[Any]:
    with_documents(ref)
    with pytest.raises(ActionRefused) as refused:
        act(ref, "request_signatures", actor=actor_of(LIN), now=LATER)
    return list(refused.value.blockers)


def test_a_registered_change_writes_the_register_and_a_new_edition_in_one_moment(licensed: str) -> None:
    ref = begun(code_of(licensed), "domicile")
    saved(ref, "domicile", street="样例街道双溪路18号")
    before = form_of(licensed)["domicile"]["street"]
    assert list(changes(ref)) == ["domicile"]
    decided(ref)
    assert statuses(licensed)[0] == (1, "original", "superseded")
    assert (2, "original", "issued") in statuses(licensed)
    old, new = changes(ref)["domicile"]
    assert old.endswith(before)
    assert new.endswith("样例街道双溪路18号")
    file = file_of(ref, actor=actor_of(LIN), now=LATER)
    assert file.case.state == "recorded"
    assert next(one.data for one in file.history if one.tag == "application:record")["edition"] == 2
    again = begun(code_of(licensed), "scope")
    assert form_of(again)["domicile"]["street"] == "样例街道双溪路18号"


def test_a_new_name_keeps_the_code_and_blocks_the_old_one_for_others(licensed: str) -> None:
    code = code_of(licensed)
    ref = begun(code, "name")
    old = file_of(licensed, actor=actor_of(LIN), now=LATER).case.name
    saved(ref, "name", trade="云栖新样")
    decided(ref)
    with database.reading() as session:
        names = {one.name: one for one in session.scalars(select(RegisteredName))}
        entity = session.scalars(select(Entity).where(col(Entity.code) == code)).one()
        register = registered_on(session, entity, LATER.date(), public=True)
    new = file_of(ref, actor=actor_of(LIN), now=LATER).case.name
    assert (names[old].status, names[new].status, entity.name) == ("renamed", "registered", new)
    assert register.value("name") == new
    assert changes(ref)["name"] == (old, new)


def test_a_business_may_take_back_the_name_that_it_gave_up(licensed: str) -> None:
    """The year in which it is blocked keeps it from others alone."""
    old = file_of(licensed, actor=actor_of(LIN), now=LATER).case.name
    for trade in ("云栖新样", "双溪样例"):
        ref = begun(code_of(licensed), "name")
        saved(ref, "name", trade=trade)
        decided(ref)
    with database.reading() as session:
        entity = session.scalars(select(Entity)).one()
        rows = session.scalars(select(RegisteredName).where(col(RegisteredName.name) == old)).all()
    assert (entity.name, sorted(one.status for one in rows)) == (old, ["registered", "renamed"])


def test_two_open_cases_never_change_the_same_section(licensed: str) -> None:
    first, second, other = (begun(code_of(licensed), item) for item in ("domicile", "domicile", "scope"))
    saved(first, "domicile", street="样例街道双溪路18号")
    saved(second, "domicile", street="样例街道双溪路20号")
    with_documents(first)
    act(first, "request_signatures", actor=actor_of(LIN), now=LATER)
    assert [one.code for one in refusal(second)] == ["sections_are_taken"]
    assert refusal(second)[0].data["other"] == first
    assert [one.code for one in refusal(other)] == ["nothing_changes"]
    act(first, "withdraw", actor=actor_of(LIN), now=LATER)
    act(second, "request_signatures", actor=actor_of(LIN), now=LATER)


def test_the_operator_changes_and_the_new_one_signs(licensed: str) -> None:
    ref = begun(code_of(licensed), "operator")
    people = [*form_of(ref)["people"], person("p2")]
    apply.save_section(ref, "people", people, actor=actor_of(LIN), now=LATER)
    saved(ref, "operator", person="p2")
    decided(ref)
    assert changes(ref)["representative"] == (person("p1")["name"], person("p2")["name"])
    signed = file_of(ref, actor=actor_of(LIN), now=LATER).signatures
    assert [one.party.name for one in signed] == [person("p2")["name"]]


def test_only_who_may_apply_for_an_entity_sees_that_it_can(licensed: str) -> None:
    code = code_of(licensed)
    with database.reading() as session:
        ((own, _registrar),) = businesses_of(session, actor=actor_of(LIN))
        assert own.code == code
        assert {one.matter: one.blockers for one in offered_matters(session, own)}["change_of_registration"] == ()
        with pytest.raises(NotFound):
            business(session, code, actor=actor_of(CLERK))
    with pytest.raises(InvalidInput):
        begun(code)
    with pytest.raises(InvalidInput):
        begun(code, "capital")


def test_the_register_of_a_change_is_proved_by_its_history(licensed: str) -> None:
    ref = begun(code_of(licensed), "domicile")
    saved(ref, "domicile", street="样例街道双溪路18号")
    decided(ref)
    assert broken() == []
    with database.transaction() as session:
        newest = session.scalars(select(EntityFact).order_by(col(EntityFact.id).desc())).first()
        assert newest is not None
        (item, number) = newest.item, newest.version
        # The database of PostgreSQL serves other tests too: there the triggers rest for this transaction alone.
        is_postgres = session.get_bind().dialect.name == "postgresql"
        rest = "SET LOCAL session_replication_role = replica" if is_postgres else "DROP TRIGGER entity_fact_no_update"
        session.execute(text(rest))
        session.execute(
            text("UPDATE entity_fact SET value = :value WHERE id = :id"), {"value": '"别处"', "id": newest.id}
        )
    assert ("fact_not_of_history", item, number) in broken()


def broken() -> list[tuple[str, str, int | None]]:
    with database.reading() as session:
        found = list(broken_register(session, counted=Counted()))
    return [(one.code, one.data["what"], one.data.get("version")) for one in found]


def test_each_agency_is_told_of_a_change_as_far_as_it_may_see_it(licensed: str) -> None:
    ref = begun(code_of(licensed), "domicile")
    saved(ref, "domicile", street="样例街道双溪路18号")
    decided(ref)
    with database.reading() as session:
        case_id = session.scalars(select(col(Application.id)).where(col(Application.ref) == ref)).one()
    told = {one.agency: one.content for one in envelopes_of_state(case_id)}
    assert told["tax"]["form"]["domicile"]["street"] == "样例街道双溪路18号"
    assert {key for content in told.values() for key in content.get("form", {})} == {"domicile"}
    assert file_of(ref, actor=actor_of(LIN), now=LATER).history[-1].tag == "receipt:share"


def test_a_registered_change_is_archived_with_the_edition_that_it_ordered(licensed: str) -> None:
    ref = begun(code_of(licensed), "domicile")
    saved(ref, "domicile", street="样例街道双溪路18号")
    decided(ref)
    due = file_of(ref, actor=actor_of(LIN), now=LATER).case.due_at
    assert due is not None
    sweeps.archive(now=due - timedelta(days=1))
    assert file_of(ref, actor=actor_of(LIN), now=LATER).case.state == "recorded"
    sweeps.archive(now=due + timedelta(seconds=1))
    case = file_of(ref, actor=actor_of(LIN), now=LATER).case
    assert case.state == "archived"
    with database.reading() as session:
        archived = manifest(session, case)
        founding = session.scalars(select(Application).where(col(Application.ref) == licensed)).one()
        first = manifest(session, founding)
        editions = session.scalars(select(col(Licence.serial)).where(col(Licence.edition) == 2).distinct()).all()
    assert {one["serial"] for one in archived["licences"]} == set(editions)
    assert not {one["serial"] for one in first["licences"]} & set(editions)
    # Archiving leaves the register as it is, and it still agrees with the histories.
    assert broken() == []
