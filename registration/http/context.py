"""What the pages and the API share: who is asking, how often, and in which language."""

from ipaddress import ip_address, ip_network
from typing import Literal

from flask import current_app, g, has_request_context, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from werkzeug.routing import BaseConverter, ValidationError

from registration.actor import Actor
from registration.errors import NotSignedIn
from registration.rules.whole_numbers import whole_number
from registration.settings import Settings


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


def lang_here() -> Literal["zh", "en"]:
    """Chinese unless the visitor chose English; outside a request, Chinese."""
    return "en" if has_request_context() and g.get("lang") == "en" else "zh"


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
