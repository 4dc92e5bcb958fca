"""Asks a provider who somebody is: OpenID Connect Core 1.0, authorization code flow with PKCE (RFC 7636).

Discovery and keys are fetched once an hour, and the keys again where a token names one that is not known. Authlib is
loaded with the first sign-in, so that a process without providers starts as fast as before.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from ssl import SSLContext
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx

from registration.errors import Forbidden, Unavailable
from registration.rules.sign_in_providers import Provider

SECONDS = 8
CACHED_SECONDS = 3600
# How far the clocks of the provider and of this machine may differ.
LEEWAY_SECONDS = 60
# Signatures with a public key alone: `none`, and a secret that the client shares, are not accepted (RFC 8725, 3.1).
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
DISCOVERY = "/.well-known/openid-configuration"
_cached: dict[str, tuple[float, Mapping[str, Any]]] = {}


@dataclass(frozen=True, slots=True)
class Client:
    """This deployment at one provider, which sends the person back to `redirect_uri`."""

    row: Provider
    secret: str
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What the answer must fit. `fresh_since`: the person has signed in at the provider anew since then."""

    nonce: str
    verifier: str
    fresh_since: datetime | None = None


def discovered(row: Provider) -> Mapping[str, Any]:
    """The provider's discovery document; the issuer in it must be the configured one (OpenID Connect Discovery 4.3).

    Raises Unavailable where it does not answer, or answers something else.
    """
    found = _fetched(row.issuer.rstrip("/") + DISCOVERY)
    needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    issuer_scheme = urlsplit(row.issuer).scheme
    if found.get("issuer") != row.issuer or not all(
        isinstance(found.get(name), str) and urlsplit(found[name]).scheme in ("https", issuer_scheme) for name in needed
    ):
        raise Unavailable("provider_away", kind="discovery")
    return found


def address_of_sign_out(row: Provider, *, back: str, lang: str) -> str:
    """The address at which the person ends the session there (OpenID Connect RP-Initiated Logout 1.0, 2); empty where
    the provider has none. `back` is the page to return to, which the provider must know.

    Raises Unavailable where it does not answer.
    """
    endpoint = discovered(row).get("end_session_endpoint")
    if not isinstance(endpoint, str) or urlsplit(endpoint).scheme not in ("https", urlsplit(row.issuer).scheme):
        return ""
    asked = {"client_id": row.client_id, "post_logout_redirect_uri": back, "ui_locales": lang}
    return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(asked)}"


def address_of_sign_in(client: Client, expected: Expected, *, state: str, lang: str) -> str:
    """The address at the provider where the person signs in. Raises Unavailable where it does not answer."""
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    asked = {"nonce": expected.nonce, "ui_locales": lang, "acr_values": client.row.ask_level}
    if expected.fresh_since is not None:
        asked |= {"prompt": "login", "max_age": "0"}
    address: str = prepare_grant_uri(
        discovered(client.row)["authorization_endpoint"],
        client.row.client_id,
        "code",
        redirect_uri=client.redirect_uri,
        scope=" ".join(client.row.scopes),
        state=state,
        code_challenge=create_s256_code_challenge(expected.verifier),
        code_challenge_method="S256",
        **{name: value for name, value in asked.items() if value},
    )
    return address


def claims_for(client: Client, code: str, expected: Expected, *, now: datetime) -> dict[str, Any]:
    """What the provider states about the person, from a verified ID token and its UserInfo.

    Raises Unavailable where it does not answer, Forbidden("provider_answer_refused") with the `fault` for an answer
    that does not prove anything.
    """
    tokens = _tokens(client, code, expected)
    claims = _verified(client, tokens, expected, now=now)
    wanted = {name for name in client.row.claims.model_dump().values() if name}
    if wanted - claims.keys() and tokens.get("access_token"):
        claims = {**_user_info(client, tokens["access_token"], claims["sub"]), **claims}
    return claims


def forget() -> None:
    """Fetches discovery and keys anew."""
    _cached.clear()


def _tokens(client: Client, code: str, expected: Expected) -> Mapping[str, Any]:
    metadata = discovered(client.row)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": client.redirect_uri,
        "code_verifier": expected.verifier,
        "client_id": client.row.client_id,
    }
    methods = metadata.get("token_endpoint_auth_methods_supported") or ("client_secret_basic",)
    auth = None
    if "client_secret_basic" in methods:
        auth = httpx.BasicAuth(_form_text(client.row.client_id), _form_text(client.secret))
    else:
        form["client_secret"] = client.secret
    answer = _sent("POST", metadata["token_endpoint"], data=form, auth=auth)
    if answer.status_code != 200:
        raise _refused("token_endpoint")
    return _object(answer)


