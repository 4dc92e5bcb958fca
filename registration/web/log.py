"""The public log of licences: its description, its heads, and every entry with its proof."""

from flask import Blueprint, render_template, request

from registration.access import access
from registration.database import reading
from registration.errors import NotFound
from registration.http.context import PUBLIC_LIMIT, limiter, settings_here
from registration.keys import log as log_keys
from registration.queries import log
from registration.web.present.log import entry_rows, entry_words

blueprint = Blueprint("log", __name__, url_prefix="/log")

HEADS, FOUND, LATEST = 10, 50, 10
LONGEST_SOUGHT = 64
# What any database takes for a number.
LARGEST = 2**31


@blueprint.get("")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def home() -> str:
    sought = request.args.get("q", "").strip()[:LONGEST_SOUGHT]
    with reading() as session:
        size, heads = log.size_of(session), log.recent_heads(session, limit=HEADS)
        found = log.find(session, sought, limit=FOUND) if sought else []
        latest = log.entries(session, start=max(0, size - LATEST), limit=LATEST)[::-1]
    return render_template(
        "log/home.html",
        size=size,
        heads=heads,
        sought=sought,
        found=[entry_words(one) for one in found],
        latest=[entry_words(one) for one in latest],
        key=log_keys.public_keys(settings_here())[0],
        longest=LONGEST_SOUGHT,
    )


@blueprint.get("/<int:number>")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def entry(number: int) -> str:
    """One entry, counted from 1 as people count, with the proof under the latest head."""
    if not 0 < number < LARGEST:
        raise NotFound("log_entry_unknown")
    with reading() as session:
        leaf = next(iter(log.entries(session, start=number - 1, limit=1)), None)
        head = log.head_at(session)
        proof = log.proof_of(session, number - 1) if leaf and head and number <= head.size else None
    if leaf is None or leaf.position != number - 1:
        raise NotFound("log_entry_unknown")
    return render_template(
        "log/entry.html",
        number=number,
        leaf=leaf,
        words=entry_words(leaf),
        rows=entry_rows(leaf),
        proof=proof,
    )
