"""Two languages, Chinese first: the choice by a plain link, dates and times as the office writes them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, g, redirect, request
from flask_babel import Babel
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from registration.clock import local
from registration.http.context import lang_here, settings_here
from registration.locales import compile_catalogues

CHOICES = {"lang": ("zh", "en"), "size": ("normal", "large")}
YEAR = 365 * 24 * 3600
WEEKDAYS = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def install(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(compile_catalogues())
    Babel(app, default_locale="zh_Hans_CN", locale_selector=lambda: "en" if lang_here() == "en" else "zh_Hans_CN")
    app.before_request(_choose)
    app.jinja_env.globals.update(html_lang=html_lang, large_text=large_text, here=here, day=day, moment=moment)
    app.jinja_env.filters["say"] = say


def html_lang() -> str:
    return "en" if lang_here() == "en" else "zh-Hans"


def large_text() -> bool:
    return request.cookies.get("size") == "large"


def here(**changes: str) -> str:
    """This page's address and query, with `changes` applied to the query."""
    query = [(name, value) for name, value in request.args.items(multi=True) if name not in changes]
    return f"{request.path}?{urlencode([*query, *changes.items()])}"


def say(words: Any) -> str:
    """The text of this page's language out of a pair: a mapping {zh, en}, or an object with both as attributes."""
    lang = lang_here()
    return str(words[lang] if isinstance(words, Mapping) else getattr(words, lang))


def day(on: date | datetime | None, *, weekday: bool = False, year: bool = True) -> Markup:
    """2026年10月12日（周一）, Monday 12 October 2026; for a moment, its calendar day at the office."""
    if on is None:
        return Markup("")
    on = local(on).date() if isinstance(on, datetime) else on
    return _time(on.isoformat(), _day_words(on, weekday=weekday, year=year))


def moment(at: datetime | None, *, year: bool = True) -> Markup:
    """2026年10月12日 09:30, 12 October 2026, 09:30: on the office's wall clock."""
    if at is None:
        return Markup("")
    there = local(at)
    gap = ", " if lang_here() == "en" else " "
    words = f"{_day_words(there.date(), weekday=False, year=year)}{gap}{there:%H:%M}"
    return _time(there.isoformat(timespec="seconds"), words)


def _day_words(on: date, *, weekday: bool, year: bool) -> str:
    lang = lang_here()
    name = WEEKDAYS[lang][on.weekday()]
    if lang == "en":
        words = f"{on.day} {MONTHS[on.month - 1]}{f' {on.year}' if year else ''}"
        return f"{name} {words}" if weekday else words
    words = f"{f'{on.year}年' if year else ''}{on.month}月{on.day}日"
    return f"{words}（{name}）" if weekday else words


def _time(machine: str, words: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(machine, words)


def _choose() -> AnyResponse | None:
    """Reads the cookies; a link with `?lang=` or `?size=` sets one and leads back to the same page without it."""
    asked = {name: request.args[name] for name, values in CHOICES.items() if request.args.get(name) in values}
    g.lang = "en" if request.cookies.get("lang", _asked_by_program()) == "en" else "zh"
    if not asked or request.method not in ("GET", "HEAD"):
        return None
    rest = [(name, value) for name, value in request.args.items(multi=True) if name not in asked]
    # Two slashes at the front would name another host.
    answer = redirect(f"/{request.path.lstrip('/')}{'?' + urlencode(rest) if rest else ''}", 303)
    for name, value in asked.items():
        remember(answer, name, value)
    return answer


def _asked_by_program() -> str:
    """The language by header is for programs only, which have no cookie; a person gets Chinese first."""
    if not request.path.startswith("/api/"):
        return "zh"
    return request.accept_languages.best_match(["zh", "en"], default="zh")


def remember(answer: Response | AnyResponse, name: str, value: str) -> None:
    """Stores a choice of appearance in a cookie for a year, without personal data."""
    secure = settings_here().public_url.startswith("https://")
    answer.set_cookie(name, value, max_age=YEAR, secure=secure, httponly=True, samesite="Lax")
