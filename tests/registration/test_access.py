"""The one table: who may do what to which object."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.access import ACCESS, HEADS, OFFICE, ObjectFacts, admit, allows, require
from registration.actor import Actor
from registration.errors import Forbidden, NotFound, NotSignedIn
from registration.rules.city import officer_roles

CASE = ObjectFacts(
    owner_id=1, registrar_code="330784", agencies=frozenset({"national_tax", "statistics"}), party_ids=frozenset({7})
)
OWNER = Actor(1, "林知夏", frozenset({"applicant"}))
OTHER = Actor(2, "周远舟", frozenset({"applicant"}))
SIGNER = Actor(None, "江暮云", frozenset({"signer"}), kind="signer", party_id=7)
OBJECT_RULES = [name for name, rule in ACCESS.items() if rule.opens == "account" and not rule.desk and rule.owner]


def clerk(*roles: str, registrar: str = "330784", agency: str | None = None) -> Actor:
    return Actor(9, "0417", frozenset(roles), kind="staff", registrar_code=registrar, agency=agency, staff_no="0417")


def allowed(actor: Actor | None) -> set[str]:
    return {name for name in ACCESS if allows(name, actor, CASE)}


def test_the_owner() -> None:
    assert allowed(OWNER) == {
        *("public", "signed_in", "application.start", "application.read", "application.edit", "application.act"),
        *("application.history", "material.read", "material.upload", "paper.read", "paper.ask", "licence.download"),
        *("message.read", "message.write", "feedback.give", "business.use"),
    }


def test_strangers_and_signers() -> None:
    assert allowed(None) == {"public"}
    assert allowed(OTHER) == {"public", "signed_in", "application.start"}
    assert allowed(SIGNER) == {"public", "link", "application.read", "application.act", "material.read"}


@pytest.mark.parametrize("role", sorted(OFFICE))
def test_the_office_at_its_own_registrar_only(role: str) -> None:
    assert "application.read" in allowed(clerk(role))
    assert not allowed(clerk(role, registrar="330702")) & {"application.read", "application.act", "sensitive.view"}
    assert not allowed(clerk(role)) & {"application.edit", "part.act", "account.manage", "audit.read"}


def test_what_the_office_prints_is_for_its_heads_and_the_director_prepares_it() -> None:
    assert {"letterhead.read", "letterhead.decide"} <= allowed(clerk("approver"))
    assert "letterhead.prepare" not in allowed(clerk("approver"))
    assert "letterhead.prepare" in allowed(clerk("director"))
    for actor in (clerk("window"), clerk("director", registrar="330702"), clerk("sysadmin"), OWNER):
        assert not allowed(actor) & {"letterhead.read", "letterhead.prepare", "letterhead.decide"}


def test_the_heads_answer_ratings_and_complaints() -> None:
    for role in OFFICE:
        assert ("feedback.answer" in allowed(clerk(role))) is (role in HEADS)
        assert "message.write" in allowed(clerk(role))
    assert "feedback.answer" not in allowed(clerk("director", registrar="330702"))


def test_figures_and_orders_are_for_the_director_and_answers_for_the_office() -> None:
    for role in OFFICE:
        assert ("dashboard.read" in allowed(clerk(role))) is (role == "director")
        assert ("supervision.order" in allowed(clerk(role))) is (role == "director")
        assert {"supervision.read", "supervision.answer", "absence.own"} <= allowed(clerk(role))
        assert allowed(clerk(role)) >= {"case.assign", "absence.manage"} or role != "director"
        assert not allowed(clerk(role)) & {"case.assign", "absence.manage"} or role == "director"
    assert "supervision.order" not in allowed(clerk("director", registrar="330702"))
    assert "supervision.read" not in allowed(OWNER)


def test_agencies_see_what_they_have_a_part_in() -> None:
    tax = clerk("agency_t", agency="national_tax")
    assert {"part.act", "part.read", "application.read", "agency_inbox.read"} <= allowed(tax)
    assert not allowed(tax) & {"application.act", "application.edit", "sensitive.view", "inbox.read"}
    assert not allowed(tax) & {"message.read", "message.write", "feedback.read", "feedback.answer"}
    assert not allowed(clerk("agency_h", agency="social_insurance")) & {"part.act", "part.read", "application.read"}
    assert not allowed(clerk("agency_t", agency="national_tax", registrar="330702")) & {"part.act", "part.read"}


@pytest.mark.parametrize("role", ["sysadmin", "secadmin", "auditor", "archivist", "hotline"])
def test_administrators_see_no_case(role: str) -> None:
    assert not allowed(clerk(role)) & {*OBJECT_RULES, "part.read", "part.act", "sensitive.view", "inbox.read"}


@given(
    kind=st.sampled_from(["applicant", "staff", "signer"]),
    roles=st.frozensets(st.sampled_from(sorted(OFFICE | officer_roles() | {"applicant", "signer", "auditor"}))),
    registrar=st.sampled_from([None, "330702", "330783"]),
    agency=st.sampled_from([None, "national_tax", "local_tax"]),
    number=st.integers(min_value=8),
)
def test_nobody_from_elsewhere_is_let_in(
    kind: str, roles: frozenset[str], registrar: str | None, agency: str | None, number: int
) -> None:
    party = number if kind == "signer" else None
    actor = Actor(number, "x", roles, kind=kind, registrar_code=registrar, agency=agency, party_id=party)
    for rule in OBJECT_RULES:
        assert not allows(rule, actor, CASE)
        with pytest.raises(NotFound):
            require(rule, actor, CASE)


def test_full_values_are_for_the_desk_on_which_the_case_is() -> None:
    here = replace(CASE, on_desk=True)
    tax = clerk("agency_t", agency="national_tax")
    for actor in (clerk("examiner"), tax):
        assert not allows("sensitive.view", actor, CASE)
        assert allows("sensitive.view", actor, here)
    assert allows("material.look", tax, here)
    assert not allows("material.look", clerk("examiner"), here)
    assert not allows("sensitive.view", clerk("licensing"), here)


def test_what_was_never_handed_in_is_open_to_its_owner_only() -> None:
    draft = replace(CASE, handed_in=False)
    for actor in (clerk(*OFFICE), clerk("agency_t", agency="national_tax")):
        assert not [rule for rule in OBJECT_RULES if allows(rule, actor, draft)]
        with pytest.raises(NotFound):
            require("application.read", actor, draft)
    assert allows("application.read", OWNER, draft)
    assert allows("application.read", SIGNER, draft)


def test_facts_that_were_not_filled_in_open_nothing() -> None:
    for actor in (clerk("director"), clerk("agency_t", agency="national_tax"), OWNER, SIGNER):
        assert not any(allows(rule, actor, ObjectFacts()) for rule in OBJECT_RULES)


def test_who_knows_a_case_is_told_no_and_a_stranger_nothing() -> None:
    with pytest.raises(Forbidden):
        require("application.edit", clerk("examiner"), CASE)
    with pytest.raises(NotFound):
        require("application.edit", OTHER, CASE)
    require("application.edit", OWNER, CASE)


def test_the_door_asks_for_a_sign_in_and_for_the_role_of_a_desk() -> None:
    admit("public", None)
    admit("link", None)
    for actor in (None, SIGNER):
        with pytest.raises(NotSignedIn):
            admit("application.read", actor)
    admit("inbox.read", clerk("window"))
    for actor in (OWNER, clerk("auditor")):
        with pytest.raises(Forbidden):
            admit("inbox.read", actor)
    with pytest.raises(Forbidden):
        admit("application.start", clerk("window"))
