"""A request that was sent twice is carried out once: GovStack's clients send no key, so it is made of the request."""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from flask import Response

from registration import clock, database
from registration.api.govstack.blueprint import note_request, the_caller
from registration.api.v1.blueprint import request_hash
from registration.operations import idempotency
from registration.operations.idempotency import LEASE_SECONDS, Claim, StoredAnswer
from registration.runtime import leases


def once(
    view: Callable[..., Response], *, holds: Callable[[StoredAnswer], bool] = lambda _: True
) -> Callable[..., Response]:
    """The view's writes, its audit line and its answer are one transaction; the same request gets that answer again.

    A refusal writes nothing, and the same request may be sent again once its reason is gone. A stored answer that no
    longer `holds` is dropped, and the request is carried out anew.
    """

    @wraps(view)
    def carried_out(**values: Any) -> Response:
        sender = f"govstack:{the_caller().client}"
        # Of the address with its query, and the body.
        digest = request_hash()
        key = sha256(digest.encode()).hexdigest()
        found = idempotency.begin(sender, key, digest, now=clock.now())
        if isinstance(found, StoredAnswer) and not holds(found):
            idempotency.drop(sender, key)
            found = idempotency.begin(sender, key, digest, now=clock.now())
        if isinstance(found, StoredAnswer):
            return Response(found.body, found.status, headers=dict(found.headers))
        return _kept(found, lambda: view(**values))

    return carried_out


def _kept(claim: Claim, work: Callable[[], Response]) -> Response:
    done = False
    leases.hold(claim.owner, lambda: idempotency.renew(claim, now=clock.now()), seconds=LEASE_SECONDS)
    try:
        with database.all_or_nothing():
            made = work()
            note_request()
            headers = {"Content-Type": made.headers["Content-Type"]}
            idempotency.keep(claim, StoredAnswer(made.status_code, headers, made.get_data(as_text=True)))
        done = True
        return made
    finally:
        leases.release(claim.owner)
        if not done:
            idempotency.forget(claim)
