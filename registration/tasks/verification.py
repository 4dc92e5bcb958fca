"""Does a batch of the checks of the records, and mails those who look after the system when faults were found."""

from sqlmodel import col, select

from registration import clock, database
from registration.gateways.storage import storage
from registration.keys import log as log_keys
from registration.models import Verification
from registration.operations import verification
from registration.operations.roots import last_due
from registration.outbox import Work
from registration.queries.verification import ALERT, EFFECT, Sources, batch_of, letters_about_faults
from registration.settings import settings
from registration.tasks.letters import send_and_finish

__all__ = ["ALERT", "EFFECT", "mail_about_faults", "verify"]


def verify(work: Work) -> None:
    now, ref = clock.now(), str(work.payload["verification"])
    keys = log_keys.public_keys(settings())
    sources = Sources(storage(settings()).get, keys, now, last_due(now))
    with database.reading() as session:
        run = session.exec(select(Verification).where(col(Verification.ref) == ref)).one()
        step, position = run.step, run.position
        batch = batch_of(session, step, position, sources)
    verification.record(ref, step, position, batch, message=work.id, now=clock.now())


def mail_about_faults(work: Work) -> None:
    with database.reading() as session:
        letters = list(letters_about_faults(session, str(work.payload["verification"])))
    send_and_finish(work, letters)
