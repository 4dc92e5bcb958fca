"""The language of a page: the choice by a plain link, texts in it, dates and times as the office writes them."""

from datetime import date, datetime
from urllib.parse import urlencode

from babel.support import NullTranslations
from flask import Flask, Response, g, redirect, request
from flask_babel import Babel, Domain
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from registration.clock import local
from registration.http.context import for_program, lang_here, say, settings_here
from registration.locales import compile_catalogues, locale_of
from registration.rules.languages import dated, joined, known, offered, own_name, translations
from workflows.definition.values import DEFAULTS
from workflows.definition.values import html_tag as tag_of

SIZES = ("normal", "large")
YEAR = 365 * 24 * 3600


class _Catalogues(Domain):
    """The texts of the pages in every offered language, also those that the city adds."""

    def get_translations(self) -> NullTranslations:
        return translations(lang_here())


def install(app: Flask) -> None:
    compile_catalogues()
    # A catalogue that cannot be read is refused at the start, not at the first page.
    for lang in offered():
        translations(lang)
    babel = Babel(app, default_locale=str(locale_of(DEFAULTS[0])), locale_selector=lambda: str(locale_of(lang_here())))
    babel.domain_instance = _Catalogues()  # type: ignore[no-untyped-call] # Flask-Babel has no types here
    # Flask-Babel's own ask for the domain with every text, which is a tenth of a large page's time.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined] # added by its extension
        gettext=lambda text: translations(lang_here()).ugettext(text),
        ngettext=lambda one, many, count: translations(lang_here()).ungettext(one, many, count),
        newstyle=True,
    )
    app.before_request(_choose)
    app.jinja_env.globals.update(
        html_lang=html_lang,
        languages=languages,
        other_languages=other_languages,
        mark=mark,
        large_text=large_text,
        here=here,
        day=day,
        moment=moment,
    )
    app.jinja_env.filters["say"] = say


def html_lang(lang: str | None = None) -> str:
    """The attribute `lang` of this page or of a language."""
    return tag_of(lang or lang_here())


def languages() -> list[tuple[str, str]]:
    """The tag and the own name of each offered language."""
    return [(lang, own_name(lang)) for lang in offered()]


def other_languages() -> list[tuple[str, str]]:
    """Those that the page can be read in instead."""
    return [(lang, name) for lang, name in languages() if lang != lang_here()]


def mark(key: str) -> str:
    """The mark between words of the page's language, a row of reference/formats.yaml."""
    return joined(key, lang_here(), ("", ""))


def large_text() -> bool:
    return request.cookies.get("size") == "large"


def here(**changes: str) -> str:
    """This page's address and query, with `changes` applied to the query."""
    query = [(name, value) for name, value in request.args.items(multi=True) if name not in changes]
    return f"{request.path}?{urlencode([*query, *changes.items()])}"


def day(on: date | datetime | None, *, weekday: bool = False, year: bool = True) -> Markup:
    """2026年10月12日（周一）, Monday 12 October 2026; for a moment, its calendar day at the office."""
    if on is None:
        return Markup("")
    on = local(on).date() if isinstance(on, datetime) else on
    key = ("day" if year else "day_of_year") + ("_of_week" if weekday else "")
    return _time(on.isoformat(), dated(key, lang_here(), on))


def moment(at: datetime | None, *, year: bool = True) -> Markup:
    """2026年10月12日 09:30, 12 October 2026, 09:30: on the office's wall clock."""
    if at is None:
        return Markup("")
    there = local(at)
    words = dated("moment" if year else "moment_of_year", lang_here(), there)
    return _time(there.isoformat(timespec="seconds"), words)


def _time(machine: str, words: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(machine, words)


def _choose() -> AnyResponse | None:
    """Reads the cookies; a link with `?lang=` or `?size=` sets one and leads back to the same page without it."""
    g.lang = known(request.cookies.get("lang", _asked_by_program()))
    choices = {"lang": offered(), "size": SIZES} if request.query_string else {}
    asked = {name: request.args[name] for name, allowed in choices.items() if request.args.get(name) in allowed}
    if not asked or request.method not in ("GET", "HEAD"):
        return None
    rest = [(name, value) for name, value in request.args.items(multi=True) if name not in asked]
    # Two slashes at the front would name another host.
    answer = redirect(f"/{request.path.lstrip('/')}{'?' + urlencode(rest) if rest else ''}", 303)
    for name, value in asked.items():
        remember(answer, name, value)
    return answer


def _asked_by_program() -> str | None:
    """The language by header is for programs only, which have no cookie; a person gets Chinese first."""
    return request.accept_languages.best_match(offered()) if for_program() else None


def remember(answer: Response | AnyResponse, name: str, value: str) -> None:
    """Stores a choice of appearance in a cookie for a year, without personal data."""
    secure = settings_here().public_url.startswith("https://")
    answer.set_cookie(name, value, max_age=YEAR, secure=secure, httponly=True, samesite="Lax")
