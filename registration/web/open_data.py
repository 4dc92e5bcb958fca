"""Open data for everybody, without an account: the page, the files of the newest extract, and what describes them."""

from collections.abc import Iterator

from flask import Blueprint, Response, jsonify, render_template, request, url_for

from registration import clock
from registration.access import access
from registration.database import reading
from registration.documents.downloads import attachment, stored
from registration.errors import InvalidInput, NotFound
from registration.gateways.storage import storage
from registration.http.context import PUBLIC_LIMIT, limiter, settings_here
from registration.queries.open_data import changes_after, parts_of, published
from registration.rules import open_data as rules
from registration.rules.open_data import Manifest, json_line
from registration.rules.open_data_catalogue import MEDIA, data_package, dcat
from registration.rules.problems import Problem
from registration.rules.whole_numbers import whole_number
from registration.web.open_records import open_to_all

blueprint = Blueprint("open_data", __name__, url_prefix="/open-data")
# Versions of one answer.
MOST_CHANGES = 1000


@blueprint.get("")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def show() -> str:
    manifest = _newest()
    sets = [(key, row, manifest.files_of(key) if manifest else []) for key, row in rules.open_data().datasets.items()]
    return render_template(
        "lists/open_data.html", manifest=manifest, sets=sets, terms=rules.open_data(), changes=rules.CHANGES
    )


@blueprint.get("/catalog.jsonld")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def catalogue() -> Response:
    answer = open_to_all(jsonify(dcat(_newest(), _address)))
    answer.mimetype = "application/ld+json"
    return answer


@blueprint.get("/<dataset>/datapackage.json")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def package(dataset: str) -> Response:
    manifest = _newest()
    if dataset not in rules.open_data().datasets or manifest is None:
        raise NotFound(dataset=dataset)
    return open_to_all(jsonify(data_package(dataset, manifest, _address)))


@blueprint.get("/<dataset>.<any(csv,jsonl,parquet):form>")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def file(dataset: str, form: str) -> Response:
    """The file of the newest extract, sent part by part."""
    with reading() as session:
        extract = published(session)
        parts = parts_of(session, extract, dataset) if extract else []
    named = rules.manifest_in(extract.signed).file(dataset, form) if extract and extract.signed else None
    if named is None:
        raise NotFound(dataset=dataset)
    store = storage(settings_here())
    keys = [one.csv_key if form == "csv" else one.jsonl_key for one in parts]
    if form == "parquet" and extract is not None:
        keys = (extract.parquet or {}).get(dataset, [])

    def content() -> Iterator[bytes]:
        for key in keys:
            yield stored(store, key, digest=key.rpartition("/")[2])

    kind = MEDIA[form] if form == "parquet" else f"{MEDIA[form]}; charset=utf-8"
    answer = attachment("", filename=named.name, mimetype=kind, digest=named.sha256)
    answer.response = content()
    answer.content_length = named.bytes
    return open_to_all(answer)


@blueprint.get("/changes.jsonl")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def changes() -> Response:
    """Versions recorded after the cursor `after`, at once and not once a day; an empty answer: nothing new yet."""
    after = whole_number(request.args.get("after", "0").strip())
    if after is None:
        raise InvalidInput([Problem("after", "open_data.after")])
    with reading() as session:
        rows = changes_after(session, after, now=clock.now(), most=MOST_CHANGES)
    answer = Response("".join(map(json_line, rows)), mimetype=MEDIA["jsonl"])
    if rows:
        following = f"{_address('changes')}?after={rows[-1]['cursor']}"
        answer.headers["Link"] = f'<{following}>; rel="next"'
    open_to_all(answer).headers["Cache-Control"] = "no-cache"
    return answer


@blueprint.get("/manifest.json")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def manifest_json() -> Response:
    """The very bytes that were signed."""
    return open_to_all(Response(rules.payload_of(_require_signed()), mimetype="application/json"))


@blueprint.get("/manifest.jws")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def manifest_jws() -> Response:
    return open_to_all(Response(_require_signed(), mimetype="application/jose"))


def _require_signed() -> str:
    signed = _signed()
    if signed is None:
        raise NotFound(manifest="")
    return signed


def _newest() -> Manifest | None:
    signed = _signed()
    return rules.manifest_in(signed) if signed else None


def _signed() -> str | None:
    """The signed manifest of the newest extract; None before the first."""
    with reading() as session:
        extract = published(session)
    return extract.signed if extract else None


def _address(what: str, dataset: str = "", form: str = "") -> str:
    """Absolute addresses, so that a description can be read away from this site."""
    path = {
        "page": lambda: url_for("open_data.show"),
        "dataset": lambda: url_for("open_data.show", _anchor=dataset),
        "file": lambda: url_for("open_data.file", dataset=dataset, form=form),
        "changes": lambda: url_for("open_data.changes"),
    }[what]()
    return settings_here().public_url.rstrip("/") + path
