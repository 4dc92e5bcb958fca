"""What every request of GovStack goes through: the setting, the client, the audit line, and the form of refusals.

GovStack has no sign-in: the information mediator names the client in a header, so only it may reach these addresses.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, current_app, g, request
from flask_limiter.errors import RateLimitExceeded
from werkzeug.exceptions import HTTPException

from registration import clock
from registration.access import rule_of
from registration.actor import Actor
from registration.errors import Forbidden, InvalidInput, NotFound, NotSignedIn, RegistrationError
from registration.http.context import in_language, settings_here
from registration.http.problem_json import against, problem_row, status_and_code
from registration.operations import govstack as operations
from registration.queries.govstack import Caller
from registration.rules.govstack import GovStack, govstack, is_client_name
from registration.rules.problems import Problem
from workflows.definition.values import ENGLISH

PREFIX = "/govstack/registration/0.1.1"
HEADER = "Information-Mediator-Client"
LIMIT = "1200/minute"
# Where the specification requires the header: no client stands in for one that is not named.
NAMED = {"submit", "list_applications", "show_application", "change_application", "show_statistics"}
blueprint = Blueprint("govstack", __name__, url_prefix=PREFIX)


def configured() -> GovStack:
    """The services and clients. NotFound where the setting names no file."""
    path = settings_here().govstack
    if path is None:
        raise NotFound
    return govstack(path)


def the_caller() -> Caller:
    caller: Caller = g.caller
    return caller


def the_applicant() -> Actor:
    """The account in whose name the client applies. Forbidden for a client that has none."""
    return _account(the_caller().applicant)


def the_operator() -> Actor:
    """The account in whose name the client works on files. Forbidden for a client that has none."""
    return _account(the_caller().operator)


def _account(actor: Actor | None) -> Actor:
    if actor is None:
        raise Forbidden("govstack_account")
    return actor


@blueprint.before_request
def _look_at_request() -> None:
    """The catalogue is public; for all else the header names a client that the file knows."""
    found = configured()
    if _is_public():
        return
    g.caller, g.noted = None, False
    stands_in = None if _view() in NAMED else found.without_header
    name = request.headers.get(HEADER) or stands_in or ""
    if not is_client_name(name):
        raise InvalidInput([Problem(HEADER, "govstack.client_malformed")])
    g.caller = operations.caller_named(found, name)
    if g.caller is None:
        raise NotSignedIn("govstack_client")


def _view() -> str:
    return (request.endpoint or "").partition(".")[2]


def _is_public() -> bool:
    return rule_of(current_app.view_functions[request.endpoint or ""]) == "public"


def note_request(*, refused: str = "") -> None:
    """Writes the audit line of this request, in the transaction of what it does if there is one."""
    g.noted = True
    given = {name: str(value)[:200] for name, value in (request.view_args or {}).items()}
    ref = g.get("ref") or given.get("file_id") or given.get("task_id", "").rpartition(".")[0]
    told = given | ({"ref": ref} if ref else {})
    if g.caller is None:
        told["client"] = request.headers.get(HEADER, "")[:200]
    operations.note_request(g.caller, _view(), refused=refused, now=clock.now(), address=request.remote_addr, **told)


@blueprint.after_request
def _note(answer: Response) -> Response:
    """Writes one audit line per request of a client, reads included, before the answer leaves."""
    if not g.get("noted", True):
        note_request(refused=g.get("refused", ""))
    return answer


def answer(content: Mapping[str, Any] | Sequence[Any], status: int = 200) -> Response:
    text = json.dumps(content, ensure_ascii=False)
    return Response(text, status, content_type="application/json; charset=utf-8")


@blueprint.errorhandler(RegistrationError)
@blueprint.errorhandler(RateLimitExceeded)
@blueprint.errorhandler(HTTPException)
def refusal(error: Exception) -> Response:
    """`systemError` of the specification: 400 for what is wrong with an input, `message` in English."""
    status, code = status_and_code(error)
    g.refused = code
    with in_language(ENGLISH):
        message = _words(error, code)
    shown = {
        "traceId": g.get("request_id", ""),
        "code": code,
        "message": message,
        "localizedMessage": _words(error, code),
    }
    return answer(shown, 400 if status == 422 else status)


def _words(error: Exception, code: str) -> str:
    """Every reason, with the field that it is about."""
    if isinstance(error, InvalidInput):
        rows = [problem_row(problem) for problem in error.problems]
        return " ".join(f"{row['path']}: {row['message']}" for row in rows)
    return " ".join(against(error if isinstance(error, RegistrationError) else RegistrationError(code)))
