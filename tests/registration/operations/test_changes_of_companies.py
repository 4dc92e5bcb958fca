"""Changes of a company: its type follows the shareholders, terms go on, a reduction waits for the creditors."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from registration import database
from registration.errors import ActionRefused
from registration.models import Application, Entity, EntityForm
from registration.operations import apply, entity_cases
from registration.operations.act import act
from registration.queries.automatic_checks import automatic_checks
from registration.queries.casefile import casefile
from registration.queries.register import registered_on
from registration.queries.register_changes import changes_of
from registration.settings import Settings
from tests.fixtures.cases import actor_of, attach, company, file_of, person, sign_all, submitted
from tests.fixtures.licences import CLERK, LIN, sheets, worked_off
from tests.fixtures.scenes import scene

# More than two years after the founding: one of the terms to pay has passed.
LATER = datetime(2028, 3, 6, 1, 30, tzinfo=UTC)


@pytest.fixture
def code(office: Settings, clock: datetime) -> str:
    return scene("a company of October", office, lambda: founded(clock))


def founded(now: datetime) -> str:
    ref = submitted("llc", company(), registrar="330702", actor=actor_of(LIN), now=now)
    approved(ref, now=now)
    with database.reading() as session:
        query = select(Entity).join(Application, col(Application.id) == col(Entity.application_id))
        return session.scalars(query.where(col(Application.ref) == ref)).one().code


def approved(ref: str, *, now: datetime = LATER) -> None:
    act(ref, "claim", actor=actor_of(CLERK), now=now)
    act(ref, "approve", actor=actor_of(CLERK), now=now, opinion="符合法定形式")
    worked_off(now)


def begun(code: str, *items: str) -> str:
    return entity_cases.start(code, matter="change_of_registration", items=items, actor=actor_of(LIN), now=LATER)


def form_of(ref: str) -> dict[str, Any]:
    return dict(file_of(ref, actor=actor_of(LIN), now=LATER).form)


def saved(ref: str, section: str, value: Any) -> None:
    apply.save_section(ref, section, value, actor=actor_of(LIN), now=LATER)


def needed(ref: str) -> list[str]:
    needs = file_of(ref, actor=actor_of(LIN), now=LATER).needs
    return [one.need.kind for one in needs if one.need.required]


def with_documents(ref: str) -> None:
    for kind in needed(ref):
        attach(ref, kind, actor=actor_of(LIN), now=LATER)


def refusal(ref: str) -> list[tuple[str, Any]]:
    with pytest.raises(ActionRefused) as refused:
        act(ref, "request_signatures", actor=actor_of(LIN), now=LATER)
    found = refused.value.blockers
    problems = [one for blocker in found for one in blocker.data.get("problems", ())]
    return [(one["path"], one["code"]) for one in problems] or [(one.code, one.data) for one in found]


def entity(code: str) -> Entity:
    with database.reading() as session:
        return session.scalars(select(Entity).where(col(Entity.code) == code)).one()


def rows(*lines: tuple[str, str, str]) -> list[dict[str, Any]]:
    return [
        {"person": key, "lines": [{"amount_wan": amount, "method": "currency", "due_on": due}]}
        for key, amount, due in lines
    ]


def test_one_shareholder_who_takes_all_makes_the_company_another_type(code: str) -> None:
    ref = begun(code, "shareholders")
    lines = [line for row in form_of(ref)["shareholders"] for line in row["lines"]]
    saved(ref, "shareholders", [{"person": "p1", "lines": lines}])
    saved(ref, "people", [one for one in form_of(ref)["people"] if one["key"] != "p3"])
    with_documents(ref)
    assert refusal(ref) == [("shareholders", "shareholders.other_type"), ("people", "person.still_named")]

    entity_cases.choose(ref, ["type"], actor=actor_of(LIN), now=LATER)
    saved(ref, "people", company()["people"])
    assert needed(ref) == ["transfer"]
    sign_all(ref, actor=actor_of(LIN), now=LATER)
    approved(ref)
    with database.reading() as session:
        case = session.scalars(select(Application).where(col(Application.ref) == ref)).one()
        found = {one.item: (one.before, one.after) for one in changes_of(session, case)}
        days = (LATER.date() - timedelta(days=1), LATER.date())
        types = [registered_on(session, entity(code), day, public=True).entity_type for day in days]
    assert types == ["llc", "llc_single"]
    assert found["type"] == ("有限责任公司（自然人投资或控股）", "有限责任公司（自然人独资）")
    assert (entity(code).entity_type, case.state) == ("llc_single", "recorded")
    assert sheets_of(code)[-1].particulars["type_text"] == "有限责任公司（自然人独资）"
    # The old terms went on, although one of them has passed.
    assert {line["due_on"] for line in lines} == {"2030-09-30", "2028-12-31", "2027-06-30"}


def sheets_of(code: str) -> list[Any]:
    with database.reading() as session:
        found = session.get_one(Application, entity(code).application_id).ref
    return sheets(found)


def test_who_is_named_no_more_leaves_the_register_and_only_new_offices_are_checked(code: str) -> None:
    ref = begun(code, "representative")
    form = form_of(ref)
    saved(ref, "people", [*form["people"], person("p6"), person("p5")])
    saved(ref, "officers", form["officers"] | {"directors": [{"person": "p6", "post": "director"}]})
    saved(ref, "legal_rep", {"person": "p6", "post": "director"})
    assert needed(ref) == []
    sign_all(ref, actor=actor_of(LIN), now=LATER)
    with database.reading() as session:
        checks = automatic_checks(session, casefile(session, ref, actor=actor_of(CLERK), now=LATER))
    found = {one.key: one.verdict for one in checks}
    assert found["person_elsewhere"] == "ok"
    assert not found.keys() & {"domicile_shared", "domicile_place", "contributions", "scope_permits"}
    approved(ref)
    with database.reading() as session:
        stored = session.scalars(select(EntityForm)).one()
    assert [one["key"] for one in stored.form["people"]] == ["p1", "p2", "p3", "p6"]


def test_an_address_is_not_shared_with_the_entity_itself(code: str) -> None:
    ref = begun(code, "domicile")
    saved(ref, "domicile", form_of(ref)["domicile"] | {"phone": "0579-82000001"})
    with_documents(ref)
    sign_all(ref, actor=actor_of(LIN), now=LATER)
    with database.reading() as session:
        checks = automatic_checks(session, casefile(session, ref, actor=actor_of(CLERK), now=LATER))
    assert {one.key: one.verdict for one in checks}["domicile_shared"] == "ok"


def test_more_capital_is_due_within_five_years_of_its_registration(code: str) -> None:
    ref = begun(code, "capital")
    old = form_of(ref)["shareholders"]
    saved(ref, "capital", form_of(ref)["capital"] | {"amount_wan": "150"})
    saved(ref, "shareholders", [*old, *rows(("p4", "50", "2033-03-07"))])
    saved(ref, "people", [*form_of(ref)["people"], person("p4")])
    with_documents(ref)
    assert refusal(ref) == [("shareholders.3.lines.0.due_on", "shareholders.due_too_late")]
    saved(ref, "shareholders", [*old, *rows(("p4", "50", "2033-03-06"))])
    saved(ref, "capital", form_of(ref)["capital"] | {"amount_wan": "90"})
    assert ("capital.amount_wan", "capital.is_lower") in refusal(ref)


def test_a_reduction_waits_for_the_creditors_and_names_the_first_day(code: str) -> None:
    ref = begun(code, "reduction")
    saved(ref, "capital", form_of(ref)["capital"] | {"amount_wan": "80"})
    saved(ref, "shareholders", form_of(ref)["shareholders"][:2])
    told = {"way": "ordinary", "resolved_on": "2028-01-10", "told_on": "2028-01-14", "published_on": "2028-01-21"}
    saved(ref, "reduction", told)
    assert needed(ref) == ["reduction_notice"]
    with_documents(ref)
    # The forty-fifth day is the sixth of March.
    assert date(2028, 1, 21) + timedelta(days=45) == LATER.date()
    ((blocker, data),) = refusal(ref)
    assert (blocker, data["first"]["zh"]) == ("creditors_have_time", "2028年3月7日")
    # Losses are covered without the creditors' term.
    saved(ref, "reduction", told | {"way": "losses", "told_on": None})
    sign_all(ref, actor=actor_of(LIN), now=LATER)
    approved(ref)
    with database.reading() as session:
        stored = session.scalars(select(EntityForm)).one()
    assert "reduction" not in stored.form
    assert stored.form["capital"]["amount_wan"] == "80"
