"""The description of the API: OpenAPI 3.1 for programs, a page for people. Security and keys come from the routes."""

import re
from copy import deepcopy
from typing import Any, cast

from flask import Response, current_app, jsonify, render_template
from flask_openapi3 import Info, OpenAPI
from werkzeug.routing import Rule

from registration.access import access
from registration.api.v1.blueprint import blueprint, refuse_parameters
from registration.api.v1.described_form import add_form
from registration.api.v1.described_operations import complete
from registration.api.v1.shapes import Refusal

ABOUT = """\
合一的接口：网页能办的，这里都能办。错误一律是 problem+json（RFC 9457），`code` 不变，文字随 `Accept-Language`。
每个会产生结果的 POST 都要带 `Idempotency-Key`：同一个值重复发送，只办一次，答复相同。

Everything that the pages do can be done here. Errors are problem+json (RFC 9457) with stable codes and a text in the
language of `Accept-Language` (Chinese unless English is asked for). A POST that changes something carries an
`Idempotency-Key`: sent again with the same key it is done once and answered alike. Times are UTC (RFC 3339).
"""
METHODS = ("get", "post", "put", "patch", "delete")


def prepare(app: OpenAPI) -> None:
    """Configures the request parser's errors and its description."""
    app.info = Info(title="合一 Heyi", version="1", description=ABOUT)
    app.validation_error_callback = refuse_parameters
    app.validation_error_model = Refusal


@blueprint.get("/openapi.json", doc_ui=False)
@access("public")
def spec() -> Response:
    return jsonify(description())


@blueprint.get("/docs", doc_ui=False)
@access("public")
def docs() -> str:
    document = description()
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, operations in document["paths"].items():
        for method in METHODS:
            if method in operations:
                one = operations[method]
                groups.setdefault(one["tags"][0], []).append({"method": method.upper(), "path": path, **one})
    return render_template("api/docs.html", groups=groups, schemas=document["components"]["schemas"], words=type_words)


def description() -> dict[str, Any]:
    """The whole description, put together once a process."""
    app = cast(OpenAPI, current_app)
    kept: dict[str, Any] | None = app.extensions.get("heyi_description")
    if kept is None:
        blueprint.describe(app)
        kept = app.extensions["heyi_description"] = _complete(deepcopy(app.api_doc))
    return kept


def type_words(schema: dict[str, Any]) -> list[tuple[str, str]]:
    """(words, name of a schema or "") for each kind of value that a schema allows."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return [(name, name)]
    if "anyOf" in schema or "oneOf" in schema:
        return [word for one in schema.get("anyOf", schema.get("oneOf", [])) for word in type_words(one)]
    if schema.get("type") == "array":
        return [(f"[{words}]", name) for words, name in type_words(schema.get("items", {}))]
    if "enum" in schema:
        return [(" | ".join(str(one) for one in schema["enum"]), "")]
    return [(str(schema.get("format") or schema.get("const") or schema.get("type", "any")), "")]


def _complete(document: dict[str, Any]) -> dict[str, Any]:
    for rule in current_app.url_map.iter_rules():
        view = current_app.view_functions[rule.endpoint]
        for method in METHODS:
            operation = document["paths"].get(_address(rule), {}).get(method)
            if operation is not None and method.upper() in (rule.methods or ()):
                complete(operation, name=rule.endpoint.rpartition(".")[2], method=method, view=view)
    add_form(document)
    return document


def _address(rule: Rule) -> str:
    return re.sub(r"<([^<:]+:)?", "{", rule.rule).replace(">", "}")
