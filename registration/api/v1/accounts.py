"""Accounts and tokens: a program signs in as a person does, and gets a token in place of a cookie."""

from datetime import datetime, timedelta

from flask import Response, request
from flask_openapi3 import Tag

from registration import clock
from registration.access import access
from registration.api.v1 import account_shapes as shapes
from registration.api.v1.blueprint import blueprint, repeatable, reply
from registration.http.context import SIGN_IN_LIMIT, SIGN_UP_LIMIT, address_here, limiter, settings_here, the_actor
from registration.keys.account_names import address_of, mobile_of, shown_login
from registration.models import Account
from registration.operations import accounts, addresses, password_reset, sign_up

TAGS = [Tag(name="账户 Accounts")]


@blueprint.post(
    "/accounts", tags=TAGS, responses={202: shapes.SignUpBegun}, summary="注册申请人账户 · Ask for an account"
)
@access("public")
@limiter.limit(SIGN_UP_LIMIT)
def begin_sign_up(body: shapes.SignUp) -> Response:
    """A code of six digits is sent to the address or number. The answer is the same for one that has an account."""
    now = clock.now()
    secret = sign_up.begin(body.email, body.password, body.name, consent=body.consent, now=now, locale=body.locale)
    return _code_ordered(secret, now=now)


@blueprint.post("/accounts/code", tags=TAGS, responses={204: None}, summary="再寄一次验证码 · Mail the code again")
@access("public")
@limiter.limit(SIGN_UP_LIMIT)
def send_code_again(body: shapes.SignUpSecret) -> Response:
    sign_up.send_again(body.secret, now=clock.now())
    return Response(status=204)


@blueprint.post(
    "/accounts/confirmation",
    tags=TAGS,
    responses={201: shapes.Account},
    summary="填写验证码 · Make the account",
)
@access("public")
@limiter.limit(SIGN_UP_LIMIT)
def confirm_sign_up(body: shapes.SignUpCode) -> Response:
    return reply(_account(sign_up.confirm(body.secret, body.code, now=clock.now())), 201)


@blueprint.post(
    "/passwords", tags=TAGS, responses={202: shapes.SignUpBegun}, summary="忘记密码 · Ask for a code for a new password"
)
@access("public")
@limiter.limit(SIGN_UP_LIMIT)
def begin_password_reset(body: shapes.PasswordForgotten) -> Response:
    """A code is sent if the address has an account of an applicant. The answer is the same for any address."""
    now = clock.now()
    return _code_ordered(password_reset.begin(body.email, now=now, locale=body.locale), now=now)


@blueprint.post(
    "/passwords/confirmation", tags=TAGS, responses={204: None}, summary="设置新密码 · Set the new password"
)
@access("public")
@limiter.limit(SIGN_UP_LIMIT)
def confirm_password_reset(body: shapes.NewPassword) -> Response:
    """The code works once. Every session and token of the account ends."""
    password_reset.confirm(body.secret, body.code, body.password, now=clock.now())
    return Response(status=204)


@blueprint.get(
    "/accounts/me", tags=TAGS, responses={200: shapes.Account}, summary="当前账户 · Who the token belongs to"
)
@access("signed_in")
def me() -> Response:
    return reply(_account(accounts.own_account(the_actor())))


@blueprint.post(
    "/accounts/me/addresses",
    tags=TAGS,
    responses={202: shapes.SignUpBegun},
    summary="添加或者更换邮箱、手机号码 · Ask for a code to add or change an address",
)
@access("signed_in")
@limiter.limit(SIGN_UP_LIMIT)
def begin_address(body: shapes.NewAddress) -> Response:
    """An address replaces the account's address, a number its number.

    The answer is the same for one of another account, for which no code is right.
    """
    now = clock.now()
    return _code_ordered(addresses.begin(the_actor(), body.address, body.password, now=now), now=now)


@blueprint.post(
    "/accounts/me/addresses/code", tags=TAGS, responses={204: None}, summary="再发一次验证码 · Send the code again"
)
@access("signed_in")
@limiter.limit(SIGN_UP_LIMIT)
def send_address_code_again(body: shapes.SignUpSecret) -> Response:
    addresses.send_again(the_actor(), body.secret, now=clock.now())
    return Response(status=204)


@blueprint.post(
    "/accounts/me/addresses/confirmation",
    tags=TAGS,
    responses={200: shapes.Account},
    summary="填写验证码 · Give the account its new address",
)
@access("signed_in")
@limiter.limit(SIGN_UP_LIMIT)
def confirm_address(body: shapes.SignUpCode) -> Response:
    """Each address that the account had before gets a message about the change."""
    addresses.confirm(the_actor(), body.secret, body.code, now=clock.now())
    return reply(_account(accounts.own_account(the_actor())))


@blueprint.post(
    "/accounts/me/addresses/removal",
    tags=TAGS,
    responses={200: shapes.Account},
    summary="移除邮箱或者手机号码 · Remove an address",
)
@access("signed_in")
@limiter.limit(SIGN_IN_LIMIT)
def remove_address(body: shapes.AddressRemoval) -> Response:
    """The last one cannot be removed."""
    addresses.remove(the_actor(), body.kind, body.password, now=clock.now())
    return reply(_account(accounts.own_account(the_actor())))


@blueprint.put(
    "/accounts/me/notices",
    tags=TAGS,
    responses={200: shapes.Account},
    summary="通知方式 · How notices come, and which kinds do not",
)
@access("signed_in")
def change_notices(body: shapes.Notices) -> Response:
    """A channel without an address is replaced by one that the account has."""
    accounts.change_notices(the_actor(), channel=body.channel, off=body.off, now=clock.now())
    return reply(_account(accounts.own_account(the_actor())))


@blueprint.post("/tokens", tags=TAGS, responses={201: shapes.Token}, summary="登录并取得令牌 · Sign in and get a token")
@access("public")
@repeatable
@limiter.limit(SIGN_IN_LIMIT)
def make_token(body: shapes.Credentials) -> Response:
    """A repeated request makes a second token, which is harmless, so that no secret need be stored."""
    now = clock.now()
    secret, account = accounts.sign_in(
        body.login,
        body.password,
        now=now,
        source=f"address:{address_here()}",
        kind="api",
        agent=request.user_agent.string[:200],
    )
    expires_at = now + timedelta(hours=settings_here().session_hours)
    return reply(shapes.Token(token=secret, expires_at=expires_at, account=_account(account)), 201)


@blueprint.delete("/tokens/current", tags=TAGS, responses={204: None}, summary="退出，令牌作废 · End the token")
@access("signed_in")
def end_token() -> Response:
    given = request.authorization
    accounts.sign_out((given.token if given else None) or "", now=clock.now())
    return Response(status=204)


def _code_ordered(secret: str, *, now: datetime) -> Response:
    ends_at = now + timedelta(minutes=settings_here().sign_up_code_minutes)
    return reply(shapes.SignUpBegun(secret=secret, code_expires_at=ends_at), 202)


def _account(account: Account) -> shapes.Account:
    return shapes.Account(
        kind="staff" if account.kind == "staff" else "applicant",
        login=shown_login(account),
        email=address_of(account),
        mobile=mobile_of(account),
        notices=shapes.Notices(channel=account.notice_channel, off=account.notices_off),
        name=account.name,
        roles=account.roles,
        registrar=account.registrar_code,
        agency=account.agency,
    )
