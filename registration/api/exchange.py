"""Where agencies' programs send receipts, numbers, objections and lists: signed requests, apart from the office's API.

An agency is known by its signature alone (rules/signed_requests.py): no token of a person counts here.
"""

from flask import Blueprint, Flask, Response, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from registration import clock, database
from registration.access import access
from registration.errors import InvalidInput, NotSignedIn
from registration.http.context import limiter
from registration.models import ExchangePeer
from registration.operations import exchange_messages
from registration.operations.exchange import secrets_of
from registration.queries.exchange import with_channel
from registration.rules.exchange import LARGEST, read_message
from registration.rules.problems import InvalidForm
from registration.rules.signed_requests import ID, is_signed

blueprint = Blueprint("exchange_messages", __name__, url_prefix="/exchange/v1")
# A program of an agency, which may have a morning's work to send.
LIMIT = "600/minute"
LONGEST_ID = 100


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.post("/<agency>/messages")
@access("public")
@limiter.limit(LIMIT)
def take(agency: str) -> Response:
    """The same message again, by its id, gets the same answer; 401 for one that this agency did not sign just now."""
    if (request.content_length or 0) > LARGEST:
        raise RequestEntityTooLarge
    body, now = request.get_data(cache=True), clock.now()
    headers = {name.lower(): value for name, value in request.headers.items()}
    message_id = headers.get(ID, "")
    with database.reading() as session:
        peer = session.get(ExchangePeer, agency) if agency in with_channel() else None
        secrets = secrets_of(peer, now=now) if peer is not None else []
    if len(message_id) > LONGEST_ID or not is_signed(headers, body, secrets=secrets, now=now):
        raise NotSignedIn("not_signed")
    try:
        message = read_message(body)
    except InvalidForm as wrong:
        raise InvalidInput(wrong.problems) from None
    return jsonify(exchange_messages.take(agency, message_id, message, body, now=now))
