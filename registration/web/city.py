"""What a page has of the city: its colours, mark and icon, and a paragraph of its own."""

from functools import cache
from hashlib import sha256

from flask import Blueprint, Flask, Response, url_for
from markupsafe import Markup

from registration.access import access
from registration.errors import NotFound
from registration.http.context import say
from registration.rules.city import Palette, city

blueprint = Blueprint("city", __name__, url_prefix="/city")


def install(app: Flask) -> None:
    app.jinja_env.globals.update(city=city, city_mark=city_mark, city_note=city_note, city_file=city_file)


@blueprint.get("/colours.css")
@access("public")
def colours() -> Response:
    return Response(colours_text(), mimetype="text/css")


@blueprint.get("/icon.svg")
@access("public")
def icon() -> Response:
    return Response(city().icon, mimetype="image/svg+xml")


@blueprint.get("/app-icon.png")
@access("public")
def app_icon() -> Response:
    """For the start screen of a phone: the whole square is filled, so that the phone may cut its corners."""
    picture = city().app_icon
    if picture is None:
        raise NotFound
    return Response(picture, mimetype="image/png")


def colours_text() -> str:
    """The style sheet that defines the three colours of the city, for light and dark mode."""
    chosen = city().about.colours
    dark = f"@media (prefers-color-scheme: dark) {{ {_root(chosen.dark)} }}"
    return f"{_root(chosen.light)}\n{dark}\n"


def city_mark() -> Markup:
    """The drawing beside the name; the reader of the folder let nothing into it but shapes."""
    return Markup(city().mark)  # noqa: S704 - the file of the city, which its operator chose


def city_note(page: str) -> Markup:
    """The city's own paragraph on a public page, or nothing."""
    note = getattr(city().about.notes, page)
    return Markup("<p>{}</p>\n").format(say(note)) if note else Markup("")


@cache
def city_file(name: str) -> str:
    """The address of `colours`, `icon` or `app_icon`. It changes with them, so that browsers may cache these files."""
    version = sha256((colours_text() + city().icon).encode() + (city().app_icon or b"")).hexdigest()[:12]
    return url_for(f"city.{name}", v=version)


def _root(palette: Palette) -> str:
    return ":root { " + "; ".join(f"--{name}: {value}" for name, value in palette.model_dump().items()) + " }"
