"""A refusal for a program: problem+json (RFC 9457), with a stable code and a message in the program's language."""

from collections.abc import Mapping
from typing import Any

from flask import Response, g, jsonify, request
from flask_limiter.errors import RateLimitExceeded
from werkzeug.exceptions import HTTPException

from registration.errors import (
    ActionRefused,
    InvalidInput,
    NotSignedIn,
    RegistrationError,
    StaleVersion,
    TooManyAttempts,
)
from registration.http.context import lang_here, say
from registration.rules.blockers import blocker_text
from registration.rules.form import MODELS
from registration.rules.problems import Problem, problem_text
from registration.rules.reference import texts
from registration.runtime.outage import outage_of

MEDIA_TYPE = "application/problem+json"
CODES = {
    400: "malformed_request",
    401: "not_signed_in",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    409: "conflict",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid_input",
    429: "too_many_attempts",
    500: "internal_error",
    503: "unavailable",
}
# What an error carries for its own texts and not for a stranger's eyes stays here.
_SHOWN = ("ref", "state", "action", "part", "version", "number", "scheme")
RETRY_SECONDS = {
    "idempotency_in_progress": 1,
    "unavailable": 5,
    "file_too_costly": 30,
    "sandbox_busy": 5,
    "sample_not_ready": 5,
    "too_many_attempts": 60,
}


def problem_answer(error: Exception) -> Response:
    """The answer to a request that ended with `error`; any unexpected error is a 500 without details.

    An outage is a 503: the same request succeeds once the database or the disk is back.
    """
    error = outage_of(error) or error
    status, code = status_and_code(error)
    body = {
        "type": f"urn:heyi:problem:{code}",
        "title": title_of(code, status),
        "status": status,
        "code": code,
        "request_id": g.get("request_id"),
        **_details(error),
    }
    answer = jsonify(body)
    answer.status_code, answer.mimetype = status, MEDIA_TYPE
    answer.vary.add("Accept-Language")
    _add_headers(answer, error, code)
    return answer


def against(error: RegistrationError | None) -> list[str]:
    """A refusal as sentences: every obstacle, every fault of an input, or the sentence of its code."""
    if isinstance(error, ActionRefused):
        return [blocker_text(blocker, lang_here()) for blocker in error.blockers]
    if isinstance(error, InvalidInput):
        return [problem_text(problem, lang_here()) for problem in error.problems]
    return [] if error is None else [title_of(error.reason, error.status)]


def title_of(code: str, status: int) -> str:
    """The sentence of a code, or that of its status for a code that has none of its own."""
    known = texts("reference/refusals.yaml")
    words: Mapping[str, str] = known.get(code) or known[CODES.get(status, "malformed_request")]
    return say(words)


def retry_seconds(code: str) -> int:
    """The Retry-After header for an unavailable service."""
    return RETRY_SECONDS.get(code, RETRY_SECONDS["unavailable"])


def status_and_code(error: Exception) -> tuple[int, str]:
    """The status of an answer to `error` and its stable code."""
    if isinstance(error, StaleVersion) and request.if_match:
        return 412, error.reason
    if isinstance(error, RegistrationError):
        return error.status, error.reason
    if isinstance(error, RateLimitExceeded):
        return 429, CODES[429]
    if isinstance(error, HTTPException) and error.code is not None:
        return error.code, str(getattr(error, "reason", None) or CODES.get(error.code, CODES[400]))
    return 500, CODES[500]


def _details(error: Exception) -> dict[str, Any]:
    if isinstance(error, InvalidInput):
        return {"errors": [problem_row(problem) for problem in error.problems], **_shown(error)}
    if isinstance(error, ActionRefused):
        return {"blockers": [blocker_row(blocker) for blocker in error.blockers], **_shown(error)}
    return _shown(error) if isinstance(error, RegistrationError) else {}


def problem_row(problem: Problem) -> dict[str, Any]:
    """A fault of a field: `path`, `code`, `message`."""
    return {"path": problem.path, "code": problem.code, "message": problem_text(_named(problem), lang_here())}


def _named(problem: Problem) -> Problem:
    """Outside the form a field has no label, and its own name serves a program better than none."""
    if problem.section in MODELS or "field" in problem.data:
        return problem
    return Problem(problem.path, problem.code, {**problem.data, "field": problem.path})


def blocker_row(blocker: Any) -> dict[str, Any]:
    """A reason against an action: `code`, `message`, and the problems of the form where those are the reason."""
    row: dict[str, Any] = {"code": blocker.code, "message": blocker_text(blocker, lang_here())}
    listed = blocker.data.get("problems") or blocker.data.get("flags") or ()
    problems = [problem_row(Problem(one["path"], one["code"], one["data"])) for one in listed]
    kinds = {"kinds": list(blocker.data["kinds"])} if "kinds" in blocker.data else {}
    return row | kinds | ({"errors": problems} if problems else {})


def _shown(error: RegistrationError) -> dict[str, Any]:
    return {name: error.data[name] for name in _SHOWN if name in error.data}


def _add_headers(answer: Response, error: Exception, code: str) -> None:
    if isinstance(error, NotSignedIn):
        answer.headers["WWW-Authenticate"] = 'Bearer realm="heyi"'
    if code in RETRY_SECONDS or answer.status_code == 503:
        answer.headers["Retry-After"] = str(RETRY_SECONDS.get(code, RETRY_SECONDS["unavailable"]))
    if isinstance(error, TooManyAttempts) and "seconds" in error.data:
        answer.headers["Retry-After"] = str(error.data["seconds"])
    if isinstance(error, HTTPException):
        answer.headers.extend({name: value for name, value in error.get_headers() if name == "Allow"})
