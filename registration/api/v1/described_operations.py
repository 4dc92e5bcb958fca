"""The description of each operation beside its schemas: access, headers, and possible refusals."""

from typing import Any

from registration.access import ACCESS, rule_of
from registration.api.v1.blueprint import LARGEST_BODY, VERSION_TAG
from registration.api.v1.shapes import Refusal
from registration.http.problem_json import MEDIA_TYPE
from registration.matters import definition_of, shipped
from registration.operations.idempotency import KEY_PATTERN, LONGEST_KEY

KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "A fresh value for each thing that is to be done",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": f"^{KEY_PATTERN}$"},
}
MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The ETag that was read; 412 when the case has changed since",
    "schema": {"type": "string", "pattern": f"^({VERSION_TAG})$"},
}
# The views that compare a version, and those whose answer carries one.
COMPARED = frozenset(
    (
        "save_form",
        "save_section",
        "take_action",
        "take_name_decision",
        "override",
        "revise_letterhead",
        "step_letterhead",
    )
)
TAGGED = COMPARED | {"start_case", "show_case", "list_materials", "prepare_letterhead", "show_letterhead"}
# Refusals that only the view itself knows of.
ALSO = {"make_token": {401}, "latest_head": {404}, "prove": {404}, "send_code_again": {404}, "confirm_sign_up": {404}}
ALSO |= {"confirm_password_reset": {404}, "ask_progress": {404}}
# The addresses of a member of staff are not the own ones; a code may be over.
ALSO |= {key: {404} for key in ("begin_address", "send_address_code_again", "confirm_address", "remove_address")}
WORDS = {
    400: "The body is not what its Content-Type says",
    401: "There is no token, or it holds no longer",
    403: "The object is known to you, but not this use of it",
    404: "There is none, or it is a stranger's",
    409: "What stands in the way is named; nothing was changed",
    412: "The case has changed since it was read",
    413: f"The body is larger than {LARGEST_BODY // 1024} KB, or a file larger than is taken",
    415: "The Content-Type is another than the described one",
    422: "`errors` names everything that is wrong",
    429: "Too many requests from this address, or too many wrong tries",
    500: "A fault of the server; nothing was done",
    503: "A part that this needs is away; nothing was done, and the same request can be sent again",
}
RETRY = {"Retry-After": {"description": "Seconds", "schema": {"type": "integer", "minimum": 1}}}
HEADERS: dict[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}}},
    429: RETRY,
    503: RETRY,
}
ETAG = {"ETag": {"description": "The version, for If-Match", "schema": {"type": "string"}}}
REPLAYED = {"Idempotency-Replayed": {"description": "The key was used before", "schema": {"const": "true"}}}
LOCATION = {"Location": {"description": "The new application", "schema": {"type": "string", "format": "uri-reference"}}}
# Values in an answer that are parameters of other operations: (operation, name of the parameter, position).
LINKS = {
    "start_case": [
        ("show_case", "ref", "$response.body#/ref"),
        ("save_form", "ref", "$response.body#/ref"),
        ("list_materials", "ref", "$response.body#/ref"),
        ("show_explanation", "ref", "$response.body#/ref"),
        ("take_action", "ref", "$response.body#/ref"),
    ],
    "save_form": [("show_case", "ref", "$response.body#/ref"), ("show_changes", "ref", "$response.body#/ref")],
    "prepare_letterhead": [
        ("show_letterhead", "letterhead", "$response.body#/letterhead"),
        ("revise_letterhead", "letterhead", "$response.body#/letterhead"),
        ("step_letterhead", "letterhead", "$response.body#/letterhead"),
    ],
}


def complete(operation: dict[str, Any], *, name: str, method: str, view: Any) -> None:
    """Adds to the request parser's description of a view the checks of the blueprint and the access rules."""
    opens = ACCESS[rule_of(view)].opens
    once = method == "post" and not getattr(view, "repeatable", False)
    operation["operationId"] = name
    # The request parser adds one to every view, with another media type than the actual answer.
    operation["responses"].pop("422", None)
    operation["security"] = [{"bearer": []}] if opens == "account" else []
    parameters = operation.setdefault("parameters", [])
    parameters += [KEY] if once else []
    parameters += [MATCH] if name in COMPARED else []
    for one in parameters:
        if one["name"] == "action":
            one["schema"]["enum"] = known_actions()
    _complete_successes(operation, name=name, once=once)
    for status in _refusals(
        operation, name=name, opens=opens, method=method, limited=hasattr(view, "__wrapper-limiter-instance")
    ):
        operation["responses"][str(status)] = refusal(status)
    operation["responses"] = dict(sorted(operation["responses"].items()))


def known_actions() -> list[str]:
    """Every action of every table, the agencies' parts included."""
    found: set[str] = set()
    for key in shipped():
        definition = definition_of(key)
        found |= {*definition.actions, *(definition.parts.actions if definition.parts else ())}
    return sorted(found)


def refusal(status: int) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{Refusal.__name__}"}}}
    headers = {"headers": HEADERS[status]} if status in HEADERS else {}
    return {"description": WORDS[status], "content": content, **headers}


def _complete_successes(operation: dict[str, Any], *, name: str, once: bool) -> None:
    for status, answer in operation["responses"].items():
        if not status.startswith("2"):
            continue
        headers = (ETAG if name in TAGGED else {}) | (REPLAYED if once else {})
        headers |= LOCATION if name in ("start_case", "begin_elsewhere") else {}
        if headers:
            answer["headers"] = headers
        if name in LINKS:
            answer["links"] = {
                target: {"operationId": target, "parameters": {parameter: expression}}
                for target, parameter, expression in LINKS[name]
            }


def _refusals(operation: dict[str, Any], *, name: str, opens: str, method: str, limited: bool) -> set[int]:
    found = {500, 503} | ALSO.get(name, set())
    places = {one["in"] for one in operation["parameters"]}
    if opens == "account":
        found |= {401, 403}
    if opens == "link" or "path" in places:
        found.add(404)
    if places:
        found.add(422)
    if method != "get":
        found |= {400, 409, 413, 415, 422}
    if any(one["name"] == "If-Match" for one in operation["parameters"]):
        found.add(412)
    return found | ({429} if limited else set())