def _verified(client: Client, tokens: Mapping[str, Any], expected: Expected, *, now: datetime) -> dict[str, Any]:
    """The claims of the ID token, checked as OpenID Connect Core 3.1.3.7 demands."""
    from authlib.oidc.core import CodeIDToken
    from joserfc.errors import JoseError

    text = tokens.get("id_token")
    if not isinstance(text, str):
        raise _refused("no_id_token")
    try:
        token = _decoded(client, text)
        claims = CodeIDToken(
            token.claims,
            token.header,
            {
                "iss": {"essential": True, "value": client.row.issuer},
                "aud": {"essential": True, "value": client.row.client_id},
                "sub": {"essential": True},
                "nonce": {"essential": True, "value": expected.nonce},
            },
            {
                "client_id": client.row.client_id,
                "nonce": expected.nonce,
                "access_token": tokens.get("access_token"),
            },
        )
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY_SECONDS)
    except (JoseError, ValueError, TypeError) as error:
        raise _refused(type(error).__name__) from error
    if expected.fresh_since is not None and not _is_fresh(claims.get("auth_time"), expected.fresh_since):
        raise _refused("not_fresh")
    return dict(claims)


def _decoded(client: Client, text: str) -> Any:
    """The token with a right signature. Where its key is not known, the keys are fetched once more."""
    from joserfc import jwt
    from joserfc.errors import InvalidKeyIdError

    try:
        return jwt.decode(text, _keys(client.row), algorithms=list(ALGORITHMS))
    except InvalidKeyIdError:
        _cached.pop(discovered(client.row)["jwks_uri"], None)
        return jwt.decode(text, _keys(client.row), algorithms=list(ALGORITHMS))


def _keys(row: Provider) -> Any:
    """The keys for signatures that the library can use; a provider may publish others beside them."""
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet, import_key

    found = []
    for one in _fetched(discovered(row)["jwks_uri"]).get("keys") or ():
        if isinstance(one, dict) and one.get("use", "sig") == "sig" and one.get("kty") != "oct":
            try:
                found.append(import_key(one))
            except (JoseError, ValueError, TypeError):
                continue
    if not found:
        raise _refused("no_keys")
    return KeySet(found)


def _is_fresh(moment: object, since: datetime) -> bool:
    return isinstance(moment, int | float) and moment >= since.timestamp() - LEEWAY_SECONDS


def _user_info(client: Client, access_token: str, subject: str) -> Mapping[str, Any]:
    """The further claims; those about another subject must not be used (OpenID Connect Core 5.3.2)."""
    endpoint = discovered(client.row).get("userinfo_endpoint")
    if not endpoint:
        return {}
    answer = _sent("GET", endpoint, headers={"Authorization": f"Bearer {access_token}"})
    if answer.status_code != 200:
        raise _refused("userinfo_endpoint")
    found = _object(answer)
    if found.get("sub") != subject:
        raise _refused("userinfo_subject")
    return found


def _fetched(address: str) -> Mapping[str, Any]:
    fetched_at, known = _cached.get(address, (0.0, {}))
    if known and time.monotonic() - fetched_at < CACHED_SECONDS:
        return known
    answer = _sent("GET", address)
    if answer.status_code != 200:
        raise Unavailable("provider_away", kind=f"status {answer.status_code}")
    found = _object(answer)
    _cached[address] = time.monotonic(), found
    return found


def _sent(method: str, address: str, **more: Any) -> httpx.Response:
    try:
        answer = httpx.request(method, address, timeout=SECONDS, verify=_trusted(), **more)
    except (httpx.HTTPError, httpx.InvalidURL) as away:
        raise Unavailable("provider_away", kind=type(away).__name__) from away
    if answer.status_code >= 500:
        raise Unavailable("provider_away", kind=f"status {answer.status_code}")
    return answer


@cache
def _trusted() -> SSLContext:
    """The authorities that are trusted: reading them takes longer than a request."""
    return httpx.create_ssl_context()


def _object(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        found = answer.json()
    except ValueError as error:
        raise Unavailable("provider_away", kind="no JSON") from error
    if not isinstance(found, dict):
        raise Unavailable("provider_away", kind="no JSON object")
    return found


def _refused(fault: str) -> Forbidden:
    return Forbidden("provider_answer_refused", fault=fault)


def _form_text(text: str) -> str:
    """Client and secret as RFC 6749 2.3.1 wants them before they are joined."""
    return quote_plus(text)
