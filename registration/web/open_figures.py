"""The live figures for everybody, without an account: a page, its tables as CSV, and the data with its schema."""

from flask import Blueprint, Response, render_template

from registration.access import access
from registration.documents.downloads import attachment
from registration.errors import NotFound
from registration.http.context import PUBLIC_LIMIT, limiter
from registration.queries.open_figures import open_figures
from registration.rules import csv_text
from registration.rules.open_figures import OpenFigures
from registration.web.open_records import record_answer, schema_answer
from registration.web.present.open_figures import figures_shown, how_counted, large_numbers

blueprint = Blueprint("open_figures", __name__)


@blueprint.get("/figures")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def show() -> str:
    found = open_figures()
    return render_template(
        "lists/figures.html",
        found=found,
        headlines=large_numbers(found),
        figures=figures_shown(found).values(),
        how=how_counted(found),
    )


@blueprint.get("/figures/<name>.csv")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def table(name: str) -> Response:
    """The table of one figure, in the language of the reader."""
    found = open_figures()
    figure = figures_shown(found).get(name)
    if figure is None:
        raise NotFound(figure=name)
    lines = [[heading for heading, _look in figure.headings], *([cell.text for cell in row] for row in figure.rows)]
    filename = f"{name}-{found.today}.csv"
    return attachment(csv_text.written(lines), filename=filename, mimetype="text/csv; charset=utf-8")


@blueprint.get("/figures.json")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def record() -> Response:
    answer = record_answer(open_figures())
    answer.headers["Cache-Control"] = "public, max-age=120"
    return answer


@blueprint.get("/figures.schema.json")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def schema() -> Response:
    return schema_answer(OpenFigures)
