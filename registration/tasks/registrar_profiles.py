"""Prints the samples of a letterhead: a licence and a notice as they will look on its first day."""

from registration import database, outbox
from registration.documents import sample_sheets
from registration.gateways.storage import storage
from registration.outbox import Work
from registration.queries.registrar_profile_samples import samples_of
from registration.settings import settings


def samples(work: Work) -> None:
    """A repeat finds the existing ones. If the texts have changed since the message, the present ones are used."""
    with database.reading() as session:
        contents, seal = samples_of(session, str(work.payload["letterhead"]))
    for kind, content in contents.items():
        sample_sheets.make(storage(settings()), kind, content, design=settings().design, seal=seal)
    with database.transaction() as session:
        outbox.finish(session, work.id)
