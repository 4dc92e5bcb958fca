"""The blueprint of the API: checks of every request before a view runs, and the format of answers.

A repeated POST is carried out once, invalid JSON is refused before it is used, and a version
named in `If-Match` is compared.
"""

import json
import math
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from hashlib import sha256
from typing import Any, NoReturn

from flask import Response, current_app, g, jsonify, request
from flask_openapi3 import APIBlueprint, OpenAPI
from flask_openapi3.utils import parse_parameters
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from registration import clock, database
from registration.errors import InvalidInput, NotFound, RegistrationError
from registration.http.context import actor_here, is_clean
from registration.http.problem_json import problem_answer
from registration.operations import idempotency
from registration.operations.sign import link_hash
from registration.rules.form import problems_of
from registration.rules.problems import Problem
from registration.rules.whole_numbers import whole_number
from registration.runtime import leases

PREFIX = "/api/v1"
# An entity tag as in `ETag` (RFC 9110, section 8.8.3), or any.
VERSION_TAG = r'"(0|[1-9][0-9]{0,8})"|[*]'
LARGEST_BODY = 1024 * 1024
# Of these the fields are read, and nothing is left of the body.
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Retry-After")
# These end a request before anything was done, so the same key may try again.
NOT_KEPT = frozenset({401, 412, 429})


class DescribedLater(APIBlueprint):
    """The blueprint of the API. It describes its routes at the first request for the description, not at the start of a
    process, of which the descriptions would take a tenth."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._waiting: list[Callable[[], Any]] = []
        self._lock = threading.Lock()

    def _collect_openapi_info(self, rule: str, func: Callable[..., Any], **options: Any) -> Any:
        self._waiting.append(partial(super()._collect_openapi_info, rule, func, **options))
        return parse_parameters(func, doc_ui=False)

    def describe(self, app: OpenAPI) -> None:
        """Adds the descriptions to those of the application, once; a second request meanwhile waits for it."""
        with self._lock:
            while self._waiting:
                self._waiting.pop(0)()
            app.tags, app.tag_names = self.tags, self.tag_names
            app.paths.update(self.paths)
            app.components_schemas.update(self.components_schemas)


blueprint = DescribedLater("api", __name__, url_prefix=PREFIX)


class BrokenJson(BadRequest):
    reason = "malformed_json"


class RepeatedKey(BadRequest):
    reason = "repeated_json_key"


def repeatable(view: Any) -> Any:
    """Marks a POST that changes nothing that a repetition could harm: it needs no Idempotency-Key."""
    view.repeatable = True
    return view


def reply(content: BaseModel | Mapping[str, Any], status: int = 200, *, version: int | None = None) -> Response:
    """The JSON of an answer; `version` is the application's, as its entity tag."""
    answer = jsonify(content.model_dump(mode="json") if isinstance(content, BaseModel) else content)
    answer.status_code = status
    if version is not None:
        answer.set_etag(str(version))
    answer.vary.add("Accept-Language")
    return answer


def version_asked() -> int | None:
    """The version that the sender has read, from `If-Match`; None when it does not care."""
    given = request.headers.get("If-Match", "*")
    found = re.fullmatch(VERSION_TAG, given, re.ASCII)
    if found is None:
        raise InvalidInput([Problem("If-Match", "if_match.malformed")])
    return whole_number(found[1] or "")


def refuse_parameters(error: ValidationError) -> NoReturn:
    """The parser's errors about query, path or body, as codes of this project and without the input."""
    raise InvalidInput(
        [
            Problem(problem.path.removeprefix("body."), problem.code, problem.data)
            for problem in problems_of("body", error)
        ]
    )


@blueprint.before_request
def _look_at_content() -> None:
    for name, value in {**request.args, **(request.view_args or {})}.items():
        if not is_clean(str(value)):
            raise NotFound if name in (request.view_args or {}) else InvalidInput([Problem(name, "text.unseen")])
    if request.method in ("POST", "PUT", "PATCH") and request.mimetype != "multipart/form-data":
        look_at_json()


