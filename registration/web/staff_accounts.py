"""The accounts of staff, for security administrators: who may do what, every change with its reason."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import access
from registration.clock import now
from registration.database import reading
from registration.errors import InvalidInput
from registration.http.context import say, the_actor
from registration.keys.account_names import address_of
from registration.operations import staff, staff_changes
from registration.operations.staff_changes import StaffData
from registration.queries import staff_changes as known
from registration.rules.city import city, officer_roles
from registration.web import confirming
from registration.web.account import problem_texts
from registration.web.present.staff_changes import differences, kind_words, status_words
from registration.web.wording import ROLES, place_words, registrar_names, role_words

blueprint = Blueprint("staff_accounts", __name__, url_prefix="/admin/accounts")

Page = str | Response | tuple[str, int]
Problems = Sequence[tuple[str, str]]


@blueprint.get("")
@access("account.manage")
def listed() -> str:
    return _list_page()


@blueprint.route("/new", methods=["GET", "POST"])
@access("account.manage")
def new() -> Page:
    if request.method == "GET":
        return _new_page({})
    number = request.form.get("number", "").strip()
    try:
        staff_changes.propose("add", number, _typed(), reason=_reason(), actor=the_actor(), now=now())
    except InvalidInput as invalid:
        return _new_page(request.form, problem_texts(invalid.problems)), invalid.status
    flash(_("已经提出，等另一位安全管理员决定"), "ok")
    return redirect(url_for("staff_accounts.listed"), 303)


@blueprint.get("/<number>")
@access("account.manage")
def show(number: str) -> str:
    return _account_page(number)


@blueprint.post("/<number>")
@access("account.manage")
def change(number: str) -> Page:
    """Proposes other data of the account."""
    try:
        staff_changes.propose("change", number, _typed(), reason=_reason(), actor=the_actor(), now=now())
    except InvalidInput as invalid:
        return _account_page(number, problem_texts(invalid.problems), typed=request.form), invalid.status
    return _done(number, _("已经提出，等另一位安全管理员决定"))


@blueprint.post("/<number>/enable")
@access("account.manage")
def enable(number: str) -> Page:
    """Proposes that an ended account opens again, as it was."""
    with reading() as session:
        data = staff_changes.data_of(known.staff_account(session, number, actor=the_actor()))
    try:
        staff_changes.propose("enable", number, data, reason=_reason(), actor=the_actor(), now=now())
    except InvalidInput as invalid:
        return _account_page(number, _of_step("enable", invalid)), invalid.status
    return _done(number, _("已经提出，等另一位安全管理员决定"))


@blueprint.post("/<number>/end")
@access("account.manage")
def end(number: str) -> Page:
    try:
        staff_changes.end(number, reason=_reason(), actor=the_actor(), now=now())
    except InvalidInput as invalid:
        return _account_page(number, _of_step("end", invalid)), invalid.status
    return _done(number, _("账户已经停用，登录都已结束"))


@blueprint.post("/<number>/password")
@access("account.manage")
def password(number: str) -> Page:
    """Gives a password and shows it on this answer only."""
    if asks := confirming.asked_first(_("给%(number)s号一个新密码", number=number), back=_address(number)):
        return asks
    try:
        given = staff_changes.give_password(number, reason=_reason(), actor=the_actor(), now=now())
    except InvalidInput as invalid:
        return _account_page(number, _of_step("password", invalid)), invalid.status
    return _account_page(number, given=given)


@blueprint.post("/<number>/email")
@access("account.manage")
def email(number: str) -> Page:
    """Where mail about promises and orders goes; none for an empty address."""
    try:
        staff.set_email(number, request.form.get("email", "").strip() or None, now=now(), by=the_actor().tag)
    except InvalidInput as invalid:
        return _account_page(number, problem_texts(invalid.problems)), invalid.status
    return _done(number, _("邮箱已经保存"))


def _done(number: str, words: str) -> Response:
    flash(words, "ok")
    return redirect(_address(number), 303)


def _address(number: str) -> str:
    return url_for("staff_accounts.show", number=number)


@blueprint.post("/changes/<change>")
@access("account.manage")
def decide(change: str) -> Page:
    decision, words = request.form.get("decision", ""), request.form.get("words", "")
    if asks := confirming.asked_first(_("决定一项人员账户的变更"), back=url_for("staff_accounts.listed")):
        return asks
    try:
        made = staff_changes.decide(change, decision, words=words, actor=the_actor(), now=now())
    except InvalidInput as invalid:
        return _list_page(_of_step(change, invalid), decided=change), invalid.status
    flash(status_words(made)[0], "ok")
    return redirect(url_for("staff_accounts.listed"), 303)


def _list_page(problems: Problems = (), *, decided: str = "") -> str:
    asked = {name: request.args.get(name, "") for name in ("search", "registrar", "start")}
    with reading() as session:
        page = known.staff_page(session, actor=the_actor(), **asked)
        waiting = known.open_changes(session, actor=the_actor())
    names = registrar_names()
    return render_template(
        "staff_accounts/listed.html",
        page=page,
        waiting=[(change, differences(change, names)) for change in waiting],
        asked=asked,
        registrars=list(names.items()),
        place=lambda account: place_words(account, names),
        further=_further(asked, page.after),
        kind_words=kind_words,
        problems=problems,
        typed=request.form if decided else {},
        decided=decided,
    )


def _further(asked: Mapping[str, str], after: str | None) -> str:
    more: dict[str, Any] = {**asked, "start": after}
    return url_for("staff_accounts.listed", **more) if after else ""


def _new_page(typed: Mapping[str, Any], problems: Problems = ()) -> str:
    return render_template(
        "staff_accounts/new.html",
        typed=typed,
        chosen=request.form.getlist("roles"),
        problems=problems,
        **_choices(),
    )


def _account_page(
    number: str, problems: Problems = (), *, typed: Mapping[str, Any] | None = None, given: str = ""
) -> str:
    """`given` is a password to show once; `typed` what was sent and could not be taken."""
    with reading() as session:
        account = known.staff_account(session, number, actor=the_actor())
        changes = known.changes_of(session, account.login, actor=the_actor())
    names = registrar_names()
    present = {"name": account.name, "registrar": account.registrar_code or "", "agency": account.agency or ""}
    return render_template(
        "staff_accounts/account.html",
        account=account,
        email=address_of(account) or "",
        place=place_words(account, names),
        changes=[(change, differences(change, names)) for change in changes],
        is_own=account.id == the_actor().account_id,
        waits=any(change.status == "open" for change in changes),
        kind_words=kind_words,
        status_words=status_words,
        typed=typed if typed is not None else present,
        chosen=request.form.getlist("roles") if typed is not None else account.roles,
        given=given,
        problems=problems,
        **_choices(),
    )


def _choices() -> dict[str, Any]:
    return {
        "roles": [(role, role_words([role])) for role in (*ROLES, *sorted(officer_roles()))],
        "registrars": list(registrar_names().items()),
        "agencies": [(one.key, say(one.name)) for one in city().agencies],
    }


def _typed() -> StaffData:
    given = request.form
    return StaffData(
        name=given.get("name", "").strip(),
        roles=tuple(given.getlist("roles")),
        registrar_code=given.get("registrar") or None,
        agency=given.get("agency") or None,
    )


def _reason() -> str:
    return request.form.get("reason", "")


def _of_step(step: str, invalid: InvalidInput) -> Problems:
    """The problems at the fields of one of several forms of a page, whose ids end in the step."""
    return [(f"{anchor}-{step}", words) for anchor, words in problem_texts(invalid.problems)]
