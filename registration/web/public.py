"""The pages for everybody: home, help, accessibility, privacy, and the probes of those who run the service."""

from flask import Blueprint, Response, render_template
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from registration.access import access
from registration.db import reading

blueprint = Blueprint("public", __name__)


@blueprint.get("/")
@access("public")
def home() -> str:
    return render_template("public/home.html")


@blueprint.get("/help")
@access("public")
def help_page() -> str:
    return render_template("public/help.html")


@blueprint.get("/accessibility")
@access("public")
def accessibility() -> str:
    return render_template("public/accessibility.html")


@blueprint.get("/privacy")
@access("public")
def privacy() -> str:
    return render_template("public/privacy.html")


@blueprint.get("/livez")
@access("public")
def livez() -> Response:
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@access("public")
def readyz() -> Response:
    """Ready means that an application could be submitted: the database answers. The broker may be away meanwhile."""
    try:
        with reading() as session:
            session.connection().execute(text("SELECT 1"))
    except SQLAlchemyError:
        return Response("database\n", status=503, mimetype="text/plain")
    return Response("ok\n", mimetype="text/plain")
