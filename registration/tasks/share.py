"""Shares a registration with the agencies: each gets the fields that the law lets it have, and nothing else."""

from registration import clock
from registration.gateways.agencies import agencies
from registration.operations import share
from registration.outbox import Work
from registration.queries.sharing import envelopes_for
from registration.settings import settings


def share_registration(work: Work) -> None:
    """Pushes to every agency; a repeat after a failure sends the same keys, which the agencies take once."""
    assert work.application_id is not None
    gateway = agencies(settings())
    receipts = {
        envelope.agency: gateway.push(envelope.agency, envelope.key, envelope.content)
        for envelope in envelopes_for(work.application_id)
    }
    share.acknowledge(work.id, work.application_id, receipts, now=clock.now())
