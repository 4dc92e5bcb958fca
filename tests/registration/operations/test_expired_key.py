"""A key whose time is over signs nothing: the licence waits in the outbox until another key is there."""

from datetime import datetime, timedelta

from sqlmodel import select

from registration import clock as wall
from registration import database, outbox, tasks
from registration.documents.signing import signer
from registration.keys import rotation
from registration.models import Licence, Message
from registration.operations.act import act
from registration.settings import Settings
from tests.fixtures.authorities import Authority
from tests.fixtures.cases import actor_of, nameless, submitted


def test_a_licence_waits_for_a_key_that_may_sign(office: Settings, clock: datetime) -> None:
    authority, present = Authority("样例根"), signer().keyed.certificate.public_key()
    ended = wall.now().replace(microsecond=0) - timedelta(days=1)
    certificate = authority.issue("样例局 演示 SAMPLE", present, since=ended - timedelta(days=9), until=ended)
    authority.write(office.keys / "signing", certificate)
    signer.cache_clear()
    case = submitted("individual", nameless(), registrar="330702", actor=actor_of("lin@example.cn"), now=clock)
    act(case, "claim", actor=actor_of("0318"), now=clock)
    act(case, "approve", actor=actor_of("0318"), now=clock, opinion="符合")

    tasks.work_on(_message().id or 0)
    waiting = _message()
    assert (waiting.attempts, waiting.parked_at) == (1, None)
    assert "key.expired" in (waiting.last_error or "")
    assert not _made()

    rotation.rotate(office, given=None, now=wall.now())
    signer.cache_clear()
    tasks.work_on(waiting.id or 0)
    assert _made()
    assert outbox.begin(waiting.id or 0, now=wall.now()) is None


def _message() -> Message:
    with database.reading() as session:
        return session.exec(select(Message).where(Message.effect == "issue.licence")).one()


def _made() -> bool:
    with database.reading() as session:
        return all(one.sha256 for one in session.exec(select(Licence)).all())
