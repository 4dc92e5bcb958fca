"""A browser that was used to sign in before: its tries are counted separately from those of strangers.

The cookie holds a random name and, for each of the last accounts, a code that only this site makes. It gives no access.
"""

import hmac
import secrets
from hashlib import sha256

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from registration.http.context import address_here, settings_here
from registration.keys import secret_key
from registration.keys.account_names import login_key
from registration.rules.account_address import mobile_in

# Browsers keep no cookie longer than 400 days.
KEPT_SECONDS = 400 * 24 * 3600
MOST_ACCOUNTS = 5


def source_here(login: str) -> str:
    """Whose tries are counted together: this device, if `login` has signed in on it, else its address."""
    name, codes = _cookie()
    if name and any(hmac.compare_digest(code, _code(name, login)) for code in codes):
        return f"device:{name}"
    return f"address:{address_here()}"


def remember(answer: Response | AnyResponse, login: str) -> None:
    """Makes this browser one that `login` has signed in on."""
    name, codes = _cookie()
    name = name or secrets.token_urlsafe(16)
    own = _code(name, login)
    kept = [own, *(code for code in codes if code != own)][:MOST_ACCOUNTS]
    chosen = settings_here()
    answer.set_cookie(
        _cookie_name(),
        ".".join((name, *kept)),
        max_age=KEPT_SECONDS,
        secure=chosen.public_url.startswith("https://"),
        httponly=True,
        samesite="Lax",
        path="/",
    )


def shows_messages(address: str) -> bool:
    """Whether a page shows the message to this address: in a demonstration it goes to a folder without readers."""
    chosen = settings_here()
    return chosen.demo and (chosen.sms if mobile_in(address) else chosen.mail) == "folder"


def _cookie() -> tuple[str, list[str]]:
    text = request.cookies.get(_cookie_name(), "")
    name, *codes = text.split(".") if text.isascii() else [""]
    return name, codes[:MOST_ACCOUNTS]


def _cookie_name() -> str:
    return "__Host-heyi-device" if settings_here().public_url.startswith("https://") else "heyi-device"


def _code(name: str, login: str) -> str:
    text = f"device:{name}:{login_key(login)}"
    return hmac.new(secret_key(settings_here()), text.encode(), sha256).hexdigest()[:32]
