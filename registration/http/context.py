"""What the pages and the API share: who is asking, how often, and in which language."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from ipaddress import ip_address, ip_network

from flask import current_app, g, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from werkzeug.routing import BaseConverter, ValidationError

from registration.actor import Actor
from registration.errors import NotSignedIn
from registration.rules.languages import Pair, said
from registration.rules.whole_numbers import whole_number
from registration.settings import Settings
from workflows.definition.values import DEFAULTS


class WholeNumber(BaseConverter):
    """`<int:...>` in an address: a number that a column can hold; any other address is not there."""

    regex = "[0-9]{1,10}"

    def to_python(self, value: str) -> int:
        number = whole_number(value)
        if number is None:
            raise ValidationError
        return number


limiter = Limiter(get_remote_address)

SIGN_IN_LIMIT = "30/minute;300/hour"
SIGN_UP_LIMIT = "10/minute;60/hour"
PUBLIC_LIMIT = "60/minute;1200/hour"
# A draft of a document takes a worker a second or two, and a file in the storage.
DRAFT_LIMIT = "10/minute;60/hour"


def settings_here() -> Settings:
    chosen: Settings = current_app.config["HEYI"]
    return chosen


def actor_here() -> Actor | None:
    """The signed-in person or program behind this request."""
    actor: Actor | None = g.get("actor")
    return actor


def the_actor() -> Actor:
    """The same for a route whose rule already requires a sign-in."""
    actor = actor_here()
    if actor is None:
        raise NotSignedIn
    return actor


def address_here() -> str:
    """The address on the network; of IPv6 the first half, for a home has all of the second."""
    text = request.remote_addr or ""
    try:
        address = ip_address(text)
    except ValueError:
        return text
    return str(ip_network((address, 64), strict=False).network_address) if address.version == 6 else text


def for_program() -> bool:
    """Whether the address is for programs: it takes a token and no cookie, and answers no pages."""
    return request.path.startswith(("/api/", "/open311/", "/govstack/", "/exchange/"))


def limited_by() -> str:
    """Who has an own limit: a person or program that is signed in, since a whole office may have one address."""
    actor = actor_here()
    return actor.tag if actor is not None else address_here()


def lang_here() -> str:
    """The tag of the language that the visitor chose; without a choice and outside a request, Chinese."""
    try:
        lang: str = g.lang
    except (AttributeError, RuntimeError):
        return DEFAULTS[0]
    return lang


def say(words: Mapping[str, str] | Pair) -> str:
    """A text in the visitor's language."""
    return said(words, lang_here())


@contextmanager
def in_language(lang: str) -> Iterator[None]:
    """Texts within this block are in another language than the rest of the page."""
    before, g.lang = lang_here(), lang
    try:
        yield
    finally:
        g.lang = before


def prepare_limiter_options(settings: Settings) -> dict[str, object]:
    """Configuration of Flask-Limiter: counts live in the broker, and in this process while the broker is away."""
    return {
        "RATELIMIT_STORAGE_URI": settings.broker_url.replace("redis+socket://", "redis+unix://", 1),
        "RATELIMIT_STORAGE_OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
        "RATELIMIT_KEY_PREFIX": "heyi",
        "RATELIMIT_HEADERS_ENABLED": False,
    }


def is_clean(text: str) -> bool:
    """Whether a database can hold it: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)
