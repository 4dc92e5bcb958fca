"""Shares a registration with the agencies: each gets the fields that the law lets it have, and nothing else."""

from collections.abc import Sequence

from registration import clock
from registration.gateways.agencies import agencies
from registration.operations import share
from registration.outbox import Work
from registration.queries.sharing import AgencyEnvelope, envelopes_for, envelopes_of_state
from registration.settings import settings


def share_registration(work: Work) -> None:
    """Pushes to every agency; a repeat after a failure sends the same keys, which the agencies take once."""
    assert work.application_id is not None
    receipts = _push(envelopes_for(work.application_id))
    share.acknowledge(work.id, work.application_id, receipts, now=clock.now())


def share_state(work: Work) -> None:
    """Tells every agency of a notice about an entity, or what became of its registration."""
    assert work.application_id is not None
    receipts = _push(envelopes_of_state(work.application_id))
    share.note_state(work.id, work.application_id, receipts, now=clock.now())


def _push(envelopes: Sequence[AgencyEnvelope]) -> dict[str, str]:
    """Agency -> receipt."""
    gateway = agencies(settings())
    return {one.agency: gateway.push(one.agency, one.key, one.content) for one in envelopes}
