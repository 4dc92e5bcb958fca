"""Shares a registration with the agencies: each gets the fields that the law lets it have, and nothing else."""

from collections.abc import Sequence

from certificates.canonical import digest
from registration import clock
from registration.gateways.agencies import agencies
from registration.operations import share
from registration.outbox import Work
from registration.queries.exchange import with_channel
from registration.queries.sharing import AgencyEnvelope, envelopes_for, envelopes_of_state
from registration.settings import settings


def share_registration(work: Work) -> None:
    """Pushes to every agency, or has its channel deliver; a repeat sends the same keys, which agencies take once."""
    assert work.application_id is not None
    receipts, queued = _push(envelopes_for(work.application_id))
    share.acknowledge(work.id, work.application_id, receipts, now=clock.now(), queued=queued)


def share_state(work: Work) -> None:
    """Tells every agency of a notice about an entity, or what became of its registration."""
    assert work.application_id is not None
    receipts, queued = _push(envelopes_of_state(work.application_id))
    share.note_state(work.id, work.application_id, receipts, now=clock.now(), queued=queued)


def _push(envelopes: Sequence[AgencyEnvelope]) -> tuple[dict[str, str], list[AgencyEnvelope]]:
    """Agency -> receipt, and what the channels of agencies deliver."""
    gateway, channels = agencies(settings()), with_channel()
    queued = [one for one in envelopes if one.agency in channels]
    receipts = {one.agency: f"queued:{digest(one.content)[:16]}" for one in queued}
    pushed = (one for one in envelopes if one.agency not in channels)
    return receipts | {one.agency: gateway.push(one.agency, one.key, one.content) for one in pushed}, queued
