"""Notices that are pushed to a device: which device is accepted, and the few words that are sent to it.

A push service sees who gets how many messages and when, and a phone shows them while it is locked: the words have the
reference of the application and no person, no enterprise and nothing about the content.
"""

from base64 import urlsafe_b64decode
from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from registration.rules.languages import pair, said
from registration.rules.problems import Problem
from workflows.definition.values import html_tag

# As many as a person uses, and a bound for what one notice sends.
MOST_DEVICES = 10
LONGEST_ENDPOINT = 1000
POINT_BYTES, SECRET_BYTES = 65, 16
# What needs an answer of the applicant: a phone that saves power shows it at once.
_ASKS = frozenset(
    {"notify.correction", "notify.correction_reminder", "notify.declined", "notify.misuse", "notify.claim_declared"}
)
# A person is asked to sign. The push has no link, because a locked phone shows it; the mail or text message has it.
INVITED, REMINDER = "signing.invite", "signing.remind"
_TITLE = pair("合一", "Heyi")
_NEWS = pair("申请{ref}有新的进展，请登录查看。", "There is news about application {ref}. Please sign in to read it.")
_ASKED = pair("申请{ref}有事要您办，请登录查看。", "Application {ref} needs something of you. Please sign in.")
_SIGN = pair(
    "申请{ref}请您签名，链接已经发到您的邮箱或者手机。",
    "Application {ref} asks for your signature. The link was sent by mail or text message.",
)


def subscription_problems(
    endpoint: str, public_key: str, secret: str, *, services: Collection[str], loopback: bool
) -> list[Problem]:
    """Whether a browser's subscription can be used (W3C Push API, RFC 8291 section 3.1). One sentence for every fault,
    because no person typed any of it."""
    lengths = _length(public_key), _length(secret)
    good = lengths == (POINT_BYTES, SECRET_BYTES) and is_endpoint(endpoint, services=services, loopback=loopback)
    return [] if good else [Problem("push", "push.unusable")]


def is_endpoint(endpoint: str, *, services: Collection[str], loopback: bool = False) -> bool:
    """Whether this is an https address, at the usual port, of one of these push services or a host below it.

    Anybody with an account can send us an address: without the list we would post to any host. Where the name leads is
    checked when it is used. `loopback` also allows http at an address of this machine.
    """
    if len(endpoint) > LONGEST_ENDPOINT or not endpoint.isascii() or any(ord(one) < 33 for one in endpoint):
        return False
    try:
        parts = urlsplit(endpoint)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        return False
    if loopback and parts.scheme == "http" and host == "127.0.0.1":
        return True
    plain = not (parts.username or parts.password or parts.fragment) and port in (None, 443)
    return parts.scheme == "https" and plain and any(f".{host}".endswith(f".{one}") for one in services)


def content_of(effect: str, ref: str, lang: str, *, own: bool = True) -> dict[str, Any]:
    """What a device gets: kind, address on this site, and the words to show; `own`: the application is its owner's."""
    words = _SIGN if effect in (INVITED, REMINDER) else _ASKED if effect in _ASKS else _NEWS
    return {
        "kind": effect.rpartition(".")[2],
        "path": f"/applications/{ref}" if own else "/",
        "title": said(_TITLE, lang),
        "text": said(words, lang).format(ref=ref),
        "lang": html_tag(lang),
    }


def is_urgent(effect: str) -> bool:
    return effect in _ASKS or effect in (INVITED, REMINDER)


def topic_of(content: Mapping[str, Any]) -> str:
    """At most 32 characters of base64url (RFC 8030, 5.4): a newer message about a page replaces one that waits."""
    return sha256(str(content["path"]).encode()).hexdigest()[:32]


def _length(text: str) -> int:
    """How many bytes this is in base64url; -1 if it is none."""
    if len(text) > 200 or not text.isascii():
        return -1
    try:
        return len(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        return -1
