"""Templates of pages, compiled once for each language: their texts and fixed addresses are in the compiled template.

`{% fixed %}` … `{% endfixed %}` holds what is the same on every page of that language, such as the foot: it is rendered
once and kept as long as the process, as the city's folder and the settings are. It may use only the names of `FIXED`,
none of which knows the request; any other is refused when the template is compiled.
"""

from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

import jinja2
from flask.sansio.app import App
from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.parser import Parser
from markupsafe import Markup
from werkzeug.routing import BuildError

from registration.http.context import lang_here
from registration.rules.languages import CatalogueKey, catalogue_key, translations

CALL = ("name", "lparen", "string")
FIXED = frozenset(
    {
        *("asset", "city", "city_file", "city_mark", "city_note", "has_app_icon", "app_manifest", "filled", "url_for"),
        *("demo", "upload_megabytes", "_", "has_endpoint", "mark", "entity_types", "later_matters"),
    }
)


class PageTemplates(Environment):
    """Gives a template in the language of the request. `catalogue` is what its texts are from."""

    catalogue: CatalogueKey

    def __init__(self, app: App, **options: Any) -> None:
        super().__init__(app, **options)
        self.app = app
        self.globals["filled"] = filled
        self.add_extension(FixedParts)
        self._by_language: dict[CatalogueKey, PageTemplates] = {}

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals themselves: templates have none of their own, and jinja's chain of two is slow to go through."""
        return self.globals if d is None else super().make_globals(d)

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> Template:
        """What a template extends or imports comes from its own language."""
        if self.overlayed:
            return super().get_template(name, parent, globals)
        return self.here().get_template(name, parent, globals)

    def here(self) -> "PageTemplates":
        """Those in the language of the request."""
        key = catalogue_key(lang_here())
        if key not in self._by_language:
            made = self.overlay(extensions=[_Written, FixedParts])
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


class FixedParts(Extension):
    """`{% fixed %}`, rendered with the first page that has it. Each language has an environment with its own."""

    tags = {"fixed"}

    def __init__(self, environment: jinja2.Environment) -> None:
        super().__init__(environment)
        self._rendered: dict[str, Markup] = {}

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endfixed",), drop_needle=True)
        inside = nodes.Scope(body)
        names = list(inside.find_all(nodes.Name))
        made = {name.name for name in names if name.ctx == "store"} | ({"loop"} if inside.find(nodes.For) else set())
        unknown = {name.name for name in names if name.ctx == "load"} - made - FIXED
        # What is included sees the whole page.
        if inside.find(nodes.Include):
            unknown.add("include")
        if unknown:
            parser.fail(f"what is fixed may not use {', '.join(sorted(unknown))}", line)
        # The template and the place in it: another environment may use what this one has compiled.
        place = nodes.Const(f"{parser.name} {parser.free_identifier().name}")
        return nodes.CallBlock(self.call_method("_once", [place]), [], [], body).set_lineno(line)

    def _once(self, place: str, caller: Callable[[], str]) -> Markup:
        if place not in self._rendered:
            self._rendered[place] = Markup(caller())  # noqa: S704 - a part of our own template
        return self._rendered[place]
