"""The public register, without an account: the search, and a page for each entity, as of any day."""

from flask import Blueprint, render_template, request, url_for

from registration.access import access
from registration.clock import local_date, now
from registration.database import reading
from registration.errors import InvalidInput, NotFound
from registration.http.context import PUBLIC_LIMIT, lang_here, limiter
from registration.queries.licences import verdict_on
from registration.queries.public_notices import notices_of_entity
from registration.queries.register import day_asked, entity_with, registered_on
from registration.queries.register_search import SHORTEST, search_register
from registration.rules.problems import problem_text
from registration.web.present.licence_words import HEADS, entity_state_tag
from registration.web.present.public_notices import notice_text
from registration.web.present.register import changes_of, items_by_kind, state_on

blueprint = Blueprint("public_register", __name__, url_prefix="/register")
LONGEST = 60


@blueprint.get("")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def find() -> str:
    """`q` is what is sought, `after` the cursor of the page."""
    words, cursor = request.args.get("q", "").strip()[:LONGEST], request.args.get("after") or None
    with reading() as session:
        page = search_register(session, words, cursor=cursor) if words else None
    return render_template(
        "register/find.html",
        words=words,
        rows=page.rows if page else (),
        state_tag=entity_state_tag,
        too_short=0 < len(words) < SHORTEST,
        next=url_for("public_register.find", q=words, after=page.next) if page and page.next else "",
        first=url_for("public_register.find", q=words) if cursor else "",
    )


@blueprint.get("/<code>")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def show(code: str) -> tuple[str, int]:
    """Its public items on the day `on`; on today if that is no day of it, with what is wrong."""
    typed, today, problems = request.args.get("on", "")[:20], local_date(now()), []
    with reading() as session:
        entity = entity_with(session, code[:LONGEST].upper())
        if entity is None:
            raise NotFound(entity=code)
        try:
            day = day_asked(typed, entity, today=today)
        except InvalidInput as refused:
            day, problems = today, [("on", problem_text(one, lang_here())) for one in refused.problems]
        found = registered_on(session, entity, day, public=True)
        verdict = verdict_on(session, entity) if day == today else None
        notices = notices_of_entity(session, entity)
    page = render_template(
        "register/show.html",
        entity=entity,
        found=found,
        state=state_on(found),
        **items_by_kind(found),
        changes=list(changes_of(found)),
        notices=[notice_text(one, today=today) for one in notices],
        licence=HEADS[verdict] if verdict else None,
        typed=typed if problems else day.isoformat(),
        today=today,
        problems=problems,
    )
    return page, 422 if problems else 200
