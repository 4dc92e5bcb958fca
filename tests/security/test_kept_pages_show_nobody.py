"""A kept public page shows no visitor what belongs to another."""

import gzip
from collections.abc import Callable

import pytest
from flask import Flask
from flask_wtf.csrf import generate_csrf

from registration.app import create_app
from registration.settings import Settings
from tests.fixtures.office import LIN
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
KEPT = ("/help", "/accessibility", "/privacy", "/guide", "/guide/types")
GZIP = {"Accept-Encoding": "gzip"}


def kept(app: Flask) -> dict[object, object]:
    found: dict[object, object] = app.extensions.get("kept pages", {})
    return found


@pytest.mark.parametrize("path", KEPT)
def test_who_is_signed_in_gets_a_page_of_their_own(visit: Visit, app: Flask, path: str) -> None:
    """The signed-in person opens the page before it is kept, and after."""
    assert "退出" in words(visit(LIN).get(path))
    assert not kept(app)
    first, second = visit().get(path), visit().get(path, headers=GZIP)
    assert len(kept(app)) == 1
    assert "退出" not in first.text
    assert first.data == gzip.decompress(second.data)
    assert first.content_type == second.content_type == "text/html; charset=utf-8"
    assert {"Cookie", "Accept-Encoding"} <= set(second.vary)
    assert "退出" in words(visit(LIN).get(path))


def test_none_has_the_token_of_a_visitor(visit: Visit, app: Flask) -> None:
    """Not even of one whose session has a token already."""
    visitor = visit()
    token = visitor.token()
    assert all(token not in visitor.get(path).text and "csrf_token" not in visit().get(path).text for path in KEPT)
    assert len(kept(app)) == len(KEPT)


def test_a_page_that_shows_one_is_not_kept(visit: Visit, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registration.web.public.render_template", lambda _name: generate_csrf())
    assert visit().get("/help").text != visit().get("/help").text
    assert not kept(app)


def test_a_message_is_told_once_and_to_one(visit: Visit) -> None:
    visit().get("/help")
    told = visit()
    with told.client.session_transaction() as session:
        session["_flashes"] = [("ok", "只给一个人看")]
    assert "只给一个人看" in words(told.get("/help"))
    assert "只给一个人看" not in words(told.get("/help"))
    assert "只给一个人看" not in words(visit().get("/help"))


def test_language_size_and_address_are_those_of_the_visitor(visit: Visit) -> None:
    english, large = visit(lang="en"), visit()
    large.client.set_cookie("size", "large")
    for _ in range(2):
        assert '<html lang="zh-Hans">' in visit().get("/help").text
        assert '<html lang="en">' in english.get("/help").text
        assert 'class="large"' in large.get("/help").text
        assert "from=mail" in visit().get("/help?from=mail").text


def test_the_home_page_is_kept_outside_a_demonstration(visit: Visit, app: Flask, settings: Settings) -> None:
    real = create_app(settings.model_copy(update={"mode": "production"}))
    assert Visitor(real).get("/").data == Visitor(real).get("/").data
    assert len(kept(real)) == 1
    assert 'name="csrf_token"' in visit().get("/").text
    assert not kept(app)
