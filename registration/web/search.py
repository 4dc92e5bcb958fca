"""The search of the desk, from any of its pages: the same for the office and for the agencies' officers."""

from collections.abc import Sequence

from flask import Blueprint, render_template, request, url_for

from registration.access import access
from registration.clock import now
from registration.database import reading
from registration.http.context import the_actor
from registration.queries.inbox import inbox_rows, own_part_rows
from registration.queries.search import search
from registration.web.present import desk
from registration.web.present.desk import CaseLine, PartLine
from registration.web.present.desk_lists import reason_words

blueprint = Blueprint("search", __name__, url_prefix="/desk/search")


@blueprint.get("")
@access("search.read")
def show() -> str:
    actor, words, cursor = the_actor(), request.args.get("q", "").strip(), request.args.get("after") or None
    with reading() as session:
        page = search(session, words, actor=actor, cursor=cursor)
        numbers = [hit.number for hit in page.rows]
        if actor.agency is not None:
            parts = own_part_rows(session, numbers, actor=actor)
            lines: Sequence[PartLine | CaseLine] = desk.part_lines(parts, actor=actor, now=now())
        else:
            lines = [desk.line_of(row, actor=actor, now=now()) for row in inbox_rows(session, numbers)]
    return render_template(
        "review/search.html",
        words=words,
        lines=lines,
        reasons={hit.number: [reason_words(one) for one in hit.reasons] for hit in page.rows},
        next=url_for("search.show", q=words, after=page.next) if page.next else "",
        first=url_for("search.show", q=words) if cursor else "",
    )
