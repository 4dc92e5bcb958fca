"""Signing up, in and out; one's own sessions, password and language."""

from collections.abc import Iterable

from flask import Blueprint, flash, g, json, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from registration.access import ObjectFacts, access, allows
from registration.actor import Actor
from registration.clock import now
from registration.errors import InvalidInput, NotSignedIn, RegistrationError, TooManyAttempts
from registration.http.context import SIGN_IN_LIMIT, actor_here, lang_here, limiter, say, settings_here, the_actor
from registration.keys.account_names import address_of, mobile_of, shown_login
from registration.keys.push import public_key
from registration.models import Account
from registration.operations import accounts, samples
from registration.queries.accounts import open_sessions_of
from registration.queries.identities import links_of
from registration.queries.push import devices_of
from registration.rules.notice_preferences import CHANNELS, notice_kinds
from registration.rules.problems import Problem, problem_text
from registration.web import device, resending, session
from registration.web.i18n import remember
from registration.web.places import entrance
from registration.web.providers import address_of_sign_out, assurance_words, offered, provider_words, providers_here
from registration.web.security import local_path
from registration.web.wording import place_words, registrar_names, role_words

blueprint = Blueprint("account", __name__)

Page = str | Response | tuple[str, int]
Problems = list[tuple[str, str]]


@blueprint.route("/sign-in", methods=["GET", "POST"])
@access("public")
@limiter.limit(SIGN_IN_LIMIT, methods=["POST"])
def sign_in() -> Page:
    if request.method == "GET":
        return redirect(_onward(actor_here()), 303) if actor_here() else sign_in_page()
    login, password = request.form.get("login", ""), request.form.get("password", "")
    if problems := _empty(("login", _("请输入邮箱、手机号码或者工号"), login), ("password", _("请输入密码"), password)):
        return _not_signed_in(problems)
    try:
        return signed_in(login, password)
    except NotSignedIn:
        words = _("账户或者密码不对。请再试一次；连续5次不对，要等一会儿才能再试")
        return _not_signed_in([("login", words)])
    except TooManyAttempts as refused:
        return _not_signed_in([("login", wait_words(refused))], status=refused.status)


@blueprint.post("/sign-out")
@access("public")
def sign_out() -> Response:
    """The session at the provider is another one: who signed in there is asked whether that shall end, too."""
    provider = accounts.sign_out(session.secret_here(), now=now())
    address = address_of_sign_out(provider) if provider else ""
    answer: Response = redirect(url_for("account.sign_in"), 303)
    if address:
        g.actor = None
        page = render_template("account/signed_out.html", address=address, provider=provider_words(provider))
        answer = make_response(page)
    session.end(answer)
    return answer


@blueprint.get("/account")
@access("signed_in")
def show() -> str:
    return account_page()


@blueprint.post("/account/password")
@access("signed_in")
@limiter.limit(SIGN_IN_LIMIT)
def change_password() -> Page:
    current, new = request.form.get("current", ""), request.form.get("new", "")
    try:
        accounts.change_password(the_actor(), current, new, now=now())
    except InvalidInput as error:
        return account_page(problem_texts(error.problems)), 422
    except TooManyAttempts as refused:
        return account_page([("current", wait_words(refused))]), refused.status
    flash(_("密码已经更换，其他设备上的登录都已结束"), "ok")
    return redirect(url_for("account.show"), 303)


@blueprint.post("/account/language")
@access("signed_in")
def change_language() -> Response:
    chosen = request.form.get("locale", "")
    accounts.change_locale(the_actor(), chosen)
    answer = redirect(url_for("account.show"), 303)
    remember(answer, "lang", chosen)
    return answer


@blueprint.post("/account/notices")
@access("signed_in")
def change_notices() -> Page:
    """The form asks for the kinds that are wanted."""
    channel, wanted = request.form.get("channel", ""), set(request.form.getlist("wanted"))
    try:
        accounts.change_notices(the_actor(), channel=channel, off=notice_kinds().keys() - wanted, now=now())
    except InvalidInput as error:
        return account_page(problem_texts(error.problems)), 422
    flash(_("通知方式已经保存"), "ok")
    return redirect(url_for("account.show", _anchor="notices"), 303)


@blueprint.post("/account/sessions/end")
@access("signed_in")
def end_session() -> Response:
    accounts.end_session(the_actor(), request.form.get("mark", ""), now=now())
    flash(_("这台设备上的登录已经结束"), "ok")
    return redirect(url_for("account.show"), 303)


