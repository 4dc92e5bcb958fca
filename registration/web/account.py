"""Signing up, in and out; one's own sessions, password and language."""

from collections.abc import Iterable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import access
from registration.actor import Actor
from registration.clock import now
from registration.edge import SIGN_IN_LIMIT, SIGN_UP_LIMIT, actor_here, lang_here, limiter, settings_here, the_actor
from registration.errors import Conflict, InvalidInput, NotSignedIn, TooManyAttempts
from registration.operations import accounts, samples
from registration.queries.accounts import account_with, open_sessions_of
from registration.rules.problems import Problem, problem_text
from registration.web import device, session
from registration.web.i18n import remember
from registration.web.places import entrance
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
        return redirect(_onward(actor_here()), 303) if actor_here() else _sign_in_page()
    login, password = request.form.get("login", ""), request.form.get("password", "")
    if problems := _empty(("login", _("请输入邮箱或者工号"), login), ("password", _("请输入密码"), password)):
        return _sign_in_page(problems), 422
    try:
        return _signed_in(login, password)
    except NotSignedIn:
        words = _("账户或者密码不对。请再试一次；连续5次不对，要等一会儿才能再试")
        return _sign_in_page([("login", words)]), 422
    except TooManyAttempts as refused:
        return _sign_in_page([("login", _wait_words(refused))]), refused.status


@blueprint.post("/sign-out")
@access("public")
def sign_out() -> Response:
    accounts.sign_out(session.secret_here(), now=now())
    answer = redirect(url_for("account.sign_in"), 303)
    session.end(answer)
    return answer


@blueprint.route("/sign-up", methods=["GET", "POST"])
@access("public")
@limiter.limit(SIGN_UP_LIMIT, methods=["POST"])
def sign_up() -> Page:
    if request.method == "GET":
        return render_template("account/sign_up.html")
    email, password = request.form.get("email", ""), request.form.get("password", "")
    try:
        accounts.sign_up(email, password, request.form.get("name", ""), now=now(), locale=lang_here())
    except InvalidInput as error:
        return render_template("account/sign_up.html", problems=_told(error.problems)), 422
    except Conflict:
        words = _("这个邮箱已经有账户，请直接登录，或者换一个邮箱")
        return render_template("account/sign_up.html", problems=[("email", words)]), 422
    return _signed_in(email, password)


@blueprint.get("/account")
@access("signed_in")
def show() -> str:
    return _account_page()


@blueprint.post("/account/password")
@access("signed_in")
@limiter.limit(SIGN_IN_LIMIT)
def change_password() -> Page:
    current, new = request.form.get("current", ""), request.form.get("new", "")
    try:
        accounts.change_password(the_actor(), current, new, now=now())
    except InvalidInput as error:
        return _account_page(_told(error.problems)), 422
    except TooManyAttempts as refused:
        return _account_page([("current", _wait_words(refused))]), refused.status
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


@blueprint.post("/account/sessions/end")
@access("signed_in")
def end_session() -> Response:
    accounts.end_session(the_actor(), request.form.get("mark", ""), now=now())
    flash(_("这台设备上的登录已经结束"), "ok")
    return redirect(url_for("account.show"), 303)


def _signed_in(login: str, password: str) -> Response:
    agent = request.user_agent.string
    previous = session.secret_here()
    secret, account = accounts.sign_in(
        login, password, now=now(), source=device.source_here(login), agent=agent, previous=previous
    )
    answer = redirect(_onward(accounts.actor_of(account)), 303)
    session.begin(answer, secret)
    device.remember(answer, login)
    return answer


def _wait_words(refused: TooManyAttempts) -> str:
    seconds: int = refused.data["seconds"]
    if seconds > 90:
        return _("从这里试错的次数太多，请等%(minutes)s分钟再试。账户没有锁定", minutes=-(-seconds // 60))
    return _("从这里试错的次数太多，请等%(seconds)s秒再试。账户没有锁定", seconds=seconds)


def _onward(actor: Actor | None) -> str:
    asked = local_path(request.form.get("next") or request.args.get("next"))
    return asked or (entrance(actor) if actor else url_for("public.home"))


def _sign_in_page(problems: Iterable[tuple[str, str]] = ()) -> str:
    onward = local_path(request.form.get("next") or request.args.get("next"))
    known = _samples_by_place() if settings_here().demo else {}
    password = samples.PASSWORD if known else ""
    return render_template(
        "account/sign_in.html", problems=list(problems), next=onward, samples=known, sample_password=password
    )


def _samples_by_place() -> dict[str, list[tuple[str, str]]]:
    """Where the people of the demonstration work, and (login, who that is) of each."""
    places: dict[str, list[tuple[str, str]]] = {}
    names = registrar_names()
    for sample in samples.ACCOUNTS:
        place = place_words(sample, names) if sample.roles else role_words(())
        words = role_words(sample.roles) if sample.roles else sample.name
        places.setdefault(place, []).append((sample.login, words))
    return places


def _account_page(problems: Iterable[tuple[str, str]] = ()) -> str:
    actor = the_actor()
    account = account_with(actor.account_id or 0)
    sessions = open_sessions_of(actor.account_id or 0, this=actor.session_id, now=now())
    return render_template("account/account.html", account=account, sessions=sessions, problems=list(problems))


def _empty(*fields: tuple[str, str, str]) -> Problems:
    return [(anchor, words) for anchor, words, value in fields if not value.strip()]


def _told(problems: Iterable[Problem]) -> Problems:
    return [(problem.path, problem_text(problem, lang_here())) for problem in problems]
