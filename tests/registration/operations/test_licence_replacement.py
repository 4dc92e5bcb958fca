"""Another edition on application: a lost licence is declared void with it, and back in force if nothing comes of it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from registration import database
from registration.errors import ActionRefused
from registration.models import Licence
from registration.operations import revocation
from registration.operations.act import act
from registration.queries.integrity import Counted
from registration.queries.licence_status import ended_places, place_of
from registration.queries.licences import check_code, check_token
from registration.queries.register_integrity import broken_register
from registration.settings import Settings
from tests.fixtures.cases import actor_of, file_of
from tests.fixtures.licences import (
    APPROVER,
    CLERK,
    DIRECTOR,
    LIN,
    events,
    issued,
    replaced,
    replacement,
    revoked,
    sheets,
    statuses,
)
from tests.fixtures.scenes import scene

NOW = datetime(2026, 10, 12, 1, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=3)


@pytest.fixture
def licensed(office: Settings, clock: datetime) -> str:
    return scene("a licence of October", office, lambda: issued(clock))


def verdicts(ref: str) -> list[str]:
    with database.reading() as session:
        return [check_token(session, one.ref).verdict for one in sheets(ref)]


def ended(ref: str) -> list[bool]:
    """Whether each sheet is on the status list."""
    with database.reading() as session:
        every = session.scalars(select(Licence).where(col(Licence.ref).in_([one.ref for one in sheets(ref)])))
        return [place_of(one)[1] in (ended_places(session, 0) or []) for one in every]


def test_a_damaged_licence_holds_until_the_new_edition_and_keeps_what_is_registered(licensed: str) -> None:
    old = sheets(licensed)[0]
    begun = replacement(licensed, LATER, "damaged", "number_of_duplicates", copies=3)
    assert verdicts(licensed) == ["sample"] * 2
    act(begun, "claim", actor=actor_of(CLERK), now=LATER)
    act(begun, "withdraw", actor=actor_of(LIN), now=LATER)
    assert verdicts(licensed) == ["sample"] * 2
    replaced(licensed, LATER, "damaged", "number_of_duplicates", copies=3)
    assert verdicts(licensed) == ["superseded"] * 2 + ["sample"] * 4
    new = sheets(licensed, edition=2)[0]
    assert (new.code, new.particulars["founded_on"]) == (old.code, old.particulars["founded_on"])
    assert new.serial != old.serial
    assert (old.particulars["issued_on"], new.particulars["issued_on"]) == ("2026-10-12", "2026-10-15")
    with database.reading() as session:
        assert list(broken_register(session, counted=Counted())) == []
        assert check_code(session, old.code).duplicates == 3


def test_a_lost_licence_is_void_from_the_submission_on_and_then_superseded(licensed: str) -> None:
    begun = replacement(licensed, LATER, "lost")
    assert verdicts(licensed) == ["declared_void"] * 2
    assert ended(licensed) == [True, True]
    with database.reading() as session:
        found = check_code(session, sheets(licensed)[0].code)
    assert found.event is not None
    assert (found.verdict, found.event.at, found.event.reason_code) == ("declared_void", LATER, "L01")
    told = file_of(licensed, actor=actor_of(CLERK), now=LATER).history[-1]
    assert (told.tag, told.data["application"]) == ("licence:declare_void", begun)
    (signed,) = (one for one in file_of(begun, actor=actor_of(LIN), now=LATER).history if one.tag.endswith(":sign"))
    assert "declared_void" in signed.data["declarations"]


def test_it_is_in_force_again_when_the_application_comes_to_nothing(licensed: str) -> None:
    for action in ("withdraw", "reject"):
        begun = replacement(licensed, LATER, "lost")
        assert verdicts(licensed) == ["declared_void"] * 2
        if action == "withdraw":
            act(begun, action, actor=actor_of(LIN), now=LATER)
        else:
            act(begun, "claim", actor=actor_of(CLERK), now=LATER)
            act(begun, action, actor=actor_of(CLERK), now=LATER, reason_code="R01", reason="原执照已经找到")
        assert verdicts(licensed) == ["sample"] * 2
        assert ended(licensed) == [False, False]
    assert list(events()) == ["issue"] * 2 + (["declare_void"] * 2 + ["restore"] * 2) * 2


def test_the_edition_that_follows_ends_the_declaration_for_good(licensed: str) -> None:
    replaced(licensed, LATER, "lost")
    assert statuses(licensed)[:2] == [(1, "original", "superseded"), (1, "duplicate", "superseded")]
    assert verdicts(licensed) == ["superseded"] * 2 + ["sample"] * 2
    begun = replacement(licensed, LATER, "lost")
    assert verdicts(licensed) == ["superseded"] * 2 + ["declared_void"] * 2
    act(begun, "withdraw", actor=actor_of(LIN), now=LATER)
    assert verdicts(licensed) == ["superseded"] * 2 + ["sample"] * 2


def test_a_declared_licence_can_be_revoked_and_stays_void_when_that_is_undone(licensed: str) -> None:
    begun = replacement(licensed, LATER, "lost")
    revoked(licensed, LATER)
    assert verdicts(licensed) == ["revoked"] * 2
    proposal = revocation.propose_reinstatement(
        licensed, reason_code="B01", opinion="原决定有误", actor=actor_of(APPROVER), now=LATER
    )
    revocation.confirm_revocation(proposal, actor=actor_of(DIRECTOR), now=LATER, opinion="同意")
    assert verdicts(licensed) == ["declared_void"] * 2
    act(begun, "withdraw", actor=actor_of(LIN), now=LATER)
    assert verdicts(licensed) == ["sample"] * 2


def test_two_replacements_do_not_run_at_once_and_the_number_must_differ(licensed: str) -> None:
    with pytest.raises(ActionRefused) as refused:
        replacement(licensed, LATER, "number_of_duplicates", copies=1)
    assert [one.code for one in refused.value.blockers] == ["nothing_changes"]
    first = replacement(licensed, LATER, "lost")
    with pytest.raises(ActionRefused) as refused:
        replacement(licensed, LATER, "damaged")
    assert [(one.code, one.data["other"]) for one in refused.value.blockers] == [("sections_are_taken", first)]
