"""The providers of this deployment on pages: their names, and the way of a browser to one of them.

The gateway is loaded with the first sign-in, because httpx is slow to load.
"""

import secrets
from typing import TYPE_CHECKING, Any

from flask import render_template, request, session, url_for
from flask_babel import gettext as _

from registration.clock import now
from registration.errors import Conflict, Forbidden, NotFound, RegistrationError, Unavailable
from registration.http.context import actor_here, lang_here, say, settings_here
from registration.operations import provider_visits
from registration.operations.provider_visits import Purpose, Visit
from registration.rules.sign_in_providers import Provider, Providers, level_words, providers_in, secret_of
from registration.rules.stated_identity import StatedIdentity, stated_in
from registration.web.resending import Typed

if TYPE_CHECKING:
    from registration.gateways import openid

# Binds a visit to this browser; it goes with the data of the form session when a session begins.
_BROWSER = "provider_browser"


def providers_here() -> Providers:
    return providers_in(settings_here().oidc)


def provider_named(key: str) -> Provider:
    found = providers_here().providers.get(key)
    if found is None:
        raise NotFound(provider=key)
    return found


def offered(*, kind: str = "") -> list[tuple[str, str]]:
    """(key, name) of the providers, or of those for this kind of account."""
    rows = providers_here().providers.items()
    return [(key, say(row.name)) for key, row in rows if not kind or row.is_for(kind)]


def provider_words(key: str | None) -> str:
    """The name of a provider; the key of one that has been taken out of the file."""
    row = providers_here().providers.get(key or "")
    return say(row.name) if row else (key or "")


def assurance_words(level: str | None) -> str:
    return say(level_words(level))


def browser_here() -> str:
    return str(session.get(_BROWSER, ""))


def leave_for(key: str, purpose: Purpose, *, onward: str | None, typed: Typed | None) -> str:
    """The page that leads on to the provider; what was typed waits here, encrypted. Raises Unavailable, NotFound.

    It is a page and no redirect, because the policy of the pages lets no form end at another site.
    """
    from registration.gateways import openid

    row = provider_named(key)
    nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    session.setdefault(_BROWSER, secrets.token_urlsafe(32))
    at = now()
    expected = openid.Expected(nonce, verifier, at if purpose == "confirm" else None)
    contents = {"nonce": nonce, "verifier": verifier, "onward": onward, "typed": _packed(typed)}
    client = client_of(key)
    # Discovery comes before the row, so that a provider that does not answer leaves none behind.
    openid.discovered(row)
    state = provider_visits.begin(key, purpose, browser=browser_here(), contents=contents, actor=actor_here(), now=at)
    address = openid.address_of_sign_in(client, expected, state=state, lang=lang_here())
    return render_template("account/to_provider.html", address=address, provider=say(row.name))


def client_of(key: str) -> "openid.Client":
    from registration.gateways import openid

    row, path = provider_named(key), settings_here().oidc
    if path is None:
        raise NotFound(provider=key)
    back = url_for("provider_sign_in.back", key=key)
    return openid.Client(row, secret_of(path, row), settings_here().public_url.rstrip("/") + back)


def address_of_sign_out(key: str) -> str:
    """Where the session at the provider ends; empty where it names no address, does not answer, or is gone."""
    from registration.gateways import openid

    row = providers_here().providers.get(key)
    back = settings_here().public_url.rstrip("/") + url_for("account.sign_in")
    try:
        return openid.address_of_sign_out(row, back=back, lang=lang_here()) if row is not None else ""
    except Unavailable:
        return ""


def stated_here(key: str, visit: Visit) -> StatedIdentity:
    """What the provider states with the answer that this request brings. Raises Unavailable, Forbidden."""
    from registration.gateways import openid

    given, row = request.args, provider_named(key)
    if given.get("error"):
        raise Forbidden("provider_declined" if given["error"] == "access_denied" else "provider_answer_refused")
    # RFC 9207: an answer that names another issuer was meant for another client.
    if given.get("iss", row.issuer) != row.issuer or not given.get("code"):
        raise Forbidden("provider_answer_refused")
    fresh = visit.began_at if visit.purpose == "confirm" else None
    expected = openid.Expected(visit.contents["nonce"], visit.contents["verifier"], fresh)
    claims = openid.claims_for(client_of(key), given["code"], expected, now=now())
    return stated_in(claims, key=key, row=row, with_mobile=settings_here().sends_sms)


def typed_before(visit: Visit) -> Typed | None:
    kept: Any = visit.contents.get("typed")
    if kept is None:
        return None
    return Typed(tuple((name, value) for name, value in kept[0]), tuple((name, value) for name, value in kept[1]))


def refusal_words(refused: RegistrationError, key: str) -> str:
    """Why it did not work, and what to do."""
    name = provider_words(key)
    if isinstance(refused, Unavailable):
        return _("%(name)s现在没有应答。请过几分钟再试，或者用密码登录", name=name)
    known = {
        "provider_declined": _("您在%(name)s取消了登录。可以再试一次，或者用密码登录", name=name),
        "identity_has_no_account": _("%(name)s的身份没有对应的工作人员账户，请找安全管理员", name=name),
        "identity_differs_from_number": _("%(name)s给出的工号与账户不一致，请找安全管理员核对", name=name),
        "account_is_disabled": _("这个身份的账户已经停用，请联系登记机关"),
        "identity_is_not_for_account": _("%(name)s不能用于这一类账户，请换一种方式登录", name=name),
        "identity_linked_elsewhere": _("%(name)s的这个身份已经关联到另一个账户，请先在那个账户里解除关联", name=name),
        "visit_is_too_large": _("填写的内容太长，不能带到%(name)s再带回来，请用密码登录", name=name),
        "identity_is_second": _("您的账户已经关联了%(name)s的另一个身份，请先解除关联", name=name),
        "identity_of_another": _("刚才在%(name)s登录的不是您关联的身份。请换成您本人的身份再试", name=name),
        "login_taken": _("邮箱或者手机号码刚刚被另一个账户使用，请重新登录一次"),
    }
    unclear = _("%(name)s的答复不能确认您的身份。请再试一次；还是不行的，用密码登录，并告诉登记机关", name=name)
    return known.get(refused.reason, unclear)


REFUSALS = (Unavailable, Forbidden, Conflict)


def _packed(typed: Typed | None) -> list[list[list[str]]] | None:
    return [[[*one] for one in typed.fields], [[*one] for one in typed.files]] if typed is not None else None