def signed_in(login: str, password: str) -> Response:
    """Signs in and leads on; NotSignedIn and TooManyAttempts as `accounts.sign_in` raises them."""
    agent = request.user_agent.string
    previous = session.secret_here()
    secret, account = accounts.sign_in(
        login, password, now=now(), source=device.source_here(login), agent=agent, previous=previous
    )
    return welcome(account, login, secret)


def welcome(
    account: Account,
    login: str,
    secret: str,
    *,
    carried: resending.Typed | None = None,
    onward: str | None = None,
) -> Response:
    """Leads on who has just signed in, with the cookies of the session and of the device.

    `carried` and `onward` are from before a visit at a provider; else the form of this request has them.
    """
    answer = make_response()
    session.begin(answer, secret)
    device.remember(answer, login)
    g.actor = accounts.actor_of(account)
    carried, onward = carried or resending.carried_here(), local_path(onward) or _onward(g.actor)
    if resending.wants_json():
        answer.mimetype = "application/json"
        answer.set_data(json.dumps({"csrf": generate_csrf()}))
    elif carried is not None:
        answer.set_data(resending.resend_page(carried, target=onward, heading=_("您已经重新登录")))
    else:
        answer.status_code, answer.location = 303, onward
    return answer


def _not_signed_in(problems: Problems, *, status: int = 422) -> Page:
    if resending.wants_json():
        return resending.json_answer(problems[0][1], status)
    return sign_in_page(problems), status


def wait_words(refused: RegistrationError) -> str:
    seconds: int = refused.data["seconds"]
    if seconds > 90:
        return _("从这里试错的次数太多，请等%(minutes)s分钟再试。账户没有锁定", minutes=-(-seconds // 60))
    return _("从这里试错的次数太多，请等%(seconds)s秒再试。账户没有锁定", seconds=seconds)


def _onward(actor: Actor | None) -> str:
    asked = local_path(request.form.get("next") or request.args.get("next"))
    return asked or (entrance(actor) if actor else url_for("public.home"))


def sign_in_page(
    problems: Iterable[tuple[str, str]] = (), *, carried: resending.Typed | None = None, onward: str | None = None
) -> str:
    """`carried` is the input of the page that required the sign-in, and `onward` is that page's path."""
    onward = local_path(onward or request.form.get("next") or request.args.get("next"))
    known = _samples_by_place() if settings_here().demo else {}
    return render_template(
        "account/sign_in.html",
        problems=list(problems),
        next=onward,
        carried=resending.carried_here() if carried is None else carried,
        providers=offered(),
        samples=known,
        sample_password=samples.PASSWORD if known else "",
    )


def _samples_by_place() -> dict[str, list[tuple[str, str]]]:
    """Where the people of the demonstration work, and (login, who that is) of each."""
    places: dict[str, list[tuple[str, str]]] = {}
    names = registrar_names()
    for sample in samples.ACCOUNTS:
        unplaced = _("管理和审计") if sample.roles else role_words(())
        place = place_words(sample, names) if sample.registrar_code else unplaced
        words = role_words(sample.roles) if sample.roles else sample.name
        places.setdefault(place, []).append((sample.login, words))
    return places


def account_page(problems: Iterable[tuple[str, str]] = ()) -> str:
    actor = the_actor()
    account = accounts.own_account(actor)
    pushes = settings_here().pushes and not actor.is_staff
    return render_template(
        "account/account.html",
        account=account,
        login=shown_login(account),
        email=address_of(account),
        mobile=mobile_of(account),
        by_mobile=settings_here().sends_sms,
        channels=[(key, say(words)) for key, words in CHANNELS.items()],
        kinds=[(key, say(one.label), say(one.hint)) for key, one in notice_kinds().items()],
        wanted=notice_kinds().keys() - {*account.notices_off},
        sessions=open_sessions_of(account.id, this=actor.session_id, now=now()),
        identities=links_of(account.id),
        providers=offered(kind=account.kind),
        provider_words=provider_words,
        assurance_words=assurance_words,
        real_name=providers_here().real_name,
        problems=list(problems),
        devices=devices_of(account.id) if pushes else [],
        push_key=public_key(settings_here()) if pushes else "",
        works_at_office=allows("absence.own", actor, ObjectFacts()),
    )


def _empty(*fields: tuple[str, str, str]) -> Problems:
    return [(anchor, words) for anchor, words, value in fields if not value.strip()]


def problem_texts(problems: Iterable[Problem]) -> Problems:
    return [(problem.path, problem_text(problem, lang_here())) for problem in problems]
