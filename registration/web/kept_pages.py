"""Keeps public pages that are the same for all visitors who are not signed in.

Such a page is rendered and compressed once a day for each path, language and text size. Its view reads no database and
renders no token. There are few such pages, so none is removed. A visitor who is signed in, has a flash message, or
sends a query gets a page that is rendered for this request.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import ParamSpec

from flask import Response, current_app, g, request, session
from werkzeug.wrappers import Response as AnyResponse

from registration import clock
from registration.http.compression import compressed, may_be_compressed
from registration.http.context import actor_here, lang_here
from registration.rules.languages import catalogue_key
from registration.web.i18n import large_text

P = ParamSpec("P")
Page = str | AnyResponse
_KEPT = "kept pages"


@dataclass(frozen=True)
class _Kept:
    day: date
    plain: bytes
    short: bytes


def same_for_all(view: Callable[P, Page]) -> Callable[P, Page]:
    """Keeps what the view makes for those who are not signed in."""

    @wraps(view)
    def answer(*given: P.args, **named: P.kwargs) -> Page:
        if actor_here() is not None or request.query_string or "_flashes" in session:
            return view(*given, **named)
        pages: dict[object, _Kept] = current_app.extensions.setdefault(_KEPT, {})
        key = (request.path, catalogue_key(lang_here()), large_text())
        today = clock.local_date(clock.now())
        found = pages.get(key)
        if found is None or found.day != today:
            made = view(*given, **named)
            # Neither another answer than a page, nor one with the token of this visitor.
            if not isinstance(made, str) or "csrf_token" in g:
                return made
            plain = made.encode()
            found = pages[key] = _Kept(today, plain, compressed(plain))
        return _sent(found)

    return answer


def _sent(kept: _Kept) -> Response:
    if not may_be_compressed():
        return Response(kept.plain)
    page = Response(kept.short)
    page.content_encoding = "gzip"
    return page
