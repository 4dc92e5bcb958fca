"""Filings about a registered entity: only filed items change, the paper lists them, the licence stays."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from registration import database
from registration.errors import ActionRefused, InvalidInput
from registration.matters import matters
from registration.models import Application, Entity
from registration.operations import apply, entity_cases
from registration.operations.act import act
from registration.queries.founding_documents import texts_now
from registration.queries.paper_words import WORDS
from registration.queries.papers_asked import Moment
from registration.queries.register_changes import changes_of
from registration.rules.capital_terms import last_payment, latest_payment
from registration.settings import Settings
from tests.fixtures.cases import (
    actor_of,
    attach,
    company,
    file_of,
    owner_for_the_state,
    person,
    sign_all,
    state_owned,
    submitted,
)
from tests.fixtures.closings import licensed as licensed_at
from tests.fixtures.licences import CLERK, LIN, issued, statuses, worked_off
from tests.fixtures.scenes import scene

NOW = datetime(2026, 10, 12, 1, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=50)
FILING = matters()[2]


@pytest.fixture
def licensed(office: Settings, clock: datetime) -> str:
    return scene("a licence of October", office, lambda: issued(clock))


def begun(licensed: str, *items: str, day: str = "") -> str:
    with database.reading() as session:
        query = select(Entity).join(Application, col(Application.id) == col(Entity.application_id))
        code = session.scalars(query.where(col(Application.ref) == licensed)).one().code
    return entity_cases.start(code, matter=FILING, items=items, event_on=day, actor=actor_of(LIN), now=LATER)


def saved(ref: str, section: str, **changed: Any) -> None:
    form = file_of(ref, actor=actor_of(LIN), now=LATER).form
    apply.save_section(ref, section, form[section] | changed, actor=actor_of(LIN), now=LATER)


def with_second_person(ref: str) -> None:
    people = [*file_of(ref, actor=actor_of(LIN), now=LATER).form["people"], person("p2")]
    apply.save_section(ref, "people", people, actor=actor_of(LIN), now=LATER)


def asked(ref: str) -> list[str]:
    for need in file_of(ref, actor=actor_of(LIN), now=LATER).needs:
        if need.need.required and not need.files:
            attach(ref, need.need.kind, actor=actor_of(LIN), now=LATER)
    try:
        act(ref, "request_signatures", actor=actor_of(LIN), now=LATER)
    except ActionRefused as refused:
        return [one.code for one in refused.blockers]
    return []


def test_a_filed_liaison_is_in_the_register_and_the_licence_stays(licensed: str) -> None:
    ref = begun(licensed, "liaison", day="2026-10-21")
    with_second_person(ref)
    saved(ref, "contacts", liaison={"person": "p2"})
    assert asked(ref) == []
    sign_all(ref, actor=actor_of(LIN), now=LATER, requested=True)
    act(ref, "claim", actor=actor_of(CLERK), now=LATER)
    act(ref, "approve", actor=actor_of(CLERK), now=LATER, opinion="符合法定形式")
    worked_off(LATER)
    file = file_of(ref, actor=actor_of(LIN), now=LATER)
    assert file.case.state == "recorded"
    assert {edition for edition, _kind, _status in statuses(licensed)} == {1}
    # 2026-12-01 is 41 days after the event, and 11 days after the last day of the limit.
    (entry,) = [one for one in file.history if one.tag == "application:request_signatures"]
    assert (entry.data["days_since_event"], entry.data["days_late"]) == (41, 11)
    with database.reading() as session:
        case = session.scalars(select(Application).where(col(Application.ref) == ref)).one()
        assert [one.item for one in changes_of(session, case)] == ["liaison"]
        before, rows, _after = WORDS["approval"](session, case, Moment(LATER.date()))
    assert "准予备案" in before[0]
    old, new = person("p1")["name"], person("p2")["name"]
    assert rows[0] == ("登记联络员", f"原为：{old}。现为：{new}。")
    assert "《市场主体登记管理条例》" in rows[-1][1]


def test_a_filing_leaves_what_is_registered_as_it_is(licensed: str) -> None:
    ref = begun(licensed, "family")
    with_second_person(ref)
    saved(ref, "operator", person="p2")
    assert asked(ref) == ["item_is_beyond_matter"]


def test_the_day_of_the_event_is_not_still_to_come(licensed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        begun(licensed, "liaison", day="2027-01-01")
    assert refused.value.problems[0].path == "event_on"


def test_terms_of_old_companies_may_run_until_the_end_of_the_transition() -> None:
    assert latest_payment(date(2024, 6, 30)) == date(2032, 6, 30)
    assert latest_payment(date(2024, 7, 1)) == latest_payment(None) == date.min
    rows = [
        {"due_on": "2044-06-30", "amount_wan": "10", "paid_wan": "10.0"},
        {"due_on": "2033-06-30", "amount_wan": "10", "paid_wan": "4"},
    ]
    assert last_payment(rows) == date(2033, 6, 30)
    assert last_payment(rows[:1]) is None


def licensed_company() -> str:
    ref = submitted("llc", company(), registrar="330702", actor=actor_of(LIN), now=NOW)
    act(ref, "claim", actor=actor_of(CLERK), now=NOW)
    act(ref, "approve", actor=actor_of(CLERK), now=NOW, opinion="符合法定形式")
    worked_off(NOW)
    return ref


def test_an_old_company_files_terms_until_the_end_of_the_transition(office: Settings, clock: datetime) -> None:
    """Founded now, it would have to pay within five years; its documents are made from the answers."""
    founded = scene("a company that files", office, licensed_company)
    ref = begun(founded, "contributions", "officers")
    rows = file_of(ref, actor=actor_of(LIN), now=LATER).form["shareholders"]
    rows[0]["lines"][0]["due_on"] = "2032-06-30"
    apply.save_section(ref, "shareholders", rows, actor=actor_of(LIN), now=LATER)
    saved(ref, "officers", managers=["p3"])
    assert asked(ref) == ["form_is_invalid"]
    with database.transaction() as session:
        session.scalars(select(Entity)).one().founded_on = date(2015, 5, 4)
    assert asked(ref) == []
    file = file_of(ref, actor=actor_of(LIN), now=LATER)
    with database.reading() as session:
        texts = {text.kind: str(text) for text in texts_now(session, file.case)}
    assert {"articles_amendment", "resolution"} <= texts.keys()
    assert person("p3")["name"] in texts["resolution"]
    assert [one.party.name for one in file.signatures]


@pytest.mark.parametrize(
    ("matter", "items", "section", "changed"),
    [
        (FILING, ["articles", "officers", "term"], "officers", {"managers": ["p2"]}),
        ("change_of_registration", ["representative"], "legal_rep", {"person": "p2", "post": "chair"}),
    ],
)
def test_the_owner_of_a_state_owned_company_decides(
    office: Settings, matter: str, items: list[str], section: str, changed: dict[str, Any]
) -> None:
    """It has no shareholders' meeting (Company Law 172): nobody is asked for a resolution of one."""
    code = scene("a state-owned company", office, lambda: licensed_at("llc_state", form=state_owned(), now=NOW))
    ref = entity_cases.start(code, matter=matter, items=items, actor=actor_of(LIN), now=LATER)
    saved(ref, section, **changed)
    if "term" in items:
        saved(ref, "capital", term="until", term_until_on="2046-10-11")
    else:
        posts = zip(("p1", "p2", "p3"), ("director", "chair", "employee_director"), strict=True)
        saved(ref, "officers", directors=[{"person": key, "post": post} for key, post in posts])
    assert asked(ref) == []
    file = file_of(ref, actor=actor_of(LIN), now=LATER)
    assert "resolution" not in {need.need.kind for need in file.needs}
    with database.reading() as session:
        made = {text.kind: str(text) for text in texts_now(session, file.case)}
    decision = made["owner_decision"]
    assert f"{owner_for_the_state()['name']}作为" in decision
    assert f"指定{person('p1' if 'officers' in items else 'p2')['name']}为董事长" in decision
    assert [one for one in made.values() if "股东" in one] == []
    assert "shareholder" in {one for signature in file.signatures for one in signature.party.capacities}