def look_at_json() -> None:
    """Refuses a body that is no JSON, or one that readers understand in different ways; an empty one passes."""
    if (request.content_length or 0) > LARGEST_BODY:
        raise RequestEntityTooLarge
    data = request.get_data(cache=True)
    if not data:
        return
    if not request.is_json:
        raise UnsupportedMediaType
    try:
        content = json.loads(data, parse_constant=_refuse_constant, object_pairs_hook=_object)
        problems = [Problem(path or "body", "text.unseen") for path in _unclean(content, "")]
    except (ValueError, RecursionError) as error:
        raise BrokenJson from error
    if problems:
        raise InvalidInput(problems)


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """RFC 8259 leaves open which of two equal keys counts: a proxy may have checked the other one."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise RepeatedKey
    return found


def _unclean(value: Any, path: str) -> Iterator[str]:
    """The path of a text that no database can store (NUL, half a surrogate pair), or of an infinite number."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from [path] if not is_clean(key) else _unclean(item, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _unclean(item, f"{path}.{place}".lstrip("."))
    elif (isinstance(value, str) and not is_clean(value)) or (isinstance(value, float) and math.isinf(value)):
        yield path


@blueprint.before_request
def _answer_again() -> Response | None:
    """The stored answer for this key, if there is one; else claims the key for this request."""
    g.once = None
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method != "POST" or getattr(view, "repeatable", False):
        return None
    key = request.headers.get("Idempotency-Key")
    if key is None:
        raise InvalidInput([Problem("Idempotency-Key", "idempotency_key.missing")])
    found = idempotency.begin(_sender(), key, request_hash(), now=clock.now())
    if isinstance(found, idempotency.Claim):
        _begin_once(found)
        return None
    answer = Response(found.body, status=found.status, headers=dict(found.headers))
    answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _begin_once(claim: idempotency.Claim) -> None:
    """Begins the unit in which the request's writes and its answer are committed together."""
    g.once, g.unit = claim, database.Unit()
    leases.hold(claim.owner, lambda: idempotency.renew(claim, now=clock.now()), seconds=idempotency.LEASE_SECONDS)
    g.unit.begin()


@blueprint.after_request
def _keep_answer(answer: Response) -> Response:
    claim: idempotency.Claim | None = g.get("once")
    if claim is None:
        return answer
    try:
        return _kept(claim, answer)
    except (RegistrationError, SQLAlchemyError, OSError) as error:
        # The commit failed, so nothing was written.
        g.unit.end(keep=False)
        return problem_answer(error)
    finally:
        leases.release(claim.owner)


def _kept(claim: idempotency.Claim, answer: Response) -> Response:
    if answer.status_code >= 500:
        g.unit.end(keep=False)
        idempotency.forget(claim)
    elif answer.status_code in NOT_KEPT:
        idempotency.forget(claim)
        g.unit.end(keep=True)
    else:
        headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
        text = answer.get_data(as_text=True)
        idempotency.keep(claim, idempotency.StoredAnswer(answer.status_code, headers, text))
        g.unit.end(keep=True)
    return answer


@blueprint.teardown_request
def _leave_nothing_open(_error: BaseException | None) -> None:
    """Whatever happened above: the next request of this process begins with no transaction."""
    if g.get("once") is not None:
        leases.release(g.once.owner)
        g.unit.end(keep=False)


def _sender() -> str:
    actor = actor_here()
    if actor is not None:
        return actor.tag
    secret = (request.view_args or {}).get("secret")
    return f"link:{link_hash(secret)}" if secret else "anybody"


def request_hash() -> str:
    """A digest of the request. The boundary of a multipart body differs each time and is not included."""
    digest = sha256(f"{request.method} {request.full_path}\n".encode())
    if request.mimetype not in FORMS:
        digest.update(request.get_data(cache=True))
        return digest.hexdigest()
    for name, value in sorted(request.form.items(multi=True)):
        digest.update(f"{name}={value}\n".encode())
    for name, file in sorted(request.files.items(multi=True), key=lambda pair: pair[0]):
        digest.update(f"{name}:{file.filename}:{sha256(file.read()).hexdigest()}\n".encode())
        file.seek(0)
    return digest.hexdigest()
