"""Templates of pages, compiled once for each language: their texts and fixed addresses are in the compiled template."""

from collections.abc import Iterator
from typing import Any

from flask.sansio.app import App
from flask.templating import Environment
from jinja2 import Template
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup
from werkzeug.routing import BuildError

from registration.http.context import lang_here
from registration.rules.languages import CatalogueKey, catalogue_key, translations

CALL = ("name", "lparen", "string")


class PageTemplates(Environment):
    """Gives a template in the language of the request. `catalogue` is what its texts are from."""

    catalogue: CatalogueKey

    def __init__(self, app: App, **options: Any) -> None:
        super().__init__(app, **options)
        self.app = app
        self.globals["filled"] = filled
        self._by_language: dict[CatalogueKey, PageTemplates] = {}

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> Template:
        """What a template extends or imports comes from its own language."""
        if self.overlayed:
            return super().get_template(name, parent, globals)
        return self.here().get_template(name, parent, globals)

    def here(self) -> "PageTemplates":
        """Those in the language of the request."""
        key = catalogue_key(lang_here())
        if key not in self._by_language:
            made = self.overlay(extensions=[_Written])
            made.catalogue = key
            self._by_language[key] = made
        return self._by_language[key]


def filled(text: str, **values: object) -> Markup:
    """A translated text with values in its places."""
    return Markup(text) % values  # noqa: S704 - a text of the catalogue; `%` escapes the values


class _Written(Extension):
    """Replaces `_('text')` by the text of the environment's language, and `url_for('endpoint')` by its path.

    A text with values, `_('text', number=3)`, is translated here and filled for each page.
    """

    environment: PageTemplates

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        tokens = list(stream)
        at = 0
        while at < len(tokens):
            made, length = self._replaced(tokens[at : at + 4])
            yield from made
            at += length

    def _replaced(self, tokens: list[Token]) -> tuple[list[Token], int]:
        """What stands for the first tokens, and how many they are."""
        name, *_rest = tokens
        if tuple(token.type for token in tokens[:3]) != CALL or len(tokens) < 4:
            return [name], 1
        _name, opening, words, after = tokens
        line = name.lineno
        if name.value == "_" and after.type == "rparen":
            text = Token(line, "string", self._text(words.value) % {})
            return [opening, text, Token(line, "pipe", "|"), Token(line, "name", "safe"), after], 4
        if name.value == "_" and after.type == "comma":
            return [Token(line, "name", "filled"), opening, Token(line, "string", self._text(words.value))], 3
        if name.value == "url_for" and after.type == "rparen" and (path := self._path(words.value)):
            return [Token(line, "string", path)], 4
        return [name], 1

    def _text(self, words: str) -> str:
        lang, _folders = self.environment.catalogue
        return translations(lang).ugettext(words)

    def _path(self, endpoint: str) -> str | None:
        """The program is always at the root of its host. None for an endpoint that this deployment has not."""
        try:
            return str(self.environment.app.url_map.bind("").build(endpoint))
        except BuildError:
            return None
