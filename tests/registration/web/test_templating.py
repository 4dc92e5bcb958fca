"""Templates are compiled once for each language, with the texts in it."""

import re
from pathlib import Path

import pytest
from flask import Flask, g
from jinja2 import Environment, TemplateSyntaxError, meta, nodes

from registration import app as application
from registration.web.templating import PageTemplates
from tests.fixtures.visitor import Visitor

FOLDER = Path(application.__file__).parent / "web" / "templates"
WITHOUT_CONTEXT = re.compile(r'\{%-? *(?:import|from) "([^"]+)"(?![^%]*with context)[^%]*%\}')


def compiled(app: Flask, lang: str) -> str:
    """What the frame of every page is compiled to."""
    env = app.jinja_env
    assert isinstance(env, PageTemplates)
    with app.test_request_context():
        g.lang = lang
        here = env.here()
    return str(here.compile((FOLDER / "base.html").read_text(encoding="utf-8"), raw=True))


def test_a_compiled_template_has_its_language_and_fixed_addresses(desk_app: Flask) -> None:
    chinese, english = (compiled(desk_app, lang) for lang in ("zh", "en"))
    assert "跳到主要内容" in chinese
    assert "Skip to main content" in english
    assert 'href="/help"' in chinese
    # What is filled for each page is translated before: the number of a member of staff, the hours of the hotline.
    assert "%(number)s号" in chinese
    assert "%(number)s号" not in english


def test_what_is_imported_without_the_context_needs_none(desk_app: Flask) -> None:
    """A name that only the page has would be empty there."""
    env: Environment = desk_app.jinja_env
    imported = {name for file in FOLDER.rglob("*.html") for name in WITHOUT_CONTEXT.findall(file.read_text("utf-8"))}
    assert "macros/forms.html" in imported
    missing = {
        name: found
        for name in imported
        if (found := meta.find_undeclared_variables(env.parse((FOLDER / name).read_text("utf-8"))) - {*env.globals})
    }
    assert not missing


def test_what_is_fixed_is_rendered_once_for_each_language(desk_app: Flask) -> None:
    """A page in another language, or of another visitor, does not change the words of the foot."""
    visitor = Visitor(desk_app)
    for lang, words in (("zh", "开放数据"), ("en", "Open data"), ("zh", "开放数据"), ("en", "Open data")):
        visitor.client.set_cookie("lang", lang)
        page = visitor.get("/help").text
        assert (words in page, f'<html lang="{"zh-Hans" if lang == "zh" else lang}"' in page) == (True, True), lang


def test_each_fixed_part_has_its_own_place(desk_app: Flask) -> None:
    """Templates that are compiled apart from each other, as for another application, keep theirs apart, too."""
    env: Environment = desk_app.jinja_env
    places = [
        place
        for file in FOLDER.rglob("*.html")
        for call in env.parse(file.read_text("utf-8"), str(file.relative_to(FOLDER))).find_all(nodes.CallBlock)
        if isinstance(call.call.node, nodes.ExtensionAttribute)
        for place in [call.call.args[0].as_const()]
    ]
    assert len(places) > 4
    assert len(places) == len(set(places))


@pytest.mark.parametrize("name", ["actor", "csrf_token()", "current('public.home')", "large_text()", "lang"])
def test_what_is_fixed_knows_nothing_of_the_request(desk_app: Flask, name: str) -> None:
    with pytest.raises(TemplateSyntaxError, match=name.partition("(")[0]):
        desk_app.jinja_env.from_string("{% fixed %}{{ " + name + " }}{% endfixed %}")


def test_what_is_fixed_includes_nothing(desk_app: Flask) -> None:
    """What is included may use every name of the page."""
    with pytest.raises(TemplateSyntaxError, match="include"):
        desk_app.jinja_env.from_string("{% fixed %}{% include 'guide/_later.html' %}{% endfixed %}")
