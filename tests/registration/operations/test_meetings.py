"""A meeting that decided: its minutes are made and signed by who attended; the majority is that of the law."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from registration import database
from registration.models import Application, Entity
from registration.operations import entity_cases
from registration.rules.case import Case
from registration.rules.check_meeting import majority
from registration.rules.entity_types import type_row
from registration.rules.form import read_partly
from registration.rules.founding_documents.texts import texts_for
from registration.rules.kinds import Regime
from registration.settings import Settings
from tests.fixtures.cases import actor_of, joint_stock, sign_all, submitted
from tests.fixtures.forms import coop
from tests.fixtures.licences import LIN
from tests.fixtures.scenes import scene
from tests.registration.operations.test_changes_of_companies import LATER, approved, form_of, needed, refusal, saved

MEETING = {"held_on": "2028-03-01", "host": "p1", "attended": ["p1", "p2", "p3"], "votes": "4", "in_favour": "3"}


def founded(now: datetime) -> str:
    ref = submitted("coop", coop(), registrar="330702", actor=actor_of(LIN), now=now)
    approved(ref, now=now)
    with database.reading() as session:
        query = select(Entity).join(Application, col(Application.id) == col(Entity.application_id))
        return session.scalars(query.where(col(Application.ref) == ref)).one().code


def test_the_members_there_sign_the_resolution_of_a_cooperative(office: Settings, clock: datetime) -> None:
    code = scene("a co-operative of October", office, lambda: founded(clock))
    ref = entity_cases.start(code, matter="change_of_registration", items=["scope"], actor=actor_of(LIN), now=LATER)
    saved(ref, "scope", {"items": ["HY0003", "HY0005"]})
    assert needed(ref) == ["members_resolution"]
    saved(ref, "meeting", MEETING)
    assert refusal(ref) == [("meeting.attended", "meeting.too_few"), ("meeting.in_favour", "meeting.no_majority")]
    saved(ref, "meeting", MEETING | {"attended": ["p1", "p2", "p3", "p4"], "in_favour": "4"})
    assert needed(ref) == []
    # A meeting is of its application alone: another one on another section runs beside this one.
    beside = entity_cases.start(
        code, matter="change_of_registration", items=["domicile"], actor=actor_of(LIN), now=LATER
    )
    saved(beside, "meeting", MEETING | {"attended": ["p1", "p2", "p3", "p5"], "in_favour": "4"})
    sign_all(ref, actor=actor_of(LIN), now=LATER)
    assert "sections_are_taken" not in {code for code, _data in refusal(beside)}
    with database.reading() as session:
        case = session.scalars(select(Application).where(col(Application.ref) == ref)).one()
    made = {text.kind: text for text in text_of(form_of(ref), "coop", case.regime)}
    assert made.keys() == {"members_resolution", "articles_amendment"}
    resolution = made["members_resolution"].chapters[0].clauses
    assert "有成员五名，出席四名" in resolution[0].paragraphs[0]
    assert [one.key for one in resolution] == ["meeting", "scope", "articles"]
    approved(ref)


def text_of(form: dict[str, Any], entity_type: str, regime: str) -> list[Any]:
    read, _problems = read_partly(form, entity_type=entity_type, regime=regime)
    return texts_for(read, entity_type=entity_type, regime=regime, matter="change_of_registration")


def judged(items: list[str], in_favour: str) -> tuple[set[str], set[str]]:
    """The documents that are made for a company limited by shares, and the faults of its majority."""
    chosen = {"matter": "change_of_registration", "items": items}
    form = joint_stock() | {"chosen": chosen, "meeting": MEETING | {"votes": "300", "in_favour": in_favour}}
    read, _problems = read_partly(form, entity_type="jsc", regime="company_law_2024")
    case = Case(form=read, entity_type=type_row("jsc"), regime=Regime.COMPANY_LAW_2024, today=LATER.date())
    return {one.kind for one in text_of(form, "jsc", "company_law_2024")}, {one.code for one in majority(case)}


@pytest.mark.parametrize(
    ("items", "in_favour", "documents", "faults"),
    [
        (["scope"], "200", {"resolution", "articles_amendment"}, set()),
        (["scope"], "199", {"resolution", "articles_amendment"}, {"meeting.no_majority"}),
        (["representative"], "151", {"resolution"}, set()),
        (["representative"], "150", {"resolution"}, {"meeting.no_majority"}),
        (["capital"], "301", {"articles_amendment"}, {"meeting.more_than_present"}),
    ],
)
def test_the_minutes_of_a_company_limited_by_shares(
    items: list[str], in_favour: str, documents: set[str], faults: set[str]
) -> None:
    assert judged(items, in_favour) == (documents, faults)
