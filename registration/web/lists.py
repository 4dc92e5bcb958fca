"""The public lists of powers and responsibilities, without an account: pages, JSON with its schema, diagram."""

from flask import Blueprint, Response, render_template, request, url_for
from markupsafe import Markup

from registration.access import access
from registration.clock import local_date, now
from registration.database import reading
from registration.errors import NotFound
from registration.http.context import PUBLIC_LIMIT, in_language, lang_here, limiter, say
from registration.matters import definition_of
from registration.queries.duty_list import duty_item
from registration.queries.power_list import Edge, listed_matters, power_item
from registration.queries.public_figures import DAYS, PERIODS
from registration.queries.public_ratings import ratings_by_month
from registration.rules.city import city
from registration.rules.languages import in_offered
from registration.rules.power_items import DutyItem, DutyList, PowerItem, PowerList
from registration.rules.small_numbers import FEWEST
from registration.web.open_records import record_answer, schema_answer
from registration.web.present.kinds import regime_words
from registration.web.present.lists import figure_tables, found_in, limit_words, rating_tables
from registration.web.present.papers import PAPERS
from registration.web.present.table_changes import versions_of
from workflows.definition.values import Text
from workflows.diagram.svg import draw

blueprint = Blueprint("lists", __name__, url_prefix="/lists")


@blueprint.get("")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def show() -> str:
    """Both lists, item by item; `q` is what is sought."""
    sought = request.args.get("q", "").strip()[:100]
    items = [one for one in powers() if found_in(one, sought)]
    return render_template("lists/show.html", items=items, sought=sought, limit_words=limit_words)


@blueprint.get("/power/<matter>")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def power(matter: str) -> str:
    # The drawing is made here and escapes the texts in it.
    drawn = Markup(_drawn(matter))  # noqa: S704
    item = listed_power(matter)
    return render_template(
        "lists/power.html", item=item, drawn=drawn, limit_words=limit_words, regime_words=regime_words
    )


@blueprint.get("/power/<matter>/versions")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def versions(matter: str) -> str:
    """What changed from each version of the table to the next, the newest first."""
    return render_template("lists/versions.html", item=listed_power(matter), steps=versions_of(matter))


@blueprint.get("/power/<matter>.svg")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def flowchart(matter: str) -> Response:
    """In the language of the reader, so that no cache may give it to others."""
    return Response(_drawn(matter), mimetype="image/svg+xml")


@blueprint.get("/responsibility/<matter>")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def responsibility(matter: str) -> str:
    item = _duty(matter)
    return render_template(
        "lists/responsibility.html",
        item=item,
        figures=figure_tables(item.figures),
        grounds=item.figures[0].refusals,
        period=_period(),
        limit_words=limit_words,
        days=DAYS,
        fewest=FEWEST,
    )


@blueprint.get("/complaints")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def complaints() -> str:
    """How to complain, and by when the office answers."""
    items = powers()
    return render_template(
        "lists/complaints.html",
        days=city().about.service.complaint_answer,
        voice_days=city().about.service.voice_answer,
        bodies=items[0].body if items else (),
    )


@blueprint.get("/ratings")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def ratings() -> str:
    """How applicants rate the office, by matter and month."""
    return render_template("lists/ratings.html", matters=rating_tables(ratings_by_month()), fewest=FEWEST)


@blueprint.get("/appeals")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def appeals() -> str:
    """Against a decision: to whom and by when, with the bodies that the papers of each registrar name."""
    items = powers()
    remedies, bodies = (say(items[0].remedies), items[0].body) if items else ("", ())
    return render_template("lists/appeals.html", remedies=remedies, bodies=bodies)


@blueprint.get("/power.json")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def power_list() -> Response:
    return record_answer(PowerList(items=tuple(powers())))


@blueprint.get("/power/<matter>.json")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def power_record(matter: str) -> Response:
    return record_answer(listed_power(matter))


@blueprint.get("/responsibility.json")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def responsibility_list() -> Response:
    return record_answer(DutyList(items=tuple(_duty(matter) for matter in listed_matters())))


@blueprint.get("/responsibility/<matter>.json")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def responsibility_record(matter: str) -> Response:
    return record_answer(_duty(matter))


@blueprint.get("/power.schema.json")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def power_schema() -> Response:
    return schema_answer(PowerItem)


@blueprint.get("/responsibility.schema.json")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def responsibility_schema() -> Response:
    return schema_answer(DutyItem)


def powers() -> list[PowerItem]:
    """Every item of the power list, in the order of the matters."""
    return [listed_power(matter) for matter in listed_matters()]


def listed_power(matter: str) -> PowerItem:
    """The item of one matter; NotFound for one that is not listed."""
    _known(matter)
    with reading() as session:
        return power_item(session, matter, _edge(), today=local_date(now()))


def _duty(matter: str) -> DutyItem:
    _known(matter)
    with reading() as session:
        return duty_item(session, matter, _edge(), period=_period(), now=now())


def _known(matter: str) -> str:
    """The table of the matter for new cases."""
    found = listed_matters().get(matter)
    if found is None:
        raise NotFound(matter=matter)
    return found


def _period() -> str:
    asked = request.args.get("period", "")
    return asked if asked in PERIODS else PERIODS[0]


def _drawn(matter: str) -> str:
    return draw(definition_of(_known(matter)), lang=lang_here(), name="flow", say=say)


def _edge() -> Edge:
    return Edge(address=lambda endpoint, **values: url_for(endpoint, **values), paper_name=_paper_name)


def _paper_name(kind: str) -> Text:
    def words(lang: str) -> str:
        with in_language(lang):
            return str(PAPERS.get(kind, kind))

    return Text(**in_offered(words))
