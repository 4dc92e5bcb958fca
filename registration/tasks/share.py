"""Shares a registration with the agencies: each gets the fields that the law lets it have, and nothing else."""

from certificates.canonical import digest
from registration import clock
from registration.gateways.agencies import agencies
from registration.operations import share
from registration.outbox import Work
from registration.queries.exchange import with_channel
from registration.queries.sharing import envelopes_for
from registration.settings import settings


def share_registration(work: Work) -> None:
    """Pushes to every agency, or has its channel deliver; a repeat sends the same keys, which agencies take once."""
    assert work.application_id is not None
    gateway, channels = agencies(settings()), with_channel()
    receipts: dict[str, str] = {}
    queued = []
    for envelope in envelopes_for(work.application_id):
        if envelope.agency in channels:
            queued.append(envelope)
            receipts[envelope.agency] = f"queued:{digest(envelope.content)[:16]}"
        else:
            receipts[envelope.agency] = gateway.push(envelope.agency, envelope.key, envelope.content)
    share.acknowledge(work.id, work.application_id, receipts, now=clock.now(), queued=queued)
