"""Every other address below: refused in the form of the specification, because its programs read no other.

An id with `#` that was not encoded ends an address early: `POST /tasks/a#b/complete` comes as `POST /tasks/a`.
"""

from flask import Response

from registration.access import access
from registration.api.govstack.blueprint import LIMIT, blueprint
from registration.errors import NotFound
from registration.http.context import limiter


@blueprint.route("/<path:rest>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
@access("govstack.use")
@limiter.limit(LIMIT)
def nothing_here(rest: str) -> Response:
    raise NotFound(address=rest)
