"""The notice of a reduction, published from its draft: the days follow from it, and creditors declare claims to it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from registration import database
from registration.errors import ActionRefused, Conflict, InvalidInput
from registration.models import AuditEntry, CreditorClaim, PublicNotice
from registration.operations.act import act
from registration.operations.creditor_claims import ClaimData, declare
from registration.operations.entity_cases import choose
from registration.operations.reduction_notices import end_notices, publish, withdraw
from registration.settings import Settings
from tests.fixtures.cases import actor_of, sign_all
from tests.fixtures.licences import LIN
from tests.fixtures.scenes import scene
from tests.registration.operations.test_changes_of_companies import (
    LATER,
    approved,
    begun,
    form_of,
    founded,
    needed,
    refusal,
    saved,
)

TOLD = {"way": "ordinary", "resolved_on": "2028-03-01", "told_on": "2028-03-02", "where": "here"}
CLAIM = ClaimData("样例供货有限公司", "13800000009", "120,000.50", "2027年12月的供货合同，货款已经到期", "payment")
# The forty-fifth day after the sixth of March is the twentieth of April, a Thursday.
FIRST_AFTER = datetime(2028, 4, 21, 1, 30, tzinfo=UTC)


@pytest.fixture
def draft(office: Settings, clock: datetime) -> str:
    code = scene("a company of October", office, lambda: founded(clock))
    ref = begun(code, "reduction")
    saved(ref, "capital", form_of(ref)["capital"] | {"amount_wan": "80"})
    saved(ref, "shareholders", form_of(ref)["shareholders"][:2])
    return ref


def notices() -> list[PublicNotice]:
    with database.reading() as session:
        return list(session.scalars(select(PublicNotice).order_by(col(PublicNotice.id))))


def test_the_term_is_computed_from_the_notice_of_the_draft(draft: str) -> None:
    lin = actor_of(LIN)
    with pytest.raises(InvalidInput):
        publish(draft, actor=lin, now=LATER)
    # A day that somebody types of a notice here counts for nothing.
    saved(draft, "reduction", TOLD | {"published_on": "2028-01-01"})
    assert refusal(draft) == [("reduction.where", "reduction.not_published")]
    publish(draft, actor=lin, now=LATER)
    (notice,) = notices()
    assert (notice.first_on, notice.last_on) == (LATER.date(), date(2028, 4, 20))
    assert (notice.words["before"], notice.words["after"]) == ("100", "80")
    assert needed(draft) == []
    ((blocker, data),) = refusal(draft)
    assert (blocker, data["first"]["zh"]) == ("creditors_have_time", "2028年4月21日")
    saved(draft, "capital", form_of(draft)["capital"] | {"amount_wan": "70"})
    assert ("notice_differs", {}) in refusals(draft)
    saved(draft, "capital", form_of(draft)["capital"] | {"amount_wan": "80"})
    with pytest.raises(InvalidInput):
        publish(draft, actor=lin, now=LATER)
    end_notices(now=FIRST_AFTER)
    assert [one.status for one in notices()] == ["ended"]
    sign_all(draft, actor=lin, now=FIRST_AFTER)
    approved(draft, now=FIRST_AFTER)
    with database.reading() as session:
        noted = session.scalars(select(col(AuditEntry.tag)).where(col(AuditEntry.tag).like("notice:%"))).all()
    assert noted == ["notice:publish"]


def refusals(ref: str) -> list[tuple[str, Any]]:
    """The blockers of the table, beside faults of the form."""
    with pytest.raises(ActionRefused) as refused:
        act(ref, "request_signatures", actor=actor_of(LIN), now=LATER)
    return [(one.code, one.data) for one in refused.value.blockers]


def test_a_notice_is_withdrawn_and_goes_with_its_choice(draft: str) -> None:
    lin = actor_of(LIN)
    saved(draft, "reduction", TOLD)
    publish(draft, actor=lin, now=LATER)
    withdraw(draft, actor=lin, now=LATER)
    assert "published_on" not in form_of(draft)["reduction"]
    publish(draft, actor=lin, now=LATER)
    choose(draft, ["name"], event_on="", actor=lin, now=LATER)
    assert [one.status for one in notices()] == ["withdrawn", "withdrawn"]


def test_creditors_claim_until_the_last_day(draft: str) -> None:
    saved(draft, "reduction", TOLD)
    notice = publish(draft, actor=actor_of(LIN), now=LATER)
    for field, wrong in (("amount", "0"), ("amount", "12.345"), ("demand", "revenge"), ("name", " "), ("basis", "")):
        with pytest.raises(InvalidInput) as refused:
            declare(notice, ClaimData(**{**vars_of(CLAIM), field: wrong}), now=LATER)
        assert [one.path for one in refused.value.problems] == [field]
    declare(notice, CLAIM, now=LATER)
    with database.reading() as session:
        stored = session.scalars(select(CreditorClaim)).one()
    assert stored.demand == "payment"
    assert not any(text in f"{stored}" for text in (CLAIM.name, CLAIM.contact, "120000.5", CLAIM.basis))
    with pytest.raises(Conflict):
        declare(notice, CLAIM, now=FIRST_AFTER)


def vars_of(data: ClaimData) -> dict[str, str]:
    return {name: getattr(data, name) for name in ("name", "contact", "amount", "basis", "demand")}
