"""Agencies that answer when the file is closed already."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from registration import database
from registration.models import HistoryEntry, Message
from registration.operations import issue, share, sweeps
from registration.operations.act import act
from registration.operations.history import broken_at
from registration.operations.issue import MadeSheet
from registration.settings import Settings
from tests.fixtures.cases import actor_of, file_of, individual, submitted

LIN, CLERK = "lin@example.cn", "0318"


def waiting(effect: str) -> Message:
    with database.reading() as session:
        return session.exec(select(Message).where(Message.effect == effect)).one()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_their_receipts_are_kept_and_the_file_stays_closed(office: Settings, clock: datetime) -> None:
    ref = submitted("individual", individual(), registrar="330702", actor=actor_of(LIN), now=clock)
    act(ref, "claim", actor=actor_of(CLERK), now=clock)
    act(ref, "approve", actor=actor_of(CLERK), now=clock, opinion="符合")
    licence = waiting("issue.licence")
    case_id = licence.application_id or 0
    made = [
        MadeSheet(
            sheet.licence_id,
            f"{sheet.licence_id:064}",
            f"licences/{sheet.licence_id}.pdf",
            1,
            "样例",
            "design",
            "fonts",
        )
        for sheet in issue.prepare(case_id, now=clock)
    ]
    issue.record(licence.id or 0, case_id, made, now=clock)
    late = clock + timedelta(days=70)
    sweeps.archive(now=late)
    assert file_of(ref, actor=actor_of(LIN), now=late).case.state == "archived"

    message = waiting("share.registration")
    assert share.acknowledge(message.id or 0, case_id, {"T": "R-1"}, now=late)
    assert not share.acknowledge(message.id or 0, case_id, {"T": "R-1"}, now=late)
    assert file_of(ref, actor=actor_of(LIN), now=late).case.state == "archived"
    with database.reading() as session:
        assert broken_at(session, case_id) is None
        kept = session.exec(select(HistoryEntry.data).where(HistoryEntry.tag == "receipt:share")).all()
    assert kept == [{"receipts": {"T": "R-1"}}]
